"""The hints of the exercises of notebook 15, use no secret at all."""

import pytest
from azure.keyvault.secrets import SecretClient

from helpers.exercises import NOT_YET, RIGHT, WRONG, BringATokenAlong, DecideWhatItNeeds

from .answers import after

LISTENER = """
from sqlalchemy import event

def answer(engine, credential):
    @event.listens_for(engine, "do_connect")
    def add_token(dialect, record, arguments, parameters):
        scope = "https://ossrdbms-aad.database.windows.net/.default"
        parameters["password"] = credential.get_token(scope).token
"""
LISTEN = """
from sqlalchemy import event

def answer(engine, credential):
    def add_token(dialect, record, arguments, parameters):
        token = credential.get_token("https://ossrdbms-aad.database.windows.net/.default")
        parameters.update(password=token.token)
    event.listen(engine, "do_connect", add_token)
    return engine
"""
AT_THE_START = """
from sqlalchemy import event

def answer(engine, credential):
    token = credential.get_token("https://ossrdbms-aad.database.windows.net/.default").token

    @event.listens_for(engine, "do_connect")
    def add_token(dialect, record, arguments, parameters):
        parameters["password"] = token
"""
ON_CONNECT = """
from sqlalchemy import event

def answer(engine, credential):
    @event.listens_for(engine, "connect")
    def add_token(connection, record):
        credential.get_token("https://ossrdbms-aad.database.windows.net/.default")
"""


@pytest.mark.parametrize("code", [LISTENER, LISTEN])
def test_a_listener_counts_however_it_is_added(code: str, client: SecretClient) -> None:
    assert after(code, BringATokenAlong(), client)[0] == RIGHT


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("answer = None", ""),
        ("answer = client", "`answer` isn't a function"),
        ("def answer(engine):\n    pass", "raised TypeError"),
        ("def answer(engine, credential):\n    pass", "No password arrives"),
        (ON_CONNECT, "No password arrives"),
        (AT_THE_START, "brings the token from before"),
        (LISTENER.replace(".token\n", "\n"), "All that `get_token` returns arrives"),
        (LISTENER.replace("ossrdbms-aad.database.windows.net", "vault.azure.net"), "Your token is for the vault"),
        (LISTENER.replace("/.default", ""), "has to end in `/.default`"),
        (LISTENER.replace("ossrdbms-aad.", ""), "for something else than PostgreSQL"),
        (LISTENER.replace('"password"', '"token"'), "under another name"),
        (LISTENER.replace("= credential", '= "Bearer " + credential'), "without the word Bearer"),
        (LISTENER.replace("credential.get_token(scope).token", '"fake-password"'), "isn't from the credential"),
        (LISTENER.replace("credential.get_token(scope).token", "b'fake'"), "is of type bytes"),
        (LISTENER.replace(").token", ").token.upper()"), "isn't the token that the credential gives now"),
        (LISTENER.replace("        scope =", "        raise KeyError\n        scope ="), "raised KeyError"),
    ],
)
def test_bring_a_token_along_hints(code: str, hint: str, client: SecretClient) -> None:
    mark, sentence = after(code, BringATokenAlong(), client)
    assert (mark, hint in sentence) == (WRONG if hint else NOT_YET, True), sentence


DECISIONS = {
    "files": "token",
    "partner": "secret",
    "sales": "token",
    "invoices": "key",
    "logging": "setting",
    "printer": "secret",
}


@pytest.mark.parametrize(
    ("changes", "hint"),
    [
        ({"files": "secret"}, "a secret too many"),
        ({"files": "key"}, "opens everything in the account"),
        ({"partner": "token"}, "doesn't know your tenant"),
        ({"sales": "secret"}, "Azure SQL takes a token"),
        ({"invoices": "secret"}, "would hold the key itself"),
        ({"invoices": "token"}, "it signs nothing"),
        ({"logging": "secret"}, "Everyone may know the log level"),
        ({"printer": "token"}, "knows nothing of tokens"),
        ({"printer": "key"}, "a value that your program has to read"),
        ({"logging": "token"}, "the table of step 6"),
        ({"sales": "password"}, 'write "token", "secret", "key" or "setting"'),
        ({"sales": ["token"]}, 'write "token", "secret", "key" or "setting"'),
        ({"more": "token"}, "1 more than the six"),
    ],
)
def test_decide_what_it_needs_hints(changes: dict[str, object], hint: str, client: SecretClient) -> None:
    mark, sentence = after(f"answer = {DECISIONS | changes}", DecideWhatItNeeds(), client)
    assert (mark, hint in sentence) == (WRONG, True), sentence


def test_a_decision_that_is_missing_or_no_dict_is_told(client: SecretClient) -> None:
    without = {key: needed for key, needed in DECISIONS.items() if key != "invoices"}
    assert 'says nothing about "invoices"' in after(f"answer = {without}", DecideWhatItNeeds(), client)[1]
    assert "is of type list" in after("answer = ['token'] * 6", DecideWhatItNeeds(), client)[1]
    assert after("answer = None", DecideWhatItNeeds(), client)[0] == NOT_YET
