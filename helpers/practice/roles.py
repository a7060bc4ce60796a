"""Azure's roles (RBAC): what each may do, who has which, and where.

The definitions are those of Azure's built-in roles ("Azure built-in roles" in its documentation), as far as the
practice cloud has what they speak of.
"""

import re
import sqlite3
import uuid
from dataclasses import dataclass
from functools import lru_cache

from . import clock, conditions

OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
ACCESS_ADMINISTRATOR = "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9"
VAULT_CONTRIBUTOR = "f25e0fa2-a7c8-4377-a976-54943a77a395"
VAULT_ADMINISTRATOR = "00482a5a-887f-4fb3-b363-3b7fe8e74483"
VAULT_READER = "21090545-7ca7-4776-b22c-e363652d74d2"
SECRETS_OFFICER = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7"
SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6"

_VAULTS = "Microsoft.KeyVault/vaults"


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
        Role(OWNER, "Owner", "Everything on resources, and who may do what; nothing of the data.", ("*",)),
        Role(
            CONTRIBUTOR,
            "Contributor",
            "Everything on resources, but not who may do what; nothing of the data.",
            ("*",),
            ("Microsoft.Authorization/*/delete", "Microsoft.Authorization/*/write"),
        ),
        Role(READER, "Reader", "View resources; nothing of the data.", ("*/read",)),
        Role(
            ACCESS_ADMINISTRATOR,
            "User Access Administrator",
            "Say who may do what.",
            ("*/read", "Microsoft.Authorization/*"),
        ),
        Role(
            VAULT_CONTRIBUTOR,
            "Key Vault Contributor",
            "Manage vaults, but not who may do what; nothing of the data.",
            ("Microsoft.KeyVault/*", "Microsoft.Resources/subscriptions/resourceGroups/read"),
            ("Microsoft.KeyVault/locations/deletedVaults/purge/action",),
        ),
        Role(
            VAULT_ADMINISTRATOR,
            "Key Vault Administrator",
            "Everything with the data of a vault: keys, certificates and secrets.",
            (f"{_VAULTS}/read", "Microsoft.KeyVault/locations/deletedVaults/read"),
            (),
            (f"{_VAULTS}/*",),
        ),
        Role(
            VAULT_READER,
            "Key Vault Reader",
            "View what a vault holds, but no value of a secret.",
            (f"{_VAULTS}/read", "Microsoft.KeyVault/locations/deletedVaults/read"),
            (),
            (f"{_VAULTS}/*/read", f"{_VAULTS}/secrets/readMetadata/action"),
        ),
        Role(
            SECRETS_OFFICER,
            "Key Vault Secrets Officer",
            "Everything with the secrets of a vault.",
            (f"{_VAULTS}/read", "Microsoft.KeyVault/locations/deletedVaults/read"),
            (),
            (f"{_VAULTS}/secrets/*",),
        ),
        Role(
            SECRETS_USER,
            "Key Vault Secrets User",
            "Read secrets, values included.",
            (),
            (),
            (f"{_VAULTS}/secrets/getSecret/action", f"{_VAULTS}/secrets/readMetadata/action"),
        ),
    )
}


def allows(connection: sqlite3.Connection, object_id: str, action: str, resource: str, data: bool = False) -> bool:
    """Whether one of a principal's roles, here or further up, allows an action on a resource (or on its data)."""
    held = connection.execute(
        "SELECT scope, role FROM assignments WHERE object_id = ? AND effective_on <= ?", (object_id, clock.real())
    )
    return any(_covers(scope, resource) and _role_allows(role, action, data) for scope, role in held)


def assign(connection: sqlite3.Connection, object_id: str, role: str, scope: str, id: str | None = None) -> None:
    """Give a principal a role on a scope. A role that it has there already stays as it is."""
    effective_on = clock.real() + conditions.current().role_delay
    connection.execute(
        "INSERT OR IGNORE INTO assignments VALUES (?, ?, ?, ?, ?, ?)",
        (id or str(uuid.uuid4()), scope, object_id, role, clock.now(), effective_on),
    )


def _covers(scope: str, resource: str) -> bool:
    scope, resource = scope.rstrip("/").lower(), resource.lower()
    return resource == scope or resource.startswith(f"{scope}/")


@lru_cache(maxsize=1024)
def _role_allows(role_id: str, action: str, data: bool) -> bool:
    role = ROLES.get(role_id)
    if role is None:
        return False
    if data:
        return _matches(role.data_actions, action)
    return _matches(role.actions, action) and not _matches(role.not_actions, action)


def _matches(patterns: tuple[str, ...], action: str) -> bool:
    return any(
        re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), action, re.IGNORECASE) for pattern in patterns
    )
