"""The exercises of notebooks 04 and 05."""

import contextlib
import io
import re
import secrets
from typing import Any

from ..language import N_, _
from .exercise import NOT_YET, RIGHT, WRONG, AnswerError, Exercise, call, fresh_name
from .recover_and_purge import delete

NO_FUNCTION = N_("`answer` isn't a function. Begin with `def answer(name):`.")


class DeleteAndWait(Exercise):
    """Delete one of two secrets, and wait until the deletion is done."""

    title = N_("Exercise: delete one, keep one")
    _was_right = False

    def prepare(self) -> None:
        """Save the one to delete and the one to keep."""
        self.keep = fresh_name()
        self._client.set_secret(self.name, "fake-value-to-delete")
        self._client.set_secret(self.keep, "fake-value-to-keep")

    def names(self) -> list[tuple[str, str]]:
        """Which goes, and which stays."""
        return [("exercise.name", self.name), ("exercise.keep", self.keep)]

    def look(self, answer: Any = None) -> tuple[str, str]:
        """See which of the two is still there."""
        deletion = self.deletion_of(self.name)
        if self.value_of(self.keep) is None:
            if self._was_right and deletion is not None:
                return RIGHT, _("It was right when you checked before. The other secret has been deleted since, too.")
            return WRONG, _(
                "The secret to keep is deleted. Nothing is lost yet: bring it back with "
                "`client.begin_recover_deleted_secret(exercise.keep).wait()`."
            )
        if deletion is None:
            return NOT_YET, _("Delete `exercise.name`, and wait until the deletion is done.")
        if deletion == "begun":
            return (
                WRONG,
                _("The deletion has begun, but it isn't done yet. Call `.wait()` on the poller, then check again."),
            )
        self._was_right = True
        return RIGHT, _("One secret is deleted and can still be recovered. The other one is untouched.")


class DeleteIfThere(Exercise):
    """A function that deletes a secret, and that may be called as often as you like."""

    title = N_("Exercise: delete it if it's there")

    def prepare(self) -> None:
        """Save a secret to try the function with."""
        self.missing = fresh_name()
        self._client.set_secret(self.name, "fake-value-to-delete")

    def names(self) -> list[tuple[str, str]]:
        """The names to try the function with."""
        return [("second_exercise.name", self.name), ("second_exercise.missing", self.missing)]

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Call the function twice with a secret of the check's own, then with a name that never had one."""
        if answer is None:
            return NOT_YET, _(
                "Write a function named `answer` that takes a name and deletes the secret with that name."
            )
        if not callable(answer):
            return WRONG, _(NO_FUNCTION)
        name = fresh_name()
        self._client.set_secret(name, "fake-value-to-delete")
        returned = call(answer, name)
        deletion = self.deletion_of(name)
        if deletion is None:
            return (
                WRONG,
                _("Your function returned, but the secret is still there. Delete the one whose name it was given."),
            )
        if deletion == "begun":
            return WRONG, _(
                "Your function returned before the deletion was done. Have it call `.wait()` on the poller."
            )
        if returned is not True:
            return WRONG, _("The secret is deleted, but your function returned {kind}. Have it return `True`.").format(
                kind=_kind(returned)
            )
        again, never_used = _("a second time with the same name"), _("with a name nobody used")
        for case, none_there in ((again, name), (never_used, fresh_name())):
            try:
                returned = call(answer, none_there)
            except AnswerError as crash:
                raise AnswerError(
                    _("Called {case}: {crash} Catch that error, and return `False`.").format(case=case, crash=crash)
                ) from None
            if returned is not False:
                return WRONG, _("Called {case}, your function returned {kind}. Have it return `False` then.").format(
                    case=case, kind=_kind(returned)
                )
        return RIGHT, _("Your function deletes what's there, and a second call does no harm.")


class Rename(Exercise):
    """A secret can't be renamed, so copy it to its new name, then delete the old one."""

    title = N_("Exercise: rename a secret")
    _was_right = False

    def prepare(self) -> None:
        """Save the secret under its old name."""
        self.new_name = fresh_name()
        self._value = f"fake-value-{secrets.token_hex(8)}"
        self._client.set_secret(self.name, self._value)

    def names(self) -> list[tuple[str, str]]:
        """The old name and the new one."""
        return [("exercise.name", self.name), ("exercise.new_name", self.new_name)]

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Look under both names, and at which came first: the copy or the deletion."""
        copied = self.value_of(self.new_name)
        deletion = self.deletion_of(self.name)
        if copied is None and deletion is None:
            return NOT_YET, _("Save the value under the new name first, then delete the old secret.")
        if copied is None:
            if self._was_right:
                return RIGHT, _("It was right when you checked before. The copy has been deleted since, too.")
            return WRONG, _(
                "The old secret is deleted, and its value isn't under the new name. Nothing is lost yet: "
                "bring it back with `client.begin_recover_deleted_secret(exercise.name).wait()`, then "
                "copy it first."
            )
        if copied != self._value:
            return WRONG, _(
                "The new name has a different value. Save the old secret's `.value` there, with nothing "
                "added. If the old one is deleted, recover it first with "
                "`client.begin_recover_deleted_secret(exercise.name).wait()`."
            )
        if deletion is None:
            return WRONG, _("The copy is right. Now delete the secret under its old name.")
        if deletion == "begun":
            return WRONG, _("The copy is right, and the deletion has begun. Check again in a moment, when it's done.")
        copied_on = self._client.get_secret(self.new_name).properties.created_on
        deleted_on = self._client.get_deleted_secret(self.name).deleted_date
        if copied_on is not None and deleted_on is not None and copied_on > deleted_on:
            return WRONG, _(
                "The old secret was deleted before the copy was saved, so for a moment the value was "
                "nowhere in the vault. Run the cell that makes the exercise again, and save first."
            )
        self._was_right = True
        return RIGHT, _("The value is under its new name, and the old secret is deleted. It was never lost on the way.")


class WriteAStatusLine(Exercise):
    """A function that says in a sentence how a secret is doing, without giving its value away."""

    title = N_("Exercise: write a status line")

    def prepare(self) -> None:
        """Save one secret, save and delete another, and make up a name that has none."""
        self.deleted, self.missing = fresh_name(), fresh_name()
        self._value = f"fake-{secrets.token_hex(6 + secrets.randbelow(20))}"
        self._client.set_secret(self.name, self._value)
        self._client.set_secret(self.deleted, self._value)
        delete(self._client, self.deleted)
        self._gone_on = f"{self._client.get_deleted_secret(self.deleted).scheduled_purge_date:%Y-%m-%d}"

    def names(self) -> list[tuple[str, str]]:
        """The names to try the function with."""
        return [
            ("second_exercise.name", self.name),
            ("second_exercise.deleted", self.deleted),
            ("second_exercise.missing", self.missing),
        ]

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Call the function with each name, and look for the facts in what it returns; the words are the reader's."""
        if answer is None:
            return NOT_YET, _("Write a function named `answer` that takes a name and returns one line of text.")
        if not callable(answer):
            return WRONG, _(NO_FUNCTION)
        if self.value_of(self.name) is None:  # a clean-up has deleted it
            self.name = fresh_name()
            self.prepare()
        lines = {}
        for case in ("name", "deleted", "missing"):
            name, printed = getattr(self, case), io.StringIO()
            try:
                with contextlib.redirect_stdout(printed):
                    line = call(answer, name)
            except AnswerError as crash:
                raise AnswerError(_("With `second_exercise.{case}`: {crash}").format(case=case, crash=crash)) from None
            if self._value in f"{line}{printed.getvalue()}":
                return (
                    WRONG,
                    _(
                        "With `second_exercise.{case}`, your function gives the value away. Give only its length."
                    ).format(case=case),
                )
            if not isinstance(line, str):
                return WRONG, _(
                    "With `second_exercise.{case}`, your function returns {kind}. Have it `return` a string, "
                    "rather than print it."
                ).format(case=case, kind=_kind(line))
            if "\n" in line.strip() or not line.strip():
                return WRONG, _(
                    "With `second_exercise.{case}`, your function doesn't return one line. Make it one."
                ).format(case=case)
            lines[case] = line.replace(name, "")
        return self._compare(lines)

    def _compare(self, lines: dict[str, str]) -> tuple[str, str]:
        if not re.search(rf"\b{len(self._value)}\b", lines["name"]):
            return WRONG, _("The line for `second_exercise.name` doesn't say how many characters the value has.")
        if self._gone_on not in lines["deleted"]:
            return WRONG, _(
                "The line for `second_exercise.deleted` doesn't name the day until which it can be "
                'recovered. Write it like "2030-12-31": `f"{deleted.scheduled_purge_date:%Y-%m-%d}"`.'
            )
        if lines["missing"] in (lines["name"], lines["deleted"]):
            return WRONG, _("For a name that has no secret, your function says the same as for one that has one.")
        return RIGHT, _("Three names, three answers, and the value stays where it belongs.")


def _kind(returned: Any) -> str:
    """What a function returned, without what is in it."""
    if returned is None or isinstance(returned, bool):
        return f"`{returned}`"
    return _("something of type {type}").format(type=type(returned).__name__)
