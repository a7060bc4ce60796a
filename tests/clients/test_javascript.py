"""The official JavaScript client, unmodified, in every operation that it has. Node runs what is in `javascript/`."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from helpers.practice import PracticeCloud

FOLDER = Path(__file__).parent / "javascript"
INSTALL = "npm ci --prefix tests/clients/javascript"


@pytest.fixture
def node():
    """Node's program. Without it, or without the client, a test is skipped; in CI it fails."""
    program = shutil.which("node")
    if program is None or not (FOLDER / "node_modules").is_dir():
        missing = f"The JavaScript client is not installed: install Node.js 20 or newer, then run `{INSTALL}`."
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(missing)
    return program


@pytest.mark.parametrize(("program", "delete_seconds"), [("every_operation.mjs", "0"), ("slow_deletion.mjs", "3")])
def test_the_javascript_client_works(program, delete_seconds, node, second_vault, monkeypatch):
    monkeypatch.setenv("PRACTICE_CLOUD_DELETE_SECONDS", delete_seconds)
    with PracticeCloud() as cloud:
        finished = subprocess.run(
            [node, "--test", "--test-reporter=spec", FOLDER / program],
            env={**cloud.environment(), "SECOND_VAULT": second_vault},
            capture_output=True,
            encoding="utf-8",
            timeout=120,
        )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "\n\N{INFORMATION SOURCE} fail 0\n" in finished.stdout
    assert "\n\N{INFORMATION SOURCE} skipped 0\n" in finished.stdout


def test_the_lock_file_names_no_registry():
    assert '"resolved"' not in (FOLDER / "package-lock.json").read_text(encoding="utf-8")
