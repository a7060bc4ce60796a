"""What notebook 12 says and its cells don't show: of pydantic-settings, and the settings of what can't run here."""

import ast
import os
import re
from datetime import datetime, timezone

import pytest
import yaml
from azure.core.exceptions import HttpResponseError, ServiceRequestError
from azure.core.pipeline.transport import RequestsTransport
from azure.identity import ClientSecretCredential, DefaultAzureCredential
from azure.keyvault.secrets import SecretClient
from pydantic import BaseModel, Field, SecretStr, ValidationError
from pydantic_settings import AzureKeyVaultSettingsSource, BaseSettings, SettingsError

from helpers import practice
from helpers.exercises.settings_from_the_vault import _ADDRESS, _NAMES, _REFERENCE
from tests import notebooks
from tests.tools import airflow

TEXT = notebooks.text(notebooks.read("12-settings-from-the-vault"))
BLOCKS = {language: re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL) for language in ("python", "text", "yaml")}
SNIPPETS = {snippet.name: snippet.code for snippet in notebooks.snippets("12-settings-from-the-vault")}
VAULT_NAME = re.compile(r"[a-zA-Z](?!.*--)[a-zA-Z0-9-]{1,22}[a-zA-Z0-9]")
SECRET_NAME = re.compile(r"[0-9a-zA-Z-]{1,127}")


@pytest.fixture
def client(started):
    """A client of this test's practice vault."""
    with SecretClient(f"https://{os.environ['KEY_VAULT_NAME']}.vault.azure.net", DefaultAzureCredential()) as client:
        yield client


def settings_of(client: SecretClient, fields: type, credential=None, **options) -> BaseSettings:
    """Settings with the annotations of a class, from the vault and then the environment."""

    class Settings(fields, BaseSettings):
        @classmethod
        def settings_customise_sources(cls, settings_cls, env_settings, **others):
            signed_in = credential or DefaultAzureCredential()
            return AzureKeyVaultSettingsSource(settings_cls, client.vault_url, signed_in, **options), env_settings

    return Settings()


def credential_of(program: str) -> ClientSecretCredential:
    """The sign-in of one of the practice programs."""
    names = (f"LESSON_{program}_CLIENT_ID", f"LESSON_{program}_CLIENT_SECRET")
    return ClientSecretCredential(os.environ["AZURE_TENANT_ID"], *(os.environ[name] for name in names))


class Plain(BaseSettings):
    db_password: SecretStr


class Mail(BaseModel):
    password: SecretStr


class WithDefault(BaseSettings):
    db_password: SecretStr = SecretStr("fake-default")


class WithAlias(BaseSettings):
    db_password: SecretStr = Field(validation_alias="sql2019")


def test_a_name_in_capitals_is_found_unless_case_matters(client) -> None:
    client.set_secret("DB-Password", "fake-value")
    found = settings_of(client, Plain, dash_to_underscore=True)
    assert found.db_password.get_secret_value() == "fake-value"
    with pytest.raises(ValidationError, match="Field required"):
        settings_of(client, Plain, dash_to_underscore=True, case_sensitive=True)


def test_a_name_of_several_words_is_found_by_snake_case_conversion(client) -> None:
    client.set_secret("DbPassword", "fake-value")
    with pytest.raises(ValidationError, match="Field required"):
        settings_of(client, Plain, dash_to_underscore=True)
    assert settings_of(client, Plain, snake_case_conversion=True).db_password.get_secret_value() == "fake-value"


def test_an_alias_gets_no_prefix(client) -> None:
    client.set_secret("shop-sql2019", "fake-other")
    client.set_secret("sql2019", "fake-value")
    found = settings_of(client, WithAlias, dash_to_underscore=True, env_prefix="shop-")
    assert found.db_password.get_secret_value() == "fake-value"


def test_a_default_hides_a_disabled_secret(client) -> None:
    client.set_secret("db-password", "fake-value", enabled=False)
    found = settings_of(client, WithDefault, dash_to_underscore=True)
    assert found.db_password.get_secret_value() == "fake-default"


@pytest.mark.parametrize(
    ("annotation", "secrets", "all_are_read"),
    [
        (SecretStr, {"mail": "fake-value"}, False),
        (Mail, {"mail--password": "fake-value"}, True),
        (Mail, {"mail": '{"password": "fake-value"}'}, True),
        (dict[str, str], {"mail--password": "fake-value"}, True),
        (list[str], {"mail": '["fake-value"]'}, False),
    ],
)
def test_a_class_or_a_dict_inside_makes_it_read_every_secret(annotation, secrets, all_are_read: bool, client) -> None:
    read = []
    get_secret = SecretClient.get_secret
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SecretClient, "get_secret", lambda self, name: read.append(name) or get_secret(self, name))
        for name in ("another-programs", *(f"shop-{name}" for name in secrets)):
            client.set_secret(name, secrets.get(name.removeprefix("shop-"), "fake-other"))
        fields = type("Fields", (BaseSettings,), {"__annotations__": {"mail": annotation}})
        settings_of(client, fields, dash_to_underscore=True, env_prefix="shop-")
    assert ("another-programs" in read) == all_are_read


def test_an_expired_secret_is_read(client) -> None:
    client.set_secret("db-password", "fake-value", expires_on=datetime(2020, 1, 1, tzinfo=timezone.utc))
    assert settings_of(client, Plain, dash_to_underscore=True).db_password.get_secret_value() == "fake-value"


def test_who_may_not_list_names_gets_no_settings(client) -> None:
    client.set_secret("db-password", "fake-value")
    with pytest.raises(HttpResponseError, match="Forbidden") as error:
        settings_of(client, Plain, credential_of("NEWCOMER"), dash_to_underscore=True)
    assert error.value.response.request.url.partition("?")[0].endswith("/secrets")


def test_who_may_not_read_a_value_gets_no_settings_either(client) -> None:
    client.set_secret("db-password", "fake-value")
    with pytest.raises(SettingsError, match="db_password") as error:
        settings_of(client, Plain, credential_of("AUDITOR"), dash_to_underscore=True)
    assert error.value.__cause__.status_code == 403


def test_a_vault_that_does_not_answer_is_asked_for_some_seconds(client, monkeypatch) -> None:
    waited = []
    monkeypatch.setattr(RequestsTransport, "sleep", lambda self, seconds: waited.append(seconds))
    practice.running().conditions = practice.Conditions(dropped=99)
    with pytest.raises(ServiceRequestError):
        settings_of(client, Plain, dash_to_underscore=True)
    assert 3 < sum(waited) < 10


def test_what_is_python_compiles() -> None:
    assert len(BLOCKS["python"]) == 5
    for block in BLOCKS["python"]:
        ast.parse(block)


def test_the_setting_for_airflow_can_be_read() -> None:
    setting = airflow.setting_of_notebook()
    assert setting.backend.rpartition(".")[2] == "AzureKeyVaultBackend"
    assert sorted(setting.arguments) == ["config_prefix", "connections_prefix", "variables_prefix", "vault_url"]
    for name in airflow.SAVED:
        assert any(name.startswith(f"{prefix}-") for prefix in setting.arguments.values())
    compile(airflow.PROGRAM, "the program", "exec")


def test_the_class_for_kubernetes_has_what_the_driver_asks_for() -> None:
    [block] = BLOCKS["yaml"]
    provider = yaml.safe_load(block)
    assert (provider["apiVersion"], provider["kind"]) == ("secrets-store.csi.x-k8s.io/v1", "SecretProviderClass")
    assert provider["spec"]["provider"] == "azure"
    parameters = provider["spec"]["parameters"]
    assert {"usePodIdentity", "clientID", "keyvaultName", "tenantId", "objects"} == set(parameters)
    assert all(isinstance(value, str) for value in parameters.values()), "the driver takes texts, and no booleans"
    assert VAULT_NAME.fullmatch(parameters["keyvaultName"])
    [entry] = [yaml.safe_load(each) for each in yaml.safe_load(parameters["objects"])["array"]]
    assert entry["objectType"] == "secret"
    assert SECRET_NAME.fullmatch(entry["objectName"])


def test_the_references_have_the_documented_forms() -> None:
    [block] = BLOCKS["text"]
    references = [line.partition("=")[2] for line in block.splitlines()]
    inside = [_REFERENCE.fullmatch(reference)["inside"] for reference in references]
    address, names = _ADDRESS.fullmatch(inside[0]), _NAMES.fullmatch(inside[1])
    assert not address["version"]
    assert not names["version"]
    for vault, name in ((address["host"].partition(".")[0], address["name"]), (names["vault"], names["name"])):
        assert VAULT_NAME.fullmatch(vault)
        assert SECRET_NAME.fullmatch(name)
    code: dict = {}
    exec(SNIPPETS["unresolved"], code)  # noqa: S102 - the notebook's own code
    arrived = {f"SETTING_{number}": reference for number, reference in enumerate(references)}
    assert code["unresolved"](arrived | {"OTHER": "a@microsoft.keyvault.example"}) == list(arrived)
