"""The exercises of notebook 07."""

import secrets
from datetime import datetime, timedelta, timezone
from typing import Any

from azure.keyvault.secrets import SecretProperties

from ..language import N_, _
from .exercise import NOT_YET, RIGHT, WRONG, AnswerError, Exercise, call, fresh_name


class Rotate(Exercise):
    """Save a new version that expires, and disable the old one by its id."""

    title = N_("Exercise: rotate a secret")
    days = 90

    def prepare(self) -> None:
        """Save the version to rotate out."""
        self._value = f"fake-value-{secrets.token_hex(8)}"
        self._version = self._client.set_secret(self.name, self._value).properties.version

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Look at the old version, then at the current one."""
        versions = {each.version: each for each in self._client.list_properties_of_secret_versions(self.name)}
        old = versions.get(self._version)
        if old is None:
            return WRONG, _(
                "The secret is deleted, so every program that needs it is stuck. Bring it back with "
                "`client.begin_recover_deleted_secret(exercise.name).wait()`. A rotation never deletes "
                "anything."
            )
        if len(versions) == 1:
            if not old.enabled:
                return WRONG, _("You disabled the only version, so programs get nothing. Save a new version first.")
            if old.expires_on:
                return WRONG, _("The old version got the date. Save a new version, and give the date to that one.")
            return NOT_YET, _("Save a new value under the same name, then disable the old version.")
        [listed] = [each for each in self._client.list_properties_of_secrets() if each.name == self.name]
        if not listed.enabled:
            return WRONG, _(
                "The current version is disabled, so programs get nothing. That's what an update without "
                "a version does. Enable it again, then disable the old one by its version."
            )
        if self.value_of(self.name) == self._value:
            return WRONG, _("The current version still has the old value. Save a new one: `secrets.token_urlsafe(24)`.")
        if old.enabled:
            return WRONG, _("The old value can still be retrieved. Disable its version: an update can name one.")
        return self._look_at_date(listed, old)

    def _look_at_date(self, listed: SecretProperties, old: SecretProperties) -> tuple[str, str]:
        if listed.expires_on is None:
            if old.expires_on:
                return WRONG, _("The date is on the old version. Give the new one its `expires_on`.")
            return WRONG, _("The new version has no date. Give it `expires_on`, when you save it or with an update.")
        days = (listed.expires_on - datetime.now(timezone.utc)) / timedelta(days=1)
        if abs(days - self.days) > 1:
            return WRONG, _("Days until the new version's date: {days}. Make it {wanted}.").format(
                days=f"{days:.0f}", wanted=self.days
            )
        return RIGHT, _("Programs get the new value, nobody gets the old one, and the date is set.")


class MayBeUsed(Exercise):
    """The check that the service leaves to the program, as a function."""

    title = N_("Exercise: check before you use")

    def prepare(self) -> None:
        """Save a secret for each case."""
        now, day = datetime.now(timezone.utc), timedelta(days=1)
        cases: dict[str, dict[str, Any]] = {
            "valid": {"not_before": now - day, "expires_on": now + day},
            "dateless": {},
            "expired": {"expires_on": now - day},
            "early": {"not_before": now + day},
            "disabled": {"enabled": False},
        }
        self._cases = {
            case: self._client.set_secret(fresh_name(), f"fake-value-{secrets.token_hex(8)}", **said).properties
            for case, said in cases.items()
        }
        self.valid, self.dateless, self.expired, self.early, self.disabled = self._cases.values()

    def names(self) -> list[tuple[str, str]]:
        """The properties to try the function with."""
        said = {
            "valid": _("begins in the past, expires in the future"),
            "dateless": _("has no dates"),
            "expired": _("expired yesterday"),
            "early": _("begins tomorrow"),
            "disabled": _("is disabled"),
        }
        return [(f"second_exercise.{case}", what) for case, what in said.items()]

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Call the function with the properties of each secret."""
        if answer is None:
            return NOT_YET, _("Write a function named `answer` that takes properties and returns True or False.")
        if not callable(answer):
            return WRONG, _(
                "`answer` isn't a function. Begin with `def answer(properties):`, and return True or False."
            )
        found = {case: self._ask(answer, case, properties) for case, properties in self._cases.items()}
        odd = [type(result).__name__ for result in found.values() if not isinstance(result, bool)]
        if len(odd) == len(found):
            return (
                WRONG,
                _(
                    "Your function always returns something of type {odd}. Have it `return` True or False, "
                    "rather than print it."
                ).format(odd=odd[0]),
            )
        if odd:
            return (
                WRONG,
                _(
                    "Your function sometimes returns something of type {odd}. Always return True or False, "
                    "even when a date is None."
                ).format(odd=odd[0]),
            )
        if not found["valid"]:
            return (
                WRONG,
                _("It turns down a secret that's valid right now. Do your comparisons point the right way?"),
            )
        if not found["dateless"]:
            return (
                WRONG,
                _("It turns down a secret without dates. A date that isn't set is None, and doesn't limit anything."),
            )
        passed = [case for case in ("expired", "early", "disabled") if found[case]]
        if passed:
            looked_at = {"expired": "expires_on", "early": "not_before", "disabled": "enabled"}[passed[0]]
            return WRONG, _(
                "It lets `second_exercise.{passed}` through. Look at `properties.{looked_at}`, too."
            ).format(passed=passed[0], looked_at=looked_at)
        return RIGHT, _("Now your program checks what the service doesn't.")

    def _ask(self, answer: Any, case: str, properties: SecretProperties) -> Any:
        try:
            return call(answer, properties)
        except AnswerError as crash:
            dates = _("The vault's times are in UTC and say so, and a date that isn't set is None.")
            raise AnswerError(
                _("With `second_exercise.{case}`: {crash} {dates}").format(case=case, crash=crash, dates=dates)
            ) from None
