"""`show_vault`: what's in the vault, as the portal would show it, and never a value."""

import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from IPython.core.getipython import get_ipython

from .cards import TableCard
from .language import N_, _, in_a_row
from .rehearsal import faults_are_ahead, time_in_vault
from .request_recorder import unrecorded
from .widgets import VaultWidget, shown

_COLUMNS = (N_("Name"), N_("State"), N_("Versions"))
_MOST = 25  # rows of each kind: as many as the service puts on a page
_SETTLED = timedelta(minutes=1)  # later than that, a time told in whole seconds can't hide one more save
_LIVE = N_("Live: it's refreshed after each cell that you run.")
_REPLACED = N_("No longer live: another `show_vault()` has taken over.")
_STILL = N_("As it was when this cell ran.")

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
        _live.end(_(_REPLACED))
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
        self._widget = VaultWidget(content=self._card().html(), said=_(_LIVE), _view_count=0)
        self._ended = False

    def refresh(self) -> None:
        """Look again, if it's live and on a page. The reader's calls, and not these, are to meet faults rehearsed."""
        from azure.core.exceptions import AzureError

        if self._ended or not self._widget._view_count or faults_are_ahead():
            return
        try:
            self._table, self._notes = self._look()
        except AzureError as error:
            said = _("No longer live: {error}. Run this cell again to see the vault.")
            self.end(said.format(error=type(error).__name__))
        else:
            self._widget.content = self._card().html()

    def end(self, why: str) -> None:
        """Say that it's no longer live, and why."""
        self._ended = True
        self._widget.said = why
        self._client.close()

    def _repr_mimebundle_(self, **_options: object) -> dict[str, Any]:
        return {**shown(self._widget, repr(self)), "text/html": self._card(_(_STILL)).html()}

    def __repr__(self) -> str:
        return repr(self._card(_(_STILL)))

    def _card(self, *notes: str) -> TableCard:
        title = _("Vault `{name}`, names that start with `{start}`") if self._start else _("Vault `{name}`")
        return TableCard(
            title.format(name=self._name, start=self._start),
            [_(column) for column in _COLUMNS],
            self._table,
            note=in_a_row(*self._notes, *notes),
        )

    def _look(self) -> tuple[list[list[str]], list[str]]:
        from azure.core.exceptions import HttpResponseError

        notes = []
        now = time_in_vault()
        with unrecorded():
            there, more = self._first(self._client.list_properties_of_secrets())
            table = [[each.name, _state(each, now), str(self._count(each))] for each in there]
            if more:
                notes.append(_("The first {count} are shown.").format(count=_MOST))
            try:
                deleted, more = self._first(self._client.list_deleted_secrets())
            except HttpResponseError as error:
                if error.status_code != 403:
                    raise
                notes.append(_("You may not list the deleted ones."))
            else:
                table += [[each.name, _countdown(each, now), ""] for each in deleted]
                if more:
                    notes.append(_("Of the deleted ones, the first {count} are shown.").format(count=_MOST))
        if not table:
            table.append([_("(none)"), "", ""])
        return table, notes

    def _first(self, listed: Iterable[Any]) -> tuple[list[Any], bool]:
        """The first of those that are asked for, and whether there are more."""
        found = list(islice((each for each in listed if each.name.startswith(self._start)), _MOST + 1))
        return found[:_MOST], len(found) > _MOST

    def _count(self, secret: Any) -> int:
        """How many versions a secret has. It takes a call, so what can't have changed isn't counted again."""
        changed, count = self._counted.get(secret.name, (None, 0))
        if changed != secret.updated_on:
            count = sum(1 for _version in self._client.list_properties_of_secret_versions(secret.name))
            if time_in_vault() - secret.updated_on > _SETTLED:
                self._counted[secret.name] = secret.updated_on, count
        return count


def _state(secret: Any, now: datetime) -> str:
    states = [] if secret.enabled else [_("disabled")]
    if secret.expires_on and secret.expires_on <= now:
        states.append(_("expired"))
    if secret.not_before and secret.not_before > now:
        states.append(_("not valid yet"))
    return _(", ").join(states) or _("enabled")


def _countdown(secret: Any, now: datetime) -> str:
    if secret.scheduled_purge_date is None:  # in a vault without soft-delete
        return _("deleted")
    days = max(0, round((secret.scheduled_purge_date - now) / timedelta(days=1)))
    if days == 1:
        said = _("deleted, to be purged in 1 day, on {date}")
    else:
        said = _("deleted, to be purged in {count} days, on {date}")
    return said.format(count=days, date=secret.scheduled_purge_date)
