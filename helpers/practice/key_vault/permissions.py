"""Who may do what in a vault: what each operation takes, and whether the caller has it, by role or by access policy."""

import json
import sqlite3
from dataclasses import dataclass

from .. import roles
from ..defaults import vault_scope
from ..store import Store
from . import errors


@dataclass(frozen=True)
class Caller:
    """Who sent a request, as the token says."""

    object_id: str
    client_id: str
    issuer: str

    def __str__(self) -> str:
        return f"appid={self.client_id};oid={self.object_id};iss={self.issuer}"


@dataclass(frozen=True)
class Permission:
    """What an operation takes: a word in an access policy, or a data action of a role."""

    policy: str
    action: str


# Roles: "Azure permissions for Security" (Microsoft.KeyVault). Policies: each operation's page in the REST reference.
GET = Permission("get", "getSecret/action")
SET = Permission("set", "setSecret/action")
UPDATE = Permission("set", "update/action")
LIST = Permission("list", "readMetadata/action")
GET_DELETED = Permission("get", "readMetadata/action")
DELETE = Permission("delete", "delete")
RECOVER = Permission("recover", "recover/action")
PURGE = Permission("purge", "purge/action")
BACKUP = Permission("backup", "backup/action")
RESTORE = Permission("restore", "restore/action")


def vault_exists(store: Store, name: str) -> bool:
    """Whether there is a vault of this name that is not deleted (and so whether its host name resolves)."""
    with store.reading() as connection:
        found = connection.execute("SELECT 1 FROM vaults WHERE name = ? AND deleted_on IS NULL", (name,))
        return found.fetchone() is not None


def check(store: Store, name: str, caller: Caller, permission: Permission | None, secret: str = "") -> None:
    """See whether a caller may do something in a vault, or with one of its secrets. None takes no permission.

    Raises:
        ServiceError: they may not, or there is no such vault.
    """
    with store.reading() as connection:
        vault = connection.execute("SELECT * FROM vaults WHERE name = ? AND deleted_on IS NULL", (name,)).fetchone()
        if vault is None:
            raise errors.no_such_vault(name)
        if permission is None:
            return
        if vault["uses_roles"]:
            _check_roles(connection, vault, caller, permission, secret)
        else:
            _check_policies(connection, vault, caller, permission)


def _check_roles(
    connection: sqlite3.Connection, vault: sqlite3.Row, caller: Caller, permission: Permission, secret: str
) -> None:
    resource = vault_scope(vault["resource_group"], vault["name"]) + (f"/secrets/{secret}" if secret else "")
    action = f"Microsoft.KeyVault/vaults/secrets/{permission.action}"
    if not roles.allows(connection, caller.object_id, action, resource, data=True):
        raise errors.forbidden_by_rbac(caller, action, resource, vault)


def _check_policies(connection: sqlite3.Connection, vault: sqlite3.Row, caller: Caller, permission: Permission) -> None:
    found = connection.execute(
        "SELECT permissions FROM policies WHERE vault = ? AND object_id = ?", (vault["name"], caller.object_id)
    ).fetchone()
    granted = [] if found is None else json.loads(found["permissions"]).get("secrets", [])
    if not {permission.policy, "all"} & {str(word).lower() for word in granted}:
        raise errors.forbidden_by_policy(caller, permission.policy, vault)
