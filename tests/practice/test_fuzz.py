"""A few thousand of the bad requests that `fuzz` makes: none is failed, left hanging, or told more than it may be."""

import base64
import json
from contextlib import closing

import pytest

from helpers.practice.identities import PRACTICE
from helpers.practice.state.store import Store
from tests.tools.fuzz import fuzz

from .bad_requests import HOSTS, make

REQUESTS = 3000


def test_bad_requests_are_refused_in_the_services_form_and_the_cloud_goes_on():
    found = fuzz(REQUESTS)
    assert sum(found.answers.values()) >= REQUESTS
    # All that was to be tried was reached: what is taken, what is refused, and what only ends.
    for host in HOSTS:
        statuses = {status for name, status in found.answers if name == host.name}
        assert {"200", "400", "401", "404", "closed"} <= statuses
    assert {"400", "405", "407", "502", "closed"} <= {status for name, status in found.answers if name == "front door"}


def test_the_same_number_makes_the_same_request():
    known = {host.name: "a.b.c" for host in HOSTS}
    known |= dict.fromkeys(("{tenant}", "{client}", "{secret}", "{program}", "{backup}", "authorization"), "x")
    first, again = ([make(1, n, HOSTS, known).data for n in range(300)] for _ in range(2))
    assert first == again


@pytest.mark.parametrize("zeros", [1, 5000])
def test_a_page_size_of_too_many_digits_is_refused(client, zeros):
    assert client.ask("GET", f"/secrets?maxresults={'0' * zeros}1").status == 400


def test_a_skip_token_with_half_a_character_is_refused(client):
    token = base64.urlsafe_b64encode(json.dumps({"after": "\ud800"}).encode()).decode()
    assert client.ask("GET", f"/secrets?$skiptoken={token}").status == 400


@pytest.mark.parametrize("method_and_path", ["POST /v1.0/servicePrincipals", "POST /v1.0/applications"])
def test_half_a_character_in_a_text_is_refused_and_leaves_nobody_waiting(client, method_and_path):
    method, path = method_and_path.split()
    token = client.sign_in(scope="https://graph.microsoft.com/.default").body["access_token"]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    body = json.dumps({"appId": "\ud800", "displayName": "\ud800"})
    answer = client.send(method, path, body, headers, "graph.microsoft.com")
    assert 400 <= answer.status < 500


def test_an_access_policy_whose_words_are_none_gives_nothing_and_fails_nothing(client, second_vault):
    with closing(Store()) as store, store.writing() as connection:
        connection.execute("UPDATE vaults SET uses_roles = 0 WHERE name = 'second-vault'")
        words = json.dumps({"secrets": [1, None, ["get"]]})
        connection.execute("INSERT INTO policies VALUES ('second-vault', ?, ?)", (PRACTICE.object_id, words))
    assert client.ask("GET", "/secrets", host=second_vault).status == 403
