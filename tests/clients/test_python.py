"""The official Python clients, unmodified, in every operation that they have. Most tests run with both of them."""

import ast
import asyncio
import inspect
import os
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import azure.keyvault.secrets
import pytest
from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ResourceExistsError,
    ResourceNotFoundError,
    ServiceRequestError,
)
from azure.core.rest import HttpRequest
from azure.identity import DefaultAzureCredential
from azure.identity.aio import DefaultAzureCredential as AsyncDefaultAzureCredential
from azure.keyvault.secrets import ApiVersion, SecretClient
from azure.keyvault.secrets.aio import SecretClient as AsyncSecretClient

from helpers.practice import PracticeCloud, clock

HOST = "practice-vault.vault.azure.net"
EARLIER = datetime(2001, 2, 3, 4, 5, 6, tzinfo=timezone.utc)
LATER = datetime(2040, 2, 3, 4, 5, 6, tzinfo=timezone.utc)  # after 2038, too late for 32 bits


class Waited:
    """Something of the asynchronous client, each call of it waited for: what is written for one client fits both."""

    def __init__(self, of, loop):
        self._of = of
        self._loop = loop

    def __getattr__(self, name):
        found = getattr(self._of, name)
        if not inspect.isroutine(found):
            return found
        return lambda *args, **options: self._waited(found(*args, **options))

    def __iter__(self):
        return Waited(self._of.__aiter__(), self._loop)

    def __next__(self):
        try:
            return self._waited(self._of.__anext__())
        except StopAsyncIteration:
            raise StopIteration from None

    def _waited(self, result):
        if inspect.isawaitable(result):
            result = self._loop.run_until_complete(result)
        return Waited(result, self._loop) if hasattr(result, "__aiter__") else result


def trusting():
    """An option of the asynchronous client, which reads SSL_CERT_FILE once, when another test's cloud may have run.

    Of the practice cloud's files this one is the shortest, and the client reads it at each request.
    """
    return {"connection_verify": os.environ["NODE_EXTRA_CA_CERTS"]}


@pytest.fixture(params=["sync", "async"])
def kind(request):
    """Which of the two clients a test is for."""
    return request.param


@pytest.fixture
def connect(kind, started):
    """Makes a client, for the practice vault and with no options unless told."""
    opened = []
    if kind == "sync":
        credential = DefaultAzureCredential()

        def client_for(url, options):
            return SecretClient(url, credential, **options)

    else:
        loop = asyncio.new_event_loop()
        trust = trusting()
        signing_in = AsyncDefaultAzureCredential(**trust)
        credential = Waited(signing_in, loop)

        def client_for(url, options):
            return Waited(AsyncSecretClient(url, signing_in, **trust, **options), loop)

    def make(host=HOST, **options):
        opened.append(client_for(f"https://{host}", options))
        return opened[-1]

    yield make
    for one in (*opened, credential):
        one.close()
    if kind == "async":
        loop.close()


@pytest.fixture
def client(connect):
    """A client of the practice vault."""
    return connect()


def delete(client, name, **options):
    """Delete a secret and wait until that has taken effect."""
    if isinstance(client, Waited):
        return client.delete_secret(name, **options)
    poller = client.begin_delete_secret(name, **options)
    poller.wait()
    assert (poller.done(), poller.status()) == (True, "finished")
    return poller.result()


def recover(client, name, **options):
    """Recover a deleted secret and wait until that has taken effect."""
    if isinstance(client, Waited):
        return client.recover_deleted_secret(name, **options)
    poller = client.begin_recover_deleted_secret(name, **options)
    poller.wait()
    assert (poller.done(), poller.status()) == (True, "finished")
    return poller.result()


def names(listed):
    return [one.name for one in listed]


def refusal(refused):
    """What there is to tell an error by: the HTTP status, the service's code, and its inner code if it has one."""
    error = refused.value.error
    return refused.value.status_code, error.code, (error.innererror or {}).get("code")


@pytest.mark.parametrize("of", [SecretClient, AsyncSecretClient])
def test_every_method_of_the_client_is_called_here(of):
    methods = {name for name, _ in inspect.getmembers(of, callable) if not name.startswith("_")}
    calls = [
        node.func
        for node in ast.walk(ast.parse(Path(__file__).read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    ]
    called = {
        call.attr
        for call in calls
        if isinstance(call, ast.Attribute) and isinstance(call.value, ast.Name) and call.value.id == "client"
    }
    assert methods - called == set()


def test_a_secret_is_set_and_got_with_all_that_is_said_of_it(client):
    said = {
        "content_type": "text/plain",
        "tags": {"use": "a lesson", "an empty one": ""},
        "not_before": EARLIER,
        "expires_on": LATER,
        "enabled": True,
    }
    began = datetime.now(timezone.utc).replace(microsecond=0)
    saved = client.set_secret("name", "one", **said)
    got = client.get_secret("name")
    for secret in (saved, got):
        assert (secret.name, secret.value) == ("name", "one")
        assert {key: getattr(secret.properties, key) for key in said} == said
    about = got.properties
    assert got.id == about.id == f"{client.vault_url}/secrets/name/{saved.properties.version}"
    assert (about.vault_url, client.vault_url) == (f"https://{HOST}", f"https://{HOST}")
    assert began <= about.created_on == about.updated_on <= datetime.now(timezone.utc)
    assert (about.recovery_level, about.recoverable_days) == ("Recoverable+Purgeable", 90)
    assert not about.managed
    assert about.key_id is None


def test_what_is_not_said_is_not_there(client):
    client.set_secret("name", "one")
    about = client.get_secret("name").properties
    assert (about.content_type, about.tags, about.not_before, about.expires_on) == (None, None, None, None)
    assert about.enabled is True


VALUES = {
    "empty": "",
    "blanks": " a space, a tab\t and a line's end\n",
    "marks": "'single', \"double\", \\ + & < > % {}",
    "unicode": "Grüße, 秘密, 🔐, e\u0301, \u0000",
    "longest": "x" * 25_600,
    "longest-unicode": "ß" * 25_600,
}


def test_any_text_is_a_value(client):
    assert {name: client.set_secret(name, value).value for name, value in VALUES.items()} == VALUES
    assert {name: client.get_secret(name).value for name in VALUES} == VALUES


def test_any_text_is_a_tag_and_a_content_type(client):
    said = {"tags": {"größe": "四", "🔐": "'+&"}, "content_type": "später/🔐"}
    client.set_secret("name", "one", **said)
    about = client.get_secret("name").properties
    assert {"tags": about.tags, "content_type": about.content_type} == said


def test_a_name_is_the_same_in_capitals(client):
    first = client.set_secret("A-Name", "one").properties.version
    client.set_secret("a-name", "two")
    assert client.get_secret("A-NAME").value == "two"
    assert client.get_secret("a-nAME", first).value == "one"
    assert len(list(client.list_properties_of_secrets())) == 1


def test_each_version_is_kept(client):
    saved = [client.set_secret("name", value).properties.version for value in ("one", "two", "three")]
    assert client.get_secret("name").value == "three"
    assert [client.get_secret("name", version).value for version in saved] == ["one", "two", "three"]
    listed = list(client.list_properties_of_secret_versions("name"))
    assert [about.version for about in listed] == sorted(saved)
    assert set(names(listed)) == {"name"}


def test_an_update_changes_what_it_names_of_the_version_that_it_names(client):
    first = client.set_secret("name", "one", content_type="text", tags={"a": "b"}).properties
    client.set_secret("name", "two")
    changed = client.update_secret_properties("name", first.version, not_before=EARLIER, expires_on=LATER)
    assert (changed.not_before, changed.expires_on) == (EARLIER, LATER)
    assert (changed.content_type, changed.tags, changed.enabled) == ("text", {"a": "b"}, True)
    client.update_secret_properties("name", first.version, content_type="json", tags={})
    got = client.get_secret("name", first.version)
    assert (got.value, got.properties.content_type, got.properties.tags) == ("one", "json", {})
    assert (got.properties.not_before, got.properties.created_on) == (EARLIER, first.created_on)
    latest = client.update_secret_properties("name", tags={"which": "the latest"})
    assert client.get_secret("name").properties.tags == {"which": "the latest"}
    assert (latest.version, latest.expires_on) == (client.get_secret("name").properties.version, None)


def test_a_disabled_secret_is_refused_until_it_is_enabled(client):
    client.set_secret("name", "one")
    assert client.update_secret_properties("name", enabled=False).enabled is False
    with pytest.raises(HttpResponseError, match="Operation get is not allowed on a disabled secret") as refused:
        client.get_secret("name")
    assert refusal(refused) == (403, "Forbidden", "SecretDisabled")
    assert [about.enabled for about in client.list_properties_of_secrets()] == [False]
    client.update_secret_properties("name", enabled=True)
    assert client.get_secret("name").value == "one"


def test_a_secret_can_be_born_disabled(client):
    version = client.set_secret("name", "one", enabled=False).properties.version
    with pytest.raises(HttpResponseError) as refused:
        client.get_secret("name", version)
    assert refused.value.status_code == 403


@pytest.mark.parametrize("dates", [{"expires_on": EARLIER}, {"not_before": LATER}])
def test_a_secret_is_given_before_and_after_its_time(client, dates):
    client.set_secret("name", "one", **dates)
    assert client.get_secret("name").value == "one"


@pytest.mark.skipif(
    not hasattr(azure.keyvault.secrets, "ContentType"), reason="azure-keyvault-secrets is older than 4.11"
)
def test_a_plain_secret_is_given_whatever_type_is_asked_for(client):
    client.set_secret("name", "one")
    for asked in azure.keyvault.secrets.ContentType:
        assert client.get_secret("name", out_content_type=asked).value == "one"
    assert client.get_secret("name").properties.previous_version is None


def test_the_list_tells_of_secrets_without_their_versions(client):
    assert list(client.list_properties_of_secrets()) == []
    client.set_secret("second", "two", content_type="text", tags={"a": "b"}, expires_on=LATER, not_before=EARLIER)
    client.set_secret("first", "one")
    first, second = client.list_properties_of_secrets()
    assert (first.name, first.version, first.id) == ("first", None, f"https://{HOST}/secrets/first")
    assert (second.name, second.content_type, second.tags) == ("second", "text", {"a": "b"})
    assert (second.expires_on, second.not_before, second.enabled) == (LATER, EARLIER, True)
    assert list(client.list_properties_of_secret_versions("unknown")) == []


def test_a_list_has_pages_of_25_unless_told_less(client):
    saved = [f"name-{n:02}" for n in range(26)]
    for name in saved:
        client.set_secret(name, "x")
    assert names(client.list_properties_of_secrets()) == saved
    assert [len(list(page)) for page in client.list_properties_of_secrets().by_page()] == [25, 1]
    assert [len(list(page)) for page in client.list_properties_of_secrets(max_page_size=13).by_page()] == [13, 13]
    with pytest.raises(HttpResponseError) as refused:
        list(client.list_properties_of_secrets(max_page_size=26))
    assert refusal(refused) == (400, "BadParameter", None)


@pytest.mark.parametrize("what", ["secrets", "versions", "deleted"])
def test_each_list_goes_on_from_page_to_page_and_from_where_another_client_was(connect, what):
    client = connect()
    for n in range(5):
        client.set_secret("name" if what == "versions" else f"name-{n}", "x")
        if what == "deleted":
            delete(client, f"name-{n}")

    def listed(client):
        return {
            "secrets": lambda: client.list_properties_of_secrets(max_page_size=2),
            "versions": lambda: client.list_properties_of_secret_versions("name", max_page_size=2),
            "deleted": lambda: client.list_deleted_secrets(max_page_size=2),
        }[what]()

    every = [one.id for one in listed(client)]
    assert len(set(every)) == 5
    pages = listed(client).by_page()
    assert [one.id for one in next(pages)] == every[:2]
    rest = listed(connect()).by_page(continuation_token=pages.continuation_token)
    assert [[one.id for one in page] for page in rest] == [every[2:4], every[4:]]
    assert rest.continuation_token is None


def test_a_deleted_secret_is_elsewhere_and_its_name_is_taken(client):
    version = client.set_secret("name", "one", content_type="text", tags={"a": "b"}).properties.version
    began = datetime.now(timezone.utc).replace(microsecond=0)
    deleted = delete(client, "name")
    [listed] = client.list_deleted_secrets()
    for one in (deleted, client.get_deleted_secret("name"), listed):
        assert (one.name, one.recovery_id) == ("name", f"https://{HOST}/deletedsecrets/name")
        assert began <= one.deleted_date <= datetime.now(timezone.utc)
        assert one.scheduled_purge_date - one.deleted_date == timedelta(days=90)
        assert (one.properties.content_type, one.properties.tags) == ("text", {"a": "b"})
    assert deleted.properties.version == client.get_deleted_secret("name").properties.version == version
    assert listed.properties.version is None
    assert list(client.list_properties_of_secrets()) == []
    assert list(client.list_properties_of_secret_versions("name")) == []
    for name in ("name", "NAME"):
        with pytest.raises(ResourceExistsError, match="currently in a deleted but recoverable state") as refused:
            client.set_secret(name, "two")
        assert refusal(refused) == (409, "Conflict", "ObjectIsDeletedButRecoverable")


def test_a_recovered_secret_is_what_it_was(client):
    saved = [client.set_secret("name", value, tags={"a": value}).properties for value in ("one", "two")]
    delete(client, "name")
    recovered = recover(client, "name")
    assert (recovered.name, recovered.version, recovered.tags) == ("name", saved[1].version, {"a": "two"})
    assert (recovered.created_on, recovered.updated_on) == (saved[1].created_on, saved[1].updated_on)
    assert [client.get_secret("name", about.version).value for about in saved] == ["one", "two"]
    assert list(client.list_deleted_secrets()) == []


def test_a_purged_secret_is_gone_and_its_name_is_free(client):
    first = client.set_secret("name", "one").properties.version
    delete(client, "name")
    assert client.purge_deleted_secret("name") is None
    assert list(client.list_deleted_secrets()) == []
    for call in (client.get_deleted_secret, client.purge_deleted_secret, client.get_secret):
        with pytest.raises(ResourceNotFoundError):
            call("name")
    second = client.set_secret("name", "two").properties.version
    assert [about.version for about in client.list_properties_of_secret_versions("name")] == [second] != [first]


@pytest.fixture
def slowly(monkeypatch, alone):
    """A deletion takes half a second, as it does when nothing else is said."""
    monkeypatch.delenv("PRACTICE_CLOUD_DELETE_SECONDS")


def test_a_client_waits_for_what_takes_its_time(slowly, client):
    client.set_secret("name", "one")
    for change, elsewhere in ((delete, client.get_deleted_secret), (recover, client.get_secret)):
        began = time.monotonic()
        assert change(client, "name", _polling_interval=0.1).name == "name"
        assert time.monotonic() - began > 0.4
        assert elsewhere("name").name == "name"


@pytest.mark.parametrize("kind", ["sync"])
def test_result_does_not_wait_and_wait_does(slowly, client, monkeypatch):
    began = clock.wall_time()

    def seconds_later(seconds):
        monkeypatch.setattr(clock, "wall_time", lambda: began + seconds)

    seconds_later(0)
    client.set_secret("name", "one")
    poller = client.begin_delete_secret("name", _polling_interval=0.05)
    assert poller.result().name == "name"
    poller.wait(timeout=0.2)
    assert (poller.done(), poller.status()) == (False, "polling")
    with pytest.raises(ResourceNotFoundError, match="Deleted Secret not found: name"):
        client.get_deleted_secret("name")
    with pytest.raises(HttpResponseError) as refused:
        client.purge_deleted_secret("name")
    assert refusal(refused) == (409, "Conflict", "ObjectIsBeingDeleted")
    seconds_later(0.6)
    poller.wait()
    assert client.get_deleted_secret("name").name == "name"
    poller = client.begin_recover_deleted_secret("name", _polling_interval=0.05)
    assert poller.result().name == "name"
    with pytest.raises(ResourceNotFoundError):
        client.get_secret("name")
    seconds_later(1.2)
    poller.wait()
    assert client.get_secret("name").value == "one"


def test_a_backup_brings_back_every_version_after_a_purge(client):
    said = {"content_type": "text", "tags": {"größe": "四"}, "not_before": EARLIER, "expires_on": LATER}
    client.set_secret("name", "one", **said)
    client.set_secret("name", "Grüße, 秘密")

    def described():
        return {
            about.version: (about.created_on, about.updated_on, *(getattr(about, key) for key in said))
            for about in client.list_properties_of_secret_versions("name")
        }

    before = described()
    values = {version: client.get_secret("name", version).value for version in before}
    latest = client.get_secret("name").properties.version
    backup = client.backup_secret("name")
    assert backup.startswith(b")AzureKeyVaultSecretBackupV1.microsoft.com")
    delete(client, "name")
    client.purge_deleted_secret("name")
    restored = client.restore_secret_backup(backup)
    assert (restored.name, restored.version) == ("name", latest)
    assert described() == before
    assert {version: client.get_secret("name", version).value for version in before} == values


def test_a_backup_goes_to_another_vault(connect, second_vault):
    client, second = connect(), connect(second_vault)
    version = client.set_secret("name", "one").properties.version
    restored = second.restore_secret_backup(client.backup_secret("name"))
    assert (restored.id, restored.vault_url) == (
        f"https://{second_vault}/secrets/name/{version}",
        f"https://{second_vault}",
    )
    assert restored.recovery_level == "CustomizedRecoverable+Purgeable"
    assert (second.get_secret("name").value, client.get_secret("name").value) == ("one", "one")


def test_a_backup_that_was_changed_is_refused(client):
    client.set_secret("name", "one")
    backup = client.backup_secret("name")
    delete(client, "name")
    client.purge_deleted_secret("name")
    middle = len(backup) * 2 // 3
    changed = backup[:middle] + (b"B" if backup[middle : middle + 1] == b"A" else b"A") + backup[middle + 1 :]
    for broken in (changed, backup[: len(backup) // 2], b"", b"no backup at all"):
        with pytest.raises(HttpResponseError, match="Backup blob contains invalid or corrupt version") as refused:
            client.restore_secret_backup(broken)
        assert refusal(refused) == (400, "Malformed backup blob", None)
    assert list(client.list_properties_of_secrets()) == []


@pytest.mark.parametrize("deleted", [False, True])
def test_a_backup_is_refused_while_its_name_is_taken(client, deleted):
    version = client.set_secret("name", "one").properties.version
    backup = client.backup_secret("name")
    if deleted:
        delete(client, "name")
    words = f"There was a conflict restoring the secret 'https://{HOST}/secrets/name/{version}'"
    with pytest.raises(ResourceExistsError, match=words) as taken:
        client.restore_secret_backup(backup)
    assert refusal(taken) == (409, "Conflict", None)


NOT_FOUND = (404, "SecretNotFound", None)
ILLEGAL = (400, "BadParameter", None)
TOO_LARGE = (400, "BadParameter", "SecretTooLarge")
REFUSED = {
    "get what is not there": (NOT_FOUND, lambda client: client.get_secret("nothing")),
    "get a version that is not there": (NOT_FOUND, lambda client: client.get_secret("name", "0" * 32)),
    "update what is not there": (NOT_FOUND, lambda client: client.update_secret_properties("nothing", tags={})),
    "update a version that is not there": (
        NOT_FOUND,
        lambda client: client.update_secret_properties("name", "0" * 32, tags={}),
    ),
    "delete what is not there": (NOT_FOUND, lambda client: delete(client, "nothing")),
    "get as deleted what is active": (NOT_FOUND, lambda client: client.get_deleted_secret("name")),
    "recover what is active": (NOT_FOUND, lambda client: recover(client, "name")),
    "purge what is active": (NOT_FOUND, lambda client: client.purge_deleted_secret("name")),
    "back up what is not there": (NOT_FOUND, lambda client: client.backup_secret("nothing")),
    "set an illegal name": (ILLEGAL, lambda client: client.set_secret("under_score", "x")),
    "set a name with a slash": (ILLEGAL, lambda client: client.set_secret("a/b", "x")),
    "set too long a name": (ILLEGAL, lambda client: client.set_secret("a" * 128, "x")),
    "set too long a value": (TOO_LARGE, lambda client: client.set_secret("large", "x" * 25_601)),
    "set far too long a value": (TOO_LARGE, lambda client: client.set_secret("large", "x" * 2_000_000)),
}


# aiohttp does not like to be given two megabytes at once, which is what the SDK does with them.
@pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")
def test_what_cannot_be_done_is_refused_in_the_services_words(client):
    client.set_secret("name", "one")
    told = {}
    for what, (expected, ask) in REFUSED.items():
        with pytest.raises(ResourceNotFoundError if expected == NOT_FOUND else HttpResponseError) as refused:
            ask(client)
        told[what] = refusal(refused)
        assert refused.value.message.startswith(f"({expected[1]}) "), what
    assert told == {what: expected for what, (expected, _) in REFUSED.items()}
    assert names(client.list_properties_of_secrets()) == ["name"]


def test_every_api_version_of_the_client_is_answered(connect):
    for version in ApiVersion:
        client = connect(api_version=version)
        name = "under-" + version.value.replace(".", "-")
        asked = []

        def hook(request, asked=asked):
            asked.append(request.http_request.url)

        saved = client.set_secret(name, "one", tags={"a": "b"}, raw_request_hook=hook)
        assert client.get_secret(name, saved.properties.version, raw_request_hook=hook).value == "one"
        assert names(client.list_properties_of_secrets(raw_request_hook=hook)) == [name]
        assert delete(client, name, raw_request_hook=hook).name == name
        assert name in names(client.list_deleted_secrets(raw_request_hook=hook))
        assert len(asked) == 6  # the deletion takes two
        assert all(url.endswith(f"?api-version={version.value}") for url in asked)


def test_another_api_version_is_refused(connect):
    client = connect(api_version="1999-01-01")
    with pytest.raises(HttpResponseError, match=r"The specified version \(1999-01-01\) is not recognized") as refused:
        client.get_secret("name")
    assert refusal(refused) == (400, "BadParameter", None)


def test_a_request_of_ones_own_goes_through_the_client(client):
    saved = client.send_request(HttpRequest("PUT", "secrets/name", json={"value": "one"}))
    saved.raise_for_status()
    assert saved.json()["value"] == "one"
    got = client.send_request(HttpRequest("GET", f"https://{HOST}/secrets/name?api-version=7.0"))
    assert (got.status_code, got.json()["id"]) == (200, saved.json()["id"])
    refused = client.send_request(HttpRequest("GET", "secrets/nothing"))
    assert (refused.status_code, refused.json()["error"]["code"]) == (404, "SecretNotFound")
    with pytest.raises(HttpResponseError, match="SecretNotFound"):
        refused.raise_for_status()


def test_a_closed_client_asks_nothing_more(connect):
    client = connect()
    client.set_secret("name", "one")
    client.close()
    with pytest.raises(ValueError, match="transport has already been closed"):
        client.get_secret("name")


def test_a_client_opens_and_closes_with_its_block(started):
    url = f"https://{HOST}"
    with DefaultAzureCredential() as credential, SecretClient(url, credential) as client:
        client.set_secret("name", "one")
    with pytest.raises(ValueError, match="transport has already been closed"):
        client.get_secret("name")

    async def main():
        trust = trusting()
        async with (
            AsyncDefaultAzureCredential(**trust) as credential,
            AsyncSecretClient(url, credential, **trust) as client,
        ):
            assert (await client.get_secret("name")).value == "one"
        with pytest.raises(ValueError, match="transport has already been closed"):
            await client.get_secret("name")

    asyncio.run(main())


@pytest.fixture
def wrong_client_secret(started):
    """The environment that leads to the practice cloud has a wrong client secret."""
    with pytest.MonkeyPatch.context() as changed:
        changed.setenv("AZURE_CLIENT_SECRET", "wrong")
        yield


def test_a_wrong_client_secret_is_refused(wrong_client_secret, client):
    with pytest.raises(ClientAuthenticationError, match="AADSTS7000215"):
        client.get_secret("name")


@pytest.mark.parametrize("kind", ["sync"])
def test_a_vault_that_was_never_created_fails_as_a_name_that_does_not_resolve(connect):
    client = connect("no-such-vault.vault.azure.net", retry_total=2)
    began = time.monotonic()
    with pytest.raises(ServiceRequestError):
        client.get_secret("name")
    assert time.monotonic() - began > 0.5  # it tries again, as on Azure


SYNC_PROGRAM = """
import json, os
from azure.identity import DefaultAzureCredential
from azure.keyvault.secrets import SecretClient
client = SecretClient(f"https://{os.environ['KEY_VAULT_NAME']}.vault.azure.net", DefaultAzureCredential())
client.set_secret("name", "value")
print(client.get_secret("name").value)
"""
ASYNC_PROGRAM = """
import asyncio, os
from azure.identity.aio import DefaultAzureCredential
from azure.keyvault.secrets.aio import SecretClient
async def main():
    url = f"https://{os.environ['KEY_VAULT_NAME']}.vault.azure.net"
    async with DefaultAzureCredential() as credential, SecretClient(url, credential) as client:
        await client.set_secret("name", "value")
        print((await client.get_secret("name")).value)
asyncio.run(main())
"""
MISLEADING = {
    "NO_PROXY": "*",
    "no_proxy": "azure.net",
    "AZURE_TOKEN_CREDENTIALS": "dev",
    "https_proxy": "http://127.0.0.1:1",
    "AZURE_AUTHORITY_HOST": "login.windows.net",
}


@pytest.mark.parametrize("program", [SYNC_PROGRAM, ASYNC_PROGRAM], ids=["sync", "async"])
def test_a_program_needs_nothing_but_the_environment(run_python, program):
    with PracticeCloud() as cloud:
        said = run_python("-c", program, env=cloud.environment({**os.environ, **MISLEADING}))
    assert (said.stdout, said.stderr) == ("value\n", "")


def test_a_process_that_starts_the_practice_cloud_itself_needs_nothing_else(run_python):
    said = run_python("-c", "from helpers import practice; practice.start()" + ASYNC_PROGRAM)
    assert (said.stdout, said.stderr) == ("value\n", "")
