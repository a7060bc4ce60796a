"""The hints of the exercises of notebook 07."""

import pytest
from azure.keyvault.secrets import SecretClient

from helpers import exercises

from .answers import after

SOON = "__import__('datetime').datetime.now(__import__('datetime').timezone.utc) + __import__('datetime').timedelta"
NEW = "client.set_secret(exercise.name, secrets.token_urlsafe(24)"
OLD = "old = client.get_secret(exercise.name)"
DISABLE_OLD = "client.update_secret_properties(exercise.name, old.properties.version, enabled=False)"
DISABLE = "client.update_secret_properties(exercise.name, enabled=False)"
DATE = f"client.update_secret_properties(exercise.name, expires_on={SOON}(90))"


@pytest.mark.parametrize(
    ("lines", "hint"),
    [
        ([f"{NEW}, expires_on={SOON}(90))", DISABLE], "The current version is disabled"),
        ([DISABLE, f"{NEW}, expires_on={SOON}(90), enabled=False)"], "The current version is disabled"),
        ([DISABLE], "You disabled the only version"),
        ([DATE], "Save a new version, and give the date to that one"),
        ([f"{NEW}, expires_on={SOON}(90))"], "The old value can still be retrieved"),
        ([OLD, "client.set_secret(exercise.name, old.value)", DISABLE_OLD], "still has the old value"),
        ([OLD, f"{NEW})", DISABLE_OLD], "The new version has no date"),
        ([OLD, DATE, f"{NEW})", DISABLE_OLD], "The date is on the old version"),
        ([OLD, f"{NEW}, expires_on={SOON}(30))", DISABLE_OLD], "new version's date: 30. Make it 90"),
        ([OLD, f"{NEW}, expires_on={SOON}(-90))", DISABLE_OLD], "new version's date: -90. Make it 90"),
        (["client.begin_delete_secret(exercise.name).wait()"], "A rotation never deletes anything"),
    ],
)
def test_rotate_hints(lines: list[str], hint: str, client: SecretClient) -> None:
    mark, sentence = after("\n".join(lines), exercises.Rotate(), client)
    assert (mark, hint in sentence) == (exercises.WRONG, True), sentence


def test_a_date_that_comes_with_an_update_is_as_good(client: SecretClient) -> None:
    mark, sentence = after("\n".join([OLD, f"{NEW})", DISABLE_OLD, DATE]), exercises.Rotate(), client)
    assert (mark, sentence) == (exercises.RIGHT, sentence)


CHECK = """
from datetime import datetime, timezone

def answer(properties):
    now = datetime.now({zone})
    begun = properties.not_before is None or properties.not_before {begun} now
    expired = properties.expires_on is not None and properties.expires_on {expired} now
    return {returned}
"""
GOOD = {
    "zone": "timezone.utc",
    "begun": "<=",
    "expired": "<=",
    "returned": "properties.enabled and begun and not expired",
}


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        ({"zone": ""}, "With `second_exercise.valid`: Your function raised TypeError."),
        ({"returned": "properties.enabled and begun"}, "It lets `second_exercise.expired` through"),
        ({"returned": "properties.enabled and not expired"}, "Look at `properties.not_before`, too"),
        ({"returned": "begun and not expired"}, "Look at `properties.enabled`, too"),
        ({"returned": "True"}, "Look at `properties.expires_on`, too"),
        ({"returned": "False"}, "that's valid right now"),
        ({"begun": ">", "expired": ">"}, "Do your comparisons point the right way?"),
        ({"returned": "properties.not_before <= now < properties.expires_on"}, "With `second_exercise.dateless`"),
        ({"returned": "properties.expires_on and not expired"}, "sometimes returns something of type NoneType"),
        ({"returned": "bool(properties.expires_on) and begun and not expired"}, "turns down a secret without dates"),
        ({"returned": "print(begun)"}, "always returns something of type NoneType"),
        ({"returned": "'yes' if begun else 'no'"}, "always returns something of type str"),
    ],
)
def test_may_be_used_hints(change: dict[str, str], hint: str, client: SecretClient) -> None:
    mark, sentence = after(CHECK.format(**GOOD | change), exercises.MayBeUsed(), client)
    assert (mark, hint in sentence) == (exercises.WRONG, True), sentence


def test_the_check_that_the_hints_lead_to_is_right(client: SecretClient) -> None:
    assert after(CHECK.format(**GOOD), exercises.MayBeUsed(), client)[0] == exercises.RIGHT


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        ("True", "`answer` isn't a function"),
        ("exercise.valid", "`answer` isn't a function"),
        ("client.get_secret", "Your function raised"),
        ("lambda: True", "Your function raised TypeError"),
    ],
)
def test_an_answer_that_is_no_such_function_gets_a_sentence(answer: str, hint: str, client: SecretClient) -> None:
    mark, sentence = after(f"answer = {answer}", exercises.MayBeUsed(), client)
    assert (mark, hint in sentence) == (exercises.WRONG, True), sentence
