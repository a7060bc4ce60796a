"""The fixture for tests of one's own: a vault for each test, from the first line to the last and no longer."""

import asyncio
import os
import subprocess
import sys
import threading

import aiohttp  # noqa: F401 - before any practice cloud runs, as a program that is tested may have done
import pytest
from azure.core.exceptions import HttpResponseError
from azure.identity import DefaultAzureCredential
from azure.identity.aio import DefaultAzureCredential as AsyncDefaultAzureCredential
from azure.keyvault.secrets import SecretClient
from azure.keyvault.secrets.aio import SecretClient as AsyncSecretClient

from helpers.practice import Conditions
from helpers.practice.cloud import THREAD_NAME
from tests.notebooks import PROJECT

pytest_plugins = ["helpers.practice.testing"]

each_of_two_tests = pytest.mark.parametrize("test", ["first", "second"])


@pytest.fixture(scope="module", autouse=True)
def nothing_stays():
    """What these tests do to their process is undone when the last of them is over."""
    before = _surroundings()
    yield
    assert _surroundings() == before


def _surroundings():
    environment = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    clouds = [thread for thread in threading.enumerate() if thread.name == THREAD_NAME]
    return environment, clouds


@each_of_two_tests
def test_a_program_finds_its_vault_empty_and_uses_it_as_it_would_use_azure(state_folder, practice_vault, test) -> None:
    address = f"https://{os.environ['KEY_VAULT_NAME']}.vault.azure.net"
    assert address == practice_vault
    with SecretClient(address, DefaultAzureCredential()) as client:
        assert list(client.list_properties_of_secrets()) == []
        client.set_secret("db-password", f"fake-{test}")
        assert client.get_secret("db-password").value == f"fake-{test}"
    assert not state_folder.exists(), "the state of the person who runs the tests"


@each_of_two_tests
def test_the_asynchronous_client_works_as_well(practice_vault, test) -> None:
    async def save() -> str:
        async with AsyncDefaultAzureCredential() as credential, AsyncSecretClient(practice_vault, credential) as client:
            return (await client.set_secret("db-password", f"fake-{test}")).value

    assert asyncio.run(save()) == f"fake-{test}"


def test_a_program_that_the_test_starts_finds_the_same_vault(practice_vault) -> None:
    with SecretClient(practice_vault, DefaultAzureCredential()) as client:
        client.set_secret("db-password", "fake-value")
    program = (
        "import os\n"
        "from azure.identity import DefaultAzureCredential\n"
        "from azure.keyvault.secrets import SecretClient\n"
        "url = f\"https://{os.environ['KEY_VAULT_NAME']}.vault.azure.net\"\n"
        "print(SecretClient(url, DefaultAzureCredential()).get_secret('db-password').value)\n"
    )
    assert subprocess.check_output([sys.executable, "-c", program], text=True) == "fake-value\n"


def test_what_leads_elsewhere_is_set_aside(practice_vault_after_others) -> None:
    with SecretClient(practice_vault_after_others, DefaultAzureCredential()) as client:
        assert list(client.list_properties_of_secrets()) == []


@pytest.fixture
def practice_vault_after_others(monkeypatch, request):
    """The vault of a developer whose computer is set up for a vault of their own."""
    monkeypatch.setenv("KEY_VAULT_NAME", "somebody-elses-vault")
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "AzureCliCredential")
    monkeypatch.setenv("NO_PROXY", "*")
    return request.getfixturevalue("practice_vault")


def test_a_test_can_rehearse_a_fault(practice_cloud, practice_vault) -> None:
    practice_cloud.conditions = Conditions(throttled=1)
    impatient = SecretClient(practice_vault, DefaultAzureCredential(), retry_total=0)
    with impatient as client, pytest.raises(HttpResponseError, match="Throttled"):
        client.set_secret("db-password", "fake-value")
    assert practice_cloud.conditions.throttled == 0


@pytest.mark.parametrize(
    "line",
    [
        'pytest_plugins = ["helpers.practice.testing"]',
        "from helpers.practice.testing import practice_cloud, practice_vault",
    ],
)
def test_a_file_of_ones_own_gets_it_with_one_line(line: str, tmp_path) -> None:
    (tmp_path / "test_mine.py").write_text(
        f"{line}\n\n\ndef test_mine(practice_vault):\n    assert practice_vault == 'https://practice-vault.vault.azure.net'\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    finished = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)
    assert finished.stdout.splitlines()[-1].startswith("1 passed"), finished.stdout + finished.stderr
