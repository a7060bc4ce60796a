"""The hints of the exercises of notebook 12."""

import os

import pytest
from azure.keyvault.secrets import SecretClient

from helpers.exercises import NOT_YET, RIGHT, WRONG
from helpers.exercises.settings_from_the_vault import FillASettingsClass, RepairTheReferences
from tests import notebooks

from .answers import after

CLASS, REFERENCES = notebooks.solutions("12-settings-from-the-vault")
FROM_BASE = """
from typing import Any
from pydantic import Field, SecretStr
from pydantic_settings import AzureKeyVaultSettingsSource, BaseSettings, SettingsConfigDict

class Base(BaseSettings):
    model_config = SettingsConfigDict(hide_input_in_errors=True)

    @classmethod
    def settings_customise_sources(cls, settings_cls, init_settings, **others):
        return init_settings, AzureKeyVaultSettingsSource(settings_cls, client.vault_url, DefaultAzureCredential())

class answer(Base):
    db_password: SecretStr = Field(validation_alias=f"{exercise.name}-db-password")
    api_key: SecretStr = Field(validation_alias=f"{exercise.name}-api-key")
    mail_password: SecretStr = Field(validation_alias=f"{exercise.name}-mail-password")
    page_size: int = 20
"""
ASKED_AT_ONCE = """
from pydantic import SecretStr
from pydantic_settings import BaseSettings

def value(name):
    return SecretStr(client.get_secret(f"{exercise.name}-{name}").value)

class answer(BaseSettings):
    db_password: SecretStr = value("db-password")
    api_key: SecretStr = value("api-key")
    mail_password: SecretStr = value("mail-password")
"""
SOURCES = CLASS[CLASS.index("    @classmethod") :]


def test_the_vault_as_the_only_source_and_aliases_for_names_count_as_well(client: SecretClient) -> None:
    assert after(FROM_BASE, FillASettingsClass(), client)[0] == RIGHT


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        ((CLASS, "answer = None"), ""),
        ((CLASS, CLASS + "\nanswer = answer()"), "Hand over the class itself"),
        (("(BaseSettings)", ""), "isn't derived from `BaseSettings`"),
        (("    mail_password: SecretStr\n", ""), "has no field `mail_password`"),
        ((SOURCES, ""), "doesn't ask the vault"),
        (("            dash_to_underscore=True,\n", ""), "finds nothing for `db_password`"),
        (("api_key: SecretStr", "api_key: str"), "`api_key` is of type str"),
        (
            ("api_key: SecretStr", 'api_key: SecretStr = SecretStr("fake-default")'),
            "is filled all the same. Leave the environment out",
        ),
        (("return (vault,)", 'return sources["env_settings"], vault'), "has a DB_PASSWORD"),
        (("return (vault,)", 'return vault, sources["env_settings"]'), "Leave the environment out of its sources"),
        (("hide_input_in_errors=True", ""), "the error shows a part of another"),
        ((CLASS, ASKED_AT_ONCE), "has a DB_PASSWORD"),
        (
            (
                "    mail_password: SecretStr\n",
                "    mail_password: SecretStr = Field(validation_alias=f'{exercise.name}-api-key')\n",
            ),
            "doesn't have the value of",
        ),
        (("client.vault_url", "None"), "can't be filled"),
        (("client.vault_url", "vault_url"), "raised NameError"),
    ],
)
def test_fill_a_settings_class_hints(wrong: tuple[str, str], hint: str, client: SecretClient) -> None:
    assert wrong[0] in CLASS
    answer = "from pydantic import Field\n" + CLASS.replace(*wrong)
    mark, sentence = after(answer, FillASettingsClass(), client)
    assert (mark, hint in sentence) == (WRONG if hint else NOT_YET, True), sentence


def test_the_check_leaves_the_environment_and_the_secrets_as_they_were(client: SecretClient, monkeypatch) -> None:
    monkeypatch.setenv("API_KEY", "fake-of-the-reader")
    exercise = FillASettingsClass()
    assert after(CLASS, exercise, client)[0] == RIGHT
    assert os.environ["API_KEY"] == "fake-of-the-reader"
    assert "DB_PASSWORD" not in os.environ
    assert client.get_secret(f"{exercise.name}-api-key").properties.enabled


BY_NAME = """
import os
answer = dict(exercise.settings)
for setting in ("DB_PASSWORD", "API_KEY", "MAIL_PASSWORD"):
    name = f"{exercise.name}-{setting.lower().replace('_', '-')}"
    answer[setting] = f"@Microsoft.KeyVault(VaultName={os.environ['KEY_VAULT_NAME']};SecretName={name})"
"""


@pytest.mark.parametrize("code", [BY_NAME, REFERENCES.replace("{name})", "{name}/)")])
def test_either_form_of_a_reference_counts(code: str, client: SecretClient) -> None:
    assert after(code, RepairTheReferences(), client)[0] == RIGHT


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("answer = None", ""),
        ("answer = list(exercise.settings.values())", "is of type list"),
        ("answer = {'LOG_LEVEL': 'info'}", "has no DB_PASSWORD"),
        ("answer = exercise.settings | {'PORT': '80'}", "a setting too many: PORT"),
        ("answer = exercise.settings | {'LOG_LEVEL': '@Microsoft.KeyVault()'}", "LOG_LEVEL isn't a secret"),
        ("answer = dict(exercise.settings)", "DB_PASSWORD: it names a version"),
        (REFERENCES.replace('"DB_PASSWORD", ', ""), "DB_PASSWORD: it names a version"),
        (REFERENCES.replace('"API_KEY", ', ""), "API_KEY: a secret's name can't have an underscore"),
        (REFERENCES.replace(', "MAIL_PASSWORD"', ""), "MAIL_PASSWORD: a vault's address is"),
        (REFERENCES.replace("@Microsoft", "Microsoft"), "a reference begins with"),
        (REFERENCES.replace("{name})", "{name}"), "a reference begins with"),
        (REFERENCES.replace("SecretUri=", ""), "between the parentheses stands"),
        (BY_NAME.replace(";Secret", "; Secret"), "with no spaces"),
        (BY_NAME.replace("']};", "']}.vault.azure.net;"), "`VaultName` is the vault's name alone"),
        (REFERENCES.replace("_', '-'", "_', ''"), "the vault has no secret of that name"),
        (REFERENCES.replace("{name})", "{name} )"), "no name that a secret can have"),
        (REFERENCES.replace("{name})", "{exercise.name}-api-key)"), "DB_PASSWORD: that's the name of another"),
        (BY_NAME + "answer['API_KEY'] = client.get_secret(f'{exercise.name}-api-key').value", "the secret itself"),
        (BY_NAME + "answer['API_KEY'] = None", "API_KEY: that's of type NoneType"),
    ],
)
def test_repair_the_references_hints(code: str, hint: str, client: SecretClient) -> None:
    mark, sentence = after(code, RepairTheReferences(), client)
    assert (mark, hint in sentence) == (WRONG if hint else NOT_YET, True), sentence
