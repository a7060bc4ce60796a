"""Slides from the notebooks: what each cell is in a deck, and long cells cut so that each slide fits the screen.

`slide_types` is the rule; `tests/refresh_pages.py` writes it into the notebooks. `FitToSlides` is for nbconvert, which
finds it by `jupyter_nbconvert_config.json` beside this file: installed with the project, as etc/jupyter has it.
"""

import math
import re
from html import escape
from typing import Any

from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode, from_dict

TYPES = ("slide", "subslide", "fragment", "notes", "skip")

# In pixels of a slide, of the size in `jupyter_nbconvert_config.json`: so wide that a notebook's longest line of code
# isn't cut off, and as high as a screen of 1024x768 then has room for. Measured in Chromium.
SLIDE = 830
LINE_OF_TEXT, CHARACTERS_A_LINE = 32, 94
LINE_OF_CODE, CHARACTERS_OF_CODE = 25, 84
PICTURE = 660
BETWEEN = 18

WORDS_TO_SAY = 40  # more than this, with no heading above it, is for the presenter to say

_SUBSLIDE = {"slideshow": {"slide_type": "subslide"}}
_PICTURE = re.compile(r"^!\[(?P<alternative>[^\]]*)\]\((?P<file>[^)]+)\)$")


def slide_types(notebook: NotebookNode) -> list[str]:
    """What each cell is in a deck, one of `TYPES`, from its content alone.

    A section begins a slide, and what follows appears on it step by step for as long as there's room. Long prose goes
    into the speaker's notes. Left out: what goes wrong, and the answers to the exercises with the cells to write them.
    """
    types: list[str] = []
    left_out = False
    room = 0
    for cell in notebook.cells:
        if _begins_section(cell):
            left_out = cell.source.startswith("## If it goes wrong")
        kind = "skip" if left_out else _type_of(cell)
        if kind == "fragment" and height(cell) > room:
            kind = "subslide"
        if kind in ("slide", "subslide"):
            room = SLIDE
        if kind not in ("notes", "skip"):
            room -= height(cell)
        types.append(kind)
    return types


class FitToSlides(Preprocessor):
    """Goes on with a cell on the slides below it where it's too high for one. Nothing is changed in the notebook."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """The notebook with its long cells in parts."""
        parts = [part for cell in nb.cells for part in self._parts(cell)]
        return _with(nb, cells=parts), resources

    def _parts(self, cell: NotebookNode) -> list[NotebookNode]:
        kind = cell.metadata.get("slideshow", {}).get("slide_type")
        if kind in (None, "notes", "skip"):
            return [cell]
        return _parts_of_text(cell) if cell.cell_type == "markdown" else _parts_of_code(cell)


def _type_of(cell: NotebookNode) -> str:
    """The same for one cell that is not left out, as if there were always room."""
    if cell.cell_type == "code":
        return "skip" if {"exercise", "check"} & set(cell.metadata.get("tags", [])) else "fragment"
    if _begins_section(cell):
        return "slide"
    if cell.source.startswith("<details>"):
        return "skip"
    if any(block.startswith("##") or _PICTURE.match(block) for block in _blocks(cell.source)):
        return "subslide"
    return "notes" if len(cell.source.split()) > WORDS_TO_SAY else "fragment"


def _begins_section(cell: NotebookNode) -> bool:
    return bool(cell.cell_type == "markdown" and re.match("##? ", cell.source))


def _parts_of_text(cell: NotebookNode) -> list[NotebookNode]:
    parts: list[list[str]] = [[]]
    room = SLIDE
    for block in _blocks(cell.source):
        height = _height_of_block(block)
        if parts[-1] and (height > room or block.startswith("## ")):
            parts.append([])
            room = SLIDE
        parts[-1].append(_sized(block))
        room -= height
    first, *further = ["\n\n".join(blocks) for blocks in parts]
    return [
        _with(cell, source=first),
        *(
            _with(cell, id=f"{cell.id}-{number}", source=text, metadata=_node(_SUBSLIDE))
            for number, text in enumerate(further, start=2)
        ),
    ]


def _parts_of_code(cell: NotebookNode) -> list[NotebookNode]:
    if height(cell) <= SLIDE:
        return [cell]
    # "transient" is how nbconvert's own TagRemovePreprocessor says what its templates leave out.
    without_code = _node({**_SUBSLIDE, "transient": {"remove_source": True}})
    outputs = list(map(_cut, cell.outputs))
    return [_with(cell, outputs=[]), _with(cell, id=f"{cell.id}-outputs", outputs=outputs, metadata=without_code)]


def _with(node: NotebookNode, **changed: Any) -> NotebookNode:
    """A copy with other content; the node itself stays as it is."""
    return _node({**node, **changed})


def _node(content: dict[str, Any]) -> NotebookNode:
    node: NotebookNode = from_dict(content)  # type: ignore[no-untyped-call]
    return node


def _cut(output: NotebookNode) -> NotebookNode:
    """An output of which only so much is left as fits."""
    if output.output_type != "stream":
        return output
    kept: list[str] = []
    room = SLIDE - 3 * LINE_OF_CODE
    for line in output.text.splitlines():
        room -= _height_of_code(line)
        if room < 0:
            kept.append("…")
            break
        kept.append(line)
    return _with(output, text="\n".join(kept))


def _blocks(source: str) -> list[str]:
    """Headings with what follows them, paragraphs, lists, code blocks and pictures: what is never cut in two."""
    blocks: list[str] = []
    in_code = False
    for part in source.split("\n\n"):
        below_heading = bool(blocks) and blocks[-1].startswith("#") and "\n" not in blocks[-1]
        if in_code or (below_heading and not _PICTURE.match(part)):
            blocks[-1] += f"\n\n{part}"
        else:
            blocks.append(part)
        in_code ^= part.count("```") % 2 == 1
    return blocks


def _sized(block: str) -> str:
    """A picture no higher than a slide has room for; every other block as it is."""
    picture = _PICTURE.match(block)
    if picture is None:
        return block
    return f'<img src="{picture["file"]}" alt="{escape(picture["alternative"])}" style="max-height: {PICTURE}px">'


def height(cell: NotebookNode) -> int:
    """How high a cell is on a slide, in pixels: an estimate that is rather too high than too low."""
    if cell.cell_type == "markdown":
        return sum(map(_height_of_block, _blocks(cell.source)))
    code = 0 if "transient" in cell.metadata else _height_of_code(cell.source) + BETWEEN
    return code + sum(map(_height_of_output, cell.outputs))


def _height_of_block(block: str) -> int:
    if _PICTURE.match(block):
        return PICTURE + BETWEEN
    text = re.sub(r"(?<=\])\([^)]*\)", "", block)  # a link's address isn't shown
    lines = text.splitlines()
    if "```" in text:
        return sum(LINE_OF_CODE * math.ceil(max(len(line), 1) / CHARACTERS_OF_CODE) for line in lines) + BETWEEN
    if lines[0].startswith("|"):
        return sum(8 + LINE_OF_TEXT * math.ceil(len(row) / CHARACTERS_A_LINE) for row in lines) + BETWEEN
    # A paragraph's lines are joined; a heading, and each entry of a list, begins a line of its own.
    paragraphs = re.split(r"\n\n|\n(?=- |\d+\. )", text)
    height = sum(LINE_OF_TEXT * math.ceil(len(one) / CHARACTERS_A_LINE) for one in paragraphs) + BETWEEN
    return height + (BETWEEN * text.count("\n\n")) + (40 if text.startswith("#") else 0)


def _height_of_code(text: str) -> int:
    return LINE_OF_CODE * sum(math.ceil(max(len(line), 1) / CHARACTERS_OF_CODE) for line in text.splitlines())


def _height_of_output(output: NotebookNode) -> int:
    data = output.get("data", {})
    if "image/png" in data:
        return PICTURE
    text = "".join(output.get("text", data.get("text/plain", "")))
    height = _height_of_code(text) + BETWEEN
    return 2 * height if "text/html" in data else height
