"""What a fresh practice cloud holds: a tenant, a subscription, a group, a vault, and who may do what there."""

import secrets
import sqlite3

from . import clock, roles

# Made up, and meant to look it: these say at a glance that an identity is the practice cloud's.
TENANT_ID = "11111111-1111-4111-8111-111111111111"
CLIENT_ID = "22222222-2222-4222-8222-222222222222"
OBJECT_ID = "33333333-3333-4333-8333-333333333333"
SUBSCRIPTION_ID = "44444444-4444-4444-8444-444444444444"
PERSON_ID = "55555555-5555-4555-8555-555555555555"
PERSON = "learner@practice.example"
OTHER_TENANT_ID = "99999999-9999-4999-8999-999999999999"  # where the same programs can sign in, and no vault is

DEFAULT_VAULT = "practice-vault"
DEFAULT_GROUP = "practice-rg"
LOCATION = "eastus"

# Programs that a lesson can sign in as: object id, client id, name, and the role on the default vault, if any.
PROGRAMS = [
    (OBJECT_ID, CLIENT_ID, "practice", roles.SECRETS_OFFICER),
    ("33333333-3333-4333-8333-aaaaaaaaaaaa", "22222222-2222-4222-8222-aaaaaaaaaaaa", "app", roles.SECRETS_USER),
    ("33333333-3333-4333-8333-bbbbbbbbbbbb", "22222222-2222-4222-8222-bbbbbbbbbbbb", "auditor", roles.VAULT_READER),
    ("33333333-3333-4333-8333-cccccccccccc", "22222222-2222-4222-8222-cccccccccccc", "newcomer", None),
]


def subscription_scope() -> str:
    """The subscription's resource id."""
    return f"/subscriptions/{SUBSCRIPTION_ID}"


def vault_scope(group: str, vault: str) -> str:
    """A vault's resource id."""
    return f"{subscription_scope()}/resourceGroups/{group}/providers/Microsoft.KeyVault/vaults/{vault}"


def fill(connection: sqlite3.Connection) -> None:
    """Add what is not there of the defaults. Their client secrets stay as they are."""
    connection.execute("INSERT OR IGNORE INTO groups (name, location) VALUES (?, ?)", (DEFAULT_GROUP, LOCATION))
    connection.execute(
        "INSERT OR IGNORE INTO vaults (name, resource_group, location, retention_days, created) VALUES (?, ?, ?, ?, ?)",
        (DEFAULT_VAULT, DEFAULT_GROUP, LOCATION, 90, clock.now()),
    )
    scope = vault_scope(DEFAULT_GROUP, DEFAULT_VAULT)
    connection.execute("INSERT OR IGNORE INTO principals VALUES (?, NULL, ?)", (PERSON_ID, PERSON))
    for object_id, client_id, name, role in PROGRAMS:
        connection.execute("INSERT OR IGNORE INTO principals VALUES (?, ?, ?)", (object_id, client_id, name))
        connection.execute(
            "INSERT OR IGNORE INTO passwords VALUES (?, ?, ?)", (object_id, object_id, secrets.token_urlsafe(32))
        )
        if role is not None:
            roles.assign(connection, object_id, role, scope)
    # Whoever begins on Azure owns the subscription; so does the program of the older quickstart here.
    roles.assign(connection, PERSON_ID, roles.SECRETS_OFFICER, scope)
    for object_id in (PERSON_ID, OBJECT_ID):
        roles.assign(connection, object_id, roles.OWNER, subscription_scope())


def clear(connection: sqlite3.Connection) -> None:
    """Remove all but the default programs and their client secrets, which running kernels hold."""
    for table in ("vaults", "groups", "assignments"):
        connection.execute(f"DELETE FROM {table}")
    default = [object_id for object_id, *_ in PROGRAMS]
    marks = ", ".join("?" * len(default))
    connection.execute(f"DELETE FROM principals WHERE object_id NOT IN ({marks})", default)
