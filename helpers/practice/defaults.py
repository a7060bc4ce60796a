"""What a fresh practice cloud holds: a tenant, a subscription, a group, vaults, and who may do what there."""

import json
import secrets
import sqlite3
from collections.abc import Callable

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
SECOND_VAULT = "practice-second"  # keeps what is deleted for seven days
GUARDED_VAULT = "practice-guarded"  # has access policies in place of roles, and purge protection
DEFAULT_GROUP = "practice-rg"
LOCATION = "eastus"

# Programs that a lesson can sign in as: object id, client id, name, and the role on the vaults that have roles.
PROGRAMS = [
    (OBJECT_ID, CLIENT_ID, "practice", roles.SECRETS_OFFICER),
    ("33333333-3333-4333-8333-aaaaaaaaaaaa", "22222222-2222-4222-8222-aaaaaaaaaaaa", "app", roles.SECRETS_USER),
    ("33333333-3333-4333-8333-bbbbbbbbbbbb", "22222222-2222-4222-8222-bbbbbbbbbbbb", "auditor", roles.VAULT_READER),
    ("33333333-3333-4333-8333-cccccccccccc", "22222222-2222-4222-8222-cccccccccccc", "newcomer", None),
]

# What the access policies of the guarded vault allow: a program's name, and its permissions on secrets.
POLICIES = {"practice": ["all"], "app": ["get", "list"]}


def lesson_settings(client_secret: Callable[[str], str]) -> dict[str, str]:
    """Environment variables for lessons that take more than one vault or one program.

    Args:
        client_secret: Gives a program's password by its object id.
    """
    settings = {"LESSON_SECOND_VAULT": SECOND_VAULT, "LESSON_GUARDED_VAULT": GUARDED_VAULT}
    for object_id, client_id, name, _ in PROGRAMS[1:]:
        settings[f"LESSON_{name.upper()}_CLIENT_ID"] = client_id
        settings[f"LESSON_{name.upper()}_CLIENT_SECRET"] = client_secret(object_id)
    return settings


def subscription_scope() -> str:
    """The subscription's resource id."""
    return f"/subscriptions/{SUBSCRIPTION_ID}"


def vault_scope(group: str, vault: str) -> str:
    """A vault's resource id."""
    return f"{subscription_scope()}/resourceGroups/{group}/providers/Microsoft.KeyVault/vaults/{vault}"


def fill(connection: sqlite3.Connection) -> None:
    """Add what is not there of the defaults. Their client secrets stay as they are."""
    connection.execute("INSERT OR IGNORE INTO groups (name, location) VALUES (?, ?)", (DEFAULT_GROUP, LOCATION))
    for name, days, guarded in ((DEFAULT_VAULT, 90, False), (SECOND_VAULT, 7, False), (GUARDED_VAULT, 90, True)):
        connection.execute(
            "INSERT OR IGNORE INTO vaults "
            "(name, resource_group, location, retention_days, purge_protected, uses_roles, created) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (name, DEFAULT_GROUP, LOCATION, days, guarded, not guarded, clock.now()),
        )
    scopes = [vault_scope(DEFAULT_GROUP, vault) for vault in (DEFAULT_VAULT, SECOND_VAULT)]
    connection.execute("INSERT OR IGNORE INTO principals VALUES (?, NULL, ?)", (PERSON_ID, PERSON))
    for object_id, client_id, name, role in PROGRAMS:
        connection.execute("INSERT OR IGNORE INTO principals VALUES (?, ?, ?)", (object_id, client_id, name))
        connection.execute(
            # Only digits and letters: a password that begins with a dash looks like an option to `az login`.
            "INSERT OR IGNORE INTO passwords VALUES (?, ?, ?)",
            (object_id, object_id, secrets.token_hex(20)),
        )
        if role is not None:
            for scope in scopes:
                roles.assign(connection, object_id, role, scope)
        if name in POLICIES:
            connection.execute(
                "INSERT OR IGNORE INTO policies VALUES (?, ?, ?)",
                (GUARDED_VAULT, object_id, json.dumps({"secrets": POLICIES[name]})),
            )
    for scope in scopes:
        roles.assign(connection, PERSON_ID, roles.SECRETS_OFFICER, scope)
    # Whoever begins on Azure owns the subscription; so does the program of the older quickstart here.
    for object_id in (PERSON_ID, OBJECT_ID):
        roles.assign(connection, object_id, roles.OWNER, subscription_scope())


def clear(connection: sqlite3.Connection) -> None:
    """Remove all but the default programs and their client secrets, which running kernels hold."""
    for table in ("vaults", "groups", "assignments"):
        connection.execute(f"DELETE FROM {table}")
    default = [object_id for object_id, *_ in PROGRAMS]
    marks = ", ".join("?" * len(default))
    connection.execute(f"DELETE FROM principals WHERE object_id NOT IN ({marks})", default)
