"""The official Java client, unmodified, in every operation that it has. Java runs what is in `java/`."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from helpers.practice import PracticeCloud

from .programs import missing, own_home

FOLDER = Path(__file__).parent / "java"
INSTALL = "mvn --file tests/clients/java/pom.xml compile"


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """Runs the tests in Java, compiled. Without Java or the client a test is skipped; in CI it fails."""
    java, maven = shutil.which("java"), shutil.which("mvn")
    if java is None or maven is None:
        missing(f"Java is not installed: install a JDK (17 or newer) and Maven, then run `{INSTALL}`.")
    output = tmp_path_factory.mktemp("java")
    finished = subprocess.run(
        [maven, "--offline", "--quiet", "--batch-mode", "--file", FOLDER / "pom.xml", f"-Doutput={output}", "compile"],
        env={**os.environ, **own_home()},
        capture_output=True,
        encoding="utf-8",
    )
    if finished.returncode != 0:
        missing(f"The Java client is not installed: run `{INSTALL}`.\n{finished.stdout}{finished.stderr}")
    path = f"{output / 'classes'}{os.pathsep}{(output / 'classpath').read_text()}"
    return [java, "-cp", path, "org.junit.platform.console.ConsoleLauncher", "execute"]


def test_the_java_client_works(program, second_vault):
    with PracticeCloud() as cloud:
        finished = subprocess.run(
            [*program, "--select-class", "EveryOperation", "--disable-banner", "--disable-ansi-colors"],
            cwd=FOLDER,
            env={**cloud.environment(), "SECOND_VAULT": second_vault},
            capture_output=True,
            encoding="utf-8",
            timeout=180,
        )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    tests = (FOLDER / "EveryOperation.java").read_text(encoding="utf-8").count("    @Test\n")
    assert f"[        {tests} tests successful      ]" in finished.stdout
