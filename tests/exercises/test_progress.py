"""Which exercises are solved is kept outside of the notebooks, and shown notebook by notebook."""

import pytest

from helpers import practice, progress
from helpers.exercises.record import keep_solved


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    monkeypatch.setenv("PRACTICE_CLOUD_HOME", str(tmp_path))
    return tmp_path


def test_what_was_solved_is_counted_and_marked(folder) -> None:
    assert repr(progress()).startswith("Note: You've solved 0 of ")
    keep_solved("SignIn")
    keep_solved("SignIn")
    keep_solved("Rename")
    assert repr(progress()).startswith("Note: You've solved 2 of ")
    assert "01-authenticate: ✓ ○ 1 of 2" in repr(progress())
    assert "02-save-a-secret: ○ ○ 0 of 2" in repr(progress())
    assert [path.name for path in folder.iterdir()] == ["progress.json"]


def test_a_class_keeps_it_apart_from_the_vault(folder, monkeypatch, tmp_path_factory) -> None:
    records = tmp_path_factory.mktemp("records")
    monkeypatch.setenv("EXERCISE_RECORD_HOME", str(records))
    keep_solved("SignIn")
    assert [path.name for path in records.iterdir()] == ["progress.json"]
    assert list(folder.iterdir()) == []
    assert repr(progress()).startswith("Note: You've solved 1 of ")


@pytest.mark.parametrize("content", ["", "{", "7", '{"a": 1}', "[[]]", "\udcff"])
def test_a_record_that_cannot_be_read_counts_as_empty(folder, content: str) -> None:
    (folder / "progress.json").write_text(content, encoding="utf-8", errors="surrogateescape")
    assert repr(progress()).startswith("Note: You've solved 0 of ")
    keep_solved("SignIn")
    assert repr(progress()).startswith("Note: You've solved 1 of ")


def test_emptying_the_practice_cloud_keeps_it() -> None:
    keep_solved("SignIn")
    practice.reset()
    assert repr(progress()).startswith("Note: You've solved 1 of ")


def test_a_folder_that_cannot_be_used_loses_the_mark_and_nothing_else(monkeypatch, folder) -> None:
    (folder / "file").touch()
    monkeypatch.setenv("PRACTICE_CLOUD_HOME", str(folder / "file"))
    keep_solved("SignIn")
    assert repr(progress()).startswith("Note: You've solved 0 of ")
