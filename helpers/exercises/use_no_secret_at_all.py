"""The exercises of notebook 15."""

import secrets
import sqlite3
import time
from typing import Any

from azure.core.credentials import AccessToken
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from ..language import N_, _, in_a_row
from .exercise import NOT_YET, RIGHT, WRONG, AnswerError, Exercise, call

SCOPE = "https://ossrdbms-aad.database.windows.net/.default"


class BringATokenAlong(Exercise):
    """Give each new connection to a database a token that is good at that moment."""

    title = N_("Exercise: bring a token along")

    def names(self) -> list[tuple[str, str]]:
        """What the check calls the function with."""
        return [("answer(engine, credential)", _("an engine without a password, and a credential"))]

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Open a connection, and another one after the first token's time is over."""
        if answer is None:
            return NOT_YET, _("Write a function named `answer` that takes `engine` and `credential`.")
        if not callable(answer):
            return WRONG, _("`answer` isn't a function. Write `def answer(engine, credential):`.")
        credential, database = _Credential(), _Database()
        call(answer, database.engine, credential)
        database.begin(credential)
        if hint := database.log_in():
            return WRONG, hint
        credential.time_is_over()
        if database.log_in():
            return WRONG, _(
                "The first connection opens. Two hours later the next one is refused, because it brings the token from "
                "before. Call `get_token` inside the listener."
            )
        return RIGHT, _("Each connection brings a token that's good at that moment, and there's no password to keep.")


class _Credential:
    """Gives the same token until its time is over, as the real ones do, and notes what it's asked for."""

    def __init__(self) -> None:
        self.scopes: list[str] = []
        self.time_is_over()

    def time_is_over(self) -> None:
        """The next token is another one."""
        self.token = f"fake-token-{secrets.token_hex(12)}"

    def get_token(self, *scopes: str, **_options: Any) -> AccessToken:
        """The token of this hour."""
        self.scopes += scopes
        return AccessToken(self.token, int(time.time()) + 3600)


class _Database:
    """SQLite in the place of a server that takes a token as the password. Nothing is kept open."""

    def __init__(self) -> None:
        self.engine: Engine = create_engine("sqlite://", poolclass=NullPool)
        self._said = ""

    def begin(self, credential: _Credential) -> None:
        """From now on look at what comes along with each connection, after the reader's own listeners."""

        @event.listens_for(self.engine, "do_connect")
        def take(_dialect: Any, _record: Any, arguments: list[Any], parameters: dict[str, Any]) -> Any:
            self._said = _wrong_parameters(parameters, credential)
            if self._said:
                raise sqlite3.OperationalError("refused")
            return sqlite3.connect(*arguments)

    def log_in(self) -> str:
        """What is wrong with a new connection; "" if it opens."""

        def opened() -> bool:
            try:
                self.engine.connect().close()
            except DBAPIError:
                return False
            return True

        self._said = ""
        if call(opened) or self._said:
            return self._said
        raise AnswerError(_("Your listener raises a database error of its own. Only set the password in it."))


def _wrong_parameters(parameters: dict[str, Any], credential: _Credential) -> str:
    password = parameters.get("password")
    if password is None:
        if credential.token in map(str, parameters.values()):
            return _("The token arrives under another name. Put it into the parameter that's named `password`.")
        return _(
            "No password arrives when a connection opens. Listen for `do_connect`, and set `password` among the "
            "parameters, which are the listener's fourth argument."
        )
    if isinstance(password, AccessToken):
        return _("All that `get_token` returns arrives, with the time it expires. The password is its `.token`.")
    if not isinstance(password, str):
        return _("The password is of type {type}. It has to be the token's text.").format(type=type(password).__name__)
    if not credential.scopes:
        return _("A password arrives that isn't from the credential. Ask `credential.get_token`.")
    if SCOPE not in credential.scopes:
        return _wrong_scope(credential.scopes[-1])
    if password == f"Bearer {credential.token}":
        return _("A database takes the token alone, without the word Bearer.")
    if password != credential.token:
        return _("The password isn't the token that the credential gives now. Set it to `.token`, and change nothing.")
    return ""


def _wrong_scope(scope: str) -> str:
    if "vault.azure.net" in scope:
        return _(
            "Your token is for the vault, and a database refuses it. Ask with the scope of PostgreSQL from step 3."
        )
    if scope == SCOPE.removesuffix("/.default"):
        return _("The scope has to end in `/.default`. Without it, the sign-in refuses.")
    return _("Your token is for something else than PostgreSQL. Take the scope from step 3.")


_TOKEN, _SECRET, _KEY, _SETTING = "token", "secret", "key", "setting"

_THINGS = (
    ("files", N_("files in your storage account"), _TOKEN),
    ("partner", N_("a partner's API, for which you got an API key"), _SECRET),
    ("sales", N_("a table in Azure SQL"), _TOKEN),
    ("invoices", N_("invoices that your program signs"), _KEY),
    ("logging", N_("the log level"), _SETTING),
    ("printer", N_("an old print server that wants a user name and a password"), _SECRET),
)
_HINTS = {
    ("files", _SECRET): N_("A connection string would work, but it's a secret too many: storage takes a token."),
    ("files", _KEY): N_("An account key opens everything in the account, and storage takes a token instead."),
    ("partner", _TOKEN): N_("The partner doesn't know your tenant, so it can't check a token of yours."),
    ("sales", _SECRET): N_("Azure SQL takes a token, so there's no password that you'd have to keep."),
    ("invoices", _SECRET): N_("As a secret, your program would hold the key itself. A key in a vault signs there."),
    ("invoices", _TOKEN): N_("A token says who your program is, but it signs nothing."),
    ("logging", _SECRET): N_("Everyone may know the log level. In the vault it would only be harder to change."),
    ("printer", _TOKEN): N_("An old server knows nothing of tokens. It wants its password."),
    ("printer", _KEY): N_("It wants a password, and a password is a value that your program has to read."),
}
_IN_THE_TABLE = N_("Look for it in the table of step 6.")


class DecideWhatItNeeds(Exercise):
    """Decide what each of six things needs: a token, a secret, a key or a setting."""

    title = N_("Exercise: decide what each one needs")

    def names(self) -> list[tuple[str, str]]:
        """The six things by their keys in the answer."""
        return [(f'"{key}"', _(described)) for key, described, _needed in _THINGS]

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Look at each decision."""
        if answer is None:
            return NOT_YET, _('Make a dict named `answer`, such as `{"files": "secret", ...}`, with all six.')
        if not isinstance(answer, dict):
            return WRONG, _("`answer` is of type {type}. Make it a dict with six keys.").format(
                type=type(answer).__name__
            )
        words = {_TOKEN, _SECRET, _KEY, _SETTING}
        for key, described, needed in _THINGS:
            if key not in answer:
                return WRONG, _('`answer` says nothing about "{key}": {described}.').format(
                    key=key, described=_(described)
                )
            if not isinstance(answer[key], str) or answer[key] not in words:
                return WRONG, _('For "{key}", write "token", "secret", "key" or "setting".').format(key=key)
            if answer[key] != needed:
                said = _('"{key}" needs something else: {described}.').format(key=key, described=_(described))
                return WRONG, in_a_row(said, _(_HINTS.get((key, answer[key]), _IN_THE_TABLE)))
        if more := set(answer) - {key for key, _described, _needed in _THINGS}:
            return WRONG, _("`answer` has {count} more than the six. Leave the rest out.").format(count=len(more))
        return RIGHT, _(
            "Two of the six need the vault for a secret, and one for a key. The others need no vault at all."
        )
