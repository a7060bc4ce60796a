"""The vaults of a live run: waited for until they let the tests in, and left as they were found."""

import re
import time
from collections.abc import Callable, Mapping

from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.keyvault.secrets import SecretClient

# The names that the notebooks make up, and nobody by hand. Some exercises add words or digits to them.
MADE_UP = re.compile(r"(tutorial|exercise)-[0-9a-f]{6}(-[0-9a-z-]+)?")

# What a notebook can't do without, beside KEY_VAULT_NAME: it says so at its top, and notebook 18 has the commands.
PROGRAMS = (
    "AZURE_TENANT_ID",
    *(f"LESSON_{program}_CLIENT_{key}" for program in ("APP", "AUDITOR", "NEWCOMER") for key in ("ID", "SECRET")),
)
NEEDS = {
    "17-who-read-what": (*PROGRAMS, "LESSON_STORAGE_ACCOUNT"),
    "18-who-may-do-what": (*PROGRAMS, "LESSON_GUARDED_VAULT"),
    "19-when-it-goes-wrong": (*PROGRAMS, "LESSON_GUARDED_VAULT"),
    "20-reach-a-vault-behind-a-firewall": ("LESSON_SECOND_VAULT",),
}
VAULTS = ("KEY_VAULT_NAME", "LESSON_SECOND_VAULT", "LESSON_GUARDED_VAULT")

# "A few minutes", says the documentation of a role assignment.
ROLE_MINUTES = 10
ROLE_PAUSE_SECONDS = 15
PURGE_TRIES = 15
PURGE_PAUSE_SECONDS = 2


def missing(name: str, environment: Mapping[str, str]) -> list[str]:
    """The variables that a notebook needs and that aren't set."""
    return [variable for variable in NEEDS.get(name, ()) if not environment.get(variable)]


def wait_until_let_in(client: SecretClient, pause: Callable[[float], None] = time.sleep) -> None:
    """Wait for a role that was assigned a moment ago; ten minutes at most.

    Raises:
        azure.core.exceptions.HttpResponseError: The vault refuses for another reason, or still does.
    """
    for tried in range(ROLE_MINUTES * 60 // ROLE_PAUSE_SECONDS + 1):
        if tried:
            pause(ROLE_PAUSE_SECONDS)
        try:
            next(client.list_properties_of_secrets().by_page(), None)
            return
        except HttpResponseError as error:
            refused = error
            if error.status_code != 403 or "ForbiddenByRbac" not in str(error.error and error.error.innererror):
                break
    raise refused


class VaultAsFound:
    """A vault, and what it held when the tests began. None of that is ever deleted.

    Args:
        client: May list, delete and purge secrets, as a Key Vault Secrets Officer.
        pause: Waits so many seconds.
    """

    def __init__(self, client: SecretClient, pause: Callable[[float], None] = time.sleep):
        self._client = client
        self._pause = pause
        self._name = client.vault_url.removeprefix("https://").partition(".")[0]
        self._active_then = self._active()
        self._there_then = self._active_then | self._deleted()

    def clean_up(self, say: Callable[[str], None]) -> list[str]:
        """Delete and purge the secrets with a made-up name that weren't there before; say what, first.

        Returns:
            The secrets that were there before and aren't any more, though nothing here deletes them.
        """
        try:
            active = self._active()
            made, deleted = self._made(active), self._made(self._deleted())
        except HttpResponseError as error:
            say(f"{self._name}: can't be listed, so nothing in it was deleted. {error.message.splitlines()[0]}")
            return []
        if not made | deleted:
            say(f"{self._name}: this run left nothing.")
        else:
            say(f"{self._name}: this run left {_listed(made | deleted)}. Deleting and purging all that.")
            self._remove(made, say)
        return sorted(self._active_then - self._active())

    def purge(self, name: str) -> bool:
        """Purge a deleted secret, as soon as its deletion is done; whether it is gone."""
        for _ in range(PURGE_TRIES):
            try:
                self._client.purge_deleted_secret(name)
                return True
            except HttpResponseError as error:
                if error.status_code != 409:  # still being deleted
                    return error.status_code == 404
            self._pause(PURGE_PAUSE_SECONDS)
        return False

    def _remove(self, made: set[str], say: Callable[[str], None]) -> None:
        for poller in [poller for name in sorted(made) if (poller := self._begin_deletion(name))]:
            poller.wait()
        purged = {name for name in sorted(made | self._made(self._deleted())) if self.purge(name)}
        stays = self._made(self._active() | self._deleted()) - purged
        what = (
            f"{_listed(stays)} couldn't be purged. The vault keeps that until its time is over"
            if stays
            else "nothing of it stays"
        )
        say(f"{self._name}: {what}.")

    def _active(self) -> set[str]:
        return {secret.name for secret in self._client.list_properties_of_secrets()}

    def _deleted(self) -> set[str]:
        return {secret.name for secret in self._client.list_deleted_secrets()}

    def _made(self, names: set[str]) -> set[str]:
        return {name for name in names - self._there_then if MADE_UP.fullmatch(name)}

    def _begin_deletion(self, name: str):
        try:
            return self._client.begin_delete_secret(name)
        except ResourceNotFoundError:
            return None  # a notebook's own deletion has come to its end


def _listed(names: set[str]) -> str:
    shown = ", ".join(sorted(names))
    return f"{len(names)} secret{'s' if len(names) != 1 else ''}{f' ({shown})' if shown else ''}"
