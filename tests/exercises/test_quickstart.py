"""The hints of the exercises of notebooks 01 to 03."""

import pytest
from azure.keyvault.secrets import SecretClient

from helpers import exercises

from .answers import after, said

IN_THAT_VAULT = """
theirs = SecretClient(f"https://{{exercise.vault}}.vault.azure.net", DefaultAzureCredential())
theirs.set_secret(exercise.name, {proof!r})
"""


@pytest.mark.parametrize(
    ("proof", "hint"),
    [("Signed In ", "in lowercase"), ("secret", "a different value"), ("", "a different value")],
)
def test_sign_in_hints(proof: str, hint: str, client: SecretClient) -> None:
    mark, sentence = after(IN_THAT_VAULT.format(proof=proof), exercises.SignIn(), client)
    assert (mark, hint in sentence) == (exercises.WRONG, True), sentence


@pytest.mark.parametrize("proof", ["signed in", "another"])
def test_proof_by_the_client_that_was_there_already_does_not_count(proof: str, client: SecretClient) -> None:
    mark, sentence = after(f"client.set_secret(exercise.name, {proof!r})", exercises.SignIn(), client)
    assert (mark, "in the notebook's own vault" in sentence) == (exercises.WRONG, True), sentence


def test_without_a_second_vault_the_proof_goes_into_your_own(client: SecretClient, monkeypatch) -> None:
    monkeypatch.delenv("LESSON_SECOND_VAULT")
    exercise = exercises.SignIn()
    assert said(exercise)[0] == exercises.NOT_YET
    assert after("client.set_secret(exercise.name, 'signed in')", exercise, client)[0] == exercises.RIGHT


@pytest.mark.parametrize(
    ("values", "hint"),
    [
        (["first draft"], "One version is there so far"),
        (["second draft"], "only one version"),
        (["second draft", "first draft"], "in the wrong order"),
        (["first draft", "third draft"], "a different value"),
        (["second draft", "first draft", "third draft"], "a different value"),
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
        (lambda client, name: "something", "a different value"),
        (lambda client, name: client.get_secret(client.get_secret(name).value).value + " ", "nothing added"),
    ],
)
def test_follow_the_trail_hints(answer, hint: str, client: SecretClient) -> None:
    exercise = exercises.FollowTheTrail()
    client.set_secret(exercise.answer, answer(client, exercise.name))
    mark, sentence = said(exercise)
    assert (mark, hint in sentence) == (exercises.WRONG, True)
