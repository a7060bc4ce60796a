"""Resource groups: the folders that vaults are in."""

import json
import sqlite3
from dataclasses import dataclass

from ..identities import subscription_scope
from . import assignments, vaults
from .transaction import Transaction


@dataclass(frozen=True)
class Group:
    """A resource group."""

    name: str
    location: str
    tags: dict[str, str]

    @property
    def id(self) -> str:
        """Its resource id."""
        return f"{subscription_scope()}/resourceGroups/{self.name}"


def list_groups(state: Transaction) -> list[Group]:
    """All groups, in order of their names."""
    return [_group(row) for row in state.execute("SELECT * FROM groups ORDER BY name")]


def find(state: Transaction, name: str) -> Group | None:
    """The group of this name, in any case."""
    row = state.row("SELECT * FROM groups WHERE name = ?", (name,))
    return None if row is None else _group(row)


def put(state: Transaction, group: Group) -> None:
    """Add a group, or give the one of its name other tags."""
    state.execute(
        "INSERT INTO groups VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET tags = excluded.tags",
        (group.name, group.location, json.dumps(group.tags)),
    )


def delete(state: Transaction, group: Group) -> None:
    """Delete a group and all in it. Its vaults can be recovered, into a group of the same name."""
    for vault in vaults.list_active(state, group.name):
        vaults.delete(state, vault)
    state.execute("DELETE FROM groups WHERE name = ?", (group.name,))
    assignments.revoke_below(state, group.id)


def clear(state: Transaction) -> None:
    """Remove all groups."""
    state.execute("DELETE FROM groups")


def _group(row: sqlite3.Row) -> Group:
    return Group(row["name"], row["location"], json.loads(row["tags"]))
