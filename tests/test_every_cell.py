"""Each cell of each notebook, where a reader may run it: twice in a row, and as the first one after a restart.

It gives a result or one helpful sentence, and never a traceback of many lines.
"""

import os

import nbformat
import pytest
from jupyter_client.manager import start_new_kernel
from nbclient import NotebookClient

from tests import cells, notebooks

each_notebook = pytest.mark.parametrize("name", notebooks.NAMES)


@each_notebook
def test_runs_twice_in_a_row(name: str, state_folder) -> None:
    committed = notebooks.read(name)
    twice = nbformat.v4.new_notebook(metadata=committed.metadata)
    for cell in notebooks.code_cells(committed):
        twice.cells += [nbformat.v4.new_code_cell(cell.source) for _ in range(2)]
    resources = {"metadata": {"path": str(notebooks.FOLDER)}}
    client = NotebookClient(twice, timeout=120, kernel_name="python3", resources=resources, allow_errors=True)
    client.execute()
    found = {cell.source: cells.unhelpful(cell.outputs) for cell in twice.cells}
    assert {source: text for source, text in found.items() if text} == {}
    firsts = twice.cells[::2]
    assert [cell.source for cell in firsts for output in cell.outputs if output.output_type == "error"] == []


@pytest.fixture(scope="module")
def fresh_kernel(tmp_path_factory):
    """A kernel in which nothing ever runs: cells run in copies of it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRACTICE_CLOUD_HOME", str(tmp_path_factory.mktemp("practice")))
        for name in [name for name in os.environ if name.startswith("AZURE_")] + ["KEY_VAULT_NAME"]:
            patch.delenv(name, raising=False)
        # Where `DefaultAzureCredential` looks for a managed identity in vain, without leaving this computer.
        patch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:9")
        manager, client = start_new_kernel(kernel_name="python3", cwd=str(notebooks.FOLDER))
        yield client
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no fork, and a kernel for each cell takes too long")
@each_notebook
def test_runs_first_after_a_restart(name: str, fresh_kernel) -> None:
    assert cells.run_each_alone(name, fresh_kernel) == {}
