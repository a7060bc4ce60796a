"""After a kernel restart, a cell says what isn't there and what to do, even before `connect()`."""

import re
import shutil
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.notebooks import FOLDER, PROJECT

RUN_ABOVE = "Run the cells above first: start at Connect, or choose Run > Run All Above Selected Cell."
SPELLING = "If no cell above defines it, check its spelling."
CALLED = "def first_version():\n    return client.list_properties_of_secret_versions(name)\n\nfirst_version()"
AWAITED = "async def save(name):\n    await vault.set_secret(name, 'fake-value')\n\nawait save('one')"
VARIABLE = "import os\nvault_url = f\"https://{os.environ['KEY_VAULT_NAME']}.vault.azure.net\""
DEFINED = "import csv\nmy_client = 1\ndef later():\n    # a comment\n    return gone"
MISTYPED = "my_cleint"
LATER = "later()"
UNBOUND = "def count():\n    number += 1\ncount()"
OTHER_KEY = "{'a': 1}['KEY_VAULT_NAME']"
LIBRARY = "del csv.reader\ncsv.__dict__['DictReader']([])"

SENTENCES = {
    "client.get_secret('x')": f"NameError: name 'client' is not defined (line 1). {RUN_ABOVE} {SPELLING}",
    "1 + 1\n[missing for _ in [1]]": f"NameError: name 'missing' is not defined (line 2). {RUN_ABOVE} {SPELLING}",
    CALLED: f"NameError: name 'client' is not defined (line 2). {RUN_ABOVE} {SPELLING}",
    AWAITED: f"NameError: name 'vault' is not defined (line 2). {RUN_ABOVE} {SPELLING}",
    VARIABLE: (
        f"KeyError: 'KEY_VAULT_NAME' is an environment variable that isn't set. {RUN_ABOVE} With your own vault, set "
        "it before you start Jupyter; the top of the notebook says what it needs."
    ),
    MISTYPED: (
        f"NameError: name 'my_cleint' is not defined (line 1). {RUN_ABOVE} If no cell above defines it, check its "
        "spelling: did you mean `my_client`?"
    ),
    LATER: (f"NameError: name 'gone' is not defined (line 5 of the cell that defines `later`). {RUN_ABOVE} {SPELLING}"),
}
REFUSED = (
    "from azure.core.exceptions import ClientAuthenticationError\nraise ClientAuthenticationError('nobody\\nknows')"
)
KEEP_THEIR_TRACEBACK = [UNBOUND, OTHER_KEY, LIBRARY, "1 / 0"]
CONNECT = "from helpers import connect\nconnect()"
ENDS_WHAT_CONNECT_SET = "from helpers import practice\npractice.stop()"


def run(folder: Path, *cells: str) -> dict[str, list[str]]:
    """Run cells in a new kernel in a folder; for each, the lines of the error that it shows, without colors."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    at = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, timeout=60, kernel_name="python3", allow_errors=True, resources=at).execute()
    shown = {}
    for cell in notebook.cells:
        lines = [line for output in cell.outputs if output.output_type == "error" for line in output.traceback]
        shown[cell.source] = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in lines]
    return shown


@pytest.fixture(scope="module", params=["before connect()", "after connect()"])
def shown(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What the cells above show as errors, in the notebooks' folder."""
    first, *others = SENTENCES
    cells = [first, DEFINED, *others, *KEEP_THEIR_TRACEBACK]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRACTICE_CLOUD_HOME", str(tmp_path_factory.mktemp("practice")))
        patch.delenv("KEY_VAULT_NAME", raising=False)
        if request.param == "after connect()":
            cells = [CONNECT, ENDS_WHAT_CONNECT_SET, *cells]
        return run(FOLDER, *cells)


@pytest.mark.parametrize("cell", SENTENCES)
def test_one_line_says_what_is_missing_and_what_to_do(cell: str, shown: dict[str, list[str]]) -> None:
    assert shown[cell] == [SENTENCES[cell]]


@pytest.mark.parametrize("cell", KEEP_THEIR_TRACEBACK)
def test_any_other_error_keeps_its_traceback(cell: str, shown: dict[str, list[str]]) -> None:
    assert len(shown[cell]) > 2
    assert "Run the cells above" not in str(shown[cell])


def test_before_connect_a_refusal_of_the_sdk_leads_to_connect() -> None:
    assert run(FOLDER, REFUSED)[REFUSED] == ["ClientAuthenticationError: nobody", RUN_ABOVE]


def test_a_copy_of_the_notebooks_says_it_too_and_a_stranger_s_folder_does_not(tmp_path: Path) -> None:
    copy, strange, empty = (tmp_path / name for name in ("copy", "strange", "empty"))
    for folder in (copy, strange, empty):
        folder.mkdir()
    shutil.copy(FOLDER / "helpers.py", copy)
    (strange / "helpers.py").write_text("raise SystemExit('nobody asked for this file')\n")
    [said] = run(copy, "client")["client"]
    assert said == f"NameError: name 'client' is not defined (line 1). {RUN_ABOVE} {SPELLING}"
    for folder in (strange, empty):
        assert run(folder, "client")["client"][-1] == "NameError: name 'client' is not defined"


def test_the_environment_has_the_configuration_that_loads_it() -> None:
    file = "ipython_kernel_config.py"
    installed = Path(sys.prefix) / "etc" / "ipython" / file
    assert installed.read_text() == (PROJECT / "helpers" / file).read_text(), "run `uv sync`, or `pip install -e .`"
