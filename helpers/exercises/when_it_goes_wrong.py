"""The exercises of notebook 19."""

import os
import time
from typing import Any

from azure.core.exceptions import AzureError, ResourceExistsError
from azure.identity import ClientSecretCredential
from azure.keyvault.secrets import SecretClient

from ..cards import Card
from ..error_display import what_to_do
from ..errors import NotebookError
from ..language import N_, _, in_a_row
from ..rehearsal import revoke_role
from ..troubleshooting import diagnose
from .exercise import NOT_YET, RIGHT, WRONG, Exercise, call, fresh_name
from .who_may_do_what import sign_in_as

_ELSEWHERE = "99999999-9999-4999-8999-999999999999"
_PATIENCE_SECONDS = 60  # for a deletion on Azure, which takes up to 20 s


class SaveAnyway(Exercise):
    """Write a function that saves under a name, even if a secret of that name was deleted."""

    title = N_("Exercise: save even under a deleted name")

    def prepare(self) -> None:
        """Sign in as a program that may not save, to see whether the function lets its refusal through."""
        revoke_role("newcomer", "Key Vault Secrets Officer")
        self._newcomer = SecretClient(self._client.vault_url, sign_in_as("newcomer"))

    def names(self) -> list[tuple[str, str]]:
        """What the function is given."""
        return [("answer(client, name, value)", _("saves the value under the name"))]

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Call the function with a name that is free, with one that was deleted, and as a program that may not save."""
        if answer is None:
            return NOT_YET, _("Write a function named `answer` that takes a client, a name and a value.")
        if not callable(answer):
            return WRONG, _("`answer` isn't a function. Begin with `def answer(client, name, value):`.")
        free = fresh_name()
        call(answer, self._client, free, "fake-new")
        if self.value_of(free) != "fake-new":
            return WRONG, _("The value wasn't saved under a free name. Begin with `client.set_secret(name, value)`.")
        try:
            answer(self._newcomer, fresh_name(), "fake-new")
        except AzureError:
            pass
        except Exception as error:
            return (
                WRONG,
                _("When the vault refused, your function raised {error}. Let unexpected errors through.").format(
                    error=type(error).__name__
                ),
            )
        else:
            return WRONG, _(
                "The function got a client that isn't allowed to save, and kept quiet about it. Catch "
                "`ResourceExistsError` and nothing else, so that a refusal reaches the caller."
            )
        return self._after_deletion(answer)

    def _after_deletion(self, answer: Any) -> tuple[str, str]:
        deleted = self._deleted_secret()
        try:
            answer(self._client, deleted, "fake-new")
        except ResourceExistsError as error:
            if "ObjectIsBeingRecovered" in str(error):
                return WRONG, _("The recovery had begun, but it wasn't done. Call `.wait()` on its poller, then save.")
            return WRONG, _(
                "The name belonged to a deleted secret, and your function let the conflict through. Catch "
                "`ResourceExistsError`, and recover the secret."
            )
        except Exception as error:
            return (
                WRONG,
                _("For a deleted name, your function raised {error}. Call it in a cell to see where.").format(
                    error=type(error).__name__
                ),
            )
        value = self.value_of(deleted)
        if value is None:
            return WRONG, _("A deleted secret is still deleted afterwards. Recover it, wait, then save the value.")
        if value != "fake-new":
            return (
                WRONG,
                _("The deleted secret was recovered, but the new value wasn't saved. Save it after the recovery."),
            )
        if len(list(self._client.list_properties_of_secret_versions(deleted))) < 2:
            return (
                WRONG,
                _("The new value is there, but the old version is gone. Recover the secret instead of purging it."),
            )
        return (
            RIGHT,
            _("Your function saves in both cases, keeps the old versions, and hides no refusal."),
        )

    def _deleted_secret(self) -> str:
        name = fresh_name()
        self._client.set_secret(name, "fake-old")
        self._client.begin_delete_secret(name)
        end = time.monotonic() + _PATIENCE_SECONDS
        while self.deletion_of(name) != "done":
            if time.monotonic() > end:
                raise NotebookError(_("A deletion took longer than a minute. Run the check again."))
            time.sleep(0.1)
        return name


class FixTheSettings(Exercise):
    """A program's settings have three faults, which show one after the other."""

    title = N_("Exercise: fix the settings")

    def prepare(self) -> None:
        """Save the secret, and set down the settings with their faults."""
        revoke_role("auditor", "Key Vault Secrets User")
        self._client.set_secret(self.name, "fake-value")
        self._programs = {}
        for program in ("app", "auditor", "newcomer"):
            sign_in_as(program)
            self._programs[os.environ[f"LESSON_{program.upper()}_CLIENT_ID"]] = program
        self._broken = {
            "vault_url": os.environ["KEY_VAULT_NAME"],
            "tenant_id": _ELSEWHERE,
            "client_id": os.environ["LESSON_AUDITOR_CLIENT_ID"],
        }
        self.settings = dict(self._broken)

    def names(self) -> list[tuple[str, str]]:
        """The secret to read, and the settings."""
        settings = [(f'second_exercise.settings["{key}"]', value) for key, value in self.settings.items()]
        return [("second_exercise.name", self.name), *settings]

    def run(self) -> Card:
        """Do what the program does: read the secret with the settings as they are now.

        Raises:
            AzureError, ValueError: what the SDK raises.
            NotebookError: a setting is missing, or nobody knows the client id.
        """
        self._read()
        return Card(_("The program works"), [(_("Next"), _("Run the check."))], mark="info")

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Run the program."""
        if self.settings == self._broken:
            return NOT_YET, _("Call `second_exercise.run()`, read its message, and fix the first setting.")
        try:
            self._read()
        except NotebookError as told:
            return WRONG, str(told)
        except (AzureError, ValueError) as error:
            return WRONG, _about_settings(error)
        program = self._programs.get(self.settings["client_id"])
        if program == "app":
            return RIGHT, _("The program reads its secret, with the smallest role that's enough.")
        return WRONG, _(
            "The program works, but with a sign-in that's allowed to do too much, or that you gave a larger role. Use "
            "the client ID of the program `app`, which has Key Vault Secrets User."
        )

    def _read(self) -> None:
        missing = [key for key in self._broken if not isinstance(self.settings.get(key), str)]
        if missing:
            raise NotebookError(
                _('The setting "{field}" is missing, or it isn\'t a str. Set it again.').format(field=missing[0])
            )
        credential = ClientSecretCredential(
            tenant_id=self.settings["tenant_id"],
            client_id=self.settings["client_id"],
            client_secret=self._password(self.settings["client_id"]),
        )
        with SecretClient(self.settings["vault_url"], credential, retry_total=0, connection_timeout=5) as client:
            client.get_secret(self.name)

    def _password(self, client_id: str) -> str:
        if client_id in self._programs:
            return os.environ[f"LESSON_{self._programs[client_id].upper()}_CLIENT_SECRET"]
        if client_id == os.environ.get("AZURE_CLIENT_ID"):
            return os.environ["AZURE_CLIENT_SECRET"]
        raise NotebookError(
            _('No program has this "client_id". Take one from the variables named LESSON_..._CLIENT_ID.')
        )


def _about_settings(error: BaseException) -> str:
    entry = diagnose(str(error))
    hints = {
        3: _("The sign-in works, but this program isn't allowed to read values. Which of the three programs is?"),
        6: _("The address is a URL now, but there's no such host. Compare it with `client.vault_url`."),
        7: _("The address is right, but the sign-in goes to another tenant. The message names the right one."),
        8: _("The address has more in it than the vault's own. Compare it with `client.vault_url`."),
        9: _("The address isn't a whole URL yet. It begins with `https://`."),
    }
    if entry is None or entry.step not in hints:
        return in_a_row(_("The program now fails in a different way."), what_to_do(error))
    said = _("Not there yet: this is the error from step {number}.").format(number=entry.step)
    return in_a_row(said, hints[entry.step])
