"""The time: everything in the practice cloud that asks what time it is asks here.

A rehearsal can move the vaults' time ahead (`conditions.py`); what a client's own clock judges goes by the wall's.
"""

import time

DAY_SECONDS = 86_400


def wall_time() -> float:
    """Seconds since 1970, UTC, as the clock on the wall has it."""
    return time.time()
