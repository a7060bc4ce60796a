"""The hints of the exercises of notebook 09."""

import pytest
from azure.core.exceptions import HttpResponseError
from azure.keyvault.secrets import SecretClient

from helpers import exercises

from .answers import after

SECOND = """
second = SecretClient(f"https://{os.environ['LESSON_SECOND_VAULT']}.vault.azure.net", DefaultAzureCredential())
"""
RESTORE = "second.restore_secret_backup(client.backup_secret(exercise.name))\n"
COPY_EACH = """
for each in client.list_properties_of_secret_versions(exercise.name):
    second.set_secret(exercise.name, client.get_secret(exercise.name, each.version).value)
"""


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        ("second.set_secret(exercise.name, client.get_secret(exercise.name).value)", "a new secret with one version"),
        (COPY_EACH, "you saved each value again"),
        (RESTORE + "client.begin_delete_secret(exercise.name)", "The original is no longer in its vault"),
        (RESTORE + "second.set_secret(exercise.name, client.get_secret(exercise.name).value)", "save nothing"),
        (RESTORE + "second.begin_delete_secret(exercise.name, _polling_interval=0.1).wait()", "it's deleted now"),
    ],
)
def test_copy_to_second_vault_hints(answer: str, hint: str, client: SecretClient) -> None:
    mark, sentence = after(SECOND + answer, exercises.CopyToSecondVault(), client)
    assert (mark, hint in sentence) == (exercises.WRONG, True), sentence


@pytest.mark.parametrize(
    "answer",
    [
        "backup = client.backup_secret(exercise.name)",
        "try:\n    client.restore_secret_backup(client.backup_secret(exercise.name))\nexcept ResourceExistsError:\n"
        "    pass",
    ],
)
def test_copy_to_second_vault_is_not_tried_while_the_second_vault_has_nothing(
    answer: str, client: SecretClient
) -> None:
    mark, sentence = after(answer, exercises.CopyToSecondVault(), client)
    assert (mark, "a client of the second vault" in sentence) == (exercises.NOT_YET, True), sentence


def test_copy_to_second_vault_tells_a_version_that_is_missing(client: SecretClient) -> None:
    exercise = exercises.CopyToSecondVault()
    early = client.backup_secret(exercise.name)
    client.set_secret(exercise.name, "fake-value-3")
    exercise._versions = {each.version for each in client.list_properties_of_secret_versions(exercise.name)}
    exercise.early = early
    mark, sentence = after(SECOND + "second.restore_secret_backup(exercise.early)", exercise, client)
    assert (mark, "The copy is missing a version" in sentence) == (exercises.WRONG, True), sentence


def test_copy_to_second_vault_says_what_to_set_where_no_second_vault_is_named(
    client: SecretClient, monkeypatch
) -> None:
    monkeypatch.delenv("LESSON_SECOND_VAULT")
    exercise = exercises.CopyToSecondVault()
    assert "not set" in repr(exercise._repr_mimebundle_())
    mark, sentence = after("", exercise, client)
    assert (mark, "Set `LESSON_SECOND_VAULT`" in sentence) == (exercises.NOT_YET, True), sentence


BACK_UP = """
def back_up(client, lesson):
    backups = {}
    for each in client.list_properties_of_secrets():
        if (each.tags or {}).get("lesson") == lesson:
            backups[each.name] = client.backup_secret(each.name)
    return backups

answer = back_up
"""


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        (("answer = back_up", "answer = back_up(client, exercise.lesson)"), "without parentheses"),
        (("answer = back_up", "answer = 'back_up'"), "`answer` is of type str"),
        (("return backups", "pass"), "returns nothing"),
        (("return backups", "return list(backups.values())"), "returns something of type list"),
        (("(each.tags or {})", "each.tags"), "raised AttributeError"),
        (('.get("lesson") == lesson', ""), "too many"),
        (("backups[each.name]", "backups[each.id]"), "the secret's `.name` as the key"),
        (("backups[each.name]", "backups[each]"), "keys aren't names"),
        (("    return backups", "        return backups"), "is missing"),
        (("client.backup_secret(each.name)", "client.get_secret(each.name).value"), "isn't a backup"),
        (("client.backup_secret(each.name)", "client.get_secret(each.name).value.encode()"), "another secret's backup"),
        (("client.backup_secret(each.name)", "client.backup_secret(exercise.name)"), "another secret's backup"),
    ],
)
def test_back_up_tagged_hints(wrong: tuple[str, str], hint: str, client: SecretClient) -> None:
    answer = BACK_UP.replace(*wrong)
    assert answer != BACK_UP
    mark, sentence = after(answer, exercises.BackUpTagged(), client)
    assert (mark, hint in sentence) == (exercises.WRONG, True), sentence


def test_back_up_tagged_is_right_however_the_list_is_made(client: SecretClient) -> None:
    answer = """
answer = lambda vault, lesson: {
    each.name: vault.backup_secret(each.name)
    for each in vault.list_properties_of_secrets()
    if each.tags and each.tags.get("lesson") == lesson
}
"""
    exercise = exercises.BackUpTagged()
    before = [each.id for each in client.list_properties_of_secrets()]
    assert after(answer, exercise, client)[0] == exercises.RIGHT
    assert [each.id for each in client.list_properties_of_secrets()] == before  # the check leaves no trace


def test_back_up_tagged_tells_a_vault_that_refuses_from_a_wrong_backup(client: SecretClient, monkeypatch) -> None:
    exercise = exercises.BackUpTagged()

    def refuse(backup: bytes) -> None:
        raise HttpResponseError("no restore for you")

    monkeypatch.setattr(exercise._client, "restore_secret_backup", refuse)
    mark, sentence = after(BACK_UP, exercise, client)
    assert (mark, "The check couldn't ask the vault" in sentence) == (exercises.WRONG, True), sentence
