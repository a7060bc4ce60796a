"""Turn the practice vault's audit log on and off. Azure is never touched."""

import os
from collections.abc import Callable

from . import practice
from .cards import Card
from .errors import NotebookError


def turn_logging_on() -> Card:
    """Have the practice vault write each call to its audit log. It goes on until `turn_logging_off()`.

    Raises:
        NotebookError: The practice cloud's files can't be used.
    """
    account = os.environ.get("LESSON_STORAGE_ACCOUNT", "")
    where = [("Where", f"the container `insights-logs-auditevent` of `{account}`"), ("End it", "`turn_logging_off()`")]
    return _change(practice.turn_logging_on, "The practice vault writes its audit log", where, "create")


def turn_logging_off() -> Card:
    """Have the practice vault write no audit log. What's in the log already stays there.

    Raises:
        NotebookError: The practice cloud's files can't be used.
    """
    return _change(practice.turn_logging_off, "The practice vault writes no audit log", [], "delete")


def _change(change: Callable[[], None], title: str, rows: list[tuple[str, str]], verb: str) -> Card:
    if not (practice.running() or practice.MARKER in os.environ):
        why = "This works only in the practice cloud. Nothing changed on Azure."
        return Card(
            "Not done here", [("Why", why), ("On Azure", f"`az monitor diagnostic-settings {verb}`")], mark="warning"
        )
    try:
        change()
    except practice.PracticeError as error:
        raise NotebookError(str(error)) from None
    return Card(title, rows, mark="info")
