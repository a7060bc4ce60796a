"""A vault's network rules: whom they keep out of its secrets, in the service's words, and what lets them in again."""

import pytest

from helpers.practice.identities import CLIENT_ADDRESS, DEFAULT_GROUP, PRACTICE, TENANT_ID, vault_scope

SCOPE = vault_scope(DEFAULT_GROUP, "practice-vault")
CALLER = (
    f"Caller: appid={PRACTICE.client_id};oid={PRACTICE.object_id};iss=https://sts.windows.net/{TENANT_ID}/\r\n"
    "Vault: practice-vault;location=eastus"
)


@pytest.fixture
def change(client):
    """Change the vault's properties, as its owner."""
    token = client.sign_in(scope="https://management.azure.com/.default").body["access_token"]

    def ask(**properties):
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        path = f"{SCOPE}?api-version=2024-11-01"
        answer = client.ask("PATCH", path, {"properties": properties}, headers, host="management.azure.com")
        assert answer.status == 200, answer.body

    return ask


def error(answer):
    said = answer.body["error"]
    return answer.status, said["code"], said["innererror"]["code"], said["message"]


@pytest.mark.parametrize(("method", "path"), [("PUT", "/secrets/name"), ("GET", "/secrets/name/"), ("GET", "/secrets")])
def test_an_address_that_no_rule_names_is_kept_out_of_all_operations(client, change, method, path):
    change(networkAcls={"defaultAction": "Deny", "ipRules": [{"value": "198.51.100.0/24"}]})
    answer = client.ask(method, path, {"value": "fake"} if method == "PUT" else None)
    assert error(answer) == (
        403,
        "Forbidden",
        "ForbiddenByFirewall",
        "Client address is not authorized and caller is not a trusted service.\r\n"
        f"Client address: {CLIENT_ADDRESS}\r\n{CALLER}",
    )


@pytest.mark.parametrize("rule", [CLIENT_ADDRESS, "203.0.113.0/24"])
def test_an_address_that_a_rule_names_is_let_in(client, change, rule):
    change(networkAcls={"defaultAction": "Deny", "ipRules": [{"value": "198.51.100.7"}, {"value": rule}]})
    assert client.ask("GET", "/secrets").status == 200


def test_without_the_public_network_no_rule_lets_anybody_in(client, change):
    change(publicNetworkAccess="Disabled", networkAcls={"ipRules": [{"value": CLIENT_ADDRESS}]})
    assert error(client.ask("GET", "/secrets")) == (
        403,
        "Forbidden",
        "ForbiddenByConnection",
        "Public network access is disabled and request is not from a trusted service nor via an approved private "
        f"link.\r\n{CALLER}",
    )
    change(publicNetworkAccess="Enabled")
    assert client.ask("GET", "/secrets").status == 200


def test_the_network_comes_after_the_sign_in_and_before_the_role(cloud, client, client_of, change):
    change(networkAcls={"defaultAction": "Deny"})
    assert client.send("GET", "/secrets?api-version=7.6").status == 401
    settings = dict(cloud.settings)
    for name in ("CLIENT_ID", "CLIENT_SECRET"):
        settings[f"AZURE_{name}"] = settings[f"LESSON_NEWCOMER_{name}"]
    assert error(client_of(settings).ask("GET", "/secrets"))[2] == "ForbiddenByFirewall"
