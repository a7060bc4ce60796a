"""The tables of the presenter's page: a notebook's sections with their minutes, what to say first, and what to ask."""

import math
import re
from dataclasses import dataclass

import nbformat

from tests import notebooks

WORDS_A_MINUTE = 130  # said aloud, which takes longer than reading
MINUTES_A_CODE_CELL = 0.5  # to run it, and to let people read what it shows
# The same in every notebook, or for whoever goes on alone.
LEFT_OUT = ("At work", "Connect", "Exercise", "If it goes wrong", "Links", "Next steps", "What you learned")

_FENCE = re.compile(r"```.*?```", re.DOTALL)
_QUESTION = re.compile(r"\*\*Before you run it:\*\* (.+?\?)(?=\s|$)", re.DOTALL)
_NOT_SAID = re.compile(r"^(?:\*\*Before you run it:\*\*|\||!\[).*?(?:\n\n|\Z)", re.DOTALL | re.MULTILINE)
_SENTENCE = re.compile(r".+?[.:?](?=\s|$)", re.DOTALL)


@dataclass(frozen=True)
class Section:
    """A section of a notebook, as a presenter needs it."""

    heading: str
    minutes: int
    say: str
    ask: str


def table(name: str) -> str:
    """The sections that are shown of the notebook of this name, in a Markdown table, and their minutes together."""
    return table_of(notebooks.read(name))


def table_of(notebook: nbformat.NotebookNode) -> str:
    """The same of a notebook that is read already."""
    sections = _sections(notebook)
    rows = [f"| {one.heading} | {one.minutes} | {one.say} | {one.ask} |" for one in sections]
    head = ["| section | minutes | say | ask |", "| --- | --- | --- | --- |"]
    total = sum(one.minutes for one in sections)
    return "\n".join([f"About {total} minutes, without the exercises.", "", *head, *rows])


def _sections(notebook: nbformat.NotebookNode) -> list[Section]:
    found: list[list[str]] = []  # of each, the texts: the first one has its heading, and a code cell has none
    for cell in notebook.cells:
        if cell.cell_type == "code":
            found[-1].append("")
            continue
        more, *begun = re.split("^## ", _FENCE.sub("", cell.source), flags=re.MULTILINE)
        if more and found:
            found[-1].append(more)
        found += [[text] for text in begun]
    sections = [_section(*texts) for texts in found]
    return [section for section in sections if not section.heading.startswith(LEFT_OUT)]


def _section(first: str, *further: str) -> Section:
    heading, _, prose = first.partition("\n")
    words = sum(len(text.split()) for text in (prose, *further))
    minutes = math.ceil(words / WORDS_A_MINUTE + further.count("") * MINUTES_A_CODE_CELL)
    question = _QUESTION.search("\n\n".join([prose, *further]))
    said = _SENTENCE.search(_NOT_SAID.sub("", prose))
    return Section(heading, max(1, minutes), _line(said[0] if said else ""), _line(question[1] if question else ""))


def _line(text: str) -> str:
    plain = re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", " ".join(text.split()))
    return re.sub(":$", ".", plain[:1].upper() + plain[1:]).replace("|", "\\|")
