"""The exercises of notebook 06."""

import secrets
from collections.abc import Iterator
from typing import Any, ClassVar

from azure.core.exceptions import ResourceNotFoundError

from .exercise import NOT_YET, RIGHT, WRONG, Exercise, fresh_name


class AddATag(Exercise):
    """06: add a tag to a secret that has tags already; an update replaces them all."""

    title = "Exercise: add a tag"
    before: ClassVar = {"service": "billing", "environment": "test"}
    wanted: ClassVar = {**before, "owner": "data-team"}

    def prepare(self) -> None:
        """Save the secret with its first tags."""
        saved = self._client.set_secret(self.name, f"fake-value-{secrets.token_hex(8)}", tags=self.before)
        self._version = saved.properties.version

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Compare the tags with what they were and what they shall be."""
        try:
            properties = self._client.get_secret(self.name).properties
        except ResourceNotFoundError:
            return WRONG, (
                "The secret is deleted. Nothing is lost: recover it with "
                "`client.begin_recover_deleted_secret(exercise.name).wait()`, then add the tag."
            )
        tags = properties.tags or {}
        if properties.version != self._version:
            return WRONG, (
                "You saved a new version. Run the cell that makes the exercise again, and use "
                "`update_secret_properties`: it changes the tags, and leaves the value and the version as they are."
            )
        if tags == self.before:
            return NOT_YET, "Add the tag with `update_secret_properties`. A change to a dict does not reach the vault."
        lost = [name for name in self.before if name not in tags]
        if lost:
            return WRONG, (
                f"Of the tags that were there, these are gone: {', '.join(lost)}. An update replaces all tags. "
                "Send the ones that were there together with the new one."
            )
        changed = [name for name, value in self.before.items() if tags[name] != value]
        if changed:
            return WRONG, f'The tag {changed[0]} had the value "{self.before[changed[0]]}". Give it back.'
        if "owner" not in tags:
            return WRONG, 'No tag is named "owner", in small letters. Names of tags are exact.'
        if tags["owner"] != self.wanted["owner"]:
            return WRONG, f'The tag owner has another value. Give it the value "{self.wanted["owner"]}", nothing added.'
        return RIGHT, "The new tag is there, and so are the old ones. The value and the version are untouched."


class FindByTag(Exercise):
    """06: find secrets by two tags, and leave out the one that is disabled."""

    title = "Exercise: find by tag"

    def prepare(self) -> None:
        """Save what is to be found, and what looks like it."""
        self.tag = fresh_name()
        here = {"exercise": self.tag}
        self._right = {self._save({**here, "environment": "prod"}) for _ in range(2)}
        self._disabled = self._save({**here, "environment": "prod"}, enabled=False)
        self._test = self._save({**here, "environment": "test"})
        self._elsewhere = self._save({"exercise": fresh_name(), "environment": "prod"})
        self._save(None)

    def names(self) -> list[tuple[str, str]]:
        """The tag's value, which only the secrets of this exercise have."""
        return [("second_exercise.tag", self.tag)]

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Compare the names."""
        if answer is None:
            return NOT_YET, "Put the names into a list named `answer`."
        if isinstance(answer, Iterator):
            return WRONG, "That can be gone through only once. Make a list of names: `[secret.name for secret in ...]`."
        if not isinstance(answer, (list, tuple, set, frozenset)):
            return WRONG, f"`answer` is of the type {type(answer).__name__}. Make it a list of names."
        if not all(isinstance(each, str) for each in answer):
            return WRONG, "The list holds something else than names. Take the `.name` of each secret."
        if any(each.startswith("https://") for each in answer):
            return WRONG, "The list holds addresses. Take the `.name` of each secret, not its `.id`."
        if any(each.startswith("fake-value-") for each in answer):
            return WRONG, "The list holds values. Take the `.name` of each secret; to find it, nobody needs its value."
        return self._compare(set(answer))

    def _compare(self, found: set[str]) -> tuple[str, str]:
        if found == self._right:
            return RIGHT, "These are the ones, and you needed none of their values to find them."
        if not found:
            return WRONG, "The list is empty. Compare the tags exactly: capital letters make a difference."
        if self._test in found:
            return WRONG, "There is a secret of the environment test in it. Compare the tag environment as well."
        if found - self._right - {self._disabled}:
            return WRONG, "There is something in it that is not of this exercise. Compare the tag exercise as well."
        if self._disabled in found:
            return WRONG, "One of them is disabled: it is listed, and its value can't be retrieved. Look at `.enabled`."
        return WRONG, "One is missing. Go through the whole list, all of its pages."

    def _save(self, tags: dict[str, str] | None, enabled: bool = True) -> str:
        name = fresh_name()
        self._client.set_secret(name, f"fake-value-{secrets.token_hex(8)}", tags=tags, enabled=enabled)
        return name
