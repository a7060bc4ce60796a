"""Turn the practice vault's audit log on and off. Azure is never touched."""

import os

from . import practice
from .cards import Card
from .language import _
from .rehearsal import change_practice


def turn_logging_on() -> Card:
    """Have the practice vault write each call to its audit log. It goes on until `turn_logging_off()`.

    Raises:
        NotebookError: The practice cloud's files can't be used.
    """
    account = os.environ.get("LESSON_STORAGE_ACCOUNT", "")
    container = _("the container `insights-logs-auditevent` of `{account}`").format(account=account)
    rows = [(_("Where"), container), (_("Turn it off"), "`turn_logging_off()`")]
    done = Card(_("The practice vault writes its audit log"), rows, mark="info")
    return change_practice(practice.turn_logging_on, done, "`az monitor diagnostic-settings create`")


def turn_logging_off() -> Card:
    """Have the practice vault write no audit log. What's in the log already stays there.

    Raises:
        NotebookError: The practice cloud's files can't be used.
    """
    done = Card(_("The practice vault writes no audit log"), mark="info")
    return change_practice(practice.turn_logging_off, done, "`az monitor diagnostic-settings delete`")
