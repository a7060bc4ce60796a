"""The vault as the portal would show it: names and states, live as long as it's on a page, and never a value."""

import os
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from azure.core.exceptions import HttpResponseError, ServiceRequestError
from azure.identity import DefaultAzureCredential
from azure.keyvault.secrets import SecretClient

from helpers import show_vault, vault_view

VALUE = "not-a-real-secret-5d0c77"


@pytest.fixture
def client(started):
    """The reader's own client."""
    with SecretClient(f"https://{os.environ['KEY_VAULT_NAME']}.vault.azure.net", DefaultAzureCredential()) as client:
        yield client


@pytest.fixture
def view(client, monkeypatch):
    """A live view of one secret, on a page."""
    client.set_secret("my-secret", VALUE)
    monkeypatch.setattr(vault_view, "_live", None)
    view = show_vault()
    view._widget._view_count = 1
    yield view
    view.end("")


@pytest.fixture
def asked(view, monkeypatch):
    """Which lists the view asks for from now on."""
    calls = []
    for name in ("list_properties_of_secrets", "list_deleted_secrets", "list_properties_of_secret_versions"):
        monkeypatch.setattr(view._client, name, counted(getattr(view._client, name), calls))
    return calls


def counted(method, calls):
    """The method, which takes a note of each of its calls."""

    def call(*arguments):
        calls.append(method.__name__)
        return method(*arguments)

    return call


def rows(view):
    """Name, state and versions of each row, as the page has them."""
    return view._table


def next_cell():
    vault_view._refresh()


def test_shows_names_states_and_how_many_versions(client, view):
    yesterday = datetime.now(timezone.utc) - timedelta(days=1)
    client.set_secret("my-secret", VALUE)
    client.set_secret("off", VALUE, enabled=False)
    client.set_secret("old", VALUE, expires_on=yesterday)
    client.set_secret("young", VALUE, not_before=yesterday + timedelta(days=9))
    next_cell()
    expected = [["my-secret", "enabled", "2"], ["off", "disabled", "1"], ["old", "expired", "1"]]
    assert rows(view) == [*expected, ["young", "not valid yet", "1"]]


def test_a_deleted_one_counts_down(client, view, started):
    client.begin_delete_secret("my-secret").wait()
    next_cell()
    [[name, state, versions]] = rows(view)
    assert (name, versions) == ("my-secret", "")
    assert state.startswith("deleted, to be purged in 90 days, on 20")
    started.conditions = replace(started.conditions, days_later=89)
    next_cell()
    assert "to be purged in 1 day, on" in rows(view)[0][1]


def test_the_vaults_own_clock_says_what_has_expired(client, view, started):
    client.update_secret_properties("my-secret", expires_on=datetime.now(timezone.utc) + timedelta(days=5))
    started.conditions = replace(started.conditions, days_later=6)
    next_cell()
    assert rows(view) == [["my-secret", "expired", "1"]]


def test_a_start_chooses_names_and_none_is_said(client, view):
    assert rows(show_vault("my-")) == [["my-secret", "enabled", "1"]]
    assert rows(show_vault("other-")) == [["(none)", "", ""]]


def test_of_very_many_the_first_are_shown(client, view, monkeypatch):
    monkeypatch.setattr(vault_view, "_MOST", 2)
    for name in ("a", "b"):
        client.set_secret(name, VALUE)
    next_cell()
    assert len(rows(view)) == 2
    assert "The first 2 are shown." in repr(view)


def test_no_value_is_asked_for_shown_or_kept(client, view):
    client.set_secret("my-secret", VALUE)
    next_cell()
    bundle = view._repr_mimebundle_()
    assert "my-secret" in bundle["text/html"]
    assert "my-secret" in bundle["text/plain"]
    for kept in (bundle, view._widget.get_state(), view._table, view._counted):
        assert VALUE not in repr(kept)
        assert "Bearer" not in repr(kept)


def test_a_name_is_text_on_the_page(view):
    view._table = [["<img src=x>", "enabled", "1"]]
    assert "<img" not in view._card().html()


def test_a_refresh_is_two_lists_once_nothing_is_new(view, asked, monkeypatch):
    next_cell()
    assert asked.count("list_properties_of_secret_versions") == 1, "a save in the same second may be hidden"
    monkeypatch.setattr(vault_view, "_SETTLED", timedelta(0))
    for _ in range(2):
        asked.clear()
        next_cell()
    assert asked == ["list_properties_of_secrets", "list_deleted_secrets"]


def test_what_no_page_shows_asks_for_nothing(view, asked):
    view._widget._view_count = 0
    next_cell()
    assert asked == []


def test_faults_are_left_for_the_readers_own_calls(view, asked, started):
    started.conditions = replace(started.conditions, throttled=1)
    next_cell()
    assert asked == []
    assert started.conditions.throttled == 1


def test_the_next_one_takes_over(view, asked):
    assert "Live" in view._widget.said
    show_vault().end("")
    asked.clear()
    view.refresh()
    assert asked == []
    assert "No longer live" in view._widget.said


def test_an_error_ends_it_in_a_sentence(view, monkeypatch):
    def fail():
        raise ServiceRequestError("no network")

    monkeypatch.setattr(view._client, "list_properties_of_secrets", fail)
    next_cell()
    assert view._widget.said == "No longer live: ServiceRequestError. Run this cell again to see the vault."


def test_who_may_not_list_the_deleted_ones_sees_the_others(view, monkeypatch):
    def refuse():
        error = HttpResponseError("Forbidden")
        error.status_code = 403
        raise error

    monkeypatch.setattr(view._client, "list_deleted_secrets", refuse)
    next_cell()
    assert rows(view) == [["my-secret", "enabled", "1"]]
    assert "You may not list the deleted ones." in repr(view)


def test_a_saved_notebook_has_the_table(view):
    bundle = view._repr_mimebundle_()
    assert "As it was when this cell ran." in bundle["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert "Live" not in bundle["text/html"]
