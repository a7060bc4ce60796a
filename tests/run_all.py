"""Run All twice in one kernel, as a reader does who comes back: what the tests with a vault from outside share."""

import nbformat
from nbclient import NotebookClient

from tests import notebooks

Cell = nbformat.NotebookNode


def run_all_twice(name: str, seconds: int = 120) -> list[tuple[Cell, Cell]]:
    """Run a notebook's code cells as they are, in order and then once more; the kernel has this process's environment.

    Args:
        name: The notebook, without `.ipynb`.
        seconds: How long one cell may take.

    Returns:
        Each cell as it is in the file, with its outputs there, and as it ran.

    Raises:
        nbclient.exceptions.CellExecutionError: A cell raised an error.
    """
    committed = notebooks.read(name)
    twice = nbformat.v4.new_notebook(metadata=committed.metadata)
    cells = notebooks.code_cells(committed)
    twice.cells = [nbformat.v4.new_code_cell(cell.source) for cell in cells + cells]
    resources = {"metadata": {"path": str(notebooks.FOLDER)}}
    NotebookClient(twice, timeout=seconds, kernel_name="python3", resources=resources, coalesce_streams=True).execute()
    return list(zip(cells + cells, twice.cells, strict=True))


def is_connect(cell: Cell) -> bool:
    """Whether it is the cell that says which vault the notebook works with."""
    return cell.source.endswith("connect()")
