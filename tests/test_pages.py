"""The pages that are made from the notebooks say what the notebooks say now."""

import nbformat
import pytest

from tests import notebooks, refresh_pages

REMEDY = "run `uv run python -m tests.refresh_pages`"
FIRST_CELL = """\
# Save a secret

*About 15 minutes. Afterwards you can save a secret, and save
it again.*

**What you'll do:** save a secret."""


@pytest.fixture
def one_notebook(monkeypatch):
    """Makes `02-save-a-secret` the only notebook, with a first cell of the test's."""

    def make(first_cell, *cells):
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(first_cell), *cells])
        monkeypatch.setattr(notebooks, "NAMES", ["02-save-a-secret"])
        monkeypatch.setattr(notebooks, "read", lambda _name: notebook)
        return notebook

    return make


def test_index_is_the_one_made_from_the_notebooks() -> None:
    committed = nbformat.read(notebooks.FOLDER / "index.ipynb", as_version=4)
    assert [cell.source for cell in committed.cells] == [cell.source for cell in refresh_pages.index().cells], REMEDY
    for name in notebooks.NAMES:
        assert f"({name}.ipynb)" in committed.cells[0].source


def test_snippets_are_those_of_the_notebooks() -> None:
    assert (notebooks.FOLDER / "snippets.md").read_text(encoding="utf-8") == refresh_pages.snippets(), REMEDY


def test_readme_has_the_tables_of_today() -> None:
    assert (notebooks.PROJECT / "README.md").read_text(encoding="utf-8") == refresh_pages.readme(), REMEDY


def test_the_presenters_page_has_the_steps_of_today() -> None:
    assert (notebooks.FOLDER / "present.md").read_text(encoding="utf-8") == refresh_pages.present(), REMEDY


def test_every_notebook_gives_the_right_minutes_and_takes_at_most_30() -> None:
    assert refresh_pages.wrong_minutes() == []
    assert [name for name in notebooks.NAMES if refresh_pages.about(name).minutes > 30] == []


def test_every_notebook_says_in_one_short_line_what_a_reader_can_do_afterwards() -> None:
    for name in notebooks.NAMES:
        about = refresh_pages.about(name)
        assert 20 <= len(about.afterwards) <= 110, f"{name}: {about.afterwards}"
        assert "|" not in about.afterwards


def test_a_notebook_is_described_by_its_own_words(one_notebook) -> None:
    one_notebook(FIRST_CELL)
    about = refresh_pages.about("02-save-a-secret")
    assert about.title == "02 Save a secret"
    assert about.minutes == 15
    assert about.afterwards == "save a secret, and save it again"


def test_the_tables_have_a_line_for_each_notebook_in_its_part(one_notebook) -> None:
    one_notebook(FIRST_CELL)
    assert (
        "### The quickstart\n\n"
        "| notebook | minutes | afterwards you can … |\n"
        "| --- | --- | --- |\n"
        "| [02 Save a secret](notebooks/02-save-a-secret.ipynb) | 15 | save a secret, and save it again |\n"
    ) in refresh_pages.readme()
    assert "| [02 Save a secret](02-save-a-secret.ipynb) | 15 |" in refresh_pages.index().cells[0].source


def test_a_notebook_that_does_not_describe_itself_is_told(one_notebook) -> None:
    one_notebook("# Save a secret\n\nA secret is a name with a value.")
    with pytest.raises(ValueError, match="02-save-a-secret: start its first cell with '# Its title'"):
        refresh_pages.about("02-save-a-secret")


def test_minutes_count_words_cells_and_exercises(one_notebook) -> None:
    words = nbformat.v4.new_markdown_cell(f"{'word ' * 1_500}\n\n```python\n{'code ' * 1_000}\n```")
    cells = [nbformat.v4.new_code_cell("1") for _ in range(17)]
    exercises = [nbformat.v4.new_code_cell("2", metadata={"tags": ["exercise"]}) for _ in range(3)]
    assert refresh_pages.minutes(one_notebook("# Save a secret", words)) == 10
    assert refresh_pages.minutes(one_notebook("# Save a secret", words, *cells)) == 15
    assert refresh_pages.minutes(one_notebook("# Save a secret", words, *exercises)) == 20


def test_wrong_minutes_are_told_with_the_right_ones(one_notebook) -> None:
    one_notebook(FIRST_CELL)
    [told] = refresh_pages.wrong_minutes()
    assert told == "02-save-a-secret: it takes about 5 minutes. Say so in its second line, which says 15."


def test_a_notebook_without_a_part_is_told(one_notebook, monkeypatch) -> None:
    one_notebook(FIRST_CELL)
    monkeypatch.setattr(notebooks, "NAMES", ["99-save-a-secret"])
    with pytest.raises(ValueError, match="99-save-a-secret is in no part"):
        refresh_pages.readme()
