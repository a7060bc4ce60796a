"""For tests of your own programs: a pytest fixture that gives each test a practice vault, and leaves nothing behind.

Put this line into your `conftest.py`, or at the top of a file of tests:

    pytest_plugins = ["helpers.practice.testing"]
"""

import ssl
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .cloud import PracticeCloud
from .state_folder import FOLDER_VARIABLE


@pytest.fixture
def practice_vault(practice_cloud: PracticeCloud) -> str:
    """The URL of an empty vault that is this test's alone: `https://practice-vault.vault.azure.net`.

    Raises:
        PracticeError: the practice cloud cannot start; the message says why and what to do.
    """
    return f"https://{practice_cloud.settings['KEY_VAULT_NAME']}.vault.azure.net"


@pytest.fixture
def practice_cloud(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[PracticeCloud]:
    """A practice cloud that is this test's alone.

    For the time of the test, the environment leads this process and the programs that it starts to a practice cloud:
    `KEY_VAULT_NAME` names the vault, and `DefaultAzureCredential` finds a service principal that may do everything in
    it. The program under test runs as it is, with the official clients. It must make its credential and its client
    after the test has begun, in a function and not when it is imported: a client that was made for one test holds a
    token that the vault of the next test does not know.

    A test can rehearse faults with `practice_cloud.conditions = Conditions(throttled=2)`; they end with it.

    Raises:
        PracticeError: the practice cloud cannot start; the message says why and what to do.
    """
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "practice-cloud"))
    with PracticeCloud() as cloud:
        for name, value in cloud.settings.items():
            if value is None:
                monkeypatch.delenv(name, raising=False)
            else:
                monkeypatch.setenv(name, value)
        _let_aiohttp_trust(monkeypatch)
        yield cloud


def _let_aiohttp_trust(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the asynchronous clients trust this practice cloud, which has a certificate of its own.

    aiohttp reads `SSL_CERT_FILE` once, when it is imported (3.11 and later: `aiohttp.connector`), and that may have
    been before this test.
    """
    connector = sys.modules.get("aiohttp.connector")
    if hasattr(connector, "_SSL_CONTEXT_VERIFIED"):
        monkeypatch.setattr(connector, "_SSL_CONTEXT_VERIFIED", ssl.create_default_context())
