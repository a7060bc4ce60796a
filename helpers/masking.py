"""Values that are not shown: a mask for what a cell prints, a str that shows itself as a mask, and a button to hold.

Nothing of a value is in an output, in a notebook's file or in widget state, not even while it is on the screen.
"""

from pathlib import Path

import anywidget
from traitlets import Unicode

from .cards import message
from .errors import NotebookError

MASK = "••••••••"


def masked(value):
    """A mask for `value`, the same for each value and of the same length, to print in its place."""
    return MASK if value else "(no value)"


def reveal(value, label="the value"):
    """A button that shows a str for as long as it is held, with a mouse, a finger, or the Space or Enter key.

    The value goes to the page when somebody asks, and is gone from it when they let go. `label` tells one button from
    another: it says "Hold to show" and the label.

    Raises:
        NotebookError: `value` is not a str, or there is nothing in it.
    """
    if not isinstance(value, str) or not value:
        raise NotebookError("There's no value to show. `reveal` takes a str: for a secret, pass the secret's `.value`.")
    return _Reveal(value, label)


class Masked(str):
    """A str that is shown as dots: as a cell's last line, in a list, in a traceback with its variables.

    Everything that needs the text itself gets it: `print`, an f-string, `json.dumps`, the Azure SDK.
    """

    __slots__ = ()

    def __repr__(self):
        return f"'{MASK}'"


class _Reveal:
    def __init__(self, value, label):
        self._value = Masked(value)
        self._widget = _HoldToShow(label=f"Hold to show {label}", mask=MASK)
        self._widget.on_msg(self._answer)

    def _answer(self, widget, content, buffers):
        if content.get("kind") == "ask":
            # Every page that shows this notebook gets the answer; `ask` lets it be shown only where it was asked for.
            widget.send({"kind": "answer", "ask": content.get("ask")}, [self._value.encode()])

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {**self._widget._repr_mimebundle_()[0], "text/plain": repr(self)}

    def __repr__(self):
        return f"{MASK} (run this cell, then hold the button to show it)"


class _HoldToShow(anywidget.AnyWidget):
    """The button. What it shows is no trait, so widget state never has it."""

    _esm = Path(__file__).with_name("hold_to_show.js")
    label = Unicode().tag(sync=True)
    mask = Unicode().tag(sync=True)
    unheard = Unicode(
        message(
            "✗ No answer from the kernel so far. If a cell is running, wait until it has ended. "
            "Otherwise this button has lost its kernel. Run the cell that makes the button again.",
            problem=True,
        )
    ).tag(sync=True)
    lost = Unicode(
        message("✗ This button has lost its kernel. Run the cell that makes the button again.", problem=True)
    ).tag(sync=True)
