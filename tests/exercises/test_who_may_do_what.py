"""The hints of the exercises of notebook 18."""

import os

import pytest
from azure.keyvault.secrets import SecretClient

from helpers import assign_role, exercises, rehearse
from helpers.errors import NotebookError

from .answers import after, said

READ = "import re\ndef answer(error):\n    "
IF_ROLE = f"{READ}if error.error.innererror.get('code') != 'ForbiddenByRbac':\n        return None\n    "

ANSWERS = {
    "one answer for one error": ("answer = 'getSecret/action'", "isn't a function"),
    "nothing returned": (f"{READ}error.error.message", "Does it `return`"),
    "the whole line": (
        f"{IF_ROLE}return [l for l in str(error).splitlines() if 'Action' in l][0]",
        "part after `secrets/`",
    ),
    "the whole action": (f"{IF_ROLE}return re.search(\"Action: '(.*)'\", str(error))[1]", "part after `secrets/`"),
    "the whole action in quotes": (
        f"{IF_ROLE}return re.search('Action: (.*)', str(error))[1]",
        "part after `secrets/`",
    ),
    "the whole message": (f"{IF_ROLE}return str(error)", "isn't the action"),
    "with a quote": (f'{IF_ROLE}return re.search("Action: .*/secrets/(.*\')", str(error))[1]', "without quotes"),
    "only the first word": (
        f'{IF_ROLE}return re.search(r"Action: .*/secrets/(\\w+)", str(error))[1]',
        "A part is missing",
    ),
    "the code": (f"{READ}return error.error.code", "That's a code"),
    "the inner code": (f"{READ}return error.error.innererror.get('code')", "That's a code"),
    "always the same": (f"{READ}return 'getSecret/action'", "the same thing for every error"),
    "by the status": (
        f"{READ}if error.status_code != 403:\n        return None\n"
        "    found = re.search(\"Action: '.*/secrets/(.*)'\", str(error))\n    return found[1] if found else 'get'",
        "Some errors aren't about a role",
    ),
    "a match in place of text": (
        f"{IF_ROLE}return re.search('Action', str(error))",
        "returned something of type Match",
    ),
    "crashes without an action": (f"{READ}return re.search(\"Action: '.*/secrets/(.*)'\", str(error))[1]", "TypeError"),
    "no such attribute": (f"{READ}return error.action", "AttributeError"),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_read_the_refusal_hints(case: str, client: SecretClient) -> None:
    code, hint = ANSWERS[case]
    mark, sentence = after(code, exercises.ReadTheRefusal(), client)
    assert (mark, hint in sentence) == (exercises.WRONG, True), sentence


def test_read_the_refusal_takes_any_way_of_getting_there(client: SecretClient) -> None:
    code = """def answer(error):
    for line in error.message.splitlines():
        if line.startswith("Action: "):
            return line.removesuffix("'").partition("/secrets/")[2]"""
    assert after(code, exercises.ReadTheRefusal(), client)[0] == exercises.RIGHT


ROLES = {
    "too much: reads": (["Key Vault Secrets User"], "read every value"),
    "too much: deletes": (["Key Vault Secrets Officer"], "can now save and delete"),
    "far too much": (["Key Vault Administrator"], "can now save and delete"),
    "the right one, and one more": (["Key Vault Reader", "Key Vault Secrets User"], "read every value"),
    "the owner": (["Owner"], "on the vault itself"),
    "a reader of the vault": (["Reader"], "on the vault itself"),
    "a contributor to the vault": (["Key Vault Contributor"], "on the vault itself"),
}


@pytest.mark.parametrize("case", ROLES)
def test_give_the_smallest_role_hints(case: str, client: SecretClient) -> None:
    roles, hint = ROLES[case]
    exercise = exercises.GiveTheSmallestRole()
    for role in roles:
        assign_role("newcomer", role)
    mark, sentence = said(exercise)
    assert (mark, hint in sentence) == (exercises.WRONG, True), sentence


def test_making_the_exercise_takes_away_what_an_earlier_try_gave(client: SecretClient) -> None:
    assign_role("newcomer", "Key Vault Administrator")
    assign_role("newcomer", "Owner")
    assert said(exercises.GiveTheSmallestRole())[0] == exercises.NOT_YET


def test_a_role_for_somebody_else_is_not_the_newcomers(client: SecretClient) -> None:
    exercise = exercises.GiveTheSmallestRole()
    assign_role("auditor", "Key Vault Reader")
    assert said(exercise)[0] == exercises.NOT_YET


def test_a_role_that_does_not_work_yet_is_told_as_such(client: SecretClient) -> None:
    exercise = exercises.GiveTheSmallestRole()
    rehearse(role_delay=600)
    assign_role("newcomer", "Key Vault Reader")
    mark, sentence = said(exercise)
    rehearse()
    assert (mark, "takes a few minutes" in sentence) == (exercises.NOT_YET, True)


def test_a_variable_that_is_missing_on_azure_is_told(client: SecretClient, monkeypatch) -> None:
    monkeypatch.delenv("LESSON_NEWCOMER_CLIENT_SECRET")
    with pytest.raises(NotebookError, match="needs the variable LESSON_NEWCOMER_CLIENT_SECRET"):
        exercises.GiveTheSmallestRole()


def test_no_password_of_a_program_is_shown(client: SecretClient) -> None:
    for exercise in (exercises.ReadTheRefusal(), exercises.GiveTheSmallestRole()):
        shown = str(exercise._repr_mimebundle_()) + repr(exercise.check())
        for name in ("APP", "AUDITOR", "NEWCOMER"):
            assert os.environ[f"LESSON_{name}_CLIENT_SECRET"] not in shown
