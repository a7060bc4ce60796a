"""The official Go client, unmodified, in every operation that it has. Go compiles and runs what is in `go/`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.practice import PracticeCloud

from .programs import missing, own_home

FOLDER = Path(__file__).parent / "go"
INSTALL = "go test -C tests/clients/go -c -o /dev/null ."

pytestmark = pytest.mark.skipif(
    sys.platform in ("win32", "darwin"), reason="there, Go trusts the system's certificates alone (x509.SystemCertPool)"
)


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """The tests in Go, compiled. Without Go, or what they are made of, a test is skipped; in CI it fails."""
    go = shutil.which("go")
    if go is None:
        missing(f"Go is not installed: install Go 1.25 or newer, then run `{INSTALL}`.")
    compiled = tmp_path_factory.mktemp("go") / "every_operation"
    finished = subprocess.run(
        [go, "test", "-C", FOLDER, "-c", "-o", compiled, "."],
        env={**os.environ, **own_home(), "GOPROXY": "off", "GOFLAGS": "-mod=readonly"},  # tests download nothing
        capture_output=True,
        encoding="utf-8",
    )
    if finished.returncode != 0:
        missing(f"The Go client is not installed: run `{INSTALL}`.\n{finished.stderr}")
    return compiled


def test_the_go_client_works(program, second_vault):
    with PracticeCloud() as cloud:
        finished = subprocess.run(
            [program, "-test.v"],
            cwd=FOLDER,
            env={**cloud.environment(), "SECOND_VAULT": second_vault},
            capture_output=True,
            encoding="utf-8",
            timeout=120,
        )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    tests = (FOLDER / "every_operation_test.go").read_text(encoding="utf-8").count("\nfunc Test")
    assert finished.stdout.count("--- PASS: ") == tests
    assert "--- SKIP" not in finished.stdout
