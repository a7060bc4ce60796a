"""An error that is meant for the learner, and reads like a sentence rather than a stack of frames."""


class Told(Exception):
    """What went wrong and what to do next, in one clear sentence: `raise Told("…")`."""

    def _render_traceback_(self):
        # IPython (8 and 9, `InteractiveShell.showtraceback`) shows these lines in place of the traceback.
        return [str(self)]
