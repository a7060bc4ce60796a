"""Make the pages that come from the notebooks: `uv run python -m tests.refresh_pages` after a change to a notebook.

They are `notebooks/index.ipynb`, `notebooks/snippets.md`, and the table of notebooks in README.md.
"""

import re
from dataclasses import dataclass

import nbformat

from tests import notebooks

WORDS_A_MINUTE = 150
MINUTES_A_CODE_CELL = 0.3
MINUTES_AN_EXERCISE = 3

_README = notebooks.PROJECT / "README.md"
_TABLE = re.compile(r"(?<=<!-- made by tests/refresh_pages.py -->\n).*?(?=<!-- end -->)", re.DOTALL)
_INDEX_TEXT = """\
# Key Vault notebooks

Learn Azure Key Vault secrets from Python, one step at a time. Begin with the first notebook and go on in order, or open
the one that you need: each stands alone.

{table}

Minutes are an estimate, for reading, running the cells and doing the exercises. All code to copy is in
[snippets.md](snippets.md), each piece with what it needs."""
_SNIPPETS_TEXT = """\
# All snippets

Each piece of SDK code from the notebooks, to copy into a script of yours. Put those that it needs before it, in the
order in which they are named. The script needs `pip install azure-identity azure-keyvault-secrets`, a sign-in, and the
name of your vault in `KEY_VAULT_NAME`. A snippet that takes more packages imports them in its first lines.
"""


@dataclass(frozen=True)
class About:
    """What a notebook says of itself in its first cell, and how long it takes."""

    name: str
    title: str
    do: str
    need: str
    minutes: int


def main() -> None:
    """Write all pages."""
    nbformat.write(index(), notebooks.FOLDER / "index.ipynb")
    (notebooks.FOLDER / "snippets.md").write_text(snippets(), encoding="utf-8")
    _README.write_text(readme(), encoding="utf-8")


def about(name: str) -> About:
    """Read a notebook's first cell."""
    notebook = notebooks.read(name)
    first = notebook.cells[0].source
    return About(
        name,
        title=f"{name[:2]} {first.partition(chr(10))[0].removeprefix('# ')}",
        do=_list_after("**What you'll do**", first),
        need=_list_after("**What you'll need**", first),
        minutes=_minutes(notebook),
    )


def index() -> nbformat.NotebookNode:
    """The index as a notebook, with the exercises that are solved."""
    exercises = "## Your exercises\n\nRun this cell to see which ones you have solved."
    cells = [
        nbformat.v4.new_markdown_cell(_INDEX_TEXT.format(table=_table(folder="")), id="index-00"),
        nbformat.v4.new_markdown_cell(exercises, id="index-01"),
        nbformat.v4.new_code_cell("from helpers import progress\n\nprogress()", id="index-02"),
    ]
    path = notebooks.FOLDER / "index.ipynb"
    if path.exists():
        [earlier] = notebooks.code_cells(nbformat.read(path, as_version=4))
        cells[2].outputs, cells[2].execution_count = earlier.outputs, earlier.execution_count
    metadata = notebooks.read(notebooks.NAMES[0]).metadata
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata)


def snippets() -> str:
    """The appendix of all snippets, each once."""
    parts, seen = [_SNIPPETS_TEXT], set()
    for name in notebooks.NAMES:
        new = [snippet for snippet in notebooks.snippets(name) if snippet.name not in seen]
        seen |= {snippet.name for snippet in new}
        if new:
            parts.append(f"## From [{about(name).title}]({name}.ipynb)\n")
        for snippet in new:
            needs = ", ".join(f"[{need}](#{need})" for need in snippet.needs) or "nothing"
            parts.append(f"### {snippet.name}\n\nNeeds: {needs}.\n\n```python\n{snippet.code}\n```\n")
    return "\n".join(parts)


def readme() -> str:
    """The README, with the table of notebooks as it is now."""
    text = _README.read_text(encoding="utf-8")
    return _TABLE.sub(lambda _: f"\n{_table(folder='notebooks/')}\n\n", text)


def _table(folder: str) -> str:
    rows = ["| notebook | minutes | what you'll do | what you'll need |", "| --- | --- | --- | --- |"]
    for one in map(about, notebooks.NAMES):
        need = re.sub(r"\]\((?=\d\d-)", f"]({folder}", one.need)
        rows.append(f"| [{one.title}]({folder}{one.name}.ipynb) | {one.minutes} | {one.do} | {need} |")
    return "\n".join(rows)


def _list_after(heading: str, text: str) -> str:
    items = re.search(rf"{re.escape(heading)}\n\n((?:[-*] .*\n?|  .*\n?)+)", text)[1]
    joined = " ".join(line.strip() for line in items.splitlines())
    return re.sub(r"(?:^| )[-*] ", " ", joined).strip()


def _minutes(notebook: nbformat.NotebookNode) -> int:
    words = len(re.sub(r"```.*?```", "", notebooks.text(notebook), flags=re.DOTALL).split())
    exercises = len(notebooks.code_cells(notebook, "exercise"))
    cells = len(notebooks.code_cells(notebook))
    minutes = words / WORDS_A_MINUTE + cells * MINUTES_A_CODE_CELL + exercises * MINUTES_AN_EXERCISE
    return max(5, 5 * round(minutes / 5))


if __name__ == "__main__":
    main()
