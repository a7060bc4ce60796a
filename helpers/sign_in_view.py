"""`show_sign_in`: which credentials were tried, which one signed in, and what its token says; never the token."""

import re
import time
from typing import Any

import jwt

from .cards import Card, TableCard
from .language import N_, _, in_a_row
from .request_recorder import unrecorded

_SCOPE = "https://vault.azure.net/.default"
_COLUMNS = ("#", N_("Credential"), N_("What happened"))
# The claims of a token (learn.microsoft.com/entra/identity-platform/access-token-claims-reference), in their order.
_CLAIMS = {
    "aud": N_("Audience"),
    "tid": N_("Tenant"),
    "appid": N_("App"),  # in a token of version 1.0; "azp" in one of 2.0
    "azp": N_("App"),
    "oid": N_("Object ID"),
}


def show_sign_in() -> Card:
    """Sign in once more, as a new `DefaultAzureCredential` does, and show how it went.

    It shows what the token says: what it is for, the tenant, the ids, and the minutes that it's good for. The token
    itself is never shown and never kept. The table has each credential of the chain that was tried, in order: not set
    up here, refused, or signed in. Where nobody is signed in, it takes a few seconds, as it would in your code.
    """
    from azure.core.exceptions import ClientAuthenticationError
    from azure.identity import DefaultAzureCredential

    said: list[tuple[str, str]] = []
    with DefaultAzureCredential() as default, unrecorded():
        chain = default.credentials
        watched = [_Watched(credential) for credential in chain]
        default.credentials = tuple(watched)
        try:
            said = _what_it_says(default.get_token(_SCOPE))
        except ClientAuthenticationError:
            pass  # each row says why
        finally:
            default.credentials = chain
    tried = [one for one in watched if one.outcome]
    table = [[str(number), one.name, one.outcome] for number, one in enumerate(tried, start=1)]
    columns = [_(column) for column in _COLUMNS]
    note = _("The credentials after it weren't tried.") if len(tried) < len(chain) else ""
    if said:
        title = _("{credential} signed in").format(credential=tried[-1].name)
        return TableCard(title, columns, table, rows=said, mark="info", note=note)
    if note:
        note = in_a_row(note, _("Correct what the last row says, then run this cell again."))
    else:
        note = _("Run `az login` in a terminal, or set the `AZURE_` variables, then run this cell again.")
    return TableCard(_("Nobody is signed in"), columns, table, mark="warning", note=note)


class _Watched:
    """A credential of the chain that remembers how its attempt went."""

    def __init__(self, credential: Any) -> None:
        self._credential = credential
        self.name = type(credential).__name__
        self.outcome = ""  # not tried

    def get_token(self, *scopes: str, **options: Any) -> Any:
        """What the credential gives."""
        from azure.identity import CredentialUnavailableError

        try:
            token = self._credential.get_token(*scopes, **options)
        except CredentialUnavailableError as error:
            self._note_failure(_("not set up here"), error)
            raise
        except Exception as error:  # whatever it is, it ends the search (`ChainedTokenCredential.get_token`)
            self._note_failure(_("refused, which ends the search"), error)
            raise
        self.outcome = _("signed in")
        return token

    def _note_failure(self, what: str, error: Exception) -> None:
        import azure.identity

        message = str(getattr(error, "message", None) or error)
        named = re.match(r"\w+Credential\b", message)
        if named and not hasattr(azure.identity, self.name):
            self.name = named[0]  # a class of the SDK's own that stands in for one that lacks what it needs
        why = _why(message)
        self.outcome = _("{term}: {text}").format(term=what, text=why) if why else what


def _what_it_says(token: Any) -> list[tuple[str, str]]:
    try:
        claims = jwt.decode(token.token, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        claims = {}  # for anybody but the vault, a token may be any text
    minutes = (token.expires_on - time.time()) / 60
    said = [(_(label), f"`{claims[name]}`") for name, label in _CLAIMS.items() if name in claims]
    return [*said, (_("Good for"), _("{count} more minutes").format(count=f"{minutes:.0f}"))]


def _why(message: str) -> str:
    """The first sentence of a message that says more than that the credential isn't there."""
    sentences = re.split(r"(?<=[.])\s|\n", message.strip())
    telling = [one for one in sentences if not re.fullmatch(r"\w+Credential (authentication )?unavailable\.?", one)]
    return telling[0].rstrip(".") if telling else ""
