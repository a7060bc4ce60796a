"""The exercises of notebook 16."""

import secrets
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

from azure.keyvault.secrets import KeyVaultSecret

from ..events import events_through
from ..language import N_, _
from .exercise import NOT_YET, RIGHT, WRONG, AnswerError, Exercise, call, fresh_name

_DAYS = 90


class RotateOnce(Exercise):
    """A handler that rotates once, however often its event comes."""

    title = N_("Exercise: rotate only once")

    def prepare(self) -> None:
        """Save a secret that's near expiry, to try the handler on."""
        self.event = self._near_expiry(self.name)

    def names(self) -> list[tuple[str, str]]:
        """The event to try the handler on."""
        return [("exercise.name", self.name), ("exercise.event", _("says that it's near expiry"))]

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Deliver events about a fresh secret, and look at its versions after each."""
        if answer is None:
            return NOT_YET, _("Write a function named `answer` that takes `event` and `client`.")
        if not callable(answer):
            return WRONG, _("`answer` isn't a function. Begin with `def answer(event, client):`.")
        name = fresh_name()
        event = self._near_expiry(name)
        old_value = self.value_of(name)
        call(answer, event, self._client)
        if hint := self._look_at_rotated(name, old_value):
            return WRONG, hint
        again = _(
            "The same event came twice, and your function saved twice. Compare the event's version with the current "
            "one first."
        )
        if hint := self._deliver_again(answer, name, event, again):
            return WRONG, hint
        late = {**event, "id": str(uuid.uuid4())}
        other_id = _(
            "An event with another ID came, about the old version, and your function saved again. Don't go by the "
            "event's ID: compare its version with the current one."
        )
        if hint := self._deliver_again(answer, name, late, other_id):
            return WRONG, hint
        return self._look_at_next(answer, name, late)

    def _look_at_rotated(self, name: str, old_value: str | None) -> str:
        versions = self._versions(name)
        if versions == 1:
            return _("The event came, and there's no new version. Save one if the event's version is the current one.")
        if versions > 2:
            return _("One event came, and there are {count} new versions. Call `set_secret` once.").format(
                count=versions - 1
            )
        current = self._client.get_secret(name)
        if current.value == old_value:
            return _("The new version has the old value. Save a new one: `secrets.token_urlsafe(24)`.")
        if current.properties.tags != {"owner": "shop"}:
            return _(
                "The tags aren't what they were. A new version starts without any: hand over the old one's `tags`."
            )
        expires_on = current.properties.expires_on
        if expires_on is None:
            return _("The new version has no date, so no event will come for it. Give it `expires_on`.")
        days = (expires_on - datetime.now(timezone.utc)) / timedelta(days=1)
        if abs(days - _DAYS) > 1:
            return _("Days until the new version's date: {days}. Make it {wanted}.").format(
                days=f"{days:.0f}", wanted=_DAYS
            )
        return ""

    def _deliver_again(self, answer: Callable[..., Any], name: str, event: dict[str, Any], hint: str) -> str:
        before = self._versions(name)
        try:
            call(answer, event, self._client)
        except AnswerError as crash:
            raise AnswerError(
                _(
                    "The second time, there's nothing to do. {crash} Event Grid takes an error for a failure and "
                    "delivers again, so return without one."
                ).format(crash=crash)
            ) from None
        return "" if self._versions(name) == before else hint

    def _look_at_next(self, answer: Callable[..., Any], name: str, event: dict[str, Any]) -> tuple[str, str]:
        current = self._client.get_secret(name).properties.version
        data = {**event["data"], "Version": current}
        before = self._versions(name)
        call(answer, {**event, "id": str(uuid.uuid4()), "data": data}, self._client)
        if self._versions(name) == before:
            return WRONG, _(
                "Two months later the new version was near expiry, and your function did nothing. What counts is "
                "whether the event's version is the current one."
            )
        return RIGHT, _("Your function rotates once for each version, however often and however late the events come.")

    def _near_expiry(self, name: str) -> dict[str, Any]:
        soon = datetime.now(timezone.utc) + timedelta(days=20)
        value = f"fake-value-{secrets.token_hex(8)}"
        self._client.set_secret(name, value, expires_on=soon, tags={"owner": "shop"})
        [near_expiry] = [
            event
            for event in events_through(self._client, name)
            if event["eventType"] == "Microsoft.KeyVault.SecretNearExpiry"
        ]
        return near_expiry

    def _versions(self, name: str) -> int:
        return len(list(self._client.list_properties_of_secret_versions(name)))


class PickTheIdleKey(Exercise):
    """Which of a service's two keys may be regenerated, whatever the tag says."""

    title = N_("Exercise: pick the key to regenerate")

    def prepare(self) -> None:
        """Save a secret for each case."""
        self._keys = {key: f"fake-{key}-{secrets.token_hex(8)}" for key in ("key1", "key2")}
        self.tagged = self._saved("key1", {"CredentialId": "key1"})
        self.by_hand = self._saved("key2", {"CredentialId": "key1"})
        self.untagged = self._saved("key2", None)
        self.stranger = self._client.set_secret(
            fresh_name(), f"fake-other-{secrets.token_hex(8)}", tags={"CredentialId": "key1"}
        )

    @property
    def keys(self) -> dict[str, str]:
        """The service's keys now."""
        return dict(self._keys)

    def names(self) -> list[tuple[str, str]]:
        """The secrets to try the function with."""
        return [
            ("second_exercise.keys", _("the service's two keys")),
            ("second_exercise.tagged", _("holds key1, and its tag says so")),
            ("second_exercise.by_hand", _("holds key2, and its tag still says key1")),
            ("second_exercise.untagged", _("holds key2, and has no tags")),
            ("second_exercise.stranger", _("holds neither of them")),
        ]

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Call the function with each secret."""
        if answer is None:
            return NOT_YET, _("Write a function named `answer` that takes `secret` and `keys`.")
        if not callable(answer):
            return WRONG, _("`answer` isn't a function. Begin with `def answer(secret, keys):`.")
        found = {
            case: self._ask(answer, case, secret)
            for case, secret in {
                "tagged": self.tagged,
                "by_hand": self.by_hand,
                "untagged": self.untagged,
                "stranger": self.stranger,
            }.items()
        }
        return self._judge(found)

    def _judge(self, found: dict[str, Any]) -> tuple[str, str]:
        if all(result is None for result in found.values()):
            return WRONG, _("Your function always returns None. Have it `return` the key's name, rather than print it.")
        if found["tagged"] in self._keys.values():
            return WRONG, _('Your function returns a key\'s value. Return its name: "key1" or "key2".')
        if found["tagged"] == "key1":
            return WRONG, _("It picks the key that programs are using right now, so they'd be refused. Pick the other.")
        if found["by_hand"] == "key2":
            return WRONG, _(
                "With `second_exercise.by_hand` it picks the key that programs are using. Someone saved that key by "
                "hand, so the tag is wrong: compare the values."
            )
        for case, right in {"tagged": "key2", "by_hand": "key1", "untagged": "key1"}.items():
            if found[case] != right:
                return WRONG, _(
                    "With `second_exercise.{case}` it doesn't return {right}, the key that nobody uses."
                ).format(case=case, right=right)
        if found["stranger"] is not None:
            return WRONG, _(
                "With `second_exercise.stranger` it picks a key. The secret holds neither, so something's wrong "
                "already: return None, and leave it to a person."
            )
        return RIGHT, _("It regenerates only what nobody uses, and in doubt it leaves both keys alone.")

    def _ask(self, answer: Callable[..., Any], case: str, secret: KeyVaultSecret) -> Any:
        try:
            return call(answer, secret, self.keys)
        except AnswerError as crash:
            raise AnswerError(
                _("With `second_exercise.{case}`: {crash} A secret without tags has None in place of a dict.").format(
                    case=case, crash=crash
                )
            ) from None

    def _saved(self, key: str, tags: dict[str, str] | None) -> KeyVaultSecret:
        return self._client.set_secret(fresh_name(), self._keys[key], tags=tags)
