"""The sign-in: a token for the right client secret, and Microsoft Entra ID's words for everything else."""

import jwt
import pytest

from helpers.practice.defaults import CLIENT_ID, TENANT_ID


def test_the_configuration_names_the_tenants_addresses(client):
    path = f"/{TENANT_ID}/v2.0/.well-known/openid-configuration"
    answer = client.send("GET", path, host="login.microsoftonline.com")
    assert answer.status == 200
    assert answer.body["token_endpoint"] == f"https://login.microsoftonline.com/{TENANT_ID}/oauth2/v2.0/token"
    assert answer.body["issuer"] == f"https://login.microsoftonline.com/{TENANT_ID}/v2.0"


def test_the_right_client_secret_gets_a_token_for_the_vaults(client):
    answer = client.sign_in()
    assert answer.status == 200
    assert answer.body["token_type"] == "Bearer"  # noqa: S105
    claims = jwt.decode(answer.body["access_token"], options={"verify_signature": False})
    assert claims["aud"] == "https://vault.azure.net"
    assert claims["iss"] == f"https://sts.windows.net/{TENANT_ID}/"
    assert claims["appid"] == CLIENT_ID
    assert claims["exp"] - claims["iat"] == answer.body["expires_in"]


@pytest.mark.parametrize(
    ("change", "status", "error", "number"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client", 7000215),
        ({"client_id": "somebody"}, 400, "unauthorized_client", 700016),
        ({"tenant": "nowhere"}, 400, "invalid_tenant", 90002),
        ({"scope": "https://vault.azure.net"}, 400, "invalid_scope", 70011),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", 70003),
    ],
)
def test_a_wrong_sign_in_is_refused_in_entras_words(client, change, status, error, number):
    answer = client.sign_in(**change)
    assert answer.status == status
    assert answer.body["error"] == error
    assert answer.body["error_codes"] == [number]
    assert answer.body["error_description"].startswith(f"AADSTS{number}: ")


def test_an_address_that_it_does_not_have_is_told(client):
    answer = client.send("GET", "/nowhere", host="login.microsoftonline.com")
    assert answer.status == 404
    assert "does not offer GET /nowhere" in answer.body["error_description"]


def test_a_token_ends_with_its_time(client, clock):
    assert client.ask("GET", "/secrets").status == 200
    clock.forward(3600)
    answer = client.ask("GET", "/secrets")
    assert answer.status == 401
    assert answer.headers["Www-Authenticate"].startswith("Bearer authorization=")


def test_a_token_is_good_in_every_process_of_the_user(client, client_of):
    from helpers.practice import PracticeCloud

    token = client.sign_in().body["access_token"]
    with PracticeCloud() as other:
        answer = client_of(other.settings).ask("GET", "/secrets", headers={"Authorization": f"Bearer {token}"})
    assert answer.status == 200
