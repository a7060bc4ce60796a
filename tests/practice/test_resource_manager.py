"""The resource manager where the Azure CLI does not reach: who may not, what is refused, and what time does."""

import json

import pytest

from helpers.practice import Conditions
from helpers.practice.identities import (
    DEFAULT_GROUP,
    DEFAULT_VAULT,
    OTHER_TENANT_ID,
    PERSON,
    PERSON_ID,
    PRACTICE,
    PROGRAMS,
    SUBSCRIPTION_ID,
    TENANT_ID,
    subscription_scope,
    vault_scope,
)
from helpers.practice.roles import OWNER, READER, SECRETS_OFFICER, VAULT_CONTRIBUTOR
from helpers.practice.sign_in.tokens import CLI_CLIENT_ID

HOST = "management.azure.com"
VAULT = vault_scope(DEFAULT_GROUP, DEFAULT_VAULT)
IDS = {program.name: program.object_id for program in PROGRAMS}
ROLE_ID = "/subscriptions/x/providers/Microsoft.Authorization/roleDefinitions/"
PROPERTIES = {"tenantId": TENANT_ID, "sku": {"family": "A", "name": "standard"}}
DAY = 86_400


class Manager:
    """A plain client of the resource manager, signed in as somebody."""

    def __init__(self, client, token):
        self._client = client
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def __call__(self, method, path, body=None, query="api-version=2024-11-01"):
        body = None if body is None else json.dumps(body)
        return self._client.send(method, f"{path}?{query}", body, self.headers, host=HOST)

    def vault(self, method, name, properties=None, group=DEFAULT_GROUP, **body):
        body = (
            None if properties is None else {"location": "eastus", "properties": {**PROPERTIES, **properties}, **body}
        )
        return self(method, vault_scope(group, name), body)

    def give(self, role, object_id, scope, name="aaaaaaaa-1111-4111-8111-111111111111"):
        properties = {"roleDefinitionId": f"{ROLE_ID}{role}", "principalId": object_id}
        path = f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}"
        return self("PUT", path, {"properties": properties})


@pytest.fixture
def sign_in(client, cloud):
    """Makes a client of the resource manager that is signed in as one of the programs."""

    def make(name="practice", tenant=None, scope=f"https://{HOST}/.default"):
        prefix = "AZURE" if name == "practice" else f"LESSON_{name.upper()}"
        keys = {key.lower(): cloud.settings[f"{prefix}_{key}"] for key in ("CLIENT_ID", "CLIENT_SECRET")}
        return Manager(client, client.sign_in(tenant, scope=scope, **keys).body["access_token"])

    return make


@pytest.fixture
def manager(sign_in):
    """A client of the resource manager, signed in as the owner of the subscription."""
    return sign_in()


def code(answer):
    return answer.status, answer.body["error"]["code"]


def test_a_request_needs_a_token_for_the_resource_manager_and_an_api_version(client, sign_in, manager):
    answer = client.send("GET", "/subscriptions?api-version=2024-11-01", host=HOST)
    assert code(answer) == (401, "AuthenticationFailed")
    elsewhere = sign_in(scope="https://vault.azure.net/.default")
    assert code(elsewhere("GET", "/subscriptions")) == (401, "InvalidAuthenticationToken")
    assert code(manager("GET", "/subscriptions", query="")) == (400, "MissingApiVersionParameter")
    assert code(manager("GET", "/subscriptions", query="api-version=7.4")) == (400, "InvalidApiVersionParameter")


@pytest.mark.parametrize("audience", [HOST, "management.core.windows.net", "management.core.windows.net/"])
def test_a_token_may_name_the_resource_manager_in_each_of_its_ways(sign_in, audience):
    (found,) = sign_in(scope=f"https://{audience}/.default")("GET", "/subscriptions").body["value"]
    assert found["subscriptionId"] == SUBSCRIPTION_ID


def test_addresses_are_known_in_small_and_large_letters(manager):
    assert manager("GET", VAULT.lower()).body["name"] == DEFAULT_VAULT
    assert manager("GET", VAULT.upper().replace("SUBSCRIPTIONS", "subscriptions")).body["id"] == VAULT


def test_another_subscription_and_another_tenant(manager, sign_in):
    assert code(manager("GET", f"/subscriptions/{OTHER_TENANT_ID}")) == (404, "SubscriptionNotFound")
    elsewhere = sign_in(tenant=OTHER_TENANT_ID)
    assert elsewhere("GET", "/subscriptions").body == {"value": []}
    assert code(elsewhere("GET", VAULT)) == (401, "InvalidAuthenticationTokenTenant")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", subscription_scope()),
        ("GET", f"{subscription_scope()}/locations"),
        ("GET", f"{subscription_scope()}/resourcegroups"),
        ("GET", f"{subscription_scope()}/resources"),
        ("GET", f"{subscription_scope()}/providers/Microsoft.KeyVault/vaults"),
        ("GET", f"{subscription_scope()}/providers/Microsoft.KeyVault/deletedVaults"),
        ("GET", f"{subscription_scope()}/providers/Microsoft.KeyVault/locations/eastus/deletedVaults/x"),
        ("POST", f"{subscription_scope()}/providers/Microsoft.KeyVault/locations/eastus/deletedVaults/x/purge"),
        *((method, f"{subscription_scope()}/resourceGroups/{DEFAULT_GROUP}") for method in ("GET", "PUT", "DELETE")),
        *((method, VAULT) for method in ("GET", "PUT", "DELETE")),
        ("GET", f"{VAULT}/providers/Microsoft.Authorization/roleDefinitions"),
        ("GET", f"{VAULT}/providers/Microsoft.Authorization/roleDefinitions/{OWNER}"),
        ("GET", f"{VAULT}/providers/Microsoft.Authorization/roleAssignments"),
        *(
            (method, f"{VAULT}/providers/Microsoft.Authorization/roleAssignments/{OTHER_TENANT_ID}")
            for method in ("GET", "PUT", "DELETE")
        ),
    ],
)
def test_nobody_without_a_role_may_do_anything(sign_in, method, path):
    body = {"location": "eastus", "properties": PROPERTIES} if method == "PUT" else None
    answer = sign_in("newcomer")(method, path, body)
    assert code(answer) == (403, "AuthorizationFailed")
    assert f"with object id '{IDS['newcomer']}' does not have" in answer.body["error"]["message"]


def test_a_list_holds_what_the_caller_may_see(sign_in):
    auditor = sign_in("auditor")  # Key Vault Reader on two of the three vaults
    found = auditor("GET", f"{subscription_scope()}/providers/Microsoft.KeyVault/vaults").body["value"]
    assert {vault["name"] for vault in found} == {DEFAULT_VAULT, "practice-second"}
    assert auditor("GET", f"{subscription_scope()}/resourcegroups").body == {"value": []}


def test_a_vault_contributor_makes_vaults_but_neither_purges_nor_gives_roles(manager, sign_in):
    scope = f"{subscription_scope()}"
    assert manager.give(VAULT_CONTRIBUTOR, IDS["newcomer"], scope).status == 201
    newcomer = sign_in("newcomer")
    assert newcomer.vault("PUT", "made", {}).status == 200
    assert code(newcomer.give(SECRETS_OFFICER, IDS["newcomer"], VAULT, OTHER_TENANT_ID)) == (403, "AuthorizationFailed")
    # What decides over who may read secrets takes more than to manage vaults.
    answer = newcomer.vault("PUT", "made", {"enableRbacAuthorization": False})
    assert code(answer) == (403, "AuthorizationFailed")
    assert newcomer.vault("DELETE", "made").status == 200
    deleted = f"{subscription_scope()}/providers/Microsoft.KeyVault/locations/eastus/deletedVaults/made"
    assert newcomer("GET", deleted).status == 200
    assert code(newcomer("POST", f"{deleted}/purge")) == (403, "AuthorizationFailed")


def test_a_role_works_when_it_has_propagated(cloud, manager, sign_in, clock):
    cloud.conditions = Conditions(role_delay=60)
    try:
        assert manager.give(READER, IDS["newcomer"], subscription_scope()).status == 201
    finally:
        cloud.conditions = Conditions()
    newcomer = sign_in("newcomer")
    assert newcomer("GET", "/subscriptions").body == {"value": []}
    assert newcomer("GET", VAULT).status == 403
    clock.forward(61)
    assert len(newcomer("GET", "/subscriptions").body["value"]) == 1
    assert newcomer("GET", VAULT).status == 200


def test_a_role_assignment_is_made_once_and_never_changed(manager):
    first = manager.give(READER, IDS["newcomer"], VAULT)
    assert first.status == 201
    assert manager.give(READER, IDS["newcomer"], VAULT).body == first.body
    assert code(manager.give(READER, IDS["app"], VAULT)) == (400, "RoleAssignmentUpdateNotPermitted")
    assert code(manager.give(READER, IDS["newcomer"], VAULT, OTHER_TENANT_ID)) == (409, "RoleAssignmentExists")
    assert manager("GET", first.body["id"]).body == first.body
    assert manager("DELETE", first.body["id"]).status == 200
    assert manager("DELETE", first.body["id"]).status == 204
    assert code(manager("GET", first.body["id"])) == (404, "RoleAssignmentNotFound")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"principalId": OTHER_TENANT_ID}, (400, "PrincipalNotFound")),
        ({"principalType": "User"}, (400, "UnmatchedPrincipalType")),
        ({"principalId": "nobody"}, (400, "InvalidRequestContent")),
        ({"roleDefinitionId": f"{ROLE_ID}{OTHER_TENANT_ID}"}, (404, "RoleDefinitionDoesNotExist")),
        ({"condition": "@Resource[secrets:name] StringEquals 'one'"}, (400, "NotOfferedInPractice")),
    ],
)
def test_a_role_assignment_that_cannot_be(manager, changes, expected):
    properties = {"roleDefinitionId": f"{ROLE_ID}{READER}", "principalId": IDS["newcomer"], **changes}
    path = f"{VAULT}/providers/Microsoft.Authorization/roleAssignments/{OTHER_TENANT_ID}"
    assert code(manager("PUT", path, {"properties": properties})) == expected


def test_the_list_of_role_assignments_reaches_up_and_down(manager):
    manager.give(READER, IDS["newcomer"], f"{VAULT}/secrets/one")
    path = f"{VAULT}/providers/Microsoft.Authorization/roleAssignments"

    def scopes(query):
        found = manager("GET", path, query=f"api-version=2022-04-01{query}").body["value"]
        return {one["properties"]["scope"].removeprefix(subscription_scope()) for one in found}

    here, below = VAULT.removeprefix(subscription_scope()), f"{VAULT}/secrets/one".removeprefix(subscription_scope())
    assert scopes("") == {"", here, below}
    assert scopes("&$filter=atScope()") == {"", here}
    assert scopes(f"&$filter=principalId+eq+'{IDS['newcomer']}'") == {below}
    assert scopes(f"&$filter=atScope()+and+assignedTo('{PRACTICE.object_id}')") == {"", here}


def test_a_deleted_vault_loses_its_roles_and_its_name_comes_free_in_time(manager, sign_in, clock):
    assert manager.vault("DELETE", "practice-second").status == 200
    deleted = f"{subscription_scope()}/providers/Microsoft.KeyVault/locations/eastus/deletedVaults/practice-second"
    assert manager("GET", deleted).status == 200
    assert code(manager.vault("PUT", "practice-second", {})) == (409, "ConflictError")
    assert manager.vault("PUT", "practice-second", {"createMode": "recover"}).status == 200
    # "Role assignments … need to be recreated" after a recovery, says the documentation.
    path = f"{vault_scope(DEFAULT_GROUP, 'practice-second')}/providers/Microsoft.Authorization/roleAssignments"
    found = manager("GET", path).body["value"]
    assert {one["properties"]["scope"] for one in found} == {subscription_scope()}
    manager.vault("DELETE", "practice-second")
    clock.forward(7 * DAY + 1)
    manager = sign_in()  # the token is over as well
    assert code(manager("GET", deleted)) == (404, "DeletedVaultNotFound")
    assert manager.vault("PUT", "practice-second", {}).status == 200


def test_secrets_come_back_with_their_vault(manager, client):
    host = "older.vault.azure.net"
    policies = [{"tenantId": TENANT_ID, "objectId": PRACTICE.object_id, "permissions": {"secrets": ["all"]}}]
    manager.vault("PUT", "older", {"enableRbacAuthorization": False, "accessPolicies": policies})
    client.ask("PUT", "/secrets/kept", {"value": "fake"}, host=host)
    manager.vault("DELETE", "older")
    with pytest.raises(OSError, match=r"502 The name older\.vault\.azure\.net does not resolve"):
        client.ask("GET", "/secrets/kept/", host=host)
    manager.vault("PUT", "older", {"createMode": "recover"})
    assert client.ask("GET", "/secrets/kept/", host=host).body["value"] == "fake"
    manager.vault("DELETE", "older")
    manager("POST", f"{subscription_scope()}/providers/Microsoft.KeyVault/locations/eastus/deletedVaults/older/purge")
    manager.vault("PUT", "older", {"enableRbacAuthorization": False, "accessPolicies": policies})
    assert client.ask("GET", "/secrets/kept/", host=host).status == 404


def test_purge_protection_holds_until_the_retention_time_is_over(manager, sign_in, clock):
    manager.vault("PUT", "mine", {"enablePurgeProtection": True, "softDeleteRetentionInDays": 7})
    manager.vault("DELETE", "mine")
    deleted = f"{subscription_scope()}/providers/Microsoft.KeyVault/locations/eastus/deletedVaults/mine"
    assert code(manager("POST", f"{deleted}/purge")) == (405, "MethodNotAllowed")
    assert manager("GET", deleted).body["properties"]["purgeProtectionEnabled"] is True
    clock.forward(7 * DAY + 1)
    assert sign_in().vault("PUT", "mine", {}).status == 200


def test_a_deleted_group_takes_its_roles_along_and_leaves_its_vaults_to_be_recovered(manager):
    group = f"{subscription_scope()}/resourceGroups/my-rg"
    manager("PUT", group, {"location": "eastus"})
    manager.vault("PUT", "mine", {}, "my-rg")
    manager.give(READER, IDS["newcomer"], group)
    assert manager("DELETE", group).status == 202
    found = manager("GET", f"{subscription_scope()}/providers/Microsoft.Authorization/roleAssignments").body["value"]
    assert group not in {one["properties"]["scope"] for one in found}
    assert code(manager.vault("PUT", "mine", {"createMode": "recover"}, "my-rg")) == (404, "ResourceGroupNotFound")
    manager("PUT", group, {"location": "eastus"})
    assert manager.vault("PUT", "mine", {"createMode": "recover"}, "my-rg").status == 200


def test_a_role_for_data_alone_shows_no_subscription(sign_in):
    assert sign_in("app")("GET", "/subscriptions").body == {"value": []}  # Key Vault Secrets User
    assert len(sign_in("auditor")("GET", "/subscriptions").body["value"]) == 1  # Key Vault Reader


def test_the_end_of_something_long_is_where_the_answer_says(manager, client):
    manager("PUT", f"{subscription_scope()}/resourceGroups/my-rg", {"location": "eastus"})
    answer = manager("DELETE", f"{subscription_scope()}/resourceGroups/my-rg")
    assert (answer.status, answer.body) == (202, None)
    path, _, query = answer.headers["Location"].removeprefix(f"https://{HOST}").partition("?")
    assert manager("GET", path, query=query).status == 200


def test_an_update_leaves_what_it_does_not_name(manager):
    policies = [{"tenantId": TENANT_ID, "objectId": PERSON_ID, "permissions": {"secrets": ["get"]}}]
    settings = {"softDeleteRetentionInDays": 9, "accessPolicies": policies, "enablePurgeProtection": True}
    made = manager.vault("PUT", "mine", settings, tags={"team": "data"}).body
    assert manager.vault("PUT", "mine", {}).body == made
    assert manager.vault("PUT", "mine", {"accessPolicies": []}, tags={}).body["tags"] == {}


@pytest.mark.parametrize(
    ("name", "changes", "body", "expected"),
    [
        ("ab", {}, {}, "VaultNameNotValid"),
        ("a" * 25, {}, {}, "VaultNameNotValid"),
        ("two--dashes", {}, {}, "VaultNameNotValid"),
        ("ends-", {}, {}, "VaultNameNotValid"),
        ("mine", {"tenantId": OTHER_TENANT_ID}, {}, "BadRequest"),
        ("mine", {"enableSoftDelete": False}, {}, "BadRequest"),
        ("mine", {"enablePurgeProtection": False}, {}, "BadRequest"),
        ("mine", {"softDeleteRetentionInDays": 91}, {}, "BadRequest"),
        ("mine", {"softDeleteRetentionInDays": True}, {}, "InvalidRequestContent"),
        ("mine", {"createMode": "recover"}, {}, "SoftDeletedVaultDoesNotExist"),
        ("mine", {"accessPolicies": ["all"]}, {}, "BadRequest"),
        ("mine", {"accessPolicies": [{"tenantId": TENANT_ID, "objectId": PERSON}]}, {}, "BadRequest"),
        ("mine", {}, {"location": "atlantis"}, "LocationNotAvailableForResourceType"),
        ("mine", {}, {"tags": {"count": 1}}, "InvalidRequestContent"),
        ("mine", {"sku": {"name": "premium"}}, {}, "NotOfferedInPractice"),
        ("mine", {"publicNetworkAccess": "Perhaps"}, {}, "BadRequest"),
        ("mine", {"networkAcls": {"defaultAction": ["Deny"]}}, {}, "BadRequest"),
        ("mine", {"networkAcls": {"ipRules": [{"value": "somewhere"}]}}, {}, "BadRequest"),
        ("mine", {"networkAcls": {"ipRules": ["10.0.0.1"]}}, {}, "BadRequest"),
        ("mine", {"networkAcls": ["Deny"]}, {}, "InvalidRequestContent"),
        ("mine", {"networkAcls": {"virtualNetworkRules": [{"id": "x"}]}}, {}, "NotOfferedInPractice"),
        ("mine", {"enabledForDeployment": True}, {}, "NotOfferedInPractice"),
    ],
)
def test_a_vault_that_cannot_be(manager, name, changes, body, expected):
    assert code(manager.vault("PUT", name, changes, **body)) == (400, expected)


def test_a_patch_changes_what_it_names_and_nothing_else(manager):
    made = manager.vault("PUT", "mine", {"softDeleteRetentionInDays": 9}, tags={"team": "data"}).body
    path = f"{vault_scope(DEFAULT_GROUP, 'mine')}"
    changed = manager("PATCH", path, {"tags": {"team": "web"}, "properties": {"enablePurgeProtection": True}})
    assert changed.status == 200
    made["tags"] = {"team": "web"}
    made["properties"]["enablePurgeProtection"] = True
    assert changed.body == made
    assert manager("GET", path).body == made
    assert code(manager("PATCH", vault_scope(DEFAULT_GROUP, "other"), {})) == (404, "ResourceNotFound")
    assert code(manager("PATCH", path, {"properties": {"softDeleteRetentionInDays": 8}})) == (400, "BadRequest")


def test_access_policies_are_added_to_replaced_and_removed_one_by_one(manager):
    of_person = {"tenantId": TENANT_ID, "objectId": PERSON_ID, "permissions": {"secrets": ["get", "list"]}}
    manager.vault("PUT", "mine", {"enableRbacAuthorization": False, "accessPolicies": [of_person]})
    path = f"{vault_scope(DEFAULT_GROUP, 'mine')}/accessPolicies"

    def change(operation, object_id, *words):
        policy = {"tenantId": TENANT_ID, "objectId": object_id, "permissions": {"secrets": list(words)}}
        answer = manager("PUT", f"{path}/{operation}", {"properties": {"accessPolicies": [policy]}})
        assert answer.status == 200, answer.body
        policies = answer.body["properties"]["accessPolicies"]
        shown = manager("GET", path.removesuffix("/accessPolicies")).body["properties"]["accessPolicies"]
        assert policies == shown
        return {one["objectId"]: one["permissions"]["secrets"] for one in policies}

    app = IDS["app"]
    assert change("add", app, "get") == {PERSON_ID: ["get", "list"], app: ["get"]}
    assert change("add", PERSON_ID, "get", "set") == {PERSON_ID: ["get", "list", "set"], app: ["get"]}
    assert change("replace", PERSON_ID, "delete") == {PERSON_ID: ["delete"], app: ["get"]}
    assert change("remove", app, "get") == {PERSON_ID: ["delete"]}
    assert code(manager("PUT", f"{path}/other", {"properties": {"accessPolicies": [of_person]}})) == (400, "BadRequest")


def test_a_name_can_be_asked_for_before_it_is_taken(manager):
    path = f"{subscription_scope()}/providers/Microsoft.KeyVault/checkNameAvailability"

    def ask(name):
        return manager("POST", path, {"name": name, "type": "Microsoft.KeyVault/vaults"}).body

    assert ask("free-name") == {"nameAvailable": True}
    taken = ask(DEFAULT_VAULT)
    assert (taken["nameAvailable"], taken["reason"]) == (False, "AlreadyExists")
    assert "already in use" in taken["message"]
    assert ask("no good name")["reason"] == "AccountNameInvalid"


def test_what_a_vault_says_of_its_network_is_what_it_was_told(manager):
    acls = {"defaultAction": "Deny", "ipRules": [{"value": "203.0.113.0/24"}, {"value": "198.51.100.7"}]}
    made = manager.vault("PUT", "mine", {"networkAcls": acls, "publicNetworkAccess": "Disabled"}).body["properties"]
    assert made["networkAcls"] == {
        "bypass": "AzureServices",
        "defaultAction": "Deny",
        "ipRules": [{"value": "203.0.113.0/24"}, {"value": "198.51.100.7/32"}],
        "virtualNetworkRules": [],
    }
    assert made["publicNetworkAccess"] == "Disabled"
    later = manager.vault("PUT", "mine", {"publicNetworkAccess": "Enabled"}).body["properties"]
    assert (later["networkAcls"], later["publicNetworkAccess"]) == (made["networkAcls"], "Enabled")


def test_a_vault_cannot_move(manager):
    answer = manager.vault("PUT", DEFAULT_VAULT, {}, location="westeurope")
    assert code(answer) == (409, "InvalidResourceLocation")


@pytest.mark.parametrize("name", ["ends.", "a" * 91, "with%20space"])
def test_a_group_that_cannot_be(manager, name):
    answer = manager("PUT", f"{subscription_scope()}/resourceGroups/{name}", {"location": "eastus"})
    assert code(answer) == (400, "InvalidResourceGroup")


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"location": 1}', b'{"location": "\\ud800"}'])
def test_a_body_that_is_not_what_it_should_be(client, manager, body):
    path = f"{subscription_scope()}/resourceGroups/my-rg?api-version=2024-11-01"
    answer = client.send("PUT", path, body, manager.headers, host=HOST)
    assert code(answer) == (400, "InvalidRequestContent")


def test_what_it_does_not_have_is_told(manager):
    answer = manager("POST", f"{VAULT}/privateEndpointConnections")
    assert answer.status == 404
    assert "The practice cloud does not offer POST /subscriptions/" in answer.body["error"]["message"]


def test_the_person_is_named_when_they_are_refused(client):
    code_answer = client.send(
        "POST",
        "/organizations/oauth2/v2.0/devicecode",
        f"client_id={CLI_CLIENT_ID}&scope=https://{HOST}/.default",
        {"Content-Type": "application/x-www-form-urlencoded"},
        host="login.microsoftonline.com",
    )
    token = client.sign_in(
        "organizations",
        grant_type="urn:ietf:params:oauth:grant-type:device_code",
        client_id=CLI_CLIENT_ID,
        device_code=code_answer.body["device_code"],
    ).body["access_token"]
    answer = Manager(client, token).give(READER, PERSON_ID, "/providers/Microsoft.Management/managementGroups/root")
    assert code(answer) == (403, "AuthorizationFailed")
    assert f"The client '{PERSON}' with object id '{PERSON_ID}'" in answer.body["error"]["message"]
