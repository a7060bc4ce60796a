"""The whole way to Azure and back in a practice shell: the commands of notebook 21, then the live tests themselves."""

import os
import re
import subprocess
import sys
from contextlib import closing

from tests.clients.az import az_program, refusing_proxy
from tests.notebooks import PROJECT, read, text

NOTEBOOK = text(read("21-make-your-own-vault"))
[MAKE_THE_VAULT] = re.findall(r"^```bash\n(az login\n.*?)^```", NOTEBOOK, re.MULTILINE | re.DOTALL)
USE_MY_SIGN_IN = "unset AZURE_CLIENT_ID"
NO_OTHER_VAULTS = "unset ${!LESSON_@}"  # those of the practice cloud, which a reader on Azure has not
LIVE = f'"{sys.executable}" -m pytest -q -m live tests/live/test_notebooks.py -k 02-save'

# A reader's own secret, under a name that the notebooks might have made up.
SAVE_MINE = 'az keyvault secret set --vault-name "$KEY_VAULT_NAME" --name tutorial-0a1b2c --value fake --output none'
LIST = 'az keyvault secret list --vault-name "$KEY_VAULT_NAME" --query "[].name" --output tsv'


def test_a_vault_of_ones_own_is_made_used_and_left_as_it_was(state_folder, monkeypatch):
    monkeypatch.setenv("PRACTICE_CLOUD_DELETE_SECONDS", "0")
    az_program()
    assert f"`{USE_MY_SIGN_IN}`" in NOTEBOOK
    make = MAKE_THE_VAULT.replace("<your-unique-vault-name>", "kv-rehearsal")
    script = "\n".join(["set -euo pipefail", make, USE_MY_SIGN_IN, NO_OTHER_VAULTS, SAVE_MINE, LIVE, LIST])
    elsewhere: list[str] = []
    with closing(refusing_proxy(elsewhere)) as proxy:
        ran = subprocess.run(
            [sys.executable, "-m", "helpers.practice", "run", "--", "bash", "-c", script],
            cwd=PROJECT,
            env={**os.environ, "HTTPS_PROXY": f"http://127.0.0.1:{proxy.getsockname()[1]}"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=300,
        )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "1 passed" in ran.stdout
    made = r"^kv-rehearsal: this run left 2 secrets \(tutorial-[0-9a-f]{6}, tutorial-[0-9a-f]{6}\)\."
    assert re.search(made, ran.stdout, re.MULTILINE), ran.stdout
    assert "kv-rehearsal: nothing of it stays." in ran.stdout
    assert ran.stdout.splitlines()[-1] == "tutorial-0a1b2c"
    assert elsewhere == []
