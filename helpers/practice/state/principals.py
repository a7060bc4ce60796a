"""Principals: the persons and programs that can sign in, and the programs' passwords.

A program here is an application and its service principal in one: on Azure they are made one after the other.
"""

import secrets
import sqlite3
import uuid
from dataclasses import dataclass

from .transaction import Transaction


@dataclass(frozen=True)
class Principal:
    """A person or a program. `client_id` is None for a person, whose name is the one for signing in."""

    object_id: str
    client_id: str | None
    name: str

    @property
    def kind(self) -> str:
        """What Azure calls it: `User` or `ServicePrincipal`."""
        return "User" if self.client_id is None else "ServicePrincipal"


def find(state: Transaction, object_id: str) -> Principal | None:
    """Whoever has this object id."""
    return _first(state, "object_id = ?", object_id)


def find_client(state: Transaction, client_id: str) -> Principal | None:
    """The program with this client id."""
    return _first(state, "client_id = ?", client_id)


def list_persons(state: Transaction) -> list[Principal]:
    """Every person, in order of their names."""
    found = state.execute("SELECT * FROM principals WHERE client_id IS NULL ORDER BY name")
    return [Principal(**row) for row in found]


def list_programs(state: Transaction) -> list[Principal]:
    """Every program, the oldest first."""
    found = state.execute("SELECT * FROM principals WHERE client_id IS NOT NULL ORDER BY rowid")
    return [Principal(**row) for row in found]


def add(state: Transaction, principal: Principal) -> None:
    """Add a principal. One that is there already stays as it is."""
    state.execute(
        "INSERT OR IGNORE INTO principals VALUES (?, ?, ?)", (principal.object_id, principal.client_id, principal.name)
    )


def add_program(state: Transaction, name: str) -> Principal:
    """Add a program with new ids. It has no password and no role yet."""
    program = Principal(str(uuid.uuid4()), str(uuid.uuid4()), name)
    add(state, program)
    return program


def delete(state: Transaction, object_id: str) -> None:
    """Delete a principal with its passwords. Roles that it had stay, and are nobody's."""
    state.execute("DELETE FROM principals WHERE object_id = ?", (object_id,))


def passwords(state: Transaction, object_id: str) -> dict[str, str]:
    """A program's passwords by their ids, the oldest first."""
    found = state.execute("SELECT id, value FROM passwords WHERE object_id = ? ORDER BY rowid", (object_id,))
    return {row["id"]: row["value"] for row in found}


def add_password(state: Transaction, object_id: str, id: str | None = None) -> tuple[str, str]:
    """A new password for a program: its id, and the password. An id that is there already keeps its password."""
    # Digits and letters alone: a password that begins with a dash looks like an option to `az login`.
    id, value = id or str(uuid.uuid4()), secrets.token_hex(20)
    state.execute("INSERT OR IGNORE INTO passwords VALUES (?, ?, ?)", (id, object_id, value))
    return id, value


def remove_password(state: Transaction, id: str) -> None:
    """Make a password useless."""
    state.execute("DELETE FROM passwords WHERE id = ?", (id,))


def _first(state: Transaction, condition: str, value: str) -> Principal | None:
    row: sqlite3.Row | None = state.row(f"SELECT * FROM principals WHERE {condition}", (value,))
    return None if row is None else Principal(**row)
