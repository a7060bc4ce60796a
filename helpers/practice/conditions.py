"""What a lesson asks of the practice cloud beyond the ordinary: another time, and faults.

It is kept in this process alone and written nowhere, so it ends with the kernel at the latest.
"""

from dataclasses import dataclass

RETRY_AFTER_SECONDS = 1


@dataclass
class Conditions:
    """Each but the last is off at 0. The calls are those to a vault that come with a token."""

    days_later: float = 0  # how far the clock is ahead
    throttled: int = 0  # how many of the next calls are told to come back later
    dropped: int = 0  # how many of the next calls lose their connection
    slow_seconds: float = 0  # how long each call waits for its answer
    role_delay: float = 0  # how many seconds a role that is given takes to work
    delete_seconds: float | None = None  # how long a deletion, recovery or purge takes; None: as set at the start


_current = Conditions()


def current() -> Conditions:
    """The conditions in force."""
    return _current


def change(conditions: Conditions) -> None:
    """Put other conditions in force."""
    global _current
    _current = conditions
