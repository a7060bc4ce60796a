"""The hints of the exercises of notebook 19."""

import os

import pytest
from azure.core.exceptions import AzureError
from azure.keyvault.secrets import SecretClient

from helpers import assign_role, exercises, revoke_role
from helpers.errors import NotebookError

from .answers import after, said

DEF = "def answer(client, name, value):\n    "
TRY = f"{DEF}try:\n        client.set_secret(name, value)\n    except ResourceExistsError:\n        "
PURGE = "client.purge_deleted_secret(name)\n        import time; time.sleep(1)\n        client.set_secret(name, value)"

ANSWERS = {
    "no function": ("answer = client.set_secret(exercise.name, 'fake-new')", "isn't a function"),
    "nothing done": (f"{DEF}pass", "wasn't saved under a free name"),
    "saved under another name": (f"{DEF}client.set_secret(name + '-x', value)", "under a free name"),
    "another value": (f"{DEF}client.set_secret(name, 'value')", "under a free name"),
    "no arguments": ("def answer():\n    pass", "raised TypeError"),
    "only saves": (f"{DEF}client.set_secret(name, value)", "let the conflict through"),
    "swallows everything": (
        f"{DEF}try:\n        client.set_secret(name, value)\n    except Exception:\n        pass",
        "kept quiet",
    ),
    "makes every error its own": (
        f"{DEF}try:\n        client.set_secret(name, value)\n    except Exception:\n        raise ValueError('no')",
        "your function raised ValueError",
    ),
    "swallows the conflict": (f"{TRY}pass", "still deleted afterwards"),
    "does not save again": (f"{TRY}client.begin_recover_deleted_secret(name).wait()", "new value wasn't saved"),
    "does not wait": (
        f"{TRY}client.begin_recover_deleted_secret(name).result()\n        client.set_secret(name, value)",
        "Call `.wait()`",
    ),
    "purges": (TRY + PURGE, "the old version is gone"),
    "fails in another way": (f"{TRY}client.recover(name)", "raised AttributeError"),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_save_anyway_hints(case: str, client: SecretClient) -> None:
    code, hint = ANSWERS[case]
    mark, sentence = after(code, exercises.SaveAnyway(), client)
    assert (mark, hint in sentence) == (exercises.WRONG, True), sentence


def test_save_anyway_takes_a_check_before_as_well(client: SecretClient) -> None:
    code = f"""{DEF}if name in [each.name for each in client.list_deleted_secrets()]:
        client.begin_recover_deleted_secret(name).wait()
    client.set_secret(name, value)"""
    assert after(code, exercises.SaveAnyway(), client)[0] == exercises.RIGHT


URL = 'second_exercise.settings["vault_url"] = '
TENANT = 'second_exercise.settings["tenant_id"] = os.environ["AZURE_TENANT_ID"]\n'
APP = 'second_exercise.settings["client_id"] = os.environ["LESSON_APP_CLIENT_ID"]\n'
RIGHT_URL = f"{URL}client.vault_url\n"

SETTINGS = {
    "no https": (f"{URL}'practice-vault.vault.azure.net'", "step 9"),
    "http": (f"{URL}'http://practice-vault.vault.azure.net'", "step 9"),
    "a typing error": (f"{URL}'https://practice-vualt.vault.azure.net'", "step 6"),
    "a port": (f"{URL}client.vault_url + ':8443'", "step 8"),
    "the URL alone": (RIGHT_URL, "step 7"),
    "the tenant too": (RIGHT_URL + TENANT, "step 3"),
    "the wrong program": (
        RIGHT_URL + TENANT + APP.replace("LESSON_APP_CLIENT_ID", "LESSON_NEWCOMER_CLIENT_ID"),
        "step 3",
    ),
    "too much of a program": (RIGHT_URL + TENANT + APP.replace("LESSON_APP", "AZURE"), "that's allowed to do too much"),
    "an id that nobody has": (
        RIGHT_URL + TENANT + "second_exercise.settings['client_id'] = 'app'",
        "No program has this",
    ),
    "an object id in its place": (
        RIGHT_URL + TENANT + "second_exercise.settings['client_id'] = '33333333-3333-4333-8333-aaaaaaaaaaaa'",
        "No program has this",
    ),
    "a tenant that is not there": (
        f"{RIGHT_URL}{APP}second_exercise.settings['tenant_id'] = '00000000-0000-0000-0000-000000000000'",
        "step 7",
    ),
    "no tenant": (f"{RIGHT_URL}{APP}second_exercise.settings['tenant_id'] = None", '"tenant_id" is missing'),
    "a setting thrown away": (f"{APP}del second_exercise.settings['vault_url']", '"vault_url" is missing'),
    "the address of the secret": (f"{URL}client.vault_url + '/secrets'\n{TENANT}{APP}", "now fails in a different way"),
}


@pytest.mark.parametrize("case", SETTINGS)
def test_fix_the_settings_hints(case: str, client: SecretClient) -> None:
    code, hint = SETTINGS[case]
    mark, sentence = after(code, exercises.FixTheSettings(), client)
    assert (mark, hint in sentence) == (exercises.WRONG, True), sentence


def test_fix_the_settings_by_a_larger_role_is_not_right_yet(client: SecretClient) -> None:
    exercise = exercises.FixTheSettings()
    assign_role("auditor", "Key Vault Secrets User")
    mark, sentence = after(RIGHT_URL + TENANT, exercise, client)
    revoke_role("auditor", "Key Vault Secrets User")
    assert (mark, "larger role" in sentence) == (exercises.WRONG, True)


def test_run_fails_as_the_program_does_and_says_when_it_works(client: SecretClient) -> None:
    exercise = exercises.FixTheSettings()
    with pytest.raises(AzureError, match="non-TLS protected"):
        exercise.run()
    exercise.settings["vault_url"] = client.vault_url
    with pytest.raises(AzureError, match="not configured to acquire tokens for tenant"):
        exercise.run()
    exercise.settings["tenant_id"] = os.environ["AZURE_TENANT_ID"]
    with pytest.raises(AzureError, match="getSecret/action"):
        exercise.run()
    exercise.settings["client_id"] = os.environ["LESSON_APP_CLIENT_ID"]
    assert "The program works" in repr(exercise.run())
    assert said(exercise)[0] == exercises.RIGHT


def test_a_setting_that_is_missing_is_told_by_run(client: SecretClient) -> None:
    exercise = exercises.FixTheSettings()
    exercise.settings.clear()
    with pytest.raises(NotebookError, match='The setting "vault_url" is missing'):
        exercise.run()


def test_no_password_of_a_program_is_shown(client: SecretClient) -> None:
    exercise = exercises.FixTheSettings()
    shown = str(exercise._repr_mimebundle_()) + str(exercise.settings) + repr(exercise.check())
    assert os.environ["LESSON_APP_CLIENT_SECRET"] not in shown
    assert os.environ["LESSON_AUDITOR_CLIENT_SECRET"] not in shown
