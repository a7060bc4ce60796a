"""The resource manager's rules: what groups, vaults and assignments can be, and how they may change. No HTTP here.

They are those of "Vaults - Create Or Update" and "Role Assignments - Create" in the REST reference. Each function
raises the `ServiceError` that the service would answer with.
"""

import re
import uuid
from dataclasses import dataclass, field, replace

from .. import roles
from ..identities import TENANT_ID, subscription_scope
from ..roles import Role
from ..state import assignments, groups, principals, vaults
from ..state.assignments import Assignment
from ..state.groups import Group
from ..state.transaction import Transaction
from ..state.vaults import Network, Permissions, Vault
from . import errors
from .networks import AskedNetwork

DEFAULT_RETENTION_DAYS = 90

_GROUP_NAME = re.compile(r"[\w().-]{0,89}[\w()-]")
# Letters, digits and single dashes; a letter first, no dash last.
_VAULT_NAME = re.compile(r"(?=.{3,24}$)[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*")


@dataclass(frozen=True)
class Asked:
    """What a request says a vault is to be; None leaves it as it is, or as a new vault has it."""

    location: str | None
    tags: dict[str, str] | None = None
    retention_days: int | None = None
    purge_protected: bool | None = None
    uses_roles: bool | None = None
    policies: dict[str, Permissions] | None = None
    network: AskedNetwork = field(default_factory=AskedNetwork)


def find_group(state: Transaction, name: str) -> Group:
    """The group of this name."""
    group = groups.find(state, name)
    if group is None:
        raise errors.group_not_found(name)
    return group


def put_group(state: Transaction, group: Group) -> bool:
    """Make a group, or give the one that is there other tags. Returns whether it is new."""
    if not _GROUP_NAME.fullmatch(group.name):
        raise errors.invalid_group_name(group.name)
    there = groups.find(state, group.name)
    if there is not None and there.location != group.location:
        raise errors.group_elsewhere(there.location, group.location)
    groups.put(state, group)
    return there is None


def find_vault(state: Transaction, group: str, name: str) -> Vault:
    """The active vault of this name in a group."""
    group = find_group(state, group).name
    vault = vaults.find_active(state, name)
    if vault is None or vault.group.lower() != group.lower():
        raise errors.vault_not_found(group, name)
    return vault


def create_vault(state: Transaction, group: Group, name: str, location: str, asked: Asked) -> Vault:
    """Make a vault. Like those of today's API it uses roles, unless it is told to use access policies."""
    if not _VAULT_NAME.fullmatch(name):
        raise errors.invalid_vault_name(name)
    there = vaults.find(state, name, None)
    if there is not None:
        same_place = there.deleted_on is not None and there.group.lower() == group.name.lower()
        raise errors.vault_is_deleted() if same_place else errors.vault_name_taken(name)
    vault = Vault(
        name=name,
        group=group.name,
        location=location,
        tags=asked.tags or {},
        retention_days=DEFAULT_RETENTION_DAYS if asked.retention_days is None else asked.retention_days,
        purge_protected=bool(asked.purge_protected),
        uses_roles=asked.uses_roles is not False,
        network=asked.network.applied_to(Network()),
    )
    vaults.add(state, vault)
    vaults.set_policies(state, vault, asked.policies or {})
    return vault


def change_vault(state: Transaction, vault: Vault, asked: Asked) -> Vault:
    """Change a vault."""
    if asked.location is not None and asked.location != vault.location:
        raise errors.vault_elsewhere(vault.name, vault.location, vault.group, asked.location)
    if asked.retention_days not in (None, vault.retention_days):
        raise errors.retention_stays()
    changed = replace(
        vault,
        tags=vault.tags if asked.tags is None else asked.tags,
        purge_protected=vault.purge_protected or bool(asked.purge_protected),
        uses_roles=vault.uses_roles if asked.uses_roles is None else asked.uses_roles,
        network=asked.network.applied_to(vault.network),
    )
    vaults.change(state, changed)
    if asked.policies is not None:
        vaults.set_policies(state, vault, asked.policies)
    return changed


def change_policies(state: Transaction, vault: Vault, operation: str, given: dict[str, Permissions]) -> None:
    """Add permissions to access policies of a vault, put others in their place, or take them away.

    Args:
        operation: `add`, `replace` or `remove`, as the address has it.
    """
    policies = vaults.policies(state, vault)
    for object_id, permissions in given.items():
        held = policies.get(object_id, {})
        if operation == "replace":
            policies[object_id] = permissions
        elif operation == "add":
            both = {kind: [*held.get(kind, []), *words] for kind, words in permissions.items()}
            policies[object_id] = {kind: list(dict.fromkeys(words)) for kind, words in both.items()}
        elif operation == "remove":
            left = {
                kind: [word for word in held.get(kind, []) if word not in words] for kind, words in permissions.items()
            }
            policies[object_id] = left
            if not any(left.values()):
                del policies[object_id]
        else:
            raise errors.invalid_value("operationKind")
    vaults.set_policies(state, vault, policies)


def why_name_is_taken(state: Transaction, name: str) -> tuple[str, str] | None:
    """Why a new vault cannot have this name: a reason and a message; None if it can."""
    if not _VAULT_NAME.fullmatch(name):
        return "AccountNameInvalid", errors.invalid_vault_name(name).message
    if vaults.find(state, name, None) is not None:
        return "AlreadyExists", errors.vault_name_taken(name).message
    return None


def recover_vault(state: Transaction, group: Group, name: str, location: str) -> Vault:
    """Make a deleted vault of this group and location active again, with all that is in it."""
    vault = vaults.find(state, name)
    place = (group.name.lower(), location)
    if vault is None or vault.deleted_on is None or (vault.group.lower(), vault.location) != place:
        raise errors.nothing_to_recover()
    vaults.recover(state, vault)
    return replace(vault, deleted_on=None, purge_on=None)


def find_deleted_vault(state: Transaction, scope: str, location: str, name: str) -> Vault:
    """The deleted vault of this name in a location."""
    vault = vaults.find(state, name)
    if vault is None or vault.deleted_on is None or vault.location != location:
        raise errors.deleted_vault_not_found(scope)
    return vault


def definition_id(role: Role) -> str:
    """A role definition's resource id, as the subscription has it."""
    return f"{subscription_scope()}/providers/Microsoft.Authorization/roleDefinitions/{role.id}"


def find_role(definition_id: str) -> Role:
    """The role of a definition's resource id, or of its last part."""
    id = definition_id.rpartition("/")[2].lower()
    if id not in roles.ROLES:
        raise errors.role_not_found(id)
    return roles.ROLES[id]


def find_assignment(state: Transaction, scope: str, id: str) -> Assignment:
    """The assignment of this id on exactly this scope."""
    assignment = assignments.find(state, scope, id)
    if assignment is None:
        raise errors.assignment_not_found(id)
    return assignment


def list_assignments(state: Transaction, scope: str, below: bool, object_id: str | None) -> list[Assignment]:
    """The assignments that work on a scope, and if `below` those further down; of one principal, if named."""
    return [
        one
        for one in assignments.list_assignments(state)
        if (assignments.covers(one.scope, scope) or (below and assignments.covers(scope, one.scope)))
        and object_id in (None, one.object_id)
    ]


def assign(
    state: Transaction, scope: str, id: str, object_id: str, role: Role, said_kind: str | None
) -> tuple[Assignment, bool]:
    """Assign a role to somebody on a scope. Returns the assignment, and whether it is new.

    Args:
        said_kind: What the request says that the principal is; the real service looks when it says nothing.
    """
    try:
        id, object_id = str(uuid.UUID(id)), str(uuid.UUID(object_id))
    except ValueError:
        raise errors.invalid_body() from None
    principal = principals.find(state, object_id)
    if principal is None:
        raise errors.principal_not_found(object_id, TENANT_ID)
    if said_kind is not None and said_kind != principal.kind:
        raise errors.unmatched_principal_type(object_id, said_kind, principal.kind)
    for there in assignments.list_assignments(state):
        same = (there.scope.lower(), there.object_id, there.role) == (scope.lower(), object_id, role.id)
        if there.id == id and same:
            return there, False
        if there.id == id:
            raise errors.assignment_cannot_change()
        if same:
            raise errors.assignment_exists(there.id)
    assignments.assign(state, object_id, role.id, scope, id)
    return find_assignment(state, scope, id), True
