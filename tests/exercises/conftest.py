"""What the tests of the exercises share: a client as the notebooks make it, and a record of their own."""

import os

import pytest
from azure.identity import DefaultAzureCredential
from azure.keyvault.secrets import SecretClient

from helpers import practice


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """A client of a practice vault that belongs to this module's tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRACTICE_CLOUD_HOME", str(tmp_path_factory.mktemp("practice")))
        patch.setenv("PRACTICE_CLOUD_DELETE_SECONDS", "0.2")
        practice.start()
        vault_url = f"https://{os.environ['KEY_VAULT_NAME']}.vault.azure.net"
        with SecretClient(vault_url=vault_url, credential=DefaultAzureCredential()) as client:
            yield client
        practice.stop()
