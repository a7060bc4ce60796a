"""Make the pages that come from the notebooks: `uv run python -m tests.refresh_pages` after a change to a notebook.

They are `notebooks/index.ipynb`, `notebooks/snippets.md`, and the tables in README.md and `notebooks/present.md`. It
also gives each cell its slide type, and says which notebooks give their readers a wrong number of minutes.
"""

import re
import sys
from dataclasses import dataclass

import nbformat

from helpers.slides import slide_types
from tests import editions, notebooks, presenting, recipes

WORDS_A_MINUTE = 150
MINUTES_A_CODE_CELL = 0.3
MINUTES_AN_EXERCISE = 3
PARTS = {  # and the number of the last notebook of each
    "The quickstart": "05",
    "Every day": "09",
    "In your program": "13",
    "In production": "17",
    "When it goes wrong": "20",
    "On Azure": "21",
}

_README = notebooks.PROJECT / "README.md"
_PRESENT = notebooks.FOLDER / "present.md"
_TABLES = re.compile(r"(?<=<!-- made by tests/refresh_pages.py -->\n).*?(?=<!-- end -->)", re.DOTALL)
_FIRST_LINES = re.compile(
    r"# [^\n]+\n\n(?:English · [^\n]+\n\n)?"
    r"\*About (?P<minutes>\d+) minutes\. Afterwards you can (?P<afterwards>.+?)\.\*(?:\n|$)",
    re.DOTALL,
)
_INDEX_TEXT = """\
# Key Vault notebooks

Learn to use Azure Key Vault secrets from Python, one step at a time. New to it? Start with the first notebook and keep
going. Looking for one thing? Open that notebook: each one stands on its own.

{tables}

The minutes are an estimate. They cover reading, running the cells and doing the exercises.

Need code to copy? [I want to …](snippets.md) has a complete script for each task."""
_EXERCISES_TEXT = "## Your exercises\n\nRun this cell to see which exercises you've solved."
_SNIPPETS_TEXT = """\
# I want to …

Find your task and copy its script. Each script is complete and runs as it stands. The code comes from the notebooks,
and the line above each script links to the one that explains it.

Before you run a script, install its packages, set its environment variables, and sign in with `az login` or with a
service principal's variables. No Azure account? Then run it with the practice cloud, from this project's folder:
`uv run python -m helpers.practice run -- python your_script.py`.

A script that needs a secret to work on makes one up, with a name that starts with `tutorial-`. That part is marked:
leave it out once you use the script with secrets of your own.
"""


@dataclass(frozen=True)
class About:
    """What a notebook says of itself in its first two lines."""

    name: str
    title: str
    minutes: int
    afterwards: str


def main() -> int:
    """Write all pages, say which minutes are wrong, and return the exit code."""
    try:
        (notebooks.FOLDER / "snippets.md").write_text(snippets(), encoding="utf-8")
        nbformat.write(index(), notebooks.FOLDER / "index.ipynb")
        for name in notebooks.NAMES:
            nbformat.write(with_slides(name), notebooks.FOLDER / f"{name}.ipynb")
        _README.write_text(readme(), encoding="utf-8")
        _PRESENT.write_text(present(), encoding="utf-8")
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    wrong = wrong_minutes()
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


def about(name: str) -> About:
    """What a notebook's first two lines say.

    Raises:
        ValueError: they don't have the form that the tables are made from.
    """
    said = _FIRST_LINES.match(notebooks.read(name).cells[0].source)
    if said is None:
        raise ValueError(
            f"{name}: start its first cell with '# Its title', an empty line, and '*About 15 minutes. Afterwards you "
            "can save a secret.*', in words of its own."
        )
    afterwards = " ".join(said["afterwards"].split())
    return About(name, title(name), int(said["minutes"]), afterwards)


def title(name: str) -> str:
    """A notebook's number and title."""
    return f"{name[:2]} {notebooks.read(name).cells[0].source.partition(chr(10))[0].removeprefix('# ')}"


def minutes(notebook: nbformat.NotebookNode) -> int:
    """How long a notebook takes, in minutes: to read it, to run its cells and to do its exercises."""
    words = len(re.sub(r"```.*?```", "", notebooks.text(notebook), flags=re.DOTALL).split())
    exercises = len(notebooks.code_cells(notebook, "exercise"))
    cells = len(notebooks.code_cells(notebook))
    estimate = words / WORDS_A_MINUTE + cells * MINUTES_A_CODE_CELL + exercises * MINUTES_AN_EXERCISE
    return max(5, 5 * round(estimate / 5))


def wrong_minutes() -> list[str]:
    """A sentence for each notebook whose second line gives other minutes than `minutes` does."""
    found = []
    for name in notebooks.NAMES:
        said, right = about(name).minutes, minutes(notebooks.read(name))
        if said != right:
            found.append(f"{name}: it takes about {right} minutes. Say so in its second line, which says {said}.")
    return found


def index() -> nbformat.NotebookNode:
    """The index as a notebook, with the exercises that are solved."""
    text = _INDEX_TEXT.format(tables=_tables(folder="", level="##"))
    cells = [
        nbformat.v4.new_markdown_cell(editions.with_languages(text, editions.languages_of("index")), id="index-00"),
        nbformat.v4.new_markdown_cell(_EXERCISES_TEXT, id="index-01"),
        nbformat.v4.new_code_cell("from helpers import progress\n\nprogress()", id="index-02"),
    ]
    path = notebooks.FOLDER / "index.ipynb"
    if path.exists():
        [earlier] = notebooks.code_cells(nbformat.read(path, as_version=4))
        cells[2].outputs, cells[2].execution_count = earlier.outputs, earlier.execution_count
    metadata = notebooks.read(notebooks.NAMES[0]).metadata
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata)


def snippets() -> str:
    """The page of tasks, each with a script to copy."""
    groups = recipes.recipes()
    parts = [_SNIPPETS_TEXT]
    for group, tasks in groups.items():
        links = "\n".join(f"- [{task.want}](#{task.want.replace(' ', '-')})" for task in tasks)
        parts.append(f"**{group}**\n\n{links}\n")
    for group, tasks in groups.items():
        parts.append(f"## {group}\n")
        parts += [_recipe(task) for task in tasks]
    return "\n".join(parts)


def readme() -> str:
    """The README, with the tables of notebooks as they are now."""
    text = _README.read_text(encoding="utf-8")
    return _TABLES.sub(lambda _: f"\n{_tables(folder='notebooks/', level='###')}\n\n", text)


def with_slides(name: str) -> nbformat.NotebookNode:
    """A notebook whose cells say what they are in a deck."""
    notebook = notebooks.read(name)
    for cell, kind in zip(notebook.cells, slide_types(notebook), strict=True):
        cell.metadata["slideshow"] = {"slide_type": kind}
    return notebook


def present() -> str:
    """The presenter's page, with the notebooks' steps as they are now."""
    tables = [f"### {title(name)}\n\n{presenting.table(name)}\n" for name in notebooks.NAMES]
    text = _PRESENT.read_text(encoding="utf-8")
    return _TABLES.sub(lambda _: "\n" + "\n".join(tables) + "\n", text)


def _recipe(recipe: recipes.Recipe) -> str:
    reads = [f"`{name}` ({recipes.VARIABLES[name]})" for name in recipe.variables]
    packages = f"`pip install {' '.join(recipe.packages)}`" if recipe.packages else "none"
    return (
        f"### {recipe.want}\n\n"
        f"- Packages: {packages}\n"
        f"- Environment variables: {' and '.join(reads) or 'none, apart from those of your sign-in'}\n"
        f"- Explained in [{title(recipe.notebook)}]({recipe.notebook}.ipynb)\n\n"
        f"```python\n{recipe.script}\n```\n"
    )


def _tables(folder: str, level: str) -> str:
    """The notebooks in their parts, each part with a heading of this level."""
    lines, left = [], list(notebooks.NAMES)
    for part, last in PARTS.items():
        rows = [about(name) for name in left if name[:2] <= last]
        left = left[len(rows) :]
        lines += [f"{level} {part}\n", "| notebook | minutes | afterwards you can … |", "| --- | --- | --- |"]
        lines += [f"| [{row.title}]({folder}{row.name}.ipynb) | {row.minutes} | {row.afterwards} |" for row in rows]
        lines.append("")
    if left:
        raise ValueError(f"{left[0]} is in no part. Say in tests/refresh_pages.py, PARTS, where it belongs.")
    return "\n".join(lines).strip()


if __name__ == "__main__":
    sys.exit(main())
