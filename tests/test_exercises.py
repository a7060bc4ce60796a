"""Each exercise tells apart what was not tried, what is wrong (with a hint that fits), and what is right."""

import os

import pytest
from azure.identity import DefaultAzureCredential
from azure.keyvault.secrets import SecretClient

from helpers import exercises, practice
from helpers.told import Told
from tests import notebooks

BY_NOTEBOOK = {
    "01-authenticate": exercises.SignIn,
    "02-save-a-secret": exercises.SaveTwice,
    "03-retrieve-a-secret": exercises.FollowTheTrail,
    "04-delete-a-secret": exercises.DeleteAndWait,
    "05-put-it-together": exercises.Rename,
}


@pytest.fixture(scope="module")
def client():
    """A client of the practice vault, as the notebooks make it."""
    practice.start()
    vault_url = f"https://{os.environ['KEY_VAULT_NAME']}.vault.azure.net"
    with SecretClient(vault_url=vault_url, credential=DefaultAzureCredential()) as client:
        yield client
    practice.stop()


def said(exercise: exercises.Exercise) -> tuple[str, str]:
    """The mark and the sentence; the card must say the same, and show no value."""
    mark, sentence = exercise.look()
    card = exercise.check()
    assert sentence in repr(card)
    assert "fake-" not in repr(card)
    return mark, sentence


def test_every_notebook_but_the_first_has_one() -> None:
    for name in notebooks.NAMES:
        cells = notebooks.code_cells(notebooks.read(name), "exercise")
        assert len(cells) == (1 if name in BY_NOTEBOOK else 0)
        if cells:
            assert [cell.source for cell in cells] == ["# Your code goes here."]
            made = f"exercise = exercises.{BY_NOTEBOOK[name].__name__}()"
            assert any(made in cell.source for cell in notebooks.code_cells(notebooks.read(name)))
    assert list(BY_NOTEBOOK) == notebooks.NAMES[1:6]


@pytest.mark.parametrize("name", BY_NOTEBOOK)
def test_is_not_tried_at_first_and_right_after_the_published_solution(name: str, client: SecretClient) -> None:
    exercise = BY_NOTEBOOK[name]()
    assert said(exercise)[0] == exercises.NOT_YET
    known = {"client": client, "exercise": exercise, "os": os}
    known |= {"SecretClient": SecretClient, "DefaultAzureCredential": DefaultAzureCredential}
    exec(notebooks.solution(name), known)  # noqa: S102 - the notebook's own solution
    if exercise.look()[0] != exercises.RIGHT:
        assert said(exercise) == (exercises.RIGHT, "")
    assert said(exercise)[0] == exercises.RIGHT


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


def test_delete_and_wait_hints(client: SecretClient, monkeypatch) -> None:
    wrong_one = exercises.DeleteAndWait()
    client.begin_delete_secret(wrong_one.keep).wait()
    assert "The secret to keep is deleted" in said(wrong_one)[1]

    hasty = exercises.DeleteAndWait()
    monkeypatch.setattr(hasty, "deletion_of", lambda name: "begun")
    assert "Call the poller's `.wait()`" in said(hasty)[1]


def test_a_deletion_that_has_begun_is_told_from_one_that_is_done(client: SecretClient) -> None:
    exercise = exercises.DeleteAndWait()
    assert exercise.deletion_of(exercise.name) is None
    poller = client.begin_delete_secret(exercise.name)
    assert exercise.deletion_of(exercise.name) == "begun"
    poller.wait()
    assert exercise.deletion_of(exercise.name) == "done"


def test_rename_hints(client: SecretClient) -> None:
    hasty = exercises.Rename()
    client.begin_delete_secret(hasty.name)
    assert "copy it first" in said(hasty)[1]

    garbled = exercises.Rename()
    client.set_secret(garbled.new_name, "fake-other")
    assert "is another one" in said(garbled)[1]

    half = exercises.Rename()
    client.set_secret(half.new_name, client.get_secret(half.name).value)
    assert "Now delete" in said(half)[1]


def test_a_vault_that_cannot_be_asked_is_told_in_words(client: SecretClient, monkeypatch) -> None:
    exercise = exercises.SignIn()
    monkeypatch.setattr(exercise, "name", "not a name")
    assert "The vault could not be asked." in repr(exercise.check())


def test_without_connect_it_says_which_cell_to_run(monkeypatch) -> None:
    monkeypatch.delenv("KEY_VAULT_NAME", raising=False)
    with pytest.raises(Told, match=r"Run the cell with `connect\(\)`"):
        exercises.SignIn()
