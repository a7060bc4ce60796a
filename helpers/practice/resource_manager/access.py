"""The rules of role assignments as resources: who may be given what, where. What roles allow is `roles`'s. No HTTP."""

import sqlite3
import uuid

from .. import roles
from ..defaults import TENANT_ID, subscription_scope
from ..roles import Assignment, Role
from . import errors


def definition_id(role: Role) -> str:
    """A role definition's resource id, as the subscription has it."""
    return f"{subscription_scope()}/providers/Microsoft.Authorization/roleDefinitions/{role.id}"


def find_role(definition_id: str) -> Role:
    """The role of a definition's resource id, or of its last part.

    Raises:
        ServiceError: there is none.
    """
    id = definition_id.rpartition("/")[2].lower()
    if id not in roles.ROLES:
        raise errors.role_not_found(id)
    return roles.ROLES[id]


def principal_type(connection: sqlite3.Connection, object_id: str) -> str | None:
    """`User` or `ServicePrincipal`; None if nobody has this object id, any more."""
    row = connection.execute("SELECT client_id FROM principals WHERE object_id = ?", (object_id,)).fetchone()
    return None if row is None else "User" if row["client_id"] is None else "ServicePrincipal"


def find(connection: sqlite3.Connection, scope: str, id: str) -> Assignment | None:
    """The assignment of this id on exactly this scope."""
    return next(
        (one for one in roles.assignments(connection) if (one.id, one.scope.lower()) == (id.lower(), scope.lower())),
        None,
    )


def give(
    connection: sqlite3.Connection, scope: str, id: str, object_id: str, role: Role, said_type: str | None
) -> tuple[Assignment, bool]:
    """Give somebody a role on a scope.

    Args:
        said_type: What the request says of the principal; the real service looks when it says nothing.

    Returns:
        The assignment, and whether it is new.

    Raises:
        ServiceError: there is nobody with this object id, or the role or the id is taken.
    """
    try:
        id, object_id = str(uuid.UUID(id)), str(uuid.UUID(object_id))
    except ValueError:
        raise errors.invalid_body() from None
    found_type = principal_type(connection, object_id)
    if found_type is None:
        raise errors.principal_not_found(object_id, TENANT_ID)
    if said_type not in (None, found_type):
        raise errors.unmatched_principal_type(object_id, said_type, found_type)
    for there in roles.assignments(connection):
        same = (there.scope.lower(), there.object_id, there.role) == (scope.lower(), object_id, role.id)
        if there.id == id and same:
            return there, False
        if there.id == id:
            raise errors.assignment_cannot_change()
        if same:
            raise errors.assignment_exists(there.id)
    roles.assign(connection, object_id, role.id, scope, id)
    return find(connection, scope, id), True


def select(
    connection: sqlite3.Connection, scope: str, below: bool = True, object_id: str | None = None
) -> list[Assignment]:
    """The assignments that work on a scope, and if `below` those further down; of one principal, if named."""
    return [
        one
        for one in roles.assignments(connection)
        if (roles.covers(one.scope, scope) or (below and roles.covers(scope, one.scope)))
        and object_id in (None, one.object_id)
    ]
