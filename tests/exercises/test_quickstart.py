"""The hints of the exercises of notebooks 01 to 03."""

import pytest
from azure.keyvault.secrets import SecretClient

from helpers import exercises

from .answers import said


@pytest.mark.parametrize(
    ("proof", "hint"),
    [("Signed In ", "small letters"), ("secret", "another value"), ("", "another value")],
)
def test_sign_in_hints(proof: str, hint: str, client: SecretClient) -> None:
    exercise = exercises.SignIn()
    client.set_secret(exercise.name, proof)
    mark, sentence = said(exercise)
    assert (mark, hint in sentence) == (exercises.WRONG, True)


@pytest.mark.parametrize(
    ("values", "hint"),
    [
        (["first draft"], "One version is there"),
        (["second draft"], "one version only"),
        (["second draft", "first draft"], "wrong way round"),
        (["first draft", "third draft"], "another one"),
    ],
)
def test_save_twice_hints(values: list[str], hint: str, client: SecretClient) -> None:
    exercise = exercises.SaveTwice()
    for value in values:
        client.set_secret(exercise.name, value)
    mark, sentence = said(exercise)
    assert (mark, hint in sentence) == (exercises.WRONG, True)


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda client, name: client.get_secret(name).value, "value of the first secret"),
        (lambda client, name: str(client.get_secret(name)), "object's description"),
        (lambda client, name: "•" * 8, "saved a mask"),
        (lambda client, name: "something", "something else"),
    ],
)
def test_follow_the_trail_hints(answer, hint: str, client: SecretClient) -> None:
    exercise = exercises.FollowTheTrail()
    client.set_secret(exercise.answer, answer(client, exercise.name))
    mark, sentence = said(exercise)
    assert (mark, hint in sentence) == (exercises.WRONG, True)
