"""A handful of secrets to show a vault with: what a vault holds after a while, with values that are plainly made up."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from azure.identity import DefaultAzureCredential
from azure.keyvault.secrets import SecretClient

from . import practice

TAGS = {"service": "shop", "environment": "demo"}
CURRENT = ("shop-api-key", "shop-database-password", "shop-signing-key")
EXPIRED = "shop-old-certificate-password"
DISABLED = "shop-paused-webhook-key"
DELETED = "shop-retired-password"


def save_samples() -> None:
    """Save the sample secrets in the practice vault that this kernel is connected to.

    Raises:
        AzureError: The vault can't be reached, or refuses.
    """
    vault_url = f"https://{os.environ['KEY_VAULT_NAME']}.vault.azure.net"
    with DefaultAzureCredential() as credential, SecretClient(vault_url, credential) as client, _deleting_at_once():
        for name in CURRENT:
            client.set_secret(name, _value(name), content_type="text/plain", tags=TAGS)
        client.set_secret(CURRENT[-1], _value(f"the-second-{CURRENT[-1]}"), content_type="text/plain", tags=TAGS)
        yesterday = datetime.now(timezone.utc) - timedelta(days=1)
        client.set_secret(EXPIRED, _value(EXPIRED), tags=TAGS, expires_on=yesterday)
        client.set_secret(DISABLED, _value(DISABLED), tags=TAGS, enabled=False)
        client.set_secret(DELETED, _value(DELETED), tags=TAGS)
        client.begin_delete_secret(DELETED).wait()


def _value(name: str) -> str:
    return f"made-up-value-of-{name}"


@contextmanager
def _deleting_at_once() -> Iterator[None]:
    """A client looks only every two seconds whether a deletion is done."""
    cloud = practice.running()
    if cloud is None:  # it's that of the program that started this one
        yield
        return
    earlier = cloud.conditions
    cloud.conditions = replace(earlier, delete_seconds=0)
    try:
        yield
    finally:
        cloud.conditions = earlier
