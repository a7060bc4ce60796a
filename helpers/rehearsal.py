"""Rehearse what seldom happens: another time, faults, the roles of others. In practice only: Azure is never touched."""

import os
from functools import partial

from . import practice
from .card import Card
from .told import Told

_ONLY_IN_PRACTICE = "This works in the practice cloud of this notebook only. On Azure nothing was changed."


def rehearse(
    *, days_later: float = 0, throttled: int = 0, dropped: int = 0, slow_seconds: float = 0, role_delay: float = 0
) -> Card:
    """Ask the practice cloud for another time or for faults; without arguments, all is ordinary again.

    What you ask for takes the place of what was asked for before. It ends with the kernel; `connect()` shows it.

    Args:
        days_later: Move the vaults' clock forward by so many days.
        throttled: Answer the next so many calls with 429, "too many requests".
        dropped: Break the connection of the next so many calls.
        slow_seconds: Wait so long before each answer.
        role_delay: Let a role that is given from now on take so many seconds to work.

    Raises:
        Told: a number is out of range.
    """
    cloud = practice.running()
    if cloud is None:
        return Card("Nothing to rehearse here", [("Why", _ONLY_IN_PRACTICE)], mark="warning")
    try:
        cloud.conditions = practice.Conditions(days_later, throttled, dropped, slow_seconds, role_delay)
    except practice.PracticeError as error:
        raise Told(str(error)) from None
    in_force = conditions_in_words()
    if not in_force:
        return Card("All is ordinary again", mark="info")
    return Card("Rehearsing", [("Now", in_force), ("End it", "`rehearse()`")], mark="warning")


def conditions_in_words() -> str:
    """What is being rehearsed in this kernel, or "" for nothing."""
    cloud = practice.running()
    if cloud is None:
        return ""
    asked = cloud.conditions
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
    return "; ".join(said)


def give_role(program: str, role: str) -> Card:
    """Give one of the practice programs (`"app"`, `"auditor"`, `"newcomer"`) a role on the practice vault.

    Raises:
        Told: there is no such program or role.
    """
    cloud = practice.running()
    delay = 0 if cloud is None else cloud.conditions.role_delay
    return _change(
        partial(practice.assign_role, delay=delay), program, role, f"{program} has the role {role}", "create"
    )


def take_role(program: str, role: str) -> Card:
    """Take a role on the practice vault away again.

    Raises:
        Told: there is no such program or role.
    """
    return _change(practice.revoke_role, program, role, f"{program} does not have the role {role}", "delete")


def _change(change, program: str, role: str, title: str, verb: str) -> Card:
    if not (practice.running() or practice.MARKER in os.environ):
        command = f'`az role assignment {verb} --role "{role}" --assignee "<client id>" --scope "<vault id>"`'
        return Card("Not done here", [("Why", _ONLY_IN_PRACTICE), ("On Azure", command)], mark="warning")
    try:
        change(program, role)
    except practice.PracticeError as error:
        raise Told(str(error)) from None
    return Card(title, mark="info")


def _number(number: float, what: str) -> str:
    return f"{number:g} {what}" + ("" if number == 1 else "s")
