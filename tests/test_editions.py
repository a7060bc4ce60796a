"""The editions in other languages are made from the English notebooks and their texts, and speak one language each."""

import ast
import csv
import re
import sys
from collections.abc import Iterator
from string import Formatter

import nbformat
import pytest
from azure.core.exceptions import ResourceExistsError

from helpers import connection, error_display, forms, language
from helpers.cards import TableCard
from helpers.errors import NotebookError
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
    for name in (*notebooks.NAMES, "index"):
        source = notebooks.read(name).cells[0].source
        assert source == editions.with_languages(source, editions.languages_of(name)), REMEDY


@pytest.mark.parametrize(
    "edition",
    [one for one in ALL if (one.folder / "texts/glossary.csv").exists()],
    ids=lambda edition: edition.language,
)
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


@each_edition
def test_helpers_texts_have_the_fields_of_the_english_ones(edition) -> None:
    wrong = [text for english, text in _translations(edition, "helpers") if _fields(text) != _fields(english)]
    assert wrong == []


@each_edition
def test_an_exercise_has_one_title(edition) -> None:
    """The heading in the notebook and the card of the exercise say the same."""
    titles = {english: text for english, text in _translations(edition, "helpers") if english.startswith("Exercise: ")}
    for name in edition.names:
        for english, text in _translations(edition, name):
            assert titles.get(english, text) == text, name


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


# What the exercises hold of words and don't say: values to save or to find, and a library's own words.
NOT_SAID = {
    '# settings of the shop\nLOG_LEVEL=info\nDB_PASSWORD="',
    "a new beginning",
    "curly quote",
    "different event loop",
    "first draft",
    "letter in two parts",
    "line break",
    "non-breaking space",
    "second draft",
    "signed in",
    "zero-width space",
}


@pytest.mark.parametrize(
    "path", sorted((notebooks.PROJECT / "helpers/exercises").glob("*.py")), ids=lambda one: one.stem
)
def test_all_that_an_exercise_says_can_be_translated(path) -> None:
    unmarked = _strings(ast.parse(path.read_text(encoding="utf-8")))
    code = r"\w+\(.*\)|resourceType eq .*"
    found = [text for text in unmarked if re.search("[a-z][,:.;]? [a-z`]", text) and not re.fullmatch(code, text)]
    assert set(found) <= NOT_SAID, "mark it with `_`, or with `N_` where it isn't shown at once"


# What a reader of a notebook sees of the helpers.
SEEN = """
from helpers import SecretName, connect, exercises, missing_names

print(repr(connect()))
print(repr(SecretName("Secret name", "two words")))
exercise = exercises.FindTheNewcomer()
for answer in (None, exercise.start, exercise.name):
    print(repr(exercise.check(answer)))
try:
    client
except NameError as error:
    print(missing_names.advice(error, error.__traceback__))
"""
IN_ENGLISH = """\
Note: Practice vault: practice-vault
  Where: the practice cloud, on this computer. No call to a vault leaves it.
  Your data: stays in a file that only you can read. Don't save real secrets here.
  Empty it: `from helpers import reset`, then `reset()`
Secret name: two words
(No form here? Add .ask() to the end of this cell's last line, and run the cell again.)
○ Not tried yet: Exercise: find a secret by the start of its name
  Next: Ask the vault for its names again, then put the right one into `answer`.
✗ Not right yet: Exercise: find a secret by the start of its name
  Hint: That's how the name starts. Ask the vault how it goes on.
✓ Right: Exercise: find a secret by the start of its name
  Next: You signed in, asked the vault, and used what it said. You're ready for the next notebook.
name 'client' is not defined (line 10). Run the cells above first: start at Connect, or choose Run > Run All Above \
Selected Cell. If no cell above defines it, check its spelling.
"""
IN_CHINESE = """\
說明：練習保存庫：practice-vault
  位置：這台電腦上的練習雲端。對保存庫的呼叫都不會離開這台電腦。
  你的資料：放在只有你能讀取的檔案裡。請不要在這裡儲存真正的祕密。
  清空：先執行 `from helpers import reset`，再執行 `reset()`
祕密的名稱：two words
（這裡沒有表單嗎？在這個儲存格最後一行的結尾加上 .ask()，再執行一次。）
○ 還沒試：練習：用名稱的開頭找出祕密
  下一步：再向保存庫要一次名稱，然後把對的那個放進 `answer`。
✗ 還不對：練習：用名稱的開頭找出祕密
  提示：這只是名稱的開頭。後面是什麼，請問保存庫。
✓ 答對了：練習：用名稱的開頭找出祕密
  下一步：你登入了，問了保存庫，也用了它的回答。可以進入下一本筆記本了。
name 'client' is not defined：這個名稱還沒有定義（第 10 行）。\
請先執行上面的儲存格：從「連線」開始，或點選選單 Run > Run All Above Selected Cell。\
如果上面沒有儲存格定義它，請檢查拼字。
"""


@pytest.mark.parametrize(
    ("folder", "computer", "seen"), [(".", "zh_TW", IN_ENGLISH), ("zh-TW", "en_US", IN_CHINESE)], ids=["en", "zh-TW"]
)
def test_the_notebook_chooses_the_language_and_not_the_computer(
    started, monkeypatch, capsys, folder, computer, seen
) -> None:
    for name in ("LANG", "LC_ALL", "LC_MESSAGES", "LANGUAGE"):
        monkeypatch.setenv(name, f"{computer}.UTF-8")
    monkeypatch.setattr(language, "_texts", None)
    monkeypatch.delitem(sys.modules, "helpers")  # so that the folder's own file is found, as in a notebook
    monkeypatch.syspath_prepend(notebooks.FOLDER / folder)
    exec(SEEN, {"__name__": "__main__"})  # noqa: S102 - what this file says
    assert capsys.readouterr().out == seen


@pytest.fixture
def in_chinese(monkeypatch):
    """The helpers speak Chinese in this test."""
    monkeypatch.setattr(language, "_texts", notebooks.FOLDER / "zh-TW/texts/helpers.po")


def test_a_choice_is_shown_translated_and_stands_for_the_same(in_chinese) -> None:
    options = {"Practice, on this computer": "practice", "My own vault on Azure": "azure"}
    where = forms.Choice("Where to work", options, "My own vault on Azure")
    assert (where._widget.label, where._widget.content, where.value) == (
        "在哪裡工作",
        "我自己在 Azure 上的保存庫",
        "azure",
    )
    assert where._widget.options == ["在這台電腦上練習", "我自己在 Azure 上的保存庫"]
    assert "核心" in where._widget.busy  # what the page says by itself comes from the kernel, too
    assert "核心" in where._widget.lost


def test_what_to_do_about_an_error_of_the_service_is_translated_and_its_message_is_not(in_chinese, monkeypatch) -> None:
    class Shell:
        def showtraceback(self, shown, tb_offset) -> None:
            pass

    error = ResourceExistsError("(Conflict) Secret x is currently in a deleted but recoverable state")
    error_display._show(Shell(), ResourceExistsError, error, None)
    message, to_do = error._render_traceback_()
    assert message == "ResourceExistsError: (Conflict) Secret x is currently in a deleted but recoverable state"
    assert to_do.startswith("怎麼辦：祕密刪除之後，名稱還會被占用。")
    assert to_do.endswith("（參見筆記本 19 的步驟 4。）")


def test_an_error_of_the_practice_cloud_is_told_in_chinese(in_chinese, state_folder) -> None:
    state_folder.touch()  # a file where the folder should be
    with pytest.raises(NotebookError, match=r"^練習雲端無法把狀態存在 .*PRACTICE_CLOUD_HOME 設為你可以寫入的資料夾"):
        connection.connect()


def test_a_table_in_plain_text_is_straight_in_chinese_too() -> None:
    lines = repr(TableCard("A table", ("名稱", "b"), [("a", "x"), ("三個字", "y")])).splitlines()
    assert lines[1:] == ["  名稱    b", "  a       x", "  三個字  y"]


def _strings(node: ast.AST) -> Iterator[str]:
    """The strings of a module, also the parts of f-strings, but for docstrings and what is marked for translation."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    marked = isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_", "N_")
    docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    for child in () if marked or docstring else ast.iter_child_nodes(node):
        yield from _strings(child)


def _shape(cell) -> tuple:
    """What an edition's cell has in common with the English one."""
    return (cell.cell_type, cell.id, cell.metadata, cell.source if cell.cell_type == "code" else "")


def _fields(text: str) -> list[str]:
    """The fields of a text that `format` fills in, in the order of their names."""
    return sorted(field for _, field, _, _ in Formatter().parse(text) if field is not None)


def _code(source: str) -> list[str]:
    """The code in a Markdown text: what is between backticks, and whole blocks."""
    return re.findall(r"```.*?```|`[^`\n]+`", re.sub(r"\s+", " ", source))


def _translations(edition, name: str) -> list[tuple[str, str]]:
    return [(str(one.id), str(one.string)) for one in edition.catalog(name) if one.id and one.string]


def _prose(text: str) -> str:
    """A text without its code, its HTML, the targets of its links and the names of its fields."""
    return re.sub(r"`[^`]*`|<[^>]+>|(?<=\])\([^)]*\)|https?://\S+|\{\w+\}", "·", text)
