"""The hints of the exercises of notebook 06."""

import pytest
from azure.keyvault.secrets import SecretClient

from helpers import exercises

from .answers import after, said

UPDATE = "client.update_secret_properties(exercise.name, tags="
LISTED = "client.list_properties_of_secrets()"


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        (UPDATE + "{'owner': 'data-team'})", "No longer there: service, environment. An update replaces all the tags"),
        (UPDATE + "{'service': 'billing', 'owner': 'data-team'})", "No longer there: environment"),
        (UPDATE + "{})", "No longer there: service, environment"),
        (UPDATE + "{**exercise.before, 'Owner': 'data-team'})", "There's no tag named `owner`"),
        (UPDATE + "{**exercise.before, 'owner': 'Data Team'})", 'It should be "data-team"'),
        (UPDATE + "{**exercise.wanted, 'environment': 'prod'})", 'environment had the value "test"'),
        ("client.set_secret(exercise.name, 'fake-other', tags=exercise.wanted)", "You saved a new version"),
        ("client.begin_delete_secret(exercise.name).wait()", "begin_recover_deleted_secret(exercise.name).wait()"),
    ],
)
def test_add_a_tag_hints(code: str, hint: str, client: SecretClient) -> None:
    mark, sentence = after(code, exercises.AddATag(), client)
    assert (mark, hint in sentence) == (exercises.WRONG, True), sentence


def test_a_tag_that_is_added_to_a_dict_alone_is_not_in_the_vault(client: SecretClient) -> None:
    code = "client.get_secret(exercise.name).properties.tags['owner'] = 'data-team'"
    mark, sentence = after(code, exercises.AddATag(), client)
    assert (mark, "the vault never hears about it" in sentence) == (exercises.NOT_YET, True)


def test_a_tag_more_than_asked_for_does_no_harm(client: SecretClient) -> None:
    mark, _ = after(UPDATE + "{**exercise.wanted, 'note': 'tried'})", exercises.AddATag(), client)
    assert mark == exercises.RIGHT


OURS = f"[each for each in {LISTED} if (each.tags or {{}}).get('exercise') == exercise.tag]"
PROD = f"[each for each in {OURS} if each.tags['environment'] == 'prod']"


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        (f"answer = [each for each in {PROD} if each.enabled]", "Not everything in the list is a name"),
        (f"answer = [each.name for each in {PROD}]", "One of them is disabled"),
        (f"answer = [each.name for each in {OURS}]", "Check the tag `environment` as well"),
        (
            f"answer = [each.name for each in {LISTED} if (each.tags or {{}}).get('environment') == 'prod']",
            "Check the tag `exercise` as well",
        ),
        (f"answer = [each.name for each in {PROD} if each.enabled][:1]", "all its pages"),
        (f"answer = [each.id for each in {PROD} if each.enabled]", "addresses"),
        (f"answer = {LISTED}", "only once"),
        (f"answer = (each.name for each in {PROD} if each.enabled)", "only once"),
        (f"answer = {{each.name: client.get_secret(each.name).value for each in {PROD} if each.enabled}}", "type dict"),
        (
            f"answer = [client.get_secret(each.name) for each in {PROD} if each.enabled]",
            "Not everything in the list is a name",
        ),
        (f"answer = [client.get_secret(each.name).value for each in {PROD} if each.enabled]", "has values in it"),
        ("answer = [each.name for each in client.list_deleted_secrets() if False]", "The list is empty"),
        ("answer = exercise.tag", "type str"),
        ("answer = 2", "type int"),
    ],
)
def test_find_by_tag_hints(code: str, hint: str, client: SecretClient) -> None:
    mark, sentence = after(code, exercises.FindByTag(), client)
    assert (mark, hint in sentence) == (exercises.WRONG, True), sentence


def test_any_order_and_any_collection_of_the_right_names_is_right(client: SecretClient) -> None:
    exercise = exercises.FindByTag()
    code = f"answer = [each.name for each in {PROD} if each.enabled]"
    for made in (f"{code}[::-1]", f"{code}; answer = set(answer)", f"{code}; answer = tuple(answer)"):
        assert after(made, exercise, client)[0] == exercises.RIGHT
    assert said(exercise)[0] == exercises.NOT_YET
