"""Slides from the notebooks: each cell's slide type is the rule's, and no slide has more on it than fits."""

import re
import sys
from pathlib import Path

import nbformat
import pytest

from helpers import slides
from tests import notebooks, refresh_pages

PICTURE = "![What a picture shows, for someone who can't see it.](pictures/parts.svg)"
ANSWER = "<details>\n<summary><strong>Solution</strong></summary>\n\nIt's this.\n\n</details>"

each_notebook = pytest.mark.parametrize("name", notebooks.NAMES)


def markdown(source, kind=None):
    metadata = {"slideshow": {"slide_type": kind}} if kind else {}
    return nbformat.v4.new_markdown_cell(source, metadata=metadata)


def code(source, text="", tags=(), kind=None):
    outputs = [nbformat.v4.new_output("stream", text=text)] if text else []
    metadata = {"tags": list(tags)} | ({"slideshow": {"slide_type": kind}} if kind else {})
    return nbformat.v4.new_code_cell(source, outputs=outputs, metadata=metadata)


def types(*cells):
    return slides.slide_types(nbformat.v4.new_notebook(cells=list(cells)))


def in_parts(*cells):
    """What is shown, cell by cell, once each fits."""
    notebook, _ = slides.FitToSlides().preprocess(nbformat.v4.new_notebook(cells=list(cells)), {})
    return notebook.cells


@each_notebook
def test_every_cell_has_the_slide_type_of_the_rule(name: str) -> None:
    found = [cell.metadata.get("slideshow") for cell in notebooks.read(name).cells]
    expected = [cell.metadata.slideshow for cell in refresh_pages.with_slides(name).cells]
    assert found == expected, "run `uv run python -m tests.refresh_pages`"


@each_notebook
def test_a_deck_begins_with_the_title_and_has_a_slide_for_each_section(name: str) -> None:
    notebook = notebooks.read(name)
    kinds = slides.slide_types(notebook)
    assert set(kinds) <= set(slides.TYPES)
    for cell, kind in zip(notebook.cells, kinds, strict=True):
        begins = cell.cell_type == "markdown" and re.match("##? (?!If it goes wrong)", cell.source)
        assert (kind == "slide") == bool(begins), cell.source
    assert kinds[0] == "slide"


@each_notebook
def test_nothing_runs_off_a_slide(name: str) -> None:
    room = slides.SLIDE
    for cell in in_parts(*refresh_pages.with_slides(name).cells):
        kind = cell.metadata.slideshow.slide_type
        if kind in ("slide", "subslide"):
            room = slides.SLIDE
        if kind not in ("notes", "skip"):
            room -= slides.height(cell)
        assert room >= 0, cell.source


def test_what_goes_wrong_and_the_answers_are_left_out() -> None:
    assert types(
        markdown("# Save a secret\n\nAbout 5 minutes."),
        markdown("## Exercise: save one\n\nSave it."),
        code("exercise"),
        code("# Your code goes here.", tags=["exercise"]),
        code("exercise.check()", tags=["check"]),
        markdown(ANSWER),
        markdown("## If it goes wrong\n\n- **Forbidden**: ask for a role."),
        code("close()"),
        markdown("## What you learned\n\n- A secret has a name."),
    ) == ["slide", "slide", "fragment", "skip", "skip", "skip", "skip", "skip", "slide"]


def test_short_prose_is_shown_and_long_prose_is_said() -> None:
    said = " ".join(["word"] * 41)
    assert types(markdown("# T"), markdown("It's there."), markdown(said), markdown(f"{said}\n\n{PICTURE}")) == [
        "slide",
        "fragment",
        "notes",
        "subslide",
    ]


def test_code_goes_on_below_when_its_slide_is_full() -> None:
    of_ten_lines = [code("\n".join(["do()"] * 10)) for _ in range(3)]
    assert types(markdown("## Step 1: do it"), *of_ten_lines) == [
        "slide",
        "fragment",
        "fragment",
        "subslide",
    ]


def test_a_long_text_is_cut_between_its_paragraphs_and_nothing_is_lost() -> None:
    text = "\n\n".join(["## Step 1: read this", *[f"{number} {'word ' * 60}".strip() for number in range(8)]])
    cells = in_parts(markdown(text, kind="slide"))
    assert len(cells) == 2
    assert [cell.metadata.slideshow.slide_type for cell in cells] == ["slide", "subslide"]
    assert "\n\n".join(cell.source for cell in cells) == text


def test_a_heading_stays_with_its_text_and_code_in_one_piece() -> None:
    fenced = "```python\n" + "\n\n".join(["call()"] * 18) + "\n```"
    cells = in_parts(markdown(f"## Step 1: run it\n\nFirst this.\n\n{fenced}", kind="slide"))
    assert [cell.source for cell in cells] == ["## Step 1: run it\n\nFirst this.", fenced]


def test_a_picture_is_made_to_fit_and_keeps_its_alternative_text() -> None:
    [_, cell] = in_parts(markdown(f"## Step 1: look\n\n{'word ' * 60}\n\n{PICTURE}", kind="slide"))
    assert "max-height: 660px" in cell.source
    assert 'alt="What a picture shows, for someone who can&#x27;t see it."' in cell.source


def test_an_output_that_does_not_fit_goes_below_its_code_and_says_where_it_was_cut() -> None:
    long = code("\n".join(["show()"] * 20), "\n".join(f"line {number}" for number in range(60)), kind="fragment")
    above, below = in_parts(long)
    assert above.outputs == []
    assert below.metadata.slideshow.slide_type == "subslide"
    assert below.metadata.transient.remove_source
    shown = below.outputs[0].text.splitlines()
    assert (shown[0], shown[-1]) == ("line 0", "…")
    assert len(long.outputs[0].text.splitlines()) == 60, "the notebook itself is as it was"


def test_the_environment_has_the_configuration_for_nbconvert() -> None:
    file = "jupyter_nbconvert_config.json"
    installed = Path(sys.prefix) / "etc" / "jupyter" / file
    source = notebooks.PROJECT / "helpers" / file
    assert installed.read_text() == source.read_text(), "run `uv sync`, or `pip install -e .`"
