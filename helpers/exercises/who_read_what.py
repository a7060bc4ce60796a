"""The exercises of notebook 17."""

import os
import secrets
from collections.abc import Callable
from numbers import Integral
from typing import Any

from azure.core.exceptions import HttpResponseError
from azure.keyvault.secrets import SecretClient

from .. import practice
from ..audit_log import turn_logging_off, turn_logging_on
from ..language import N_, _
from .exercise import NOT_YET, RIGHT, WRONG, Exercise, call
from .who_may_do_what import sign_in_as

_OTHERS = ("auditor", "newcomer")  # programs that may not read
_COPY_READS = 7

Log = Any  # a pandas.DataFrame; pandas brings no types along


class NameTheReader(Exercise):
    """Find in the log who read a secret, and how often."""

    title = N_("Exercise: find the reader")

    def prepare(self) -> None:
        """Save a secret and one with a longer name; let one program read them, and others try."""
        begins_here = practice.running() is not None and not practice.is_logging()
        if begins_here:
            turn_logging_on()
        try:
            self._make_calls()
        finally:
            if begins_here:
                turn_logging_off()

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Compare the answer with the calls that were made."""
        if answer is None:
            return NOT_YET, _("Put the program and the number of its reads into `answer`, such as `('auditor', 1)`.")
        if isinstance(answer, str) or not hasattr(answer, "__len__") or len(answer) != 2:
            return WRONG, _("The answer takes two things: who it was, and how often. Write it like `('auditor', 1)`.")
        who, number = answer
        if not isinstance(who, str) or isinstance(number, bool) or not isinstance(number, Integral):
            return WRONG, _("First comes the program as a string, then how often as a whole number.")
        if not _is(who, "app"):
            return WRONG, _about_who(who)
        if number == self._reads:
            return RIGHT, _("You found the reader, and how often it read.")
        return self._about(number)

    def _make_calls(self) -> None:
        app = SecretClient(self._client.vault_url, sign_in_as("app"))
        others = [SecretClient(self._client.vault_url, sign_in_as(program)) for program in _OTHERS]
        self._reads = 2 + secrets.randbelow(4)
        copy = f"{self.name}-copy"
        for name in (self.name, copy):
            self._client.set_secret(name, "fake-value")
        for name, times in ((self.name, self._reads), (copy, _COPY_READS)):
            for _time in range(times):
                app.get_secret(name)
        _expect_failure(app.get_secret, self.name, secrets.token_hex(16))
        for other in others:
            _expect_failure(other.get_secret, self.name)

    def _about(self, number: Any) -> tuple[str, str]:
        if number == 0:
            return (
                WRONG,
                _("It's not 0. Read the log again after you made the exercise. On Azure, wait some minutes first."),
            )
        if number == self._reads + 1:
            return WRONG, _(
                "One of those calls failed: it asked for a version that doesn't exist. Count the status 200."
            )
        if number in (_COPY_READS, self._reads + _COPY_READS, self._reads + _COPY_READS + 1):
            return WRONG, _("That counts another secret, whose name only begins the same. Compare the whole name.")
        return WRONG, _("The program is right, the number isn't. Count the rows of SecretGet with the status 200.")


class FindTheRefused(Exercise):
    """Write a function that picks the refused calls out of a log."""

    title = N_("Exercise: find the refused calls")

    def names(self) -> list[tuple[str, str]]:
        """What the function is given, and what it gives."""
        return [("answer(log)", _("returns the rows of `log` that were refused, as a DataFrame"))]

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Call the function with three logs."""
        if answer is None:
            return NOT_YET, _("Write a function named `answer` that takes a log and returns some of its rows.")
        if not callable(answer):
            return WRONG, _("`answer` isn't a function. Begin with `def answer(log):`.")
        for log in _logs():
            given = log.copy()
            hint = _hint(call(answer, given), log)
            if hint:
                return WRONG, hint
            if not given.equals(log):
                return WRONG, _("The rows are right, but your function changed the log it was given.")
        return RIGHT, _("Your function finds the calls that were refused, whatever they asked for, and no others.")


def _is(who: str, program: str) -> bool:
    """Whether somebody named a program, by its name or its client ID."""
    return who.strip().lower() in (program, os.environ[f"LESSON_{program.upper()}_CLIENT_ID"].lower())


def _about_who(who: str) -> str:
    for program in _OTHERS:
        if _is(who, program):
            return _("{program} tried, but it was refused. A read that worked has the status 200.").format(
                program=program
            )
    return _(
        "That's not who read it. To save a secret is SecretSet, to read it is SecretGet. The answer is one of the "
        "three programs, by its name or its client ID."
    )


def _logs() -> list[Log]:
    """Logs to try a function on, as notebook 17 reads them: with refused calls, without, and with other errors."""
    import pandas as pd  # type: ignore[import-untyped]

    rows = [
        ("app", "SecretGet", 200),
        ("auditor", "SecretGet", 403),
        ("", "Authentication", 401),
        ("newcomer", "SecretList", 403),
        ("app", "SecretGet", 404),
        ("newcomer", "SecretSet", 403),
        ("app", "SecretGet", 429),
        ("app", "SecretSet", 409),
    ]
    whole = pd.DataFrame(rows, columns=["who", "operation", "status"])
    whole["time"] = pd.date_range("2026-11-01", periods=len(whole), freq="min", tz="UTC")
    whole["secret"] = f"exercise-{secrets.token_hex(3)}"
    whole["reason"] = ""
    return [whole, whole[whole["status"] == 200], whole[whole["who"] == "newcomer"]]


def _hint(found: Any, log: Log) -> str | None:
    """What is wrong with the rows that a function found in a log; None if nothing is."""
    import pandas as pd

    if found is None:
        return _("The function returned None. Does it `return` the rows?")
    if isinstance(found, pd.Series) and found.dtype == bool:
        return _("That's only the condition, a True or False for each row. Put it in brackets: `log[...]`.")
    if not isinstance(found, pd.DataFrame):
        return _("The function returned something of type {type}. Return the rows as a DataFrame.").format(
            type=type(found).__name__
        )
    if "time" not in found:
        return _("The rows have lost the column `time`. Return whole rows, with all of their columns.")
    times = set(found["time"])
    if times - set(log["time"]):
        return _("The function returned rows of some other log. Look only at the one it's given.")
    statuses = set(log[log["time"].isin(times)]["status"])
    missed = log[(log["status"] == 403) & ~log["time"].isin(times)]
    if 401 in statuses:
        return _("A 401 isn't a refusal: it's how a client finds out where to sign in. Leave it out.")
    if 200 in statuses:
        return _("Some of these calls worked. A refusal has the status 403.")
    if statuses - {403}:
        return _(
            "Some of these calls failed for another reason, such as a name that doesn't exist. Only 403 is a refusal."
        )
    if len(missed):
        return _("A refused call is missing, a {operation}. Any operation by anyone can be refused.").format(
            operation=missed["operation"].iloc[0]
        )
    return None


def _expect_failure(function: Callable[..., Any], *arguments: str) -> None:
    try:
        function(*arguments)
    except HttpResponseError as error:
        if error.status_code not in (403, 404):
            raise
