"""Practice clouds that are killed while they save, and several that work with one vault at once."""

from contextlib import closing

import pytest

from helpers.practice.state.store import Store
from tests.tools.kills import Found, LostError, check, kills
from tests.tools.load import load


@pytest.mark.parametrize(("times", "writers"), [(8, 1), (8, 4)])
def test_what_was_acknowledged_is_there_after_each_kill(times, writers):
    found = kills(times, writers)
    assert found.kills == times
    assert len(found.versions) > times


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("UPDATE versions SET value = 'another'", "is not as it was acknowledged"),
        ("UPDATE versions SET content_type = 'another'", "is not as it was acknowledged"),
        ("DELETE FROM secrets", "is not as it was acknowledged"),
        ("UPDATE secrets SET current = 'none'", "a secret is there without its version"),
        ("PRAGMA foreign_keys = OFF; DELETE FROM secrets", "a version is there without its secret"),
    ],
)
def test_the_look_at_the_state_sees_what_is_lost(damage, told, client, state_folder):
    version = client.ask("PUT", "/secrets/name", {"value": "fake"}).body["id"].rpartition("/")[2]
    found = Found(versions={("name", version): ("fake", {None})})
    check(state_folder, found)
    with closing(Store()) as store:
        store._connection.executescript(damage)
    with pytest.raises(LostError, match=told):
        check(state_folder, found)


def test_eight_processes_work_with_one_vault_and_nothing_is_lost():
    seen = load(processes=8, calls=50)
    assert {call.split()[1] for call in seen.calls} == {"200"}
    assert sum(seen.calls.values()) >= 8 * 45
    assert seen.versions == seen.calls["set 200"]
