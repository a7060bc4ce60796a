"""The hints of the exercises of notebook 10."""

import pytest
from azure.keyvault.secrets import SecretClient

from helpers.exercises import NOT_YET, RIGHT, WRONG
from helpers.exercises.secrets_in_your_code import MoveDotEnv, OutliveARotation

from .answers import after

# How a learner may take the file apart; `name` and `value` are what becomes of a line.
MOVE = """
for line in exercise.env.splitlines():
    key, _, rest = line.partition("=")
    if key in {keys}:
        client.set_secret({name}, {value})
"""
KEYS = ("DB_PASSWORD", "API_KEY")
NAME = "f'{exercise.name}-' + key.lower().replace('_', '-')"
VALUE = "rest.strip('\"')"


def moved(keys=KEYS, name=NAME, value=VALUE) -> str:
    return MOVE.format(keys=keys, name=name, value=value)


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        (moved(value="rest"), "The quotes belong to the file"),
        (moved(value="line.split('=')[1].strip('\"')"), "split the line at the first one only"),
        (moved(value="line"), "The whole line was saved"),
        (moved(value=VALUE + " + '\\n'"), "a space or a line break"),
        (moved(value="'fake-other'"), "nothing added and nothing left out"),
        (moved(keys=("DB_PASSWORD",)), "`API_KEY` isn't there yet"),
        (moved(keys=("DB_PASSWORD", "API_KEY", "LOG_LEVEL")), "which isn't a secret. Delete it"),
        (moved(keys=("DB_PASSWORD",), name="'db-password'"), "Put `exercise.name` and a dash in front"),
        (moved(name="f'{exercise.name}-' + key.lower().replace('_', '')"), "Each underscore becomes a dash"),
        (moved(name="exercise.name + key.lower().replace('_', '-')"), "Put a dash between"),
        (moved(name="exercise.name"), "Each secret needs a name of its own"),
    ],
)
def test_move_dot_env_hints(code: str, hint: str, client: SecretClient) -> None:
    mark, sentence = after(code, MoveDotEnv(), client)
    assert (mark, hint in sentence) == (WRONG, True), sentence


def test_names_in_capitals_are_the_same_names(client: SecretClient) -> None:
    code = moved(name="f'{exercise.name}-' + key.replace('_', '-')")
    assert after(code, MoveDotEnv(), client)[0] == RIGHT


def test_a_stranger_s_db_password_is_no_answer(client: SecretClient) -> None:
    client.set_secret("db-password", "fake-of-another-program")
    assert after("", MoveDotEnv(), client)[0] == NOT_YET


ANSWER = "def answer(kept, get, log_in):\n"
AGAIN = ANSWER + "    try:\n        return log_in(kept)\n    except {errors}:\n        {then}\n"


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        (ANSWER + "    return log_in(kept)", "After a rotation your function gives up"),
        (ANSWER + "    return log_in(get())", "Log in with `kept` first"),
        (ANSWER + "    get()\n    return log_in(kept)", "Try the one in memory first"),
        (AGAIN.format(errors="PermissionError", then="get(); raise"), "doesn't log in with it"),
        (AGAIN.format(errors="PermissionError", then="return log_in(get)"), "logs in with something of type function"),
        (AGAIN.format(errors="PermissionError", then="get(); return log_in(get())"), "One call to `get` is enough"),
        (AGAIN.format(errors="PermissionError", then="log_in(get())"), "Return what `log_in` returns"),
        (ANSWER + "    log_in(kept)", "Return what `log_in` returns"),
        (
            AGAIN.format(errors="Exception", then="return log_in(get())"),
            "When the database is down, your function asks",
        ),
        (
            ANSWER
            + "    while True:\n        try:\n            return log_in(kept)\n"
            + "        except PermissionError:\n            kept = get()",
            "keeps trying",
        ),
        (
            ANSWER
            + "    for password in (lambda: kept, get):\n        try:\n            return log_in(password())\n"
            + "        except PermissionError:\n            pass",
            "nobody hears about it. Let the second",
        ),
        (
            AGAIN.format(errors="PermissionError", then="return log_in(get())")
            + "    except ConnectionError:\n        return None",
            "When the database is down, nobody hears about it",
        ),
        (ANSWER + "    while log_in(kept):\n        pass", "logs in more than twice"),
        ("answer = exercise.kept", "isn't a function"),
        ("def answer():\n    return None", "raised TypeError"),
    ],
)
def test_outlive_a_rotation_hints(code: str, hint: str, client: SecretClient) -> None:
    mark, sentence = after(code, OutliveARotation(), client)
    assert (mark, hint in sentence) == (WRONG, True), sentence


def test_another_way_to_outlive_a_rotation_counts_as_well(client: SecretClient) -> None:
    code = (
        ANSWER
        + "    for number in range(2):\n        try:\n            return log_in(kept)\n"
        + "        except PermissionError:\n            if number:\n                raise\n            kept = get()"
    )
    assert after(code, OutliveARotation(), client)[0] == RIGHT
