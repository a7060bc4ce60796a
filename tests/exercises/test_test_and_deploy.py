"""The hints of the exercises of notebook 14, test and deploy."""

import os

import pytest
from azure.keyvault.secrets import SecretClient

from helpers.exercises import NOT_YET, RIGHT, WRONG, ChooseTheSignIn, NoticeTheMistakes

from .answers import after

TEST = """
def answer(setting, client, name):
    try:
        setting(name)
    except ResourceNotFoundError:
        pass
    else:
        raise AssertionError
    for value in ("fake-first", "fake-second"):
        client.set_secret(name, value)
        assert setting(name) == value
"""


def test_a_test_counts_whatever_it_is_written_with(client: SecretClient) -> None:
    assert after(TEST, NoticeTheMistakes(), client)[0] == RIGHT


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        ((TEST, "answer = None"), ""),
        ((TEST, "answer = exercise.name"), "isn't a function"),
        (("assert setting(name) == value", "assert setting(name)"), "the same value for every secret"),
        (('("fake-first", "fake-second")', '("fake-first",)'), "the old value after a rotation"),
        (("    else:\n        raise AssertionError\n", ""), "an empty string for a secret that isn't there"),
        (
            ("except ResourceNotFoundError", "except KeyError"),
            "raises ResourceNotFoundError even though the program is right",
        ),
        (("== value", "== 'fake-third'"), "raises AssertionError even though the program is right"),
        (("(setting, client, name)", "(setting)"), "raises TypeError even though the program is right"),
    ],
)
def test_notice_the_mistakes_hints(wrong: tuple[str, str], hint: str, client: SecretClient) -> None:
    answer = TEST.replace(*wrong)
    assert answer != TEST
    mark, sentence = after(answer, NoticeTheMistakes(), client)
    assert (mark, hint in sentence) == (WRONG if hint else NOT_YET, True), sentence


SIGN_IN = """
def answer():
    return DefaultAzureCredential(require_envvar=True)
"""
OWN_CHECK = """
def answer():
    if not os.environ.get("AZURE_TOKEN_CREDENTIALS"):
        raise ValueError("set AZURE_TOKEN_CREDENTIALS")
    return DefaultAzureCredential()
"""
ONE_ONLY = """
from azure.identity import ManagedIdentityCredential

def answer():
    if not os.environ.get("AZURE_TOKEN_CREDENTIALS"):
        raise ValueError("set it")
    return ManagedIdentityCredential()
"""


@pytest.mark.parametrize("code", [SIGN_IN, OWN_CHECK])
def test_choose_the_sign_in_is_right_whoever_looks_at_the_variable(
    code: str, client: SecretClient, monkeypatch
) -> None:
    monkeypatch.delenv("AZURE_TOKEN_CREDENTIALS", raising=False)
    assert after(code, ChooseTheSignIn(), client)[0] == RIGHT
    assert "AZURE_TOKEN_CREDENTIALS" not in os.environ  # the check puts everything back


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("answer = DefaultAzureCredential()", "Write `def answer():`"),
        (SIGN_IN.replace("require_envvar=True", ""), "AZURE_TOKEN_CREDENTIALS isn't set, your function returns"),
        (
            OWN_CHECK.replace(
                'not os.environ.get("AZURE_TOKEN_CREDENTIALS")', '"AZURE_TOKEN_CREDENTIALS" not in os.environ'
            ),
            "AZURE_TOKEN_CREDENTIALS is empty, your function returns",
        ),
        (ONE_ONLY, "works only in some places"),
        (SIGN_IN.replace("return ", ""), "returns nothing"),
        (SIGN_IN.replace("=True", "=True, exclude_environment_credential=True"), "tries other sign-ins than that"),
        (SIGN_IN.replace("=True", "=True, exclude_cli_credential=False"), "tries other sign-ins than that"),
        (SIGN_IN.replace("answer()", "answer(vault)"), "raised TypeError"),
    ],
)
def test_choose_the_sign_in_hints(code: str, hint: str, client: SecretClient) -> None:
    mark, sentence = after(code, ChooseTheSignIn(), client)
    assert (mark, hint in sentence) == (WRONG, True), sentence
