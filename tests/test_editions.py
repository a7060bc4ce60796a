"""The editions in other languages are made from the English notebooks and their texts, and speak one language each."""

import csv
import re

import nbformat
import pytest

from helpers import language
from tests import editions, notebooks, translation

ALL = editions.editions()
MADE = [(edition, name) for edition in ALL for name in edition.names]
REMEDY = "run `uv run python -m tests.refresh_editions`"
HAN = "\u3400-\u9fff"
each_edition = pytest.mark.parametrize("edition", ALL, ids=lambda edition: edition.language)
each_notebook = pytest.mark.parametrize(("edition", "name"), MADE, ids=lambda one: getattr(one, "language", one))


@each_edition
def test_nothing_lacks_a_translation(edition) -> None:
    assert {name: edition.missing(name) for name in edition.files if edition.missing(name)} == {}


@each_edition
def test_files_are_those_that_the_texts_make(edition) -> None:
    for path, text in edition.made().items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: {REMEDY}"
    made = {path.name for path in edition.made()}
    there = {path.name for path in edition.folder.rglob("*") if path.suffix in (".ipynb", ".svg")}
    assert there <= made


@each_edition
def test_texts_are_those_of_today(edition) -> None:
    for name in edition.files:
        assert edition.file(name).read_bytes() == edition.updated(name), f"{name}.po: {REMEDY}"


@each_notebook
def test_cells_and_code_are_those_of_the_english_notebook(edition, name) -> None:
    english = notebooks.read(name)
    made = nbformat.read(edition.folder / f"{name}.ipynb", as_version=4)
    assert [_shape(cell) for cell in made.cells] == [_shape(cell) for cell in english.cells]


@each_notebook
def test_links_lead_somewhere_and_to_the_same_pages(edition, name) -> None:
    english, made = (
        [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
        for notebook in (notebooks.read(name), nbformat.read(edition.folder / f"{name}.ipynb", as_version=4))
    )
    for source, other in zip(english, made, strict=True):
        assert sorted(re.findall(r"https://[^)\s`\"]+", other)) == sorted(re.findall(r"https://[^)\s`\"]+", source))
        assert sorted(_code(editions.without_languages(other))) == sorted(_code(editions.without_languages(source)))
        for target in re.findall(r"\]\((?!https?:|#)([^)\s#]+)", other):
            assert (edition.folder / target).exists(), target


def test_english_notebooks_lead_to_their_other_editions() -> None:
    for name in notebooks.NAMES:
        source = notebooks.read(name).cells[0].source
        assert source == editions.with_languages(source, editions.languages_of(name)), REMEDY


@each_edition
def test_one_word_is_used_for_one_thing(edition) -> None:
    with (edition.folder / "texts/glossary.csv").open(encoding="utf-8", newline="") as opened:
        glossary = list(csv.DictReader(opened))
    found = []
    for name in edition.files:
        for english, text in _translations(edition, name):
            for row in glossary:
                if row["not"] and re.search(row["not"], text):
                    found.append(f"{name}: {row['term']} is {row['word']}: {text}")
                if row["always"] and re.search(row["always"], _prose(english)) and row["word"] not in text:
                    found.append(f"{name}: {row['term']} is {row['word']}: {text}")
    assert found == []


@pytest.mark.parametrize("edition", [one for one in ALL if one.language.startswith("zh")], ids=["zh"])
def test_chinese_is_set_as_chinese_is(edition) -> None:
    """Full-width punctuation, a space between Chinese and Latin letters or digits, and no word of another region."""
    avoided = (edition.folder / "texts/avoid.txt").read_text(encoding="utf-8").split()
    found = []
    for name in edition.files:
        for _, text in _translations(edition, name):
            prose = _prose(text)
            wrong = [word for word in avoided if word in prose]
            wrong += re.findall(f"[{HAN}][,.;:?!()]|[,;:?!][{HAN}]", prose)
            wrong += re.findall(f"[{HAN}][A-Za-z0-9]|[A-Za-z0-9][{HAN}]", prose)
            found += [f"{name}: {one!r} in {text}" for one in wrong]
    assert found == []


def test_a_changed_text_is_shown_in_english_and_marked(tmp_path, monkeypatch) -> None:
    source = "## Save it\n\nOne call saves it.\n\n| what | how |\n| --- | --- |\n| a | b |"
    texts = tmp_path / "xx" / "texts"
    texts.mkdir(parents=True)
    (texts / "name.txt").write_text("Other", encoding="utf-8")
    (texts / "readme.po").write_text('msgid "Save it"\nmsgstr "儲存"\n\nmsgid "A call saves it."\nmsgstr "舊"\n')
    monkeypatch.setattr(notebooks, "FOLDER", tmp_path)
    monkeypatch.setattr(notebooks, "PROJECT", tmp_path)
    (tmp_path / "README.md").write_text(source, encoding="utf-8")
    edition = editions.Edition("xx")
    made = edition._readme()
    assert "## 儲存" in made
    assert "\n\n*[en]* One call saves it.\n\n| *[en]* what | how |\n| --- | --- |\n| *[en]* a | b |" in made
    assert edition.missing("readme") == ["One call saves it.", "| what | how |", "| a | b |"]
    assert "#, fuzzy" in edition.updated("readme").decode()  # the translator finds the earlier one there


def test_a_markdown_text_is_taken_apart_and_put_together_again() -> None:
    source = """# A `title`

- one
  item
- **two**

| a | b |
| --- | --- |
| c | d |

```python
print('code')
```

<details>
<summary><strong>Hint</strong></summary>

Look.

</details>"""
    assert translation.texts(source) == ["A `title`", "one item", "**two**", "| a | b |", "| c | d |", "Look.", "Hint"]
    made = translation.translated(source, lambda text: f"<{text}>")
    expected = source.replace("one\n  item", "<one item>").replace("A `title`", "<A `title`>")
    for text in ("**two**", "| a | b |", "| c | d |", "Hint", "Look."):
        expected = expected.replace(text, f"<{text}>")
    assert made == expected


def test_helpers_speak_the_language_of_the_notebook(tmp_path, monkeypatch) -> None:
    file = tmp_path / "helpers.po"
    file.write_text('msgid "Save it"\nmsgstr "儲存"\n\n#, fuzzy\nmsgid "New"\nmsgstr "舊"\n', encoding="utf-8")
    assert language._("Save it") == "Save it"
    monkeypatch.setattr(language, "_texts", None)
    language.use_texts(file)
    assert (language._("Save it"), language._("New"), language._("Other")) == ("儲存", "New", "Other")


def _shape(cell) -> tuple:
    """What an edition's cell has in common with the English one."""
    return (cell.cell_type, cell.id, cell.metadata, cell.source if cell.cell_type == "code" else "")


def _code(source: str) -> list[str]:
    """The code in a Markdown text: what is between backticks, and whole blocks."""
    return re.findall(r"```.*?```|`[^`\n]+`", re.sub(r"\s+", " ", source))


def _translations(edition, name: str) -> list[tuple[str, str]]:
    return [(str(one.id), str(one.string)) for one in edition.catalog(name) if one.id and one.string]


def _prose(text: str) -> str:
    """A text without its code, its HTML and the targets of its links."""
    return re.sub(r"`[^`]*`|<[^>]+>|(?<=\])\([^)]*\)|https?://\S+", "·", text)
