"""The pages that are made from the notebooks say what the notebooks say now."""

import nbformat

from tests import notebooks, refresh_pages

REMEDY = "run `uv run python -m tests.refresh_pages`"


def test_index_is_the_one_made_from_the_notebooks() -> None:
    committed = nbformat.read(notebooks.FOLDER / "index.ipynb", as_version=4)
    assert [cell.source for cell in committed.cells] == [cell.source for cell in refresh_pages.index().cells], REMEDY
    for name in notebooks.NAMES:
        assert f"({name}.ipynb)" in committed.cells[0].source


def test_snippets_are_those_of_the_notebooks() -> None:
    assert (notebooks.FOLDER / "snippets.md").read_text(encoding="utf-8") == refresh_pages.snippets(), REMEDY


def test_readme_has_the_table_of_today() -> None:
    assert (notebooks.PROJECT / "README.md").read_text(encoding="utf-8") == refresh_pages.readme(), REMEDY


def test_a_notebook_is_described_by_its_own_words() -> None:
    about = refresh_pages.about("04-delete-a-secret")
    assert about.title == "04 Delete a secret"
    assert about.do.startswith("Begin a deletion, and see what a poller is. Wait until it has taken effect.")
    assert about.need == "A secret that nobody needs. The cells below save one."
    assert 5 <= about.minutes <= 60
