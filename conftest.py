"""The guard of the whole run: no test touches the state of the person who runs it."""

import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import cycle
from pathlib import Path

import pytest
from jupyter_client.connect import LocalPortCache

from tests import forked_kernel, order


def pytest_configure(config: pytest.Config) -> None:
    """Give this process (with pytest-xdist: each worker) a home of its own, before any test is even imported."""
    if _live(config):  # they sign in as you are signed in: `az login` keeps that in your home
        os.environ.setdefault("AZURE_CONFIG_DIR", str(Path.home() / ".azure"))
    folder = tempfile.mkdtemp(prefix="key-vault-notebooks-tests-")
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    os.environ["HOME"] = folder
    os.environ["USERPROFILE"] = folder  # what Windows calls it
    os.environ["PRACTICE_CLOUD_HOME"] = str(Path(folder) / "practice")
    for name in ("TMPDIR", "TEMP", "TMP"):  # of the programs that tests begin: one that is killed leaves files behind
        os.environ[name] = folder
    if hasattr(os, "fork"):
        kernels = Path(folder) / "jupyter" / "kernels" / "python3"
        kernels.mkdir(parents=True)
        # A socket's path has at most 107 characters, and a folder for temporary files may be deep.
        short = tempfile.mkdtemp(prefix="kernels-", dir="/tmp")
        config.add_cleanup(lambda: shutil.rmtree(short, ignore_errors=True))
        (kernels / "kernel.json").write_text(forked_kernel.kernelspec(Path(short) / "socket"))
        os.environ["JUPYTER_PATH"] = str(Path(folder) / "jupyter")
    LocalPortCache.find_available_port = _ports(int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]))
    # Matplotlib looks through the fonts of a computer for seconds, once for each home: here it finds what it found.
    os.environ["MPLCONFIGDIR"] = str(config.cache.mkdir("matplotlib"))


def _ports(worker: int) -> Callable[[LocalPortCache, str], int]:
    """What finds ports for a worker's kernels, where neither other workers nor the system look for any.

    Of those that the system gives, one may be taken before the kernel takes it (jupyter_client issue 487).
    """
    numbers = cycle(range(10_000 + 500 * worker, 10_500 + 500 * worker))

    def is_free(ip: str, number: int) -> bool:
        with closing(socket.socket()) as tried:
            return tried.connect_ex((ip, number)) != 0

    return lambda _cache, ip: next(number for number in numbers if is_free(ip, number))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """A practice cloud of its own for each notebook's kernel: what others have saved would make its lists longer."""
    with pytest.MonkeyPatch.context() as patch:
        if item.path.suffix == ".ipynb":
            own = item.path.relative_to(item.config.rootpath).with_suffix("")
            patch.setenv("PRACTICE_CLOUD_HOME", str(Path(os.environ["PRACTICE_CLOUD_HOME"]) / own))
        return (yield)


@pytest.hookimpl(optionalhook=True)  # pytest-xdist may be switched off
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Twice as many workers as cores, since a test often waits; fewer for few files, and none for one or a vault."""
    if _live(config):
        return 0
    units = sum(order.units(argument) for argument in config.args)
    return 0 if units == 1 else min(units, 2 * (os.cpu_count() or 1))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest comes first, so that no worker is left with it at the end."""
    items.sort(key=lambda item: order.place(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """For `--dist loadscope`, which pyproject.toml asks for: units of work that fit these tests."""
    return order.scheduler(config, log) if config.getoption("dist") == "loadscope" else None


def _live(config: pytest.Config) -> bool:
    return config.option.markexpr == "live"
