"""The notebooks as the tests see them: their cells by kind, their snippets and their solutions."""

import re
from dataclasses import dataclass
from pathlib import Path

import nbformat

PROJECT = Path(__file__).resolve().parent.parent
FOLDER = PROJECT / "notebooks"
PATHS = sorted(FOLDER.glob("[0-9][0-9]-*.ipynb"))
NAMES = [path.stem for path in PATHS]

_HEADER = re.compile(r"# snippet: (?P<name>[a-z-]+)(?: \| needs: (?P<needs>[a-z, -]+))?\n")
_SOLUTION = re.compile(r"<strong>Solution</strong></summary>\n\n```python\n(.*?)```\n\n</details>", re.DOTALL)


@dataclass(frozen=True)
class Snippet:
    """A cell to copy: what it is called, the snippets that it needs before it, and its code."""

    name: str
    needs: tuple[str, ...]
    code: str


def read(name: str) -> nbformat.NotebookNode:
    """The notebook of this name, without `.ipynb`."""
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)


def code_cells(notebook: nbformat.NotebookNode, tag: str | None = None) -> list[nbformat.NotebookNode]:
    """The code cells, or those with a tag."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [cell for cell in cells if tag is None or tag in cell.metadata.get("tags", [])]


def text(notebook: nbformat.NotebookNode) -> str:
    """All that is written in Markdown."""
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def words(notebook: nbformat.NotebookNode) -> int:
    """How many words a notebook has to read: its Markdown, code blocks aside."""
    return len(re.sub(r"```.*?```", "", text(notebook), flags=re.DOTALL).split())


def shown(cell: nbformat.NotebookNode) -> list[str]:
    """The texts that a code cell's outputs show, as they are in the file."""
    texts = []
    for output in cell.outputs:
        data = output.get("data", {})
        texts += [output.get("text", ""), *(data.get(kind, "") for kind in ("text/plain", "text/html"))]
    return [one for one in texts if one]


def snippets(name: str) -> list[Snippet]:
    """The snippets of a notebook, as their first lines name them."""
    found = []
    for cell in code_cells(read(name), "snippet"):
        header = _HEADER.match(cell.source)
        assert header, f"{name}: a snippet begins with '# snippet: its-name | needs: others', not {cell.source[:40]!r}"
        needs = tuple(need.strip() for need in (header["needs"] or "").split(",") if need.strip())
        found.append(Snippet(header["name"], needs, cell.source))
    return found


def solutions(name: str) -> list[str]:
    """The code of a notebook's folded solutions, in order."""
    return _SOLUTION.findall(text(read(name)))
