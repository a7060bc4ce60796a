"""The rules of a vault's secrets: what may be done with one when, and what comes of it. No HTTP here.

Each function works in one vault, and raises the `ServiceError` that the service would answer with.
"""

import hashlib
import json
import re
import sqlite3
import uuid
from dataclasses import dataclass
from typing import Any

from .. import clock, regions
from ..state import keys
from ..state.transaction import Transaction
from ..state.vaults import Vault
from . import backup, errors

MAX_VALUE_CHARACTERS = 25_600

_NAME = re.compile(r"[0-9a-zA-Z-]{1,127}")

_COLUMNS = """
    secrets.name, secrets.deleted_on, secrets.purge_on, secrets.managed, versions.version, versions.value,
    versions.content_type, versions.tags, versions.enabled, versions.not_before, versions.expires, versions.created,
    versions.updated
"""
_CURRENT = "FROM secrets JOIN versions ON versions.secret = secrets.id AND versions.version = secrets.current"

# Active: neither deleted nor in the moment after a recovery, when a secret is in neither place. (Recorded.)
_ACTIVE = "secrets.deleted_on IS NULL AND ifnull(secrets.settles_on, 0) <= ?"

# Its retention time is over, as the vault's clock says; or it was purged, and its name has stayed for its moment, which
# the clock that a lesson moves has no part in. Nobody need have been there to remove it.
_GONE = "(ifnull(purge_on <= ?, 0) OR current = '' AND settles_on <= ?)"


@dataclass(frozen=True)
class SecretVersion:
    """One version of a secret, with what its secret says about it. Times are seconds since 1970, UTC."""

    name: str
    version: str
    value: str
    content_type: str | None
    tags: dict[str, str] | None
    enabled: bool
    not_before: int | None
    expires: int | None
    created: int
    updated: int
    deleted_on: int | None
    purge_on: int | None
    managed: bool  # it is a certificate's

    def __repr__(self) -> str:
        return f"<SecretVersion {self.name}/{self.version}>"  # never the value


@dataclass(frozen=True)
class Changes:
    """What a request sets of a version; None leaves it as it is, or unset on a new version."""

    content_type: str | None = None
    tags: dict[str, str] | None = None
    enabled: bool | None = None
    not_before: int | None = None
    expires: int | None = None


def set_secret(
    state: Transaction, vault: Vault, name: str, value: str, changes: Changes, *, managed: bool = False
) -> SecretVersion:
    """Save a new version, and with it the secret if it is new; a `managed` one is a certificate's, and is new."""
    _check_name(name)
    if len(value) > MAX_VALUE_CHARACTERS:
        raise errors.value_too_large()
    version = uuid.uuid4().hex
    secret = _row(state, vault, name)
    settling = secret is not None and state.wall_time < (secret["settles_on"] or 0)
    if secret is None:
        secret_id = _add(state, vault, name, version, managed)
    elif secret["deleted_on"] is not None:
        raise errors.name_is_being_deleted(name) if settling else errors.name_is_taken_by_deleted(name)
    elif settling:
        raise errors.name_is_being_recovered(name)
    elif secret["managed"]:
        raise errors.managed_by_certificate("set")
    else:
        secret_id = secret["id"]
        state.execute("UPDATE secrets SET current = ? WHERE id = ?", (version, secret_id))
    state.execute(
        "INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            secret_id,
            version,
            value,
            changes.content_type,
            None if changes.tags is None else json.dumps(changes.tags),
            changes.enabled is not False,
            changes.not_before,
            changes.expires,
            int(state.now),
            int(state.now),
        ),
    )
    return _current(state, secret_id)


def get_secret(state: Transaction, vault: Vault, name: str, version: str = "") -> SecretVersion:
    """A version with its value; the current one if none is named. Works before and after its valid time."""
    _check_name(name)
    row = state.row(
        f"SELECT {_COLUMNS} FROM secrets JOIN versions ON versions.secret = secrets.id "
        "AND versions.version = ifnull(nullif(?, ''), secrets.current) "
        f"WHERE secrets.vault = ? AND secrets.name = ? AND {_ACTIVE}",
        (version, vault.name, name, state.wall_time),
    )
    if row is None:
        raise errors.secret_not_found(f"{name}/{version}" if version else name)
    found = _version(row)
    if not found.enabled:
        raise errors.secret_disabled()
    return found


def update_secret(state: Transaction, vault: Vault, name: str, version: str, changes: Changes) -> SecretVersion:
    """Change what is said about a version, the current one if none is named; its value stays."""
    given = {
        "content_type": changes.content_type,
        "tags": None if changes.tags is None else json.dumps(changes.tags),
        "enabled": changes.enabled,
        "not_before": changes.not_before,
        "expires": changes.expires,
        "updated": int(state.now),
    }
    given = {column: value for column, value in given.items() if value is not None}
    secret = _own_row(state, vault, name, "update", version)
    version = version or secret["current"]
    row = state.row(
        f"UPDATE versions SET {', '.join(f'{column} = ?' for column in given)} WHERE secret = ? AND version = ? "
        "RETURNING version",
        (*given.values(), secret["id"], version),
    )
    if row is None:
        raise errors.secret_not_found(f"{name}/{version}")
    return _find_version(state, secret["id"], version)


def list_secrets(state: Transaction, vault: Vault, after: str, limit: int) -> list[SecretVersion]:
    """The active secrets in order of their names, at most `limit` of those after the name `after`."""
    return _page(state, vault, f"{_ACTIVE} AND secrets.name > ?", (state.wall_time, after), limit)


def list_versions(state: Transaction, vault: Vault, name: str, after: str, limit: int) -> list[SecretVersion]:
    """The versions of an active secret in order of their ids, which is not the order of time."""
    _check_name(name)
    rows = state.execute(
        f"SELECT {_COLUMNS} FROM secrets JOIN versions ON versions.secret = secrets.id WHERE secrets.vault = ? "
        f"AND secrets.name = ? AND {_ACTIVE} AND versions.version > ? ORDER BY versions.version LIMIT ?",
        (vault.name, name, state.wall_time, after, limit),
    )
    return [_version(row) for row in rows]


def delete_secret(state: Transaction, vault: Vault, name: str) -> SecretVersion:
    """Begin to delete a secret with all its versions. Its name stays taken."""
    secret = _own_row(state, vault, name, "delete")
    purge_on = int(state.now) + vault.retention_days * clock.DAY_SECONDS
    state.execute(
        "UPDATE secrets SET deleted_on = ?, settles_on = ?, purge_on = ? WHERE id = ?",
        (state.now, _settled(state), purge_on, secret["id"]),
    )
    return _current(state, secret["id"])


def get_deleted_secret(state: Transaction, vault: Vault, name: str) -> SecretVersion:
    """A deleted secret, once its deletion has taken effect."""
    _check_name(name)
    secret = _row(state, vault, name)
    if secret is None or secret["deleted_on"] is None or state.wall_time < secret["settles_on"]:
        raise errors.deleted_secret_not_found(name)
    return _current(state, secret["id"])


def list_deleted_secrets(state: Transaction, vault: Vault, after: str, limit: int) -> list[SecretVersion]:
    """The deleted secrets in order of their names."""
    condition = "secrets.deleted_on IS NOT NULL AND settles_on <= ? AND secrets.purge_on > ? AND secrets.name > ?"
    return _page(state, vault, condition, (state.wall_time, state.now, after), limit)


def recover_deleted_secret(state: Transaction, vault: Vault, name: str) -> SecretVersion:
    """Begin to make a deleted secret active again, as it was."""
    secret = _deleted_row(state, vault, name, errors.secret_not_found(name))
    state.execute(
        "UPDATE secrets SET deleted_on = NULL, settles_on = ?, purge_on = NULL WHERE id = ?",
        (_settled(state), secret["id"]),
    )
    return _current(state, secret["id"])


def purge_deleted_secret(state: Transaction, vault: Vault, name: str) -> None:
    """Remove a deleted secret for good; a moment later its name is free again."""
    secret = _deleted_row(state, vault, name, errors.deleted_secret_not_found(name))
    if vault.purge_protected:
        raise errors.purge_protected(vault)
    state.execute("DELETE FROM versions WHERE secret = ?", (secret["id"],))
    if state.conditions.delete_seconds:
        # The name alone, with no current version, stays a moment longer.
        settled = (_settled(state), secret["id"])
        state.execute("UPDATE secrets SET current = '', settles_on = ? WHERE id = ?", settled)
    else:
        state.execute("DELETE FROM secrets WHERE id = ?", (secret["id"],))


def back_up_secret(state: Transaction, vault: Vault, name: str) -> str:
    """All versions of a secret, as a text that only a vault of this practice cloud can read."""
    secret = _own_row(state, vault, name, "backup")
    rows = state.execute("SELECT * FROM versions WHERE secret = ?", (secret["id"],))
    versions = [{column: value for column, value in dict(row).items() if column != "secret"} for row in rows]
    content = {
        "geography": regions.geography(vault.location),
        "name": secret["name"],
        "current": secret["current"],
        "versions": versions,
    }
    return backup.seal(_backup_key(state), content)


def restore_secret(state: Transaction, vault: Vault, text: str) -> SecretVersion:
    """Bring back what a backup holds, with its versions and their times. Its name must be free."""
    content = backup.unseal(_backup_key(state), text)
    if content["geography"] != regions.geography(vault.location):
        raise errors.foreign_backup()
    name, current = content["name"], content["current"]
    if _row(state, vault, name) is not None:
        raise errors.restore_conflict(f"{vault.url}/secrets/{name}/{current}")
    secret_id = _add(state, vault, name, current)
    for version in content["versions"]:
        columns, marks = ", ".join(version), ", ".join("?" * len(version))
        state.execute(f"INSERT INTO versions (secret, {columns}) VALUES (?, {marks})", (secret_id, *version.values()))
    return _current(state, secret_id)


def _backup_key(state: Transaction) -> bytes:
    return hashlib.sha256(keys.find_or_make(state, "backup key").encode()).digest()


def _settled(state: Transaction) -> float:
    return state.wall_time + state.conditions.delete_seconds


def _add(state: Transaction, vault: Vault, name: str, version: str, managed: bool = False) -> int | None:
    state.execute(
        f"DELETE FROM secrets WHERE vault = ? AND name = ? AND {_GONE}", (vault.name, name, state.now, state.wall_time)
    )
    columns = (vault.name, name, version, managed)
    return state.execute("INSERT INTO secrets (vault, name, current, managed) VALUES (?, ?, ?, ?)", columns).lastrowid


def _deleted_row(state: Transaction, vault: Vault, name: str, otherwise: Exception) -> sqlite3.Row:
    _check_name(name)
    secret = _row(state, vault, name)
    if secret is None or secret["deleted_on"] is None:
        raise otherwise
    if state.wall_time < secret["settles_on"]:
        raise errors.being_deleted()
    return secret


def _active_row(state: Transaction, vault: Vault, name: str, version: str = "") -> sqlite3.Row:
    _check_name(name)
    secret = state.row(
        f"SELECT * FROM secrets WHERE vault = ? AND name = ? AND {_ACTIVE}", (vault.name, name, state.wall_time)
    )
    if secret is None:
        raise errors.secret_not_found(f"{name}/{version}" if version else name)
    return secret


def _own_row(state: Transaction, vault: Vault, name: str, operation: str, version: str = "") -> sqlite3.Row:
    """An active secret that is no certificate's, and may be changed."""
    secret = _active_row(state, vault, name, version)
    if secret["managed"]:
        raise errors.managed_by_certificate(operation)
    return secret


def _row(state: Transaction, vault: Vault, name: str) -> sqlite3.Row | None:
    return state.row(
        f"SELECT * FROM secrets WHERE vault = ? AND name = ? AND NOT {_GONE}",
        (vault.name, name, state.now, state.wall_time),
    )


def _current(state: Transaction, secret_id: int | None) -> SecretVersion:
    return _version(state.execute(f"SELECT {_COLUMNS} {_CURRENT} WHERE secrets.id = ?", (secret_id,)).fetchone())


def _find_version(state: Transaction, secret_id: int, version: str) -> SecretVersion:
    return _version(
        state.execute(
            f"SELECT {_COLUMNS} FROM versions JOIN secrets ON secrets.id = versions.secret "
            "WHERE versions.secret = ? AND versions.version = ?",
            (secret_id, version),
        ).fetchone()
    )


def _page(state: Transaction, vault: Vault, condition: str, values: tuple[Any, ...], limit: int) -> list[SecretVersion]:
    rows = state.execute(
        f"SELECT {_COLUMNS} {_CURRENT} WHERE secrets.vault = ? AND {condition} ORDER BY secrets.name LIMIT ?",
        (vault.name, *values, limit),
    )
    return [_version(row) for row in rows]


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise errors.illegal_name(name)


def _version(row: sqlite3.Row) -> SecretVersion:
    return SecretVersion(
        name=row["name"],
        version=row["version"],
        value=row["value"],
        content_type=row["content_type"],
        tags=None if row["tags"] is None else json.loads(row["tags"]),
        enabled=bool(row["enabled"]),
        not_before=row["not_before"],
        expires=row["expires"],
        created=row["created"],
        updated=row["updated"],
        deleted_on=None if row["deleted_on"] is None else int(row["deleted_on"]),
        purge_on=None if row["purge_on"] is None else int(row["purge_on"]),
        managed=bool(row["managed"]),
    )
