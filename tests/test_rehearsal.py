"""A rehearsal works in this kernel's practice cloud alone, is shown by `connect()`, and ends when it is told to."""

import os
import subprocess
import sys

import pytest

from helpers import add_certificate, assign_role, connect, practice, rehearse, revoke_role
from helpers.errors import NotebookError


@pytest.fixture
def connected(monkeypatch, tmp_path):
    """A kernel in practice, with a state of its own."""
    monkeypatch.setenv("PRACTICE_CLOUD_HOME", str(tmp_path))
    connect()
    yield
    practice.stop()


def test_what_is_asked_for_is_said_shown_by_connect_and_ended(connected) -> None:
    said = repr(rehearse(days_later=91, throttled=1, dropped=2, slow_seconds=0.5, role_delay=3, delete_seconds=2))
    words = (
        "the vaults' clock is 91 days ahead; the next call will be throttled; the next 2 calls will lose the "
        "connection; each answer takes 0.5 seconds; a new role takes 3 seconds to work; a deletion takes 2 seconds"
    )
    assert words in said
    assert words in repr(connect())
    assert repr(rehearse(throttled=2)).count("throttled") == 1
    assert "clock" not in repr(connect())
    assert repr(rehearse()) == "Note: Everything is back to normal"
    assert "Rehearsing" not in repr(connect())


def test_it_ends_with_the_practice_cloud(connected) -> None:
    rehearse(days_later=1)
    practice.stop()
    assert "Rehearsing" not in repr(connect())


@pytest.mark.parametrize(
    "asked",
    [
        {"days_later": -1},
        {"throttled": 1.5},
        {"dropped": True},
        {"slow_seconds": "2"},
        {"role_delay": float("nan")},
        {"delete_seconds": 61},
    ],
)
def test_a_number_out_of_range_is_told_and_changes_nothing(connected, asked: dict) -> None:
    rehearse(days_later=1)
    with pytest.raises(NotebookError, match=f"`{next(iter(asked))}`"):
        rehearse(**asked)
    assert "1 day ahead" in repr(connect())


def test_outside_of_practice_nothing_is_changed(monkeypatch) -> None:
    monkeypatch.delenv(practice.MARKER, raising=False)
    for said in (rehearse(throttled=1), assign_role("app", "Key Vault Reader"), revoke_role("app", "Key Vault Reader")):
        assert "Nothing changed on Azure" in repr(said)
    said = repr(add_certificate("tutorial-certificate"))
    assert "Nothing changed on Azure" in said
    assert '--name "tutorial-certificate"' in said
    assert practice.running() is None


def test_a_program_that_the_kernel_begins_cannot_rehearse_for_it(connected) -> None:
    code = "from helpers import rehearse; print(repr(rehearse(throttled=1)))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=os.environ, timeout=60)
    assert "that the notebook started itself" in said.stdout
    assert practice.running().conditions.throttled == 0


def test_an_unknown_program_or_role_is_told(connected) -> None:
    with pytest.raises(NotebookError, match=r"There's no program named 'nobody'\. The programs are practice, app"):
        assign_role("nobody", "Key Vault Reader")
    with pytest.raises(NotebookError, match="There's no role named 'King'"):
        revoke_role("app", "King")


def test_a_certificate_is_there_to_be_read(connected) -> None:
    assert repr(add_certificate("tutorial-web")) == "Note: The vault has the secret of a certificate named tutorial-web"
    with pytest.raises(NotebookError, match="A certificate can't be named 'tutorial_web'"):
        add_certificate("tutorial_web")
