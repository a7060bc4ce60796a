"""The roles of the programs that a lesson can sign in as, on the default vault."""

from contextlib import closing

from . import roles
from .conditions import Conditions
from .errors import PracticeError
from .identities import DEFAULT_GROUP, DEFAULT_VAULT, PROGRAMS, vault_scope
from .state import assignments
from .state.store import Store

_SCOPE = vault_scope(DEFAULT_GROUP, DEFAULT_VAULT)


def assign_role(program: str, role: str, *, delay: float = 0) -> None:
    """Assign a role to a program on the default vault.

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
            assignments.assign(state, object_id, role_id, _SCOPE)


def revoke_role(program: str, role: str) -> None:
    """Revoke a role on the default vault; nothing happens if the program does not have it.

    Raises:
        PracticeError: there is no such program or role.
    """
    wanted = (_object_id(program), _role_id(role), _SCOPE.lower())
    with closing(Store()) as store, store.writing() as state:
        for assignment in assignments.list_assignments(state):
            if (assignment.object_id, assignment.role, assignment.scope.lower()) == wanted:
                assignments.revoke(state, assignment)


def _object_id(program: str) -> str:
    programs = {one.name: one.object_id for one in PROGRAMS}
    if program not in programs:
        raise PracticeError(f"There's no program named {program!r}. The programs are {', '.join(programs)}.")
    return programs[program]


def _role_id(name: str) -> str:
    role = roles.find_by_name(name)
    if role is None:
        raise PracticeError(f"There's no role named {name!r}. One that exists is Key Vault Secrets User.")
    return role.id
