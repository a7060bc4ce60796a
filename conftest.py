"""The guard of the whole run: no test touches the state of the person who runs it."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Give this process (with pytest-xdist: each worker) a home of its own, before any test is even imported."""
    folder = tempfile.mkdtemp(prefix="key-vault-notebooks-tests-")
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    os.environ["HOME"] = folder
    os.environ["USERPROFILE"] = folder  # what Windows calls it
    os.environ["PRACTICE_CLOUD_HOME"] = str(Path(folder) / "practice")
    for name in ("TMPDIR", "TEMP", "TMP"):  # of the programs that tests begin: one that is killed leaves files behind
        os.environ[name] = folder


@pytest.hookimpl(optionalhook=True)  # pytest-xdist may be switched off
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:  # noqa: ARG001 - pytest passes it by its name
    """One worker more than there are cores: a test often waits, for a kernel, a program or a poller."""
    return (os.cpu_count() or 1) + 1
