"""A Markdown text as its translator sees it: one entry for each paragraph, heading, list item and row of a table.

Code, links and the Markdown around the entries stay as they are. The entries go into gettext's PO files.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt

_MARKDOWN = MarkdownIt("commonmark").enable("table")
_BETWEEN_TAGS = re.compile(r"(?<=>)[^<>\n]*[A-Za-z][^<>\n]*(?=<)")
_RELATIVE = re.compile(r"\]\((?!https?:|#|mailto:)([^)\s]+)\)")


@dataclass(frozen=True)
class Entry:
    """A text in a source: its lines from `start` up to `end`, and what its first line has before it, such as "- "."""

    start: int
    end: int
    before: str
    text: str


def entries(source: str) -> list[Entry]:
    """The texts of a Markdown source, in order. A text that is broken over several lines is one line here."""
    lines = source.split("\n")
    return sorted(_entries(lines, source), key=lambda entry: entry.start)


def texts(source: str) -> list[str]:
    """What there is to translate in a Markdown source, each once."""
    lines = source.split("\n")
    found = [entry.text for entry in entries(source)]
    for start, end in _html(source):
        found += [text for line in lines[start:end] for text in _BETWEEN_TAGS.findall(line)]
    return list(dict.fromkeys(found))


def translated(source: str, translate: Callable[[str], str]) -> str:
    """The source with each of its texts translated.

    Args:
        source: Markdown.
        translate: gives a text's translation, all in one line.
    """
    lines = source.split("\n")
    for start, end in _html(source):
        for number in range(start, end):
            lines[number] = _BETWEEN_TAGS.sub(lambda found: translate(found[0]), lines[number])
    for entry in reversed(entries(source)):
        lines[entry.start : entry.end] = [entry.before + translate(entry.text)]
    return "\n".join(lines)


def relinked(source: str, place: Callable[[str], str]) -> str:
    """The source with other targets in its relative links; `place` gives the new one."""
    return _RELATIVE.sub(lambda found: f"]({place(found[1])})", source)


def _entries(lines: list[str], source: str) -> Iterator[Entry]:
    in_row = False
    for token in _MARKDOWN.parse(source):
        if token.type == "tr_open":
            start, end = token.map
            yield Entry(start, end, "", lines[start].strip())
            in_row = True
        elif token.type == "tr_close":
            in_row = False
        elif token.type == "inline" and not in_row:
            start, end = token.map
            first = token.content.split("\n")[0]
            before = lines[start][: lines[start].index(first)]
            yield Entry(start, end, before, " ".join(line.strip() for line in token.content.split("\n")))


def _html(source: str) -> list[tuple[int, int]]:
    return [tuple(token.map) for token in _MARKDOWN.parse(source) if token.type == "html_block"]
