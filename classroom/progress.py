"""Who has got how far: `python -m classroom.progress`, or with names, which exercises these learners have solved.

It reads the records of solved exercises and nothing else: no notebook, no vault, nothing that anyone typed.
"""

import json
import os
import stat
import sys
from pathlib import Path

from jinja2 import Environment

from helpers.exercises import BY_NOTEBOOK
from helpers.exercises.record import FILE_NAME

from . import accounts

_LONGEST = 100_000  # bytes; a record of every exercise takes about a thousand


def class_progress() -> dict[str, dict[str, list[str]]]:
    """For each learner, notebook by notebook: the names of the solved exercises.

    Raises:
        ClassroomError: there is no class.
    """
    found = {}
    for name in accounts.names():
        solved = _read(accounts.record_folder(name) / FILE_NAME)
        found[name] = {
            notebook: [exercise.__name__ for exercise in exercises if exercise.__name__ in solved]
            for notebook, exercises in BY_NOTEBOOK.items()
        }
    return found


def counts(solved: dict[str, list[str]]) -> list[str]:
    """One learner's row: how many exercises they have solved in each notebook, and in all."""
    total = sum(len(exercises) for exercises in BY_NOTEBOOK.values())
    numbers = [len(of_notebook) for of_notebook in solved.values()]
    return [*(str(number or "·") for number in numbers), f"{sum(numbers)} of {total}"]


def page() -> str:
    """The table as a page.

    Raises:
        ClassroomError: there is no class.
    """
    return _PAGE.render(
        notebooks=BY_NOTEBOOK, rows=[(name, counts(solved)) for name, solved in class_progress().items()]
    )


def _read(file: Path) -> set[str]:
    """The names in a record. The folder is the learner's: whatever stands there is read as a record or not at all."""
    try:
        opened = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            content = os.read(opened, _LONGEST) if stat.S_ISREG(os.fstat(opened).st_mode) else b"[]"
        finally:
            os.close(opened)
        return {name for name in json.loads(content) if isinstance(name, str)}
    except (OSError, ValueError, TypeError, RecursionError):
        return set()


_PAGE = Environment(autoescape=True).from_string("""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="refresh" content="20">
<title>Who has got how far</title>
<style>
  body { font: 16px system-ui, sans-serif; margin: 2em; color-scheme: light dark; }
  th, td { padding: 0.2em 0.6em; text-align: right; border-bottom: 1px solid #8888; white-space: nowrap; }
  tr > :first-child { text-align: left; }
</style>
<h1>Who has got how far</h1>
<p>Solved exercises in each notebook. This page is renewed every 20 seconds.</p>
<table>
<tr><th scope="col">Name</th>
{%- for notebook in notebooks %}<th scope="col" title="{{ notebook }}">{{ notebook[:2] }}</th>{% endfor -%}
<th scope="col">Solved</th></tr>
{% for name, cells in rows -%}
<tr><th scope="row">{{ name }}</th>{% for cell in cells %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor -%}
</table>
</html>
""")


def main(chosen: list[str]) -> None:
    """Print the table, or the exercises that the chosen learners have solved."""
    try:
        progress = class_progress()
    except accounts.ClassroomError as error:
        sys.exit(str(error))
    if not chosen:
        rows = [["", *(notebook[:2] for notebook in BY_NOTEBOOK), "solved"]]
        rows += [[name, *counts(solved)] for name, solved in progress.items()]
        width = max(len(row[0]) for row in rows)
        for name, *cells in rows:
            print(f"{name:{width}}", *(f"{cell:>3}" for cell in cells))
    for name in chosen:
        if name not in progress:
            sys.exit(f"Nobody in the class is called {name!r}.")
        names = [exercise for of_notebook in progress[name].values() for exercise in of_notebook]
        print(f"{name}: {', '.join(names) or 'nothing yet'}")


if __name__ == "__main__":
    main(sys.argv[1:])
