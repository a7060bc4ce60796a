"""The exercises of notebook 10."""

import secrets
from collections.abc import Callable
from typing import Any

from ..language import N_, _, in_a_row
from .exercise import NOT_YET, RIGHT, WRONG, AnswerError, Exercise, call

_MOST_TRIES = 2


class MoveDotEnv(Exercise):
    """Move the secrets of a .env file into the vault, and leave the other settings where they are."""

    title = N_("Exercise: move a .env file into the vault")

    def prepare(self) -> None:
        """Make up the file. Nothing of it is in the vault yet."""
        # Both have a `=` inside, as values in base64 do; the quotes are the file's, and no part of the value.
        self._entries = {
            "DB_PASSWORD": f"fake-{secrets.token_hex(4)}={secrets.token_hex(4)}",
            "API_KEY": f"fake-{secrets.token_hex(8)}==",
        }
        quoted, plain = self._entries.values()
        self.env = f'# settings of the shop\nLOG_LEVEL=info\nDB_PASSWORD="{quoted}"\n\nAPI_KEY={plain}\n'

    def names(self) -> list[tuple[str, str]]:
        """What the secrets' names begin with, and the text of the file."""
        return [
            ("exercise.name", self.name),
            ("exercise.env", _("{count} lines of text").format(count=len(self.env.splitlines()))),
        ]

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Look for both secrets under their new names, and for what should not be there."""
        found = {key: self.value_of(self._new_name(key)) for key in self._entries}
        if not any(found.values()):
            return self._look_elsewhere()
        for key, value in self._entries.items():
            got = found[key]
            if got is None:
                return WRONG, _("`{key}` isn't there yet. Its name in the vault should be {name}.").format(
                    key=key, name=self._new_name(key)
                )
            if got != value:
                said = _("`{key}` doesn't have the value from the file.").format(key=key)
                return WRONG, in_a_row(said, _what_is_odd(got, key, value))
        if self.value_of(self._new_name("LOG_LEVEL")) is not None:
            return WRONG, _(
                "Both are there, but so is `LOG_LEVEL`, which isn't a secret. Delete it from the vault. Settings stay "
                "where everyone who works on the program can read them."
            )
        return RIGHT, _(
            "Both secrets are in the vault, so you can take them out of the file. In their place, it needs only "
            "`KEY_VAULT_NAME`."
        )

    def _look_elsewhere(self) -> tuple[str, str]:
        misnamed = {
            "db-password": _("Put `exercise.name` and a dash in front, because several programs share a vault."),
            f"{self.name}-dbpassword": _("Each underscore becomes a dash: `DB_PASSWORD` ends up as db-password."),
            f"{self.name}db-password": _("Put a dash between `exercise.name` and the rest."),
            self.name: _("Each secret needs a name of its own that begins with `exercise.name`."),
        }
        for name, hint in misnamed.items():
            value = self.value_of(name)
            # The first of them may be a stranger's: of another program in the same vault.
            if value is not None and (name != "db-password" or self._entries["DB_PASSWORD"] in value):
                return WRONG, in_a_row(_("There is a secret named {name}.").format(name=name), hint)
        return NOT_YET, _("Save both secrets: {first} and {second}.").format(
            first=self._new_name("DB_PASSWORD"), second=self._new_name("API_KEY")
        )

    def _new_name(self, key: str) -> str:
        return f"{self.name}-{key.lower().replace('_', '-')}"


def _what_is_odd(found: str, key: str, value: str) -> str:
    """What has probably gone wrong; the sentence has no part of the value."""
    if found.startswith(f"{key}="):
        return _("The whole line was saved: take what comes after the first `=`.")
    if found == f'"{value}"':
        return _("The quotes belong to the file, not to the value: take them off.")
    if found.strip() == value:
        return _("There's a space or a line break around it: take it off with `.strip()`.")
    if found.strip('"') and value.startswith(found.strip('"')):
        return _("It ends too soon: the value has a `=` in it, so split the line at the first one only.")
    return _("Save what comes after the first `=`, with nothing added and nothing left out.")


class OutliveARotation(Exercise):
    """Log in with the password at hand, and ask the vault again only when it is refused."""

    title = N_("Exercise: live through a rotation")

    def prepare(self) -> None:
        """Save the password of this morning, and rotate it."""
        self.kept = f"fake-old-{secrets.token_hex(8)}"
        self._rotated = f"fake-new-{secrets.token_hex(8)}"
        self._client.set_secret(self.name, self.kept)
        self._client.set_secret(self.name, self._rotated)

    def names(self) -> list[tuple[str, str]]:
        """The secret that `get` retrieves."""
        return [("second_exercise.name", self.name)]

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Call the function with a database that accepts the old password, the new one, none, or is down."""
        if answer is None:
            return NOT_YET, _("Write a function named `answer` that takes `kept`, `get` and `log_in`.")
        if not callable(answer):
            return WRONG, _("`answer` isn't a function. Write `def answer(kept, get, log_in):`.")
        try:
            for case in (self._nothing_changed, self._rotated_since, self._refused_for_good, self._database_down):
                if hint := case(answer):
                    return WRONG, hint
        except _TooOften:
            return WRONG, _("Your function logs in more than twice. Log in once, and once more after a refusal.")
        return RIGHT, _("Your program lives through a rotation, and asks the vault only when it has a reason to.")

    def _nothing_changed(self, answer: Callable[..., Any]) -> str:
        database = _Database(accepts=self.kept)
        try:
            result = self._ask(answer, database)
        except PermissionError:
            return _(
                "The password in memory still works, but your function uses another one. Log in with `kept` first."
            )
        if database.gets:
            return _(
                "The password in memory still works, but your function asks the vault. Try the one in memory first."
            )
        return _wrong_result(result, database)

    def _rotated_since(self, answer: Callable[..., Any]) -> str:
        database = _Database(accepts=self._rotated)
        try:
            result = self._ask(answer, database)
        except PermissionError:
            if database.gets:
                return _("Your function gets the new password but doesn't log in with it. Call `log_in` with it.")
            return _("After a rotation your function gives up. When `log_in` refuses, call `get` and log in once more.")
        if database.gets > 1:
            return _("One call to `get` is enough: keep what it returns.")
        return _wrong_result(result, database)

    def _refused_for_good(self, answer: Callable[..., Any]) -> str:
        database = _Database(accepts=None)
        try:
            self._ask(answer, database)
        except PermissionError:
            return ""
        except _TooOften:
            return _(
                "When the new password is refused too, your function keeps trying. Try it once, and let the second "
                "PermissionError through: a few more tries may lock the account."
            )
        return _("When the new password is refused too, nobody hears about it. Let the second PermissionError through.")

    def _database_down(self, answer: Callable[..., Any]) -> str:
        database = _Database(accepts=None, error=ConnectionError)
        try:
            self._ask(answer, database)
        except ConnectionError:
            if not database.gets:
                return ""
        if not database.gets:
            return _("When the database is down, nobody hears about it. Catch PermissionError, and no other error.")
        return _(
            "When the database is down, your function asks the vault for a new password. "
            "Catch PermissionError, and no other error."
        )

    def _ask(self, answer: Callable[..., Any], database: "_Database") -> Any:
        """What the function returns; the database's own errors come through."""

        def get() -> str:
            database.gets += 1
            return self.value_of(self.name) or ""

        def asked() -> tuple[Any, Exception | None]:
            try:
                return answer(self.kept, get, database.log_in), None
            except (PermissionError, ConnectionError) as error:
                return None, error

        try:
            result, error = call(asked)
        except AnswerError:
            if not database.odd:
                raise
            raise AnswerError(
                _(
                    "Your function logs in with something of type {type}. `get` is a function: call it, as `get()`, "
                    "and log in with what it returns."
                ).format(type=database.odd)
            ) from None
        if error is not None:
            raise error
        return result


class _TooOften(BaseException):
    """Ends a function that would go on forever, since no `except Exception` catches it."""


class _Database:
    """Accepts one password or none, and counts how often the function asked the vault."""

    def __init__(self, accepts: str | None, error: type[Exception] = PermissionError) -> None:
        self.gets = 0
        self.odd = ""  # what came in place of a password
        self.session = object()
        self._accepts = accepts
        self._error = error
        self._tries = 0

    def log_in(self, password: str) -> object:
        """The session, or the error."""
        self._tries += 1
        if self._tries > _MOST_TRIES:
            raise _TooOften
        if not isinstance(password, str):
            self.odd = type(password).__name__
            raise TypeError
        if password != self._accepts:
            raise self._error
        return self.session


def _wrong_result(result: Any, database: _Database) -> str:
    if result is database.session:
        return ""
    return _("Your function logs in but doesn't hand over the session. Return what `log_in` returns.")
