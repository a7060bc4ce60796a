"""The exercises of notebook 11."""

import json
import secrets
from collections.abc import Callable
from typing import Any

from azure.core.exceptions import ResourceNotFoundError

from ..language import N_, _, in_a_row
from ..masking import Masked
from .exercise import NOT_YET, RIGHT, WRONG, Exercise

# What copying does to a value, in the words that the second exercise wants, each with how it is done here.
_DAMAGE: dict[str, Callable[[str], str]] = {
    "zero-width space": lambda value: value.replace("-", "-\u200b", 1),
    "non-breaking space": lambda value: value.replace(" ", "\u00a0", 1),
    "curly quote": lambda value: value.replace('"', "\u201d", 1),
    "line break": lambda value: f"{value}\n",
    "letter in two parts": lambda value: value.replace("\u00fc", "u\u0308", 1),
}


class SaveALogin(Exercise):
    """Save a login as JSON, so that a reader that goes by the content type gets the same dict."""

    title = N_("Exercise: save a login as JSON")

    def prepare(self) -> None:
        """Make up the login. Nothing of it is in the vault yet."""
        # The quote in it breaks JSON that is put together by hand.
        password = Masked(f'fake-{secrets.token_hex(4)}"{secrets.token_hex(4)}')
        self.login = {"user": "shop", "password": password, "host": "db.example.com", "port": 5432}

    def names(self) -> list[tuple[str, str]]:
        """The secret's name, and the login."""
        return [
            ("exercise.name", self.name),
            ("exercise.login", _("a dict with {fields}").format(fields=_(", ").join(self.login))),
        ]

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Read the secret as the notebook's reader does, and compare."""
        try:
            secret = self._client.get_secret(self.name)
        except ResourceNotFoundError:
            return NOT_YET, _("Save the whole login under the name {name}, as one secret.").format(name=self.name)
        if hint := self._what_is_odd(secret.value or ""):
            return WRONG, hint
        if secret.properties.content_type != "application/json":
            has_another = bool(secret.properties.content_type)
            said = _("has another content type") if has_another else _("has no content type")
            return WRONG, _(
                "The value is right, but the secret {said}, so the reader returns a str. Save it with "
                '`content_type="application/json"`.'
            ).format(said=said)
        return RIGHT, _("Whoever reads this secret gets your dict back, with the port as a number.")

    def _what_is_odd(self, value: str) -> str:
        if value == self.login["password"]:
            return _("That's the password alone. Save all four fields, as one text in JSON.")
        try:
            found = json.loads(value)
        except ValueError:
            if value.startswith("{'"):
                return _("That's how Python shows a dict, and it isn't JSON. Make the text with `json.dumps`.")
            return _("The value isn't JSON. Don't put the text together by hand: make it with `json.dumps`.")
        if isinstance(found, str):
            return _("It's JSON within JSON. Call `json.dumps` once, on the dict itself.")
        if not isinstance(found, dict):
            return _("It's JSON, but not of a dict. Give the whole `exercise.login` to `json.dumps`.")
        if missing := [field for field in self.login if field not in found]:
            return _("Not everything is there. What's missing: {fields}.").format(fields=_(", ").join(missing))
        if len(found) > len(self.login):
            return _("There are more fields than `exercise.login` has. Save those four, and nothing else.")
        if found["port"] == str(self.login["port"]):
            return _("The port became text. JSON has numbers: leave it the int that it is in `exercise.login`.")
        if different := [field for field in self.login if found[field] != self.login[field]]:
            return _("Not everything is as in `exercise.login`. What's different: {fields}.").format(
                fields=_(", ").join(different)
            )
        return ""


class FindTheDamage(Exercise):
    """Find the one of five pasted values that copying has damaged, and how."""

    title = N_("Exercise: find the damaged value")

    def prepare(self) -> None:
        """Make up five values, and damage one. Nothing goes into the vault."""
        names = ["db-password", "api-key", "signing-key", "mail-password", "backup-key"]
        self.pasted = {name: _sound() for name in names}
        self._damaged, self._damage = secrets.choice(names), secrets.choice(list(_DAMAGE))
        self.pasted[self._damaged] = Masked(_DAMAGE[self._damage](self.pasted[self._damaged]))

    def names(self) -> list[tuple[str, str]]:
        """What was pasted."""
        return [("second_exercise.pasted", _("a dict from five names to values"))]

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Compare the pair with what was done."""
        if answer is None:
            return NOT_YET, _('Set `answer` to a pair, such as `("api-key", "curly quote")`.')
        if not _is_pair(answer):
            return WRONG, _('`answer` should be a pair of texts, such as `("api-key", "curly quote")`.')
        name, damage = answer[0].strip(), answer[1].strip().lower()
        if name in self.pasted.values():
            return WRONG, _("Give the value's name in place of the value, so that the value stays out of the cell.")
        if name not in self.pasted:
            said = _("No value has that name. The names are {names}.").format(names=_(", ").join(self.pasted))
            return WRONG, in_a_row(said, _("The name comes first.") if answer[1] in self.pasted else "")
        if name != self._damaged:
            return WRONG, _(
                "That value is as it should be. A plain space, a straight quote and a \u00fc in one part are fine in a "
                "password."
            )
        named = [words for words in _DAMAGE if words in damage]
        if not named:
            return WRONG, _("That's the value. Say what's wrong with it in these words: {words}.").format(
                words=_(", ").join(_DAMAGE)
            )
        if named != [self._damage]:
            return (
                WRONG,
                _(
                    "That's the value, but something else is wrong with it. Look at what `ord` says about its "
                    "characters."
                ),
            )
        return RIGHT, _(
            "You found it without looking at a value. Now you'd copy that one again, from where it came from."
        )


def _sound() -> Masked:
    """A value with all that may look like damage and is none."""
    return Masked(f'fake-{secrets.token_hex(4)} {secrets.token_hex(4)}-\u00fc"{secrets.token_hex(4)}')


def _is_pair(answer: Any) -> bool:
    return isinstance(answer, tuple | list) and len(answer) == 2 and all(isinstance(each, str) for each in answer)
