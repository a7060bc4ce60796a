"""The roles of the programs that a lesson can sign in as: on the default vault, or on the storage account."""

from contextlib import closing

from . import roles
from .conditions import Conditions
from .errors import PracticeError
from .identities import DEFAULT_GROUP, DEFAULT_VAULT, PROGRAMS, STORAGE_ACCOUNT, storage_scope, vault_scope
from .state import assignments
from .state.store import Store


def assign_role(program: str, role: str, *, delay: float = 0) -> None:
    """Assign a role to a program: one for storage on the storage account, any other on the default vault.

    Args:
        program: Its name: `"app"`, `"auditor"`, `"newcomer"` or `"practice"`.
        role: The role's name, such as `"Key Vault Reader"`.
        delay: How many seconds it takes to work.

    Raises:
        PracticeError: there is no such program or role.
    """
    object_id, role_id = _object_id(program), _role_id(role)
    with closing(Store()) as store:
        store.conditions = Conditions(role_delay=delay)
        with store.writing() as state:
            assignments.assign(state, object_id, role_id, _scope(role))


def revoke_role(program: str, role: str) -> None:
    """Revoke a role where `assign_role` assigns it; nothing happens if the program does not have it.

    Raises:
        PracticeError: there is no such program or role.
    """
    wanted = (_object_id(program), _role_id(role), _scope(role).lower())
    with closing(Store()) as store, store.writing() as state:
        for assignment in assignments.list_assignments(state):
            if (assignment.object_id, assignment.role, assignment.scope.lower()) == wanted:
                assignments.revoke(state, assignment)


def _scope(role: str) -> str:
    if role.lower().startswith("storage "):
        return storage_scope(DEFAULT_GROUP, STORAGE_ACCOUNT)
    return vault_scope(DEFAULT_GROUP, DEFAULT_VAULT)


def _object_id(program: str) -> str:
    programs = {one.name: one.object_id for one in PROGRAMS}
    if program not in programs:
        raise PracticeError(
            "There's no program named {program}. The programs are {names}.",
            program=repr(program),
            names=", ".join(programs),
        )
    return programs[program]


def _role_id(name: str) -> str:
    role = roles.find_by_name(name)
    if role is None:
        raise PracticeError("There's no role named {name}. One that exists is Key Vault Secrets User.", name=repr(name))
    return role.id
