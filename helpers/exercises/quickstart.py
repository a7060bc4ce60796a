"""The first exercises of notebooks 01 to 03."""

import os
import secrets
from typing import Any

from azure.core.exceptions import ResourceNotFoundError
from azure.identity import DefaultAzureCredential
from azure.keyvault.secrets import SecretClient

from ..language import N_, _
from .exercise import NOT_YET, RIGHT, WRONG, Exercise, fresh_name


class SignIn(Exercise):
    """Make a client for a second vault, and leave proof there. Without a second vault, it's the first one."""

    title = N_("Exercise: make a client of your own")
    proof = "signed in"

    def prepare(self) -> None:
        """Choose the vault."""
        self.vault = os.environ.get("LESSON_SECOND_VAULT", os.environ["KEY_VAULT_NAME"])
        vault_url = f"https://{self.vault}.vault.azure.net"
        self._there = SecretClient(vault_url=vault_url, credential=DefaultAzureCredential())

    def names(self) -> list[tuple[str, str]]:
        """Which vault, and where the proof goes."""
        return [("exercise.vault", self.vault), ("exercise.name", self.name)]

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Look for the proof, in that vault and in the notebook's own."""
        try:
            found = self._there.get_secret(self.name).value or ""
        except ResourceNotFoundError:
            if self.value_of(self.name) is not None:
                return WRONG, _(
                    "The proof is in the notebook's own vault. Make a client for the vault `exercise.vault`."
                )
            return NOT_YET, _("Make the client, then save the proof with it, under the name above.")
        if found == self.proof:
            return RIGHT, _("Your client signed in, and the vault let it in.")
        if found.strip().lower() == self.proof:
            return WRONG, _('Almost: the value is "{proof}", in lowercase, with nothing around it.').format(
                proof=self.proof
            )
        return WRONG, _('Your client works, but the proof has a different value. Save "{proof}".').format(
            proof=self.proof
        )


class SaveTwice(Exercise):
    """Save two versions of one secret."""

    title = N_("Exercise: save a new version")
    values = ("first draft", "second draft")

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Count the versions, and look at the current value."""
        versions = list(self._client.list_properties_of_secret_versions(self.name))
        if not versions:
            return NOT_YET, _("Save the first value under the name above, then the second under the same name.")
        current = self.value_of(self.name)
        if len(versions) == 1:
            if current == self.values[0]:
                return WRONG, _("One version is there so far. Save the second value under the same name.")
            return WRONG, _(
                "There's only one version. Call `set_secret` twice with the same name, once for each value."
            )
        if current == self.values[1]:
            return RIGHT, _("Both versions are there, and anyone who asks by name alone gets the second.")
        if current == self.values[0]:
            return WRONG, _("The versions are in the wrong order: the one you save last is the one that counts.")
        return WRONG, _('The newest version has a different value. Save "{value}" last.').format(value=self.values[1])


class FollowTheTrail(Exercise):
    """Retrieve a secret whose value is the name of another, and pass on what that one holds."""

    title = N_("Exercise: follow the trail")

    def prepare(self) -> None:
        """Save the secret at the trail's end, and the one that points to it."""
        self.answer = fresh_name()
        self._end = fresh_name()
        self._treasure = f"fake-treasure-{secrets.token_hex(8)}"
        self._client.set_secret(self._end, self._treasure)
        self._client.set_secret(self.name, self._end)

    def names(self) -> list[tuple[str, str]]:
        """Where the trail begins, and where the answer goes."""
        return [("exercise.name", self.name), ("exercise.answer", self.answer)]

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Compare the answer with the trail's end."""
        found = self.value_of(self.answer)
        if found is None:
            return NOT_YET, _("Retrieve the first secret. Its value is the name of the second.")
        if found == self._treasure:
            return RIGHT, _("You followed the trail: the answer has the second secret's value.")
        if found == self._end:
            return WRONG, _("That's the value of the first secret, and it's a name. Retrieve the secret that it names.")
        if "Secret [" in found:
            return WRONG, _("You saved the object's description. The value is in its `.value`.")
        if set(found) <= set("•*"):
            return WRONG, _("You saved a mask. Save the value itself; only what you show is masked.")
        return WRONG, _("The answer has a different value. Save the second secret's `.value`, with nothing added.")
