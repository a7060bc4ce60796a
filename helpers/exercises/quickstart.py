"""The exercises of notebooks 01 to 03."""

import secrets
from typing import Any

from .exercise import NOT_YET, RIGHT, WRONG, Exercise, fresh_name


class SignIn(Exercise):
    """01: make a client of your own, and leave proof in the vault."""

    title = "Exercise: make a client of your own"
    proof = "signed in"

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Look for the proof."""
        found = self.value_of(self.name)
        if found is None:
            return NOT_YET, "Make the client, then save the proof with it, under the name above."
        if found == self.proof:
            return RIGHT, "Your client signed in, and the vault let it in."
        if found.strip().lower() == self.proof:
            return WRONG, f'Nearly: the value is "{self.proof}", in small letters, with nothing around it.'
        return WRONG, f'Your client works, but the proof has another value. Save "{self.proof}".'


class SaveTwice(Exercise):
    """02: save two versions of one secret."""

    title = "Exercise: save a new version"
    values = ("first draft", "second draft")

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Count the versions, and look at the current value."""
        versions = list(self._client.list_properties_of_secret_versions(self.name))
        if not versions:
            return NOT_YET, "Save the first value under the name above, then the second under the same name."
        current = self.value_of(self.name)
        if len(versions) == 1:
            if current == self.values[0]:
                return WRONG, "One version is there. Save the second value under the same name."
            return WRONG, "There is one version only. Call `set_secret` twice with the same name, once for each value."
        if current == self.values[1]:
            return RIGHT, "Two versions are there, and a request without a version gets the second."
        if current == self.values[0]:
            return WRONG, "The versions are the wrong way round: what is saved last is what a request gets."
        return WRONG, f'The current value is another one. Save "{self.values[1]}" last.'


class FollowTheTrail(Exercise):
    """03: retrieve a secret whose value is the name of another, and pass on what that one holds."""

    title = "Exercise: follow the trail"

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
            return NOT_YET, "Retrieve the first secret; its value is the name of the second."
        if found == self._treasure:
            return RIGHT, "You retrieved both, and the answer holds the second one's value."
        if found == self._end:
            return WRONG, "That is the value of the first secret. It is a name: retrieve that secret as well."
        if "Secret [" in found:
            return WRONG, "You saved the object's description. The value is in its attribute `.value`."
        if set(found) <= set("•*"):
            return WRONG, "You saved a mask. Save the value itself; only what you show is masked."
        return WRONG, "The answer holds something else. Save the second secret's `.value`, with nothing added."
