"""The real Azure CLI, unmodified, in a practice cloud: what its tests share."""

import json
import os
import re
import shutil
import socket
import subprocess
import threading
from contextlib import closing
from pathlib import Path

import pytest

from helpers.practice import PracticeCloud
from helpers.practice.identities import TENANT_ID
from tests.notebooks import PROJECT
from tests.scripts import Scripts

# Packages that the Azure CLI brings along and imports for these commands; of its own code, nothing is imported before
# a command runs. It takes a second to import them, which is most of what a command takes.
IMPORTS = (
    "argcomplete",
    "azure.keyvault.administration",
    "azure.keyvault.certificates",
    "azure.keyvault.keys",
    "azure.keyvault.secrets",
    "azure.mgmt.authorization",
    "azure.mgmt.core.polling.arm_polling",
    "azure.mgmt.keyvault",
    "azure.mgmt.resource",
    "chardet",
    "charset_normalizer",
    "cryptography.x509",
    "jmespath",
    "knack",
    "msal_extensions.persistence",
    "msrest.paging",
    "requests",
    "yaml",
)
REQUIREMENTS = Path(__file__).with_name("az-requirements.txt")


class Az:
    """The Azure CLI with a sign-in of its own; nobody is signed in at first.

    Attributes:
        variables: The environment that it runs in.
        folder: Its configuration, and who is signed in.
        elsewhere: What was asked for outside of the practice cloud, by this one or another of the same cloud.
    """

    def __init__(self, program: str, cloud: PracticeCloud, folder: Path, elsewhere: list[str], warmed: Scripts | None):
        shutil.copytree(cloud.settings["AZURE_CONFIG_DIR"], folder)
        path = f"{Path(program).parent}{os.pathsep}{os.environ['PATH']}"
        self.variables = {**cloud.environment(), "AZURE_CONFIG_DIR": str(folder), "PATH": path}
        self.variables.pop("PYTHONDONTWRITEBYTECODE", None)  # twice as slow without, after the first use
        self.folder = folder
        self.elsewhere = elsewhere
        self._program = program
        self._warmed = warmed

    def __call__(self, *arguments: str) -> object:
        """What a command that succeeds prints, read from JSON; None if it prints nothing."""
        finished = self._run(arguments)
        assert finished.returncode == 0, f"az {' '.join(arguments)}: {finished.stderr}"
        return json.loads(finished.stdout) if finished.stdout.strip() else None

    def fails(self, *arguments: str) -> str:
        """What a command that fails says."""
        finished = self._run(arguments)
        assert finished.returncode != 0, f"az {' '.join(arguments)}: {finished.stdout}"
        assert "Traceback" not in finished.stderr, finished.stderr
        return finished.stderr

    def _run(self, arguments: tuple[str, ...]) -> subprocess.CompletedProcess:
        if self._warmed is not None:
            variables = {**self.variables, "AZ_INSTALLER": "PIP"}  # as the program `az` sets it
            return self._warmed.run("azure.cli", variables, *arguments, folder=PROJECT, seconds=120)
        return subprocess.run(
            [self._program, *arguments],
            env=self.variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
        )


def login(client_id: str, password: str, tenant: str = TENANT_ID) -> tuple[str, ...]:
    """The command that signs a program in."""
    return ("login", "--service-principal", "--username", client_id, "--password", password, "--tenant", tenant)


def az_program() -> str:
    """Where the Azure CLI is. Without one, the test is skipped, and fails in CI."""
    program = shutil.which("az")
    if program is None:
        (pin,) = re.findall(r"^azure-cli==.*", REQUIREMENTS.read_text(encoding="utf-8"), re.MULTILINE)
        missing = f"The Azure CLI is not installed: run `uv tool install {pin}`."
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(missing)
    return program


@pytest.fixture(scope="package")
def warmed_az():
    """The Azure CLI's own interpreter, with its packages imported; None if `az` is not a script that names it."""
    program = shutil.which("az")
    first = Path(program).read_bytes().splitlines()[0].decode(errors="replace") if program else ""
    python = first.removeprefix("#!")
    if python == first or not re.match(r"python[0-9.]*$", Path(python).name):
        yield None
        return
    with Scripts(python, IMPORTS) as scripts:
        yield scripts


@pytest.fixture(scope="class")
def make_az(tmp_path_factory, warmed_az):
    """Makes Azure CLIs in one practice cloud, which is a class's own. Afterwards, none has asked for another host."""
    program = az_program()
    elsewhere: list[str] = []
    with closing(refusing_proxy(elsewhere)) as proxy, pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith("AZURE_") or name.upper().endswith("_PROXY"):
                patch.delenv(name)
        patch.setenv("PRACTICE_CLOUD_HOME", str(tmp_path_factory.mktemp("state")))
        patch.setenv("PRACTICE_CLOUD_DELETE_SECONDS", "0")
        patch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.getsockname()[1]}")
        with PracticeCloud() as cloud:
            yield lambda: Az(program, cloud, tmp_path_factory.mktemp("az") / "az", elsewhere, warmed_az)
    assert elsewhere == []


@pytest.fixture
def az(make_az):
    """An Azure CLI of the test's own; nobody is signed in."""
    return make_az()


@pytest.fixture(scope="class")
def learner(make_az):
    """An Azure CLI with the practice person signed in, for all tests of a class."""
    made = make_az()
    made("login", "--use-device-code")
    return made


def refusing_proxy(asked: list[str]) -> socket.socket:
    """A proxy that notes what it is asked for, and refuses it: nothing leaves the machine."""
    listening = socket.create_server(("127.0.0.1", 0))

    def refuse() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:  # closed: the tests are over
                return
            with connection:
                asked.append(connection.recv(65_536).decode("latin-1").split("\r\n")[0])
                connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")

    threading.Thread(target=refuse, daemon=True).start()
    return listening
