"""The error that helpers raise: for the reader of a notebook, in a sentence, without a traceback."""


class NotebookError(Exception):
    """What went wrong and what to do next, in one clear sentence: `raise NotebookError("…")`."""

    def _render_traceback_(self) -> list[str]:
        # IPython (8 and 9, `InteractiveShell.showtraceback`) shows these lines in place of the traceback.
        return [str(self)]
