"""Azure's own Python SDK, unmodified, against the practice cloud: each test reads as what a learner may do."""

import json
import os
import time
from datetime import datetime, timezone

import pytest
from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ResourceExistsError,
    ResourceNotFoundError,
    ServiceRequestError,
)
from azure.identity import DefaultAzureCredential
from azure.keyvault.secrets import SecretClient

from helpers.practice import PracticeCloud


@pytest.fixture
def secrets(started):
    url = f"https://{os.environ['KEY_VAULT_NAME']}.vault.azure.net"
    with DefaultAzureCredential() as credential, SecretClient(url, credential) as client:
        yield client


def test_a_secret_is_set_and_got(secrets):
    expires = datetime(2030, 1, 1, tzinfo=timezone.utc)
    saved = secrets.set_secret("name", "one", content_type="text", tags={"a": "b"}, expires_on=expires)
    assert (saved.name, saved.value) == ("name", "one")
    got = secrets.get_secret("name")
    assert (got.value, got.properties.content_type, got.properties.tags) == ("one", "text", {"a": "b"})
    assert (got.properties.expires_on, got.properties.enabled) == (expires, True)
    assert got.properties.vault_url == "https://practice-vault.vault.azure.net"
    assert got.properties.version == saved.properties.version
    assert got.properties.recoverable_days == 90


def test_each_version_is_kept(secrets):
    first = secrets.set_secret("name", "one").properties.version
    second = secrets.set_secret("name", "two").properties.version
    assert secrets.get_secret("name").value == "two"
    assert secrets.get_secret("name", first).value == "one"
    listed = [properties.version for properties in secrets.list_properties_of_secret_versions("name")]
    assert sorted(listed) == sorted([first, second])


def test_a_list_goes_on_over_all_its_pages(secrets):
    for n in range(7):
        secrets.set_secret(f"name-{n}", "x")
    pages = [[one.name for one in page] for page in secrets.list_properties_of_secrets(max_page_size=3).by_page()]
    assert pages == [["name-0", "name-1", "name-2"], ["name-3", "name-4", "name-5"], ["name-6"]]
    assert len(list(secrets.list_properties_of_secrets())) == 7


def test_what_is_said_of_a_secret_can_be_changed(secrets):
    secrets.set_secret("name", "one")
    changed = secrets.update_secret_properties("name", content_type="text", enabled=False)
    assert (changed.content_type, changed.enabled) == ("text", False)
    with pytest.raises(HttpResponseError) as refused:
        secrets.get_secret("name")
    assert refused.value.status_code == 403
    assert refused.value.error.innererror["code"] == "SecretDisabled"


def test_a_delete_takes_half_a_second_and_only_wait_waits_for_it(secrets):
    secrets.set_secret("name", "one")
    began = time.monotonic()
    poller = secrets.begin_delete_secret("name", _polling_interval=0.1)
    deleted = poller.result()
    assert time.monotonic() - began < 0.4
    assert deleted.name == "name"
    with pytest.raises(ResourceNotFoundError, match="Deleted Secret not found: name"):
        secrets.get_deleted_secret("name")
    poller.wait()
    assert 0.4 < time.monotonic() - began < 2
    assert secrets.get_deleted_secret("name").recovery_id.endswith("/deletedsecrets/name")
    assert [one.name for one in secrets.list_deleted_secrets()] == ["name"]
    with pytest.raises(ResourceNotFoundError):
        secrets.get_secret("name")


def test_a_deleted_name_is_taken(secrets):
    secrets.set_secret("name", "one")
    secrets.begin_delete_secret("name", _polling_interval=0.1).wait()
    with pytest.raises(ResourceExistsError, match=r"\(Conflict\) Secret name is currently in a deleted but") as refused:
        secrets.set_secret("name", "two")
    assert refused.value.error.innererror["code"] == "ObjectIsDeletedButRecoverable"


def test_an_expired_secret_is_still_given(secrets):
    secrets.set_secret("name", "one", expires_on=datetime(2001, 1, 1, tzinfo=timezone.utc))
    assert secrets.get_secret("name").value == "one"


@pytest.mark.parametrize(("name", "value"), [("not_legal", "x"), ("name", "x" * 25_601), ("name", "x" * 2_000_000)])
def test_an_impossible_name_or_value_is_refused(secrets, name, value):
    with pytest.raises(HttpResponseError) as refused:
        secrets.set_secret(name, value)
    assert refused.value.status_code == 400
    assert refused.value.error.code == "BadParameter"


def test_a_missing_secret_is_told(secrets):
    with pytest.raises(ResourceNotFoundError, match=r"A secret with \(name/id\) nothing was not found"):
        secrets.get_secret("nothing")


def test_a_wrong_client_secret_is_refused(started, monkeypatch):
    monkeypatch.setenv("AZURE_CLIENT_SECRET", "wrong")
    with DefaultAzureCredential() as credential, pytest.raises(ClientAuthenticationError, match="AADSTS7000215"):
        credential.get_token("https://vault.azure.net/.default")


def test_a_vault_that_was_never_created_fails_as_a_name_that_does_not_resolve(started):
    url = "https://no-such-vault.vault.azure.net"
    with DefaultAzureCredential() as credential, SecretClient(url, credential, retry_total=2) as client:
        began = time.monotonic()
        with pytest.raises(ServiceRequestError):
            client.get_secret("name")
        assert time.monotonic() - began > 0.5  # it tries again, as on Azure


def test_the_client_needs_nothing_but_the_environment(run_python):
    program = """
import json, os
from azure.identity import DefaultAzureCredential
from azure.keyvault.secrets import SecretClient
client = SecretClient(f"https://{os.environ['KEY_VAULT_NAME']}.vault.azure.net", DefaultAzureCredential())
client.set_secret("name", "value")
print(json.dumps([client.get_secret("name").value, [one.name for one in client.list_properties_of_secrets()]]))
client.begin_delete_secret("name", _polling_interval=0.1).wait()
print(client.get_deleted_secret("name").name)
"""
    misleading = {"NO_PROXY": "*", "no_proxy": "azure.net", "AZURE_TOKEN_CREDENTIALS": "dev",
                  "https_proxy": "http://127.0.0.1:1", "AZURE_AUTHORITY_HOST": "login.windows.net"}  # fmt: skip
    with PracticeCloud() as cloud:
        said = run_python("-c", program, env=cloud.environment({**os.environ, **misleading}))
    first, second = said.stdout.splitlines()
    assert json.loads(first) == ["value", ["name"]]
    assert second == "name"


def test_the_asynchronous_client_works_as_well(run_python):
    program = """
import asyncio, os
from helpers import practice
practice.start()
from azure.identity.aio import DefaultAzureCredential
from azure.keyvault.secrets.aio import SecretClient
async def main():
    url = f"https://{os.environ['KEY_VAULT_NAME']}.vault.azure.net"
    async with DefaultAzureCredential() as credential, SecretClient(url, credential) as client:
        await client.set_secret("name", "value")
        print((await client.get_secret("name")).value)
        await client.delete_secret("name")
        print((await client.get_deleted_secret("name")).name)
asyncio.run(main())
"""
    said = run_python("-c", program)
    assert (said.stdout, said.stderr) == ("value\nname\n", "")
