"""Rehearse what seldom happens: another time, faults, the roles of others. In practice only: Azure is never touched."""

import os

from . import practice
from .card import Card
from .told import Told

_ONLY_IN_PRACTICE = "This works in the practice cloud of this notebook only. On Azure nothing was changed."


def rehearse(
    *,
    days_later: float = 0,
    throttled: int = 0,
    dropped: int = 0,
    slow_seconds: float = 0,
    role_delay: float = 0,
    delete_seconds: "float | None" = None,
) -> Card:
    """Ask the practice cloud for another time or for faults; without arguments, all is ordinary again.

    What you ask for takes the place of what was asked for before. It ends with the kernel; `connect()` shows it.

    Args:
        days_later: Move the vaults' clock forward by so many days.
        throttled: Answer the next so many calls with 429, "too many requests".
        dropped: Break the connection of the next so many calls.
        slow_seconds: Wait so long before each answer.
        role_delay: Let a role that is given from now on take so many seconds to work.
        delete_seconds: Let a deletion, recovery or purge that begins from now on take so many seconds, up to 60.

    Raises:
        Told: a number is out of range.
    """
    if not practice.is_running():
        return Card("Nothing to rehearse here", [("Why", _ONLY_IN_PRACTICE)], mark="warning")
    asked = practice.Conditions(days_later, throttled, dropped, slow_seconds, role_delay, delete_seconds)
    try:
        practice.rehearse(asked)
    except practice.PracticeError as error:
        raise Told(str(error)) from None
    in_force = conditions_in_words()
    if not in_force:
        return Card("All is ordinary again", mark="info")
    return Card("Rehearsing", [("Now", in_force), ("End it", "`rehearse()`")], mark="warning")


def conditions_in_words() -> str:
    """What is being rehearsed in this kernel, or "" for nothing."""
    asked = practice.conditions.current()
    said = []
    if asked.days_later:
        said.append(f"the vaults' clock is {_number(asked.days_later, 'day')} ahead")
    if asked.throttled:
        said.append(f"the next {_number(asked.throttled, 'call')} will be throttled")
    if asked.dropped:
        said.append(f"the next {_number(asked.dropped, 'call')} will lose the connection")
    if asked.slow_seconds:
        said.append(f"each answer takes {_number(asked.slow_seconds, 'second')}")
    if asked.role_delay:
        said.append(f"a new role takes {_number(asked.role_delay, 'second')} to work")
    if asked.delete_seconds is not None:
        said.append(f"a deletion takes {_number(asked.delete_seconds, 'second')}")
    return "; ".join(said)


def give_role(program: str, role: str) -> Card:
    """Give one of the practice programs (`"app"`, `"auditor"`, `"newcomer"`) a role on the practice vault.

    Raises:
        Told: there is no such program or role.
    """
    return _change(practice.give_role, program, role, f"{program} has the role {role}", "create")


def take_role(program: str, role: str) -> Card:
    """Take a role on the practice vault away again.

    Raises:
        Told: there is no such program or role.
    """
    return _change(practice.take_role, program, role, f"{program} does not have the role {role}", "delete")


def _change(change, program: str, role: str, title: str, verb: str) -> Card:
    if not (practice.is_running() or practice.MARKER in os.environ):
        command = f'`az role assignment {verb} --role "{role}" --assignee "<client id>" --scope "<vault id>"`'
        return Card("Not done here", [("Why", _ONLY_IN_PRACTICE), ("On Azure", command)], mark="warning")
    try:
        change(program, role)
    except practice.PracticeError as error:
        raise Told(str(error)) from None
    return Card(title, mark="info")


def _number(number: float, what: str) -> str:
    return f"{number:g} {what}" + ("" if number == 1 else "s")
