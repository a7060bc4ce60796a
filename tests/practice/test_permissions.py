"""Who may do what: each operation on a vault, as each of the practice programs, by role and by access policy."""

import re

import pytest

from helpers.practice.identities import GUARDED_VAULT, OTHER_TENANT_ID

VALUE = {"value": "a value"}
GUARDED = f"{GUARDED_VAULT}.vault.azure.net"

# Each operation: its request, the data action that a role must allow, and the permission that a policy must give.
OPERATIONS = {
    "get": ("GET", "/secrets/one/", None, "getSecret/action", "get"),
    "set": ("PUT", "/secrets/one", VALUE, "setSecret/action", "set"),
    "update": ("PATCH", "/secrets/one/", {"tags": {}}, "update/action", "set"),
    "delete": ("DELETE", "/secrets/one", None, "delete", "delete"),
    "list": ("GET", "/secrets", None, "readMetadata/action", "list"),
    "versions": ("GET", "/secrets/one/versions", None, "readMetadata/action", "list"),
    "deleted": ("GET", "/deletedsecrets", None, "readMetadata/action", "list"),
    "get deleted": ("GET", "/deletedsecrets/one", None, "readMetadata/action", "get"),
    "recover": ("POST", "/deletedsecrets/one/recover", None, "recover/action", "recover"),
    "purge": ("DELETE", "/deletedsecrets/one", None, "purge/action", "purge"),
    "backup": ("POST", "/secrets/one/backup", None, "backup/action", "backup"),
    "restore": ("POST", "/secrets/restore", {"value": "x"}, "restore/action", "restore"),
}
READS = {"list", "versions", "deleted", "get deleted"}
BY_ROLE = {"app": {"get", *READS}, "auditor": READS, "newcomer": set(), "practice": set(OPERATIONS)}
BY_POLICY = {
    "app": {"get", "get deleted", "list", "versions", "deleted"},
    "auditor": set(),
    "newcomer": set(),
    "practice": set(OPERATIONS),
}


@pytest.fixture
def sign_in_as(cloud, client_of):
    """Gives a client that is signed in as one of the practice programs."""

    def sign_in(program):
        settings = dict(cloud.settings)
        if program != "practice":
            settings["AZURE_CLIENT_ID"] = settings[f"LESSON_{program.upper()}_CLIENT_ID"]
            settings["AZURE_CLIENT_SECRET"] = settings[f"LESSON_{program.upper()}_CLIENT_SECRET"]
        return client_of(settings)

    return sign_in


def is_refused(answer):
    return answer.status == 403 and answer.body["error"]["innererror"]["code"].startswith("ForbiddenBy")


@pytest.mark.parametrize("program", BY_ROLE)
def test_a_role_allows_what_it_says_and_nothing_more(sign_in_as, program):
    client = sign_in_as(program)
    allowed = set()
    for name, (method, path, body, _, _) in OPERATIONS.items():
        if not is_refused(client.ask(method, path, body)):
            allowed.add(name)
    assert allowed == BY_ROLE[program]


@pytest.mark.parametrize("program", BY_POLICY)
def test_a_policy_allows_what_it_says_and_nothing_more(sign_in_as, program):
    client = sign_in_as(program)
    allowed = set()
    for name, (method, path, body, _, _) in OPERATIONS.items():
        if not is_refused(client.ask(method, path, body, host=GUARDED)):
            allowed.add(name)
    assert allowed == BY_POLICY[program]


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_refusal_by_role_says_who_what_and_where_in_the_services_words(sign_in_as, name):
    method, path, body, action, _ = OPERATIONS[name]
    error = sign_in_as("newcomer").ask(method, path, body).body["error"]
    assert (error["code"], error["innererror"]["code"]) == ("Forbidden", "ForbiddenByRbac")
    secret = "/secrets/restore" if name == "restore" else "/secrets/one" if "/one" in path else ""
    assert error["message"] == (
        "Caller is not authorized to perform action on resource.\r\n"
        "If role assignments, deny assignments or role definitions were changed recently, please observe propagation "
        "time.\r\n"
        "Caller: appid=22222222-2222-4222-8222-cccccccccccc;oid=33333333-3333-4333-8333-cccccccccccc;"
        "iss=https://sts.windows.net/11111111-1111-4111-8111-111111111111/\r\n"
        f"Action: 'Microsoft.KeyVault/vaults/secrets/{action}'\r\n"
        "Resource: '/subscriptions/44444444-4444-4444-8444-444444444444/resourcegroups/practice-rg/providers/"
        f"microsoft.keyvault/vaults/practice-vault{secret}'\r\n"
        "Assignment: (not found)\r\nDenyAssignmentId: null\r\nDecisionReason: 'DeniedWithNoValidRBAC' \r\n"
        "Vault: practice-vault;location=eastus\r\n"
    )


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_refusal_by_policy_says_who_what_and_where_in_the_services_words(sign_in_as, name):
    method, path, body, _, permission = OPERATIONS[name]
    error = sign_in_as("newcomer").ask(method, path, body, host=GUARDED).body["error"]
    assert (error["code"], error["innererror"]["code"]) == ("Forbidden", "ForbiddenByPolicy")
    assert error["message"] == (
        "The user, group or application 'appid=22222222-2222-4222-8222-cccccccccccc;"
        "oid=33333333-3333-4333-8333-cccccccccccc;iss=https://sts.windows.net/11111111-1111-4111-8111-111111111111/' "
        f"does not have secrets {permission} permission on key vault 'practice-guarded;location=eastus'. For help "
        "resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125287"
    )


def test_the_caller_is_asked_who_they_are_before_what_they_may_do(client):
    for method, path, _, _, _ in OPERATIONS.values():
        answer = client.send(method, f"{path}?api-version=7.6", headers={"Content-Length": "0"})
        assert answer.status == 401, path


def test_a_refused_call_changes_nothing_and_tells_nothing(client, sign_in_as):
    client.ask("PUT", "/secrets/one", {"value": "fake-value"})
    newcomer = sign_in_as("newcomer")
    for name, (method, path, body, _, _) in OPERATIONS.items():
        there, missing = (newcomer.ask(method, path.replace("one", secret), body) for secret in ("one", "none"))
        assert is_refused(there), name
        assert "fake-value" not in str(there.body)
        assert re.sub("none", "one", str(missing.body)) == str(there.body), "a refusal does not say what is there"
    assert client.ask("GET", "/secrets/one/").body["value"] == "fake-value"


def test_a_token_of_another_tenant_is_refused(client):
    token = client.sign_in(tenant=OTHER_TENANT_ID).body["access_token"]
    answer = client.ask("GET", "/secrets", headers={"Authorization": f"Bearer {token}"})
    assert answer.status == 401
    assert answer.body["error"]["message"] == (
        "AKV10032: Invalid issuer. Expected one of https://sts.windows.net/11111111-1111-4111-8111-111111111111/, "
        "found https://sts.windows.net/99999999-9999-4999-8999-999999999999/."
    )
