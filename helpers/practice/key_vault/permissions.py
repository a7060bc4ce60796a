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


def find_vault(store: Store, name: str) -> sqlite3.Row | None:
    """What is known of a vault; None if it was never created, or is deleted (and its host name does not resolve)."""
    with store.reading() as connection:
        return connection.execute("SELECT * FROM vaults WHERE name = ? AND deleted_on IS NULL", (name,)).fetchone()


def check(store: Store, vault: sqlite3.Row, caller: Caller, permission: Permission, secret: str = "") -> None:
    """Raises:
    ServiceError: the caller may not do this, in this vault or with this secret.
    """
    with store.reading() as connection:
        if not vault["uses_roles"]:
            found = connection.execute(
                "SELECT permissions FROM policies WHERE vault = ? AND object_id = ?", (vault["name"], caller.object_id)
            ).fetchone()
            granted = [] if found is None else json.loads(found["permissions"]).get("secrets", [])
            if not {permission.policy, "all"} & {word.lower() for word in granted}:
                raise errors.forbidden_by_policy(caller, permission.policy, vault)
            return
        resource = vault_scope(vault["resource_group"], vault["name"]) + (f"/secrets/{secret}" if secret else "")
        action = f"Microsoft.KeyVault/vaults/secrets/{permission.action}"
        if not roles.allows(connection, caller.object_id, action, resource, data=True):
            raise errors.forbidden_by_rbac(caller, action, resource, vault)
