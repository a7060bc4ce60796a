"""Which exercises are solved: kept in a file of the reader's own, outside of the notebooks."""

import json
import os
from contextlib import suppress
from pathlib import Path

from .. import practice

FILE_NAME = "progress.json"
FOLDER_VARIABLE = "EXERCISE_RECORD_HOME"  # a class keeps the records apart from the vaults, for its teacher to read


def keep_solved(exercise: str) -> None:
    """Keep that an exercise, named by its class, is solved. Where that can't be kept, only the mark is lost."""
    with suppress(OSError, practice.PracticeError):
        names = solved() | {exercise}
        file = _file()
        beside = file.with_suffix(".new")  # another kernel never reads half a file
        beside.write_text(json.dumps(sorted(names)), encoding="utf-8")
        beside.replace(file)


def solved() -> set[str]:
    """The names of the solved exercises' classes; none where the file can't be read."""
    try:
        return set(json.loads(_file().read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, practice.PracticeError):
        return set()


def _file() -> Path:
    chosen = os.environ.get(FOLDER_VARIABLE)
    return (Path(chosen) if chosen else practice.state_folder()) / FILE_NAME
