"""Rehearse what seldom happens: another time, faults, other programs' roles, a certificate. Azure is never touched."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from functools import partial

from . import practice
from .cards import Card
from .errors import NotebookError, in_language
from .language import N_, _

_ONLY_IN_PRACTICE = N_("This works only in the practice cloud. Nothing changed on Azure.")
_ONLY_IN_ITS_OWN = N_("This works only in a practice cloud that the notebook started itself. Nothing changed.")


def rehearse(
    *,
    days_later: float = 0,
    throttled: int = 0,
    dropped: int = 0,
    slow_seconds: float = 0,
    role_delay: float = 0,
    delete_seconds: float | None = None,
) -> Card:
    """Have the practice cloud set its clock ahead or make faults. Without arguments, everything is back to normal.

    Each call takes the place of the one before. It all ends when the kernel stops, and `connect()` shows what's on.

    Args:
        days_later: Set the vaults' clock ahead by so many days.
        throttled: Answer so many of the next calls with 429, "too many requests".
        dropped: Break the connection of so many of the next calls.
        slow_seconds: Wait so long before each answer.
        role_delay: Let a role that's assigned from now on take so many seconds to work.
        delete_seconds: Let a deletion, recovery or purge that begins from now on take so many seconds.

    Raises:
        NotebookError: A number is out of range.
    """
    cloud = practice.running()
    if cloud is None:
        why = _ONLY_IN_ITS_OWN if practice.MARKER in os.environ else _ONLY_IN_PRACTICE
        return Card(_("Nothing to rehearse here"), [(_("Why"), _(why))], mark="warning")
    try:
        asked = practice.Conditions(days_later, throttled, dropped, slow_seconds, role_delay)
        cloud.conditions = asked if delete_seconds is None else replace(asked, delete_seconds=delete_seconds)
    except practice.PracticeError as error:
        raise NotebookError(in_language(error)) from None
    in_force = conditions_in_words()
    if not in_force:
        return Card(_("Everything is back to normal"), mark="info")
    return Card(_("Rehearsing"), [(_("Now"), in_force), (_("End it"), "`rehearse()`")], mark="warning")


def conditions_in_words() -> str:
    """What is being rehearsed in this kernel, or "" for nothing."""
    cloud = practice.running()
    if cloud is None:
        return ""
    asked, ordinary = cloud.conditions, practice.Conditions()
    said = []
    if asked.days_later:
        said.append(_("the vaults' clock is {time} ahead").format(time=_days(asked.days_later)))
    if asked.throttled:
        said.append(_("{calls} will be throttled").format(calls=_next_calls(asked.throttled)))
    if asked.dropped:
        said.append(_("{calls} will lose the connection").format(calls=_next_calls(asked.dropped)))
    if asked.slow_seconds:
        said.append(_("each answer takes {time}").format(time=_seconds(asked.slow_seconds)))
    if asked.role_delay:
        said.append(_("a new role takes {time} to work").format(time=_seconds(asked.role_delay)))
    if asked.delete_seconds != ordinary.delete_seconds:
        said.append(_("a deletion takes {time}").format(time=_seconds(asked.delete_seconds)))
    return _("; ").join(said)


def faults_are_ahead() -> bool:
    """Whether the next calls in this kernel are to meet faults, which belong to the reader's own calls."""
    cloud = practice.running()
    return cloud is not None and bool(
        cloud.conditions.throttled or cloud.conditions.dropped or cloud.conditions.slow_seconds
    )


def time_in_vault() -> datetime:
    """The time on the vault's clock, as far as this kernel knows: a practice vault's may be set ahead."""
    cloud = practice.running()
    return datetime.now(timezone.utc) + timedelta(days=0 if cloud is None else cloud.conditions.days_later)


def assign_role(program: str, role: str) -> Card:
    """Assign a role to one of the practice programs: `"app"`, `"auditor"` or `"newcomer"`.

    A role for storage is assigned on the practice storage account, any other on the practice vault.

    Raises:
        NotebookError: There's no such program or role.
    """
    cloud = practice.running()
    delay = 0 if cloud is None else cloud.conditions.role_delay
    title = _("{program} has the role {role}").format(program=program, role=role)
    change = partial(practice.assign_role, program, role, delay=delay)
    return change_practice(change, Card(title, mark="info"), _role_command("create", role))


def revoke_role(program: str, role: str) -> Card:
    """Take away a role that `assign_role` assigned. If the program doesn't have it, nothing happens.

    Raises:
        NotebookError: There's no such program or role.
    """
    title = _("{program} doesn't have the role {role}").format(program=program, role=role)
    change = partial(practice.revoke_role, program, role)
    return change_practice(change, Card(title, mark="info"), _role_command("delete", role))


def add_certificate(name: str) -> Card:
    """Make a certificate in the practice vault, so that there's one to read as a secret. One that's there stays.

    Raises:
        NotebookError: It can't have that name.
    """
    command = (
        f'`az keyvault certificate create --vault-name "$KEY_VAULT_NAME" --name "{name}" '
        '--policy "$(az keyvault certificate get-default-policy)"`'
    )
    done = Card(_("The vault has the secret of a certificate named {name}").format(name=name), mark="info")
    return change_practice(partial(practice.add_certificate, name), done, command)


def change_practice(change: Callable[[], None], done: Card, on_azure: str) -> Card:
    """Change something in the practice cloud, and give the card that says so.

    With the reader's own vault nothing changes, and the card has the command that does it there.

    Raises:
        NotebookError: It can't be changed.
    """
    if not (practice.running() or practice.MARKER in os.environ):
        why = [(_("Why"), _(_ONLY_IN_PRACTICE)), (_("On Azure"), on_azure)]
        return Card(_("Not done here"), why, mark="warning")
    try:
        change()
    except practice.PracticeError as error:
        raise NotebookError(in_language(error)) from None
    return done


def _role_command(verb: str, role: str) -> str:
    scope = "storage account" if role.lower().startswith("storage ") else "vault"
    return f'`az role assignment {verb} --role "{role}" --assignee "<client id>" --scope "<{scope} id>"`'


def _next_calls(number: int) -> str:
    return _("the next call") if number == 1 else _("the next {count} calls").format(count=number)


def _days(number: float) -> str:
    return _("1 day") if number == 1 else _("{count} days").format(count=f"{number:g}")


def _seconds(number: float) -> str:
    return _("1 second") if number == 1 else _("{count} seconds").format(count=f"{number:g}")
