"""Turn the practice vault's audit log on and off. Azure is never touched."""

import os
from collections.abc import Callable

from . import practice
from .cards import Card
from .errors import NotebookError, in_language
from .language import _


def turn_logging_on() -> Card:
    """Have the practice vault write each call to its audit log. It goes on until `turn_logging_off()`.

    Raises:
        NotebookError: The practice cloud's files can't be used.
    """
    account = os.environ.get("LESSON_STORAGE_ACCOUNT", "")
    container = _("the container `insights-logs-auditevent` of `{account}`").format(account=account)
    rows = [(_("Where"), container), (_("End it"), "`turn_logging_off()`")]
    return _change(practice.turn_logging_on, _("The practice vault writes its audit log"), rows, "create")


def turn_logging_off() -> Card:
    """Have the practice vault write no audit log. What's in the log already stays there.

    Raises:
        NotebookError: The practice cloud's files can't be used.
    """
    return _change(practice.turn_logging_off, _("The practice vault writes no audit log"), [], "delete")


def _change(change: Callable[[], None], title: str, rows: list[tuple[str, str]], verb: str) -> Card:
    if not (practice.running() or practice.MARKER in os.environ):
        why = _("This works only in the practice cloud. Nothing changed on Azure.")
        rows = [(_("Why"), why), (_("On Azure"), f"`az monitor diagnostic-settings {verb}`")]
        return Card(_("Not done here"), rows, mark="warning")
    try:
        change()
    except practice.PracticeError as error:
        raise NotebookError(in_language(error)) from None
    return Card(title, rows, mark="info")
