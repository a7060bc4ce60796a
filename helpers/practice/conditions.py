"""What a lesson can rehearse: another time, faults, and operations that take longer. Each cloud has its own."""

import os
from dataclasses import dataclass, field, fields

from . import clock
from .errors import PracticeError

RETRY_AFTER_SECONDS = 1
DELETE_SECONDS_VARIABLE = "PRACTICE_CLOUD_DELETE_SECONDS"

_MOST = {
    "days_later": 3650,
    "throttled": 1000,
    "dropped": 1000,
    "slow_seconds": 60,
    "role_delay": 600,
    "delete_seconds": 60,
}


def _delete_seconds() -> float:
    chosen = os.environ.get(DELETE_SECONDS_VARIABLE, "0.5")
    try:
        seconds = float(chosen)
    except ValueError:
        seconds = -1
    if not 0 <= seconds <= _MOST["delete_seconds"]:
        raise PracticeError(
            "{variable} is {chosen}; set it to a number of seconds from 0 to 60.",
            variable=DELETE_SECONDS_VARIABLE,
            chosen=repr(chosen),
        )
    return seconds


@dataclass
class Conditions:
    """What a practice cloud rehearses. Without arguments, everything is ordinary.

    Args:
        days_later: How many days the vaults' clock is ahead.
        throttled: How many of the next calls are told to come back later. Counts down.
        dropped: How many of the next calls lose their connection. Counts down.
        slow_seconds: How long each answer is held back.
        role_delay: How many seconds a role that is assigned takes to work.
        delete_seconds: How long a deletion, recovery or purge takes; `PRACTICE_CLOUD_DELETE_SECONDS` or 0.5.

    The calls are those to a vault that come with a token.

    Raises:
        PracticeError: a number is not one that the practice cloud can keep to.
    """

    days_later: float = 0
    throttled: int = 0
    dropped: int = 0
    slow_seconds: float = 0
    role_delay: float = 0
    delete_seconds: float = field(default_factory=_delete_seconds)

    def __post_init__(self) -> None:
        for one in fields(self):
            value, most = getattr(self, one.name), _MOST[one.name]
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= most:
                raise PracticeError(
                    "`{name}` is {value}; give a number from 0 to {most}.",
                    name=one.name,
                    value=repr(value),
                    most=most,
                )
            if one.type is int and not isinstance(value, int):
                raise PracticeError("`{name}` counts calls: give a whole number.", name=one.name)

    def vault_time(self) -> float:
        """Seconds since 1970, UTC, as the vaults see it."""
        return clock.wall_time() + self.days_later * clock.DAY_SECONDS
