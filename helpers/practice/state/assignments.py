"""Role assignments: who has which role, on which scope. What a role allows is `roles`'s to say."""

import uuid
from dataclasses import dataclass

from .. import roles
from .transaction import Transaction


@dataclass(frozen=True)
class Assignment:
    """A role that somebody has on a scope, and on all below it. `created` is in seconds since 1970, UTC."""

    id: str
    scope: str
    object_id: str
    role: str
    created: float


def allows(state: Transaction, object_id: str, action: str, resource: str, data: bool = False) -> bool:
    """Whether one of a principal's roles, here or further up, allows an action on a resource (or on its data)."""
    return any(covers(scope, resource) and roles.allows(role, action, data) for scope, role in _held(state, object_id))


def may_see_subscription(state: Transaction, object_id: str) -> bool:
    """Whether somebody has a role anywhere in it that allows anything on resources. A role for data alone does not."""
    return any(roles.ROLES[role].actions for _, role in _held(state, object_id) if role in roles.ROLES)


def list_assignments(state: Transaction) -> list[Assignment]:
    """All roles that anybody has, also those that do not work yet, in the order in which they were assigned."""
    rows = state.execute("SELECT id, scope, object_id, role, created FROM assignments ORDER BY created, rowid")
    return [Assignment(**row) for row in rows]


def find(state: Transaction, scope: str, id: str) -> Assignment | None:
    """The assignment of this id on exactly this scope."""
    wanted = (id.lower(), scope.lower())
    return next((one for one in list_assignments(state) if (one.id, one.scope.lower()) == wanted), None)


def assign(state: Transaction, object_id: str, role: str, scope: str, id: str | None = None) -> None:
    """Assign a role to a principal on a scope. A role that it has there already stays as it is."""
    state.execute(
        "INSERT OR IGNORE INTO assignments VALUES (?, ?, ?, ?, ?, ?)",
        (id or str(uuid.uuid4()), scope, object_id, role, state.now, state.wall_time + state.conditions.role_delay),
    )


def revoke(state: Transaction, assignment: Assignment) -> None:
    """Revoke a role. It stops working at once."""
    state.execute("DELETE FROM assignments WHERE id = ?", (assignment.id,))


def revoke_below(state: Transaction, scope: str) -> None:
    """Revoke all roles on a scope and below it, as Azure does when a resource is deleted."""
    for assignment in list_assignments(state):
        if covers(scope, assignment.scope):
            revoke(state, assignment)


def clear(state: Transaction) -> None:
    """Revoke all roles that anybody has."""
    state.execute("DELETE FROM assignments")


def covers(scope: str, resource: str) -> bool:
    """Whether a resource is a scope or lies below it."""
    scope, resource = scope.rstrip("/").lower(), resource.lower()
    return resource == scope or resource.startswith(f"{scope}/")


def _held(state: Transaction, object_id: str) -> list[tuple[str, str]]:
    question = "SELECT scope, role FROM assignments WHERE object_id = ? AND effective_on <= ?"
    return [(scope, role) for scope, role in state.execute(question, (object_id, state.wall_time))]
