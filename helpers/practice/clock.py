"""The practice cloud's time: everything that asks what time it is asks here."""

import time

from . import conditions

DAY_SECONDS = 86_400


def now() -> float:
    """Seconds since 1970, UTC, as the vaults see it: a lesson can move it forward."""
    return time.time() + conditions.current().days_later * DAY_SECONDS


def real() -> float:
    """Seconds since 1970, UTC, whatever a lesson does: for what a client's own clock judges, and for waiting."""
    return time.time()
