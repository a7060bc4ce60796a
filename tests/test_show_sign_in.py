"""How a sign-in went: who was tried, who won, and what the token says, but never the token."""

import azure.identity
import jwt
import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import ChainedTokenCredential, CredentialUnavailableError

from helpers import show_sign_in
from helpers.practice.identities import PRACTICE

IN_AN_HOUR = 4102444800


class Fake:
    """A credential that gives a token, or raises an error."""

    def __init__(self, outcome):
        self.outcome = outcome

    def get_token(self, *scopes, **options):
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return AccessToken(self.outcome, IN_AN_HOUR)

    def __enter__(self):
        return self

    def __exit__(self, *raised):
        pass


class FailedDACCredential(Fake):
    """Named like the SDK's stand-in for a credential that lacks what it needs."""


class EnvironmentCredential(Fake):
    """Named like the SDK's own."""


@pytest.fixture
def chain(monkeypatch):
    """Put a chain of these in the place of DefaultAzureCredential's."""

    def put(*credentials):
        monkeypatch.setattr(azure.identity, "DefaultAzureCredential", lambda: ChainedTokenCredential(*credentials))

    return put


def test_the_practice_cloud_is_signed_in_to_by_the_environment(started):
    shown = repr(show_sign_in())
    assert shown.startswith("Note: EnvironmentCredential signed in\n")
    assert "Audience: `https://vault.azure.net`" in shown
    assert f"App: `{PRACTICE.client_id}`" in shown
    assert f"Object ID: `{PRACTICE.object_id}`" in shown
    assert "Good for: 60 more minutes" in shown
    assert "1  EnvironmentCredential  signed in" in shown
    assert shown.endswith("The credentials after it weren't tried.")


def test_a_wrong_password_ends_the_search(started, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setenv("AZURE_CLIENT_SECRET", "not-the-client-secret")
        shown = repr(show_sign_in())
    assert shown.startswith("! Heads-up: Nobody is signed in\n")
    assert "refused, which ends the search: Authentication failed: AADSTS7000215" in shown
    assert "Correct what the last row says" in shown
    assert "not-the-client-secret" not in shown


def test_each_credential_says_why_it_has_nothing(chain):
    chain(
        EnvironmentCredential(
            CredentialUnavailableError("EnvironmentCredential authentication unavailable. Variables are missing.")
        ),
        FailedDACCredential(CredentialUnavailableError("WorkloadIdentityCredential authentication unavailable.")),
    )
    shown = repr(show_sign_in())
    assert "1  EnvironmentCredential       not set up here: Variables are missing" in shown
    assert "2  WorkloadIdentityCredential  not set up here\n" in shown
    assert "az login" in shown


def test_the_one_that_won_is_the_last_one_tried(chain):
    token = jwt.encode({"aud": "a-vault", "tid": "a-tenant", "azp": "an-app"}, "k" * 32)
    chain(EnvironmentCredential(CredentialUnavailableError("No.")), Fake(token), Fake(ClientAuthenticationError("Boo")))
    card = show_sign_in()
    shown = repr(card) + card.html()
    assert "Fake signed in" in shown
    assert "App: `an-app`" in shown
    assert "Boo" not in shown
    assert not any(part in shown for part in token.split("."))


def test_a_token_that_is_no_jwt_is_fine(chain):
    chain(Fake("opaque-token-5d0c77"))
    card = show_sign_in()
    assert "Good for" in repr(card)
    assert "5d0c77" not in repr(card) + card.html()


def test_the_token_is_nowhere_in_the_card(started, monkeypatch):
    tokens = []

    class Listening(azure.identity.DefaultAzureCredential):
        def get_token(self, *scopes, **options):
            tokens.append(super().get_token(*scopes, **options))
            return tokens[-1]

    monkeypatch.setattr(azure.identity, "DefaultAzureCredential", Listening)
    card = show_sign_in()
    [token] = tokens
    assert not any(part in repr(vars(card)) + card.html() for part in token.token.split("."))
