"""Who has got how far: `python -m classroom.progress`, or with names, which exercises these learners have solved.

It reads the records of solved exercises and nothing else: no notebook, no vault, nothing that anyone typed.
"""

import json
import os
import stat
import sys
from pathlib import Path

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


def _read(file: Path) -> set[str]:
    """The names in a record. The folder is the learner's: whatever stands there is read as a record or not at all."""
    try:
        with os.fdopen(os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), encoding="utf-8") as opened:
            if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
                return set()
            return {name for name in json.loads(opened.read(_LONGEST)) if isinstance(name, str)}
    except (OSError, ValueError, TypeError, RecursionError):
        return set()


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
