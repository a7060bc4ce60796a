"""The hints of the exercises of notebook 17."""

import os

import pytest
from azure.keyvault.secrets import SecretClient

from helpers import exercises, practice
from helpers.errors import NotebookError

from .answers import after, said

LOG = "log = read_log()\nreads = log[(log['operation'] == 'SecretGet') & (log['status'] == 200)]\n"
OURS = f"{LOG}ours = reads[reads['secret'] == exercise.name]\n"
NAME = "names = {os.environ[f'LESSON_{p}_CLIENT_ID']: p.lower() for p in ('APP', 'AUDITOR', 'NEWCOMER')}\n"

READERS = {
    "only the name": ("answer = 'app'", "takes two things"),
    "only the number": ("answer = [4]", "takes two things"),
    "the other way round": (f"{OURS}answer = (len(ours), 'app')", "First comes the program"),
    "a list of names": (f"{OURS}answer = (list(ours['who']), len(ours))", "First comes the program"),
    "the number as text": (f"{OURS}answer = ('app', str(len(ours)))", "as a whole number"),
    "one that was refused": ("answer = ('auditor', 1)", "auditor tried, but it was refused"),
    "another that was refused, by its id": (
        "answer = (os.environ['LESSON_NEWCOMER_CLIENT_ID'], 1)",
        "newcomer tried, but it was refused",
    ),
    "who saved it": (
        "log = read_log()\nsaves = log[log['secret'] == exercise.name]\nanswer = (saves['who'].iloc[0], 1)",
        "To save a secret is SecretSet",
    ),
    "read too early": ("answer = ('app', 0)", "Read the log again"),
    "a failed call as well": (
        "log = read_log()\ntried = log[(log['operation'] == 'SecretGet') & (log['secret'] == exercise.name)]\n"
        f"{NAME}tried = tried.replace({{'who': names}})\nanswer = ('app', int((tried['who'] == 'app').sum()))",
        "One of those calls failed",
    ),
    "a name that begins the same": (
        f"{LOG}ours = reads[reads['secret'].str.startswith(exercise.name)]\nanswer = ('app', len(ours))",
        "whose name only begins the same",
    ),
    "guessed": ("answer = ('app', 100)", "the number isn't"),
}


@pytest.fixture(scope="module")
def read(client: SecretClient) -> exercises.Exercise:
    """One exercise for all answers, which change nothing in it: to make it takes many calls."""
    return exercises.NameTheReader()


@pytest.mark.parametrize("case", READERS)
def test_name_the_reader_hints(case: str, read: exercises.Exercise, client: SecretClient) -> None:
    code, hint = READERS[case]
    mark, sentence = after(code, read, client)
    assert (mark, hint in sentence) == (exercises.WRONG, True), sentence


def test_name_the_reader_takes_the_programs_name_as_well(read: exercises.Exercise, client: SecretClient) -> None:
    code = f"{OURS}{NAME}answer = [ours['who'].map(names).iloc[0].upper(), len(ours)]"
    assert after(code, read, client)[0] == exercises.RIGHT


def test_the_log_is_on_for_the_exercises_own_calls_alone(read: exercises.Exercise) -> None:
    assert not practice.is_logging()
    practice.turn_logging_on()
    exercises.NameTheReader()
    assert practice.is_logging()
    practice.turn_logging_off()


def test_a_variable_that_is_missing_on_azure_is_told(client: SecretClient, monkeypatch) -> None:
    monkeypatch.delenv("LESSON_AUDITOR_CLIENT_SECRET")
    with pytest.raises(NotebookError, match="needs the variable LESSON_AUDITOR_CLIENT_SECRET"):
        exercises.NameTheReader()
    assert not practice.is_logging()


DEF = "def answer(log):\n    "
REFUSED = {
    "rows in place of a function": ("answer = read_log()", "isn't a function"),
    "nothing returned": (f"{DEF}log[log['status'] == 403]", "Does it `return`"),
    "only the condition": (f"{DEF}return log['status'] == 403", "That's only the condition"),
    "how many": (f"{DEF}return len(log[log['status'] == 403])", "something of type int"),
    "who": (f"{DEF}return log[log['status'] == 403]['who']", "something of type Series"),
    "not the whole rows": (f"{DEF}return log[log['status'] == 403][['who', 'secret']]", "lost the column `time`"),
    "a log of its own": (
        f"mine = read_log()\nmine.loc[0] = [pd.Timestamp(0, tz='UTC'), 'app', 'SecretGet', 'name', 403, '']\n"
        f"{DEF}return mine[mine['status'] == 403]",
        "some other log",
    ),
    "every failure": (f"{DEF}return log[log['status'] >= 400]", "A 401 isn't a refusal"),
    "every failure but 401": (
        f"{DEF}return log[(log['status'] >= 400) & (log['operation'] != 'Authentication')]",
        "Only 403 is a refusal",
    ),
    "the whole log": (f"{DEF}return log[log['status'] != 401]", "Some of these calls worked"),
    "only reads": (
        f"{DEF}return log[(log['operation'] == 'SecretGet') & (log['status'] == 403)]",
        "a SecretList. Any operation",
    ),
    "only one caller": (f"{DEF}return log[(log['who'] == 'newcomer') & (log['status'] == 403)]", "a SecretGet."),
    "403 as text": (f"{DEF}return log[log['status'] == '403']", "A refused call is missing"),
    "changes the log": (
        f"{DEF}log['refused'] = log['status'] == 403\n    return log[log['refused']]",
        "changed the log",
    ),
    "no such column": (f"{DEF}return log[log['code'] == 403]", "KeyError"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_find_the_refused_hints(case: str, client: SecretClient) -> None:
    code, hint = REFUSED[case]
    if "read_log" in code:
        code = f"import pandas as pd\n{code}"
    mark, sentence = after(code, exercises.FindTheRefused(), client)
    assert (mark, hint in sentence) == (exercises.WRONG, True), sentence


def test_find_the_refused_takes_any_way_of_getting_there(client: SecretClient) -> None:
    code = f"{DEF}found = log.query('status == 403')\n    return found.sort_values('who').reset_index(drop=True)"
    assert after(code, exercises.FindTheRefused(), client)[0] == exercises.RIGHT


def test_no_password_of_a_program_is_shown(read: exercises.Exercise) -> None:
    for exercise in (read, exercises.FindTheRefused()):
        shown = str(exercise._repr_mimebundle_()) + repr(exercise.check()) + repr(said(exercise))
        for name in ("APP", "AUDITOR", "NEWCOMER"):
            assert os.environ[f"LESSON_{name}_CLIENT_SECRET"] not in shown
