"""`turn_logging_on` and `turn_logging_off`: the practice vault's log, and nothing on Azure."""

import pytest

from helpers import practice, turn_logging_off, turn_logging_on
from helpers.errors import NotebookError


@pytest.fixture
def connected(monkeypatch, tmp_path):
    monkeypatch.setenv("PRACTICE_CLOUD_HOME", str(tmp_path))
    yield practice.start()
    practice.stop()


def test_it_is_turned_on_and_off(connected) -> None:
    assert not practice.is_logging()
    said = repr(turn_logging_on())
    assert practice.is_logging()
    assert "`insights-logs-auditevent` of `practicestorage`" in said
    assert "writes no audit log" in repr(turn_logging_off())
    assert not practice.is_logging()
    turn_logging_off()


def test_outside_of_practice_nothing_is_changed(monkeypatch) -> None:
    monkeypatch.delenv(practice.MARKER, raising=False)
    for said in (turn_logging_on(), turn_logging_off()):
        assert "Nothing changed on Azure" in repr(said)
        assert "az monitor diagnostic-settings" in repr(said)


def test_a_state_that_cannot_be_used_is_told_in_words(connected, monkeypatch, tmp_path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("PRACTICE_CLOUD_HOME", str(tmp_path / "file" / "folder"))
    with pytest.raises(NotebookError):
        turn_logging_on()
