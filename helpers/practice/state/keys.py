"""Random values of this state, made when they are first asked for: the key that signs tokens, say."""

import secrets

from .transaction import Transaction


def find(state: Transaction, name: str) -> str | None:
    """The value of this name; None if nobody has asked for it yet."""
    row = state.row("SELECT value FROM keys WHERE name = ?", (name,))
    return None if row is None else str(row["value"])


def find_or_make(state: Transaction, name: str) -> str:
    """The value of this name. It takes a transaction for changes."""
    found = find(state, name)
    if found is None:
        found = secrets.token_urlsafe(32)
        state.execute("INSERT INTO keys VALUES (?, ?)", (name, found))
    return found
