"""The hints of the exercises of notebooks 04 and 05."""

import pytest
from azure.keyvault.secrets import SecretClient

from helpers import exercises, practice

from .answers import after, said


def test_delete_and_wait_hints(client: SecretClient, monkeypatch) -> None:
    wrong_one = exercises.DeleteAndWait()
    client.begin_delete_secret(wrong_one.keep).wait()
    assert "The secret to keep is deleted" in said(wrong_one)[1]

    hasty = exercises.DeleteAndWait()
    monkeypatch.setattr(hasty, "deletion_of", lambda name: "begun")
    assert "Call `.wait()` on the poller" in said(hasty)[1]


def test_a_deletion_that_has_begun_is_told_from_one_that_is_done(client: SecretClient, monkeypatch) -> None:
    monkeypatch.setattr(practice.running(), "conditions", practice.Conditions(delete_seconds=3))
    exercise = exercises.DeleteAndWait()
    assert exercise.deletion_of(exercise.name) is None
    poller = client.begin_delete_secret(exercise.name)
    assert exercise.deletion_of(exercise.name) == "begun"
    poller.wait()
    assert exercise.deletion_of(exercise.name) == "done"


@pytest.mark.parametrize(("make", "kept"), [(exercises.DeleteAndWait, "keep"), (exercises.Rename, "new_name")])
def test_what_was_right_stays_right_after_the_clean_up(make, kept: str, client: SecretClient) -> None:
    exercise = make()
    client.set_secret(getattr(exercise, kept), client.get_secret(exercise.name).value)
    client.begin_delete_secret(exercise.name).wait()
    assert said(exercise)[0] == exercises.RIGHT
    client.begin_delete_secret(getattr(exercise, kept)).wait()
    assert said(exercise)[0] == exercises.RIGHT


DELETE = """
def answer(name):
    try:
        client.begin_delete_secret(name){wait}
    except {error}:
        return {absent}
    return {done}
"""
DELETES = {"wait": ".wait()", "error": "ResourceNotFoundError", "absent": "False", "done": "True"}


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        ({"done": "None"}, "returned `None`. Have it return `True`"),
        ({"absent": "None"}, "Called a second time with the same name, your function returned `None`"),
        ({"absent": "'none'"}, "your function returned something of type str. Have it return `False`"),
        ({"error": "ResourceExistsError"}, "Called a second time with the same name: Your function raised"),
    ],
)
def test_delete_if_there_hints(change: dict[str, str], hint: str, client: SecretClient) -> None:
    mark, sentence = after(DELETE.format(**DELETES | change), exercises.DeleteIfThere(), client)
    assert (mark, hint in sentence) == (exercises.WRONG, True), sentence


@pytest.mark.parametrize("wait", ["", ".result()"])
def test_delete_if_there_sees_that_nobody_waited(wait: str, client: SecretClient, monkeypatch) -> None:
    cloud = practice.running()
    monkeypatch.setattr(cloud, "conditions", practice.Conditions(delete_seconds=30))  # not over when the check looks
    mark, sentence = after(DELETE.format(**DELETES | {"wait": wait}), exercises.DeleteIfThere(), client)
    assert mark == exercises.WRONG
    assert "before the deletion was done" in sentence


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        ("client.begin_delete_secret(exercise.name).wait() or True", "isn't a function"),
        ("lambda name: True", "the secret is still there"),
        (
            "lambda name: not any(each.name == name for each in client.list_deleted_secrets()) "
            "and not client.begin_delete_secret(name).wait()",
            "Called with a name nobody used: Your function raised ResourceNotFoundError",
        ),
    ],
)
def test_an_answer_that_does_not_delete_if_there_gets_a_sentence(answer: str, hint: str, client: SecretClient) -> None:
    mark, sentence = after(f"answer = {answer}", exercises.DeleteIfThere(), client)
    assert (mark, hint in sentence) == (exercises.WRONG, True), sentence


def test_looking_first_is_another_way_to_delete_if_there(client: SecretClient) -> None:
    code = (
        "answer = lambda name: any(each.name == name for each in client.list_properties_of_secrets()) "
        "and not client.begin_delete_secret(name).wait()"
    )
    assert after(code, exercises.DeleteIfThere(), client)[0] == exercises.RIGHT


def test_rename_hints(client: SecretClient, monkeypatch) -> None:
    hasty = exercises.Rename()
    client.begin_delete_secret(hasty.name)
    assert "copy it first" in said(hasty)[1]

    garbled = exercises.Rename()
    client.set_secret(garbled.new_name, "fake-other")
    assert "a different value" in said(garbled)[1]

    half = exercises.Rename()
    client.set_secret(half.new_name, client.get_secret(half.name).value)
    assert "Now delete" in said(half)[1]

    monkeypatch.setattr(half, "deletion_of", lambda name: "begun")
    assert "Check again in a moment" in said(half)[1]


def test_a_value_that_was_in_no_vault_for_a_while_is_noticed(client: SecretClient) -> None:
    exercise = exercises.Rename()
    value = client.get_secret(exercise.name).value
    client.begin_delete_secret(exercise.name).wait()  # takes two seconds, and the vault's times are whole ones
    client.set_secret(exercise.new_name, value)
    assert "deleted before the copy was saved" in said(exercise)[1]


STATUS = """
def answer(name):
    try:
        return f"{name} has {there}."
    except ResourceNotFoundError:
        pass
    try:
        return f"{name} can be recovered until {deleted}."
    except ResourceNotFoundError:
        return {missing}
"""
STATES = {
    "name": "{name}",
    "there": "{len(client.get_secret(name).value)} characters",
    "deleted": "{client.get_deleted_secret(name).scheduled_purge_date:%Y-%m-%d}",
    "missing": "f'There is no {name}.'",
}


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        ({"there": "{client.get_secret(name).value}"}, "gives the value away"),
        ({"there": "{print(client.get_secret(name).value)}"}, "gives the value away"),
        ({"there": "{client.get_secret(name) and 'some'} characters"}, "how many characters"),
        ({"deleted": "{client.get_deleted_secret(name) and 'a while'}"}, "doesn't name the day"),
        ({"missing": "None"}, "returns `None`. Have it `return` a string"),
        ({"missing": "''"}, "doesn't return one line"),
        ({"missing": "'one\\ntwo'"}, "doesn't return one line"),
        ({"missing": "client.get_secret(name)"}, "With `second_exercise.missing`: Your function raised Resource"),
    ],
)
def test_status_line_hints(change: dict[str, str], hint: str, client: SecretClient) -> None:
    mark, sentence = after(STATUS.format(**STATES | change), exercises.WriteAStatusLine(), client)
    assert (mark, hint in sentence) == (exercises.WRONG, True), sentence


def test_a_status_line_that_says_the_same_of_a_missing_secret_is_noticed(client: SecretClient) -> None:
    exercise = exercises.WriteAStatusLine()
    one_for_all = f"f'{{name}}: {len(client.get_secret(exercise.name).value)}, {exercise._gone_on}'"
    mark, sentence = after(f"answer = lambda name: {one_for_all}", exercise, client)
    assert (mark, "says the same" in sentence) == (exercises.WRONG, True), sentence


def test_the_words_of_a_status_line_are_free(client: SecretClient) -> None:
    code = STATUS.format(**STATES | {"name": "Secret", "missing": "'unknown'"})
    assert after(code, exercises.WriteAStatusLine(), client)[0] == exercises.RIGHT
    assert after("answer = 'a line'", exercises.WriteAStatusLine(), client)[0] == exercises.WRONG


def test_a_status_line_is_right_after_the_clean_up_too(client: SecretClient) -> None:
    exercise = exercises.WriteAStatusLine()
    client.begin_delete_secret(exercise.name).wait()
    assert after(STATUS.format(**STATES), exercise, client)[0] == exercises.RIGHT
