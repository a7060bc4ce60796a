"""The vaults: made, changed, deleted, recovered and purged. What is in them is `key_vault`'s.

The rules are those of "Azure Key Vault soft-delete overview": a deleted vault keeps its name, and what is in it, for
its retention time.
"""

import json
import sqlite3
from dataclasses import asdict, dataclass
from functools import lru_cache
from ipaddress import ip_address, ip_network

from .. import clock
from ..clouds import CLOUDS, PUBLIC, Cloud
from ..identities import subscription_scope, vault_scope
from . import assignments
from .transaction import Transaction

Permissions = dict[str, list[str]]  # by kind: secrets, keys, certificates and storage

# A deleted vault whose retention time is over is gone, whether or not anybody was there to remove it.
_THERE = "ifnull(purge_on > ?, 1)"


@dataclass(frozen=True)
class Network:
    """From where a vault may be called. Without arguments, from everywhere.

    Args:
        public: Whether the public network reaches the vault at all.
        allow: Whether an address that no rule names is let in.
        addresses: The rules: addresses or ranges, such as `203.0.113.0/24`.
        bypass: What the vault says of Azure's own trusted services.
    """

    public: bool = True
    allow: bool = True
    addresses: tuple[str, ...] = ()
    bypass: str = "AzureServices"

    def lets_in(self, address: str) -> bool:
        """Whether a client at this address is let in, by the rules alone."""
        return self.allow or any(ip_address(address) in ip_network(rule) for rule in self.addresses)


@dataclass(frozen=True)
class DiagnosticSetting:
    """Where a vault's audit log is written. A vault without one writes none, as on Azure.

    Args:
        account: The resource id of the storage account.
        category: What is logged: `AuditEvent`, or one of the groups that hold it, `audit` or `allLogs`.
        enabled: Whether it is.
    """

    name: str
    account: str
    category: str
    enabled: bool


@dataclass(frozen=True)
class Vault:
    """A vault. Times are seconds since 1970, UTC; `deleted_on` and `purge_on` are None while it is active."""

    name: str
    group: str
    location: str
    tags: dict[str, str]
    retention_days: int
    purge_protected: bool
    uses_roles: bool  # otherwise its access policies say who may do what
    network: Network = Network()
    cloud: Cloud = PUBLIC
    diagnostics: tuple[DiagnosticSetting, ...] = ()
    deleted_on: float | None = None
    purge_on: float | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"https://{self.name}.{self.cloud.vaults}"

    @property
    def id(self) -> str:
        """Its resource id."""
        return vault_scope(self.group, self.name)

    @property
    def deleted_id(self) -> str:
        """Its resource id while it is deleted."""
        return (
            f"{subscription_scope()}/providers/Microsoft.KeyVault/locations/{self.location}/deletedVaults/{self.name}"
        )

    @property
    def log_accounts(self) -> list[str]:
        """The names of the storage accounts that its audit log is written to."""
        return [setting.account.rpartition("/")[2] for setting in self.diagnostics if setting.enabled]


def list_active(state: Transaction, group: str | None = None) -> list[Vault]:
    """The public cloud's active vaults, or those of one group, in order of their names."""
    found = state.execute(
        "SELECT * FROM vaults WHERE deleted_on IS NULL AND ifnull(?, resource_group) = resource_group AND cloud = ? "
        "ORDER BY name",
        (group, PUBLIC.name),
    )
    return [_vault(row) for row in found]


def list_deleted(state: Transaction) -> list[Vault]:
    """The vaults that can still be recovered, in order of their names."""
    question = f"SELECT * FROM vaults WHERE deleted_on IS NOT NULL AND {_THERE} ORDER BY name"
    return [_vault(row) for row in state.execute(question, (state.now,))]


def find(state: Transaction, name: str, cloud: Cloud | None = PUBLIC) -> Vault | None:
    """The vault of this name, in any case, active or deleted; in whichever cloud, if that is None."""
    row = state.row(
        f"SELECT * FROM vaults WHERE name = ? AND ifnull(?, cloud) = cloud AND {_THERE}",
        (name, cloud and cloud.name, state.now),
    )
    return None if row is None else _vault(row)


def find_active(state: Transaction, name: str, cloud: Cloud = PUBLIC) -> Vault | None:
    """The active vault of this name, in any case."""
    vault = find(state, name, cloud)
    return vault if vault is not None and vault.deleted_on is None else None


def add(state: Transaction, vault: Vault) -> None:
    """Add a vault, whose name must be free."""
    state.execute("DELETE FROM vaults WHERE purge_on <= ?", (state.now,))
    state.execute(
        "INSERT INTO vaults (name, resource_group, location, tags, retention_days, purge_protected, uses_roles, "
        "network, cloud, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            vault.name,
            vault.group,
            vault.location,
            json.dumps(vault.tags),
            vault.retention_days,
            vault.purge_protected,
            vault.uses_roles,
            json.dumps(asdict(vault.network)),
            vault.cloud.name,
            state.now,
        ),
    )


def change(state: Transaction, vault: Vault) -> None:
    """Put the tags, purge protection, kind of permissions and network of the vault of this name to `vault`'s."""
    state.execute(
        "UPDATE vaults SET tags = ?, purge_protected = ?, uses_roles = ?, network = ? WHERE name = ?",
        (
            json.dumps(vault.tags),
            vault.purge_protected,
            vault.uses_roles,
            json.dumps(asdict(vault.network)),
            vault.name,
        ),
    )


def set_diagnostics(state: Transaction, vault: Vault, settings: list[DiagnosticSetting]) -> None:
    """Give a vault these diagnostic settings in place of those that it has."""
    text = json.dumps([asdict(setting) for setting in settings])
    state.execute("UPDATE vaults SET diagnostics = ? WHERE name = ?", (text, vault.name))


def delete(state: Transaction, vault: Vault) -> None:
    """Delete a vault. It keeps its name and all in it for the retention time; roles on it are gone for good."""
    state.execute(
        "UPDATE vaults SET deleted_on = ?, purge_on = ? WHERE name = ?",
        (state.now, state.now + vault.retention_days * clock.DAY_SECONDS, vault.name),
    )
    assignments.revoke_below(state, vault.id)


def recover(state: Transaction, vault: Vault) -> None:
    """Make a deleted vault active again, with all that is in it."""
    state.execute("UPDATE vaults SET deleted_on = NULL, purge_on = NULL WHERE name = ?", (vault.name,))


def purge(state: Transaction, vault: Vault) -> None:
    """Remove a vault for good with all that is in it, and free its name."""
    state.execute("DELETE FROM vaults WHERE name = ?", (vault.name,))


def clear(state: Transaction) -> None:
    """Remove all vaults with all that is in them."""
    state.execute("DELETE FROM vaults")


def policies(state: Transaction, vault: Vault) -> dict[str, Permissions]:
    """A vault's access policies: for each principal's object id, what it may do."""
    found = state.execute("SELECT * FROM policies WHERE vault = ? ORDER BY rowid", (vault.name,))
    return {row["object_id"]: json.loads(row["permissions"]) for row in found}


def set_policies(state: Transaction, vault: Vault, policies: dict[str, Permissions]) -> None:
    """Give a vault these access policies in place of those that it has."""
    state.execute("DELETE FROM policies WHERE vault = ?", (vault.name,))
    for object_id, permissions in policies.items():
        state.execute("INSERT INTO policies VALUES (?, ?, ?)", (vault.name, object_id, json.dumps(permissions)))


@lru_cache(maxsize=64)  # each request asks for its vault, which rarely changes
def _vault(row: sqlite3.Row) -> Vault:
    network = json.loads(row["network"])
    return Vault(
        name=row["name"],
        group=row["resource_group"],
        location=row["location"],
        tags=json.loads(row["tags"]),
        retention_days=row["retention_days"],
        purge_protected=bool(row["purge_protected"]),
        uses_roles=bool(row["uses_roles"]),
        network=Network(**{**network, "addresses": tuple(network["addresses"])}),
        cloud=CLOUDS[row["cloud"]],
        diagnostics=tuple(DiagnosticSetting(**said) for said in json.loads(row["diagnostics"])),
        deleted_on=row["deleted_on"],
        purge_on=row["purge_on"],
    )
