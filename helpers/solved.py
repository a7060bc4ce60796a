"""Which exercises are solved: kept in a file of the reader's own, outside of the notebooks."""

import json
from contextlib import suppress
from pathlib import Path

from . import practice
from .card import Card

FILE_NAME = "progress.json"


def progress() -> Card:
    """Show which exercises you have solved on this computer, notebook by notebook."""
    from .exercises import BY_NOTEBOOK

    solved = _solved()
    rows, count, total = [], 0, 0
    for notebook, exercises in BY_NOTEBOOK.items():
        done = [exercise for exercise in exercises if exercise.__name__ in solved]
        count, total = count + len(done), total + len(exercises)
        marks = " ".join("✓" if exercise in done else "○" for exercise in exercises)
        rows.append((notebook, f"{marks} {len(done)} of {len(exercises)}"))
    return Card(f"You solved {count} of {total} exercises", rows, mark="info")


def keep_solved(exercise: str) -> None:
    """Keep that an exercise is solved. Where it cannot be kept, nothing is lost but the mark."""
    with suppress(OSError, practice.PracticeError):
        solved = _solved() | {exercise}
        file = _file()
        beside = file.with_suffix(".new")  # another kernel never reads half a file
        beside.write_text(json.dumps(sorted(solved)), encoding="utf-8")
        beside.replace(file)


def _solved() -> "set[str]":
    try:
        return set(json.loads(_file().read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, practice.PracticeError):
        return set()


def _file() -> Path:
    return practice.state_folder() / FILE_NAME
