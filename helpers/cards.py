"""The one place for HTML: what a helper has to say, as a small frame in a cell's output.

The same content is there as plain text, for GitHub, a terminal and nbval; so there is nothing random in it.
"""

import re
from collections.abc import Iterable
from html import escape
from typing import Any

# The word carries the meaning and the color repeats it. The colors have enough contrast on white and on black.
_MARKS = {
    "": ("", "gray"),
    "info": ("Note", "steelblue"),
    "right": ("✓ Right", "seagreen"),
    "wrong": ("✗ Not right yet", "crimson"),
    "todo": ("○ Not tried yet", "gray"),
    "warning": ("! Heads-up", "chocolate"),
}

# Only what JupyterLab's sanitizer keeps in a notebook that is not trusted yet; it drops every var(). Text that has no
# color here takes the theme's.
_FRAME = "border:1px solid gray;border-left:6px solid {color};border-radius:4px;padding:0.6em 1em;max-width:60em"
_TITLE = "margin:0;font-size:115%"
_ROWS = "display:table;width:auto;margin:0.5em 0 0 0"
_ROW = "display:table-row"
_CELL = "display:table-cell;float:none;width:auto;margin:0"  # JupyterLab floats terms and texts of a list in an output
_TERM = f"{_CELL};padding:0.15em 1.5em 0.15em 0;font-style:normal;font-weight:bold;white-space:nowrap"
_TEXT = f"{_CELL};padding:0.15em 0"
_NOTE = "margin:0.6em 0 0 0"


class Card:
    """A title, a few rows and a closing note, shown as a cell's output.

    `rows` are pairs of a term and its text. `mark` says what kind of news it is: "info", "right", "wrong", "todo",
    "warning", or none; it's shown as a word before the title. `note` comes last. A part between backticks is shown as
    code; everything else is text, never HTML.
    """

    def __init__(self, title: str, rows: Iterable[tuple[str, str]] = (), *, mark: str = "", note: str = "") -> None:
        word, self._color = _MARKS[mark]
        self.title = f"{word}: {title}" if word else title
        self.rows = list(rows)
        self.note = note

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/html": self._html(), "text/plain": repr(self)}

    def __repr__(self) -> str:
        lines = [self.title, *(f"  {term}: {text}" for term, text in self.rows)]
        return "\n".join([*lines, self.note] if self.note else lines)

    def _html(self) -> str:
        parts = [f'<p style="{_TITLE}"><strong>{_marked_up(self.title)}</strong></p>']
        if self.rows:
            parts += [f'<dl style="{_ROWS}">', *(_row(term, text) for term, text in self.rows), "</dl>"]
        if self.note:
            parts.append(f'<p style="{_NOTE}">{_marked_up(self.note)}</p>')
        return "\n".join([f'<section style="{_FRAME.format(color=self._color)}">', *parts, "</section>"])


def _row(term: str, text: str) -> str:
    term, text = f'<dt style="{_TERM}">{_marked_up(term)}</dt>', f'<dd style="{_TEXT}">{_marked_up(text)}</dd>'
    return f'<div style="{_ROW}">{term}{text}</div>'


def _marked_up(text: str) -> str:
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(text))
