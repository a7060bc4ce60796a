"""What a lesson can arrange in the practice cloud while it runs: who has which role, another time, and faults."""

from contextlib import closing

from . import conditions, defaults, roles
from .conditions import Conditions
from .errors import PracticeError
from .store import Store

# The most that a lesson can ask for: days, calls, calls, and three times seconds.
_MOST = {
    "days_later": 3650,
    "throttled": 1000,
    "dropped": 1000,
    "slow_seconds": 60,
    "role_delay": 600,
    "delete_seconds": 60,
}


def give_role(program: str, role: str) -> None:
    """Give a program a role on the default vault; `conditions` say how long it takes to work.

    Raises:
        PracticeError: there is no such program or role.
    """
    with closing(Store()) as store, store.writing() as connection:
        roles.assign(connection, _object_id(program), _role_id(role), _scope())


def take_role(program: str, role: str) -> None:
    """Take a role on the default vault away again; nothing happens if the program does not have it.

    Raises:
        PracticeError: there is no such program or role.
    """
    wanted = (_object_id(program), _role_id(role), _scope().lower())
    with closing(Store()) as store, store.writing() as connection:
        for assignment in roles.assignments(connection):
            if (assignment.object_id, assignment.role, assignment.scope.lower()) == wanted:
                roles.take(connection, assignment)


def rehearse(asked: Conditions) -> None:
    """Put conditions in force, in place of those that were.

    Raises:
        PracticeError: a number is not one that the practice cloud can keep to.
    """
    for name, most in _MOST.items():
        if getattr(asked, name) is not None:
            _check(name, getattr(asked, name), most)
    for name in ("throttled", "dropped"):
        if not isinstance(getattr(asked, name), int):
            raise PracticeError(f"`{name}` counts calls: give a whole number.")
    conditions.change(asked)


def _check(name: str, value: object, most: int) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= most:
        raise PracticeError(f"`{name}` is {value!r}; give a number from 0 to {most}.")


def _object_id(program: str) -> str:
    programs = {name: object_id for object_id, _, name, _ in defaults.PROGRAMS}
    if program not in programs:
        raise PracticeError(f"There is no program named {program!r}. There are {', '.join(programs)}.")
    return programs[program]


def _role_id(role: str) -> str:
    ids = {one.name.lower(): one.id for one in roles.ROLES.values()}
    if role.lower() not in ids:
        raise PracticeError(f"There is no role named {role!r}. There is Key Vault Secrets User, for one.")
    return ids[role.lower()]


def _scope() -> str:
    return defaults.vault_scope(defaults.DEFAULT_GROUP, defaults.DEFAULT_VAULT)
