"""Values that are not shown: a mask for what a cell prints, a str that shows itself as a mask, and a button to hold.

Nothing of a value is in an output, in a notebook's file or in widget state, not even while it is on the screen.
"""

from typing import Any

from .errors import NotebookError
from .language import N_, _
from .widgets import HoldToShow, shown

MASK = "••••••••"


def masked(value: str | None) -> str:
    """A mask for `value`, the same for each value and of the same length, to print in its place."""
    return MASK if value else _("(no value)")


def reveal(value: str, label: str = N_("the value")) -> "_Reveal":
    """A button that shows a str for as long as it is held, with a mouse, a finger, or the Space or Enter key.

    The value goes to the page when somebody asks, and is gone from it when they let go. `label` tells one button from
    another: it says "Hold to show" and the label.

    Raises:
        NotebookError: `value` is not a str, or there is nothing in it.
    """
    if not isinstance(value, str) or not value:
        raise NotebookError(
            _("There is no value to show. `reveal` takes a str: for a secret, give it the secret's `.value`.")
        )
    return _Reveal(value, label)


class Masked(str):
    """A str that is shown as dots: as a cell's last line, in a list, in a traceback with its variables.

    Everything that needs the text itself gets it: `print`, an f-string, `json.dumps`, the Azure SDK.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"'{MASK}'"


class _Reveal:
    def __init__(self, value: str, label: str) -> None:
        self._value = Masked(value)
        self._widget = HoldToShow(label=_("Hold to show {label}").format(label=_(label)), mask=MASK)
        self._widget.on_msg(self._answer)

    def _answer(self, widget: HoldToShow, content: dict[str, Any], _buffers: list[memoryview]) -> None:
        if content.get("kind") == "ask":
            # Every page that shows this notebook gets the answer; `ask` lets it be shown only where it was asked for.
            widget.send({"kind": "answer", "ask": content.get("ask")}, [self._value.encode()])

    def _repr_mimebundle_(self, **_options: object) -> dict[str, Any]:
        return shown(self._widget, repr(self))

    def __repr__(self) -> str:
        said = _("(run this cell, then hold the button to show it; with no button here, it stays hidden)")
        return f"{MASK} {said}"
