"""Blobs: files in the containers of a storage account. A blob's content is in numbered blocks: to append is cheap."""

import secrets
import sqlite3
from dataclasses import dataclass
from typing import Literal

from .transaction import Transaction

Kind = Literal["BlockBlob", "AppendBlob"]
_ANY_TYPE = "application/octet-stream"


@dataclass(frozen=True)
class Container:
    """A container. `created` is in seconds since 1970, UTC."""

    account: str
    name: str
    etag: str
    created: float


@dataclass(frozen=True)
class Blob:
    """What is said about a blob. `size` is in bytes; times are seconds since 1970, UTC. `content` has the content."""

    id: int
    account: str
    container: str
    name: str
    kind: Kind
    content_type: str
    size: int
    etag: str
    created: float
    updated: float


def list_containers(state: Transaction, account: str, prefix: str = "") -> list[Container]:
    """The containers whose names begin with the prefix, in order of their names."""
    found = state.execute(
        "SELECT * FROM containers WHERE account = ? AND substr(name, 1, ?) = ? ORDER BY name",
        (account, len(prefix), prefix),
    )
    return [Container(**row) for row in found]


def find_container(state: Transaction, account: str, container: str) -> Container | None:
    """The container of this name."""
    row = state.row("SELECT * FROM containers WHERE account = ? AND name = ?", (account, container))
    return None if row is None else Container(**row)


def add_container(state: Transaction, account: str, container: str) -> None:
    """Add a container. One that is there already stays as it is."""
    state.execute("INSERT OR IGNORE INTO containers VALUES (?, ?, ?, ?)", (account, container, _new_etag(), state.now))


def delete_container(state: Transaction, container: Container) -> None:
    """Delete a container with all that is in it."""
    state.execute("DELETE FROM containers WHERE account = ? AND name = ?", (container.account, container.name))


def list_blobs(
    state: Transaction, account: str, container: str, prefix: str = "", after: str = "", limit: int = -1
) -> list[Blob]:
    """The blobs whose names begin with the prefix and come after a name, in order of their names.

    Args:
        after: The name to begin after.
        limit: How many at most; -1 for all.
    """
    found = state.execute(
        "SELECT * FROM blobs WHERE account = ? AND container = ? AND name > ? AND substr(name, 1, ?) = ? "
        "ORDER BY name LIMIT ?",
        (account, container, after, len(prefix), prefix, limit),
    )
    return [_blob(row) for row in found]


def find(state: Transaction, account: str, container: str, name: str) -> Blob | None:
    """The blob of this name."""
    row = state.row("SELECT * FROM blobs WHERE account = ? AND container = ? AND name = ?", (account, container, name))
    return None if row is None else _blob(row)


def content(state: Transaction, blob: Blob) -> bytes:
    """All that is in a blob."""
    found = state.execute("SELECT content FROM blocks WHERE blob = ? ORDER BY number", (blob.id,))
    return b"".join(row["content"] for row in found)


def put(
    state: Transaction, account: str, container: str, name: str, content: bytes, content_type: str = _ANY_TYPE
) -> Blob:
    """Save a block blob, in place of the one of its name if there is one. The container must be there."""
    _save(state, account, container, name, "BlockBlob", content_type)
    blob = _there(state, account, container, name)
    state.execute("DELETE FROM blocks WHERE blob = ?", (blob.id,))
    _add_block(state, blob, content, size=len(content))
    return _there(state, account, container, name)


def append(state: Transaction, account: str, container: str, name: str, content: bytes) -> None:
    """Add a block to the end of a blob. A container or an append blob that is not there is made first."""
    blob = find(state, account, container, name)
    if blob is None:
        add_container(state, account, container)
        _save(state, account, container, name, "AppendBlob", _ANY_TYPE)
        blob = _there(state, account, container, name)
    _add_block(state, blob, content, size=blob.size + len(content))


def delete(state: Transaction, blob: Blob) -> None:
    """Delete a blob for good."""
    state.execute("DELETE FROM blobs WHERE id = ?", (blob.id,))


def clear(state: Transaction) -> None:
    """Remove all containers with all that is in them."""
    state.execute("DELETE FROM containers")


def _save(state: Transaction, account: str, container: str, name: str, kind: Kind, content_type: str) -> None:
    state.execute(
        "INSERT INTO blobs (account, container, name, kind, content_type, size, etag, created, updated) "
        "VALUES (?, ?, ?, ?, ?, 0, '', ?, ?) ON CONFLICT (account, container, name) "
        "DO UPDATE SET kind = excluded.kind, content_type = excluded.content_type",
        (account, container, name, kind, content_type, state.now, state.now),
    )


def _there(state: Transaction, account: str, container: str, name: str) -> Blob:
    blob = find(state, account, container, name)
    assert blob is not None
    return blob


def _add_block(state: Transaction, blob: Blob, content: bytes, size: int) -> None:
    state.execute(
        "INSERT INTO blocks SELECT ?, ifnull(max(number), 0) + 1, ? FROM blocks WHERE blob = ?",
        (blob.id, content, blob.id),
    )
    state.execute(
        "UPDATE blobs SET size = ?, etag = ?, updated = ? WHERE id = ?", (size, _new_etag(), state.now, blob.id)
    )


def _new_etag() -> str:
    return f'"0x8{secrets.token_hex(7).upper()}"'


def _blob(row: sqlite3.Row) -> Blob:
    return Blob(**row)
