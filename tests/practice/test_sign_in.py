"""The sign-in: a token for the right client secret, and Microsoft Entra ID's words for everything else."""

import base64
import json
from contextlib import closing
from urllib.parse import urlencode

import jwt
import pytest

from helpers.practice.identities import OTHER_TENANT_ID, PERSON, PERSON_ID, PRACTICE, TENANT_ID
from helpers.practice.sign_in.tokens import CLI_CLIENT_ID
from helpers.practice.state.store import Store

SIGN_IN = "login.microsoftonline.com"
SCOPE = "https://vault.azure.net/.default offline_access openid profile"


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
    assert claims["appid"] == PRACTICE.client_id
    assert claims["exp"] - claims["iat"] == answer.body["expires_in"]


@pytest.mark.parametrize(
    ("change", "status", "error", "number"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client", 7000215),
        ({"client_id": "somebody"}, 400, "unauthorized_client", 700016),
        ({"tenant": "nowhere"}, 400, "invalid_tenant", 90002),
        ({"scope": "https://vault.azure.net"}, 400, "invalid_scope", 1002012),
        ({"scope": "https://vault.azure.net openid"}, 400, "invalid_scope", 1002012),
        ({"scope": "https://vault.azure.net/.default https://b/.default"}, 400, "invalid_scope", 70011),
        ({"scope": "openid profile"}, 400, "invalid_scope", 70011),
        ({"scope": "https://other.example/.default"}, 400, "invalid_resource", 500011),
        ({"scope": "https://vault.azure.net.other.example/.default"}, 400, "invalid_resource", 500011),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", 70003),
    ],
)
def test_a_wrong_sign_in_is_refused_in_entras_words(client, change, status, error, number):
    answer = client.sign_in(**change)
    assert answer.status == status
    assert answer.body["error"] == error
    assert answer.body["error_codes"] == [number]
    assert answer.body["error_description"].startswith(f"AADSTS{number}: ")


@pytest.mark.parametrize(
    "resource",
    [
        "https://storage.azure.com",
        "https://ossrdbms-aad.database.windows.net",  # Azure Database for PostgreSQL
        "https://database.windows.net",  # Azure SQL
        "https://database.windows.net/",
    ],
)
def test_a_token_is_for_the_resource_that_it_was_asked_for_and_its_published_key_fits(client, resource):
    token = client.sign_in(scope=f"{resource}/.default").body["access_token"]
    configuration = client.send("GET", f"/{TENANT_ID}/v2.0/.well-known/openid-configuration", host=SIGN_IN).body
    keys = client.send("GET", configuration["jwks_uri"].removeprefix(f"https://{SIGN_IN}"), host=SIGN_IN).body
    (key,) = jwt.PyJWKSet.from_dict(keys).keys
    assert jwt.get_unverified_header(token)["kid"] == key.key_id
    claims = jwt.decode(token, key, algorithms=["ES256"], audience=resource)
    assert (claims["aud"], claims["appid"]) == (resource, PRACTICE.client_id)
    assert not {"d", "k"} & set(keys["keys"][0]), "what is published is not what signs"
    head, _body, signature = token.split(".")
    other = f"{head}.{base64.urlsafe_b64encode(json.dumps({**claims, 'oid': 'x'}).encode()).decode()}.{signature}"
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(other, key, algorithms=["ES256"], audience=resource)


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


class Person:
    """A person's sign-in, as MSAL does it for the Azure CLI."""

    def __init__(self, client):
        self._client = client

    def begin(self, tenant="organizations", client_id=CLI_CLIENT_ID, scope=SCOPE):
        form = urlencode({"client_id": client_id, "scope": scope})
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        path = f"/{tenant}/oauth2/v2.0/devicecode"
        return self._client.send("POST", path, form, headers, host="login.microsoftonline.com")

    def redeem(self, device_code, tenant="organizations", **changes):
        grant = "urn:ietf:params:oauth:grant-type:device_code"
        form = {"grant_type": grant, "client_id": CLI_CLIENT_ID, "device_code": device_code, **changes}
        return self._client.sign_in(tenant, **form)

    def refresh(self, refresh_token, tenant=TENANT_ID, scope=SCOPE, **changes):
        form = {"grant_type": "refresh_token", "client_id": CLI_CLIENT_ID, "refresh_token": refresh_token, **changes}
        return self._client.sign_in(tenant, scope=scope, **form)

    def sign_in(self):
        return self.redeem(self.begin().body["device_code"]).body


@pytest.fixture
def person(client):
    """A person who signs in."""
    return Person(client)


def test_a_device_code_is_approved_at_once_for_the_practice_person(person, client):
    begun = person.begin()
    assert begun.status == 200
    assert "signs you in as learner@practice.example" in begun.body["message"]
    answer = person.redeem(begun.body["device_code"])
    assert answer.status == 200
    assert SCOPE.split()[0] in answer.body["scope"].split()
    claims = jwt.decode(answer.body["access_token"], options={"verify_signature": False})
    assert (claims["aud"], claims["iss"]) == ("https://vault.azure.net", f"https://sts.windows.net/{TENANT_ID}/")
    assert (claims["oid"], claims["upn"], claims["appid"]) == (PERSON_ID, PERSON, CLI_CLIENT_ID)
    named = jwt.decode(answer.body["id_token"], options={"verify_signature": False})
    assert (named["aud"], named["tid"], named["preferred_username"]) == (CLI_CLIENT_ID, TENANT_ID, PERSON)
    about = json.loads(base64.urlsafe_b64decode(answer.body["client_info"] + "=="))
    assert about == {"uid": PERSON_ID, "utid": TENANT_ID}
    headers = {"Authorization": f"Bearer {answer.body['access_token']}"}
    assert client.ask("GET", "/secrets", headers=headers).status == 200


def test_a_refresh_token_gives_a_token_for_another_resource(person, clock):
    refresh_token = person.sign_in()["refresh_token"]
    clock.forward(30 * 86_400)
    answer = person.refresh(refresh_token, scope="https://graph.microsoft.com//.default offline_access openid profile")
    claims = jwt.decode(answer.body["access_token"], options={"verify_signature": False})
    assert (claims["aud"], claims["oid"]) == ("https://graph.microsoft.com/", PERSON_ID)
    clock.forward(61 * 86_400)
    assert person.refresh(refresh_token).body["error"] == "invalid_grant"
    assert person.refresh(answer.body["refresh_token"]).status == 200


def test_a_refresh_token_in_another_tenant_gives_a_token_of_that_tenant_for_the_same_account(person):
    answer = person.refresh(person.sign_in()["refresh_token"], OTHER_TENANT_ID)
    claims = jwt.decode(answer.body["access_token"], options={"verify_signature": False})
    assert (claims["tid"], claims["iss"]) == (OTHER_TENANT_ID, f"https://sts.windows.net/{OTHER_TENANT_ID}/")
    about = json.loads(base64.urlsafe_b64decode(answer.body["client_info"] + "=="))
    assert about == {"uid": PERSON_ID, "utid": TENANT_ID}, "the home tenant, whichever was asked"


@pytest.mark.parametrize(
    "scope",
    [
        "https://vault.azure.net/.default openid offline_access profile",  # MSAL for Go
        "openid profile offline_access https://vault.azure.net/.default",  # MSAL for Java
        "profile https://vault.azure.net/.default  email",
    ],
)
def test_openids_own_scopes_may_stand_beside_the_resource_in_any_order(client, scope):
    answer = client.sign_in(scope=scope)
    assert answer.status == 200
    claims = jwt.decode(answer.body["access_token"], options={"verify_signature": False})
    assert claims["aud"] == "https://vault.azure.net"


def test_the_first_versions_address_names_a_resource_and_answers_in_texts(client):
    form = urlencode(
        {
            "grant_type": "client_credentials",
            "client_id": client._settings["AZURE_CLIENT_ID"],
            "client_secret": client._settings["AZURE_CLIENT_SECRET"],
            "resource": "https://vault.azure.net",
        }
    )
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    path = f"/{TENANT_ID}/oauth2/token"
    answer = client.send("POST", path, form, headers, host="login.microsoftonline.com")
    assert answer.status == 200
    assert answer.body["resource"] == "https://vault.azure.net"
    assert {type(value) for value in answer.body.values()} == {str}
    token = {"Authorization": f"Bearer {answer.body['access_token']}"}
    assert client.ask("GET", "/secrets", headers=token).status == 200
    wrong = form.replace("client_secret=", "client_secret=x")
    refused = client.send("POST", path, wrong, headers, host="login.microsoftonline.com")
    assert (refused.status, refused.body["error_codes"]) == (401, [7000215])


def test_a_device_code_has_its_time(person, clock):
    device_code = person.begin().body["device_code"]
    clock.forward(901)
    answer = person.redeem(device_code)
    assert (answer.status, answer.body["error"], answer.body["error_codes"]) == (400, "invalid_grant", [70000])


def test_each_token_is_good_for_its_own_use_alone(person, client):
    device_code = person.begin().body["device_code"]
    tokens = person.redeem(device_code).body
    for other in ("x", tokens["refresh_token"], tokens["access_token"], tokens["id_token"]):
        assert person.redeem(other).body["error"] == "invalid_grant"
    for other in ("x", device_code, tokens["access_token"], tokens["id_token"]):
        assert person.refresh(other).body["error"] == "invalid_grant"
    for other in (device_code, tokens["refresh_token"], tokens["id_token"]):
        assert client.ask("GET", "/secrets", headers={"Authorization": f"Bearer {other}"}).status == 401


@pytest.mark.parametrize(
    ("change", "status", "number"),
    [
        ({"tenant": "nowhere"}, 400, 90002),
        ({"client_id": "somebody"}, 400, 700016),
        ({"client_id": PRACTICE.client_id}, 401, 7000218),
        ({"scope": "openid profile"}, 400, 70011),
        ({"scope": "https://vault.azure.net/.default https://graph.microsoft.com/.default"}, 400, 70011),
        ({"scope": "https://vault.azure.net/something"}, 400, 70011),
    ],
)
def test_a_persons_sign_in_that_is_refused(person, change, status, number):
    answer = person.begin(**change)
    assert (answer.status, answer.body["error_codes"]) == (status, [number])


def test_a_person_who_is_gone_cannot_sign_in(person, cloud):
    refresh_token = person.sign_in()["refresh_token"]
    with closing(Store()) as store, store.writing() as connection:
        connection.execute("DELETE FROM principals WHERE object_id = ?", (PERSON_ID,))
    assert person.refresh(refresh_token).body["error_codes"] == [50034]


@pytest.mark.parametrize("tenant", ["organizations", "common"])
def test_the_configuration_for_any_tenant_is_a_pattern(client, tenant):
    path = f"/{tenant}/v2.0/.well-known/openid-configuration"
    answer = client.send("GET", path, host="login.microsoftonline.com")
    assert answer.body["issuer"] == "https://login.microsoftonline.com/{tenantid}/v2.0"
    assert answer.body["device_authorization_endpoint"].endswith(f"/{tenant}/oauth2/v2.0/devicecode")


def test_who_was_let_in_by_a_running_cloud_still_is_when_its_state_is_removed(client, state_folder):
    assert client.sign_in().status == 200
    for file in state_folder.glob("practice.sqlite3*"):
        file.unlink()
    assert client.sign_in().status == 200
    assert client.sign_in(client_secret="").status == 401
