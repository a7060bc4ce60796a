"""A notebook of each edition as a learner meets it in the browser: its forms and its checks speak the language."""

import pytest

from tests import editions, notebooks
from tests.browser.conftest import Lab

NAME = "02-save-a-secret"


@pytest.mark.parametrize("edition", editions.editions(), ids=lambda edition: edition.language)
def test_forms_and_checks_speak_the_language(lab: Lab, edition: editions.Edition) -> None:
    said = {str(one.id): str(one.string) for one in edition.catalog("helpers")}
    notebook = lab.open(f"{edition.language}/{NAME}")
    form = notebook.place("Form(")
    notebook.run_to(form + 1)
    notebook.type_into(said["Secret name"], "learners-own-name")
    notebook.type_into(said["Secret value"], "fake-value-typed")
    notebook.select(form + 1)
    exercise = next(
        i for i, cell in enumerate(lab.saved(notebook.name).cells) if "exercise" in cell.metadata.get("tags", [])
    )
    notebook.run_to(exercise)
    assert "Saved 'learners-own-name'" in notebook.text(notebook.place("# snippet: save |"))
    notebook.write(exercise, notebooks.solutions(NAME)[0])
    notebook.run(exercise)
    notebook.run(exercise + 1)

    assert notebook.text(exercise + 1).startswith(said["✓ Right"])
    assert notebook.text(notebook.place("connect()")).startswith(said["Note"])
    assert notebook.errors() == []
    assert notebook.console_errors == []
    assert notebook.requests_elsewhere == []
