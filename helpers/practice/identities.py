"""The practice cloud's own names and ids: its tenant, subscription, person, programs, vaults and storage account.

The ids are made up and meant to look it: they say at a glance that an identity is the practice cloud's.
"""

from dataclasses import dataclass

TENANT_ID = "11111111-1111-4111-8111-111111111111"
OTHER_TENANT_ID = "99999999-9999-4999-8999-999999999999"  # where the same programs can sign in, and no vault is
SUBSCRIPTION_ID = "44444444-4444-4444-8444-444444444444"
PERSON_ID = "55555555-5555-4555-8555-555555555555"
PERSON = "learner@practice.example"

# Where the vaults see every client come from. (An address that is nobody's: RFC 5737.)
CLIENT_ADDRESS = "203.0.113.10"

DEFAULT_VAULT = "practice-vault"
SECOND_VAULT = "practice-second"  # keeps what is deleted for seven days
GUARDED_VAULT = "practice-guarded"  # has access policies in place of roles, and purge protection
STORAGE_ACCOUNT = "practicestorage"
GOVERNMENT_VAULT = "practice-government"  # in Azure Government
CHINA_VAULT = "practice-china"  # in Azure operated by 21Vianet
DEFAULT_GROUP = "practice-rg"
LOCATION = "eastus"


@dataclass(frozen=True)
class Program:
    """A program that a lesson can sign in as."""

    name: str
    object_id: str
    client_id: str


PRACTICE = Program(
    "practice", "33333333-3333-4333-8333-333333333333", "22222222-2222-4222-8222-222222222222"
)  # the one that `DefaultAzureCredential` finds
APP = Program("app", "33333333-3333-4333-8333-aaaaaaaaaaaa", "22222222-2222-4222-8222-aaaaaaaaaaaa")
AUDITOR = Program("auditor", "33333333-3333-4333-8333-bbbbbbbbbbbb", "22222222-2222-4222-8222-bbbbbbbbbbbb")
NEWCOMER = Program("newcomer", "33333333-3333-4333-8333-cccccccccccc", "22222222-2222-4222-8222-cccccccccccc")
PROGRAMS = (PRACTICE, APP, AUDITOR, NEWCOMER)


def subscription_scope() -> str:
    """The subscription's resource id."""
    return f"/subscriptions/{SUBSCRIPTION_ID}"


def vault_scope(group: str, vault: str) -> str:
    """A vault's resource id."""
    return f"{subscription_scope()}/resourceGroups/{group}/providers/Microsoft.KeyVault/vaults/{vault}"


def storage_scope(group: str, account: str) -> str:
    """A storage account's resource id."""
    return f"{subscription_scope()}/resourceGroups/{group}/providers/Microsoft.Storage/storageAccounts/{account}"
