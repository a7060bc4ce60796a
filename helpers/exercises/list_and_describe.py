"""The exercises of notebook 06."""

import secrets
from collections.abc import Iterator
from typing import Any

from azure.core.exceptions import ResourceNotFoundError

from ..language import N_, _
from .exercise import NOT_YET, RIGHT, WRONG, Exercise, fresh_name


class AddATag(Exercise):
    """Add a tag to a secret that already has tags; an update replaces them all."""

    title = N_("Exercise: add a tag")

    def prepare(self) -> None:
        """Save the secret with its first tags."""
        self.before = {"service": "billing", "environment": "test"}
        self.wanted = {**self.before, "owner": "data-team"}
        saved = self._client.set_secret(self.name, f"fake-value-{secrets.token_hex(8)}", tags=self.before)
        self._version = saved.properties.version

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Compare the tags with those from before and those that are wanted."""
        try:
            properties = self._client.get_secret(self.name).properties
        except ResourceNotFoundError:
            return WRONG, _(
                "The secret is deleted. Nothing is lost yet: bring it back with "
                "`client.begin_recover_deleted_secret(exercise.name).wait()`, then add the tag."
            )
        tags = properties.tags or {}
        if properties.version != self._version:
            return WRONG, _(
                "You saved a new version. Run the cell that makes the exercise again, then use "
                "`update_secret_properties`, which changes the tags and leaves the value and the version "
                "alone."
            )
        if tags == self.before:
            return (
                NOT_YET,
                _(
                    "Add the tag with `update_secret_properties`. If you only change a dict, the vault never "
                    "hears about it."
                ),
            )
        lost = [name for name in self.before if name not in tags]
        if lost:
            return WRONG, _(
                "No longer there: {names}. An update replaces all the tags, so send the old ones "
                "together with the new one."
            ).format(names=", ".join(lost))
        changed = [name for name, value in self.before.items() if tags[name] != value]
        if changed:
            return (
                WRONG,
                _('The tag {changed} had the value "{before}" before. Change it back to that.').format(
                    changed=changed[0], before=self.before[changed[0]]
                ),
            )
        if "owner" not in tags:
            return WRONG, _("There's no tag named `owner`, all lowercase. Tag names have to match exactly.")
        if tags["owner"] != self.wanted["owner"]:
            return (
                WRONG,
                _('The tag owner has a different value. It should be "{wanted}", with nothing added.').format(
                    wanted=self.wanted["owner"]
                ),
            )
        return RIGHT, _("The new tag is there, the old ones are too, and the value and the version are untouched.")


class FindByTag(Exercise):
    """Find secrets by two tags, and leave out the one that is disabled."""

    title = N_("Exercise: find by tag")

    def prepare(self) -> None:
        """Save the ones to find, and some that look like them."""
        self.tag = fresh_name()
        here = {"exercise": self.tag}
        self._right = {self._save({**here, "environment": "prod"}) for _ in range(2)}
        self._disabled = self._save({**here, "environment": "prod"}, enabled=False)
        self._test = self._save({**here, "environment": "test"})
        self._save({"exercise": fresh_name(), "environment": "prod"})
        self._save(None)

    def names(self) -> list[tuple[str, str]]:
        """The tag's value, which only the secrets of this exercise have."""
        return [("second_exercise.tag", self.tag)]

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Compare the names."""
        if answer is None:
            return NOT_YET, _("Put the names in a list called `answer`.")
        if isinstance(answer, Iterator):
            return WRONG, _(
                "You can go through that only once. Make a list of names: `[secret.name for secret in ...]`."
            )
        if not isinstance(answer, (list, tuple, set, frozenset)):
            return WRONG, _("`answer` is of type {type}. Make it a list of names.").format(type=type(answer).__name__)
        if not all(isinstance(each, str) for each in answer):
            return WRONG, _("Not everything in the list is a name. Take the `.name` of each secret.")
        if any(each.startswith("https://") for each in answer):
            return WRONG, _("The list has addresses in it. Take the `.name` of each secret, not its `.id`.")
        if any(each.startswith("fake-value-") for each in answer):
            return (
                WRONG,
                _("The list has values in it. Take the `.name` of each secret. You don't need its value to find it."),
            )
        return self._compare(set(answer))

    def _compare(self, found: set[str]) -> tuple[str, str]:
        if found == self._right:
            return RIGHT, _("Those are the ones, and you found them without retrieving a single value.")
        if not found:
            return WRONG, _("The list is empty. Tags have to match exactly, including uppercase and lowercase letters.")
        if self._test in found:
            return WRONG, _("The list has a secret from the environment `test`. Check the tag `environment` as well.")
        if found - self._right - {self._disabled}:
            return WRONG, _("The list has a secret from outside this exercise. Check the tag `exercise` as well.")
        if self._disabled in found:
            return (
                WRONG,
                _("One of them is disabled. It's in the list, but nobody can retrieve its value. Check `.enabled`."),
            )
        return WRONG, _("One is missing. Go through the whole list, with all its pages.")

    def _save(self, tags: dict[str, str] | None, enabled: bool = True) -> str:
        name = fresh_name()
        self._client.set_secret(name, f"fake-value-{secrets.token_hex(8)}", tags=tags, enabled=enabled)
        return name
