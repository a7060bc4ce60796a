"""The practice cloud's state on disk: one SQLite file, shared by every kernel and terminal of a user.

What the rows mean is for each service to say; this module opens the file, keeps it private, and makes changes whole.
"""

import os
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path

from .. import clock
from ..conditions import Conditions
from ..errors import PracticeError, UnreadableStateError
from ..state_folder import state_folder
from . import schema, seed
from .transaction import Transaction

FILE_NAME = "practice.sqlite3"
BUSY_SECONDS = 20  # how long to wait while another program writes


class Store:
    """The open state file.

    Args:
        path: The file; by default the one in the user's practice folder. It is made if it is not there.

    Attributes:
        conditions: What the cloud of this store rehearses. Others that use the same file have their own.

    Raises:
        PracticeError: the folder or file cannot be used, is damaged, or was written by another version.
    """

    def __init__(self, path: Path | None = None):
        self.path = path or state_folder() / FILE_NAME
        self.conditions = Conditions()
        self._identity: tuple[int, int] | None = None  # the open file's; None for no file
        self._connection = self._open()

    def reading(self) -> AbstractContextManager[Transaction]:
        """A transaction for questions: they all see one and the same state, whatever others write meanwhile.

        Raises:
            PracticeError: the file cannot be used.
        """
        return self._transaction("BEGIN")

    def writing(self) -> AbstractContextManager[Transaction]:
        """A transaction for changes: all of the block's changes are kept, or none.

        Raises:
            PracticeError: the file cannot be used.
        """
        return self._transaction("BEGIN IMMEDIATE")

    def reset(self) -> None:
        """Empty the state: every secret of every vault. Kernels that are running go on with the empty state."""
        with self.writing() as state:
            seed.clear(state)
            seed.fill(state)
        # The values stand in the write-ahead log as well, until it is written back and cut.
        with suppress(sqlite3.Error):  # somebody reads from it: the next program to close the file does this
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Transaction]:
        connection = self._current()
        try:
            connection.execute(begin)
            try:
                yield self._transaction_on(connection)
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:  # after some errors, a full disk's among them, SQLite has ended it
                    connection.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise self._explained(error) from None

    def _transaction_on(self, connection: sqlite3.Connection) -> Transaction:
        conditions = self.conditions
        return Transaction(connection, conditions.vault_time(), clock.wall_time(), conditions)

    def _explained(self, error: sqlite3.Error) -> PracticeError:
        # SQLite's errors for a damaged file are of no narrower class. "no such table": the file is of another program.
        damaged = type(error) is sqlite3.DatabaseError or re.search("no such|already exists", str(error))
        if not damaged:
            return PracticeError(
                "The practice cloud can't use its state file {path} ({error}). Make room on the disk, "
                "make sure you can write to the file and those beside it, close other programs that use "
                "it, or set PRACTICE_CLOUD_HOME to another folder, then start again.",
                path=self.path,
                error=error,
            )
        return UnreadableStateError(
            "The practice cloud's state file {path} is damaged. Run `python -m helpers.practice "
            "reset` to start over; the damaged file is kept beside the new one.",
            path=self.path,
        )

    def _current(self) -> sqlite3.Connection:
        # Somebody may have removed the file under a running kernel; SQLite would go on writing to nowhere.
        if not self._is_the_open_file():
            self._connection.close()
            self._identity = None
            self._connection = self._open()
        return self._connection

    def _is_the_open_file(self) -> bool:
        try:
            found = self.path.stat()
        except OSError:
            return False
        return (found.st_dev, found.st_ino) == self._identity

    def _open(self) -> sqlite3.Connection:
        try:
            # Somebody may have removed the folder, too, under a running kernel.
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # SQLite would make the file readable by everyone; its side files take over the mode of this one. A file
            # that is there is not touched: to close it would take away the locks that this process has on it
            # ("How To Corrupt An SQLite Database File", 2.2), and with them what is saved from then on.
            with suppress(FileExistsError):
                os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
            found = self.path.stat()
            connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        except (OSError, sqlite3.OperationalError) as error:
            raise PracticeError(
                "The practice cloud can't open its state file {path} ({error}). Make sure you can write "
                "to it, or set PRACTICE_CLOUD_HOME to another folder, then start again.",
                path=self.path,
                error=error,
            ) from None
        try:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")  # a purged value is overwritten, not only unlinked
            self._keep_a_log(connection)
            # In WAL mode a commit outlives the process from here on; only a power cut could lose the last ones.
            connection.execute("PRAGMA synchronous = NORMAL")
            self._prepare(connection)
        except BaseException as error:
            connection.close()
            if isinstance(error, sqlite3.Error):
                raise self._explained(error) from None
            raise
        self._identity = (found.st_dev, found.st_ino)
        return connection

    def _keep_a_log(self, connection: sqlite3.Connection) -> None:
        until = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                # While another program makes the file, SQLite does not wait here, whatever its time-out.
                if "locked" not in str(error) or time.monotonic() > until:
                    raise
                time.sleep(0.01)

    def _prepare(self, connection: sqlite3.Connection) -> None:
        if self._found_version(connection) == schema.VERSION:
            return
        connection.execute("BEGIN IMMEDIATE")  # of several kernels that start at once, one makes the tables
        if self._found_version(connection) == 0:
            for statement in schema.TABLES.split(";\n"):
                connection.execute(statement)
            seed.fill(self._transaction_on(connection))
            connection.execute(f"PRAGMA user_version = {schema.VERSION}")
        connection.execute("COMMIT")

    def _found_version(self, connection: sqlite3.Connection) -> int:
        found: int = connection.execute("PRAGMA user_version").fetchone()[0]
        if found > schema.VERSION:
            raise UnreadableStateError(
                "The practice cloud's state file {path} was written by a newer version of these "
                "notebooks. Update the notebooks, or set PRACTICE_CLOUD_HOME to another folder, then "
                "start again.",
                path=self.path,
            )
        if 0 < found < schema.VERSION:
            raise UnreadableStateError(
                "The practice cloud's state file {path} was written by an earlier version of these "
                "notebooks. Run `python -m helpers.practice reset` to start over; the earlier file is "
                "kept beside the new one.",
                path=self.path,
            )
        return found


def reset() -> Path | None:
    """Empty the practice cloud. A file that cannot be read is set aside.

    Returns:
        Where a damaged file, or one of another version, was moved to, or None if the state could be emptied in place.

    Raises:
        PracticeError: the folder cannot be used.
    """
    path = state_folder() / FILE_NAME
    try:
        with closing(Store(path)) as store:
            store.reset()
    except UnreadableStateError:
        return _set_aside(path)
    return None


def _set_aside(path: Path) -> Path:
    aside = path.with_name(f"{path.stem}-set-aside-{int(clock.wall_time())}{path.suffix}")
    try:
        for ending in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                Path(f"{path}{ending}").replace(f"{aside}{ending}")
    except OSError as error:
        raise PracticeError(
            "The practice cloud can't move its state file {path} aside ({reason}). Close the "
            "programs that use it, and make sure you can write to its folder, then try again.",
            path=path,
            reason=error.strerror,
        ) from None
    Store(path).close()
    return aside
