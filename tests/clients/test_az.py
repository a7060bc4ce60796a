"""The Azure CLI, unmodified, in all that the lessons use of it."""

import subprocess
import sys

import jwt
import pytest

from helpers.practice.identities import (
    APP,
    AUDITOR,
    CLIENT_ADDRESS,
    DEFAULT_GROUP,
    DEFAULT_VAULT,
    GUARDED_VAULT,
    NEWCOMER,
    OTHER_TENANT_ID,
    PERSON,
    PERSON_ID,
    PRACTICE,
    SUBSCRIPTION_ID,
    TENANT_ID,
    subscription_scope,
    vault_scope,
)
from tests.notebooks import FOLDER, PROJECT

from .az import login

VAULT = vault_scope(DEFAULT_GROUP, DEFAULT_VAULT)


class TestSignIn:
    """Who is signed in, how, and what comes of it."""

    def test_a_program_signs_in_and_out(self, az):
        az(*login(PRACTICE.client_id, az.variables["AZURE_CLIENT_SECRET"]))
        account = az("account", "show")
        assert (account["id"], account["tenantId"], account["state"]) == (SUBSCRIPTION_ID, TENANT_ID, "Enabled")
        assert account["user"] == {"name": PRACTICE.client_id, "type": "servicePrincipal"}
        assert az("keyvault", "secret", "list", "--vault-name", DEFAULT_VAULT) == []
        said = az.fails("ad", "signed-in-user", "show")
        assert "/me request is only valid with delegated authentication flow." in said
        az("logout")
        assert "Please run 'az login' to setup account." in az.fails("account", "show")

    def test_a_program_that_is_refused_is_told_why(self, az):
        said = az.fails(*login(PRACTICE.client_id, "wrong"))
        assert "AADSTS7000215: Invalid client secret provided." in said
        said = az.fails(*login(PRACTICE.client_id, az.variables["AZURE_CLIENT_SECRET"], OTHER_TENANT_ID))
        assert f"No subscriptions found for {PRACTICE.client_id}" in said

    def test_a_program_with_a_role_for_data_alone_sees_no_subscription(self, az):
        client_id = APP.client_id
        sign_in = login(client_id, az.variables["LESSON_APP_CLIENT_SECRET"])
        assert f"No subscriptions found for {client_id}" in az.fails(*sign_in)
        az(*sign_in, "--allow-no-subscriptions")
        assert az("keyvault", "secret", "list", "--vault-name", DEFAULT_VAULT) == []
        said = az.fails("keyvault", "secret", "set", "--vault-name", DEFAULT_VAULT, "--name", "one", "--value", "fake")
        assert "Action: 'Microsoft.KeyVault/vaults/secrets/setSecret/action'" in said
        assert '"code": "ForbiddenByRbac"' in said

    # A browser would open the real sign-in: even where there is one, it must not be opened.
    @pytest.mark.parametrize("option", [[], ["--use-device-code"]])
    def test_a_person_signs_in(self, az, option, tmp_path):
        az.variables["BROWSER"] = f"touch {tmp_path / 'opened'}"
        (account,) = az("login", *option)
        assert account["user"] == {"name": PERSON, "type": "user"}
        assert not (tmp_path / "opened").exists()
        az("logout")
        assert az("account", "list") == []

    def test_a_person_signs_in_to_two_tenants(self, az):
        az("login", "--tenant", OTHER_TENANT_ID, "--allow-no-subscriptions")
        az("login", "--tenant", TENANT_ID)
        accounts = az("account", "list")
        assert {(one["user"]["name"], one["tenantId"]) for one in accounts} == {
            (PERSON, TENANT_ID),
            (PERSON, OTHER_TENANT_ID),
        }
        # MSAL keeps one account for both: with an account for each, `az` would not know which to take.
        show = ("keyvault", "secret", "show", "--vault-name", DEFAULT_VAULT, "--name", "two-tenants")
        az("keyvault", "secret", "set", "--vault-name", DEFAULT_VAULT, "--name", "two-tenants", "--value", "fake")
        assert az(*show)["value"] == "fake"
        assert DEFAULT_VAULT in {vault["name"] for vault in az("keyvault", "list")}
        az(
            "account", "set", "--subscription", OTHER_TENANT_ID
        )  # an account without a subscription has its tenant's name
        assert "AKV10032" in az.fails(*show)
        az("account", "set", "--subscription", SUBSCRIPTION_ID)
        assert az(*show)["value"] == "fake"

    def test_a_persons_token_says_who_they_are(self, learner):
        assert [account["user"]["name"] for account in learner("account", "list")] == [PERSON]
        token = learner("account", "get-access-token", "--resource", "https://vault.azure.net")
        assert (token["tokenType"], token["tenant"], token["subscription"]) == ("Bearer", TENANT_ID, SUBSCRIPTION_ID)
        claims = jwt.decode(token["accessToken"], options={"verify_signature": False})
        assert (claims["aud"], claims["scp"]) == ("https://vault.azure.net", "user_impersonation")
        assert (claims["oid"], claims["upn"]) == (PERSON_ID, PERSON)
        me = learner("ad", "signed-in-user", "show")
        assert (me["id"], me["userPrincipalName"]) == (PERSON_ID, PERSON)

    @pytest.mark.parametrize("chosen", ["dev", "AzureCliCredential"])
    def test_the_script_finds_the_sign_in(self, learner, chosen):
        # "dev" leaves out the managed identity alone, for which the SDK asks an address outside of this machine.
        without = {name: value for name, value in learner.variables.items() if not name.startswith("AZURE_CLIENT_")}
        finished = subprocess.run(
            [sys.executable, FOLDER / "kv_secrets.py"],
            env={**without, "AZURE_TOKEN_CREDENTIALS": chosen},
            input=f"by-{chosen}\nfake-value\n",
            capture_output=True,
            encoding="utf-8",
            timeout=60,
        )
        assert finished.returncode == 0, finished.stderr
        assert "Retrieved it: a value of 10 characters." in finished.stdout

    def test_a_sign_in_outlives_the_practice_cloud(self, az, tmp_path):
        variables = {**az.variables, "PRACTICE_CLOUD_HOME": str(tmp_path)}
        for command in (["login"], ["keyvault", "secret", "list", "--vault-name", DEFAULT_VAULT]):
            finished = subprocess.run(
                [sys.executable, "-m", "helpers.practice", "run", "--", "az", *command],
                cwd=PROJECT,
                env=variables,
                capture_output=True,
                encoding="utf-8",
                timeout=60,
            )
            assert finished.returncode == 0, finished.stderr
        assert finished.stdout.strip() == "[]"

    def test_it_tells_nobody_what_it_was_used_for(self, learner):
        learner("account", "show")
        assert learner.elsewhere == []
        reports = learner.folder / "telemetry"  # where it would wait to be sent
        assert not reports.exists() or list(reports.iterdir()) == []


class TestVaults:
    """Groups and vaults: how they are made and changed."""

    def test_a_group(self, learner):
        assert learner("group", "exists", "--name", "my-rg") is False
        assert "(ResourceGroupNotFound)" in learner.fails("group", "show", "--name", "my-rg")
        made = learner("group", "create", "--name", "my-rg", "--location", "West Europe")
        assert (made["location"], made["properties"]["provisioningState"]) == ("westeurope", "Succeeded")
        assert learner("group", "show", "--name", "my-rg") == made
        assert {group["name"] for group in learner("group", "list")} >= {DEFAULT_GROUP, "my-rg"}
        said = learner.fails("group", "create", "--name", "my-rg", "--location", "eastus")
        assert "The Resource group already exists in location 'westeurope'." in said
        assert "(LocationNotAvailableForResourceGroup)" in learner.fails("group", "create", "-n", "x", "-l", "estus")
        learner("group", "delete", "--name", "my-rg", "--yes", "--no-wait")
        assert learner("group", "exists", "--name", "my-rg") is False

    def test_a_vault_uses_roles_unless_told_otherwise(self, learner):
        made = learner("keyvault", "create", "--name", "kv-roles", "--resource-group", DEFAULT_GROUP)
        properties = made["properties"]
        assert (made["id"], made["location"]) == (vault_scope(DEFAULT_GROUP, "kv-roles"), "eastus")
        assert properties["vaultUri"] == "https://kv-roles.vault.azure.net/"
        assert (properties["enableRbacAuthorization"], properties["accessPolicies"]) == (True, [])
        assert (properties["softDeleteRetentionInDays"], properties["enablePurgeProtection"]) == (90, None)
        assert learner("keyvault", "show", "--name", "kv-roles") == made
        names = {vault["name"] for vault in learner("keyvault", "list")}
        assert names >= {DEFAULT_VAULT, "kv-roles"}
        # It was made, and still nobody may do anything with its secrets.
        assert "ForbiddenByRbac" in learner.fails("keyvault", "secret", "list", "--vault-name", "kv-roles")

    def test_a_vault_with_access_policies_lets_its_maker_do_all(self, learner):
        create = ("keyvault", "create", "--name", "kv-older", "--resource-group", DEFAULT_GROUP)
        made = learner(*create, "--enable-rbac-authorization", "false", "--enable-purge-protection", "true")
        properties = made["properties"]
        assert (properties["enableRbacAuthorization"], properties["enablePurgeProtection"]) == (False, True)
        (policy,) = properties["accessPolicies"]
        assert (policy["objectId"], policy["permissions"]["secrets"]) == (PERSON_ID, ["all"])
        assert learner("keyvault", "secret", "list", "--vault-name", "kv-older") == []

    @pytest.mark.parametrize(
        ("name", "options", "said"),
        [
            (DEFAULT_VAULT, [], f"The specified vault: {DEFAULT_VAULT} already exists"),
            ("1st-vault", [], "(VaultNameNotValid) The vault name '1st-vault' is invalid."),
            ("kv-new", ["--enable-purge-protection", "false"], "is an irreversible action."),
        ],
    )
    def test_a_vault_that_cannot_be_made(self, learner, name, options, said):
        create = ("keyvault", "create", "--name", name, "--resource-group", DEFAULT_GROUP)
        assert said in learner.fails(*create, *options)

    def test_a_vault_needs_a_group_and_a_name_that_no_other_has(self, learner):
        create = ("keyvault", "create", "--resource-group", "other-rg", "--name")
        assert "(ResourceGroupNotFound) Resource group 'other-rg' could not" in learner.fails(*create, "kv-new")
        learner("group", "create", "--name", "other-rg", "--location", "eastus")
        assert f"(VaultAlreadyExists) The vault name '{DEFAULT_VAULT}' is" in learner.fails(*create, DEFAULT_VAULT)

    def test_a_vault_can_change_in_part(self, learner):
        create = ("keyvault", "create", "--name", "kv-change", "--resource-group", DEFAULT_GROUP)
        learner(*create, "--retention-days", "7")
        update = ("keyvault", "update", "--name", "kv-change")
        assert learner(*update, "--set", "tags.team=data")["tags"] == {"team": "data"}
        changed = learner(*update, "--enable-rbac-authorization", "false", "--enable-purge-protection", "true")
        properties = changed["properties"]
        assert (properties["enableRbacAuthorization"], properties["enablePurgeProtection"]) == (False, True)
        assert (changed["tags"], properties["softDeleteRetentionInDays"]) == ({"team": "data"}, 7)
        assert "is an irreversible action." in learner.fails(*update, "--enable-purge-protection", "false")
        assert '"softDeleteRetentionInDays" has been set' in learner.fails(*update, "--retention-days", "8")


class TestNetworks:
    """Whom a vault's network rules keep out, and what lets them in again."""

    def test_a_rule_for_an_address(self, learner):
        vault = ("--name", DEFAULT_VAULT)
        secrets = ("keyvault", "secret", "list", "--vault-name", DEFAULT_VAULT)
        rule = (*vault, "--ip-address", CLIENT_ADDRESS)
        assert learner("keyvault", "network-rule", "list", *vault)["ipRules"] == []
        changed = learner("keyvault", "update", *vault, "--default-action", "Deny")
        assert changed["properties"]["networkAcls"]["defaultAction"] == "Deny"
        said = learner.fails(*secrets)
        assert "Client address is not authorized and caller is not a trusted service." in said
        assert f"Client address: {CLIENT_ADDRESS}" in said
        assert '"code": "ForbiddenByFirewall"' in said
        learner("keyvault", "network-rule", "add", *rule)
        (added,) = learner("keyvault", "network-rule", "list", *vault)["ipRules"]
        assert added["value"].removesuffix("/32") == CLIENT_ADDRESS
        learner(*secrets)
        learner("keyvault", "network-rule", "remove", *rule)
        assert learner("keyvault", "network-rule", "list", *vault)["ipRules"] == []
        assert "ForbiddenByFirewall" in learner.fails(*secrets)
        learner("keyvault", "update", *vault, "--default-action", "Allow")
        learner(*secrets)

    def test_without_the_public_network(self, learner):
        update = ("keyvault", "update", "--name", DEFAULT_VAULT, "--public-network-access")
        secrets = ("keyvault", "secret", "list", "--vault-name", DEFAULT_VAULT)
        assert learner(*update, "Disabled")["properties"]["publicNetworkAccess"] == "Disabled"
        said = learner.fails(*secrets)
        assert "Public network access is disabled and request is not from a trusted service nor via an approved" in said
        assert '"code": "ForbiddenByConnection"' in said
        learner(*update, "Enabled")
        learner(*secrets)


class TestDeletedVaults:
    """A deleted vault comes back, or its name becomes free."""

    create = ("keyvault", "create", "--resource-group", DEFAULT_GROUP, "--enable-rbac-authorization", "false", "--name")

    def test_it_keeps_its_name_and_its_secrets(self, learner):
        learner(*self.create, "kv-back", "--retention-days", "7")
        learner("keyvault", "secret", "set", "--vault-name", "kv-back", "--name", "kept", "--value", "fake")
        show = ("keyvault", "secret", "show", "--vault-name", "kv-back", "--name", "kept")
        learner("keyvault", "delete", "--name", "kv-back")
        assert "does not resolve" in learner.fails(*show)
        assert "kv-back" not in {vault["name"] for vault in learner("keyvault", "list")}
        assert "kv-back" in {vault["name"] for vault in learner("keyvault", "list-deleted")}
        deleted = learner("keyvault", "show-deleted", "--name", "kv-back")["properties"]
        assert deleted["vaultId"] == vault_scope(DEFAULT_GROUP, "kv-back")
        assert deleted["scheduledPurgeDate"] > deleted["deletionDate"]
        said = learner.fails(*self.create, "kv-back")
        assert "(ConflictError) A vault with the same name already exists in deleted state." in said
        learner("keyvault", "recover", "--name", "kv-back")
        assert learner(*show)["value"] == "fake"

    def test_a_purge_frees_its_name(self, learner):
        learner(*self.create, "kv-purge")
        learner("keyvault", "delete", "--name", "kv-purge")
        learner("keyvault", "purge", "--name", "kv-purge")
        assert "No deleted Vault or HSM was found" in learner.fails("keyvault", "show-deleted", "--name", "kv-purge")
        learner(*self.create, "kv-purge")

    def test_purge_protection_forbids_it(self, learner):
        learner(*self.create, "kv-guard", "--enable-purge-protection", "true")
        learner("keyvault", "delete", "--name", "kv-guard")
        said = learner.fails("keyvault", "purge", "--name", "kv-guard")
        assert "(MethodNotAllowed) Operation 'DeletedVaultPurge' is not allowed." in said

    def test_a_deleted_group_leaves_vaults_that_can_be_recovered(self, learner):
        learner("group", "create", "--name", "gone-rg", "--location", "eastus")
        learner("keyvault", "create", "--name", "kv-group", "--resource-group", "gone-rg")
        learner("group", "delete", "--name", "gone-rg", "--yes")
        assert learner("group", "exists", "--name", "gone-rg") is False
        recover = ("keyvault", "recover", "--name", "kv-group")
        assert "(ResourceGroupNotFound)" in learner.fails(*recover)
        learner("group", "create", "--name", "gone-rg", "--location", "eastus")
        assert learner(*recover)["id"] == vault_scope("gone-rg", "kv-group")


class TestAccess:
    """Who may do what: roles, access policies, and the programs that have them."""

    @pytest.mark.parametrize(
        ("role", "whom", "scope", "kind"),
        [
            ("Key Vault Secrets User", ["--assignee", NEWCOMER.client_id], VAULT, "ServicePrincipal"),
            ("4633458b-17de-408a-b874-0445c86b69e6", ["--assignee", PERSON], f"{VAULT}/secrets/one", "User"),
            ("Reader", ["--assignee", PERSON_ID], f"{subscription_scope()}/resourceGroups/{DEFAULT_GROUP}", "User"),
            (
                "Key Vault Reader",
                ["--assignee-object-id", NEWCOMER.object_id, "--assignee-principal-type", "ServicePrincipal"],
                subscription_scope(),
                "ServicePrincipal",
            ),
        ],
    )
    def test_a_role_is_given(self, learner, role, whom, scope, kind):
        given = learner("role", "assignment", "create", "--role", role, *whom, "--scope", scope)
        assert (given["scope"], given["principalType"]) == (scope, kind)
        assert given["principalId"] == (PERSON_ID if kind == "User" else NEWCOMER.object_id)

    def test_roles_are_listed_and_taken_away(self, learner):
        auditor = AUDITOR.client_id
        whom = ("--assignee", auditor)
        show = ("role", "assignment", "list", *whom)
        create = ("role", "assignment", "create", "--role", "Reader", *whom, "--scope", subscription_scope())
        assert learner(*create)["id"] == learner(*create)["id"]  # a second time changes nothing
        (here,) = learner(*show, "--scope", VAULT)
        assert (here["roleDefinitionName"], here["principalName"]) == ("Key Vault Reader", auditor)
        found = learner(*show, "--scope", VAULT, "--include-inherited")
        assert {one["roleDefinitionName"] for one in found} == {"Key Vault Reader", "Reader"}
        assert len(learner(*show, "--all")) == 3  # on the two vaults, and on the subscription
        take = ("role", "assignment", "delete", *whom, "--role", "Reader", "--scope", subscription_scope())
        learner(*take)
        assert len(learner(*show, "--all")) == 2
        assert "No matched assignments were found to delete" in learner.fails(*take)

    @pytest.mark.parametrize(
        ("role", "whom", "scope", "said"),
        [
            ("Key Vault Boss", ["--assignee", PERSON], VAULT, "Role 'Key Vault Boss' doesn't exist."),
            ("Reader", ["--assignee-object-id", SUBSCRIPTION_ID], VAULT, "(PrincipalNotFound)"),
            ("Reader", ["--assignee", PERSON], vault_scope(DEFAULT_GROUP, "no-vault"), "(ResourceNotFound)"),
            ("Reader", ["--assignee", PERSON], "/subscriptions/none", "(SubscriptionNotFound)"),
        ],
    )
    def test_a_role_that_cannot_be_given(self, learner, role, whom, scope, said):
        assert said in learner.fails("role", "assignment", "create", "--role", role, *whom, "--scope", scope)

    def test_a_role_says_what_it_allows(self, learner):
        (role,) = learner("role", "definition", "list", "--name", "Key Vault Secrets Officer")
        assert role["name"] == "b86a8fe4-44ce-4948-aee5-eccb2c155cd7"
        assert role["permissions"][0]["dataActions"] == ["Microsoft.KeyVault/vaults/secrets/*"]

    def test_access_policies(self, learner):
        def permissions(vault):
            return {one["objectId"]: one["permissions"]["secrets"] for one in vault["properties"]["accessPolicies"]}

        set_policy = ("keyvault", "set-policy", "--name", GUARDED_VAULT, "--secret-permissions")
        learner(*set_policy, "get", "--spn", NEWCOMER.client_id)
        learner(*set_policy, "get", "--upn", PERSON)
        changed = permissions(learner(*set_policy, "delete", "get", "list", "set", "--object-id", NEWCOMER.object_id))
        assert sorted(changed[NEWCOMER.object_id]) == ["delete", "get", "list", "set"]
        assert changed[PERSON_ID] == ["get"]
        delete_policy = ("keyvault", "delete-policy", "--name", GUARDED_VAULT, "--object-id", PERSON_ID)
        assert PERSON_ID not in permissions(learner(*delete_policy))
        assert "No matching policies found" in learner.fails(*delete_policy)
        set_policy = ("keyvault", "set-policy", "--name", DEFAULT_VAULT, "--secret-permissions", "get")
        said = learner.fails(*set_policy, "--spn", NEWCOMER.client_id)
        assert "Cannot set policies to a vault with '--enable-rbac-authorization' specified" in said

    def test_a_program_is_made_with_a_role(self, learner, az):
        role = ("--role", "Key Vault Secrets Officer", "--scopes", VAULT)
        made = learner("ad", "sp", "create-for-rbac", "--name", "my-program", *role)
        assert (made["displayName"], made["tenant"]) == ("my-program", TENANT_ID)
        (found,) = learner("ad", "sp", "list", "--display-name", "my-program")
        assert found["appId"] == made["appId"]
        again = learner("ad", "sp", "create-for-rbac", "--name", "my-program")
        assert again["appId"] == made["appId"]
        assert "AADSTS7000215" in az.fails(*login(made["appId"], made["password"]))
        az(*login(made["appId"], again["password"]))
        az("keyvault", "secret", "set", "--vault-name", DEFAULT_VAULT, "--name", "its-own", "--value", "fake")
        # It may do all with secrets, and nothing beside.
        said = az.fails("keyvault", "delete", "--name", DEFAULT_VAULT)
        assert f"(AuthorizationFailed) The client '{made['appId']}' with object id '{found['id']}'" in said
        assert "Insufficient privileges to complete the operation." in az.fails("ad", "sp", "list")

    def test_a_program_is_made_without_a_role(self, learner, az):
        made = learner("ad", "sp", "create-for-rbac")
        assert made["displayName"].startswith("azure-cli-")
        assert learner("ad", "sp", "show", "--id", made["appId"])["displayName"] == made["displayName"]
        assert f"No subscriptions found for {made['appId']}" in az.fails(*login(made["appId"], made["password"]))

    def test_the_practice_clouds_own_program_keeps_its_password(self, learner):
        said = learner.fails("ad", "sp", "create-for-rbac", "--name", "practice")
        assert "The practice cloud needs its own program 'practice' and its password." in said


class TestSecrets:
    """Every command of `az keyvault secret`."""

    def test_a_secret_and_its_versions(self, learner):
        secret = Secret(learner, "versions")
        first = secret("set", "--value", "fake-1", "--tags", "team=data", "--content-type", "text/plain")
        assert (first["value"], first["contentType"]) == ("fake-1", "text/plain")
        second = secret("set", "--value", "fake-2", "--expires", "2040-01-02T03:04:05Z")
        assert second["attributes"]["expires"] == "2040-01-02T03:04:05+00:00"
        assert secret("show")["value"] == "fake-2"
        assert secret("show", "--version", first["id"].rpartition("/")[2])["value"] == "fake-1"
        assert "versions" in secret.names("list")
        assert {one["id"] for one in secret("list-versions")} == {first["id"], second["id"]}

    def test_its_attributes(self, learner):
        secret = Secret(learner, "attributes")
        secret("set", "--value", "fake")
        changed = secret("set-attributes", "--enabled", "false", "--tags", "team=web")
        assert (changed["attributes"]["enabled"], changed["tags"]) == (False, {"team": "web"})
        assert "Operation get is not allowed on a disabled secret." in secret.fails("show")

    def test_its_copies(self, learner, tmp_path):
        secret = Secret(learner, "copies")
        secret("set", "--value", "fake")
        secret("download", "--file", str(tmp_path / "value"))
        assert (tmp_path / "value").read_text() == "fake"
        secret("backup", "--file", str(tmp_path / "copy"))
        secret("delete")
        secret("purge")
        learner("keyvault", "secret", "restore", "--vault-name", DEFAULT_VAULT, "--file", str(tmp_path / "copy"))
        assert secret("show")["value"] == "fake"

    def test_its_end(self, learner):
        secret = Secret(learner, "end")
        secret("set", "--value", "fake")
        assert secret("delete")["recoveryId"] == f"https://{DEFAULT_VAULT}.vault.azure.net/deletedsecrets/end"
        assert "(SecretNotFound)" in secret.fails("show")
        assert "ObjectIsDeletedButRecoverable" in secret.fails("set", "--value", "fake")
        assert "end" in secret.names("list-deleted")
        assert secret("show-deleted")["scheduledPurgeDate"]
        secret("recover")
        assert secret("show")["value"] == "fake"
        secret("delete")
        secret("purge")
        assert "end" not in secret.names("list-deleted")


class Secret:
    """`az keyvault secret` for one secret of the default vault."""

    def __init__(self, az, name):
        self._az = az
        self._name = name

    def __call__(self, verb, *arguments):
        return self._az(*self._command(verb), "--name", self._name, *arguments)

    def fails(self, verb, *arguments):
        return self._az.fails(*self._command(verb), "--name", self._name, *arguments)

    def names(self, verb):
        return {one["name"] for one in self._az(*self._command(verb))}

    def _command(self, verb):
        return ("keyvault", "secret", verb, "--vault-name", DEFAULT_VAULT)
