"""Each notebook as a learner goes through it: cell by cell, typing into the forms, solving the exercise, saving.

Whoever watches the screen meanwhile sees no secret's value that nobody asked to see, in no frame.
"""

import re
import sqlite3
from contextlib import closing

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

# In a page, this keeps each text that comes into it, however short a time it's there: what a page shows in a frame, it
# was given before. A field hides what a password is.
WATCH = """() => {
  const seen = new Set();
  const element = node => node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
  const text = node => node.textContent + [...element(node)?.querySelectorAll?.('*') ?? []].map(
    inner => inner.shadowRoot?.textContent ?? (inner.type === 'password' ? '' : inner.value ?? '')).join('\\n');
  const keep = node => seen.add(text(element(node)?.closest('.jp-Cell') ?? node));
  const observer = new MutationObserver(changes => new Set(changes.map(one => one.target)).forEach(keep));
  window.watching?.disconnect();
  window.watching = observer;
  observer.observe(document.body, { childList: true, subtree: true, characterData: true });
  document.querySelectorAll('.jp-Cell').forEach(keep);
  window.seen = () => { document.querySelectorAll('.jp-Cell').forEach(keep); return [...seen]; };
}"""


@pytest.mark.parametrize("name", notebooks.NAMES)
def test_notebook_leads_from_its_first_cell_to_a_saved_file(lab: Lab, name: str) -> None:
    notebook = lab.open(name)
    cells = notebooks.read(name).cells
    watch(notebook)
    shown = _go_through(notebook, cells) if name < "06" else _run_all(notebook, cells)
    notebook.save()

    assert seen_of_secrets(notebook) == []
    assert notebook.errors() == []
    assert notebook.console_errors == []
    assert notebook.requests_elsewhere == []
    for sentence in SHOWN.get(name, []):
        assert sentence in shown
    _assert_all_has_a_name(notebook)
    _assert_file_reads_without_a_kernel(lab.saved(name))


def test_a_value_that_is_on_the_screen_for_a_moment_is_noticed(lab: Lab) -> None:
    notebook = lab.open("02-save-a-secret")
    watch(notebook)
    notebook.run_to(notebook.place("# snippet: save-again"))
    assert seen_of_secrets(notebook) == []
    shows = "from IPython.display import clear_output\nprint('It is', secret_value)\nclear_output()"
    notebook.write(notebook.active(), shows)
    notebook.run_next()
    assert seen_of_secrets(notebook) == [notebook.text(notebook.place("# snippet: describe")).split()[1]]


def watch(notebook: Notebook) -> None:
    """Keep from now on what the page shows, frame by frame."""
    notebook.page.evaluate(WATCH)


def seen_of_secrets(notebook: Notebook) -> list[str]:
    """Whose values have been on the page since it's been watched: of all secrets that the practice cloud has now.

    Its programs' passwords are looked for as well. A value that a notebook has in its own text is no secret.
    """
    with closing(sqlite3.connect(notebook.lab.practice / "practice.sqlite3")) as state:
        found = state.execute("SELECT name, value FROM versions JOIN secrets ON secrets.id = secret").fetchall()
        found += state.execute("SELECT name, value FROM passwords JOIN principals USING (object_id)").fetchall()
    written = "\n".join(cell.source for cell in notebooks.read(notebook.name).cells)
    seen = "\n".join(notebook.page.evaluate("() => window.seen()"))
    return [name for name, value in found if value in seen and value not in written]


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
