"""What a fresh practice cloud holds: a group, vaults, storage, a person and programs, and who may do what."""

from .. import roles
from ..clouds import CHINA, GOVERNMENT
from ..identities import (
    APP,
    AUDITOR,
    CHINA_VAULT,
    DEFAULT_GROUP,
    DEFAULT_VAULT,
    GOVERNMENT_VAULT,
    GUARDED_VAULT,
    LOCATION,
    PERSON,
    PERSON_ID,
    PRACTICE,
    PROGRAMS,
    SECOND_VAULT,
    STORAGE_ACCOUNT,
    storage_scope,
    subscription_scope,
)
from . import assignments, blobs, groups, principals, vaults
from .groups import Group
from .principals import Principal
from .transaction import Transaction
from .vaults import Vault

VAULTS = [
    Vault(DEFAULT_VAULT, DEFAULT_GROUP, LOCATION, {}, retention_days=90, purge_protected=False, uses_roles=True),
    Vault(SECOND_VAULT, DEFAULT_GROUP, LOCATION, {}, retention_days=7, purge_protected=False, uses_roles=True),
    Vault(GUARDED_VAULT, DEFAULT_GROUP, LOCATION, {}, retention_days=90, purge_protected=True, uses_roles=False),
    # By access policies: a role would be an assignment in the public cloud's subscription.
    Vault(GOVERNMENT_VAULT, "government-rg", "usgovvirginia", {}, 90, False, uses_roles=False, cloud=GOVERNMENT),
    Vault(CHINA_VAULT, "china-rg", "chinanorth3", {}, 90, False, uses_roles=False, cloud=CHINA),
]

# Who has which role on the vaults that go by roles. The newcomer has none.
ROLES = {
    PERSON_ID: roles.SECRETS_OFFICER,
    PRACTICE.object_id: roles.SECRETS_OFFICER,
    APP.object_id: roles.SECRETS_USER,
    AUDITOR.object_id: roles.VAULT_READER,
}

# Whoever begins on Azure owns the subscription; so does the program of the older quickstart here.
OWNERS = [PERSON_ID, PRACTICE.object_id]

# What access policies allow on secrets, in the vaults that go by them.
POLICIES = {PRACTICE.object_id: ["all"], APP.object_id: ["get", "list"]}


def fill(state: Transaction) -> None:
    """Put into an empty state what a fresh one holds. Programs and passwords that are there stay as they are."""
    groups.put(state, Group(DEFAULT_GROUP, LOCATION, {}))
    principals.add(state, Principal(PERSON_ID, None, PERSON))
    for program in PROGRAMS:
        principals.add(state, Principal(program.object_id, program.client_id, program.name))
        principals.add_password(state, program.object_id, id=program.object_id)
    for object_id in OWNERS:
        assignments.assign(state, object_id, roles.OWNER, subscription_scope())
    # Nobody else has a role on the storage account. (It has no row of its own: there is but one.)
    storage = storage_scope(DEFAULT_GROUP, STORAGE_ACCOUNT)
    assignments.assign(state, PRACTICE.object_id, roles.BLOB_CONTRIBUTOR, storage)
    for vault in VAULTS:
        vaults.add(state, vault)
        if vault.uses_roles:
            for object_id, role in ROLES.items():
                assignments.assign(state, object_id, role, vault.id)
        else:
            given = {object_id: {"secrets": permissions} for object_id, permissions in POLICIES.items()}
            vaults.set_policies(state, vault, given)


def clear(state: Transaction) -> None:
    """Remove everything but the programs that come with it and their passwords, which running kernels hold."""
    vaults.clear(state)
    blobs.clear(state)
    groups.clear(state)
    assignments.clear(state)
    own = {program.object_id for program in PROGRAMS}
    for principal in [*principals.list_persons(state), *principals.list_programs(state)]:
        if principal.object_id not in own:
            principals.delete(state, principal.object_id)
