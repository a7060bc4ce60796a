"""The rules of one vault: what a secret is, what may be done with it when, and what comes of it. No HTTP here."""

import hashlib
import json
import os
import re
import sqlite3
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from .. import clock
from ..errors import PracticeError
from ..store import Store
from . import backup, errors

MAX_VALUE_CHARACTERS = 25_600
DELETE_SECONDS_VARIABLE = "PRACTICE_CLOUD_DELETE_SECONDS"

_NAME = re.compile(r"[0-9a-zA-Z-]{1,127}")

_COLUMNS = """
    secrets.name, secrets.deleted_on, secrets.purge_on, vaults.retention_days, vaults.purge_protected,
    versions.version, versions.value, versions.content_type, versions.tags, versions.enabled,
    versions.not_before, versions.expires, versions.created, versions.updated
"""
_CURRENT = """
    FROM secrets
    JOIN versions ON versions.secret = secrets.id AND versions.version = secrets.current
    JOIN vaults ON vaults.name = secrets.vault
"""

# Its retention time is over, as the vault's clock says; or it was purged, and its name has stayed for its moment, which
# the clock that a lesson moves has no part in. Nobody need have been there to remove it.
_GONE = "(ifnull(purge_on <= ?, 0) OR current = '' AND settles_on <= ?)"


@dataclass(frozen=True)
class SecretVersion:
    """One version of a secret, with what its secret and vault say about it. Times are seconds since 1970, UTC."""

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
    retention_days: int
    purge_protected: bool
    deleted_on: int | None
    purge_on: int | None

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


def delete_seconds() -> float:
    """How long a deletion, recovery or purge takes to take effect, in seconds: 0.5 unless the environment says.

    Raises:
        PracticeError: `PRACTICE_CLOUD_DELETE_SECONDS` is not a number of seconds.
    """
    chosen = os.environ.get(DELETE_SECONDS_VARIABLE, "0.5")
    try:
        seconds = float(chosen)
    except ValueError:
        seconds = -1
    if not 0 <= seconds <= 60:
        raise PracticeError(f"{DELETE_SECONDS_VARIABLE} is {chosen!r}; set it to a number of seconds from 0 to 60.")
    return seconds


class Vault:
    """The secrets of one vault. Every method raises the `ServiceError` that the service would answer with."""

    def __init__(self, store: Store, name: str, delete_seconds: float):
        self._store = store
        self._name = name
        self._delete_seconds = delete_seconds

    def set_secret(self, name: str, value: str, changes: Changes) -> SecretVersion:
        """Save a new version, and with it the secret if it is new."""
        _check_name(name)
        if len(value) > MAX_VALUE_CHARACTERS:
            raise errors.value_too_large()
        now = clock.now()
        version = uuid.uuid4().hex
        with self._store.writing() as connection:
            self._forget_purged(connection, name, now)
            secret = self._row(connection, name, now)
            settling = secret is not None and clock.real() < (secret["settles_on"] or 0)
            if secret is None:
                added = connection.execute(
                    "INSERT INTO secrets (vault, name, current) VALUES (?, ?, ?)", (self._name, name, version)
                )
                secret_id = added.lastrowid
            elif secret["deleted_on"] is not None:
                raise errors.name_is_being_deleted(name) if settling else errors.name_is_taken_by_deleted(name)
            elif settling:
                raise errors.name_is_being_recovered(name)
            else:
                secret_id = secret["id"]
                connection.execute("UPDATE secrets SET current = ? WHERE id = ?", (version, secret_id))
            connection.execute(
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
                    int(now),
                    int(now),
                ),
            )
            return self._version(connection, secret_id, version)

    def get_secret(self, name: str, version: str = "") -> SecretVersion:
        """A version with its value; the current one if none is named. Works before and after its valid time."""
        with self._store.reading() as connection:
            secret = self._active_row(connection, name, version)
            found = self._version(connection, secret["id"], version or secret["current"])
        if found is None:
            raise errors.secret_not_found(f"{name}/{version}")
        if not found.enabled:
            raise errors.secret_disabled()
        return found

    def update_secret(self, name: str, version: str, changes: Changes) -> SecretVersion:
        """Change what is said about a version; its value stays."""
        given = {
            "content_type": changes.content_type,
            "tags": None if changes.tags is None else json.dumps(changes.tags),
            "enabled": changes.enabled,
            "not_before": changes.not_before,
            "expires": changes.expires,
            "updated": int(clock.now()),
        }
        given = {column: value for column, value in given.items() if value is not None}
        with self._store.writing() as connection:
            secret = self._active_row(connection, name, version)
            version = version or secret["current"]
            changed = connection.execute(
                f"UPDATE versions SET {', '.join(f'{column} = ?' for column in given)} "
                "WHERE secret = ? AND version = ?",
                (*given.values(), secret["id"], version),
            )
            if changed.rowcount == 0:
                raise errors.secret_not_found(f"{name}/{version}")
            return self._version(connection, secret["id"], version)

    def list_secrets(self, after: str, limit: int) -> list[SecretVersion]:
        """The active secrets in order of their names, at most `limit` of those after the name `after`."""
        condition = "secrets.deleted_on IS NULL AND ifnull(settles_on, 0) <= ? AND secrets.name > ?"
        return self._page(condition, (clock.real(), after), limit)

    def list_versions(self, name: str, after: str, limit: int) -> list[SecretVersion]:
        """The versions of an active secret in order of their ids, which is not the order of time."""
        _check_name(name)
        with self._store.reading() as connection:
            return _all(
                connection.execute(
                    f"SELECT {_COLUMNS} FROM secrets JOIN versions ON versions.secret = secrets.id "
                    "JOIN vaults ON vaults.name = secrets.vault "
                    "WHERE secrets.vault = ? AND secrets.name = ? AND secrets.deleted_on IS NULL "
                    "AND ifnull(settles_on, 0) <= ? AND versions.version > ? ORDER BY versions.version LIMIT ?",
                    (self._name, name, clock.real(), after, limit),
                )
            )

    def delete_secret(self, name: str) -> SecretVersion:
        """Begin to delete a secret with all its versions. Its name stays taken."""
        now = clock.now()
        with self._store.writing() as connection:
            secret = self._active_row(connection, name)
            found = self._version(connection, secret["id"], secret["current"])
            purge_on = int(now) + found.retention_days * clock.DAY_SECONDS
            connection.execute(
                "UPDATE secrets SET deleted_on = ?, settles_on = ?, purge_on = ? WHERE id = ?",
                (now, self._settled(), purge_on, secret["id"]),
            )
            return self._version(connection, secret["id"], secret["current"])

    def get_deleted_secret(self, name: str) -> SecretVersion:
        """A deleted secret, once its deletion has taken effect."""
        _check_name(name)
        with self._store.reading() as connection:
            secret = self._row(connection, name, clock.now())
            if secret is None or secret["deleted_on"] is None or clock.real() < secret["settles_on"]:
                raise errors.deleted_secret_not_found(name)
            return self._version(connection, secret["id"], secret["current"])

    def list_deleted_secrets(self, after: str, limit: int) -> list[SecretVersion]:
        """The deleted secrets in order of their names."""
        condition = "secrets.deleted_on IS NOT NULL AND settles_on <= ? AND secrets.purge_on > ? AND secrets.name > ?"
        return self._page(condition, (clock.real(), clock.now(), after), limit)

    def recover_deleted_secret(self, name: str) -> SecretVersion:
        """Begin to make a deleted secret active again, as it was."""
        with self._store.writing() as connection:
            secret = self._deleted_row(connection, name, errors.secret_not_found(name))
            connection.execute(
                "UPDATE secrets SET deleted_on = NULL, settles_on = ?, purge_on = NULL WHERE id = ?",
                (self._settled(), secret["id"]),
            )
            return self._version(connection, secret["id"], secret["current"])

    def purge_deleted_secret(self, name: str) -> None:
        """Remove a deleted secret for good; a moment later its name is free again."""
        with self._store.writing() as connection:
            secret = self._deleted_row(connection, name, errors.deleted_secret_not_found(name))
            vault = connection.execute("SELECT * FROM vaults WHERE name = ?", (self._name,)).fetchone()
            if vault["purge_protected"]:
                raise errors.purge_protected(vault)
            connection.execute("DELETE FROM versions WHERE secret = ?", (secret["id"],))
            if self._delete_seconds:
                # The name alone, with no current version, stays a moment longer.
                connection.execute(
                    "UPDATE secrets SET current = '', settles_on = ? WHERE id = ?", (self._settled(), secret["id"])
                )
            else:
                connection.execute("DELETE FROM secrets WHERE id = ?", (secret["id"],))

    def back_up_secret(self, name: str) -> str:
        """All versions of a secret, as a text that only a vault of this practice cloud can read."""
        with self._store.reading() as connection:
            secret = self._active_row(connection, name)
            versions = connection.execute("SELECT * FROM versions WHERE secret = ?", (secret["id"],)).fetchall()
        content = {
            "name": secret["name"],
            "current": secret["current"],
            "versions": [{column: row[column] for column in row.keys() if column != "secret"} for row in versions],  # noqa: SIM118
        }
        return backup.seal(self._backup_key(), content)

    def restore_secret(self, text: str, vault_url: str) -> SecretVersion:
        """Bring back what a backup holds, with its versions and their times. Its name must be free."""
        content = backup.unseal(self._backup_key(), text)
        name, current = content["name"], content["current"]
        now = clock.now()
        with self._store.writing() as connection:
            self._forget_purged(connection, name, now)
            if self._row(connection, name, now) is not None:
                raise errors.restore_conflict(f"{vault_url}/secrets/{name}/{current}")
            added = connection.execute(
                "INSERT INTO secrets (vault, name, current) VALUES (?, ?, ?)", (self._name, name, current)
            )
            for version in content["versions"]:
                columns = ", ".join(version)
                marks = ", ".join("?" * len(version))
                connection.execute(
                    f"INSERT INTO versions (secret, {columns}) VALUES (?, {marks})",
                    (added.lastrowid, *version.values()),
                )
            return self._version(connection, added.lastrowid, current)

    def _backup_key(self) -> bytes:
        return hashlib.sha256(self._store.key("backup key").encode()).digest()

    def _settled(self) -> float:
        return clock.real() + self._delete_seconds

    def _forget_purged(self, connection: sqlite3.Connection, name: str, now: float) -> None:
        connection.execute(
            f"DELETE FROM secrets WHERE vault = ? AND name = ? AND {_GONE}", (self._name, name, now, clock.real())
        )

    def _deleted_row(self, connection: sqlite3.Connection, name: str, otherwise: Exception) -> sqlite3.Row:
        _check_name(name)
        secret = self._row(connection, name, clock.now())
        if secret is None or secret["deleted_on"] is None:
            raise otherwise
        if clock.real() < secret["settles_on"]:
            raise errors.being_deleted()
        return secret

    def _active_row(self, connection: sqlite3.Connection, name: str, version: str = "") -> sqlite3.Row:
        _check_name(name)
        secret = self._row(connection, name, clock.now())
        # While its recovery is under way, a secret is in neither place. (Recorded.)
        if secret is None or secret["deleted_on"] is not None or clock.real() < (secret["settles_on"] or 0):
            raise errors.secret_not_found(f"{name}/{version}" if version else name)
        return secret

    def _row(self, connection: sqlite3.Connection, name: str, now: float) -> sqlite3.Row | None:
        return connection.execute(
            f"SELECT * FROM secrets WHERE vault = ? AND name = ? AND NOT {_GONE}",
            (self._name, name, now, clock.real()),
        ).fetchone()

    def _version(self, connection: sqlite3.Connection, secret_id: int, version: str) -> SecretVersion | None:
        found = _all(
            connection.execute(
                f"SELECT {_COLUMNS} FROM versions JOIN secrets ON secrets.id = versions.secret "
                "JOIN vaults ON vaults.name = secrets.vault WHERE versions.secret = ? AND versions.version = ?",
                (secret_id, version),
            )
        )
        return found[0] if found else None

    def _page(self, condition: str, values: tuple, limit: int) -> list[SecretVersion]:
        with self._store.reading() as connection:
            return _all(
                connection.execute(
                    f"SELECT {_COLUMNS} {_CURRENT} WHERE secrets.vault = ? AND {condition} "
                    "ORDER BY secrets.name LIMIT ?",
                    (self._name, *values, limit),
                )
            )


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise errors.illegal_name(name)


def _all(rows: Iterable[sqlite3.Row]) -> list[SecretVersion]:
    return [
        SecretVersion(
            **{
                **row,
                "tags": None if row["tags"] is None else json.loads(row["tags"]),
                "enabled": bool(row["enabled"]),
                "purge_protected": bool(row["purge_protected"]),
                "deleted_on": None if row["deleted_on"] is None else int(row["deleted_on"]),
                "purge_on": None if row["purge_on"] is None else int(row["purge_on"]),
            }
        )
        for row in rows
    ]
