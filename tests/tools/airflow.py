"""Airflow's Key Vault backend against a practice cloud, in an environment of its own, which is made anew each time.

`python -m tests.tools.airflow` installs the newest Airflow from the package index, and prints what Airflow found,
never a value. For the versions that Airflow was tested with, name its constraints file: `--constraints FILE_OR_URL`.
"""

import argparse
import configparser
import json
import os
import re
import subprocess
import sys
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from helpers.practice import PracticeCloud
from tests import notebooks

from .kills import HOST, Caller, clean_environment

PACKAGE = "apache-airflow-providers-microsoft-azure"
NOTEBOOK = "12-settings-from-the-vault"
# The names as Airflow's documentation forms them: a prefix, "-", and the ID with its underscores as dashes.
SAVED = {
    "airflow-connections-shop-db": "postgresql://shop:fake-password@db.example.com/orders",
    "airflow-variables-api-key": "fake-key",
    "airflow-config-sql-conn": "sqlite:////fake/airflow.db",
}
DISABLED = "airflow-variables-off-key"
ELSEWHERE = "fake-of-the-environment"
# What Airflow's own interpreter runs. It prints sentences and yes or no, never what it read.
PROGRAM = """
import importlib.metadata, json, os, sys
saved = json.loads(sys.stdin.read())
for name in ("apache-airflow", "apache-airflow-providers-microsoft-azure", "azure-keyvault-secrets"):
    print(f"{name} {importlib.metadata.version(name)}")

from airflow.configuration import conf
from airflow.providers.microsoft.azure.secrets.key_vault import AzureKeyVaultBackend

backend = AzureKeyVaultBackend(**json.loads(conf.get("secrets", "backend_kwargs")))
for conn_id in ("shop_db", "shop-db"):
    connection = backend.get_connection(conn_id)
    assert connection.get_uri() == saved["airflow-connections-shop-db"].replace("postgresql", "postgres"), conn_id
    print(f"get_connection({conn_id!r}): a connection of type {connection.conn_type}, with its password")
assert backend.get_variable("api_key") == saved["airflow-variables-api-key"]
print("get_variable('api_key'): the value that was saved")
assert backend.get_config("sql_conn") == saved["airflow-config-sql-conn"]
print("get_config('sql_conn'): the value that was saved")

assert backend.get_variable("not_there") is None
print("get_variable('not_there'): None, and no error")
assert backend.get_variable("shop.key") is None
print("get_variable('shop.key'): None, since a secret's name can't have a dot")

from airflow.models import Variable
from airflow.sdk import Connection

assert Variable.get("api_key") == saved["airflow-variables-api-key"]
print("Variable.get, as a task calls it: the vault's value, although the environment has another")
assert conf.get("database", "sql_alchemy_conn") == saved["airflow-config-sql-conn"]
print("sql_alchemy_conn, by its option sql_alchemy_conn_secret: the value that was saved")
assert Connection.get("shop_db").password == "fake-password"
print("Connection.get, as a task calls it: with its password")
assert Variable.get("off_key") == "fake-of-the-environment"
print("Variable.get of a disabled secret: the environment's value, and no error")
"""


@dataclass(frozen=True)
class Setting:
    """What stands below `[secrets]` in `airflow.cfg`."""

    backend: str
    arguments: dict[str, str]


def setting_of_notebook() -> Setting:
    """The lines of `airflow.cfg` that notebook 12 shows."""
    [block] = re.findall(r"```ini\n(.*?)```", notebooks.text(notebooks.read(NOTEBOOK)), re.DOTALL)
    parser = configparser.ConfigParser()
    parser.read_string(block)
    return Setting(parser["secrets"]["backend"], json.loads(parser["secrets"]["backend_kwargs"]))


def run(constraints: str | None = None) -> str:
    """Install Airflow, save secrets in a practice cloud, and let Airflow look for them; what its program printed.

    Args:
        constraints: A constraints file of Airflow's, or its address.

    Raises:
        SystemExit: Airflow can't be installed, or it didn't find what was saved.
    """
    shown = setting_of_notebook()
    arguments = shown.arguments | {"vault_url": f"https://{HOST}"}
    with tempfile.TemporaryDirectory() as folder:
        python = _install(Path(folder, "airflow"), constraints)
        os.environ["PRACTICE_CLOUD_HOME"] = folder
        with PracticeCloud() as cloud:
            with closing(Caller(cloud.settings)) as caller:
                for name, value in SAVED.items():
                    status, _ = caller.ask("PUT", f"/secrets/{name}", {"value": value})
                    assert status == 200, name
                caller.ask("PUT", f"/secrets/{DISABLED}", {"value": "fake-key", "attributes": {"enabled": False}})
            environment = clean_environment(folder) | cloud.environment()
            environment |= {
                "AIRFLOW_HOME": folder,
                "AIRFLOW__LOGGING__LOGGING_LEVEL": "CRITICAL",  # each of the SDK's sign-ins would be a line
                "AIRFLOW__SECRETS__BACKEND": shown.backend,
                "AIRFLOW__SECRETS__BACKEND_KWARGS": json.dumps(arguments),
                "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_SECRET": "sql_conn",
                "AIRFLOW_VAR_API_KEY": ELSEWHERE,
                "AIRFLOW_VAR_OFF_KEY": ELSEWHERE,
            }
            command = [str(python), "-c", PROGRAM]
            done = subprocess.run(
                command, env=environment, input=json.dumps(SAVED), capture_output=True, encoding="utf-8", timeout=300
            )
    if done.returncode != 0:
        raise SystemExit(f"Airflow didn't find what was saved:\n{done.stdout}{done.stderr}")
    return done.stdout


def _install(folder: Path, constraints: str | None) -> Path:
    """An environment with Airflow in a folder; its interpreter."""
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    install = ["uv", "pip", "install", "--quiet", "--python", str(python), PACKAGE]
    if constraints:
        install += ["--constraint", constraints]
    for command in (["uv", "venv", "--quiet", "--python", sys.executable, str(folder)], install):
        if subprocess.run(command, timeout=900).returncode != 0:
            raise SystemExit(f"Airflow can't be installed here: `{' '.join(command[:3])}` failed.")
    return python


def main(arguments: list[str] | None = None) -> None:
    """Read the command line, run, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--constraints", metavar="FILE_OR_URL", help="Airflow's constraints file")
    print(run(parser.parse_args(arguments).constraints), end="")


if __name__ == "__main__":
    main()
