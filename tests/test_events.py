"""The events that Azure would have sent: each at its time, about the version that is current then, in the schema."""

import os
import re
from datetime import datetime, timedelta, timezone

import pytest
from azure.identity import DefaultAzureCredential
from azure.keyvault.secrets import SecretClient

from helpers import rehearse, vault_events
from helpers.errors import NotebookError


@pytest.fixture
def client(started):
    """A client of the practice vault of this process."""
    vault_url = f"https://{os.environ['KEY_VAULT_NAME']}.vault.azure.net"
    with SecretClient(vault_url, DefaultAzureCredential()) as client:
        yield client


def kinds(name: str) -> list[str]:
    """Of each event, in order, what it says has happened."""
    return [event["eventType"].removeprefix("Microsoft.KeyVault.Secret") for event in vault_events(name)]


def in_days(days: float) -> datetime:
    return datetime.now(timezone.utc) + timedelta(days=days)


def test_each_is_sent_at_its_time(client) -> None:
    client.set_secret("shop", "fake-value", expires_on=in_days(40))
    for days, sent in {
        0: ["NewVersionCreated"],
        9.9: ["NewVersionCreated"],
        10.1: ["NewVersionCreated", "NearExpiry"],
        39.9: ["NewVersionCreated", "NearExpiry"],
        40.1: ["NewVersionCreated", "NearExpiry", "Expired"],
    }.items():
        rehearse(days_later=days)
        assert kinds("shop") == sent


def test_a_version_that_was_replaced_in_time_is_never_near_expiry(client) -> None:
    client.set_secret("shop", "fake-value", expires_on=in_days(40))
    rehearse(days_later=5)
    client.set_secret("shop", "fake-value", expires_on=in_days(200))
    rehearse(days_later=100)
    assert kinds("shop") == ["NewVersionCreated", "NewVersionCreated"]


def test_a_version_that_was_replaced_late_was_near_expiry_once(client) -> None:
    first = client.set_secret("shop", "fake-value", expires_on=in_days(40)).properties.version
    rehearse(days_later=15)
    client.set_secret("shop", "fake-value", expires_on=in_days(200))
    rehearse(days_later=100)
    assert kinds("shop") == ["NewVersionCreated", "NearExpiry", "NewVersionCreated"]
    assert vault_events("shop")[1]["data"]["Version"] == first


def test_without_30_days_left_it_is_near_expiry_at_once_and_without_a_date_never(client) -> None:
    client.set_secret("soon", "fake-value", expires_on=in_days(20))
    assert kinds("soon") == ["NewVersionCreated", "NearExpiry"]
    client.set_secret("never", "fake-value")
    rehearse(days_later=3000)
    assert kinds("never") == ["NewVersionCreated"]
    assert kinds("nobody-saved-this") == []


def test_an_event_has_what_microsofts_page_says_and_no_value(client) -> None:
    begins, expires = in_days(-1).replace(microsecond=0), in_days(20).replace(microsecond=0)
    saved = client.set_secret("shop", "fake-value", not_before=begins, expires_on=expires)
    event = vault_events("shop")[-1]
    assert event == {
        "id": event["id"],
        "topic": "/subscriptions/44444444-4444-4444-8444-444444444444/resourceGroups/practice-rg/providers/"
        "Microsoft.KeyVault/vaults/practice-vault",
        "subject": "shop",
        "eventType": "Microsoft.KeyVault.SecretNearExpiry",
        "data": {
            "Id": f"https://practice-vault.vault.azure.net/secrets/shop/{saved.properties.version}",
            "VaultName": "practice-vault",
            "ObjectType": "Secret",
            "ObjectName": "shop",
            "Version": saved.properties.version,
            "NBF": int(begins.timestamp()),
            "EXP": int(expires.timestamp()),
        },
        "dataVersion": "1",
        "metadataVersion": "1",
        "eventTime": event["eventTime"],
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z", event["eventTime"])
    assert "fake-value" not in repr(event)


def test_each_has_an_id_of_its_own_that_stays(client) -> None:
    client.set_secret("shop", "fake-value", expires_on=in_days(20))
    ids = [event["id"] for event in vault_events("shop")]
    assert len(set(ids)) == 2
    assert [event["id"] for event in vault_events("shop")] == ids


def test_what_cannot_be_asked_is_told_in_words(client, monkeypatch) -> None:
    with pytest.raises(NotebookError, match="The events of 'not a name' can't be listed"):
        vault_events("not a name")
    with monkeypatch.context() as patch:
        patch.delenv("KEY_VAULT_NAME")
        with pytest.raises(NotebookError, match="Run the cells above first"):
            vault_events("shop")
