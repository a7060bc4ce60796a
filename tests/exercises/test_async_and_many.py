"""The hints of the exercises of notebook 13."""

import asyncio
import gc
import warnings

import pytest
from azure.keyvault.secrets import SecretClient

from helpers.exercises import NOT_YET, RIGHT, WRONG
from helpers.exercises.async_and_many import AtMostFour, SayWhichAreMissing

from .answers import after

# What a learner may make of each name; `missing` is what they save.
LOOK = """
missing, there, errors = [], [], []
for name in exercise.wanted:
    try:
        client.get_secret(name)
        there.append(name)
    except {errors} as error:
        missing.append(name)
        errors.append(error)
        {then}
client.set_secret(exercise.name, {saved})
"""
SAVED = "' '.join(missing)"


def looked(errors="HttpResponseError", then="", saved=SAVED) -> str:
    return LOOK.format(errors=errors, then=then, saved=saved)


RIGHT_LOOK = """
missing = []
for name in exercise.wanted:
    try:
        client.get_secret(name)
    except ResourceNotFoundError:
        missing.append(name)
    except HttpResponseError:
        pass
client.set_secret(exercise.name, {saved})
"""


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        (looked(), "the disabled secret exists"),
        (looked(then="break"), "Keep going after the first error"),
        (looked(saved="' '.join(there)"), "Save the names of the ones that don't"),
        (looked(saved="' '.join(exercise.wanted)"), "Some of these exist"),
        (looked(saved="str(len(missing))"), "not a count or an error"),
        (looked(saved="errors[0].error.code"), "not a count or an error"),
        (RIGHT_LOOK.format(saved="f'missing: {missing}'"), "Save only the names"),
    ],
)
def test_say_which_are_missing_hints(code: str, hint: str, client: SecretClient) -> None:
    mark, sentence = after(code, SayWhichAreMissing(), client)
    assert (mark, hint in sentence) == (WRONG, True), sentence


@pytest.mark.parametrize(
    "saved", ["' '.join(missing)", "', '.join(reversed(missing))", "'\\n'.join(missing)", "str(missing)"]
)
def test_missing_names_may_be_parted_in_any_way(saved: str, client: SecretClient) -> None:
    assert after(RIGHT_LOOK.format(saved=saved), SayWhichAreMissing(), client)[0] == RIGHT


IMPORT = "import asyncio\n"
ANSWER = IMPORT + "async def answer(vault, names):\n"
GATED = (
    "    async def one(name):\n        async with gate:\n            return {result}\n"
    "    return dict(zip(names, await asyncio.gather(*map(one, names))))\n"
)
VALUE = "(await vault.get_secret(name)).value"


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        (ANSWER + f"    return {{name: {VALUE} for name in names}}", "ran one after another"),
        (
            ANSWER
            + "    found = await asyncio.gather(*map(vault.get_secret, names))\n"
            + "    return {each.name: each.value for each in found}",
            "12 calls were under way at once",
        ),
        (
            ANSWER + GATED.format(result=VALUE).replace("async with gate", "async with asyncio.Semaphore(4)"),
            "Make one `asyncio.Semaphore(4)`",
        ),
        (ANSWER + "    gate = asyncio.Semaphore(5)\n" + GATED.format(result=VALUE), "5 calls were under way"),
        (
            IMPORT
            + "gate = asyncio.Semaphore(4)\nasync def contended():\n"
            + "    await asyncio.gather(*(gate.acquire() for _ in range(4)))\n"
            + "    asyncio.get_running_loop().call_soon(gate.release)\n    await gate.acquire()\n"
            + "    [gate.release() for _ in range(4)]\nasyncio.run(contended())\n"
            + ANSWER
            + GATED.format(result=VALUE),
            "Make the semaphore inside the function",
        ),
        (
            ANSWER + "    gate = asyncio.Semaphore(4)\n" + GATED.format(result="await vault.get_secret(name)"),
            "`.value`",
        ),
        (
            "def answer(vault, names):\n    return {name: vault.get_secret(name) for name in names}",
            "calls in it that nobody waited for",
        ),
        (
            "def answer(vault, names):\n    return [vault.get_secret(name) for name in names]",
            "calls in it that nobody waited for",
        ),
        (ANSWER + "    return [name for name in names]", "returns a list"),
        (ANSWER + "    pass", "returns something of type NoneType"),
        (ANSWER + "    return dict.fromkeys(names, 'fake')", "don't have their own value"),
        (ANSWER + "    pass\nanswer = answer(None, [])", "Leave out the parentheses"),
        (ANSWER + "    return await vault.retrieve_all(names)", "raised AttributeError"),
        ("answer = 4", "isn't a function"),
    ],
)
def test_at_most_four_hints(code: str, hint: str, client: SecretClient) -> None:
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        mark, sentence = after(code, AtMostFour(), client)
        gc.collect()
    assert (mark, hint in sentence) == (WRONG, True), sentence
    assert [each.message for each in warned if "never awaited" in str(each.message)] == []


def test_a_function_that_waits_for_itself_is_told_so(client: SecretClient, monkeypatch) -> None:
    monkeypatch.setattr("helpers.exercises.async_and_many._TIMEOUT_SECONDS", 0.1)
    code = ANSWER + "    gate = asyncio.Semaphore(0)\n" + GATED.format(result=VALUE)
    mark, sentence = after(code, AtMostFour(), client)
    assert (mark, "Is a call waiting for itself?" in sentence) == (WRONG, True), sentence


def test_the_check_works_in_a_notebook_whose_loop_runs(client: SecretClient) -> None:
    code = ANSWER + "    gate = asyncio.Semaphore(4)\n" + GATED.format(result=VALUE)

    async def in_a_cell() -> str:
        return after(code, AtMostFour(), client)[0]

    assert asyncio.run(in_a_cell()) == RIGHT


def test_batches_of_four_count_as_well(client: SecretClient) -> None:
    code = (
        ANSWER
        + "    found = []\n    for start in range(0, len(names), 4):\n"
        + "        found += await asyncio.gather(*map(vault.get_secret, names[start : start + 4]))\n"
        + "    return {each.name: each.value for each in found}"
    )
    assert after(code, AtMostFour(), client)[0] == RIGHT


@pytest.mark.parametrize("exercise", [SayWhichAreMissing, AtMostFour])
def test_untouched_is_not_tried_yet(exercise: type, client: SecretClient) -> None:
    assert after("answer = None", exercise(), client)[0] == NOT_YET
