"""The events that Azure would have sent about a secret by now, for a lesson without Event Grid."""

import os
import uuid
from datetime import datetime, timedelta, timezone
from itertools import zip_longest
from typing import Any

from azure.core.exceptions import AzureError
from azure.identity import DefaultAzureCredential
from azure.keyvault.secrets import SecretClient, SecretProperties

from . import practice
from .error_display import what_to_do
from .errors import NotebookError
from .language import _, in_a_row

NEAR_EXPIRY = timedelta(days=30)  # "Azure Key Vault as Event Grid source" in the documentation: 30 days before


def vault_events(name: str) -> list[dict[str, Any]]:
    """List the events that Azure would have sent about a secret by now, oldest first, in Event Grid's own schema.

    They are made from the versions that the secret has in the vault and their dates, with the vault's clock, which
    `rehearse(days_later=...)` sets ahead. The schema is that of "Azure Key Vault as Event Grid source" in the
    documentation. As there, an event about a date is sent only if its version is the current one at that time.

    Raises:
        NotebookError: The notebook isn't connected, or the vault can't be asked.
    """
    if "KEY_VAULT_NAME" not in os.environ:
        raise NotebookError(_("This notebook isn't connected. Run the cells above first, starting at Connect."))
    vault_url = f"https://{os.environ['KEY_VAULT_NAME']}.vault.azure.net"
    try:
        with SecretClient(vault_url, DefaultAzureCredential()) as client:
            return events_through(client, name)
    except AzureError as error:
        said = _("The events of {name} can't be listed.").format(name=repr(name))
        raise NotebookError(in_a_row(said, what_to_do(error))) from None


def events_through(client: SecretClient, name: str) -> list[dict[str, Any]]:
    """The same, through a client that is there already."""
    versions = sorted(client.list_properties_of_secret_versions(name), key=_created)
    # A vault on Azure has a clock of its own: what it has saved has happened, whatever this computer's clock says.
    now = max([_vault_time(), *map(_created, versions)])
    moments = []
    for version, next_version in zip_longest(versions, versions[1:]):
        moments.append((_created(version), "SecretNewVersionCreated", version))
        replaced = _created(next_version) if next_version else None
        for moment, kind in _about_its_date(version):
            if moment <= now and (replaced is None or moment < replaced):
                moments.append((moment, kind, version))
    moments.sort(key=lambda one: one[0])
    return [_event(*one) for one in moments]


def _about_its_date(version: SecretProperties) -> list[tuple[datetime, str]]:
    """When something is to be said about a version's date, if the version is the current one by then."""
    created, expires, moments = _created(version), version.expires_on, []
    if expires is not None:
        # A version that is saved with fewer than 30 days left is near expiry at once: "Automate the rotation of a
        # secret for resources that have two sets of authentication credentials" in the documentation.
        moments.append((max(created, expires - NEAR_EXPIRY), "SecretNearExpiry"))
        moments.append((max(created, expires), "SecretExpired"))
    return moments


def _created(version: SecretProperties) -> datetime:
    assert version.created_on is not None  # a version that a vault lists has it
    return version.created_on


def _event(moment: datetime, kind: str, version: SecretProperties) -> dict[str, Any]:
    vault = os.environ["KEY_VAULT_NAME"]
    return {
        # The same event has the same ID each time it's listed, as a delivery that Event Grid repeats has.
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{version.id}#{kind}")),
        "topic": _topic(vault),
        "subject": version.name,
        "eventType": f"Microsoft.KeyVault.{kind}",
        "data": {
            "Id": version.id,
            "VaultName": vault,
            "ObjectType": "Secret",
            "ObjectName": version.name,
            "Version": version.version,
            "NBF": _seconds(version.not_before),
            "EXP": _seconds(version.expires_on),
        },
        "dataVersion": "1",
        "metadataVersion": "1",
        "eventTime": f"{moment:%Y-%m-%dT%H:%M:%S}.0000000Z",
    }


def _topic(vault: str) -> str:
    if practice.MARKER in os.environ:
        return practice.vault_scope(practice.DEFAULT_GROUP, vault)
    # The data plane of a vault doesn't say where the vault is.
    return f"/subscriptions/<subscription>/resourceGroups/<group>/providers/Microsoft.KeyVault/vaults/{vault}"


def _seconds(time: datetime | None) -> int | None:
    return None if time is None else int(time.timestamp())


def _vault_time() -> datetime:
    cloud = practice.running()
    if cloud is None:
        return datetime.now(timezone.utc)
    return datetime.fromtimestamp(cloud.conditions.vault_time(), timezone.utc)
