"""A vault's audit log: when it is written, what stands in it, and what never does."""

import json
import re
from contextlib import closing

import pytest
from azure.identity import DefaultAzureCredential
from azure.keyvault.secrets import SecretClient
from azure.storage.blob import ContainerClient

from helpers import practice
from helpers.practice import Conditions
from helpers.practice.identities import (
    AUDITOR,
    CLIENT_ADDRESS,
    DEFAULT_GROUP,
    PRACTICE,
    STORAGE_ACCOUNT,
    TENANT_ID,
    storage_scope,
    vault_scope,
)
from helpers.practice.state import blobs, vaults
from helpers.practice.state.store import Store

SCOPE = vault_scope(DEFAULT_GROUP, "practice-vault")
ACCOUNT = storage_scope(DEFAULT_GROUP, STORAGE_ACCOUNT)
SETTINGS = "/providers/Microsoft.Insights/diagnosticSettings"
AUDIT = {"storageAccountId": ACCOUNT, "logs": [{"category": "AuditEvent", "enabled": True}]}
CONTAINER = "insights-logs-auditevent"
VALUE = "fake-value-of-the-audited"


@pytest.fixture
def manage(client):
    """Ask the resource manager about diagnostic settings of the vault, as its owner."""
    token = client.sign_in(scope="https://management.azure.com/.default").body["access_token"]

    def ask(method, name="", properties=None, vault=SCOPE):
        path = f"{vault}{SETTINGS}{f'/{name}' if name else ''}?api-version=2021-05-01-preview"
        body = None if properties is None else {"properties": properties}
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        return client.ask(method, path, body, headers, host="management.azure.com")

    return ask


@pytest.fixture
def logged(manage):
    """What the vault's log has, record by record, from now on; the vault writes one."""
    assert manage("PUT", "audit", AUDIT).status == 200
    return lambda: [json.loads(line) for text in log().values() for line in text.splitlines()]


def log():
    """The log's blobs by name, as text."""
    with closing(Store()) as store, store.reading() as state:
        found = blobs.list_blobs(state, STORAGE_ACCOUNT, CONTAINER)
        return {blob.name: blobs.content(state, blob).decode() for blob in found}


def as_program(client, program):
    secret = client._settings[f"LESSON_{program.name.upper()}_CLIENT_SECRET"]
    token = client.sign_in(client_id=program.client_id, client_secret=secret).body["access_token"]
    return {"Authorization": f"Bearer {token}"}


class TestWhen:
    """The log begins and ends with the vault's diagnostic setting."""

    def test_without_a_setting_nothing_is_written(self, client):
        client.ask("PUT", "/secrets/name", {"value": VALUE})
        client.send("GET", "/secrets")
        assert log() == {}

    def test_reading_an_unlogged_vault_waits_for_no_writer(self, client):
        client.ask("PUT", "/secrets/name", {"value": VALUE})
        with closing(Store()) as other, other.writing():
            assert client.ask("GET", "/secrets/name/").status == 200

    def test_it_ends_when_the_setting_is_taken_away_or_disabled(self, client, manage, logged):
        client.ask("GET", "/secrets")
        assert len(logged()) == 1
        disabled = {**AUDIT, "logs": [{"category": "AuditEvent", "enabled": False}]}
        assert manage("PUT", "audit", disabled).status == 200
        client.ask("GET", "/secrets")
        assert manage("DELETE", "audit").status == 200
        client.ask("GET", "/secrets")
        assert len(logged()) == 1

    def test_each_vault_has_its_own(self, client, logged, second_vault):
        client.ask("GET", "/secrets", host=second_vault)
        assert logged() == []

    def test_a_setting_survives_a_change_of_the_vault_and_its_recovery(self, client, logged):
        with closing(Store()) as store, store.writing() as state:
            vault = vaults.find_active(state, "practice-vault")
            vaults.change(state, vault)
            vaults.delete(state, vault)
            vaults.recover(state, vault)
            assert [setting.name for setting in vaults.find_active(state, "practice-vault").diagnostics] == ["audit"]

    def test_a_reset_ends_it_and_empties_the_log(self, client, logged):
        client.ask("GET", "/secrets")
        with closing(Store()) as store:
            store.reset()
        client.ask("GET", "/secrets")
        assert log() == {}


class TestForm:
    """A record is as Azure writes it."""

    def test_a_read(self, client, logged):
        version = client.ask("PUT", "/secrets/name", {"value": VALUE}).body["id"].rpartition("/")[2]
        headers = {"User-Agent": "a-client/1.0", "x-ms-client-request-id": "5f2f1b60-0d2a-4a5e-9c1e-0f3f8f1f3c11"}
        client.ask("GET", "/secrets/name/?api-version=7.6", headers=headers)
        record = logged()[-1]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z", record.pop("time"))
        assert re.fullmatch(r"\d+", record.pop("durationMs"))
        assert record == {
            "category": "AuditEvent",
            "operationName": "SecretGet",
            "resultType": "Success",
            "correlationId": "5f2f1b60-0d2a-4a5e-9c1e-0f3f8f1f3c11",
            "callerIpAddress": CLIENT_ADDRESS,
            "identity": {"claim": {"oid": PRACTICE.object_id, "appid": PRACTICE.client_id}},
            "properties": {
                "id": f"https://practice-vault.vault.azure.net/secrets/name/{version}",
                "clientInfo": "a-client/1.0",
                "httpStatusCode": 200,
                "requestUri": "https://practice-vault.vault.azure.net/secrets/name/?api-version=7.6",
                "isRbacAuthorized": True,
            },
            "resourceId": SCOPE.upper(),
            "operationVersion": "7.6",
            "resultSignature": "OK",
        }

    def test_the_fields_come_in_the_order_of_azures(self, client, logged):
        client.ask("GET", "/secrets/absent/")
        assert list(logged()[-1]) == [
            *("time", "category", "operationName", "resultType", "resultDescription", "correlationId"),
            *("callerIpAddress", "identity", "properties", "resourceId", "operationVersion", "resultSignature"),
            "durationMs",
        ]

    def test_a_request_without_a_token(self, client, logged):
        client.send("GET", "/secrets/name/?api-version=7.6")
        record = logged()[-1]
        assert (record["operationName"], record["resultSignature"]) == ("Authentication", "Unauthorized")
        assert (record["resultType"], record["identity"]) == ("Success", {})
        assert "resultDescription" not in record
        assert record["properties"] == {
            "clientInfo": "",
            "httpStatusCode": 401,
            "requestUri": "https://practice-vault.vault.azure.net/secrets/name/?api-version=7.6",
        }

    def test_a_token_that_is_no_good_names_nobody(self, client, logged):
        client.ask("GET", "/secrets", headers={"Authorization": "Bearer nonsense"})
        assert (logged()[-1]["operationName"], logged()[-1]["identity"]) == ("Authentication", {})

    def test_a_refusal_for_a_missing_role(self, client, logged):
        client.ask("GET", "/secrets/name/", headers=as_program(client, AUDITOR))
        record = logged()[-1]
        assert (record["operationName"], record["resultSignature"]) == ("SecretGet", "Forbidden")
        assert record["identity"]["claim"]["appid"] == AUDITOR.client_id
        assert record["properties"]["httpStatusCode"] == 403
        assert record["properties"]["isRbacAuthorized"] is False
        assert record["properties"]["id"] == "https://practice-vault.vault.azure.net/secrets/name"
        said = record["resultDescription"].split("\n")
        assert said[0] == "Caller is not authorized to perform action on resource."
        caller = f"appid={AUDITOR.client_id};oid={AUDITOR.object_id};iss=https://sts.windows.net/{TENANT_ID}/"
        assert f"Caller: {caller}" in said

    def test_a_refusal_for_a_missing_access_policy(self, client, manage):
        guarded = vault_scope(DEFAULT_GROUP, "practice-guarded")
        assert manage("PUT", "audit", AUDIT, vault=guarded).status == 200
        client.ask("GET", "/secrets", host="practice-guarded.vault.azure.net")
        headers = as_program(client, AUDITOR)
        client.ask("GET", "/secrets", headers=headers, host="practice-guarded.vault.azure.net")
        [text] = log().values()
        matches = [json.loads(line)["properties"]["isAccessPolicyMatch"] for line in text.splitlines()]
        assert matches == [True, False]

    def test_a_refusal_by_the_network(self, client, logged):
        with closing(Store()) as store, store.writing() as state:
            vault = vaults.find_active(state, "practice-vault")
            vaults.change(state, vaults.Vault(**{**vars(vault), "network": vaults.Network(allow=False)}))
        client.ask("GET", "/secrets")
        properties = logged()[-1]["properties"]
        assert properties["isAddressAuthorized"] is False
        assert "isRbacAuthorized" not in properties

    def test_a_request_that_is_throttled(self, client, cloud, logged):
        cloud.conditions = Conditions(throttled=1)
        client.ask("GET", "/secrets")
        record = logged()[-1]
        assert (record["operationName"], record["resultSignature"]) == ("SecretList", "Too Many Requests")

    def test_every_operation_has_its_name_and_the_secret_that_it_is_about(self, client, cloud, logged):
        cloud.conditions = Conditions(delete_seconds=0)
        secret, deleted = "https://practice-vault.vault.azure.net/secrets/name", "/deletedsecrets/name"
        version = client.ask("PUT", "/secrets/name", {"value": VALUE}).body["id"]
        client.ask("PATCH", "/secrets/name/", {"tags": {"a": "b"}})
        client.ask("GET", f"/secrets/name/{version.rpartition('/')[2]}")
        client.ask("GET", "/secrets/name/versions")
        backup = client.ask("POST", "/secrets/name/backup").body["value"]
        client.ask("DELETE", "/secrets/name")
        client.ask("GET", "/deletedsecrets")
        client.ask("GET", deleted)
        client.ask("POST", f"{deleted}/recover")
        client.ask("DELETE", "/secrets/name")
        client.ask("DELETE", deleted)
        client.ask("POST", "/secrets/restore", {"value": backup})
        client.ask("GET", "/secrets")
        assert [(one["operationName"], one["properties"].get("id", "")) for one in logged()] == [
            ("SecretSet", version),
            ("SecretUpdate", version),
            ("SecretGet", version),
            ("SecretListVersions", secret),
            ("SecretBackup", secret),
            ("SecretDelete", secret),
            ("SecretListDeleted", ""),
            ("SecretGetDeleted", secret.replace("/secrets", "/deletedsecrets")),
            ("SecretRecover", secret.replace("/secrets", "/deletedsecrets")),
            ("SecretDelete", secret),
            ("SecretPurge", secret.replace("/secrets", "/deletedsecrets")),
            ("SecretRestore", secret),
            ("SecretList", ""),
        ]

    def test_an_hour_has_a_blob_of_its_own_by_the_vaults_clock(self, client, cloud, clock, logged):
        clock.forward(-cloud.conditions.vault_time() % 3600 + 1)  # just after the hour
        client.ask("GET", "/secrets")
        cloud.conditions = Conditions(days_later=1)
        client.ask("GET", "/secrets")
        client.ask("GET", "/secrets")
        names = list(log())
        assert all(
            re.fullmatch(rf"resourceId={SCOPE.upper()}/y=\d{{4}}/m=\d\d/d=\d\d/h=\d\d/m=00/PT1H\.json", name)
            for name in names
        )
        assert [text.count("\n") for text in log().values()] == [1, 2]
        for name, text in log().items():
            hour = "y={}/m={}/d={}/h={}".format(*re.split(r"[-T:]", json.loads(text.splitlines()[0])["time"])[:4])
            assert f"/{hour}/" in name


def test_the_official_clients_write_and_read_it(started):
    practice.turn_logging_on()
    with SecretClient(f"https://{practice.DEFAULT_VAULT}.vault.azure.net", DefaultAzureCredential()) as vault:
        version = vault.set_secret("name", VALUE).properties.version
    account = f"https://{STORAGE_ACCOUNT}.blob.core.windows.net"
    with ContainerClient(account, CONTAINER, DefaultAzureCredential()) as container:
        [name] = container.list_blob_names()
        lines = container.download_blob(name).readall().decode().splitlines()
    record = json.loads(lines[-1])
    assert record["properties"]["id"].endswith(f"/secrets/name/{version}")
    assert record["properties"]["clientInfo"].startswith("azsdk-python-keyvault-secrets/")
    assert record["operationName"] == "SecretSet"


class TestWhatIsNotIn:
    """Nobody who may read the log learns a value or a token from it."""

    def test_no_value_and_no_token(self, client, cloud, logged):
        cloud.conditions = Conditions(delete_seconds=0)
        token = client.sign_in().body["access_token"]
        client.ask("PUT", "/secrets/name", {"value": VALUE, "tags": {"a": "fake-tag"}})
        client.ask("GET", "/secrets/name/")
        client.ask("PUT", "/secrets/name", {"value": [VALUE]})
        client.ask("PUT", "/secrets/name", {"value": VALUE * 2000})
        client.ask("PUT", "/secrets/name", {"value": VALUE, "tags": {VALUE: 1}})
        backup = client.ask("POST", "/secrets/name/backup").body["value"]
        client.ask("POST", "/secrets/restore", {"value": backup})
        client.ask("POST", "/secrets/restore", {"value": backup[:-4]})
        client.ask("GET", "/secrets", headers={"Authorization": f"Bearer {token}x"})
        text = "".join(log().values())
        assert len(logged()) == 9
        for never in (VALUE, "fake-tag", token, token.split(".")[2], backup[:40], "Bearer "):
            assert never not in text

    def test_a_record_is_one_line_whatever_is_asked_for(self, client, logged):
        for path in ("/secrets/a%0Ab/", "/secrets/%22quoted%22", "/secrets?maxresults=%0D%0A"):
            client.ask("GET", path, headers={"User-Agent": "a\tb"})
        assert len(logged()) == 3


class TestSettings:
    """`Microsoft.Insights/diagnosticSettings`, as the Azure CLI asks for them."""

    def test_one_is_made_shown_listed_and_deleted(self, manage):
        made = manage("PUT", "audit", AUDIT)
        assert (made.status, made.body["name"]) == (200, "audit")
        assert made.body["id"] == f"{SCOPE}/providers/microsoft.insights/diagnosticSettings/audit"
        assert made.body["properties"]["storageAccountId"] == ACCOUNT
        [log] = made.body["properties"]["logs"]
        assert (log["category"], log["enabled"]) == ("AuditEvent", True)
        assert manage("GET", "AUDIT").body == made.body
        assert manage("GET").body == {"value": [made.body]}
        assert [manage("DELETE", "audit").status, manage("DELETE", "audit").status] == [200, 204]
        assert (manage("GET").body, manage("GET", "audit").status) == ({"value": []}, 404)

    @pytest.mark.parametrize("group", ["audit", "allLogs"])
    def test_a_group_of_categories_holds_the_log(self, client, manage, group):
        properties = {**AUDIT, "logs": [{"categoryGroup": group, "enabled": True}]}
        assert manage("PUT", "audit", properties).body["properties"]["logs"][0]["categoryGroup"] == group
        client.ask("GET", "/secrets")
        assert len(log()) == 1

    @pytest.mark.parametrize(
        ("properties", "code"),
        [
            ({}, "InvalidRequestContent"),
            ({**AUDIT, "storageAccountId": ACCOUNT + "x"}, "ResourceNotFound"),
            ({**AUDIT, "logs": [{"category": "Nonsense", "enabled": True}]}, "BadRequest"),
            ({**AUDIT, "logs": []}, "NotOfferedInPractice"),
            ({**AUDIT, "logs": "AuditEvent"}, "InvalidRequestContent"),
            ({**AUDIT, "logs": ["AuditEvent"]}, "InvalidRequestContent"),
            ({**AUDIT, "workspaceId": "/subscriptions/x"}, "NotOfferedInPractice"),
            ({**AUDIT, "metrics": [{"category": "AllMetrics", "enabled": True}]}, "NotOfferedInPractice"),
        ],
    )
    def test_what_it_cannot_be_is_refused(self, manage, properties, code):
        answer = manage("PUT", "audit", properties)
        assert answer.body["error"]["code"] == code
        assert manage("GET").body == {"value": []}

    def test_a_second_one_for_the_same_account_is_a_conflict(self, manage):
        manage("PUT", "audit", AUDIT)
        answer = manage("PUT", "other", AUDIT)
        assert (answer.status, answer.body["error"]["code"]) == (409, "Conflict")
        assert "is already used in diagnostic setting 'audit' for category 'AuditEvent'" in str(answer.body)

    def test_it_takes_a_role_on_the_vault(self, client, manage):
        secret = client._settings["LESSON_AUDITOR_CLIENT_SECRET"]
        scope = "https://management.azure.com/.default"
        signed_in = client.sign_in(client_id=AUDITOR.client_id, client_secret=secret, scope=scope)
        headers = {"Authorization": f"Bearer {signed_in.body['access_token']}", "Content-Type": "application/json"}
        path = f"{SCOPE}{SETTINGS}/audit?api-version=2021-05-01-preview"
        answer = client.ask("PUT", path, {"properties": AUDIT}, headers, host="management.azure.com")
        assert (answer.status, answer.body["error"]["code"]) == (403, "AuthorizationFailed")
        assert "Microsoft.Insights/diagnosticSettings/write" in answer.body["error"]["message"]
