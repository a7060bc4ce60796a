"""Tries an answer to an exercise as a learner would, and says what the exercise says of it."""

import os
import secrets
from typing import Any

from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.identity import DefaultAzureCredential
from azure.keyvault.secrets import SecretClient

from helpers.exercises import Exercise
from tests import notebooks

# Functions of a notebook that its solutions call, and the snippets that make them.
_DEFINED_ABOVE = {
    "find_damage": ("11-values-of-every-shape", ("damage", "find-damage")),
    "read_log": ("17-who-read-what", ("open-log", "read-records", "as-row", "read-log")),
}
_KNOWN = {
    "os": os,
    "secrets": secrets,
    "DefaultAzureCredential": DefaultAzureCredential,
    "HttpResponseError": HttpResponseError,
    "ResourceExistsError": ResourceExistsError,
    "ResourceNotFoundError": ResourceNotFoundError,
    "SecretClient": SecretClient,
}


def after(code: str, exercise: Exercise, client: SecretClient) -> tuple[str, str]:
    """Run a learner's code, then check: the mark and the sentence. An answer is what the code calls `answer`.

    The code finds the exercise as `exercise`, and as `second_exercise` for a notebook's second one.
    """
    known = {**_KNOWN, "client": client, "exercise": exercise, "second_exercise": exercise}
    for function, (notebook, names) in _DEFINED_ABOVE.items():
        for snippet in notebooks.snippets(notebook) if function in code else []:
            if snippet.name in names:
                exec(snippet.code, known)  # noqa: S102 - what the notebook defines before its exercises
    exec(code, known)  # noqa: S102 - an answer from the tests, or the notebook's own solution
    return said(exercise, known.get("answer"))


def said(exercise: Exercise, answer: Any = None) -> tuple[str, str]:
    """The mark and the sentence of the exercise's card, which must show no value."""
    card = exercise.check(answer)
    [(term, sentence)] = card.rows
    assert "fake-" not in repr(card), "a check shows no value"
    mark = {"✓ Right": "right", "✗ Not right yet": "wrong", "○ Not tried yet": "todo"}[card.title.partition(": ")[0]]
    assert term == ("Hint" if mark == "wrong" else "Next")
    return mark, sentence
