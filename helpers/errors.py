"""The error that helpers raise: for the reader of a notebook, in a sentence, without a traceback."""

from typing import TYPE_CHECKING

from .language import _

if TYPE_CHECKING:
    from .practice import PracticeError  # whose packages may be missing where an error says so


class NotebookError(Exception):
    """What went wrong and what to do next, in one clear sentence: `raise NotebookError("…")`."""

    def _render_traceback_(self) -> list[str]:
        # IPython (8 and 9, `InteractiveShell.showtraceback`) shows these lines in place of the traceback.
        return [str(self)]


def in_language(error: "PracticeError") -> str:
    """What an error of the practice cloud says, in the notebook's language; on the wire it stays English."""
    return _(error.sentence).format(**error.facts)
