"""Azure's roles (RBAC) and what each of them allows. Who has which is `state.assignments`'s.

The definitions are those of Azure's built-in roles ("Azure built-in roles" in its documentation).
"""

import re
from dataclasses import dataclass
from functools import lru_cache

OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
ACCESS_ADMINISTRATOR = "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9"
VAULT_CONTRIBUTOR = "f25e0fa2-a7c8-4377-a976-54943a77a395"
VAULT_ADMINISTRATOR = "00482a5a-887f-4fb3-b363-3b7fe8e74483"
VAULT_READER = "21090545-7ca7-4776-b22c-e363652d74d2"
SECRETS_OFFICER = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7"
SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6"
BLOB_OWNER = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b"
BLOB_CONTRIBUTOR = "ba92f5b4-2d11-453d-a403-e96b0029c9fe"
BLOB_READER = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"

_VAULTS = "Microsoft.KeyVault/vaults"
_BLOB_SERVICES = "Microsoft.Storage/storageAccounts/blobServices"

# What the roles for the data of vaults may do on resources: find the vault, and see who may do what.
_FIND_VAULTS = (
    "Microsoft.Authorization/*/read",
    "Microsoft.Insights/alertRules/*",
    "Microsoft.Resources/deployments/*",
    "Microsoft.Resources/subscriptions/resourceGroups/read",
    "Microsoft.Support/*",
    "Microsoft.KeyVault/checkNameAvailability/read",
    "Microsoft.KeyVault/deletedVaults/read",
    "Microsoft.KeyVault/locations/*/read",
    "Microsoft.KeyVault/vaults/*/read",
    "Microsoft.KeyVault/operations/read",
)
_ONLY_WITH_ROLES = "Only works for key vaults that use the 'Azure role-based access control' permission model."


@dataclass(frozen=True)
class Role:
    """A role definition: what it allows on resources, and what on the data in them. `*` stands for anything."""

    id: str
    name: str
    description: str
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()


ROLES = {
    role.id: role
    for role in (
        Role(
            OWNER,
            "Owner",
            "Grants full access to manage all resources, including the ability to assign roles in Azure RBAC.",
            ("*",),
        ),
        Role(
            CONTRIBUTOR,
            "Contributor",
            "Grants full access to manage all resources, but does not allow you to assign roles in Azure RBAC, manage "
            "assignments in Azure Blueprints, or share image galleries.",
            ("*",),
            (
                "Microsoft.Authorization/*/Delete",
                "Microsoft.Authorization/*/Write",
                "Microsoft.Authorization/elevateAccess/Action",
                "Microsoft.Blueprint/blueprintAssignments/write",
                "Microsoft.Blueprint/blueprintAssignments/delete",
                "Microsoft.Compute/galleries/share/action",
                "Microsoft.Purview/consents/write",
                "Microsoft.Purview/consents/delete",
            ),
        ),
        Role(READER, "Reader", "View all resources, but does not allow you to make any changes.", ("*/read",)),
        Role(
            ACCESS_ADMINISTRATOR,
            "User Access Administrator",
            "Lets you manage user access to Azure resources.",
            ("*/read", "Microsoft.Authorization/*", "Microsoft.Support/*"),
        ),
        Role(
            VAULT_CONTRIBUTOR,
            "Key Vault Contributor",
            "Lets you manage key vaults, but not access to them.",
            (
                "Microsoft.Authorization/*/read",
                "Microsoft.Insights/alertRules/*",
                "Microsoft.KeyVault/*",
                "Microsoft.Resources/deployments/*",
                "Microsoft.Resources/subscriptions/resourceGroups/read",
                "Microsoft.Support/*",
            ),
            (
                "Microsoft.KeyVault/locations/deletedVaults/purge/action",
                "Microsoft.KeyVault/hsmPools/*",
                "Microsoft.KeyVault/managedHsms/*",
            ),
        ),
        Role(
            VAULT_ADMINISTRATOR,
            "Key Vault Administrator",
            "Perform all data plane operations on a key vault and all objects in it, including certificates, keys, and "
            f"secrets. Cannot manage key vault resources or manage role assignments. {_ONLY_WITH_ROLES}",
            _FIND_VAULTS,
            (),
            (f"{_VAULTS}/*",),
        ),
        Role(
            VAULT_READER,
            "Key Vault Reader",
            "Read metadata of key vaults and its certificates, keys, and secrets. Cannot read sensitive values such as "
            f"secret contents or key material. {_ONLY_WITH_ROLES}",
            _FIND_VAULTS,
            (),
            (f"{_VAULTS}/*/read", f"{_VAULTS}/secrets/readMetadata/action"),
        ),
        Role(
            SECRETS_OFFICER,
            "Key Vault Secrets Officer",
            f"Perform any action on the secrets of a key vault, except manage permissions. {_ONLY_WITH_ROLES}",
            _FIND_VAULTS,
            (),
            (f"{_VAULTS}/secrets/*",),
        ),
        Role(
            SECRETS_USER,
            "Key Vault Secrets User",
            f"Read secret contents. {_ONLY_WITH_ROLES}",
            (),
            (),
            (f"{_VAULTS}/secrets/getSecret/action", f"{_VAULTS}/secrets/readMetadata/action"),
        ),
        Role(
            BLOB_OWNER,
            "Storage Blob Data Owner",
            "Allows for full access to Azure Storage blob containers and data, including assigning POSIX access "
            "control.",
            (f"{_BLOB_SERVICES}/containers/*", f"{_BLOB_SERVICES}/generateUserDelegationKey/action"),
            (),
            (f"{_BLOB_SERVICES}/containers/blobs/*",),
        ),
        Role(
            BLOB_CONTRIBUTOR,
            "Storage Blob Data Contributor",
            "Allows for read, write and delete access to Azure Storage blob containers and data",
            (
                f"{_BLOB_SERVICES}/containers/delete",
                f"{_BLOB_SERVICES}/containers/read",
                f"{_BLOB_SERVICES}/containers/write",
                f"{_BLOB_SERVICES}/generateUserDelegationKey/action",
            ),
            (),
            (
                f"{_BLOB_SERVICES}/containers/blobs/delete",
                f"{_BLOB_SERVICES}/containers/blobs/read",
                f"{_BLOB_SERVICES}/containers/blobs/write",
                f"{_BLOB_SERVICES}/containers/blobs/move/action",
                f"{_BLOB_SERVICES}/containers/blobs/add/action",
            ),
        ),
        Role(
            BLOB_READER,
            "Storage Blob Data Reader",
            "Allows for read access to Azure Storage blob containers and data",
            (f"{_BLOB_SERVICES}/containers/read", f"{_BLOB_SERVICES}/generateUserDelegationKey/action"),
            (),
            (f"{_BLOB_SERVICES}/containers/blobs/read",),
        ),
    )
}


def find_by_name(name: str) -> Role | None:
    """The role of this name, in any case."""
    return next((role for role in ROLES.values() if role.name.lower() == name.lower()), None)


@lru_cache(maxsize=1024)
def allows(role_id: str, action: str, data: bool = False) -> bool:
    """Whether a role allows an action on a resource, or on the data in it. A role that is not known allows nothing."""
    role = ROLES.get(role_id)
    if role is None:
        return False
    if data:
        return _matches(role.data_actions, action)
    return _matches(role.actions, action) and not _matches(role.not_actions, action)


def _matches(patterns: tuple[str, ...], action: str) -> bool:
    return any(re.fullmatch(_expression(pattern), action, re.IGNORECASE) for pattern in patterns)


def _expression(pattern: str) -> str:
    # "vaults/*/read" allows "vaults/read" as well: a Key Vault Reader does see the vault.
    parts = [".*".join(map(re.escape, part.split("*"))) for part in pattern.split("/*/")]
    return "/(?:.*/)?".join(parts)
