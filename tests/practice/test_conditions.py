"""What a lesson arranges: another time, faults, and roles that come late or go. Each ends where it should."""

import http.client
import time

import pytest

from helpers.practice import Conditions, assign_role, revoke_role
from helpers.practice.identities import CHINA_VAULT, GOVERNMENT_VAULT, GUARDED_VAULT, SECOND_VAULT, STORAGE_ACCOUNT

VALUE = {"value": "a value"}
DAY = 86_400


def newcomer(cloud, client_of):
    settings = dict(cloud.settings)
    settings["AZURE_CLIENT_ID"] = settings["LESSON_NEWCOMER_CLIENT_ID"]
    settings["AZURE_CLIENT_SECRET"] = settings["LESSON_NEWCOMER_CLIENT_SECRET"]
    return client_of(settings)


def test_a_clock_that_is_ahead_ends_a_deletion_and_dates_what_is_saved(cloud, client):
    client.ask("PUT", "/secrets/old", VALUE)
    purge_on = client.ask("DELETE", "/secrets/old").body["scheduledPurgeDate"]
    cloud.conditions = Conditions(days_later=89)
    assert client.ask("PUT", "/secrets/old", VALUE).status == 409
    cloud.conditions = Conditions(days_later=91)
    assert client.ask("GET", "/deletedsecrets/old").status == 404
    created = client.ask("PUT", "/secrets/old", VALUE).body["attributes"]["created"]
    assert purge_on < created < purge_on + 2 * DAY


def test_a_clock_that_is_ahead_ends_no_sign_in_and_waits_no_longer(cloud, client):
    cloud.conditions = Conditions(days_later=400)
    assert client.ask("PUT", "/secrets/late", VALUE).status == 200
    client.ask("DELETE", "/secrets/late")
    cloud.conditions = Conditions()
    until = time.monotonic() + 5
    while client.ask("GET", "/deletedsecrets/late").status == 404:
        assert time.monotonic() < until, "a deletion of the later time has settled now, too"
    assert client.ask("DELETE", "/deletedsecrets/late").status == 204
    until = time.monotonic() + 5
    while client.ask("PUT", "/secrets/late", VALUE).status == 409:
        assert time.monotonic() < until, "and its purge"


def test_the_next_calls_are_throttled_and_then_it_is_over(cloud, client):
    client.ask("PUT", "/secrets/name", VALUE)
    cloud.conditions = Conditions(throttled=2)
    for _ in range(2):
        answer = client.ask("GET", "/secrets/name/")
        assert (answer.status, answer.headers["Retry-After"]) == (429, "1")
        assert answer.body == {
            "error": {
                "code": "Throttled",
                "message": "Request was not processed because too many requests were received. "
                "Reason: VaultRequestTypeLimitReached",
            }
        }
    assert client.ask("GET", "/secrets/name/").status == 200


def test_a_call_without_a_token_is_neither_throttled_nor_dropped(cloud, client):
    cloud.conditions = Conditions(throttled=1, dropped=1)
    assert client.send("GET", "/secrets?api-version=7.6").status == 401
    assert cloud.conditions == Conditions(throttled=1, dropped=1)


def test_the_next_call_loses_its_connection_and_then_it_is_over(cloud, client):
    client.ask("PUT", "/secrets/name", VALUE)
    cloud.conditions = Conditions(dropped=1)
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        client.ask("GET", "/secrets/name/")
    assert client.ask("GET", "/secrets/name/").status == 200


def test_an_answer_can_be_slow_while_others_are_served(cloud, client):
    client.ask("PUT", "/secrets/name", VALUE)
    cloud.conditions = Conditions(slow_seconds=0.3)
    begun = time.monotonic()
    assert client.ask("GET", "/secrets/name/").status == 200
    assert time.monotonic() - begun >= 0.3


def test_a_role_can_take_a_moment_to_work_and_be_taken_away(cloud, client, client_of):
    client.ask("PUT", "/secrets/name", VALUE)
    reader = newcomer(cloud, client_of)
    assign_role("newcomer", "key vault secrets user", delay=0.4)
    assert reader.ask("GET", "/secrets/name/").status == 403
    until = time.monotonic() + 5
    while reader.ask("GET", "/secrets/name/").status == 403:
        assert time.monotonic() < until
    assign_role("newcomer", "Key Vault Secrets User")  # a second time changes nothing: it does not become late again
    assert reader.ask("GET", "/secrets/name/").status == 200
    revoke_role("newcomer", "Key Vault Secrets User")
    assert reader.ask("GET", "/secrets/name/").status == 403


def test_lessons_get_the_other_vaults_and_programs_by_their_environment(cloud):
    settings = {name: value for name, value in cloud.settings.items() if name.startswith("LESSON_")}
    assert settings.pop("LESSON_SECOND_VAULT") == SECOND_VAULT
    assert settings.pop("LESSON_GUARDED_VAULT") == GUARDED_VAULT
    assert settings.pop("LESSON_STORAGE_ACCOUNT") == STORAGE_ACCOUNT
    assert settings.pop("LESSON_GOVERNMENT_VAULT") == GOVERNMENT_VAULT
    assert settings.pop("LESSON_CHINA_VAULT") == CHINA_VAULT
    assert {name.removesuffix("_ID").removesuffix("_SECRET") for name in settings} == {
        f"LESSON_{program}_CLIENT" for program in ("APP", "AUDITOR", "NEWCOMER")
    }


def test_a_reset_brings_roles_and_vaults_back_and_keeps_the_sign_ins(cloud, client_of):
    from helpers.practice import reset

    assign_role("newcomer", "Key Vault Secrets Officer")
    revoke_role("practice", "Key Vault Secrets Officer")
    reset()
    assert newcomer(cloud, client_of).ask("GET", "/secrets").status == 403
    assert client_of(cloud.settings).ask("GET", "/secrets").status == 200
