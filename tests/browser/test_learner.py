"""Each notebook as a learner goes through it: cell by cell, typing into the forms, solving the exercise, saving."""

import re

import pytest
from nbformat import NotebookNode

from tests import notebooks
from tests.browser.conftest import Lab, Notebook
from tests.refresh_outputs import WIDGET_VIEW

# What a learner types, by the field's label, and where it must show up. A form that is not here is left as it is.
TYPED = {
    "02-save-a-secret": {"Secret name": "learners-own-name", "Secret value": "fake-value-typed"},
    "05-put-it-together": {"Secret name": "learners-own-name", "Secret value": "fake-value-typed"},
}
SHOWN = {
    "02-save-a-secret": ["Saved 'learners-own-name'", "'learners-own-name' now has 2 versions"],
    "05-put-it-together": ["Saved 'learners-own-name'", f"a value of {len('fake-value-typed')} characters"],
}


@pytest.mark.parametrize("name", notebooks.NAMES)
def test_notebook_leads_from_its_first_cell_to_a_saved_file(lab: Lab, name: str) -> None:
    notebook = lab.open(name)
    cells = notebooks.read(name).cells
    shown = _go_through(notebook, cells) if name < "06" else _run_all(notebook, cells)
    notebook.save()

    assert notebook.errors() == []
    assert notebook.console_errors == []
    assert notebook.requests_elsewhere == []
    for sentence in SHOWN.get(name, []):
        assert sentence in shown
    _assert_all_has_a_name(notebook)
    _assert_file_reads_without_a_kernel(lab.saved(name))


def _go_through(notebook: Notebook, cells: list[NotebookNode]) -> str:
    """Run and fill in every cell; what the code cells show, all of it."""
    shown = ""
    solutions = iter(notebooks.solutions(notebook.name))
    for index, cell in enumerate(cells):
        tags = cell.metadata.get("tags", [])
        assert notebook.active() == index
        if "exercise" in tags:
            notebook.write(index, next(solutions))
        notebook.run_next()
        if "form" in tags:
            for label, text in TYPED.get(notebook.name, {}).items():
                notebook.type_into(label, text)
            notebook.select(index + 1)
        if "check" in tags:
            assert notebook.text(index).startswith("✓ Right")
        if cell.cell_type == "code":
            shown += notebook.text(index)
    return shown


def _run_all(notebook: Notebook, cells: list[NotebookNode]) -> str:
    """Write the solutions of the exercises, and run all cells at once; what the code cells show, all of it."""
    solutions = iter(notebooks.solutions(notebook.name))
    for index, cell in enumerate(cells):
        if "exercise" in cell.metadata.get("tags", []):
            notebook.write(index, next(solutions))
    notebook.run_all()
    shown = {index: notebook.text(index) for index, cell in enumerate(cells) if cell.cell_type == "code"}
    for index, cell in enumerate(cells):
        if "check" in cell.metadata.get("tags", []):
            assert shown[index].startswith("✓ Right")
    return "".join(shown.values())


def _assert_all_has_a_name(notebook: Notebook) -> None:
    """What a screen reader comes to, and what it calls it: in the Markdown and the outputs, which are ours.

    JupyterLab gives a chart no alternative text; a cell above it prints the chart's numbers.
    """
    for part in notebook.page.locator(".jp-MarkdownOutput, .jp-OutputArea-output:not(.jp-RenderedImage)").all():
        spoken = part.aria_snapshot()
        assert re.findall(r"- (?:textbox|combobox|button|checkbox|img|link)(?! \").*", spoken) == [], spoken


def _assert_file_reads_without_a_kernel(notebook: NotebookNode) -> None:
    assert "widgets" not in notebook.metadata
    for cell in notebooks.code_cells(notebook):
        for output in cell.outputs:
            data = output.get("data", {})
            if WIDGET_VIEW in data:
                assert data["text/plain"]
                assert "Box(" not in data["text/plain"]
