"""The official Java client, unmodified, in every operation that it has. Java runs what is in `java/`."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import trustme

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


def test_a_trust_store_of_the_users_own_stays_in_force(program, monkeypatch, tmp_path):
    company, others = tmp_path / "company.pem", tmp_path / "their store.jks"
    trustme.CA(organization_name="The Company").cert_pem.write_to_path(str(company))
    keytool = shutil.which("keytool")
    given = ("-noprompt", "-storetype", "JKS", "-storepass", "fake-password", "-keystore", others)
    subprocess.run([keytool, "-importcert", "-alias", "company", "-file", company, *given], check=True)
    own = f"-Djavax.net.ssl.trustStore='{others}' -Djavax.net.ssl.trustStorePassword=fake-password"
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", own)
    with PracticeCloud() as cloud:
        options = cloud.settings["JAVA_TOOL_OPTIONS"]
        assert options.startswith(own)
        store = options.rpartition("trustStore=")[2]
        said = subprocess.run(
            [keytool, "-list", "-storepass", "fake-password", "-keystore", store], capture_output=True, text=True
        )
    assert said.returncode == 0, said.stdout
    assert {line.partition(",")[0] for line in said.stdout.splitlines() if "trustedCertEntry" in line} == {
        "company",
        "practice-cloud",
    }
    assert others.read_bytes().count(b"practice-cloud") == 0
