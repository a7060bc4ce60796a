"""The practice cloud's life: it starts, it stops whatever is open, and nothing is left behind."""

import gc
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from helpers import practice
from helpers.practice import PracticeCloud, PracticeError
from helpers.practice import cloud as cloud_module

from .conftest import HOST, ROOT, Client


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """The folder for temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def open_files():
    return sorted(str(fd.readlink()) for fd in Path("/proc/self/fd").iterdir() if os.path.lexists(fd))


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="counts open files as Linux shows them")
def test_nothing_is_left_behind_when_it_stops(temporary):
    PracticeCloud().stop()  # what is opened once for all, is
    gc.collect()  # what other tests left for it
    before, threads = open_files(), threading.active_count()
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        with PracticeCloud() as cloud:
            client = Client(cloud.settings)
            client.ask("PUT", "/secrets/name", {"value": "x"})
            door = urlsplit(cloud.settings["HTTPS_PROXY"])
            idle = socket.create_connection((door.hostname, door.port))
            kept = client.connect()
            kept.request("GET", "/secrets?api-version=7.6")
            kept.getresponse().read()
            assert list(temporary.iterdir())
        idle.close()
        kept.close()
        gc.collect()
    assert [str(one.message) for one in warned] == []
    assert open_files() == before
    assert threading.active_count() == threads
    assert list(temporary.iterdir()) == []


def test_it_stops_at_once_with_connections_open_in_every_state(temporary):
    with PracticeCloud() as cloud:
        client = Client(cloud.settings)
        door = urlsplit(cloud.settings["HTTPS_PROXY"])
        idle = socket.create_connection((door.hostname, door.port))
        waiting = client.connect()
        waiting.connect()
        kept = client.connect()
        kept.request("GET", "/secrets?api-version=7.6")
        kept.getresponse().read()
        handshaking = client.connect()
        handshaking._context = _PlainContext()
        handshaking.connect()
        relayed = socket.create_server(("127.0.0.1", 0))
        through = client.connect("127.0.0.1")
        through._tunnel_port = relayed.getsockname()[1]
        through._context = _PlainContext()
        through.connect()
        started = time.monotonic()
    assert time.monotonic() - started < 2
    for one in (idle, waiting.sock, kept.sock, handshaking.sock, through.sock):
        one.settimeout(2)
        with suppress(ConnectionError):
            assert one.recv(1) == b""
    for one in (idle, waiting, kept, handshaking, relayed, through):
        one.close()


class _PlainContext:
    """In place of a TLS context: leaves the connection as it is, before its handshake."""

    def wrap_socket(self, connection, **_options):
        return connection


def test_a_second_start_gives_back_the_one_that_runs_and_stop_puts_the_environment_back(monkeypatch):
    monkeypatch.setenv("KEY_VAULT_NAME", "mine")
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "prod")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("AZURE_CLIENT_ID", raising=False)
    before = dict(os.environ)
    for _ in range(2):
        first = practice.start()
        assert practice.start() is first
        assert os.environ["KEY_VAULT_NAME"] == practice.DEFAULT_VAULT
        assert os.environ[practice.MARKER] == "on"
        assert "AZURE_TOKEN_CREDENTIALS" not in os.environ
        practice.stop()
        assert dict(os.environ) == before
        practice.stop()
        assert dict(os.environ) == before


def test_a_cloud_beside_it_leaves_the_environment_alone(state_folder):
    before = dict(os.environ)
    with PracticeCloud() as cloud:
        assert dict(os.environ) == before
        whole = cloud.environment()
        assert whole["KEY_VAULT_NAME"] == practice.DEFAULT_VAULT
        assert whole["PRACTICE_CLOUD_HOME"] == str(state_folder)
        assert cloud.environment({"A": "b", "NO_PROXY": "*"})["A"] == "b"
        assert "NO_PROXY" not in cloud.environment({"A": "b", "NO_PROXY": "*"})


def test_two_clouds_share_the_state_and_a_third_finds_it_later():
    with PracticeCloud() as one, PracticeCloud() as two:
        Client(one.settings).ask("PUT", "/secrets/name", {"value": "shared"})
        assert Client(two.settings).ask("GET", "/secrets/name/").body["value"] == "shared"
    with PracticeCloud() as three:
        assert Client(three.settings).ask("GET", "/secrets/name/").body["value"] == "shared"


def test_a_busy_port_is_told_with_the_way_out(cloud, temporary):
    port = urlsplit(cloud.settings["HTTPS_PROXY"]).port
    with pytest.raises(PracticeError, match=rf"can't use port {port} on this computer .* Choose another port, or"):
        PracticeCloud(port)
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("port", [70_000, -1])
def test_a_port_that_is_none_is_told(port):
    with pytest.raises(PracticeError, match=f"can't use port {port} on this computer"):
        PracticeCloud(port)


def test_a_port_is_free_again_after_stop(cloud):
    with PracticeCloud() as first:
        port = urlsplit(first.settings["HTTPS_PROXY"]).port
        Client(first.settings).ask("GET", "/secrets")
    with PracticeCloud(port) as second:
        assert urlsplit(second.settings["HTTPS_PROXY"]).port == port


@pytest.mark.parametrize("seconds", ["soon", "-1", "61", "nan", ""])
def test_nonsense_for_the_time_of_a_deletion_is_told(monkeypatch, seconds, temporary):
    monkeypatch.setenv("PRACTICE_CLOUD_DELETE_SECONDS", seconds)
    with pytest.raises(PracticeError, match=r"PRACTICE_CLOUD_DELETE_SECONDS is .*; set it to a number of seconds"):
        PracticeCloud()
    assert list(temporary.iterdir()) == []


def test_a_deletion_takes_as_long_as_is_asked(monkeypatch):
    monkeypatch.setenv("PRACTICE_CLOUD_DELETE_SECONDS", "0")
    with PracticeCloud() as cloud:
        client = Client(cloud.settings)
        client.ask("PUT", "/secrets/name", {"value": "x"})
        client.ask("DELETE", "/secrets/name")
        assert client.ask("GET", "/deletedsecrets/name").status == 200


def test_no_room_for_the_certificates_is_told(monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", os.devnull)
    with pytest.raises(PracticeError, match="can't keep its certificates in the temporary folder"):
        PracticeCloud()


def test_a_start_that_fails_in_its_thread_fails_and_does_not_hang(monkeypatch, temporary):
    def fail(*_args):
        raise RuntimeError("no")

    monkeypatch.setattr(cloud_module.FrontDoor, "open", fail)
    with pytest.raises(RuntimeError, match="no"):
        PracticeCloud()
    assert list(temporary.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no fork")
def test_a_fork_that_ends_takes_nothing_from_its_parent(run_python):
    said = run_python(
        "-Wignore::DeprecationWarning",  # of a fork with threads: this is about what happens all the same
        "-c",
        "import os, sys; from helpers import practice\n"
        "practice.start()\n"
        "child = os.fork()\n"
        "if not child: sys.exit(0)\n"
        "os.waitpid(child, 0)\n"
        "print(os.path.exists(os.environ['SSL_CERT_FILE']))\n",
    )
    assert (said.stdout, said.stderr) == ("True\n", "")


def test_a_program_that_just_ends_leaves_nothing_behind(tmp_path):
    environment = {**os.environ, "TMPDIR": str(tmp_path), "TEMP": str(tmp_path)}
    program = "import os; from helpers import practice; practice.start(); print(os.environ['SSL_CERT_FILE'])"
    said = subprocess.run([sys.executable, "-c", program], env=environment, cwd=ROOT, capture_output=True, text=True)
    assert said.stderr == ""
    bundle = Path(said.stdout.strip())
    assert tmp_path in bundle.parents
    assert not bundle.parent.exists()


def test_the_ca_is_another_at_each_start_and_its_key_is_nowhere(temporary):
    bundles = []
    for _ in range(2):
        with PracticeCloud() as cloud:
            bundles.append(Path(cloud.settings["NODE_EXTRA_CA_CERTS"]).read_bytes())
            assert not any(b"PRIVATE" in path.read_bytes() for path in temporary.rglob("*.pem"))
    assert bundles[0] != bundles[1]


def test_a_vault_answers_under_its_name_in_capitals_too(client):
    assert client.ask("GET", "/secrets", headers={"Host": HOST.upper()}).status == 200


def test_a_host_that_is_not_played_is_refused_in_json(client):
    answer = client.send("GET", "/", headers={"Host": "www.example.com"})
    assert (answer.status, answer.body["error"]["code"]) == (421, "MisdirectedRequest")


def test_a_full_temporary_disk_is_told_in_a_sentence(monkeypatch):
    def full(self, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(PracticeError, match=r"can't keep its certificates .*No space left.*Make room on the disk"):
        PracticeCloud()
