"""The exercises of notebook 09."""

import os
import re
import secrets
from typing import Any

from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.identity import DefaultAzureCredential
from azure.keyvault.secrets import SecretClient

from ..language import N_, _
from .exercise import NOT_YET, RIGHT, WRONG, Exercise, call, fresh_name


class CopyToSecondVault(Exercise):
    """Bring a secret into a second vault, with all of its versions, and leave the original as it is."""

    title = N_("Exercise: a copy with its history")

    def prepare(self) -> None:
        """Save a secret with two versions and a tag."""
        for number in (1, 2):
            self._client.set_secret(self.name, f"fake-value-{number}", tags={"used-by": "billing"})
        self._versions = _versions(self._client, self.name)
        self._second_name = os.environ.get("LESSON_SECOND_VAULT", "")

    def names(self) -> list[tuple[str, str]]:
        """The secret, and the vault that its copy is to be in."""
        vault = self._second_name or _("not set; on Azure it's the name of a second vault of yours")
        return [("exercise.name", self.name), ('os.environ["LESSON_SECOND_VAULT"]', vault)]

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Compare the versions in the two vaults."""
        if not self._second_name:
            return NOT_YET, _("Set `LESSON_SECOND_VAULT` to the name of a second vault before you start Jupyter.")
        if not self._versions <= _versions(self._client, self.name):
            return WRONG, _(
                "The original is no longer in its vault, and it should have stayed there. If it's "
                "deleted, recover it with `client.begin_recover_deleted_secret(exercise.name).wait()`."
            )
        second = SecretClient(f"https://{self._second_name}.vault.azure.net", DefaultAzureCredential())
        copied = _versions(second, self.name)
        if copied == self._versions:
            return RIGHT, _("The copy has the same versions as the original, with their IDs and times.")
        if not copied:
            return self._look_for_deleted(second)
        if not copied & self._versions and len(copied) == 1:
            return WRONG, _(
                "The second vault has a new secret with one version. `get_secret` and `set_secret` carry "
                "over a value; a backup carries over the history. Delete this one, wait, purge it, and "
                "restore a backup."
            )
        if not copied & self._versions:
            return WRONG, _(
                "The second vault has versions of its own, with new IDs and times: you saved each value "
                "again. Delete this secret, wait, purge it, and restore a backup."
            )
        if copied > self._versions:
            return WRONG, _(
                "All the versions are there, and so is a newer one that the original doesn't have. "
                "Restore, and save nothing after that. Delete the copy, wait, purge it, and restore the "
                "backup again."
            )
        return WRONG, _("The copy is missing a version. Delete it, wait, purge it, and restore a new backup.")

    def _look_for_deleted(self, second: SecretClient) -> tuple[str, str]:
        try:
            second.get_deleted_secret(self.name)
        except ResourceNotFoundError:
            return (
                NOT_YET,
                _("Back the secret up, then restore the backup with a client of the second vault."),
            )
        return WRONG, _(
            "The copy was in the second vault, but it's deleted now. Recover it there with "
            "`begin_recover_deleted_secret(exercise.name).wait()`."
        )


class BackUpTagged(Exercise):
    """Write a function that backs up all secrets with a certain tag."""

    title = N_("Exercise: back up what belongs together")

    def prepare(self) -> None:
        """Save secrets with the tag, with another one, and with none."""
        self.lesson = fresh_name()
        self._tagged = [fresh_name() for _ in range(3)]
        for name in self._tagged:
            self._client.set_secret(name, f"fake-value-{secrets.token_hex(8)}", tags={"lesson": self.lesson})
        self._client.set_secret(fresh_name(), "fake-value", tags={"lesson": "another"})
        self._client.set_secret(self.name, "fake-value")

    def names(self) -> list[tuple[str, str]]:
        """The value of the tag."""
        return [("second_exercise.lesson", self.lesson)]

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Call the function, and look at what it returns."""
        if answer is None:
            return NOT_YET, _("Write the function, then hand it over: `answer = back_up`.")
        if not callable(answer):
            return WRONG, _(
                "`answer` is of type {type}, but the check needs the function itself. Write "
                "`answer = back_up`, without parentheses."
            ).format(type=type(answer).__name__)
        backups = call(answer, self._client, self.lesson)
        if backups is None:
            return WRONG, _("Your function returns nothing. End it with `return` and the dict.")
        if not isinstance(backups, dict):
            return WRONG, _(
                "Your function returns something of type {type}. Return a dict: each name with its backup."
            ).format(type=type(backups).__name__)
        if not all(isinstance(name, str) for name in backups):
            return WRONG, _("The dict's keys aren't names. Use each secret's `.name`, which is a string.")
        more, missing = set(backups) - set(self._tagged), set(self._tagged) - set(backups)
        if more:
            return WRONG, _(
                "The dict has {count} too many. Take a secret only if its tag `lesson` has the value "
                "your function was given, and use the secret's `.name` as the key."
            ).format(count=len(more))
        if missing:
            return (
                WRONG,
                _("The dict is missing {count} of {total} secrets. Go through the whole list.").format(
                    count=len(missing), total=len(self._tagged)
                ),
            )
        if not all(isinstance(backup, bytes) for backup in backups.values()):
            return WRONG, _("One of the dict's values isn't a backup. Keep the bytes that `backup_secret` returns.")
        if any(self._name_in(backup) != name for name, backup in backups.items()):
            return WRONG, _(
                "A name in the dict has another secret's backup, or none. Keep what `backup_secret` returned."
            )
        return RIGHT, _("Each secret with the tag is in the dict with its own backup, and no other secret is.")

    def _name_in(self, backup: bytes) -> str | None:
        # A backup can't be read. But a vault refuses to restore a name that is in use, and says which name it is.
        try:
            return self._client.restore_secret_backup(backup).name
        except ResourceExistsError as error:
            found = re.search(r"/secrets/([^/']+)", error.message)
            return found[1] if found else None
        except HttpResponseError as error:
            if error.status_code == 400:
                return None
            raise


def _versions(client: SecretClient, name: str) -> set[str | None]:
    return {each.version for each in client.list_properties_of_secret_versions(name)}
