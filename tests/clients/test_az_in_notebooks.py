"""The Azure CLI's commands in the notebooks' text: each does, or fails, as the text says, whatever the shell."""

import os
import re
import secrets
import subprocess
from dataclasses import dataclass

import pytest
from azure.identity import ClientSecretCredential
from azure.keyvault.secrets import SecretClient

from helpers.practice.identities import (
    CLIENT_ADDRESS,
    DEFAULT_GROUP,
    DEFAULT_VAULT,
    LOCATION,
    NEWCOMER,
    PERSON_ID,
    SECOND_VAULT,
    STORAGE_ACCOUNT,
    storage_scope,
    vault_scope,
)
from tests.notebooks import NAMES, read

pty = pytest.importorskip("pty")  # Windows has no bash either

GROUP = "KeyVault-PythonQS-rg"

# What each command needs before it can run: nothing, a secret under the name that the text leaves open, a deleted one,
# a backup of one, a vault with access policies, or programs and a vault that nothing else uses. "elsewhere": something
# of Azure that the practice cloud has not; then the command is one that `az` knows, and this is what it hears.
NEEDS = {
    **dict.fromkeys(["login", "account show", "ad signed-in-user show", "ad sp create-for-rbac"]),
    **dict.fromkeys(["group create", "group delete", "resource list", "keyvault create", "keyvault show"]),
    **dict.fromkeys(["role assignment create", "role assignment list", "role assignment delete"]),
    "storage account show": None,
    **dict.fromkeys(["keyvault update", "keyvault network-rule list"]),
    **dict.fromkeys(["keyvault network-rule add", "keyvault network-rule remove"]),
    **dict.fromkeys(["keyvault secret list", "keyvault secret list-deleted"], "secret"),
    **dict.fromkeys(["keyvault secret show", "keyvault secret list-versions"], "secret"),
    **dict.fromkeys(["keyvault secret set-attributes", "keyvault secret backup"], "secret"),
    **dict.fromkeys(["keyvault secret show-deleted", "keyvault secret recover", "keyvault secret purge"], "deleted"),
    "keyvault secret restore": "backup",
    "keyvault secret set": "file",
    **dict.fromkeys(["monitor diagnostic-settings create"]),
    "keyvault set-policy": "policies",
    "keyvault purge": None,
    "ad app delete": "lessons",
    "keyvault delete": "lessons",
    **dict.fromkeys(["vm identity show", "eventgrid event-subscription create"], "elsewhere"),
}

_BLOCK = re.compile(r"^```(bash|powershell|bat)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_CALL = re.compile(r"(?:^|\$\(|= |\(')az ((?:[a-z][a-z-]*(?: |$))+)", re.MULTILINE)
_FAILS = re.compile(r"The (?:(first|second|third) )?command fails with \*(\w+)\*")


@dataclass(frozen=True)
class Block:
    """A block of commands for bash, with the text of its cell."""

    commands: tuple[str, ...]
    text: str

    @property
    def calls(self) -> list[str]:
        """The commands of the Azure CLI in it, without their options: `group create`, say."""
        return [call.strip() for command in self.commands for call in _CALL.findall(command)]

    @property
    def failing(self) -> dict[int, str]:
        """Which commands fail, as the text says, and with which code."""
        order = {"first": 0, "second": 1, "third": 2}
        return {order.get(which, 0): code for which, code in _FAILS.findall(self.text)}


def blocks(name: str) -> list[Block]:
    """A notebook's blocks for bash that call the Azure CLI."""
    found = []
    for cell in read(name).cells:
        if cell.cell_type == "markdown":
            for shell, code in _BLOCK.findall(cell.source):
                block = Block(tuple(code.replace("\\\n", " ").strip().splitlines()), cell.source)
                if shell == "bash" and block.calls:
                    found.append(block)
    return found


class TestCommands:
    """The commands, in bash, one notebook after the other."""

    @pytest.mark.parametrize("name", [name for name in NAMES if blocks(name)])
    def test_they_do_what_the_text_says(self, learner, name, tmp_path):
        lesson = Lesson(learner, tmp_path)
        for block in blocks(name):
            unknown = [call for call in block.calls if call not in NEEDS]
            assert not unknown, f"{name} has commands that this test cannot prepare: add {unknown} to NEEDS"
            lesson.run(block)


class Lesson:
    """A terminal beside a notebook. What one block exports is there in the next."""

    def __init__(self, az, folder):
        self._az = az
        self._folder = folder
        self._variables = dict(az.variables)

    def run(self, block):
        """Run a block, and see each command do or fail as the text says."""
        filled = self._fill(block)
        finished = self._run(filled)
        if "keyvault set-policy" in block.calls and "Cannot set policies to a vault" in finished[-1][1]:
            # The text says so of a vault with roles. Now it becomes one of the older ones.
            vault = self._variables["KEY_VAULT_NAME"]
            self._az("keyvault", "update", "--name", vault, "--enable-rbac-authorization", "false")
            finished = self._run(filled)
        for number, (code, said) in enumerate(finished):
            expected = block.failing.get(number)
            if number < len(block.calls) and NEEDS[block.calls[number]] == "elsewhere":
                assert re.search("The practice cloud does not offer (GET|PUT)", said), said
                continue
            assert (code != 0) == (expected is not None), f"{filled[number]}: {said}"
            assert expected is None or f"({expected})" in said or f'"code": "{expected}"' in said, said

    def _fill(self, block):
        """Make what a block needs, and put it in the places that the text leaves open."""
        if any(GROUP in command for command in block.commands) and "group create" not in block.calls:
            self._az("group", "create", "--name", GROUP, "--location", LOCATION)
        needs = {NEEDS[call] for call in block.calls}
        if "lessons" in needs:
            self._make_what_lessons_use()
        if "file" in needs:
            (self._folder / "server.pem").write_text("-----BEGIN FAKE-----\n-----END FAKE-----\n", encoding="utf-8")
        name, version = self._make_secret(needs)
        group_scope = vault_scope(DEFAULT_GROUP, DEFAULT_VAULT).partition("/Microsoft.KeyVault/")[0]
        places = {
            "<the name>": name,
            "<the version>": version,
            "<your-unique-vault-name>": f"kv-{secrets.token_hex(4)}",
            "<your-other-vault-name>": f"kv-{secrets.token_hex(4)}",
            "<your address>": CLIENT_ADDRESS,
            "<machine>": "a-machine",
            "<group>": DEFAULT_GROUP,
            "<principal id>": NEWCOMER.object_id,
            "<client id>": self._variables["LESSON_NEWCOMER_CLIENT_ID"],
            "<vault id>": vault_scope(DEFAULT_GROUP, DEFAULT_VAULT),
            "<app id>": f"{group_scope}/Microsoft.Web/sites/an-app",
            "<storage account id>": f"{group_scope}/Microsoft.Storage/storageAccounts/anaccount",
            "<container>": "a-container",
            "<account id>": storage_scope(DEFAULT_GROUP, STORAGE_ACCOUNT),
            "<your object id>": PERSON_ID,
        }
        filled = []
        for command in block.commands:
            for place, value in places.items():
                command = command.replace(place, value)
            left = re.search(r"<[a-z][^<>|]*>|\"\.\.\.\"", command)
            assert left is None, f"{command} leaves {left[0]} open: add it to the places of this test"
            filled.append(command)
        return filled

    def _make_secret(self, needs):
        """A secret in both vaults that the lessons use, or what is to be left of it: its name, and a version's."""
        name, version = f"lesson-{secrets.token_hex(3)}", ""
        for vault in (SECOND_VAULT, DEFAULT_VAULT) if needs & {"secret", "deleted", "backup"} else ():
            with self._client(vault) as client:
                version = client.set_secret(name, "fake-value").properties.version
                if "backup" in needs:
                    (self._folder / f"{name}.backup").write_bytes(client.backup_secret(name))
                if needs & {"deleted", "backup"}:
                    client.begin_delete_secret(name)
                if "backup" in needs:
                    client.purge_deleted_secret(name)
        return name, version

    def _make_what_lessons_use(self):
        """Programs and a vault of this block's own: it deletes them, and other notebooks need those that are there."""
        for program in ("APP", "AUDITOR", "NEWCOMER"):
            made = self._az("ad", "sp", "create-for-rbac", "--name", f"lesson-{secrets.token_hex(3)}")
            self._variables[f"LESSON_{program}_CLIENT_ID"] = made["appId"]
        vault = f"kv-{secrets.token_hex(4)}"
        self._az("keyvault", "create", "--name", vault, "--resource-group", DEFAULT_GROUP, "--location", LOCATION)
        self._variables["LESSON_GUARDED_VAULT"] = vault

    def _client(self, vault):
        known = self._az.variables
        through = {"proxies": {"https": known["HTTPS_PROXY"]}, "connection_verify": known["REQUESTS_CA_BUNDLE"]}
        who = (known[f"AZURE_{name}"] for name in ("TENANT_ID", "CLIENT_ID", "CLIENT_SECRET"))
        return SecretClient(f"https://{vault}.vault.azure.net", ClientSecretCredential(*who, **through), **through)

    def _run(self, commands):
        """Run commands in one shell: for each its exit code, and what it says when it fails."""
        script = [f"{{ {command}\n}} 2> said-{number}; echo $? >> codes" for number, command in enumerate(commands)]
        ours, theirs = pty.openpty()
        with os.fdopen(ours, "wb", buffering=0) as answers, os.fdopen(theirs, "rb", buffering=0) as terminal:
            answers.write(b"y\n")  # to `az group delete`, which asks when there is a terminal
            (self._folder / "codes").write_text("")
            finished = subprocess.run(
                ["bash", "-u", "-c", "\n".join([*script, "env -0 > variables"])],
                cwd=self._folder,
                env=self._variables,
                stdin=terminal,
                capture_output=True,
                encoding="utf-8",
                timeout=180,
            )
        assert finished.returncode == 0, finished.stderr
        exported = (self._folder / "variables").read_text().rstrip("\0").split("\0")
        self._variables = dict(one.split("=", 1) for one in exported)
        codes = [int(code) for code in (self._folder / "codes").read_text().split()]
        return [(code, (self._folder / f"said-{number}").read_text()) for number, code in enumerate(codes)]


@pytest.mark.parametrize("name", NAMES)
def test_every_shell_has_the_same_commands(name):
    for cell in read(name).cells:
        in_bash = None
        for shell, code in _BLOCK.findall(cell.source) if cell.cell_type == "markdown" else ():
            if shell == "bash":
                in_bash = code
            else:
                assert in_bash is not None, f"{name}: a block for {shell} comes after the same for bash"
                assert in_other_words(shell, code) == in_other_words("bash", in_bash), f"{name}: {code}"


def in_other_words(shell, code):
    """The commands of the Azure CLI in a block, in words that are the same for every shell.

    The three shells put a command's answer into another in their own ways: bash in place, PowerShell and cmd with the
    help of a variable. Here it is in place.
    """
    going_on = {"bash": "\\", "powershell": "`", "bat": "^"}[shell]
    code = code.replace(f"{going_on}\n", " ").replace('"', "").replace("'", "")
    code = re.sub(r"\$env:(\w+)|%([A-Z_]+)%", r"$\1\2", code)
    answer = {"bash": None, "powershell": r"^\$(\w+) = (az .*)$", "bat": r"^for /f %i in \((az .*)\) do set (\w+)=%i$"}
    found = re.findall(answer[shell], code, re.MULTILINE) if answer[shell] else []
    for one, other in found:
        variable, command = (one, other) if shell == "powershell" else (other, one)
        code = re.sub(rf"\${variable}\b", lambda _, command=command: f"$({command})", code)
    return [" ".join(line.split()) for line in code.splitlines() if line.startswith("az ")]
