"""The directory where the Azure CLI does not reach: who may not, what is refused, and filters."""

import json
from urllib.parse import quote

import pytest

from helpers.practice.identities import OTHER_TENANT_ID, PERSON, PERSON_ID, PRACTICE

HOST = "graph.microsoft.com"


@pytest.fixture
def directory(client, cloud):
    """Asks Microsoft Graph as one of the programs: by default the one that may read and change the directory."""

    def ask(method, path, body=None, name="practice", **changes):
        prefix = "AZURE" if name == "practice" else f"LESSON_{name.upper()}"
        keys = {key.lower(): cloud.settings[f"{prefix}_{key}"] for key in ("CLIENT_ID", "CLIENT_SECRET")}
        token = client.sign_in(**{"scope": f"https://{HOST}/.default", **keys, **changes}).body["access_token"]
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        return client.send(method, path, None if body is None else json.dumps(body), headers, host=HOST)

    return ask


def code(answer):
    assert set(answer.body["error"]["innerError"]) == {"date", "request-id", "client-request-id"}
    return answer.status, answer.body["error"]["code"]


def test_a_request_needs_a_token_for_the_directory(client, directory):
    answer = client.send("GET", "/v1.0/users", host=HOST)
    assert code(answer) == (401, "InvalidAuthenticationToken")
    assert "empty" in answer.body["error"]["message"]
    answer = client.send("GET", "/v1.0/users", headers={"Authorization": "Bearer x"}, host=HOST)
    assert code(answer) == (401, "InvalidAuthenticationToken")
    answer = directory("GET", "/v1.0/users", scope="https://vault.azure.net/.default")
    assert answer.body["error"]["message"] == "Access token validation failure. Invalid audience."
    assert code(directory("GET", "/v1.0/users", tenant=OTHER_TENANT_ID)) == (401, "InvalidAuthenticationToken")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("GET", f"/v1.0/{kind}") for kind in ("users", "applications", "servicePrincipals")),
        *(("GET", f"/v1.0/{kind}/{PRACTICE.object_id}") for kind in ("users", "applications", "servicePrincipals")),
        *(("POST", f"/v1.0/{kind}") for kind in ("applications", "servicePrincipals", "directoryObjects/getByIds")),
        *(("POST", f"/v1.0/applications/{PRACTICE.object_id}/{verb}Password") for verb in ("add", "remove")),
        *((method, f"/v1.0/applications/{PRACTICE.object_id}") for method in ("PATCH", "DELETE")),
        ("DELETE", f"/v1.0/servicePrincipals/{PRACTICE.object_id}"),
    ],
)
def test_a_program_may_neither_read_nor_change_the_directory(directory, method, path):
    answer = directory(method, path, {} if method in ("POST", "PATCH") else None, "newcomer")
    assert code(answer) == (403, "Authorization_RequestDenied")


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("", ["practice", "app", "auditor", "newcomer"]),
        ("displayName eq 'APP'", ["app"]),
        ("startswith(displayName,'A')", ["app", "auditor"]),
        ("startswith(displayName,'a') and displayName eq 'auditor'", ["auditor"]),
        (f"servicePrincipalNames/any(c:c eq '{PRACTICE.client_id}')", ["practice"]),
        (f"appId eq '{PRACTICE.client_id}'", ["practice"]),
        ("displayName eq 'it''s and that''s it'", []),
        ("identifierUris/any(s:s eq 'api://app')", []),
    ],
)
def test_a_filter(directory, asked, names):
    path = f"/v1.0/servicePrincipals?$filter={quote(asked)}" if asked else "/v1.0/servicePrincipals"
    assert [found["displayName"] for found in directory("GET", path).body["value"]] == names


@pytest.mark.parametrize("asked", ["displayName", "displayName ne 'app'", "displayName eq 'a' or displayName eq 'b'"])
def test_a_filter_that_cannot_be_read(directory, asked):
    answer = directory("GET", f"/v1.0/servicePrincipals?$filter={quote(asked)}")
    assert code(answer) == (400, "Request_UnsupportedQuery")


def test_persons(directory):
    assert [person["id"] for person in directory("GET", "/v1.0/users").body["value"]] == [PERSON_ID]
    assert directory("GET", f"/v1.0/users/{PERSON}").body["id"] == PERSON_ID
    assert directory("GET", f"/v1.0/users/{PERSON_ID}").body["userPrincipalName"] == PERSON
    assert code(directory("GET", "/v1.0/users/nobody@practice.example")) == (404, "Request_ResourceNotFound")


def test_objects_by_their_ids(directory):
    asked = {"ids": [PERSON_ID.upper(), PRACTICE.object_id, OTHER_TENANT_ID], "types": ["user", "servicePrincipal"]}
    found = directory("POST", "/v1.0/directoryObjects/getByIds", asked).body["value"]
    assert {one["id"]: one["@odata.type"] for one in found} == {
        PERSON_ID: "#microsoft.graph.user",
        PRACTICE.object_id: "#microsoft.graph.servicePrincipal",
    }


def test_a_programs_life(directory, client):
    made = directory("POST", "/v1.0/applications", {"displayName": "mine"}).body
    password = directory("POST", f"/v1.0/applications/{made['id']}/addPassword", {"passwordCredential": {}}).body
    account = directory("POST", "/v1.0/servicePrincipals", {"appId": made["appId"]}).body
    assert account["id"] != made["id"]
    keys = {"client_id": made["appId"], "client_secret": password["secretText"]}
    assert client.sign_in(**keys).status == 200
    found = directory("GET", f"/v1.0/applications/{made['id']}").body
    assert [one["keyId"] for one in found["passwordCredentials"]] == [password["keyId"]]
    assert found["passwordCredentials"][0]["secretText"] is None
    remove = ("POST", f"/v1.0/applications/{made['id']}/removePassword", {"keyId": password["keyId"]})
    assert directory(*remove).status == 204
    assert code(directory(*remove)) == (400, "Request_BadRequest")
    assert client.sign_in(**keys).body["error"] == "invalid_client"
    assert directory("DELETE", f"/v1.0/servicePrincipals/{account['id']}").status == 204
    assert client.sign_in(**keys).body["error"] == "unauthorized_client"
    assert code(directory("GET", f"/v1.0/servicePrincipals/{account['id']}")) == (404, "Request_ResourceNotFound")
    assert code(directory("POST", "/v1.0/servicePrincipals", {"appId": made["appId"]})) == (400, "Request_BadRequest")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("DELETE", f"/v1.0/servicePrincipals/{PRACTICE.object_id}", None),
        ("POST", f"/v1.0/servicePrincipals/{PRACTICE.object_id}/removePassword", {"keyId": PRACTICE.object_id}),
    ],
)
def test_the_practice_clouds_own_programs_stay(directory, method, path, body):
    answer = directory(method, path, body)
    assert code(answer) == (403, "NotOfferedInPractice")
    assert directory("GET", f"/v1.0/servicePrincipals/{PRACTICE.object_id}").status == 200


@pytest.mark.parametrize("path", ["applications", "servicePrincipals", "directoryObjects/getByIds"])
def test_a_body_that_is_not_what_it_should_be(directory, path):
    for body in ([], {"displayName": "\ud800", "appId": "\ud800", "ids": "\ud800"}):
        assert code(directory("POST", f"/v1.0/{path}", body)) == (400, "BadRequest")
    assert code(directory("POST", f"/v1.0/{path}", {"displayName": 1, "appId": ""})) == (400, "BadRequest")


def test_what_it_does_not_have_is_told(directory):
    answer = directory("GET", "/v1.0/groups")
    assert answer.status == 404
    assert "The practice cloud does not offer GET /v1.0/groups." in answer.body["error"]["message"]
