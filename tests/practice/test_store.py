"""The state on disk: private, whole, shared, and what is said when it cannot be used."""

import ctypes
import os
import re
import shutil
import sqlite3
import stat
import threading
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

try:
    import resource
except ImportError:  # Windows
    resource = None

import pytest

from helpers import practice
from helpers.practice.errors import PracticeError, UnreadableStateError
from helpers.practice.key_vault import secrets
from helpers.practice.key_vault.secrets import Changes
from helpers.practice.state import schema, vaults
from helpers.practice.state import store as store_module
from helpers.practice.state.store import Store

OPEN_FILES = pytest.mark.skipif(os.name == "nt", reason="Windows removes no file that a program has open")


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def vault(state):
    return vaults.find_active(state, practice.DEFAULT_VAULT)


def save(store, name, value="value"):
    with store.writing() as state:
        secrets.set_secret(state, vault(state), name, value, Changes())


def names(store):
    with store.reading() as state:
        return [secret.name for secret in secrets.list_secrets(state, vault(state), "", 1000)]


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
    with pytest.raises(PracticeError, match=r"can't keep its state in .*below.* Set PRACTICE_CLOUD_HOME to a folder"):
        Store()


def test_a_folder_that_cannot_be_written_to_is_told_with_the_way_out(monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(PracticeError, match=r"\(it can't be written to\). Set PRACTICE_CLOUD_HOME"):
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
    with pytest.raises(PracticeError, match=r"can't open its state file .* Make sure you can write to it"):
        Store()


@pytest.mark.parametrize("damage", ["no database at all", "broken pages", "another program's"])
def test_a_damaged_file_is_told_and_reset_sets_it_aside(damage, state_folder):
    path = damaged(damage, state_folder)
    end = path.read_bytes()[-1000:]
    with (
        pytest.raises(PracticeError, match=r"is damaged. Run `python -m helpers.practice reset`"),
        closing(Store()) as store,
    ):
        names(store)
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
            other.execute(f"PRAGMA user_version = {schema.VERSION}")
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
        connection.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    with pytest.raises(
        UnreadableStateError, match=r"was written by a newer version of these notebooks\. Update the notebooks"
    ):
        Store()
    assert names(store) == ["one"]


def test_a_file_that_is_busy_for_long_is_told_and_never_set_aside(store, monkeypatch):
    save(store, "one")
    monkeypatch.setattr(store_module, "BUSY_SECONDS", 0.05)
    told = "database is locked.* close other programs that use it"
    with store.writing(), pytest.raises(PracticeError, match=told):
        practice.reset()
    assert names(store) == ["one"]


def test_a_full_disk_is_told_and_what_was_saved_stays(store):
    save(store, "one")
    with store.reading() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(PracticeError, match=r"disk is full.* Make room on the disk"):
        save(store, "large", "x" * 25_000)
    assert names(store) == ["one"]
    with store.writing() as connection:
        connection.execute("PRAGMA max_page_count = 1000000")
    save(store, "two")
    assert names(store) == ["one", "two"]


@contextmanager
def no_file_grows():
    """This process can make no file longer, as on a full disk."""
    earlier = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, earlier[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, earlier)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limit")
def test_on_a_full_disk_a_running_cloud_says_so_goes_on_reading_and_recovers(client):
    for name in ("one", "two"):
        assert client.ask("PUT", f"/secrets/{name}", {"value": f"fake {name}"}).status == 200
    blob = client.ask("POST", "/secrets/one/backup").body["value"]
    writes = [
        ("PUT", "/secrets/three", {"value": "x" * 20_000}),
        ("PATCH", "/secrets/one/", {"tags": {"long": "x" * 20_000}}),
        ("DELETE", "/secrets/two", None),
        ("POST", "/secrets/restore", {"value": blob}),
    ]
    with no_file_grows():
        for method, path, body in writes[:3]:
            answer = client.ask(method, path, body)
            assert (answer.status, answer.body["error"]["code"]) == (507, "PracticeStateUnusable")
            assert "Make room on the disk" in answer.body["error"]["message"]
        assert client.ask("GET", "/secrets/one/").body["value"] == "fake one"
        assert len(client.ask("GET", "/secrets").body["value"]) == 2
        assert client.ask("POST", "/secrets/one/backup").status == 200
        assert client.sign_in().status == 200
    assert [client.ask(*write).status for write in writes] == [200, 200, 200, 409]


# What a start says, and what it still reads and saves.
LOOK = """
import sys
from contextlib import closing
from helpers import practice
from helpers.practice.key_vault import secrets
from helpers.practice.state import vaults
from helpers.practice.state.store import Store
try:
    with practice.PracticeCloud():
        print("started")
    with closing(Store()) as store:
        with store.reading() as state:
            vault = vaults.find_active(state, practice.DEFAULT_VAULT)
            print(secrets.get_secret(state, vault, "one").value)
        with store.writing() as state:
            secrets.set_secret(state, vault, "two", "value", secrets.Changes())
        print("saved")
except practice.PracticeError as error:
    print(error)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limit")
def test_a_start_on_a_full_disk_is_told_with_the_way_out(run_python, state_folder):
    for bytes_left in (0, 40_000):  # nothing at all; and enough to begin with
        limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (bytes_left, bytes_left))
        said = run_python("-c", LOOK, preexec_fn=limit)
        assert said.stderr == ""
        assert said.stdout.count("\n") == 1
        assert "Make room on the disk" in said.stdout
        assert str(state_folder) in said.stdout
    with closing(Store()) as store:
        save(store, "one")
    assert run_python("-c", LOOK).stdout == "started\nvalue\nsaved\n"


def like_anybody():
    """Give up what lets root write where nobody may."""
    if os.geteuid() == 0:
        for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
            assert ctypes.CDLL(None).prctl(24, capability, 0, 0, 0) == 0  # PR_CAPBSET_DROP


@pytest.mark.skipif(os.name == "nt", reason="Windows has no permission bits")
@pytest.mark.parametrize(
    ("what", "bits", "told"),
    [
        ("file", 0o400, "started\nvalue\n.* can't use its state file .*make sure you can write to the file"),
        ("file", 0o000, "The practice cloud can't open its state file .* Make sure you can write to it"),
        ("folder", 0o500, r"The practice cloud can't keep its state in .*\(it can't be written to\)"),
    ],
)
def test_what_may_only_be_read_is_read_and_the_rest_is_told(what, bits, told, run_python, state_folder):
    with closing(Store()) as store:
        save(store, "one")
    run_python("-c", LOOK)  # what a start makes for the first time is there
    path = state_folder / store_module.FILE_NAME if what == "file" else state_folder
    path.chmod(bits)
    said = run_python("-c", LOOK, preexec_fn=like_anybody)
    path.chmod(0o700)
    assert said.stderr == ""
    assert re.match(told, said.stdout)


def test_a_cloud_that_could_not_open_its_file_does_as_soon_as_it_can(client, state_folder):
    assert client.ask("PUT", "/secrets/one", {"value": "before"}).status == 200
    path = state_folder / store_module.FILE_NAME
    for file in state_folder.glob(f"{path.name}*"):
        file.unlink()
    path.write_bytes(b"not a database " * 100)
    for _ in range(2):
        answer = client.ask("GET", "/secrets/one/")
        assert answer.status == 507
        assert "is damaged" in answer.body["error"]["message"]
    practice.reset()
    assert client.ask("GET", "/secrets/one/").status == 404
    assert client.ask("PUT", "/secrets/one", {"value": "after"}).status == 200


def test_a_file_that_cannot_be_opened_for_a_while_is_no_damaged_one(client, state_folder, monkeypatch):
    assert client.ask("PUT", "/secrets/one", {"value": "before"}).status == 200
    shutil.rmtree(state_folder)

    def fail(*_):
        raise sqlite3.OperationalError("disk full")

    with monkeypatch.context() as patched:
        patched.setattr(Store, "_prepare", fail)
        for _ in range(2):
            answer = client.ask("GET", "/secrets/one/")
            assert answer.status == 507
            assert "disk full" in answer.body["error"]["message"]
    assert client.ask("PUT", "/secrets/one", {"value": "after"}).status == 200


def test_a_change_that_does_not_fit_is_no_damaged_file(store):
    with pytest.raises(PracticeError, match="FOREIGN KEY") as raised:  # noqa: PT012, SIM117
        with store.writing() as state:
            gone = replace(vault(state), name="purged-by-now")
            secrets.set_secret(state, gone, "one", "value", Changes())
    assert not isinstance(raised.value, UnreadableStateError)


def test_a_start_waits_for_the_program_that_makes_the_file(state_folder):
    state_folder.mkdir()
    with closing(sqlite3.connect(state_folder / store_module.FILE_NAME, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")  # here SQLite does not wait by itself
        release = threading.Timer(0.3, other.rollback)
        release.start()
        Store().close()
        release.join()


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


@OPEN_FILES
def test_a_file_that_is_removed_under_a_running_cloud_is_made_anew(client, state_folder):
    assert client.ask("PUT", "/secrets/one", {"value": "before"}).status == 200
    for file in state_folder.glob("practice.sqlite3*"):
        file.unlink()
    assert client.ask("GET", "/secrets/one/").status == 404
    assert client.ask("PUT", "/secrets/one", {"value": "after"}).status == 200
    with closing(Store()) as other, other.reading() as state:
        assert secrets.get_secret(state, vault(state), "one").value == "after"


@OPEN_FILES
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
    run_python("-c", "from helpers.practice.state.store import Store; Store().close()")
    save(store, "two")
    said = run_python(
        "-c",
        "from helpers.practice.state.store import Store\n"
        "with Store().reading() as connection:\n"
        "    print([row[0] for row in connection.execute('SELECT name FROM secrets')])",
    )
    assert said.stdout == "['one', 'two']\n"


def test_several_processes_start_at_once_on_an_empty_folder_and_write(begin_python):
    program = """
import sys
from helpers import practice
from helpers.practice.key_vault import secrets
from helpers.practice.state import vaults
from helpers.practice.state.store import Store
sys.stdin.readline()
store = Store()
for n in range(20):
    with store.writing() as state:
        vault = vaults.find_active(state, practice.DEFAULT_VAULT)
        secrets.set_secret(state, vault, f"secret-{sys.argv[1]}-{n}", "x", secrets.Changes())
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


def test_a_file_that_another_program_has_open_is_not_set_aside_and_that_is_told(state_folder, monkeypatch):
    state_folder.mkdir()
    file = state_folder / store_module.FILE_NAME
    file.write_text("no database " * 100, encoding="utf-8")

    def refuse(*_):  # as Windows does
        raise PermissionError(13, "The process cannot access the file because it is being used by another process")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(PracticeError, match=r"used by another process.*Close the programs that use it"):
        practice.reset()
    assert file.read_text(encoding="utf-8") == "no database " * 100


@pytest.mark.parametrize("version", range(1, schema.VERSION))
def test_a_file_of_an_earlier_version_is_told_and_reset_sets_it_aside(store, version):
    save(store, "one")
    with store.writing() as state:
        state.execute(f"PRAGMA user_version = {version}")
    with pytest.raises(UnreadableStateError, match=r"was written by an earlier version .* kept beside the new one"):
        Store()
    assert names(store) == ["one"]
    aside = practice.reset()
    with closing(sqlite3.connect(aside)) as connection:
        assert connection.execute("SELECT name FROM secrets").fetchall() == [("one",)]
    with closing(Store()) as new:
        assert names(new) == []
