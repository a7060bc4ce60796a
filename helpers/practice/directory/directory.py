"""The rules of the directory: who is in it, and how programs and their passwords are made. No HTTP here.

On Azure, a program has an application (what it is) and a service principal (its account in a tenant), made one after
the other. Here both are made at once, and have the name, the client id and the passwords in common.
"""

import secrets
import sqlite3
import uuid
from dataclasses import dataclass

from ..defaults import OBJECT_ID, PERSON_ID, PROGRAMS
from . import errors

_APPLICATIONS = uuid.UUID("5d6b4a7e-0a59-4c52-8c57-3f0e6f0c6f37")
_OWN = {object_id for object_id, *_ in PROGRAMS}

# Who may read and change the directory: the person, as on a tenant of one's own, and the program of the older
# quickstart. On Azure, a program may do neither until an administrator allows it to.
_ADMINISTRATORS = {PERSON_ID, OBJECT_ID}


@dataclass(frozen=True)
class Person:
    """A person's account. `upn` is the name for signing in."""

    object_id: str
    upn: str


@dataclass(frozen=True)
class Program:
    """A program's application and service principal. Of its passwords only the ids are known."""

    object_id: str
    client_id: str
    name: str
    passwords: tuple[str, ...]

    @property
    def application_id(self) -> str:
        """The application's own object id; `object_id` is the service principal's."""
        return str(uuid.uuid5(_APPLICATIONS, self.client_id))


def check(object_id: str) -> None:
    """Raises:
    ServiceError: this caller may not read or change the directory.
    """
    if object_id not in _ADMINISTRATORS:
        raise errors.not_allowed()


def persons(connection: sqlite3.Connection) -> list[Person]:
    """Everybody."""
    found = connection.execute("SELECT object_id, name FROM principals WHERE client_id IS NULL ORDER BY name")
    return [Person(*row) for row in found]


def programs(connection: sqlite3.Connection) -> list[Program]:
    """Every program."""
    found = connection.execute("SELECT * FROM principals WHERE client_id IS NOT NULL ORDER BY rowid").fetchall()
    return [
        Program(row["object_id"], row["client_id"], row["name"], tuple(_passwords(connection, row["object_id"])))
        for row in found
    ]


def find_person(connection: sqlite3.Connection, id_or_upn: str) -> Person:
    """Raises:
    ServiceError: there is nobody with this object id or name.
    """
    wanted = id_or_upn.lower()
    for person in persons(connection):
        if wanted in (person.object_id, person.upn.lower()):
            return person
    raise errors.not_found(id_or_upn)


def find_program(connection: sqlite3.Connection, id: str) -> Program:
    """The program with this object id, be it the application's or the service principal's.

    Raises:
        ServiceError: there is none.
    """
    for program in programs(connection):
        if id.lower() in (program.object_id, program.application_id):
            return program
    raise errors.not_found(id)


def find_client(connection: sqlite3.Connection, client_id: str) -> Program:
    """The program with this client id.

    Raises:
        ServiceError: there is none.
    """
    for program in programs(connection):
        if client_id.lower() == program.client_id:
            return program
    raise errors.no_such_application(client_id)


def create(connection: sqlite3.Connection, name: str) -> Program:
    """Make a program. It has no password and no role yet."""
    client_id = str(uuid.uuid4())
    connection.execute("INSERT INTO principals VALUES (?, ?, ?)", (str(uuid.uuid4()), client_id, name))
    return find_client(connection, client_id)


def delete(connection: sqlite3.Connection, program: Program) -> None:
    """Delete a program. Roles that it had stay, and are nobody's.

    Raises:
        ServiceError: it is one of the practice cloud's own.
    """
    _check_not_own(program)
    connection.execute("DELETE FROM principals WHERE object_id = ?", (program.object_id,))


def add_password(connection: sqlite3.Connection, program: Program) -> tuple[str, str]:
    """A new password's id, and the password, which is told this once."""
    id, value = str(uuid.uuid4()), secrets.token_hex(20)  # a dash at its beginning would look like an option
    connection.execute("INSERT INTO passwords VALUES (?, ?, ?)", (id, program.object_id, value))
    return id, value


def remove_password(connection: sqlite3.Connection, program: Program, id: str) -> None:
    """Make a password useless.

    Raises:
        ServiceError: the program has no such password, or is one of the practice cloud's own.
    """
    if id not in program.passwords:
        raise errors.no_such_password(id)
    if id == program.object_id:
        _check_not_own(program)
    connection.execute("DELETE FROM passwords WHERE id = ?", (id,))


def _check_not_own(program: Program) -> None:
    if program.object_id in _OWN:
        raise errors.needed_by_practice(program.name)


def _passwords(connection: sqlite3.Connection, object_id: str) -> list[str]:
    found = connection.execute("SELECT id FROM passwords WHERE object_id = ? ORDER BY rowid", (object_id,))
    return [id for (id,) in found]
