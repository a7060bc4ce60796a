"""The rules of vaults as resources: made, changed, deleted, recovered and purged. What is in them is `key_vault`'s.

They are those of "Azure Key Vault soft-delete overview" and of "Vaults - Create Or Update" in the REST reference.
"""

import json
import re
import sqlite3
from dataclasses import dataclass
from typing import Any

from .. import clock, roles
from ..defaults import subscription_scope, vault_scope
from . import errors

DEFAULT_RETENTION_DAYS = 90

# Letters, digits and single dashes; a letter first, no dash last.
_NAME = re.compile(r"(?=.{3,24}$)[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*")


@dataclass(frozen=True)
class Vault:
    """A vault. Times are seconds since 1970, UTC; `deleted_on` and `purge_on` are None while it is active."""

    name: str
    group: str
    location: str
    tags: dict[str, str]
    retention_days: int
    purge_protected: bool
    uses_roles: bool
    policies: dict[str, dict[str, list[str]]]  # by object id; by secrets, keys, certificates and storage
    deleted_on: float | None
    purge_on: float | None

    @property
    def id(self) -> str:
        """Its resource id."""
        return vault_scope(self.group, self.name)

    @property
    def deleted_id(self) -> str:
        """Its resource id while it is deleted."""
        return deleted_scope(self.location, self.name)


@dataclass(frozen=True)
class Asked:
    """What a request says a vault is to be; None leaves it as it is, or as a new vault has it."""

    location: str
    tags: dict[str, str] | None = None
    retention_days: int | None = None
    purge_protected: bool | None = None
    uses_roles: bool | None = None
    policies: dict[str, dict[str, list[str]]] | None = None


def deleted_scope(location: str, name: str) -> str:
    """The resource id of a deleted vault of this name, whether there is one or not."""
    return f"{subscription_scope()}/providers/Microsoft.KeyVault/locations/{location}/deletedVaults/{name}"


def every(connection: sqlite3.Connection, group: str | None = None) -> list[Vault]:
    """The active vaults, or those of one group, in order of their names."""
    found = connection.execute(
        "SELECT * FROM vaults WHERE deleted_on IS NULL AND ifnull(?1, resource_group) = resource_group ORDER BY name",
        (group,),
    )
    return [_vault(connection, row) for row in found.fetchall()]


def find(connection: sqlite3.Connection, group: str, name: str) -> Vault:
    """The active vault of this name in a group.

    Raises:
        ServiceError: there is none.
    """
    vault = _row(connection, name)
    if vault is None or vault.deleted_on is not None or vault.group.lower() != group.lower():
        raise errors.vault_not_found(group, name)
    return vault


def create(connection: sqlite3.Connection, group: str, name: str, asked: Asked) -> Vault:
    """Make a vault. Like those of today's API it uses roles, unless it is told to use access policies.

    Raises:
        ServiceError: the name cannot be used.
    """
    if not _NAME.fullmatch(name):
        raise errors.invalid_vault_name(name)
    there = _row(connection, name)
    if there is not None:
        same_place = there.deleted_on is not None and there.group.lower() == group.lower()
        raise errors.vault_is_deleted() if same_place else errors.vault_name_taken(name)
    connection.execute(
        "INSERT INTO vaults (name, resource_group, location, tags, retention_days, purge_protected, uses_roles, "
        "created) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            name,
            group,
            asked.location,
            json.dumps(asked.tags or {}),
            DEFAULT_RETENTION_DAYS if asked.retention_days is None else asked.retention_days,
            bool(asked.purge_protected),
            asked.uses_roles is not False,
            clock.now(),
        ),
    )
    _set_policies(connection, name, asked.policies or {})
    return find(connection, group, name)


def update(connection: sqlite3.Connection, vault: Vault, asked: Asked) -> Vault:
    """Change a vault.

    Raises:
        ServiceError: what is asked for cannot change.
    """
    if asked.location != vault.location:
        raise errors.vault_elsewhere(vault.name, vault.location, vault.group, asked.location)
    if asked.retention_days not in (None, vault.retention_days):
        raise errors.retention_stays()
    connection.execute(
        "UPDATE vaults SET tags = ?, purge_protected = ?, uses_roles = ? WHERE name = ?",
        (
            json.dumps(vault.tags if asked.tags is None else asked.tags),
            vault.purge_protected or bool(asked.purge_protected),
            vault.uses_roles if asked.uses_roles is None else asked.uses_roles,
            vault.name,
        ),
    )
    if asked.policies is not None:
        _set_policies(connection, vault.name, asked.policies)
    return find(connection, vault.group, vault.name)


def delete(connection: sqlite3.Connection, vault: Vault) -> None:
    """Delete a vault. It keeps its name and all in it for the retention time; roles on it are gone for good."""
    now = clock.now()
    connection.execute(
        "UPDATE vaults SET deleted_on = ?, purge_on = ? WHERE name = ?",
        (now, now + vault.retention_days * clock.DAY_SECONDS, vault.name),
    )
    roles.take_all(connection, vault.id)


def every_deleted(connection: sqlite3.Connection) -> list[Vault]:
    """The vaults that can still be recovered, in order of their names."""
    _forget_expired(connection)
    found = connection.execute("SELECT * FROM vaults WHERE deleted_on IS NOT NULL ORDER BY name")
    return [_vault(connection, row) for row in found.fetchall()]


def find_deleted(connection: sqlite3.Connection, location: str, name: str) -> Vault:
    """The deleted vault of this name in a location.

    Raises:
        ServiceError: there is none.
    """
    vault = _row(connection, name)
    if vault is None or vault.deleted_on is None or vault.location != location:
        raise errors.deleted_vault_not_found(deleted_scope(location, name))
    return vault


def recover(connection: sqlite3.Connection, group: str, name: str, location: str) -> Vault:
    """Make a deleted vault active again, with all that is in it.

    Raises:
        ServiceError: there is no such deleted vault of this group and location.
    """
    vault = _row(connection, name)
    if vault is None or vault.deleted_on is None or vault.group.lower() != group.lower() or vault.location != location:
        raise errors.nothing_to_recover()
    connection.execute("UPDATE vaults SET deleted_on = NULL, purge_on = NULL WHERE name = ?", (vault.name,))
    return find(connection, group, name)


def purge(connection: sqlite3.Connection, vault: Vault) -> None:
    """Remove a deleted vault for good, and free its name.

    Raises:
        ServiceError: it has purge protection.
    """
    if vault.purge_protected:
        raise errors.purge_not_allowed()
    connection.execute("DELETE FROM vaults WHERE name = ?", (vault.name,))


def _row(connection: sqlite3.Connection, name: str) -> Vault | None:
    _forget_expired(connection)
    row = connection.execute("SELECT * FROM vaults WHERE name = ?", (name,)).fetchone()
    return None if row is None else _vault(connection, row)


def _forget_expired(connection: sqlite3.Connection) -> None:
    # The end of the retention time has purged them; nobody was there to see when.
    connection.execute("DELETE FROM vaults WHERE purge_on <= ?", (clock.now(),))


def _vault(connection: sqlite3.Connection, row: sqlite3.Row) -> Vault:
    policies = connection.execute("SELECT * FROM policies WHERE vault = ? ORDER BY rowid", (row["name"],))
    return Vault(
        name=row["name"],
        group=row["resource_group"],
        location=row["location"],
        tags=json.loads(row["tags"]),
        retention_days=row["retention_days"],
        purge_protected=bool(row["purge_protected"]),
        uses_roles=bool(row["uses_roles"]),
        policies={policy["object_id"]: json.loads(policy["permissions"]) for policy in policies},
        deleted_on=row["deleted_on"],
        purge_on=row["purge_on"],
    )


def _set_policies(connection: sqlite3.Connection, vault: str, policies: dict[str, dict[str, Any]]) -> None:
    connection.execute("DELETE FROM policies WHERE vault = ?", (vault,))
    for object_id, permissions in policies.items():
        connection.execute("INSERT INTO policies VALUES (?, ?, ?)", (vault, object_id, json.dumps(permissions)))
