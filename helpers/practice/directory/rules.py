"""The directory's rules: who may look, and which programs can be changed. No HTTP here.

On Azure, a program has an application (what it is) and a service principal (its account in a tenant), made one after
the other. Here both are made at once, and have the name, the client id and the passwords in common. Each function
raises the `ServiceError` that the service would answer with.
"""

import uuid

from ..identities import PERSON_ID, PRACTICE, PROGRAMS
from ..state import principals
from ..state.principals import Principal
from ..state.transaction import Transaction
from . import errors

_APPLICATIONS = uuid.UUID("5d6b4a7e-0a59-4c52-8c57-3f0e6f0c6f37")
_OWN = {program.object_id for program in PROGRAMS}

# Who may read and change the directory: the person, as on a tenant of one's own, and the program of the older
# quickstart. On Azure, a program may do neither until an administrator allows it to.
_ADMINISTRATORS = {PERSON_ID, PRACTICE.object_id}


def check_may_use(object_id: str) -> None:
    """Refuse a caller who may not read or change the directory."""
    if object_id not in _ADMINISTRATORS:
        raise errors.not_allowed()


def application_id(program: Principal) -> str:
    """The object id of a program's application; `object_id` is its service principal's."""
    return str(uuid.uuid5(_APPLICATIONS, program.client_id or ""))


def find_person(state: Transaction, id_or_name: str) -> Principal:
    """The person with this object id or name."""
    wanted = id_or_name.lower()
    for person in principals.list_persons(state):
        if wanted in (person.object_id, person.name.lower()):
            return person
    raise errors.not_found(id_or_name)


def find_program(state: Transaction, id: str) -> Principal:
    """The program with this object id, be it the application's or the service principal's."""
    for program in principals.list_programs(state):
        if id.lower() in (program.object_id, application_id(program)):
            return program
    raise errors.not_found(id)


def find_client(state: Transaction, client_id: str) -> Principal:
    """The program with this client id."""
    program = principals.find_client(state, client_id)
    if program is None:
        raise errors.no_such_application(client_id)
    return program


def delete_program(state: Transaction, program: Principal) -> None:
    """Delete a program that is not one of the practice cloud's own."""
    _check_not_own(program)
    principals.delete(state, program.object_id)


def remove_password(state: Transaction, program: Principal, id: str) -> None:
    """Make a password useless that running kernels don't hold."""
    if id not in principals.passwords(state, program.object_id):
        raise errors.no_such_password(id)
    if id == program.object_id:
        _check_not_own(program)
    principals.remove_password(state, id)


def _check_not_own(program: Principal) -> None:
    if program.object_id in _OWN:
        raise errors.needed_by_practice(program.name)
