"""The hints of the exercises of notebook 08."""

from datetime import timedelta

import pytest
from azure.keyvault.secrets import SecretClient

from helpers import exercises

from .answers import after

# As the notebook has it, but asking more often than every two seconds.
DELETE = "client.begin_delete_secret(exercise.name, _polling_interval=0.1).wait()\n"
RECOVER = "client.begin_recover_deleted_secret(exercise.name, _polling_interval=0.1).wait()\n"
RECOVER_SOME = """
pollers = [
    client.begin_recover_deleted_secret(deleted.name, _polling_interval=0.1)
    for deleted in client.list_deleted_secrets()
    if {condition}
]
for poller in pollers:
    poller.wait()
"""
TAGGED = "(deleted.properties.tags or {}).get('used-by') == exercise.program"
PURGE = "client.purge_deleted_secret(exercise.name)\n"
SAVE_UNTIL = """
import time
saved = 0
while saved < {times}:
    try:
        client.set_secret(exercise.name, {value!r})
        saved += 1
    except ResourceExistsError:
        time.sleep(0.1)
"""


RECOVER_FIRST = f"""
first = next(deleted.name for deleted in client.list_deleted_secrets() if {TAGGED})
client.begin_recover_deleted_secret(first, _polling_interval=0.1).wait()
"""
PURGE_TAGGED = f"""
for deleted in client.list_deleted_secrets():
    if {TAGGED}:
        client.purge_deleted_secret(deleted.name)
"""


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (RECOVER_SOME.format(condition="True"), "the program doesn't use it"),
        (RECOVER_SOME.format(condition="deleted.properties.tags"), "the program doesn't use it"),
        (RECOVER_FIRST, "another one is still deleted"),
        (
            RECOVER_SOME.format(condition=TAGGED) + "client.set_secret(poller.result().name, 'fake-new')",
            "there's nothing to save",
        ),
        (PURGE_TAGGED, "If you purged it, it's gone"),
    ],
)
def test_recover_tagged_hints(answer: str, hint: str, client: SecretClient) -> None:
    mark, sentence = after(answer, exercises.RecoverTagged(), client)
    assert (mark, hint in sentence) == (exercises.WRONG, True), sentence


def test_recover_tagged_tells_a_recovery_that_nobody_waited_for(client: SecretClient, monkeypatch) -> None:
    exercise = exercises.RecoverTagged()
    monkeypatch.setattr(exercise, "deletion_of", lambda name: "begun" if name in exercise._wanted else "done")
    mark, sentence = after(RECOVER_SOME.format(condition=TAGGED).replace("poller.wait()", "pass"), exercise, client)
    assert (mark, "call the poller's `.wait()`" in sentence) == (exercises.WRONG, True), sentence


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (RECOVER, "You recovered the old secret"),
        (RECOVER + "client.set_secret(exercise.name, 'a new beginning')", "the old versions came back"),
        (PURGE, "its name is free in a moment: save now"),
        (PURGE + SAVE_UNTIL.format(times=1, value="fake-other"), "with a different value"),
        (PURGE + SAVE_UNTIL.format(times=3, value="a new beginning"), "You saved it 3 times"),
    ],
)
def test_start_afresh_hints(answer: str, hint: str, client: SecretClient) -> None:
    mark, sentence = after(answer, exercises.StartAfresh(), client)
    assert (mark, hint in sentence) == (exercises.WRONG, True), sentence


def test_start_afresh_tells_a_second_deletion_from_the_first(client: SecretClient) -> None:
    exercise = exercises.StartAfresh()
    exercise._deleted_on -= timedelta(minutes=1)  # a reader takes longer than a test
    mark, sentence = after(RECOVER + DELETE, exercise, client)
    assert (mark, "recovered and deleted again" in sentence) == (exercises.WRONG, True), sentence


def test_start_afresh_is_not_tried_after_a_save_that_the_vault_refused(client: SecretClient) -> None:
    answer = "try:\n    client.set_secret(exercise.name, 'a new beginning')\nexcept ResourceExistsError:\n    pass"
    mark, sentence = after(answer, exercises.StartAfresh(), client)
    assert (mark, "Purge the deleted secret" in sentence) == (exercises.NOT_YET, True), sentence


def test_start_afresh_says_where_nobody_can_purge(client: SecretClient, monkeypatch) -> None:
    monkeypatch.setenv("KEY_VAULT_NAME", "practice-guarded")
    exercise = exercises.StartAfresh()
    mark, sentence = after("", exercise, client)
    assert (mark, "This vault has purge protection" in sentence) == (exercises.NOT_YET, True), sentence
