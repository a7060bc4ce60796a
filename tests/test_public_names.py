"""What `helpers` shows: its public names to Tab, Shift+Tab and type checkers; and the practice cloud alone."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

import helpers
from tests.notebooks import FOLDER, PROJECT

PUBLIC = [
    "Card",
    "Choice",
    "ErrorMessage",
    "Form",
    "NotebookError",
    "SecretName",
    "SecretValue",
    "VaultName",
    "add_certificate",
    "assign_role",
    "choose_connection",
    "connect",
    "exercises",
    "find_entry",
    "masked",
    "preflight",
    "progress",
    "rehearse",
    "reset",
    "reveal",
    "revoke_role",
    "show_requests",
    "show_sign_in",
    "show_vault",
    "turn_logging_off",
    "turn_logging_on",
    "vault_events",
]
# What the practice cloud works without: packages of the notebooks' side, and the SDK.
NOT_ITS_OWN = ["IPython", "aiohttp", "anywidget", "azure", "ipywidgets", "jupyterlab", "matplotlib", "nbval", "pandas"]
NOT_ITS_OWN += ["sqlalchemy", "traitlets"]


def in_stub(path: Path, package: str) -> dict[str, str]:
    """Each name that a stub exports, and the module that it takes it from."""
    found = {}
    for line in ast.parse(path.read_text(encoding="utf-8")).body:
        assert isinstance(line, ast.ImportFrom)
        module = "." * line.level + (line.module or "")
        for name in line.names:
            assert name.asname == name.name, "a stub exports only what it imports under its own name again"
            found[name.name] = module.removeprefix(package).removeprefix(".")
    return found


def test_public_names_are_these_and_each_is_there() -> None:
    assert dir(helpers) == sorted(helpers.__all__) == PUBLIC
    for name in PUBLIC:
        assert getattr(helpers, name) is not None


def test_stubs_say_what_the_package_has() -> None:
    table = {**helpers._MODULE_OF, "exercises": ""}  # type: ignore[attr-defined]
    assert in_stub(PROJECT / "helpers" / "__init__.pyi", ".") == table
    assert in_stub(FOLDER / "helpers.pyi", "..helpers") == table


def test_a_name_that_is_not_there_says_which_are() -> None:
    with pytest.raises(AttributeError, match=r"helpers has no 'conect'\. It has Card, Choice, .*connect"):
        _ = helpers.conect


@pytest.fixture(scope="module")
def kernel() -> Iterator[BlockingKernelClient]:
    """A kernel in the notebooks' folder in which no cell ran yet."""
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(FOLDER))
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def answer(client: BlockingKernelClient, asked: str) -> dict[str, Any]:
    """The content of the kernel's answer to a message."""
    while True:
        message = client.get_shell_msg(timeout=30)
        if message["parent_header"]["msg_id"] == asked:
            return message["content"]


def test_tab_shows_the_public_names_first(kernel: BlockingKernelClient) -> None:
    shown = answer(kernel, kernel.complete("from helpers import "))["matches"]
    assert sorted(shown[: len(PUBLIC)]) == PUBLIC
    assert "connect" in answer(kernel, kernel.complete("from helpers import con"))["matches"]


def test_shift_tab_shows_the_signature_and_what_it_is_for(kernel: BlockingKernelClient) -> None:
    answer(kernel, kernel.execute("from helpers import connect, rehearse"))
    connect, rehearse = (
        re.sub(r"\x1b\[[0-9;]*m", "", answer(kernel, kernel.inspect(name))["data"]["text/plain"])
        for name in ("connect", "rehearse")
    )
    assert "connect() -> helpers.cards.Card" in connect
    assert "Prepare this notebook" in connect
    assert "days_later: float" in rehearse


ALONE = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in sys.argv[1:]:
            raise ModuleNotFoundError(f"{name} is not the practice cloud's", name=name)

sys.meta_path.insert(0, Blocked())
import helpers.practice.__main__
helpers.practice.start()
helpers.practice.stop()
print(sorted(name for name in sys.modules if name.startswith("helpers.") and not name.startswith("helpers.practice")))
"""


def test_the_practice_cloud_stands_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PRACTICE_CLOUD_HOME", str(tmp_path))
    finished = subprocess.run(
        [sys.executable, "-c", ALONE, *NOT_ITS_OWN], cwd=PROJECT, capture_output=True, text=True, timeout=60
    )
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.strip() == "[]"


def test_types_are_published() -> None:
    assert (PROJECT / "helpers" / "py.typed").is_file()
