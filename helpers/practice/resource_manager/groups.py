"""The rules of resource groups. No HTTP here."""

import json
import re
import sqlite3
from dataclasses import dataclass

from .. import roles
from ..defaults import subscription_scope
from . import errors, vaults

_NAME = re.compile(r"[\w().-]{0,89}[\w()-]")


@dataclass(frozen=True)
class Group:
    """A resource group."""

    name: str
    location: str
    tags: dict[str, str]

    @property
    def id(self) -> str:
        """Its resource id."""
        return scope(self.name)


def scope(name: str) -> str:
    """The resource id of a group of this name, whether there is one or not."""
    return f"{subscription_scope()}/resourceGroups/{name}"


def every(connection: sqlite3.Connection) -> list[Group]:
    """All groups, in order of their names."""
    return [_group(row) for row in connection.execute("SELECT * FROM groups ORDER BY name")]


def find(connection: sqlite3.Connection, name: str) -> Group:
    """The group of this name, in any case.

    Raises:
        ServiceError: there is none.
    """
    row = connection.execute("SELECT * FROM groups WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise errors.group_not_found(name)
    return _group(row)


def put(connection: sqlite3.Connection, name: str, location: str, tags: dict[str, str]) -> bool:
    """Make a group, or give the one that is there other tags.

    Returns:
        Whether the group is new.

    Raises:
        ServiceError: the name or the location cannot be used.
    """
    if not _NAME.fullmatch(name):
        raise errors.invalid_group_name(name)
    there = connection.execute("SELECT * FROM groups WHERE name = ?", (name,)).fetchone()
    if there is not None and there["location"] != location:
        raise errors.group_elsewhere(name, there["location"], location)
    connection.execute(
        "INSERT INTO groups VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET tags = excluded.tags",
        (name, location, json.dumps(tags)),
    )
    return there is None


def delete(connection: sqlite3.Connection, group: Group) -> None:
    """Delete a group and all in it. Its vaults can be recovered, into a group of the same name."""
    for vault in vaults.every(connection, group.name):
        vaults.delete(connection, vault)
    connection.execute("DELETE FROM groups WHERE name = ?", (group.name,))
    roles.take_all(connection, group.id)


def _group(row: sqlite3.Row) -> Group:
    return Group(row["name"], row["location"], json.loads(row["tags"]))
