"""The state on disk: private, whole, shared, and what is said when it cannot be used."""

import http.client
import json
import os
import shutil
import sqlite3
import stat
import threading
from contextlib import closing, suppress

import pytest

from helpers import practice
from helpers.practice import store as store_module
from helpers.practice.errors import PracticeError, StateUnreadable
from helpers.practice.key_vault.vault import Changes, Vault
from helpers.practice.store import Store


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


def vault(store):
    return Vault(store, practice.DEFAULT_VAULT, 0)


def save(store, name, value="value"):
    vault(store).set_secret(name, value, Changes())


def names(store):
    return [secret.name for secret in vault(store).list_secrets("", 1000)]


@pytest.fixture
def store(state_folder):
    with closing(Store()) as store:
        yield store


@pytest.mark.skipif(os.name == "nt", reason="Windows has no permission bits")
def test_folder_and_files_are_for_their_user_alone(store):
    earlier = os.umask(0)
    try:
        save(store, "one")
    finally:
        os.umask(earlier)
    assert mode(store.path.parent) == 0o700
    files = {path.name: mode(path) for path in store.path.parent.iterdir()}
    assert files == {f"{store.path.name}{ending}": 0o600 for ending in ("", "-wal", "-shm")}


def test_a_folder_that_cannot_be_made_is_told_with_the_way_out(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("PRACTICE_CLOUD_HOME", str(tmp_path / "file" / "below"))
    with pytest.raises(PracticeError, match="cannot keep its state in .*below.* Set PRACTICE_CLOUD_HOME to a folder"):
        Store()


def test_a_folder_that_cannot_be_written_to_is_told_with_the_way_out(monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(PracticeError, match=r"\(it cannot be written to\). Set PRACTICE_CLOUD_HOME"):
        Store()


def test_a_home_of_nobody_is_told_with_the_way_out(monkeypatch):
    monkeypatch.setenv("PRACTICE_CLOUD_HOME", "~nobody-of-this-name/practice")
    with pytest.raises(PracticeError, match="Set PRACTICE_CLOUD_HOME to a folder"):
        Store()


def test_a_relative_folder_stays_where_it_was_when_the_program_moves(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PRACTICE_CLOUD_HOME", "here")
    with closing(Store()) as store:
        save(store, "one")
        (tmp_path / "elsewhere").mkdir()
        monkeypatch.chdir(tmp_path / "elsewhere")
        assert names(store) == ["one"]


def test_a_file_that_cannot_be_opened_is_told_with_the_way_out(state_folder):
    (state_folder / store_module.FILE_NAME).mkdir(parents=True)
    with pytest.raises(PracticeError, match="cannot open its state file .* Make it writable for you"):
        Store()


@pytest.mark.parametrize("damage", ["no database at all", "broken pages", "another program's"])
def test_a_damaged_file_is_told_and_reset_sets_it_aside(damage, state_folder):
    path = damaged(damage, state_folder)
    end = path.read_bytes()[-1000:]
    with pytest.raises(PracticeError, match=r"is damaged. Run `python -m helpers.practice reset`"):
        names(Store())
    aside = practice.reset()
    assert aside.parent == state_folder
    assert aside.read_bytes()[-1000:] == end
    with closing(Store()) as store:
        assert names(store) == []


def damaged(how, folder):
    folder.mkdir()
    path = folder / store_module.FILE_NAME
    if how == "no database at all":
        path.write_bytes(b"not a database " * 100)
    elif how == "another program's":
        with closing(sqlite3.connect(path)) as other:
            other.execute("CREATE TABLE notes (text)")
            other.execute(f"PRAGMA user_version = {store_module.SCHEMA_VERSION}")
    else:
        with closing(Store()) as store:
            for n in range(50):
                save(store, f"secret-{n}")
        content = path.read_bytes()
        path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    return path


def test_a_newer_file_is_told_and_left_as_it_is(store):
    save(store, "one")
    with store.writing() as connection:
        connection.execute(f"PRAGMA user_version = {store_module.SCHEMA_VERSION + 1}")
    with pytest.raises(
        StateUnreadable, match="was written by a newer version of these notebooks. Update the notebooks"
    ):
        Store()
    assert names(store) == ["one"]


def test_a_file_that_is_busy_for_long_is_told_and_never_set_aside(store, monkeypatch):
    save(store, "one")
    monkeypatch.setattr(store_module, "BUSY_SECONDS", 0.05)
    told = "database is locked.* Make room on the disk, close other programs"
    with store.writing(), pytest.raises(PracticeError, match=told):
        practice.reset()
    assert names(store) == ["one"]


def test_a_full_disk_is_told_and_what_was_saved_stays(store):
    save(store, "one")
    with store.reading() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(PracticeError, match="disk is full.* Make room on the disk"):
        save(store, "large", "x" * 25_000)
    assert names(store) == ["one"]
    with store.writing() as connection:
        connection.execute("PRAGMA max_page_count = 1000000")
    save(store, "two")
    assert names(store) == ["one", "two"]


def test_changes_are_kept_whole_or_not_at_all(store):
    save(store, "one")
    with suppress(KeyError), store.writing() as connection:
        connection.execute("DELETE FROM secrets")
        raise KeyError
    assert names(store) == ["one"]


def test_two_questions_of_one_reading_see_the_same_state(store):
    save(store, "one")
    with closing(Store()) as other, store.reading() as connection:
        before = connection.execute("SELECT count(*) FROM secrets").fetchone()[0]
        save(other, "two")
        assert connection.execute("SELECT count(*) FROM secrets").fetchone()[0] == before
    assert names(store) == ["one", "two"]


def test_a_file_that_is_removed_under_a_running_cloud_is_made_anew(client, state_folder):
    assert client.ask("PUT", "/secrets/one", {"value": "before"}).status == 200
    for file in state_folder.glob("practice.sqlite3*"):
        file.unlink()
    assert client.ask("GET", "/secrets/one/").status == 404
    assert client.ask("PUT", "/secrets/one", {"value": "after"}).status == 200
    with closing(Store()) as other:
        assert vault(other).get_secret("one").value == "after"


def test_a_folder_that_is_removed_under_a_running_cloud_comes_back_empty(client, state_folder):
    assert client.ask("PUT", "/secrets/one", {"value": "before"}).status == 200
    shutil.rmtree(state_folder)
    assert client.ask("GET", "/secrets/one/").status == 404
    assert client.ask("PUT", "/secrets/one", {"value": "after"}).status == 200
    assert stat.S_IMODE(state_folder.stat().st_mode) == 0o700


def test_a_folder_that_cannot_come_back_is_told_in_the_answer(client, state_folder):
    assert client.ask("PUT", "/secrets/one", {"value": "before"}).status == 200
    shutil.rmtree(state_folder)
    state_folder.write_text("in its place")
    answer = client.ask("GET", "/secrets/one/")
    assert answer.status == 507
    assert "set PRACTICE_CLOUD_HOME to another folder, then start again." in answer.body["error"]["message"]


def test_a_file_that_is_damaged_under_a_running_cloud_is_told_in_the_answer(client, state_folder):
    assert client.ask("PUT", "/secrets/one", {"value": "before"}).status == 200
    new = state_folder / "new"
    new.write_bytes(b"not a database " * 100)
    new.replace(state_folder / store_module.FILE_NAME)
    (state_folder / f"{store_module.FILE_NAME}-wal").unlink()  # all that was written lately would be found there
    answer = client.ask("GET", "/secrets/one/")
    assert answer.status == 507
    assert "is damaged. Run `python -m helpers.practice reset`" in answer.body["error"]["message"]


def test_reset_from_another_process_empties_a_running_cloud_and_leaves_no_value_behind(
    client, state_folder, run_python
):
    # Another process has to look: to close a file that SQLite has open here would take its locks away.
    look = (
        "import pathlib, sys; folder, value = sys.argv[1:]\n"
        "print(any(value.encode() in path.read_bytes() for path in pathlib.Path(folder).glob('*.*')))"
    )
    value = "a-value-that-is-found-nowhere"
    client.ask("PUT", "/secrets/one", {"value": value})
    assert run_python("-c", look, str(state_folder), value).stdout == "True\n"
    run_python("-m", "helpers.practice", "reset")
    assert run_python("-c", look, str(state_folder), value).stdout == "False\n"
    assert client.ask("GET", "/secrets/one/").status == 404
    assert client.ask("PUT", "/secrets/one", {"value": "again"}).status == 200


def test_a_second_look_at_the_file_in_one_process_loses_no_save_of_the_first(store, run_python):
    save(store, "one")
    Store().close()
    run_python("-c", "from helpers.practice.store import Store; Store().close()")
    save(store, "two")
    said = run_python(
        "-c",
        "from helpers.practice.store import Store\n"
        "with Store().reading() as connection:\n"
        "    print([row[0] for row in connection.execute('SELECT name FROM secrets')])",
    )
    assert said.stdout == "['one', 'two']\n"


def test_no_save_that_was_acknowledged_is_lost_when_the_process_is_killed(begin_python, client_of):
    process = begin_python(
        "-c",
        "import json, time; from helpers import practice\n"
        "print(json.dumps(practice.PracticeCloud().settings), flush=True); time.sleep(60)",
    )
    client = client_of(json.loads(process.stdout.readline()))
    acknowledged = []
    killer = threading.Timer(0.5, process.kill)
    killer.start()
    with suppress(OSError, http.client.HTTPException):  # the connection breaks off, in one way or another
        while True:
            name = f"secret-{len(acknowledged)}"
            if client.ask("PUT", f"/secrets/{name}", {"value": name}).status == 200:
                acknowledged.append(name)
    killer.join()
    assert len(acknowledged) > 5
    with closing(Store()) as store:
        assert set(acknowledged) <= set(names(store))


def test_several_processes_start_at_once_on_an_empty_folder_and_write(begin_python):
    program = """
import sys
from helpers import practice
from helpers.practice.key_vault.vault import Changes, Vault
from helpers.practice.store import Store
sys.stdin.readline()
store = Store()
for n in range(20):
    Vault(store, practice.DEFAULT_VAULT, 0).set_secret(f"secret-{sys.argv[1]}-{n}", "x", Changes())
"""
    processes = [begin_python("-c", program, str(n), stdin=-1) for n in range(5)]
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        _, said = process.communicate(timeout=30)
        assert (process.returncode, said) == (0, "")
    with closing(Store()) as store:
        assert len(names(store)) == 100
