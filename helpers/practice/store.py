"""The practice cloud's state on disk: one SQLite file, shared by every kernel and terminal of a user.

What the rows mean is for each service to say; this module opens the file, keeps it private, and makes changes whole.
"""

import os
import re
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from . import clock
from .errors import PracticeError, StateUnreadable
from .home import home

FILE_NAME = "practice.sqlite3"
SCHEMA_VERSION = 1
BUSY_SECONDS = 20  # how long to wait while another program writes
DEFAULT_VAULT = "practice-vault"

_SCHEMA = """
CREATE TABLE vaults (
    name            TEXT PRIMARY KEY COLLATE NOCASE,
    retention_days  INTEGER NOT NULL
);
CREATE TABLE secrets (
    id              INTEGER PRIMARY KEY,
    vault           TEXT NOT NULL COLLATE NOCASE REFERENCES vaults (name) ON DELETE CASCADE,
    name            TEXT NOT NULL COLLATE NOCASE,
    current         TEXT NOT NULL,  -- the version that a request without a version gets
    deleted_on      REAL,           -- NULL while the secret is active
    settles_on      REAL,           -- from then on the deletion has taken effect
    purge_on        REAL,           -- from then on the secret is gone for good
    UNIQUE (vault, name)
);
CREATE TABLE versions (
    secret          INTEGER NOT NULL REFERENCES secrets (id) ON DELETE CASCADE,
    version         TEXT NOT NULL,
    value           TEXT NOT NULL,
    content_type    TEXT,
    tags            TEXT,           -- a JSON object
    enabled         INTEGER NOT NULL,
    not_before      INTEGER,
    expires         INTEGER,
    created         INTEGER NOT NULL,
    updated         INTEGER NOT NULL,
    PRIMARY KEY (secret, version)
) WITHOUT ROWID;
CREATE TABLE keys (
    name            TEXT PRIMARY KEY,
    value           TEXT NOT NULL
);
"""


class Store:
    """The open state file.

    Args:
        path: The file; by default the one in the user's practice folder. It is made if it is not there.

    Raises:
        PracticeError: the folder or file cannot be used, is damaged, or was written by a newer version.
    """

    def __init__(self, path: Path | None = None):
        self.path = path or home() / FILE_NAME
        self._connection = self._open()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection, for questions that see one and the same state, whatever others write meanwhile."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The connection inside a transaction: all of the block's changes are kept, or none."""
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    def key(self, name: str) -> str:
        """A random value of this state, made when it is first asked for: a client secret, a signing key."""
        with self.writing() as connection:
            connection.execute("INSERT OR IGNORE INTO keys VALUES (?, ?)", (name, secrets.token_urlsafe(32)))
            return connection.execute("SELECT value FROM keys WHERE name = ?", (name,)).fetchone()["value"]

    def reset(self) -> None:
        """Empty the state: every secret of every vault. Kernels that are running go on with the empty state."""
        with self.writing() as connection:
            connection.execute("DELETE FROM vaults")
            self._add_default_vault(connection)
        # The values stand in the write-ahead log as well, until it is written back and cut.
        with suppress(sqlite3.Error):  # somebody reads from it: the next program to close the file does this
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        connection = self._current()
        try:
            connection.execute(begin)
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:  # after some errors, a full disk's among them, SQLite has ended it
                    connection.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise self._explained(error) from None

    def _explained(self, error: sqlite3.Error) -> PracticeError:
        # "no such table": the file is of another program.
        if isinstance(error, sqlite3.OperationalError) and not re.search("no such|already exists", str(error)):
            return PracticeError(
                f"The practice cloud cannot use its state file {self.path} ({error}). Make room on the disk, close "
                "other programs that use the file, or set PRACTICE_CLOUD_HOME to another folder, then start again."
            )
        return StateUnreadable(
            f"The practice cloud's state file {self.path} is damaged. Run `python -m helpers.practice reset` "
            "to start afresh; the damaged file is kept beside the new one."
        )

    def _current(self) -> sqlite3.Connection:
        # Somebody may have removed the file under a running kernel; SQLite would go on writing to nowhere.
        if not self._is_the_open_file():
            self._connection.close()
            self._connection = self._open()
        return self._connection

    def _is_the_open_file(self) -> bool:
        try:
            found = os.stat(self.path)
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
            found = os.stat(self.path)
            self._identity = (found.st_dev, found.st_ino)
            connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        except (OSError, sqlite3.OperationalError) as error:
            raise PracticeError(
                f"The practice cloud cannot open its state file {self.path} ({error}). "
                "Make it writable for you, or set PRACTICE_CLOUD_HOME to another folder, then start again."
            ) from None
        try:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")  # a purged value is overwritten, not only unlinked
            connection.execute("PRAGMA journal_mode = WAL")
            # In WAL mode a commit outlives the process from here on; only a power cut could lose the last ones.
            connection.execute("PRAGMA synchronous = NORMAL")
            self._prepare(connection)
        except BaseException as error:
            connection.close()
            if isinstance(error, sqlite3.Error):
                raise self._explained(error) from None
            raise
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        if self._found_version(connection) == SCHEMA_VERSION:
            return
        connection.execute("BEGIN IMMEDIATE")  # of several kernels that start at once, one makes the tables
        if self._found_version(connection) == 0:
            for statement in _SCHEMA.split(";\n"):
                connection.execute(statement)
            self._add_default_vault(connection)
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        connection.execute("COMMIT")

    def _found_version(self, connection: sqlite3.Connection) -> int:
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found > SCHEMA_VERSION:
            raise StateUnreadable(
                f"The practice cloud's state file {self.path} was written by a newer version of these notebooks. "
                "Update the notebooks, or set PRACTICE_CLOUD_HOME to another folder, then start again."
            )
        return found

    @staticmethod
    def _add_default_vault(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO vaults VALUES (?, 90)", (DEFAULT_VAULT,))


def reset() -> Path | None:
    """Empty the practice cloud. A file that cannot be read is set aside.

    Returns:
        Where a damaged or newer file was moved to, or None if the state could be emptied in place.

    Raises:
        PracticeError: the folder cannot be used.
    """
    path = home() / FILE_NAME
    try:
        with closing(Store(path)) as store:
            store.reset()
    except StateUnreadable:
        return _set_aside(path)
    return None


def _set_aside(path: Path) -> Path:
    aside = path.with_name(f"{path.stem}-set-aside-{int(clock.now())}{path.suffix}")
    try:
        for ending in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                os.replace(f"{path}{ending}", f"{aside}{ending}")
    except OSError as error:
        raise PracticeError(
            f"The practice cloud cannot set its state file {path} aside ({error.strerror}). "
            "Close the programs that use it, and make its folder writable for you, then try again."
        ) from None
    Store(path).close()
    return aside
