"""The hints of the exercises of notebook 20, and that the second vault is open after each check."""

import os

import pytest
from azure.core.exceptions import HttpResponseError
from azure.identity import DefaultAzureCredential
from azure.keyvault.secrets import SecretClient

from helpers import exercises, practice
from helpers.errors import NotebookError
from helpers.practice.identities import CLIENT_ADDRESS

from .answers import after, said

READ = "import re\ndef answer(error):\n    "
IF_FIREWALL = f"{READ}if error.error.innererror.get('code') != 'ForbiddenByFirewall':\n        return None\n    "

ANSWERS = {
    "one answer for one error": (f"answer = '{CLIENT_ADDRESS}'", "isn't a function"),
    "nothing returned": (f"{READ}error.error.message", "the same thing for every error"),
    "always the same": (f"{READ}return '{CLIENT_ADDRESS}'", "the same thing for every error"),
    "written out": (f"{IF_FIREWALL}return '{CLIENT_ADDRESS}'", "belongs to another refusal"),
    "the whole line": (
        f"{IF_FIREWALL}return [l for l in str(error).splitlines() if 'Client address:' in l][0]",
        "with more around it",
    ),
    "the whole message": (f"{IF_FIREWALL}return error.error.message", "with more around it"),
    "with the end of the line": (
        f"{IF_FIREWALL}return re.search('Client address: (.*)', error.error.message)[1]",
        "white space around",
    ),
    "a match in place of text": (
        f"{IF_FIREWALL}return re.search('Client address', str(error))",
        "returned something of type Match",
    ),
    "the caller": (f"{IF_FIREWALL}return re.search(r'Caller: (\\S+)', str(error))[1]", "isn't the address"),
    "the other way around": (
        f"{READ}if error.error.innererror.get('code') == 'ForbiddenByFirewall':\n        return None\n    return 'x'",
        "the function returned None",
    ),
    "by the status": (
        f"{READ}if error.status_code != 403:\n        return None\n"
        "    found = re.search(r'Client address: (\\S+)', str(error))\n    return found[1] if found else 'unknown'",
        "no IP rule helps",
    ),
    "crashes without an address": (f"{READ}return re.search(r'Client address: (\\S+)', str(error))[1]", "TypeError"),
}


def rules() -> list[str]:
    return exercises.LetOneJobIn().addresses()


def ask_second_vault() -> None:
    """It lets you in, or this raises the refusal."""
    list(
        SecretClient(
            f"https://{os.environ['LESSON_SECOND_VAULT']}.vault.azure.net", DefaultAzureCredential()
        ).list_properties_of_secrets()
    )


@pytest.mark.parametrize("case", ANSWERS)
def test_read_the_address_hints(case: str, client: SecretClient) -> None:
    code, hint = ANSWERS[case]
    mark, sentence = after(code, exercises.ReadTheAddress(), client)
    assert (mark, hint in sentence) == (exercises.WRONG, True), sentence


def test_read_the_address_takes_any_way_of_getting_there(client: SecretClient) -> None:
    code = """def answer(error):
    for line in error.message.splitlines():
        if line.startswith("Client address: "):
            return line.partition(": ")[2]"""
    assert after(code, exercises.ReadTheAddress(), client)[0] == exercises.RIGHT


def test_making_an_exercise_leaves_the_vault_open(client: SecretClient) -> None:
    exercises.ReadTheAddress()
    ask_second_vault()
    assert rules() == []


LET_IN = """
def answer(address, job):
    before = exercise.addresses()
    exercise.set_addresses([*before, address])
    try:
        return job()
    finally:
        exercise.set_addresses(before)
"""

WRONG = {
    "not a function": ("def answer(address, job):", "answer = 'job'\ndef other(address, job):", "has to be a function"),
    "only the job": ("exercise.set_addresses([*before, address])", "pass", "The vault refused the job"),
    "no job": ("return job()", "pass", "never called the job"),
    "the job twice": ("return job()", "job()\n        return job()", "2 times"),
    "one for all": ("[*before, address]", "[address]", "was gone"),
    "too wide a rule": ("[*before, address]", "[*before, address, '198.51.100.0/24']", "more than the one address"),
    "everybody": ("[*before, address]", "['0.0.0.0/0']", "more than the one address"),
    "not taken away": (
        "    finally:\n        exercise.set_addresses(before)",
        "    finally:\n        pass",
        "still let in",
    ),
    "all taken away": (
        "exercise.set_addresses(before)",
        "exercise.set_addresses([])",
        "leave the other rules as they were",
    ),
    "nothing returned": ("return job()", "job()", "Return what the job returns"),
    "one str": ("[*before, address]", "address", "raised TypeError"),
    "not an address": ("[*before, address]", "[*before, 'runner']", "raised HttpResponseError"),
    "without finally": (
        "    try:\n        return job()\n    finally:\n        exercise.set_addresses(before)",
        "    done = job()\n    exercise.set_addresses(before)\n    return done",
        "Use `try` and `finally`",
    ),
    "keeps quiet": (
        "        return job()\n    finally:",
        "        return job()\n    except Exception:\n        pass\n    finally:",
        "nobody heard",
    ),
    "another error": (
        "        return job()\n    finally:",
        "        return job()\n    except Exception as error:\n        raise OSError('no') from error\n    finally:",
        "raised OSError instead",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_let_one_job_in_hints(case: str, client: SecretClient) -> None:
    part, wrong, hint = WRONG[case]
    code = LET_IN.replace(part, wrong)
    assert code != LET_IN
    mark, sentence = after(code, exercises.LetOneJobIn(), client)
    assert (mark, hint in sentence) == (exercises.WRONG, True), sentence
    ask_second_vault()
    assert rules() == []


def test_let_one_job_in_takes_any_way_of_getting_there(client: SecretClient) -> None:
    code = """
from contextlib import contextmanager

@contextmanager
def let_in(address):
    exercise.set_addresses(exercise.addresses() + [f"{address}/32"])
    try:
        yield
    finally:
        exercise.set_addresses([one for one in exercise.addresses() if one != f"{address}/32"])

def answer(address, job):
    with let_in(address):
        return job()
"""
    assert after(code, exercises.LetOneJobIn(), client)[0] == exercises.RIGHT


def test_changing_addresses_does_not_close_an_open_vault(client: SecretClient) -> None:
    exercise = exercises.LetOneJobIn()
    exercise.set_addresses(["198.51.100.24"])
    assert exercise.addresses() == ["198.51.100.24/32"]
    ask_second_vault()
    exercise.set_addresses([])


def test_the_job_meets_a_vault_that_refuses_others(client: SecretClient) -> None:
    exercise = exercises.LetOneJobIn()
    exercise.refused = []

    def answer(address: str, job: object) -> None:
        with pytest.raises(HttpResponseError) as refused:
            ask_second_vault()
        exercise.refused.append(refused.value.error.innererror["code"])

    assert said(exercise, answer)[0] == exercises.WRONG
    assert exercise.refused == ["ForbiddenByFirewall"]


@pytest.mark.parametrize("named", ["", "the reader's only vault"])
@pytest.mark.parametrize("exercise", [exercises.ReadTheAddress, exercises.LetOneJobIn])
def test_the_readers_only_vault_is_never_closed(exercise: type, named: str, client: SecretClient, monkeypatch) -> None:
    monkeypatch.setenv("LESSON_SECOND_VAULT", named and os.environ["KEY_VAULT_NAME"])
    with pytest.raises(NotebookError, match="Set LESSON_SECOND_VAULT"):
        exercise()


def test_who_may_not_change_the_rules_is_told(client: SecretClient, monkeypatch) -> None:
    practice.assign_role("app", "Key Vault Secrets User")
    for name in ("CLIENT_ID", "CLIENT_SECRET"):
        monkeypatch.setenv(f"AZURE_{name}", os.environ[f"LESSON_APP_{name}"])
    with pytest.raises(NotebookError, match="Key Vault Contributor"):
        exercises.LetOneJobIn()
