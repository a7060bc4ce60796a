"""What a live run does to a vault: it waits until it's let in, and deletes what it made and nothing else."""

import os
import re

import pytest
from azure.core.exceptions import HttpResponseError
from azure.identity import ClientSecretCredential
from azure.keyvault.secrets import SecretClient

from helpers import practice
from helpers.practice import clock
from helpers.practice.identities import DEFAULT_VAULT, GUARDED_VAULT, TENANT_ID
from tests import notebooks

from .vaults import MADE_UP, NEEDS, VaultAsFound, missing, wait_until_let_in


@pytest.fixture
def client_of(state_folder, monkeypatch):
    """Makes clients of a practice cloud's vaults, whose deletions take effect at once."""
    monkeypatch.setenv("PRACTICE_CLOUD_DELETE_SECONDS", "0")
    cloud = practice.start()
    opened = []

    def client_of(vault=DEFAULT_VAULT, program="AZURE"):
        known = (os.environ[f"{program}_CLIENT_{key}"] for key in ("ID", "SECRET"))
        opened.append(SecretClient(f"https://{vault}.vault.azure.net", ClientSecretCredential(TENANT_ID, *known)))
        return opened[-1]

    client_of.cloud = cloud
    yield client_of
    for client in opened:
        client.close()
    practice.stop()


def name_of(secret):
    return secret.name


def deleted(client, name):
    client.begin_delete_secret(name).wait()


def test_what_was_there_before_survives_whatever_its_name(client_of):
    client, said = client_of(), []
    client.set_secret("tutorial-0a1b2c", "fake-value")
    client.set_secret("exercise-0a1b2c", "fake-value")
    deleted(client, "exercise-0a1b2c")
    vault = VaultAsFound(client)
    for made in ("tutorial-1a1a1a", "exercise-1a1a1a-2b2b", "exercise-3c3c3c", "tutorial-by-hand", "db-password"):
        client.set_secret(made, "fake-value")
    deleted(client, "exercise-3c3c3c")

    assert vault.clean_up(said.append) == []

    active = set(map(name_of, client.list_properties_of_secrets()))
    assert active == {"tutorial-0a1b2c", "tutorial-by-hand", "db-password"}
    assert list(map(name_of, client.list_deleted_secrets())) == ["exercise-0a1b2c"]
    assert said == [
        "practice-vault: this run left 3 secrets (exercise-1a1a1a-2b2b, exercise-3c3c3c, tutorial-1a1a1a). "
        "Deleting and purging all that.",
        "practice-vault: nothing of it stays.",
    ]


def test_says_first_what_it_will_delete(client_of):
    client = client_of()
    vault = VaultAsFound(client)
    client.set_secret("tutorial-1a1a1a", "fake-value")
    there = []
    vault.clean_up(lambda _: there.append(len(list(client.list_properties_of_secrets()))))
    assert there == [1, 0]


def test_says_what_a_protected_vault_keeps(client_of):
    client, said = client_of(GUARDED_VAULT), []
    vault = VaultAsFound(client)
    client.set_secret("tutorial-1a1a1a", "fake-value")
    vault.clean_up(said.append)
    assert list(map(name_of, client.list_deleted_secrets())) == ["tutorial-1a1a1a"]
    assert said[-1] == (
        "practice-guarded: 1 secret (tutorial-1a1a1a) couldn't be purged. The vault keeps that until its time is over."
    )


def test_tells_when_something_else_is_gone(client_of):
    client = client_of()
    client.set_secret("tutorial-0a1b2c", "fake-value")
    vault = VaultAsFound(client)
    deleted(client, "tutorial-0a1b2c")
    said = []
    assert vault.clean_up(said.append) == ["tutorial-0a1b2c"]
    assert said == ["practice-vault: this run left nothing."]
    assert list(map(name_of, client.list_deleted_secrets())) == ["tutorial-0a1b2c"]


def test_purges_once_a_deletion_is_done(client_of, monkeypatch):
    client, pauses, began = client_of(), [], clock.wall_time()

    def pause(seconds):
        pauses.append(seconds)
        monkeypatch.setattr(clock, "wall_time", lambda: began + 120)

    vault = VaultAsFound(client, pause)
    client.set_secret("tutorial-1a1a1a", "fake-value")
    client_of.cloud.conditions = practice.Conditions(delete_seconds=60)
    client.begin_delete_secret("tutorial-1a1a1a")
    assert vault.purge("tutorial-1a1a1a")
    assert pauses == [2]
    monkeypatch.setattr(clock, "wall_time", lambda: began + 240)  # a purge takes its time, too
    assert list(client.list_deleted_secrets()) == []


def test_waits_for_a_role_that_is_new(client_of):
    pauses = []

    def pause(seconds):
        pauses.append(seconds)
        if len(pauses) == 2:
            practice.assign_role("newcomer", "Key Vault Reader")

    wait_until_let_in(client_of(program="LESSON_NEWCOMER"), pause)
    assert pauses == [15, 15]


def test_waits_ten_minutes_at_most(client_of):
    pauses = []
    with pytest.raises(HttpResponseError, match="Forbidden"):
        wait_until_let_in(client_of(program="LESSON_NEWCOMER"), pauses.append)
    assert sum(pauses) == 600


def test_does_not_wait_for_a_policy(client_of):
    with pytest.raises(HttpResponseError, match="Forbidden"):
        wait_until_let_in(client_of(GUARDED_VAULT, "LESSON_NEWCOMER"), pytest.fail)


def test_knows_the_names_that_the_notebooks_make_up():
    [find_ours] = [one.code for one in notebooks.snippets("05-put-it-together") if one.name == "find-ours"]
    said: dict = {}
    exec(re.search(r"^made_up = .*$", find_ours, re.MULTILINE)[0], {"re": re}, said)  # noqa: S102 - the notebook's own
    for name in ("tutorial-1a1a1a", "exercise-1a1a1a", "tutorial-1a1a1a-db-password"):
        assert said["made_up"].fullmatch(name)
        assert MADE_UP.fullmatch(name)


@pytest.mark.parametrize("name", notebooks.NAMES)
def test_knows_what_a_notebook_cannot_do_without(name):
    code = "\n".join(cell.source for cell in notebooks.code_cells(notebooks.read(name)))
    looked_up = set(re.findall(r"""os\.environ\[f?["'](LESSON_[^"']+)["']\]""", code))
    asked_first = set(re.findall(r"""["'](LESSON_\w+?)(?:ID)?["'] not in os\.environ""", code))
    for variable in looked_up:
        start = variable.partition("{")[0]
        if not any(start.startswith(one) for one in asked_first):
            assert any(one.startswith(start) for one in NEEDS.get(name, ())), f"{name} needs {variable}"


def test_says_what_is_missing():
    assert missing("02-save-a-secret", {}) == []
    assert missing("20-reach-a-vault-behind-a-firewall", {"LESSON_SECOND_VAULT": ""}) == ["LESSON_SECOND_VAULT"]


def test_the_default_run_leaves_the_live_tests_out(pytestconfig):
    options = pytestconfig.getini("addopts")
    assert options[options.index("-m") + 1] == "not live"
