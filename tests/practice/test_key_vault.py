"""The vault's HTTP where no recording is at hand: who may call, what is refused and in which words, and paging."""

import base64
from contextlib import closing

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs12

from helpers import practice
from helpers.practice import roles
from helpers.practice.identities import DEFAULT_GROUP, PRACTICE
from helpers.practice.state import assignments, vaults
from helpers.practice.state.store import Store
from helpers.practice.state.vaults import Vault

VALUE = {"value": "a value"}


def error(answer):
    inner = answer.body["error"].get("innererror", {}).get("code")
    return answer.status, answer.body["error"]["code"], inner


@pytest.mark.parametrize("token", ["", "Basic abc", "Bearer", "Bearer nonsense", "Bearer eyJhbGciOiJub25lIn0.e30."])
def test_without_a_good_token_there_is_a_challenge(client, token):
    answer = client.send("GET", "/secrets?api-version=7.6", headers={"Authorization": token})
    assert error(answer) == (401, "Unauthorized", None)
    assert answer.headers["Www-Authenticate"] == (
        'Bearer authorization="https://login.microsoftonline.com/11111111-1111-4111-8111-111111111111", '
        'resource="https://vault.azure.net"'
    )


def test_a_token_for_something_else_is_refused(client):
    token = client.sign_in(scope="https://management.azure.com/.default").body["access_token"]
    answer = client.ask("GET", "/secrets", headers={"Authorization": f"Bearer {token}"})
    assert error(answer) == (401, "Unauthorized", None)
    assert answer.body["error"]["message"] == (
        "AKV10022: Invalid audience. Expected https://vault.azure.net, found: https://management.azure.com."
    )


def test_an_unknown_api_version_is_refused(client):
    answer = client.ask("GET", "/secrets?api-version=1999-01-01")
    assert error(answer) == (400, "BadParameter", None)
    assert answer.body["error"]["message"].startswith("The specified version (1999-01-01) is not recognized.")


def test_a_client_may_escape_the_name_of_a_parameter(client):
    token = client.sign_in().body["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert client.send("GET", "/secrets?api%2Dversion=2025-07-01", headers=headers).status == 200


@pytest.mark.parametrize("name", ["under_score", "a.dot", "a%20space", "a%2Fslash", "%C3%BC", "a" * 128])
def test_an_illegal_name_is_refused(client, name):
    for method, body in (("PUT", VALUE), ("GET", None), ("PATCH", {}), ("DELETE", None)):
        answer = client.ask(method, f"/secrets/{name}", body)
        assert error(answer) == (400, "BadParameter", None)
        assert answer.body["error"]["message"].startswith("The request URI contains an invalid name: ")


@pytest.mark.parametrize("name", ["a", "0-starts-with-a-digit", "-starts-with-a-dash", "a" * 127])
def test_a_legal_name_is_taken(client, name):
    assert client.ask("PUT", f"/secrets/{name}", VALUE).status == 200


def test_names_are_the_same_in_capitals(client):
    client.ask("PUT", "/secrets/Name", VALUE)
    assert client.ask("GET", "/secrets/NAME/").body["value"] == "a value"


@pytest.mark.parametrize("length", [25_600, 25_601, 3_000_000])
def test_a_value_that_is_too_large_is_refused(client, length):
    answer = client.ask("PUT", "/secrets/large", {"value": "x" * length})
    if length <= 25_600:
        assert answer.status == 200
    else:
        assert error(answer) == (400, "BadParameter", "SecretTooLarge")
        assert answer.body["error"]["message"] == ("Secret is beyond the maximum permitted length of 25600 characters.")


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"value": None},
        {"value": 7},
        {"value": "half of a pair: \ud800"},
        {**VALUE, "tags": {"a": 1}},
        {**VALUE, "tags": []},
        {**VALUE, "contentType": 7},
        {**VALUE, "contentType": "x" * 256},
        {**VALUE, "attributes": {"enabled": "yes"}},
        {**VALUE, "attributes": {"exp": "tomorrow"}},
        {**VALUE, "attributes": {"exp": -1}},
        {**VALUE, "attributes": {"nbf": 1e400}},
    ],
)
def test_an_impossible_body_is_refused(client, body):
    assert error(client.ask("PUT", "/secrets/name", body)) == (400, "BadParameter", None)
    assert client.ask("GET", "/secrets/name/").status == 404


def test_a_body_that_is_not_json_is_refused(client):
    token = client.sign_in().body["access_token"]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    path = "/secrets/name?api-version=7.6"
    assert error(client.send("PUT", path, "{", headers)) == (400, "BadParameter", None)
    assert error(client.send("PUT", path, b"\xff\xfe", headers)) == (400, "BadParameter", None)
    assert error(client.send("PUT", path, "[" * 100_000, headers)) == (400, "BadParameter", None)
    headers["Content-Type"] = "text/plain"
    assert client.send("PUT", path, "{}", headers).status == 415


def test_an_update_changes_what_it_names_and_nothing_else(client):
    attributes = {"enabled": True, "nbf": 1_600_000_000, "exp": 1_700_000_000}
    client.ask("PUT", "/secrets/name", {**VALUE, "contentType": "text", "tags": {"a": "1"}, "attributes": attributes})
    changed = client.ask("PATCH", "/secrets/name/", {"tags": {"b": "2"}, "attributes": {"exp": 1_800_000_000}}).body
    assert "value" not in changed
    assert (changed["contentType"], changed["tags"]) == ("text", {"b": "2"})
    assert changed["attributes"]["nbf"] == 1_600_000_000
    assert changed["attributes"]["exp"] == 1_800_000_000
    assert client.ask("GET", "/secrets/name/").body["value"] == "a value"


def test_an_older_version_can_be_had_by_its_name(client):
    first = client.ask("PUT", "/secrets/name", {"value": "first"}).body["id"].rpartition("/")[2]
    client.ask("PUT", "/secrets/name", {"value": "second"})
    assert client.ask("GET", f"/secrets/name/{first}").body["value"] == "first"
    assert client.ask("GET", "/secrets/name/").body["value"] == "second"
    assert client.ask("GET", "/secrets/name").body["value"] == "second"
    missing = client.ask("GET", f"/secrets/name/{'0' * 32}")
    assert error(missing) == (404, "SecretNotFound", None)


def test_a_deleted_name_is_taken(client, clock):
    client.ask("PUT", "/secrets/name", VALUE)
    client.ask("DELETE", "/secrets/name")
    assert error(client.ask("PUT", "/secrets/name", VALUE)) == (409, "Conflict", "ObjectIsBeingDeleted")
    assert client.ask("GET", "/deletedsecrets/name").status == 404
    assert client.ask("GET", "/deletedsecrets").body["value"] == []
    clock.forward(0.6)
    answer = client.ask("PUT", "/secrets/name", VALUE)
    assert error(answer) == (409, "Conflict", "ObjectIsDeletedButRecoverable")
    assert answer.body["error"]["message"] == (
        "Secret name is currently in a deleted but recoverable state, and its name cannot be reused; in this state, "
        "the secret can only be recovered or purged."
    )
    assert client.ask("GET", "/secrets/name/").status == 404
    assert client.ask("GET", "/secrets").body["value"] == []
    assert len(client.ask("GET", "/deletedsecrets").body["value"]) == 1


def test_a_deleted_name_is_free_when_its_time_is_over(client, clock):
    client.ask("PUT", "/secrets/name", VALUE)
    client.ask("DELETE", "/secrets/name")
    clock.forward(90 * 86_400)
    client._token = None
    assert client.ask("GET", "/deletedsecrets/name").status == 404
    assert client.ask("GET", "/deletedsecrets").body["value"] == []
    assert client.ask("PUT", "/secrets/name", {"value": "new"}).status == 200
    assert len(client.ask("GET", "/secrets/name/versions").body["value"]) == 1


def test_a_disabled_secret_is_refused_and_an_expired_one_is_not(client):
    client.ask("PUT", "/secrets/disabled", {**VALUE, "attributes": {"enabled": False}})
    assert error(client.ask("GET", "/secrets/disabled/")) == (403, "Forbidden", "SecretDisabled")
    client.ask("PUT", "/secrets/expired", {**VALUE, "attributes": {"exp": 1_000_000_000}})
    assert client.ask("GET", "/secrets/expired/").body["value"] == "a value"


def test_pages_follow_each_other_while_secrets_come_and_go(client):
    for letter in "bdfhj":
        client.ask("PUT", f"/secrets/{letter}", VALUE)
    seen, path = [], "/secrets?maxresults=2&api-version=7.6"
    for _ in range(3):
        page = client.ask("GET", path).body
        seen += [item["id"][-1] for item in page["value"]]
        if page["nextLink"]:
            host, _, path = page["nextLink"].removeprefix("https://").partition("/")
            assert host == "practice-vault.vault.azure.net:443"
            path = f"/{path}"
        client.ask("DELETE", "/secrets/b")
        client.ask("PUT", "/secrets/a", VALUE)
        client.ask("PUT", "/secrets/e", VALUE)
    assert seen == ["b", "d", "e", "f", "h", "j"]
    assert page["nextLink"] is None


def test_a_page_has_25_unless_told_less(client):
    for n in range(26):
        client.ask("PUT", f"/secrets/name-{n:02}", VALUE)
    page = client.ask("GET", "/secrets").body
    assert len(page["value"]) == 25
    assert "value" not in page["value"][0]
    assert "maxresults" not in page["nextLink"]
    for wrong in ("0", "26", "-1", "many", "%D9%A3"):
        assert error(client.ask("GET", f"/secrets?maxresults={wrong}")) == (400, "BadParameter", None)


@pytest.mark.parametrize("token", ["!", "e30", "W10", "eyJhZnRlciI6MX0"])
def test_a_made_up_skip_token_is_refused(client, token):
    assert error(client.ask("GET", f"/secrets?$skiptoken={token}")) == (400, "BadParameter", None)


def test_an_address_that_it_does_not_have_is_told(client):
    answer = client.ask("GET", "/keys/name")
    assert error(answer) == (404, "NotFound", None)
    assert answer.body["error"]["message"] == "The practice cloud does not offer GET /keys/name."
    assert error(client.ask("POST", "/secrets/name", {})) == (405, "MethodNotAllowed", None)


def test_another_vaults_secrets_are_its_own(client, second_vault):
    client.ask("PUT", "/secrets/name", VALUE)
    assert client.ask("GET", "/secrets/name/", host=second_vault).status == 404
    # A client that keeps a connection open may ask for another host through it.
    answer = client.ask("GET", "/secrets/name/", headers={"Host": "no-such-vault.vault.azure.net"})
    assert answer.status == 421


def test_a_version_that_is_not_there_is_not_found_by_get_or_update(client):
    client.ask("PUT", "/secrets/name", VALUE)
    unknown = f"/secrets/name/{'0' * 32}"
    for method, body in (("GET", None), ("PATCH", {"contentType": "text/plain"})):
        answer = client.ask(method, unknown, body)
        assert (answer.status, answer.body["error"]["code"]) == (404, "SecretNotFound")
        assert f"name/{'0' * 32} was not found" in answer.body["error"]["message"]


def test_a_recovery_and_a_purge_take_a_moment(client, clock):
    client.ask("PUT", "/secrets/name", VALUE)
    client.ask("DELETE", "/secrets/name")
    clock.forward(1)
    assert client.ask("POST", "/deletedsecrets/name/recover").status == 200
    for path in ("/secrets/name/", "/deletedsecrets/name"):
        assert client.ask("GET", path).status == 404, "in neither place while it is being recovered"
    assert client.ask("GET", "/secrets").body["value"] == client.ask("GET", "/deletedsecrets").body["value"] == []
    assert error(client.ask("PUT", "/secrets/name", VALUE)) == (409, "Conflict", "ObjectIsBeingRecovered")
    clock.forward(1)
    assert client.ask("GET", "/secrets/name/").body["value"] == "a value"
    client.ask("DELETE", "/secrets/name")
    clock.forward(1)
    assert client.ask("DELETE", "/deletedsecrets/name").status == 204
    assert client.ask("GET", "/deletedsecrets/name").status == 404
    assert client.ask("GET", "/deletedsecrets").body["value"] == []
    assert error(client.ask("PUT", "/secrets/name", VALUE)) == (409, "Conflict", "ObjectIsBeingDeleted")
    assert error(client.ask("POST", "/deletedsecrets/name/recover")) == (409, "Conflict", "ObjectIsBeingDeleted")
    clock.forward(1)
    assert client.ask("PUT", "/secrets/name", {"value": "new"}).status == 200
    assert len(client.ask("GET", "/secrets/name/versions").body["value"]) == 1


def test_a_backup_brings_back_all_versions_here_or_in_another_vault(client, clock, second_vault):
    client.ask("PUT", "/secrets/name", {"value": "first", "contentType": "text/plain"})
    client.ask("PUT", "/secrets/name", {"value": "second", "tags": {"a": "1"}, "attributes": {"exp": 2_000_000_000}})
    versions = client.ask("GET", "/secrets/name/versions").body["value"]
    backup = client.ask("POST", "/secrets/name/backup").body["value"]
    assert "second" not in backup
    conflict = client.ask("POST", "/secrets/restore", {"value": backup})
    assert error(conflict) == (409, "Conflict", None)
    assert conflict.body["error"]["message"].startswith("There was a conflict restoring the secret 'https://practice-")
    client.ask("DELETE", "/secrets/name")
    clock.forward(1)
    assert client.ask("POST", "/secrets/restore", {"value": backup}).status == 409
    client.ask("DELETE", "/deletedsecrets/name")
    assert client.ask("POST", "/secrets/restore", {"value": backup}).status == 409
    clock.forward(1)
    restored = client.ask("POST", "/secrets/restore", {"value": backup}).body
    assert "value" not in restored
    assert restored["tags"] == {"a": "1"}
    assert client.ask("GET", "/secrets/name/versions").body["value"] == versions
    assert client.ask("GET", "/secrets/name/").body["value"] == "second"
    there = client.ask("POST", "/secrets/restore", {"value": backup}, host=second_vault).body
    assert there["id"] == restored["id"].replace("practice-vault.vault.azure.net", second_vault)
    assert client.ask("GET", "/secrets/name/", host=second_vault).body["value"] == "second"


@pytest.mark.parametrize(
    ("tags", "allowed"),
    [
        ({f"tag-{n}": "1" for n in range(15)}, True),
        ({f"tag-{n}": "1" for n in range(16)}, False),
        ({"x" * 512: "1"}, True),
        ({"x" * 513: "1"}, False),
    ],
)
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_tags_that_are_too_many_or_have_too_long_names_are_refused_in_the_services_words(client, method, tags, allowed):
    client.ask("PUT", "/secrets/name", VALUE)
    answer = client.ask(method, "/secrets/name", {**VALUE, "tags": tags})
    assert answer.status == (200 if allowed else 400)
    if not allowed:
        assert answer.body["error"] == {"code": "BadParameter", "message": "Property has invalid value\r\n"}


@pytest.mark.parametrize(
    ("location", "allowed"),
    [("eastus", True), ("westus3", True), ("germanywestcentral", False), ("canadacentral", False)],
)
def test_a_backup_can_be_restored_in_its_own_geography_alone(client, location, allowed):
    vault = Vault("elsewhere", DEFAULT_GROUP, location, {}, 90, purge_protected=False, uses_roles=True)
    with closing(Store()) as store, store.writing() as state:
        vaults.add(state, vault)
        assignments.assign(state, PRACTICE.object_id, roles.SECRETS_OFFICER, vault.id)
    client.ask("PUT", "/secrets/name", VALUE)
    backup = client.ask("POST", "/secrets/name/backup").body["value"]
    answer = client.ask("POST", "/secrets/restore", {"value": backup}, host="elsewhere.vault.azure.net")
    assert answer.status == (200 if allowed else 400)
    if not allowed:
        assert answer.body["error"] == {"code": "BadParameter", "message": "Cannot decrypt backup blob."}
        assert client.ask("GET", "/secrets/name/", host="elsewhere.vault.azure.net").status == 404


def test_a_backup_that_was_changed_is_refused(client):
    client.ask("PUT", "/secrets/name", VALUE)
    backup = client.ask("POST", "/secrets/name/backup").body["value"]
    for place in (0, 60, len(backup) // 2, len(backup) - 3):
        changed = backup[:place] + ("A" if backup[place] != "A" else "B") + backup[place + 1 :]
        answer = client.ask("POST", "/secrets/restore", {"value": changed}, host="practice-second.vault.azure.net")
        assert error(answer) == (400, "Malformed backup blob", None)
    for wrong in ("", "!", "é", backup[:-8], backup + "AAAA"):
        answer = client.ask("POST", "/secrets/restore", {"value": wrong}, host="practice-second.vault.azure.net")
        assert error(answer) == (400, "Malformed backup blob", None)
    assert error(client.ask("POST", "/secrets/restore", {"value": 7})) == (400, "BadParameter", None)


def test_a_secret_may_be_named_restore(client):
    assert client.ask("PUT", "/secrets/restore", VALUE).status == 200
    assert client.ask("GET", "/secrets/restore/").body["value"] == "a value"
    assert client.ask("POST", "/secrets/restore/backup").status == 200


def test_purge_protection_refuses_a_purge_and_shows_in_the_recovery_level(client, clock):
    guarded = "practice-guarded.vault.azure.net"
    saved = client.ask("PUT", "/secrets/name", VALUE, host=guarded).body
    assert saved["attributes"]["recoveryLevel"] == "Recoverable"
    client.ask("DELETE", "/secrets/name", host=guarded)
    clock.forward(1)
    answer = client.ask("DELETE", "/deletedsecrets/name", host=guarded)
    assert (answer.status, answer.body["error"]["code"]) == (403, "Forbidden")
    assert answer.body["error"]["message"] == (
        'Operation "purge" is not allowed because purge protection is enabled for this vault. Key Vault service will '
        "automatically purge it after the retention period has passed.\r\nVault: practice-guarded;location=eastus"
    )
    clock.forward(91 * 86_400)
    client._token = None  # it has ended by then
    assert client.ask("PUT", "/secrets/name", VALUE, host=guarded).status == 200


def test_a_certificate_s_secret_is_what_the_service_recorded(client):
    practice.add_certificate("web")
    secret = client.ask("GET", "/secrets/web").body
    # The order, and what is in it: azure-sdk-for-js, "can get a certificate's secret in PKCS 12 format".
    assert list(secret) == ["value", "contentType", "id", "managed", "attributes", "kid"]
    assert (secret["contentType"], secret["managed"]) == ("application/x-pkcs12", True)
    assert secret["kid"] == secret["id"].replace("/secrets/", "/keys/")
    times = secret["attributes"]
    assert (times["created"] - times["nbf"], times["exp"] - times["created"]) == (600, 365 * 86_400)
    [listed] = client.ask("GET", "/secrets").body["value"]
    assert list(listed) == ["contentType", "id", "managed", "attributes"]
    practice.add_certificate("web")
    assert client.ask("GET", "/secrets/web").body["id"] == secret["id"], "one that is there stays"


def test_a_certificate_s_secret_comes_as_pfx_or_pem_and_as_nothing_else(client):
    practice.add_certificate("web")
    plain, pfx, pem, other = (
        client.ask("GET", f"/secrets/web{query}")
        for query in (
            "",
            "?outContentType=application%2Fx-pkcs12",
            "?outContentType=application%2Fx-pem-file",
            "?outContentType=text%2Fplain",
        )
    )
    assert plain.body == pfx.body
    bundle = pkcs12.load_pkcs12(base64.b64decode(plain.body["value"], validate=True), None)
    assert pem.body["contentType"] == "application/x-pem-file"
    text = pem.body["value"].encode()
    assert x509.load_pem_x509_certificate(text) == bundle.cert.certificate
    assert load_pem_private_key(text, None).private_numbers() == bundle.key.private_numbers()
    assert error(other) == (400, "BadParameter", None)
    client.ask("PUT", "/secrets/plain", VALUE)
    assert client.ask("GET", "/secrets/plain?outContentType=application%2Fx-pem-file").body["value"] == "a value"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/secrets/web", VALUE),
        ("PATCH", "/secrets/web", {"attributes": {"enabled": False}}),
        ("DELETE", "/secrets/web", None),
        ("POST", "/secrets/web/backup", None),
    ],
)
def test_a_certificate_s_secret_changes_with_the_certificate_alone(client, method, path, body):
    practice.add_certificate("web")
    before = client.ask("GET", "/secrets/web").body
    answer = client.ask(method, path, body)
    assert error(answer) == (403, "Forbidden", "SecretManagedByKeyVault")
    assert "since it is associated with a certificate" in answer.body["error"]["message"]
    assert client.ask("GET", "/secrets/web").body == before


@pytest.mark.parametrize(
    ("name", "said"), [("taken", "There's a secret named 'taken' already"), ("a_b", "invalid name")]
)
def test_a_certificate_that_cannot_be_made_is_told(client, name, said):
    client.ask("PUT", "/secrets/taken", VALUE)
    with pytest.raises(practice.PracticeError, match=said):
        practice.add_certificate(name)
    assert client.ask("GET", "/secrets/taken").body["value"] == "a value"
