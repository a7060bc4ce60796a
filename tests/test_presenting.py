"""The presenter's page: the tables of steps say what the notebooks say, and each command on the page works."""

import os
import re
import shlex
import shutil
import subprocess
import sys

import nbformat
import pytest
from azure.identity import DefaultAzureCredential
from azure.keyvault.secrets import SecretClient

from tests import notebooks, presenting

PAGE = (notebooks.FOLDER / "present.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]
DECKS = [command for command in COMMANDS if " nbconvert " in command]
NEEDED = re.compile(r'"((?:https:|node_modules/)[^"]*(?:reveal|require|jquery)[^"]*\.(?:css|js))"')


def table(*cells):
    """The rows of the table that is made of these cells, below the first one with the title."""
    made = presenting.table_of(nbformat.v4.new_notebook(cells=[markdown("# Save a secret"), *cells]))
    return made.splitlines()[4:]


def markdown(source):
    return nbformat.v4.new_markdown_cell(source)


def code():
    return nbformat.v4.new_code_cell("1")


def test_a_step_has_its_minutes_its_first_sentence_and_its_question() -> None:
    question = "**Before you run it:** the [name](a.ipynb) is taken. What\nwill the vault say?"
    assert table(
        markdown(f"## Step 1: save it\n\nSaving takes one call. It's `set_secret`.\n\n{question}"),
        code(),
        markdown("word " * 300),
        code(),
        markdown("## Step 2: look\n\nIt's there:\n\n```bash\naz one two three\n```"),
    ) == [
        "| Step 1: save it | 4 | Saving takes one call. | The name is taken. What will the vault say? |",
        "| Step 2: look | 1 | It's there. |  |",
    ]


def test_an_answer_is_not_what_to_say_first() -> None:
    [row] = table(markdown("## Step 1: save it\n\n**Before you run it:** will it work?"), code(), markdown("It will."))
    assert row == "| Step 1: save it | 1 |  | Will it work? |"


def test_exercises_and_what_goes_wrong_are_left_out_of_the_minutes() -> None:
    others = ["Connect", "Exercise: do it", "If it goes wrong", "What you learned"]
    assert table(*[markdown(f"## {heading}\n\n{'word ' * 500}") for heading in others]) == []


def test_every_step_of_the_quickstart_has_something_to_say() -> None:
    for name in notebooks.NAMES[:6]:
        rows = presenting.table(name).splitlines()[4:]
        assert len(rows) == len(
            re.findall("^## (?:Step|See|What a)", notebooks.text(notebooks.read(name)), re.MULTILINE)
        )
        assert all(row.split("|")[3].strip() for row in rows)


def test_the_page_has_these_commands_and_no_others() -> None:
    assert [shlex.split(command)[:3] for command in COMMANDS] == [
        ["uv", "run", "jupyter"],  # `jupyter lab`, which the browser's tests start
        ["uv", "run", "python"],
        ["uv", "run", "jupyter"],
        ["npm", "install", "--prefix"],
        ["uv", "run", "jupyter"],
    ]
    assert (notebooks.PROJECT / shlex.split(COMMANDS[0])[-1]).is_file()


@pytest.mark.parametrize("command", DECKS, ids=["online", "offline"])
def test_a_deck_is_made_and_loads_what_the_page_says(command: str, tmp_path) -> None:
    shutil.copy(notebooks.FOLDER / "02-save-a-secret.ipynb", tmp_path)
    arguments = shlex.split(command.removeprefix("uv run jupyter ").replace("notebooks/", ""))
    subprocess.run([sys.executable, "-m", *arguments], cwd=tmp_path, check=True, capture_output=True)
    [made] = tmp_path.rglob("02-save-a-secret.slides.html")
    assert made.parent.name == ("deck" if "node_modules" in command else tmp_path.name)
    page = made.read_text(encoding="utf-8")
    assert "width: 1180" in page, "run `uv sync`, which installs helpers/jupyter_nbconvert_config.json"
    assert "If it goes wrong" not in page
    assert '<aside class="notes">' in page
    needed = set(NEEDED.findall(page))
    assert len(needed) == 6, "reveal.js with two styles and its plug-in for notes, and the two packages that load it"
    local = {address.split("/")[1] for address in needed if address.startswith("node_modules/")}
    npm = shlex.split(next(command for command in COMMANDS if command.startswith("npm ")))
    assert local == ({package.partition("@")[0] for package in npm[4:]} if "node_modules" in command else set())


def test_everything_is_put_back_by_the_code_on_the_page(started) -> None:
    [program] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(program, {})  # noqa: S102 - the page's own code
    vault_url = f"https://{os.environ['KEY_VAULT_NAME']}.vault.azure.net"
    with SecretClient(vault_url, DefaultAzureCredential()) as client:
        assert len(list(client.list_properties_of_secrets())) == 5, "the page says how many"


def test_the_practice_cloud_is_emptied_by_the_command_on_the_page(state_folder, run_python) -> None:
    finished = run_python(*shlex.split(COMMANDS[1].removeprefix("uv run python ")))
    assert "empty" in finished.stdout
