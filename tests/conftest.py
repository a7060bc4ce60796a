"""What the tests of the practice cloud and those of its clients share: a state of their own, clouds, and programs."""

import os
import signal
import subprocess
import sys
from contextlib import closing, suppress

import pytest

from helpers import practice
from helpers.practice import roles
from helpers.practice.identities import DEFAULT_GROUP, LOCATION, PRACTICE
from helpers.practice.state import assignments, vaults
from helpers.practice.state.store import Store
from helpers.practice.state.vaults import Vault
from tests.notebooks import PROJECT


@pytest.fixture(autouse=True, scope="module")
def environment_left_as_it_was():
    """The tests of a file leave the environment as they found it: the next ones of the worker would go elsewhere."""
    before = dict(os.environ)
    yield
    left = {name for name, _ in set(before.items()) ^ set(os.environ.items())}
    assert left <= {"PYTEST_CURRENT_TEST"}


@pytest.fixture
def state_folder(monkeypatch, tmp_path):
    """The test's own state folder; and nothing in the environment that leads a client anywhere else."""
    for name in list(os.environ):
        if name.startswith("AZURE_") or name.upper().endswith("_PROXY") or "CA_BUNDLE" in name or "CA_CERTS" in name:
            monkeypatch.delenv(name)
    for name in ("KEY_VAULT_NAME", "SSL_CERT_FILE", "SSL_CERT_DIR", practice.MARKER):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "state"
    monkeypatch.setenv("PRACTICE_CLOUD_HOME", str(folder))
    return folder


@pytest.fixture
def cloud(state_folder):
    """A running practice cloud; this process's environment stays as it is."""
    with practice.PracticeCloud() as cloud:
        yield cloud


@pytest.fixture
def started(state_folder):
    """The practice cloud of this process, as a notebook has it."""
    yield practice.start()
    practice.stop()


@pytest.fixture
def second_vault(state_folder):
    """The host of a second vault, which keeps deleted secrets for seven days and lets the default program do all."""
    vault = Vault("second-vault", DEFAULT_GROUP, LOCATION, {}, 7, purge_protected=False, uses_roles=True)
    with closing(Store()) as store, store.writing() as state:
        vaults.add(state, vault)
        assignments.assign(state, PRACTICE.object_id, roles.SECRETS_OFFICER, vault.id)
    return "second-vault.vault.azure.net"


@pytest.fixture
def run_python():
    """Run a Python program in a fresh process, from the project's folder; what it prints is text."""

    def run(*arguments, check=True, **options):
        result = subprocess.run(
            [sys.executable, *arguments], cwd=PROJECT, text=True, capture_output=True, timeout=60, **options
        )
        assert not check or result.returncode == 0, result.stderr
        return result

    return run


@pytest.fixture
def begin_python():
    """Begin a Python program that goes on, with those that it begins, until the test ends it or is over."""
    begun = []

    def begin(*arguments, **options):
        options = {
            "start_new_session": True,
            # Whoever runs the tests in the background of a shell has Ctrl+C ignored, and programs would inherit that.
            "preexec_fn": None if os.name == "nt" else lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            "text": True,
            "cwd": PROJECT,
            **options,
        }
        process = subprocess.Popen([sys.executable, *arguments], **options)
        begun.append(process)
        return process

    yield begin
    for process in begun:
        with suppress(ProcessLookupError):
            process.kill() if os.name == "nt" else os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
