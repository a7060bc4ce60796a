"""What every notebook keeps to (the order inside, small cells, real outputs), and what nbval lets pass."""

import re

import pytest

from helpers.forms import SecretName
from tests import notebooks

FIRST_CELL = re.compile(
    r"""# (?P<title>[^\n]+)

(?:English · [^\n]+

)?\*About (?P<minutes>\d+) minutes\. Afterwards you can (?P<afterwards>[^*]+)\.\*

\*\*What you'll do:\*\* (?P<do>.+)

\*\*What you'll learn:\*\* (?P<learn>.+)

\*\*What you'll need:\*\* (?P<need>.+)""",
    re.DOTALL,
)
SECTIONS = ["## Connect", "## If it goes wrong", "## What you learned"]
WORDS = 1850  # of Markdown, code blocks aside: what can be read and done in half an hour
MINUTES = 30
# "1 secrets", but neither "1 is", "0.1 seconds", "21 secrets" nor "1 process".
ONE_OF_MANY = re.compile(r"(?<![Vv]ersion )(?<![\d.,:-])1 (?!(?:is|was|has|as|this|its|ms)\b)[a-z]+(?<!s)s\b")
ASCII_LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")

each_notebook = pytest.mark.parametrize("name", notebooks.NAMES)


def test_there_are_notebooks_and_they_are_numbered() -> None:
    assert [int(name[:2]) for name in notebooks.NAMES] == list(range(22))
    assert (notebooks.NAMES[0], notebooks.NAMES[-1]) == ("00-set-up", "21-make-your-own-vault")


@each_notebook
def test_begins_with_a_title_and_what_it_promises(name: str) -> None:
    first = FIRST_CELL.fullmatch(notebooks.read(name).cells[0].source)
    assert first, "the first cell has a title, the minutes with what you can do afterwards, and the three promises"
    assert first["title"].replace("-", " ") == name[3:].replace("-", " ").capitalize()
    assert int(first["minutes"]) <= MINUTES
    assert len(first["afterwards"]) <= 110, "the README's table has a line for it"
    for promise in ("do", "learn", "need"):
        assert "\n\n" not in first[promise], "each promise is one paragraph"
        assert first[promise].rstrip().endswith(".")


@each_notebook
def test_is_not_too_long(name: str) -> None:
    assert notebooks.words(notebooks.read(name)) <= WORDS


@each_notebook
def test_has_two_exercises_and_the_set_up_a_checkpoint(name: str) -> None:
    expected = {"00-set-up": 1, "21-make-your-own-vault": 0}.get(name, 2)
    notebook = notebooks.read(name)
    assert len(re.findall("^## Exercise: [a-z]", notebooks.text(notebook), re.MULTILINE)) == expected
    for tag in ("exercise", "check"):
        assert len(notebooks.code_cells(notebook, tag)) == expected


@each_notebook
def test_has_one_title_and_the_sections_in_order(name: str) -> None:
    text = notebooks.text(notebooks.read(name))
    assert len(re.findall("^# ", text, re.MULTILINE)) == 1
    places = [text.index(f"{section}\n") for section in SECTIONS]
    assert places == sorted(places)
    steps = [int(number) for number in re.findall(r"^## Step (\d+): [a-z]", text, re.MULTILINE)]
    assert steps == list(range(1, len(steps) + 1))


@each_notebook
def test_connects_in_its_first_code_cell(name: str) -> None:
    first = notebooks.code_cells(notebooks.read(name))[0]
    assert first.source == "from helpers import connect\n\nconnect()"
    assert first.metadata.tags == ["connect"]


@each_notebook
def test_code_cells_are_small_and_come_after_prose(name: str) -> None:
    previous = None
    for cell in notebooks.read(name).cells:
        if cell.cell_type == "code":
            assert len(cell.source.splitlines()) <= 20, cell.source
            assert max(map(len, cell.source.splitlines())) <= 88, "a longer line scrolls sideways on a projector"
            assert previous is not None
        previous = cell


@each_notebook
def test_every_code_cell_has_run_in_order_without_an_error(name: str) -> None:
    cells = notebooks.code_cells(notebooks.read(name))
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    for cell in cells:
        assert "raises-exception" not in cell.metadata.get("tags", [])
        for output in cell.outputs:
            assert output.output_type != "error", cell.source
            assert output.get("name") != "stderr", cell.source


@each_notebook
def test_counts_one_thing_as_one(name: str) -> None:
    for cell in notebooks.code_cells(notebooks.read(name)):
        for shown in notebooks.shown(cell):
            assert not ONE_OF_MANY.search(shown), shown


@each_notebook
def test_uses_no_shell_and_no_magic_but_writefile(name: str) -> None:
    for cell in notebooks.code_cells(notebooks.read(name)):
        special = [line for line in cell.source.splitlines() if re.match(r"\s*[%!]", line)]
        assert [line for line in special if not line.startswith("%%writefile ")] == []


@each_notebook
def test_file_holds_no_widget_state_and_no_traces_of_one_computer(name: str) -> None:
    notebook = notebooks.read(name)
    assert notebook.metadata == {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"slideshow", "tags"}
        assert set(cell.metadata.get("tags", [])) <= {"connect", "form", "snippet", "exercise", "check"}
    raw = (notebooks.FOLDER / f"{name}.ipynb").read_text(encoding="utf-8")
    assert "widget-view" not in raw
    assert not re.search(r"/home/|/Users/|/root/|/tmp/|C:\\\\", raw)


@each_notebook
def test_pictures_have_alternative_text_and_links_lead_somewhere(name: str) -> None:
    text = notebooks.text(notebooks.read(name))
    for alternative, target in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", text):
        assert len(alternative) > 40
        assert (notebooks.FOLDER / target).is_file()
    for target in ASCII_LINK.findall(text):
        if target.startswith("#"):
            assert re.search(f"^## {re.escape(target[1:].replace('-', ' '))}$", text, re.MULTILINE)
        elif not target.startswith("https://"):
            assert (notebooks.FOLDER / target).is_file(), target


def test_previous_and_next_lead_through_all_notebooks() -> None:
    for number, name in enumerate(notebooks.NAMES):
        last = notebooks.read(name).cells[-1].source.splitlines()[-1]
        around = []
        if number > 0:
            around.append(f"Previous: {_link(notebooks.NAMES[number - 1])}")
        if number + 1 < len(notebooks.NAMES):
            around.append(f"Next: {_link(notebooks.NAMES[number + 1])}")
        assert last == " · ".join(around)


def _link(name: str) -> str:
    title = notebooks.read(name).cells[0].source.splitlines()[0].removeprefix("# ")
    return f"[{title}]({name}.ipynb)"


@each_notebook
def test_imports_helpers_only_outside_of_snippets(name: str) -> None:
    for cell in notebooks.code_cells(notebooks.read(name)):
        imported = re.findall(r"^(?:from|import) (helpers\S*)", cell.source, re.MULTILINE)
        assert set(imported) <= {"helpers"}
        if "snippet" in cell.metadata.get("tags", []):
            assert imported == []
            assert "_field" not in cell.source


@each_notebook
def test_asks_by_forms_and_never_by_input(name: str) -> None:
    for cell in notebooks.code_cells(notebooks.read(name)):
        if not cell.source.startswith("%%writefile"):
            assert not re.search(r"\b(input|getpass)\(", cell.source)


def test_names_made_up_are_legal_and_fresh() -> None:
    for name in notebooks.NAMES:
        for snippet in notebooks.snippets(name):
            if snippet.name == "name-and-value":
                first: dict = {}
                second: dict = {}
                exec(snippet.code, first)  # noqa: S102 - the notebook's own code
                exec(snippet.code, second)  # noqa: S102
                assert first["secret_name"] != second["secret_name"]
                assert SecretName("Name", suggestion=first["secret_name"]).value == first["secret_name"]


def test_script_in_the_folder_is_the_one_that_the_notebook_writes() -> None:
    [cell] = [
        cell
        for cell in notebooks.code_cells(notebooks.read("05-put-it-together"))
        if cell.source.startswith("%%writefile kv_secrets.py\n")
    ]
    written = cell.source.partition("\n")[2] + "\n"
    assert (notebooks.FOLDER / "kv_secrets.py").read_text(encoding="utf-8") == written


@each_notebook
def test_speaks_plainly(name: str) -> None:
    text = re.sub(r"```.*?```|`[^`]*`|!\[", "", notebooks.text(notebooks.read(name)), flags=re.DOTALL)
    assert "!" not in text
    for word in ("simply", "just", "easily", "obviously", "please note"):
        assert not re.search(rf"\b{word}\b", text, re.IGNORECASE), word
