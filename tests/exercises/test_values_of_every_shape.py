"""The hints of the exercises of notebook 11."""

import pytest
from azure.keyvault.secrets import SecretClient

from helpers.exercises import NOT_YET, RIGHT, WRONG
from helpers.exercises.values_of_every_shape import _DAMAGE, FindTheDamage, SaveALogin

from .answers import after, said

JSON = "json.dumps(exercise.login)"
KIND = ", content_type='application/json'"


def saved(value: str = JSON, more: str = KIND) -> str:
    return f"import json\nclient.set_secret(exercise.name, {value}{more})"


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        (saved(more=""), "has no content type, so the reader returns a str"),
        (saved(more=", content_type='json'"), "has another content type"),
        (saved("str(exercise.login)"), "how Python shows a dict"),
        (saved("'{\"password\": \"' + exercise.login['password'] + '\"}'"), "put the text together by hand"),
        (saved("exercise.login['password']"), "the password alone"),
        (saved("''"), "isn't JSON"),
        (saved(f"json.dumps({JSON})"), "JSON within JSON"),
        (saved("json.dumps(list(exercise.login.values()))"), "not of a dict"),
        (saved("json.dumps({'password': exercise.login['password']})"), "What's missing: user, host, port."),
        (saved("json.dumps(exercise.login | {'database': 'shop'})"), "more fields than"),
        (saved("json.dumps({key: str(value) for key, value in exercise.login.items()})"), "The port became text"),
        (saved("json.dumps(exercise.login | {'password': 'fake-other'})"), "What's different: password."),
    ],
)
def test_save_a_login_hints(code: str, hint: str, client: SecretClient) -> None:
    mark, sentence = after(code, SaveALogin(), client)
    assert (mark, hint in sentence) == (WRONG, True), sentence


def test_json_laid_out_otherwise_is_right_as_well(client: SecretClient) -> None:
    assert after(saved("json.dumps(exercise.login, indent=2, sort_keys=True)"), SaveALogin(), client)[0] == RIGHT


@pytest.mark.parametrize("how", _DAMAGE)
def test_each_damage_is_done_to_one_value_and_only_its_own_words_are_right(
    how: str, client: SecretClient, monkeypatch
) -> None:
    monkeypatch.setattr("secrets.choice", lambda options: "api-key" if "api-key" in options else how)
    exercise = FindTheDamage()
    assert [name for name, value in exercise.pasted.items() if "fake-" in repr(value)] == []
    assert said(exercise, ("api-key", how))[0] == RIGHT
    assert said(exercise, ["api-key", f"a {how} at 3 of 40".upper()])[0] == RIGHT
    for other in set(_DAMAGE) - {how}:
        assert "something else is wrong" in said(exercise, ("api-key", other))[1]


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        ("api-key", "should be a pair"),
        (("api-key",), "should be a pair"),
        (("api-key", 3), "should be a pair"),
        (("curly quote", "api-key"), "The name comes first"),
        (("my-key", "curly quote"), "No value has that name. The names are db-password"),
        (("signing-key", "curly quote"), "That value is as it should be"),
        (("api-key", "broken"), "in these words: zero-width space"),
        (("api-key", "line break"), "something else is wrong"),
    ],
)
def test_find_the_damage_hints(answer: object, hint: str, client: SecretClient, monkeypatch) -> None:
    monkeypatch.setattr("secrets.choice", lambda options: "api-key" if "api-key" in options else "curly quote")
    mark, sentence = said(FindTheDamage(), answer)
    assert (mark, hint in sentence) == (WRONG, True), sentence


def test_a_value_in_place_of_its_name_is_told_and_not_repeated(client: SecretClient) -> None:
    exercise = FindTheDamage()
    mark, sentence = said(exercise, (exercise.pasted["api-key"], "curly quote"))
    assert (mark, "Give the value's name" in sentence) == (WRONG, True)


def test_no_answer_is_no_mistake(client: SecretClient) -> None:
    assert said(FindTheDamage())[0] == NOT_YET
