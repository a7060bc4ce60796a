"""Who may do what in a vault: what each operation takes, and whether the caller has it, by role or by access policy."""

from dataclasses import dataclass

from ..identities import CLIENT_ADDRESS
from ..state import assignments, vaults
from ..state.transaction import Transaction
from ..state.vaults import Vault
from . import errors


@dataclass(frozen=True)
class Caller:
    """Who sent a request, as the token says."""

    object_id: str
    client_id: str
    issuer: str

    def __str__(self) -> str:
        return f"appid={self.client_id};oid={self.object_id};iss={self.issuer}"


@dataclass(frozen=True)
class Permission:
    """What an operation takes: a word in an access policy, or a data action of a role."""

    policy: str
    action: str


# Roles: "Azure permissions for Security" (Microsoft.KeyVault). Policies: each operation's page in the REST reference.
GET = Permission("get", "getSecret/action")
SET = Permission("set", "setSecret/action")
UPDATE = Permission("set", "update/action")
LIST = Permission("list", "readMetadata/action")
GET_DELETED = Permission("get", "readMetadata/action")
DELETE = Permission("delete", "delete")
RECOVER = Permission("recover", "recover/action")
PURGE = Permission("purge", "purge/action")
BACKUP = Permission("backup", "backup/action")
RESTORE = Permission("restore", "restore/action")


def check_network(vault: Vault, caller: Caller) -> None:
    """See whether a vault may be called from where the caller is. Every client of the practice cloud is in one place.

    Raises:
        ServiceError: it may not.
    """
    if not vault.network.public:
        raise errors.forbidden_by_connection(caller, vault)
    if not vault.network.lets_in(CLIENT_ADDRESS):
        raise errors.forbidden_by_firewall(caller, vault)


def check(state: Transaction, vault: Vault, caller: Caller, permission: Permission, secret: str) -> None:
    """See whether a caller may do something in a vault, or (if `secret` is its name) with one of its secrets.

    Raises:
        ServiceError: they may not.
    """
    if not vault.uses_roles:
        granted = vaults.policies(state, vault).get(caller.object_id, {}).get("secrets", [])
        if not {permission.policy, "all"} & {str(word).lower() for word in granted}:
            raise errors.forbidden_by_policy(caller, permission.policy, vault)
        return
    resource = f"{vault.id}/secrets/{secret}" if secret else vault.id
    action = f"Microsoft.KeyVault/vaults/secrets/{permission.action}"
    if not assignments.allows(state, caller.object_id, action, resource, data=True):
        raise errors.forbidden_by_rbac(caller, action, resource, vault)
