"""The exercises of notebook 12."""

import os
import re
import secrets
from typing import Any
from unittest.mock import patch

from azure.core.exceptions import HttpResponseError, ResourceNotFoundError

from ..language import N_, _
from .exercise import NOT_YET, RIGHT, WRONG, AnswerError, Exercise

_FIELDS = ("db_password", "api_key", "mail_password")
_OFF = "api_key"  # the secret that the check disables for a moment


class FillASettingsClass(Exercise):
    """A settings class that reads three secrets, hides them, and takes them from nowhere else."""

    title = N_("Exercise: fill a settings class")

    def prepare(self) -> None:
        """Save a secret for each field."""
        self._values = {field: f"{secrets.token_hex(4)}-fake-{secrets.token_hex(8)}" for field in _FIELDS}
        for field, value in self._values.items():
            self._client.set_secret(self._secret_of(field), value)

    def names(self) -> list[tuple[str, str]]:
        """What the secrets' names begin with, and the secrets."""
        return [("exercise.name", self.name), *((field, self._secret_of(field)) for field in _FIELDS)]

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Make settings: as usual, with a leftover variable, and with a secret that can't be read."""
        if answer is None:
            return NOT_YET, _("Write a class derived from `BaseSettings`, and put it into `answer`.")
        if hint := _not_a_class(answer) or self._not_filled(answer):
            return WRONG, hint
        if hint := self._wrong_place(answer) or self._wrong_error(answer):
            return WRONG, hint
        return RIGHT, _("The vault fills your class, and neither a leftover variable nor an error gets in its way.")

    def _not_filled(self, settings_class: Any) -> str:
        try:
            made = _make(settings_class, {})
        except ValueError as error:
            return self._why_not(settings_class, error)
        for field, value in self._values.items():
            found = getattr(made, field)
            if not hasattr(found, "get_secret_value"):
                return _("`{field}` is of type {type}, so printing it shows it. Make it a `SecretStr`.").format(
                    field=field, type=type(found).__name__
                )
            if found.get_secret_value() != value:
                return _("`{field}` doesn't have the value of {name}. Which secret did you read?").format(
                    field=field, name=self._secret_of(field)
                )
        return ""

    def _why_not(self, settings_class: Any, error: ValueError) -> str:
        missing = [field for field in _FIELDS if field in _fields_of(error)]
        if not missing:
            raise AnswerError(
                _("Your class can't be filled. Call it in a cell of its own to see why, then check again.")
            )
        if not _has_own_sources(settings_class):
            return _("Your class doesn't ask the vault. Give it a `settings_customise_sources`, as in step 1.")
        return _(
            "Your class finds nothing for `{field}`. It has to look for {name}: step 2 says how a field's "
            "name becomes a secret's."
        ).format(field=missing[0], name=self._secret_of(missing[0]))

    def _wrong_place(self, settings_class: Any) -> str:
        """What is wrong if variables of the environment have the fields' names."""
        made = _make(settings_class, {field.upper(): "fake-leftover" for field in _FIELDS})
        for field, value in self._values.items():
            if getattr(made, field).get_secret_value() != value:
                return _(
                    "When the environment has a {variable}, your class takes that one. Put the vault before the "
                    "environment."
                ).format(variable=field.upper())
        return ""

    def _wrong_error(self, settings_class: Any) -> str:
        """What is wrong if a secret can't be read."""
        off = self._secret_of(_OFF)
        self._client.update_secret_properties(off, enabled=False)
        try:
            _make(settings_class, {_OFF.upper(): "fake-leftover"})
        except ValueError as error:
            shown = str(error)
            values = [value for field, value in self._values.items() if field != _OFF]
            if any(value[:6] in shown or value[-6:] in shown for value in values):
                return _(
                    "When a secret is missing, the error shows a part of another one. Step 5 has the setting for that."
                )
            return ""
        finally:
            self._client.update_secret_properties(off, enabled=True)
        return _(
            "With {name} disabled, your class is filled all the same. Leave the environment out of its "
            "sources, and take the default away from `{field}`."
        ).format(name=off, field=_OFF)

    def _secret_of(self, field: str) -> str:
        return f"{self.name}-{field.replace('_', '-')}"


def _not_a_class(answer: Any) -> str:
    if not isinstance(answer, type):
        return _("`answer` is of type {type}. Hand over the class itself, without the parentheses.").format(
            type=type(answer).__name__
        )
    if not any(base.__module__.startswith("pydantic_settings.") for base in answer.__mro__):
        return _("Your class isn't derived from `BaseSettings`, so nothing fills it.")
    missing = [field for field in _FIELDS if field not in getattr(answer, "model_fields", {})]
    return _("Your class has no field `{field}`.").format(field=missing[0]) if missing else ""


def _has_own_sources(settings_class: type) -> bool:
    own = [base for base in settings_class.__mro__ if not base.__module__.startswith("pydantic")]
    return any("settings_customise_sources" in vars(base) for base in own)


def _make(settings_class: Any, leftover: dict[str, str]) -> Any:
    """A new object of the class, with nothing of its fields in the environment but what is left over.

    Raises:
        ValueError: A field has no value, or a wrong one.
        AnswerError: Something else went wrong.
    """
    with patch.dict(os.environ):
        for name in [name for name in os.environ if name.lower() in _FIELDS]:
            del os.environ[name]
        os.environ.update(leftover)
        try:
            return settings_class()
        except ValueError:
            raise
        except Exception as error:
            raise AnswerError(
                _("Your class raised {error}. Call it in a cell of its own to see where, then check again.").format(
                    error=type(error).__name__
                )
            ) from None


def _fields_of(error: ValueError) -> list[Any]:
    """The fields that a ValidationError tells of; none for another error."""
    told = getattr(error, "errors", None)
    return [each["loc"][0] for each in told() if each["loc"]] if callable(told) else []


_SECRET_SETTINGS = ("DB_PASSWORD", "API_KEY", "MAIL_PASSWORD")
# The two documented forms: a secret's address, or the names of a vault and a secret.
_REFERENCE = re.compile(r"@Microsoft\.KeyVault\((?P<inside>.*)\)")
_ADDRESS = re.compile(r"SecretUri=https://(?P<host>[^/]+)/secrets/(?P<name>[^/]+)/?(?P<version>[^/]*)")
_NAMES = re.compile(r"VaultName=(?P<vault>[^;]+);SecretName=(?P<name>[^;]+)(?:;SecretVersion=(?P<version>.+))?")


class RepairTheReferences(Exercise):
    """App settings whose references arrive as text, or keep an old value after a rotation."""

    title = N_("Exercise: repair the references")

    def prepare(self) -> None:
        """Save three secrets, one of them twice, and make up an app's settings."""
        self._secrets = {setting: f"{self.name}-{setting.lower().replace('_', '-')}" for setting in _SECRET_SETTINGS}
        self._values = {setting: f"fake-{secrets.token_hex(8)}" for setting in self._secrets}
        first = self._client.set_secret(self._secrets["DB_PASSWORD"], f"fake-{secrets.token_hex(8)}")
        for setting, name in self._secrets.items():
            self._client.set_secret(name, self._values[setting])
        vault = os.environ["KEY_VAULT_NAME"]
        self.settings = {
            "LOG_LEVEL": "info",
            "DB_PASSWORD": f"@Microsoft.KeyVault(SecretUri={first.id})",
            "API_KEY": f"@Microsoft.KeyVault(VaultName={vault};SecretName={self.name}-api_key)",
            "MAIL_PASSWORD": f"@Microsoft.KeyVault(SecretUri=https://{vault}/secrets/{self.name}-mail-password)",
        }

    def names(self) -> list[tuple[str, str]]:
        """The app's settings: a reference is no secret."""
        settings = [(f"second_exercise.settings['{name}']", value) for name, value in self.settings.items()]
        return [("second_exercise.name", self.name), *settings]

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Resolve each reference as App Service would, and look whether it leads to the newest version."""
        if answer is None:
            return NOT_YET, _("Put all four settings into a dict named `answer`, with the references repaired.")
        if not isinstance(answer, dict):
            return (
                WRONG,
                _("`answer` is of type {type}. Make it a dict, like `second_exercise.settings`.").format(
                    type=type(answer).__name__
                ),
            )
        if missing := [name for name in self.settings if name not in answer]:
            return WRONG, _("`answer` has no {field}. All four settings belong in it.").format(field=missing[0])
        if more := [name for name in answer if name not in self.settings]:
            return WRONG, _("`answer` has a setting too many: {setting}.").format(setting=more[0])
        if answer["LOG_LEVEL"] != self.settings["LOG_LEVEL"]:
            return WRONG, _("LOG_LEVEL isn't a secret. Leave it as it is.")
        for setting in self._secrets:
            if hint := self._what_is_wrong(setting, answer[setting]):
                return WRONG, _("{term}: {text}").format(term=setting, text=hint)
        return RIGHT, _("Each reference leads to its secret, and to the newest version after a rotation.")

    def _what_is_wrong(self, setting: str, text: Any) -> str:
        if not isinstance(text, str):
            return _("that's of type {type}. A setting is a text.").format(type=type(text).__name__)
        if self._values[setting] in text:
            return _("that's the secret itself, for everyone who may see the app's settings. Write a reference.")
        reference = _REFERENCE.fullmatch(text)
        if not reference:
            return _("a reference begins with `@Microsoft.KeyVault(` and ends with `)`, and nothing stands around it.")
        address, names = _ADDRESS.fullmatch(reference["inside"]), _NAMES.fullmatch(reference["inside"])
        found = address or names
        if not found:
            return _(
                "between the parentheses stands `SecretUri=https://…`, or `VaultName=…;SecretName=…` with no spaces."
            )
        if found["version"]:
            return _("it names a version, so it stays with that one after a rotation. End it with the secret's name.")
        vault = os.environ["KEY_VAULT_NAME"]
        if address and address["host"] != f"{vault}.vault.azure.net":
            return _("a vault's address is https://<name>.vault.azure.net, but this one leads to {host}.").format(
                host=address["host"]
            )
        if names and names["vault"] != vault:
            return _("`VaultName` is the vault's name alone, {vault}.").format(vault=vault)
        return self._wrong_secret(setting, found["name"])

    def _wrong_secret(self, setting: str, name: str) -> str:
        if name.lower() == self._secrets[setting]:
            return ""
        if "_" in name:
            return _("a secret's name can't have an underscore.")
        try:
            self._client.get_secret(name)
        except ResourceNotFoundError:
            return _("the vault has no secret of that name.")
        except HttpResponseError:
            return _("that's no name that a secret can have.")
        return _("that's the name of another secret.")
