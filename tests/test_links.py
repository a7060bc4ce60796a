"""The quickstart's links are all in the notebooks, in the form that Microsoft's own documentation gives them."""

import re

import pytest
from azure.keyvault.secrets import SecretClient

from tests import notebooks

LEARN = "https://learn.microsoft.com"
REFERENCE = f"{LEARN}/python/api/azure-keyvault-secrets/azure.keyvault.secrets.secretclient"
LINKS = {  # what the quickstart links to, and the addresses that lead there
    "API reference": [f"{LEARN}/python/api/overview/azure/keyvault-secrets-readme"],
    "library source": ["https://github.com/Azure/azure-sdk-for-python/tree/main/sdk/keyvault/azure-keyvault-secrets"],
    "package": ["https://pypi.org/project/azure-keyvault-secrets", "https://pypi.org/project/azure-keyvault-secrets/"],
    "az keyvault reference": [f"{LEARN}/cli/azure/keyvault"],
    "access policies": [f"{LEARN}/azure/key-vault/general/assign-access-policy"],
    "overview": [f"{LEARN}/azure/key-vault/general/overview"],
    "developer's guide": [f"{LEARN}/azure/key-vault/general/developers-guide"],
    "authentication": [f"{LEARN}/azure/key-vault/general/authentication"],
    "best practices": [
        f"{LEARN}/azure/key-vault/general/best-practices",
        f"{LEARN}/azure/key-vault/general/secure-key-vault",  # two pages that took its place
        f"{LEARN}/azure/key-vault/secrets/secure-secrets",
    ],
    "keys quickstart": [f"{LEARN}/azure/key-vault/keys/quick-create-python"],
    "certificates quickstart": [f"{LEARN}/azure/key-vault/certificates/quick-create-python"],
}
METHODS = [  # of SecretClient, in the order in which the notebooks come to them
    "set_secret",
    "get_secret",
    "begin_delete_secret",
    "get_deleted_secret",
    "list_properties_of_secrets",
    "update_secret_properties",
    "list_properties_of_secret_versions",
    "list_deleted_secrets",
    "begin_recover_deleted_secret",
    "purge_deleted_secret",
    "backup_secret",
    "restore_secret_backup",
]
FOUND = {
    name: re.findall(r"(?<=\]\()https?://[^)\s]+(?=\))", notebooks.text(notebooks.read(name)))
    for name in notebooks.NAMES
}
ALL = sorted({link for links in FOUND.values() for link in links})


@pytest.mark.parametrize("what", LINKS)
def test_what_the_quickstart_links_to_is_linked_to(what: str) -> None:
    assert {*LINKS[what]} & {*ALL}, f"no notebook links to the {what}: {LINKS[what][0]}"


@pytest.mark.parametrize("method", METHODS)
def test_a_notebook_that_calls_a_method_links_to_its_reference(method: str) -> None:
    link = f"{REFERENCE}#{_anchor(method)}"
    there = [name for name, links in FOUND.items() if link in links]
    assert there, f"no notebook links to {link}"
    calls = "\n".join(cell.source for name in there for cell in notebooks.code_cells(notebooks.read(name)))
    assert re.search(rf"\.{method}\b", calls), f"{there} link to {method} and don't call it"


def test_links_are_https() -> None:
    assert [link for link in ALL if not link.startswith("https://")] == []


def test_links_to_microsoft_learn_leave_the_language_to_the_reader() -> None:
    ours = [link for link in ALL if link.startswith(LEARN)]
    assert len(ours) > 10
    assert [link for link in ours if re.match(rf"{LEARN}/[a-z]{{2}}-[a-z]{{2}}/", link)] == []
    assert [link for link in ours if "?view=" in link or "docs.microsoft.com" in link] == []


def test_links_into_the_reference_of_the_client_name_a_method_that_it_has() -> None:
    known = [_anchor(method) for method in dir(SecretClient) if not method.startswith("_")]
    anchors = [link.partition("#")[2] for link in ALL if link.startswith(f"{REFERENCE}#")]
    assert [anchor for anchor in anchors if anchor not in known] == []


def _anchor(method: str) -> str:
    """Where a method stands in its page, as Microsoft's own pages link to it (the quickstart: `set_secret`)."""
    return f"azure-keyvault-secrets-secretclient-{method.replace('_', '-')}"
