"""The notebooks with a vault on Azure: `KEY_VAULT_NAME=... uv run pytest -m live`, with the sign-in that you have."""

import os
from contextlib import ExitStack

import pytest
from azure.core.exceptions import HttpResponseError
from azure.identity import DefaultAzureCredential
from azure.keyvault.secrets import SecretClient

from helpers.practice import MARKER
from tests.notebooks import NAMES
from tests.run_all import is_connect, run_all_twice

from .vaults import VAULTS, VaultAsFound, missing, wait_until_let_in

pytestmark = pytest.mark.live

CELL_SECONDS = 600  # on Azure, a deletion takes a while, and notebook 08 waits for several


@pytest.fixture(scope="module", autouse=True)
def left_as_found(say):
    """Let in by every vault that the environment names; afterwards they hold what they held before."""
    if not os.environ.get("KEY_VAULT_NAME"):
        pytest.exit("Set KEY_VAULT_NAME to the name of a vault that's made for this, then run the tests again.", 4)
    hosts = dict.fromkeys(f"https://{os.environ[name]}.vault.azure.net" for name in VAULTS if os.environ.get(name))
    with ExitStack() as opened:
        credential = opened.enter_context(DefaultAzureCredential())
        found = []
        for url in hosts:
            client = opened.enter_context(SecretClient(url, credential))
            try:
                wait_until_let_in(client)
            except HttpResponseError as error:
                pytest.exit(f"{url} doesn't let you in: {error.message.splitlines()[0]}", 4)
            found.append(VaultAsFound(client))
        yield
        gone = [name for vault in found for name in vault.clean_up(say)]
    assert not gone, f"a notebook deleted what was there before: {gone}"


@pytest.mark.parametrize("name", NAMES)
def test_all_cells_run_twice(name, say, monkeypatch):
    lacking = missing(name, os.environ)
    if lacking:
        sentence = f"{name}: not run. It needs {', '.join(lacking)}."
        say(sentence)
        pytest.skip(sentence)
    monkeypatch.delenv(MARKER, raising=False)  # in a practice shell, too, the notebooks do what they do on Azure
    for committed, ran in run_all_twice(name, CELL_SECONDS):
        assert [output for output in ran.outputs if output.get("name") == "stderr"] == [], committed.source
        if is_connect(committed):
            assert f"Your vault on Azure: {os.environ['KEY_VAULT_NAME']}" in ran.outputs[0].data["text/plain"]
