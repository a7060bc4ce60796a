"""The exercises of notebook 08."""

import secrets
from typing import Any

from azure.core.exceptions import ResourceNotFoundError

from ..language import N_, _
from .exercise import NOT_YET, RIGHT, WRONG, Exercise, fresh_name


class RecoverTagged(Exercise):
    """Find by their tags the deleted secrets that one program uses, and recover those and no others."""

    title = N_("Exercise: bring back what one program uses")

    def prepare(self) -> None:
        """Save four secrets, two of them with the program's tag, and delete them all."""
        self.program = fresh_name()
        self._wanted = {fresh_name(): f"fake-value-{secrets.token_hex(8)}" for _ in range(2)}
        self._others = [fresh_name(), fresh_name()]
        for name, value in self._wanted.items():
            self._client.set_secret(name, value, tags={"used-by": self.program})
        self._client.set_secret(self._others[0], "fake-value", tags={"used-by": "another-program"})
        self._client.set_secret(self._others[1], "fake-value")
        delete(self._client, *self._wanted, *self._others)

    def names(self) -> list[tuple[str, str]]:
        """The value of the tag."""
        return [("exercise.program", self.program)]

    def look(self, answer: Any = None) -> tuple[str, str]:
        """See which of the four are active, and whether they are as they were."""
        for name in self._others:
            if self.deletion_of(name) != "done":
                return WRONG, _(
                    "{name} is no longer among the deleted secrets, but the program doesn't use it. Look at "
                    "each secret's tag before you recover it, and delete this one again."
                ).format(name=name)
        deletions = [self.deletion_of(name) for name in self._wanted]
        if deletions == ["done", "done"]:
            return NOT_YET, _("List the deleted secrets, and look at the tag `used-by` of each.")
        if "begun" in deletions:
            return WRONG, _(
                "At the moment, one of them is neither active nor deleted. If you're recovering it, call "
                "the poller's `.wait()`, then check again. If you purged it, it's gone: run the cell "
                "that makes the exercise again."
            )
        if "done" in deletions:
            return WRONG, _(
                "One is back, but another one is still deleted. Go through the whole list of deleted secrets."
            )
        for name, value in self._wanted.items():
            if self.value_of(name) != value:
                return WRONG, _(
                    "{name} is back, but then it got a new value. A recovered secret brings its own, so "
                    "there's nothing to save. Run the cell that makes the exercise again."
                ).format(name=name)
        return RIGHT, _("Both are back with their values, and the others are still deleted.")


class StartAfresh(Exercise):
    """Purge a deleted secret, and save another one under its name as soon as that is free."""

    title = N_("Exercise: start over under a taken name")
    value = "a new beginning"

    def prepare(self) -> None:
        """Save a secret with two versions, and delete it."""
        versions = [self._client.set_secret(self.name, f"fake-old-{number}").properties for number in (1, 2)]
        self._old = {each.version for each in versions}
        self._protected = "Purgeable" not in (versions[0].recovery_level or "")
        delete(self._client, self.name)
        self._deleted_on = self._client.get_deleted_secret(self.name).deleted_date

    def names(self) -> list[tuple[str, str]]:
        """The name that is taken."""
        return [("second_exercise.name", self.name)]

    def look(self, answer: Any = None) -> tuple[str, str]:
        """See whether there is a new secret of this name, with nothing of the old one."""
        value = self.value_of(self.name)
        if value is None:
            return self._look_at_deleted()
        versions = {each.version for each in self._client.list_properties_of_secret_versions(self.name)}
        if versions == self._old:
            return WRONG, _(
                "You recovered the old secret, but none of it should be left. Delete it, wait, then purge it."
            )
        if versions & self._old:
            return WRONG, _(
                "There's a new value, but the old versions came back with the recovery. Delete the "
                "secret, wait, purge it, and save."
            )
        if value != self.value:
            return WRONG, _(
                "The name is yours again, but with a different value. Delete the secret, wait, purge it, "
                'and save "{value}".'
            ).format(value=self.value)
        if len(versions) > 1:
            return WRONG, _(
                "You saved it {count} times. Leave the loop as soon as a save succeeds, with `break`. "
                "Then delete the secret, wait, purge it, and try again."
            ).format(count=len(versions))
        return RIGHT, _("There's a new secret under the name, and nothing of the old one is left.")

    def _look_at_deleted(self) -> tuple[str, str]:
        try:
            deleted_on = self._client.get_deleted_secret(self.name).deleted_date
        except ResourceNotFoundError:
            return WRONG, _(
                "The old secret is neither active nor deleted. If you purged it, its name is free in a "
                "moment: save now, and if that's refused, wait a little and try again."
            )
        if self._protected:
            return NOT_YET, _(
                "This vault has purge protection, so nobody can purge here. Use the practice vault instead."
            )
        if deleted_on != self._deleted_on:
            return WRONG, _(
                "It was recovered and deleted again, so it still has its old versions. Purge it, then save."
            )
        return NOT_YET, _("Purge the deleted secret, then save under its name as soon as the vault lets you.")


def delete(client: Any, *names: str) -> None:
    """Delete secrets, and wait until that has taken effect."""
    # Asked more often than the SDK's two seconds, so that making an exercise does not keep its reader waiting.
    for poller in [client.begin_delete_secret(name, _polling_interval=0.1) for name in names]:
        poller.wait()
