"""The hints of the exercises of notebook 16."""

import pytest
from azure.keyvault.secrets import SecretClient

from helpers.exercises import NOT_YET, RIGHT, WRONG, PickTheIdleKey, RotateOnce

from .answers import after

HANDLER = """
from datetime import datetime, timedelta, timezone

seen = set()

def answer(event, client):
    name = event["data"]["ObjectName"]
    current = client.get_secret(name).properties
    if current.version != event["data"]["Version"]:
        return
    in_90_days = datetime.now(timezone.utc) + timedelta(days=90)
    client.set_secret(name, secrets.token_urlsafe(24), expires_on=in_90_days, tags=current.tags)
"""
COMPARISON = 'if current.version != event["data"]["Version"]:'
SAVE = "client.set_secret(name, secrets.token_urlsafe(24), expires_on=in_90_days, tags=current.tags)"


@pytest.mark.parametrize(
    ("right", "wrong", "hint"),
    [
        ("seen = set()", "answer = None", ""),
        ("in_90_days,", "in_90_days, content_type=current.content_type,", ""),
        (COMPARISON, "if False:", "The same event came twice, and your function saved twice."),
        (COMPARISON, "if seen & {event['id']} or seen.add(event['id']):", "An event with another ID came"),
        (COMPARISON, "if seen & {name} or seen.add(name):", "Two months later the new version was near expiry"),
        (COMPARISON, COMPARISON.replace("!=", "=="), "there's no new version"),
        (COMPARISON, 'if current.version != event["id"]:', "there's no new version"),
        ("        return\n", "        raise ValueError(name)\n", "raised ValueError"),
        ("        return\n", "        raise ValueError(name)\n", "Event Grid takes an error for a failure"),
        (SAVE, f"{SAVE}; {SAVE}", "there are 2 new versions"),
        (", tags=current.tags", "", "The tags aren't what they were"),
        (", expires_on=in_90_days", "", "no event will come for it"),
        ("days=90", "days=20", "Days until the new version's date: 20. Make it 90."),
        ("secrets.token_urlsafe(24)", "client.get_secret(name).value", "has the old value"),
        ("(event, client)", "(event)", "Your function raised TypeError"),
        ('event["data"]["ObjectName"]', 'event["ObjectName"]', "Your function raised KeyError"),
    ],
)
def test_rotate_once_hints(right: str, wrong: str, hint: str, client: SecretClient) -> None:
    code = HANDLER.replace(right, wrong)
    assert code != HANDLER
    mark, sentence = after(code, RotateOnce(), client)
    assert (mark, hint in sentence) == (WRONG if hint else RIGHT, True), sentence


def test_rotate_once_wants_a_function(client: SecretClient) -> None:
    assert after("answer = None", RotateOnce(), client)[0] == NOT_YET
    mark, sentence = after("answer = exercise.event", RotateOnce(), client)
    assert (mark, "isn't a function" in sentence) == (WRONG, True), sentence


def test_the_handler_can_be_tried_on_the_exercises_event_before_the_check(client: SecretClient) -> None:
    exercise = RotateOnce()
    mark, sentence = after(f"{HANDLER}\nanswer(exercise.event, client)\n", exercise, client)
    assert (mark, sentence) == (RIGHT, sentence)
    assert len(list(client.list_properties_of_secret_versions(exercise.name))) == 2


PICK = """
def answer(secret, keys):
    for name, value in keys.items():
        if secret.value == value:
            return "key2" if name == "key1" else "key1"
"""
BY_TAG = """
def answer(secret, keys):
    return "key2" if secret.properties.tags["CredentialId"] == "key1" else "key1"
"""
BY_TAG_IF_ANY = """
def answer(secret, keys):
    tags = secret.properties.tags or {"CredentialId": "key2"}
    return "key2" if tags["CredentialId"] == "key1" else "key1"
"""
WITHOUT_STRANGERS = """
def answer(secret, keys):
    return "key2" if secret.value == keys["key1"] else "key1"
"""


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("answer = None", None),
        (PICK, ""),
        ("answer = exercise.keys", "isn't a function"),
        (PICK.replace("return", "print('key'); pass #"), "Have it `return` the key's name"),
        (PICK.replace('"key2" if name == "key1" else "key1"', "value"), "returns a key's value"),
        ("answer = lambda secret, keys: keys['key2']", "returns a key's value"),
        ("answer = lambda secret, keys: 'key1'", "It picks the key that programs are using right now"),
        ("answer = lambda secret, keys: 'key2'", "With `second_exercise.by_hand` it picks the key"),
        (BY_TAG, "A secret without tags has None in place of a dict"),
        (BY_TAG_IF_ANY, "With `second_exercise.by_hand` it picks the key"),
        (WITHOUT_STRANGERS, "With `second_exercise.stranger` it picks a key"),
        (PICK.replace('"key2" if name == "key1" else "key1"', "name"), "It picks the key that programs are using"),
        ("answer = lambda secret: 'key2'", "Your function raised TypeError"),
    ],
)
def test_pick_the_idle_key_hints(code: str, hint: str | None, client: SecretClient) -> None:
    mark, sentence = after(code, PickTheIdleKey(), client)
    assert (mark, (hint or "") in sentence) == ({None: NOT_YET, "": RIGHT}.get(hint, WRONG), True), sentence
