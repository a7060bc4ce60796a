"""How groups, vaults and roles look as JSON: what an answer says of them, and what a request asks for, checked.

Names and orders are those of the REST reference's own examples.
"""

import uuid
from datetime import datetime, timezone
from typing import Any

from .. import regions
from ..identities import (
    DEFAULT_GROUP,
    LOCATION,
    STORAGE_ACCOUNT,
    SUBSCRIPTION_ID,
    TENANT_ID,
    storage_scope,
    subscription_scope,
)
from ..roles import ROLES, Role
from ..state import principals, vaults
from ..state.assignments import Assignment
from ..state.groups import Group
from ..state.transaction import Transaction
from ..state.vaults import Permissions, Vault
from . import errors
from .networks import asked_network, of_network
from .rules import Asked, definition_id

_POLICY_KINDS = ("keys", "secrets", "certificates", "storage")


def of_subscription() -> dict[str, Any]:
    """The subscription that there is."""
    return {
        "id": subscription_scope(),
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "subscriptionId": SUBSCRIPTION_ID,
        "tenantId": TENANT_ID,
        "displayName": "Practice",
        "state": "Enabled",
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": "PayAsYouGo_2014-09-01",
            "spendingLimit": "Off",
        },
    }


def of_group(group: Group) -> dict[str, Any]:
    """A resource group."""
    return {
        "id": group.id,
        "name": group.name,
        "type": "Microsoft.Resources/resourceGroups",
        "location": group.location,
        "tags": group.tags or None,
        "properties": {"provisioningState": "Succeeded"},
    }


def of_resource(vault: Vault) -> dict[str, Any]:
    """A vault, as far as it is a resource like any other."""
    return {
        "id": vault.id,
        "name": vault.name,
        "type": "Microsoft.KeyVault/vaults",
        "location": vault.location,
        "tags": vault.tags,
    }


def of_vault(state: Transaction, vault: Vault) -> dict[str, Any]:
    """A vault, with all its properties."""
    properties = {
        "sku": {"family": "A", "name": "standard"},
        "tenantId": TENANT_ID,
        "networkAcls": of_network(vault.network),
        "accessPolicies": of_policies(vaults.policies(state, vault)),
        "enabledForDeployment": False,
        "enableSoftDelete": True,
        "softDeleteRetentionInDays": vault.retention_days,
        "enableRbacAuthorization": vault.uses_roles,
        "vaultUri": f"{vault.url}/",
        "provisioningState": "Succeeded",
        "publicNetworkAccess": "Enabled" if vault.network.public else "Disabled",
    }
    if vault.purge_protected:  # never false: the service leaves it out then
        properties["enablePurgeProtection"] = True
    return {**of_resource(vault), "properties": properties}


def of_storage_account() -> dict[str, Any]:
    """The storage account that there is."""
    return {
        "sku": {"name": "Standard_LRS", "tier": "Standard"},
        "kind": "StorageV2",
        "id": storage_scope(DEFAULT_GROUP, STORAGE_ACCOUNT),
        "name": STORAGE_ACCOUNT,
        "type": "Microsoft.Storage/storageAccounts",
        "location": LOCATION,
        "tags": {},
        "properties": {
            "allowSharedKeyAccess": False,
            "provisioningState": "Succeeded",
            "primaryEndpoints": {"blob": f"https://{STORAGE_ACCOUNT}.blob.core.windows.net/"},
        },
    }


def of_policies(policies: dict[str, Permissions]) -> list[dict[str, Any]]:
    """A vault's access policies."""
    return [
        {"tenantId": TENANT_ID, "objectId": object_id, "permissions": permissions}
        for object_id, permissions in policies.items()
    ]


def of_deleted_vault(vault: Vault) -> dict[str, Any]:
    """A vault that can be recovered."""
    properties: dict[str, Any] = {
        "vaultId": vault.id,
        "location": vault.location,
        "tags": vault.tags,
        "deletionDate": _time(vault.deleted_on),
        "scheduledPurgeDate": _time(vault.purge_on),
    }
    if vault.purge_protected:
        properties["purgeProtectionEnabled"] = True
    return {
        "id": vault.deleted_id,
        "name": vault.name,
        "type": "Microsoft.KeyVault/deletedVaults",
        "properties": properties,
    }


def of_role(role: Role) -> dict[str, Any]:
    """A role definition."""
    permission = {
        "actions": role.actions,
        "notActions": role.not_actions,
        "dataActions": role.data_actions,
        "notDataActions": [],
    }
    return {
        "id": definition_id(role),
        "name": role.id,
        "type": "Microsoft.Authorization/roleDefinitions",
        "properties": {
            "roleName": role.name,
            "type": "BuiltInRole",
            "description": role.description,
            "assignableScopes": ["/"],
            "permissions": [permission],
        },
    }


def of_assignment(state: Transaction, assignment: Assignment) -> dict[str, Any]:
    """A role that somebody has."""
    created = _time(assignment.created)
    principal = principals.find(state, assignment.object_id)
    return {
        "id": f"{assignment.scope}/providers/Microsoft.Authorization/roleAssignments/{assignment.id}",
        "name": assignment.id,
        "type": "Microsoft.Authorization/roleAssignments",
        "properties": {
            "roleDefinitionId": definition_id(ROLES[assignment.role]),
            "principalId": assignment.object_id,
            "principalType": "Unknown" if principal is None else principal.kind,
            "scope": assignment.scope,
            "createdOn": created,
            "updatedOn": created,
        },
    }


def asked_vault(body: dict[str, Any], *, whole: bool = True) -> Asked:
    """What a request asks of a vault. JSON's null stands for "not given".

    Args:
        whole: Whether it describes all of a vault, and so must name its tenant and location.

    Raises:
        ServiceError: it is not what a vault can be.
    """
    properties = properties_in(body)
    if (whole or "tenantId" in properties) and properties.get("tenantId") != TENANT_ID:
        raise errors.invalid_value("tenantId")
    _check_offered(properties)
    if _typed(properties, "enableSoftDelete", bool) is False:
        raise errors.soft_delete_stays()
    purge_protected = _typed(properties, "enablePurgeProtection", bool)
    if purge_protected is False:
        raise errors.purge_protection_stays()
    days = _typed(properties, "softDeleteRetentionInDays", int)
    if days is not None and not 7 <= days <= 90:
        raise errors.invalid_value("softDeleteRetentionInDays")
    return Asked(
        location=location_in(body, "resource type 'Microsoft.KeyVault/vaults'") if whole else None,
        tags=tags_in(body),
        retention_days=days,
        purge_protected=purge_protected,
        uses_roles=_typed(properties, "enableRbacAuthorization", bool),
        policies=None if properties.get("accessPolicies") is None else policies_in(properties),
        network=asked_network(properties),
    )


def _check_offered(properties: dict[str, Any]) -> None:
    """To take a wish and not grant it would teach something wrong: refuse what has no effect here."""
    if str((_typed(properties, "sku", dict) or {}).get("name", "standard")).lower() != "standard":
        raise errors.not_offered("vaults of another SKU than standard")
    for name in ("enabledForDeployment", "enabledForDiskEncryption", "enabledForTemplateDeployment"):
        if properties.get(name):
            raise errors.not_offered(name)


def policies_in(properties: dict[str, Any]) -> dict[str, Permissions]:
    """The access policies that a request names; none if it does not say.

    Raises:
        ServiceError: they are not what access policies can be.
    """
    policies: dict[str, Permissions] = {}
    for policy in _typed(properties, "accessPolicies", list) or []:
        if not isinstance(policy, dict) or policy.get("tenantId") != TENANT_ID:
            raise errors.invalid_value("accessPolicies")
        if policy.get("applicationId"):
            raise errors.not_offered("access policies for an application on behalf of a person")
        permissions = _typed(policy, "permissions", dict) or {}
        kinds = {kind: _typed(permissions, kind, list) or [] for kind in _POLICY_KINDS}
        try:
            policies[str(uuid.UUID(text_in(policy, "objectId")))] = kinds
        except ValueError:
            raise errors.invalid_value("accessPolicies") from None
    return policies


def properties_in(body: dict[str, Any]) -> dict[str, Any]:
    """The properties that a request sets; none if it does not say.

    Raises:
        ServiceError: they are no JSON object.
    """
    properties: dict[str, Any] | None = _typed(body, "properties", dict)
    return properties or {}


def location_in(body: dict[str, Any], of: str) -> str:
    """A region's name, as requests have it, for a group or vault (`of`).

    Raises:
        ServiceError: there is no such region.
    """
    asked = text_in(body, "location")
    location = regions.canonical(asked)
    if location is None:
        raise errors.no_such_location(asked, of, regions.REGIONS)
    return location


def tags_in(body: dict[str, Any]) -> dict[str, str] | None:
    """The tags; None if the request does not say.

    Raises:
        ServiceError: they are not texts.
    """
    tags: dict[str, str] | None = _typed(body, "tags", dict)
    if tags is not None and not all(isinstance(value, str) for value in tags.values()):
        raise errors.invalid_body()
    return tags


def text_in(body: dict[str, Any], name: str) -> str:
    """A text that a request must have.

    Raises:
        ServiceError: there is none, or it is empty.
    """
    text: str | None = _typed(body, name, str)
    if not text:
        raise errors.invalid_body()
    return text


def _typed(body: dict[str, Any], name: str, kind: type) -> Any:
    value = body.get(name)
    if value is not None and (not isinstance(value, kind) or (kind is int and isinstance(value, bool))):
        raise errors.invalid_body()
    return value


def _time(seconds: float | None) -> str:
    assert seconds is not None
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
