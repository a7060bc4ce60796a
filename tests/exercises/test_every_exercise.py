"""Each exercise is not tried at first, is right after its published solution, and is then kept as solved."""

import json

import pytest
from azure.keyvault.secrets import SecretClient

from helpers import exercises, practice
from helpers.errors import NotebookError
from tests import notebooks

from .answers import after, said

EVERY = [
    (name, number)
    for name, of_notebook in exercises.BY_NOTEBOOK.items()
    for number, _ in enumerate(of_notebook)
]  # fmt: skip


WITHOUT = "21-make-your-own-vault"  # all of it is done in a terminal


def test_every_notebook_but_the_one_for_the_terminal_has_its_exercises_and_checks() -> None:
    assert list(exercises.BY_NOTEBOOK) == [name for name in notebooks.NAMES if name != WITHOUT]
    for name, of_notebook in exercises.BY_NOTEBOOK.items():
        assert len(of_notebook) >= (1 if name[:2] in ("00", "04", "05") else 2)
        notebook = notebooks.read(name)
        code = [cell.source for cell in notebooks.code_cells(notebook)]
        variables = ["exercise", "second_exercise"][: len(of_notebook)]
        for variable, exercise in zip(variables, of_notebook, strict=True):
            assert any(f"{variable} = exercises.{exercise.__name__}()" in source for source in code)
        starters = [cell.source for cell in notebooks.code_cells(notebook, "exercise")]
        assert len(starters) == len(of_notebook)
        assert all(starter.startswith("# Your code goes here.") for starter in starters)
        checks = [cell.source for cell in notebooks.code_cells(notebook, "check")]
        assert [check.partition("(")[0] for check in checks] == [f"{variable}.check" for variable in variables]
        assert len(notebooks.solutions(name)) == len(of_notebook)


@pytest.mark.parametrize(("name", "number"), EVERY)
def test_is_not_tried_at_first_and_right_after_the_published_solution(
    name: str, number: int, client: SecretClient
) -> None:
    exercise = exercises.BY_NOTEBOOK[name][number]()
    assert said(exercise)[0] == exercises.NOT_YET
    mark, sentence = after(notebooks.solutions(name)[number], exercise, client)
    assert (mark, sentence) == (exercises.RIGHT, sentence)
    assert type(exercise).__name__ in json.loads((practice.state_folder() / "progress.json").read_text())


def test_every_exercise_has_a_name_of_its_own() -> None:
    names = [exercise.__name__ for of_notebook in exercises.BY_NOTEBOOK.values() for exercise in of_notebook]
    assert len(names) == len(set(names))


def test_a_vault_that_cannot_be_asked_is_told_in_words(client: SecretClient, monkeypatch) -> None:
    exercise = exercises.SignIn()
    monkeypatch.setattr(exercise, "name", "not a name")
    assert "The check couldn't ask the vault." in repr(exercise.check())


def test_without_connect_it_says_which_cell_to_run(monkeypatch) -> None:
    monkeypatch.delenv("KEY_VAULT_NAME", raising=False)
    with pytest.raises(NotebookError, match="Run the cells above first, starting at Connect"):
        exercises.SignIn()
