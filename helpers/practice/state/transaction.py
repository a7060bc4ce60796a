"""What one request works on: the state, as nobody else changes it meanwhile, and the time that it is."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..conditions import Conditions


@dataclass(frozen=True)
class Transaction:
    """An open transaction of the state file. `Store.reading` and `Store.writing` make them.

    Attributes:
        now: The time as the vaults see it, which a rehearsal can move ahead; seconds since 1970, UTC.
        wall_time: The time as clocks on the wall have it, for waits and for tokens; seconds since 1970, UTC.
        conditions: What is being rehearsed.
    """

    connection: sqlite3.Connection
    now: float
    wall_time: float
    conditions: Conditions

    def execute(self, statement: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        """Run one SQL statement."""
        return self.connection.execute(statement, values)

    def row(self, statement: str, values: Sequence[Any] = ()) -> sqlite3.Row | None:
        """The first row that a question finds, or None."""
        found: sqlite3.Row | None = self.connection.execute(statement, values).fetchone()
        return found
