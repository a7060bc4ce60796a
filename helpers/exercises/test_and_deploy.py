"""The exercises of notebook 14."""

import os
import secrets
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

from azure.core.exceptions import ResourceNotFoundError
from azure.identity import DefaultAzureCredential

from ..language import N_, _
from .exercise import NOT_YET, RIGHT, WRONG, Exercise, call, fresh_name

_VARIABLE = "AZURE_TOKEN_CREDENTIALS"


class NoticeTheMistakes(Exercise):
    """Write a test that lets a right program pass, and notices what is wrong with three others."""

    title = N_("Exercise: notice the mistakes")

    def names(self) -> list[tuple[str, str]]:
        """What the check calls the function with."""
        return [("answer(setting, client, name)", _("the program's function, a client, and a name that's free"))]

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Call the test with a program that is right, then with each of those that are not."""
        if answer is None:
            return NOT_YET, _("Write a function named `answer` that takes `setting`, `client` and `name`.")
        if not callable(answer):
            return WRONG, _("`answer` isn't a function. Write `def answer(setting, client, name):`.")
        if raised := self._run(answer, self._current_value):
            return WRONG, _(
                "Your test raises {error} even though the program is right. Call it in a cell of its own to see "
                "where, then check again."
            ).format(error=raised)
        hints = {
            self._same_for_all: _(
                "Your test passes with a program that returns the same value for every secret. "
                "Save a value, and compare what `setting` returns."
            ),
            self._old_value(): _(
                "Your test passes with a program that returns the old value after a rotation. "
                "Save a second value, and compare again."
            ),
            self._empty_text: _(
                "Your test passes with a program that returns an empty string for a secret that isn't there. "
                "Expect ResourceNotFoundError."
            ),
        }
        for setting, hint in hints.items():
            if not self._run(answer, setting):
                return WRONG, hint
        return RIGHT, _("Your test passes with the right program, and fails with each of the others.")

    def _run(self, test: Callable[..., Any], setting: Callable[[str], str]) -> str:
        """The name of the error that the test raises, or "" if it passes."""
        try:
            test(setting, self._client, fresh_name())
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # pytest's own failures are no Exception
            return type(error).__name__
        return ""

    def _current_value(self, name: str) -> str:
        return self._client.get_secret(name).value or ""

    def _same_for_all(self, name: str) -> str:
        self._current_value(name)
        return f"fake-{secrets.token_hex(8)}"

    def _old_value(self) -> Callable[[str], str]:
        kept: dict[str, str] = {}

        def setting(name: str) -> str:
            if name not in kept:
                kept[name] = self._current_value(name)
            return kept[name]

        return setting

    def _empty_text(self, name: str) -> str:
        try:
            return self._current_value(name)
        except ResourceNotFoundError:
            return ""


class ChooseTheSignIn(Exercise):
    """Make a credential that does what the environment says, and refuses to begin where it says nothing."""

    title = N_("Exercise: choose the sign-in outside of the code")

    def names(self) -> list[tuple[str, str]]:
        """The variable that the check sets."""
        return [(f'os.environ["{_VARIABLE}"]', _("unset, empty, or one of several values"))]

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Call the function in environments with and without the variable."""
        if answer is None:
            return NOT_YET, _("Write a function named `answer` that takes nothing and returns a credential.")
        if not callable(answer):
            return WRONG, _(
                "`answer` is of type {type}. Write `def answer():`, so that the variable is read when the "
                "program starts."
            ).format(type=type(answer).__name__)
        for value, hint in (
            (None, _("When {variable} isn't set, your function returns a credential. It should raise ValueError.")),
            ("", _("When {variable} is empty, your function returns a credential. It should raise ValueError.")),
        ):
            if not _refuses(answer, value):
                return WRONG, hint.format(variable=_VARIABLE)
        for value in ("prod", "ManagedIdentityCredential", "AzureCliCredential"):
            if hint := _wrong_credential(answer, value):
                return WRONG, hint
        return RIGHT, _(
            "The environment decides who your program signs in as, and without a decision it doesn't start."
        )


def _refuses(answer: Callable[[], Any], value: str | None) -> bool:
    def asked() -> bool:
        try:
            answer()
        except ValueError:
            return True
        return False

    return bool(_with_variable(value, asked))


def _wrong_credential(answer: Callable[[], Any], value: str) -> str:
    """What is wrong with the credential that the function returns when the variable has this value."""
    made = _with_variable(value, answer)
    if made is None:
        return _("Your function returns nothing. End it with `return` and the credential.")
    if not isinstance(made, DefaultAzureCredential):
        return _(
            "Your function returns something of type {type}, which works only in some places. Return a "
            "DefaultAzureCredential, and let the variable decide."
        ).format(type=type(made).__name__)
    expected = _with_variable(value, DefaultAzureCredential)
    if _kinds(made) != _kinds(expected):
        return _(
            "With {variable}={value}, your credential tries other sign-ins than that. Leave the choice to the variable."
        ).format(variable=_VARIABLE, value=value)
    return ""


def _with_variable(value: str | None, function: Callable[[], Any]) -> Any:
    with patch.dict(os.environ):
        os.environ.pop(_VARIABLE, None)
        if value is not None:
            os.environ[_VARIABLE] = value
        return call(function)


def _kinds(credential: DefaultAzureCredential) -> list[str]:
    return [type(each).__name__ for each in credential.credentials]
