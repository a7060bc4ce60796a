"""The practice cloud's state on disk: one SQLite file, shared by every kernel and terminal of a user.

What the rows mean is for each service to say; this module opens the file, keeps it private, and makes changes whole.
"""

import os
import re
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from . import clock, defaults
from .errors import PracticeError, StateUnreadable
from .home import home

FILE_NAME = "practice.sqlite3"
BUSY_SECONDS = 20  # how long to wait while another program writes

# Each step makes a file of the version before it one of the next version. A step that was released is never changed.
_STEPS = [
    """
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
        settles_on      REAL,           -- from then on its deletion, recovery or purge has taken effect
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
    """,
    """
    CREATE TABLE groups (
        name            TEXT PRIMARY KEY COLLATE NOCASE,
        location        TEXT NOT NULL,
        tags            TEXT NOT NULL DEFAULT '{}'
    );
    ALTER TABLE vaults ADD COLUMN resource_group TEXT NOT NULL COLLATE NOCASE DEFAULT 'practice-rg';
    ALTER TABLE vaults ADD COLUMN location TEXT NOT NULL DEFAULT 'eastus';
    ALTER TABLE vaults ADD COLUMN tags TEXT NOT NULL DEFAULT '{}';
    ALTER TABLE vaults ADD COLUMN purge_protected INTEGER NOT NULL DEFAULT 0;
    -- 0: access policies say who may do what
    ALTER TABLE vaults ADD COLUMN uses_roles INTEGER NOT NULL DEFAULT 1;
    ALTER TABLE vaults ADD COLUMN created REAL NOT NULL DEFAULT 0;
    -- NULL while the vault is active
    ALTER TABLE vaults ADD COLUMN deleted_on REAL;
    -- from then on the vault is gone for good
    ALTER TABLE vaults ADD COLUMN purge_on REAL;
    CREATE TABLE policies (
        vault           TEXT NOT NULL COLLATE NOCASE REFERENCES vaults (name) ON DELETE CASCADE,
        object_id       TEXT NOT NULL COLLATE NOCASE,
        permissions     TEXT NOT NULL,  -- a JSON object: a list each for secrets, keys, certificates and storage
        PRIMARY KEY (vault, object_id)
    );
    CREATE TABLE principals (
        object_id       TEXT PRIMARY KEY COLLATE NOCASE,
        client_id       TEXT UNIQUE COLLATE NOCASE,  -- a program's; NULL for a person
        name            TEXT NOT NULL
    );
    CREATE TABLE passwords (
        id              TEXT PRIMARY KEY,
        object_id       TEXT NOT NULL COLLATE NOCASE REFERENCES principals (object_id) ON DELETE CASCADE,
        value           TEXT NOT NULL
    );
    CREATE TABLE assignments (
        id              TEXT PRIMARY KEY COLLATE NOCASE,
        scope           TEXT NOT NULL COLLATE NOCASE,
        object_id       TEXT NOT NULL COLLATE NOCASE,
        role            TEXT NOT NULL,  -- the role definition's id
        created         REAL NOT NULL,
        effective_on    REAL NOT NULL,  -- from then on the role has propagated
        UNIQUE (object_id, scope, role)
    );
    -- A page of either list reads its own rows alone, however many secrets are in the other one.
    CREATE INDEX active_secrets ON secrets (vault, name) WHERE deleted_on IS NULL;
    CREATE INDEX deleted_secrets ON secrets (vault, name) WHERE deleted_on IS NOT NULL;
    """,
]
SCHEMA_VERSION = len(_STEPS)


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
        """A random value of this state, made when it is first asked for: a signing key, say."""
        # It is there but for the first time: then to look is enough, which a full disk and a busy writer allow.
        with self.reading() as connection:
            found = connection.execute("SELECT value FROM keys WHERE name = ?", (name,)).fetchone()
        if found is None:
            with self.writing() as connection:
                connection.execute("INSERT OR IGNORE INTO keys VALUES (?, ?)", (name, secrets.token_urlsafe(32)))
                found = connection.execute("SELECT value FROM keys WHERE name = ?", (name,)).fetchone()
        return found["value"]

    def reset(self) -> None:
        """Empty the state: every secret of every vault. Kernels that are running go on with the empty state."""
        with self.writing() as connection:
            defaults.clear(connection)
            defaults.fill(connection)
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
        # SQLite's errors for a damaged file are of no narrower class. "no such table": the file is of another program.
        damaged = type(error) is sqlite3.DatabaseError or re.search("no such|already exists", str(error))
        if not damaged:
            return PracticeError(
                f"The practice cloud cannot use its state file {self.path} ({error}). Make room on the disk, make the "
                "file and those beside it writable for you, close other programs that use it, or set "
                "PRACTICE_CLOUD_HOME to another folder, then start again."
            )
        return StateUnreadable(
            f"The practice cloud's state file {self.path} is damaged. Run `python -m helpers.practice reset` "
            "to start afresh; the damaged file is kept beside the new one."
        )

    def _current(self) -> sqlite3.Connection:
        # Somebody may have removed the file under a running kernel; SQLite would go on writing to nowhere.
        if not self._is_the_open_file():
            self._connection.close()
            self._identity = None  # of no file, if the next line fails
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
            self._keep_a_log(connection)
            # In WAL mode a commit outlives the process from here on; only a power cut could lose the last ones.
            connection.execute("PRAGMA synchronous = NORMAL")
            self._prepare(connection)
        except BaseException as error:
            connection.close()
            if isinstance(error, sqlite3.Error):
                raise self._explained(error) from None
            raise
        self._identity: tuple[int, int] | None = (found.st_dev, found.st_ino)
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
        if self._found_version(connection) == SCHEMA_VERSION:
            return
        connection.execute("BEGIN IMMEDIATE")  # of several kernels that start at once, one makes the tables
        found = self._found_version(connection)
        if found < SCHEMA_VERSION:
            for step in _STEPS[found:]:
                for statement in step.split(";\n"):
                    connection.execute(statement)
            defaults.fill(connection)
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
