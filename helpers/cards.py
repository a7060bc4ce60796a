"""The one place for HTML: what a helper has to say, as a small frame in a cell's output.

The same content is there as plain text, for GitHub, a terminal and nbval; so there is nothing random in it.
"""

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any
from unicodedata import east_asian_width
from urllib.parse import quote

from .language import N_, _

# The word carries the meaning and the color repeats it. The colors have enough contrast on white and on black.
_MARKS = {
    "": ("", "gray"),
    "info": (N_("Note"), "steelblue"),
    "right": (N_("✓ Right"), "seagreen"),
    "wrong": (N_("✗ Not right yet"), "crimson"),
    "todo": (N_("○ Not tried yet"), "gray"),
    "warning": (N_("! Heads-up"), "chocolate"),
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
_TABLE = "border-collapse:collapse;margin:0.6em 0 0 0"
_HEAD = "text-align:left;vertical-align:top;padding:0.2em 1.2em 0.2em 0;border-bottom:1px solid gray;white-space:nowrap"
_FIELD = "text-align:left;vertical-align:top;padding:0.2em 1.2em 0.2em 0"
_UNBROKEN = 20  # characters: a longer text may be broken wherever it doesn't fit
_PICTURE = "display:block;margin:0.6em 0 0 0;max-width:100%;height:auto"
_FOLDED = "margin:0.6em 0 0 0"
_AS_IT_IS = "white-space:pre-wrap;overflow-wrap:anywhere;margin:0.4em 0 0 0"


class Card:
    """A title, a few rows and a closing note, shown as a cell's output.

    `rows` are pairs of a term and its text. `mark` says what kind of news it is: "info", "right", "wrong", "todo",
    "warning", or none; it's shown as a word before the title. `note` comes last. A part between backticks is shown as
    code; everything else is text, never HTML.
    """

    def __init__(self, title: str, rows: Iterable[tuple[str, str]] = (), *, mark: str = "", note: str = "") -> None:
        word, self._color = _MARKS[mark]
        self.title = _term_and_text(_(word), title) if word else title
        self.rows = list(rows)
        self.note = note

    def _repr_mimebundle_(self, **_options: Any) -> dict[str, str]:
        return {"text/html": self.html(), "text/plain": repr(self)}

    def __repr__(self) -> str:
        return "\n".join([self.title, *self._lines(), *([self.note] if self.note else [])])

    def _lines(self) -> list[str]:
        """What stands between the title and the note, as plain text."""
        return [f"  {_term_and_text(term, text)}" for term, text in self.rows]

    def html(self) -> str:
        """The card as HTML, for whatever shows it itself."""
        parts = [f'<p style="{_TITLE}"><strong>{_marked_up(self.title)}</strong></p>']
        if self.rows:
            parts += [f'<dl style="{_ROWS}">', *(_row(term, text) for term, text in self.rows), "</dl>"]
        parts += self._more()
        if self.note:
            parts.append(f'<p style="{_NOTE}">{_marked_up(self.note)}</p>')
        return "\n".join([f'<section style="{_FRAME.format(color=self._color)}">', *parts, "</section>"])

    def _more(self) -> list[str]:
        """What a kind of card has between its rows and its note, as HTML."""
        return []


class TableCard(Card):
    """A card with a table after its rows.

    `picture` is an SVG and its alternative text, above the table. `folded` is a line and the text that it opens, as it
    is. `unsteady` names columns that differ from run to run, such as times. The plain text has none of these three.
    """

    def __init__(
        self,
        title: str,
        columns: Sequence[str],
        table: Iterable[Sequence[str]],
        *,
        rows: Iterable[tuple[str, str]] = (),
        unsteady: Iterable[str] = (),
        picture: tuple[str, str] | None = None,
        folded: tuple[str, str] | None = None,
        mark: str = "",
        note: str = "",
    ) -> None:
        super().__init__(title, rows, mark=mark, note=note)
        self.columns, self.table = list(columns), [list(row) for row in table]
        self._steady = [place for place, column in enumerate(self.columns) if column not in set(unsteady)]
        self._picture, self._folded = picture, folded

    def _lines(self) -> list[str]:
        table = [[row[place] for place in self._steady] for row in (self.columns, *self.table)]
        widths = [max(_width(row[place]) for row in table) for place in range(len(self._steady))]
        lines = [
            "  ".join(text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=True))
            for row in table
        ]
        return [*super()._lines(), *(f"  {line}".rstrip() for line in lines)]

    def _more(self) -> list[str]:
        head = "".join(f'<th scope="col" style="{_HEAD}">{_marked_up(column)}</th>' for column in self.columns)
        parts = [f'<table style="{_TABLE}">', f"<thead><tr>{head}</tr></thead>", "<tbody>"]
        for row in self.table:
            parts.append(f"<tr>{''.join(map(_field, row))}</tr>")
        parts += ["</tbody>", "</table>"]
        if self._picture:
            svg, alternative = self._picture
            # As an image, JupyterLab keeps it in a notebook that is not trusted yet.
            address = f"data:image/svg+xml,{quote(svg, safe=_IN_ADDRESS)}"
            parts.insert(0, f'<img style="{_PICTURE}" src="{address}" alt="{escape(alternative)}">')
        if self._folded:
            line, text = self._folded
            opened = f'<pre style="{_AS_IT_IS}">{escape(text)}</pre>'
            parts.append(f'<details style="{_FOLDED}"><summary>{_marked_up(line)}</summary>\n{opened}</details>')
        return parts


# What may stand as it is in the address of an SVG, inside of double quotes: so names can be read in the file.
_IN_ADDRESS = "/:=;,?()!*'@ $-_."


def _term_and_text(term: str, text: str) -> str:
    return _("{term}: {text}").format(term=term, text=text)


def _width(text: str) -> int:
    """How many columns a text takes where all letters are as wide: a Chinese one takes two."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _field(text: str) -> str:
    breaks = "white-space:nowrap" if _width(text) <= _UNBROKEN else "overflow-wrap:anywhere"
    return f'<td style="{_FIELD};{breaks}">{_marked_up(text)}</td>'


def _row(term: str, text: str) -> str:
    term, text = f'<dt style="{_TERM}">{_marked_up(term)}</dt>', f'<dd style="{_TEXT}">{_marked_up(text)}</dd>'
    return f'<div style="{_ROW}">{term}{text}</div>'


def _marked_up(text: str) -> str:
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(text))
