"""Where a notebook works: practice by default, Azure when the environment or the set-up notebook says so."""

import json
import os
import sys
from datetime import datetime, timezone

import pytest
from azure.identity import DefaultAzureCredential
from azure.keyvault.secrets import SecretClient

from helpers import connection, packages, practice, rehearse, samples
from helpers.errors import NotebookError


@pytest.fixture(autouse=True)
def own_state(tmp_path, monkeypatch):
    """A state folder of its own for each test, and an environment that is put back."""
    monkeypatch.setenv("PRACTICE_CLOUD_HOME", str(tmp_path))
    for name in ("KEY_VAULT_NAME", practice.MARKER, "AZURE_CLIENT_ID"):
        monkeypatch.delenv(name, raising=False)
    yield tmp_path
    connection._leave()


def test_connects_to_practice_when_nothing_is_said() -> None:
    card = repr(connection.connect())
    assert "Practice vault: practice-vault" in card
    assert os.environ["KEY_VAULT_NAME"] == "practice-vault"
    assert repr(connection.connect()) == card


def test_connects_to_azure_when_the_vault_was_named_before(monkeypatch) -> None:
    monkeypatch.setenv("KEY_VAULT_NAME", "my-vault")
    assert "Your vault on Azure: my-vault" in repr(connection.connect())
    assert "az login" in repr(connection.connect())
    monkeypatch.setenv("AZURE_CLIENT_ID", "an-id")
    assert "service principal" in repr(connection.connect())
    assert "HTTPS_PROXY" not in os.environ or "practice:" not in os.environ["HTTPS_PROXY"]


def test_a_choice_is_kept_for_the_other_notebooks_and_can_be_changed() -> None:
    connection.connect()
    connection.choose_connection("azure", "my-vault")
    assert "KEY_VAULT_NAME" not in os.environ
    assert "Your vault on Azure: my-vault" in repr(connection.connect())
    connection._leave()  # as a new kernel would begin
    assert "Your vault on Azure: my-vault" in repr(connection.connect())
    connection.choose_connection("practice")
    assert "Practice vault" in repr(connection.connect())


def test_a_vault_named_from_outside_wins_over_the_choice(monkeypatch) -> None:
    connection.choose_connection("azure", "chosen-vault")
    monkeypatch.setenv("KEY_VAULT_NAME", "outer-vault")
    assert "outer-vault" in repr(connection.connect())
    connection.choose_connection("practice")
    assert os.environ["KEY_VAULT_NAME"] == "outer-vault"


def test_azure_without_a_vault_name_is_told_in_words() -> None:
    with pytest.raises(NotebookError, match="Type the name of your vault"):
        connection.choose_connection("azure", None)


@pytest.mark.parametrize("content", ["not json", "[]", "{}"])
def test_a_choice_that_cannot_be_read_is_told_in_words(content: str, own_state) -> None:
    (own_state / "connection.json").write_text(content)
    with pytest.raises(NotebookError, match=r"Choose again with `choose_connection\(\"practice\"\)`"):
        connection.connect()
    connection.choose_connection("practice")
    assert "Practice vault" in repr(connection.connect())


def test_a_practice_cloud_that_cannot_start_is_told_in_words(monkeypatch, own_state) -> None:
    blocked = own_state / "a-file"
    blocked.write_text("")
    monkeypatch.setenv("PRACTICE_CLOUD_HOME", str(blocked / "below"))
    with pytest.raises(NotebookError, match="Set PRACTICE_CLOUD_HOME to a folder"):
        connection.connect()
    with pytest.raises(NotebookError, match="couldn't be saved"):
        connection.choose_connection("azure", "my-vault")


def test_reset_empties_practice_and_never_touches_azure(monkeypatch) -> None:
    connection.connect()
    assert "is empty" in repr(connection.reset())
    connection._leave()
    monkeypatch.setenv("KEY_VAULT_NAME", "my-vault")
    with pytest.raises(NotebookError, match="works on Azure"):
        connection.reset()


def test_reset_with_samples_leaves_them_and_nothing_else(started) -> None:
    vault_url = f"https://{os.environ['KEY_VAULT_NAME']}.vault.azure.net"
    with SecretClient(vault_url, DefaultAzureCredential()) as client:
        client.set_secret("left-by-a-rehearsal", "fake-value")
        for _ in range(2):  # as after each rehearsal
            said = repr(connection.reset(samples=True))
        found = {secret.name: secret for secret in client.list_properties_of_secrets()}
        assert [secret.name for secret in client.list_deleted_secrets()] == [samples.DELETED]
        assert sorted(found) == sorted([*samples.CURRENT, samples.EXPIRED, samples.DISABLED])
        assert all(secret.tags == samples.TAGS for secret in found.values())
        assert found[samples.EXPIRED].expires_on < datetime.now(timezone.utc)
        assert [name for name, secret in found.items() if not secret.enabled] == [samples.DISABLED]
        counts = [len(list(client.list_properties_of_secret_versions(name))) for name in samples.CURRENT]
        assert counts == [1, 1, 2]
        assert all(client.get_secret(name).value.startswith("made-up-value-of-") for name in samples.CURRENT)
    assert "made-up-value-of" not in said
    assert all(name in said for name in (*found, samples.DELETED))


def test_reset_ends_a_rehearsal(started) -> None:
    rehearse(days_later=100, delete_seconds=30)
    connection.reset(samples=True)
    assert started.conditions == practice.Conditions()


def test_reset_with_samples_saves_nothing_where_no_practice_runs(monkeypatch) -> None:
    with pytest.raises(NotebookError, match=r"isn't connected. Run `connect\(\)` first"):
        connection.reset(samples=True)
    monkeypatch.setenv("KEY_VAULT_NAME", "my-vault")
    with pytest.raises(NotebookError, match="Nothing was reset: this notebook works on Azure"):
        connection.reset(samples=True)


def test_preflight_is_one_line_where_everything_is_there() -> None:
    connection.connect()
    assert (
        repr(connection.preflight()) == f"Note: Python 3.10 or newer and all {len(packages.NEEDED)} packages are here"
    )


def test_preflight_says_what_is_missing_and_what_to_run(monkeypatch) -> None:
    found = {"ipywidgets": (None, False), "nbval": ("0.9", False), "pandas": ("2.2", True)}
    monkeypatch.setattr(connection, "found_packages", lambda: found)
    assert repr(connection.preflight()) == (
        "! Heads-up: Something is missing\n"
        "  ipywidgets: missing: run `pip install -e .`\n"
        "  nbval: version 0.9 is too old: run `pip install -e .`"
    )


def test_preflight_names_the_azure_cli_only_where_it_is_needed_and_not_there(monkeypatch) -> None:
    monkeypatch.setenv("PATH", "")
    said = repr(connection.preflight())
    assert "Azure CLI: not found" in said
    assert "Everything" not in said
    connection.connect()
    assert "Azure CLI" not in repr(connection.preflight())


def test_a_connection_that_is_neither_is_told_in_words() -> None:
    with pytest.raises(NotebookError, match="There is no connection 'aws'"):
        connection.choose_connection("aws")


def test_the_choice_holds_a_name_and_nothing_else(own_state) -> None:
    connection.choose_connection("azure", "my-vault")
    assert json.loads((own_state / "connection.json").read_text()) == {"key_vault_name": "my-vault"}


def test_the_sdk_is_not_loaded_before_the_environment_is_set() -> None:
    # aiohttp reads SSL_CERT_FILE once, when it is imported.
    import subprocess

    code = "import sys; import helpers; print([name for name in ('aiohttp', 'azure.identity') if name in sys.modules])"
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert finished.stdout.strip() == "[]"
