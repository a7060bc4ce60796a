"""The folder that holds the practice cloud's state: the one place that knows where it is."""

import os
from pathlib import Path

from platformdirs import user_state_path

from .errors import PracticeError

FOLDER_VARIABLE = "PRACTICE_CLOUD_HOME"


def state_folder() -> Path:
    """The folder of this user's practice state, made (for this user alone) if it isn't there.

    `PRACTICE_CLOUD_HOME` moves it. A folder that was there before keeps its permissions.

    Raises:
        PracticeError: the folder cannot be made or written to.
    """
    chosen = os.environ.get(FOLDER_VARIABLE)
    folder = Path(chosen) if chosen else user_state_path("key-vault-notebooks", appauthor=False)
    try:
        folder = folder.expanduser().absolute()  # a program that changes its folder keeps its state
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (OSError, RuntimeError, ValueError) as error:
        raise _unusable(folder, getattr(error, "strerror", None) or str(error)) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PracticeError(
            "The practice cloud can't keep its state in {folder} (it can't be written to). Set {variable} to a "
            "folder that you can write to, then start again.",
            folder=folder,
            variable=FOLDER_VARIABLE,
        )
    return folder


def _unusable(folder: Path, reason: str) -> PracticeError:
    return PracticeError(
        "The practice cloud can't keep its state in {folder} ({reason}). Set {variable} "
        "to a folder that you can write to, then start again.",
        folder=folder,
        reason=reason,
        variable=FOLDER_VARIABLE,
    )
