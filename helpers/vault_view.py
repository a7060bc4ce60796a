"""`show_vault`: what's in the vault, as the portal would show it, and never a value."""

import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from IPython.core.getipython import get_ipython

from .cards import TableCard
from .rehearsal import faults_are_ahead, time_in_vault
from .request_recorder import unrecorded
from .widgets import VaultWidget, shown

_COLUMNS = ("Name", "State", "Versions")
_MOST = 25  # rows of each kind: as many as the service puts on a page
_SETTLED = timedelta(minutes=1)  # later than that, a time told in whole seconds can't hide one more save
_LIVE = "Live: it's refreshed after each cell that you run."
_REPLACED = "No longer live: another `show_vault()` has taken over."
_STILL = "As it was when this cell ran."

_live: "VaultView | None" = None


def show_vault(start: str = "") -> "VaultView":
    """Show the vault's secrets: names, states and how many versions, and how long the deleted ones can be recovered.

    On a page with widgets, it's live: it's refreshed after each cell, until the kernel stops or the next `show_vault()`
    takes over. Elsewhere, and in a saved notebook, it's a table. Values are neither shown nor retrieved.

    Args:
        start: Show only the secrets whose names start like this.

    Raises:
        AzureError: the secrets can't be listed.
    """
    global _live
    view = VaultView(start)
    if _live is not None:
        _live.end(_REPLACED)
    shell: Any = get_ipython()  # its methods have no types
    if shell is not None and _refresh not in shell.events.callbacks["post_run_cell"]:
        shell.events.register("post_run_cell", _refresh)
    _live = view
    return view


def _refresh(_result: object = None) -> None:
    if _live is not None:
        _live.refresh()


class VaultView:
    """A vault's names and states, live on a page with widgets."""

    def __init__(self, start: str = "") -> None:
        from azure.identity import DefaultAzureCredential
        from azure.keyvault.secrets import SecretClient

        self._name, self._start = os.environ["KEY_VAULT_NAME"], start
        vault_url = f"https://{self._name}.vault.azure.net"
        # A vault that can't be reached must not hold up each of the following cells.
        patience = {"retry_total": 0, "connection_timeout": 5, "read_timeout": 5}
        self._client = SecretClient(vault_url=vault_url, credential=DefaultAzureCredential(), **patience)
        self._counted: dict[str, tuple[datetime, int]] = {}
        self._table, self._notes = self._look()
        self._widget = VaultWidget(content=self._card().html(), said=_LIVE, _view_count=0)
        self._ended = False

    def refresh(self) -> None:
        """Look again, if it's live and on a page. The reader's calls, and not these, are to meet faults rehearsed."""
        from azure.core.exceptions import AzureError

        if self._ended or not self._widget._view_count or faults_are_ahead():
            return
        try:
            self._table, self._notes = self._look()
        except AzureError as error:
            self.end(f"No longer live: {type(error).__name__}. Run this cell again to see the vault.")
        else:
            self._widget.content = self._card().html()

    def end(self, why: str) -> None:
        """Say that it's no longer live, and why."""
        self._ended = True
        self._widget.said = why
        self._client.close()

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return {**shown(self._widget, repr(self)), "text/html": self._card(_STILL).html()}

    def __repr__(self) -> str:
        return repr(self._card(_STILL))

    def _card(self, *notes: str) -> TableCard:
        which = f", names that start with `{self._start}`" if self._start else ""
        return TableCard(f"Vault `{self._name}`{which}", _COLUMNS, self._table, note=" ".join([*self._notes, *notes]))

    def _look(self) -> tuple[list[list[str]], list[str]]:
        from azure.core.exceptions import HttpResponseError

        notes = []
        now = time_in_vault()
        with unrecorded():
            there, more = self._first(self._client.list_properties_of_secrets())
            table = [[each.name, _state(each, now), str(self._count(each))] for each in there]
            if more:
                notes.append(f"The first {_MOST} are shown.")
            try:
                deleted, more = self._first(self._client.list_deleted_secrets())
            except HttpResponseError as error:
                if error.status_code != 403:
                    raise
                notes.append("You may not list the deleted ones.")
            else:
                table += [[each.name, _countdown(each, now), ""] for each in deleted]
                if more:
                    notes.append(f"Of the deleted ones, the first {_MOST} are shown.")
        if not table:
            table.append(["(none)", "", ""])
        return table, notes

    def _first(self, listed: Iterable[Any]) -> tuple[list[Any], bool]:
        """The first of those that are asked for, and whether there are more."""
        found = list(islice((each for each in listed if each.name.startswith(self._start)), _MOST + 1))
        return found[:_MOST], len(found) > _MOST

    def _count(self, secret: Any) -> int:
        """How many versions a secret has. It takes a call, so what can't have changed isn't counted again."""
        changed, count = self._counted.get(secret.name, (None, 0))
        if changed != secret.updated_on:
            count = sum(1 for _ in self._client.list_properties_of_secret_versions(secret.name))
            if time_in_vault() - secret.updated_on > _SETTLED:
                self._counted[secret.name] = secret.updated_on, count
        return count


def _state(secret: Any, now: datetime) -> str:
    states = [] if secret.enabled else ["disabled"]
    if secret.expires_on and secret.expires_on <= now:
        states.append("expired")
    if secret.not_before and secret.not_before > now:
        states.append("not valid yet")
    return ", ".join(states) or "enabled"


def _countdown(secret: Any, now: datetime) -> str:
    if secret.scheduled_purge_date is None:  # in a vault without soft-delete
        return "deleted"
    days = max(0, round((secret.scheduled_purge_date - now) / timedelta(days=1)))
    return f"deleted, to be purged in {days} {'day' if days == 1 else 'days'}, on {secret.scheduled_purge_date}"
