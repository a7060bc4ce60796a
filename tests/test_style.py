"""One style of code, as pyproject.toml sets it."""

import subprocess
import sys

import pytest

from tests.notebooks import PROJECT


@pytest.mark.parametrize("command", [("check",), ("format", "--check")])
def test_code_keeps_to_it(command: tuple[str, ...]) -> None:
    places = ("conftest.py", "helpers", "notebooks/helpers.py", "tests")
    finished = subprocess.run(
        [sys.executable, "-m", "ruff", *command, "--no-cache", *places], cwd=PROJECT, capture_output=True, text=True
    )
    assert finished.returncode == 0, finished.stdout
