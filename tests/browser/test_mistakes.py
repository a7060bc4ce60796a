"""What a learner does that nobody meant them to: each mistake is told in a sentence, and can be put right."""

import os
import re
import shutil

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Lab, Notebook

SAVE = "02-save-a-secret"
RETRIEVE = "03-retrieve-a-secret"


class TestForms:
    """What is typed into a form, and is not right."""

    def test_illegal_name_is_told_beneath_the_field_and_again_by_the_next_cell(self, lab: Lab) -> None:
        notebook = lab.open(SAVE)
        form = notebook.place("Form(")
        notebook.run_to(form + 1)
        notebook.type_into("Secret name", "my secret!")
        expect(notebook.output(form).get_by_role("alert")).to_contain_text('it has a space and "!" in it')

        notebook.run(form + 1)
        assert _sentence(notebook, form + 1) == (
            'Secret name: it has a space and "!" in it; correct it in the form, then run this cell again.'
        )
        expect(notebook.field("Secret name")).to_have_value("my secret!")

        notebook.type_into("Secret name", "my-secret")
        expect(notebook.output(form).get_by_role("alert")).to_have_count(0)
        notebook.run(form + 1)
        notebook.run_to(notebook.place("# snippet: save ") + 1)
        assert notebook.errors() == []
        assert "Saved 'my-secret'" in notebook.text(notebook.place("# snippet: save "))

    def test_empty_name_is_told_and_an_empty_value_is_made_up(self, lab: Lab) -> None:
        notebook = lab.open(SAVE)
        form = notebook.place("Form(")
        notebook.run_to(form + 1)
        notebook.type_into("Secret value", "")
        notebook.type_into("Secret name", "")
        notebook.run(form + 1)
        assert _sentence(notebook, form + 1) == (
            "Secret name: nothing has been typed yet; type a name in the form, then run this cell again."
        )

        notebook.type_into("Secret name", "my-secret")
        notebook.run(form + 1)
        notebook.run_to(notebook.place("# snippet: save ") + 1)
        assert notebook.errors() == []

    def test_name_typed_while_another_cell_runs_is_the_name_that_the_next_cell_gets(self, lab: Lab) -> None:
        notebook = lab.open(SAVE)
        form, exercise = notebook.place("Form("), notebook.place("# Your code goes here.")
        notebook.run_to(form + 1)
        notebook.write(exercise, "import time\n\ntime.sleep(2)")
        notebook.page.keyboard.press("Shift+Enter")
        notebook.field("Secret name").click()
        notebook.page.keyboard.press("Control+a")
        notebook.page.keyboard.type("typed-meanwhile")
        expect(notebook.field("Secret name")).to_have_value("typed-meanwhile")
        assert notebook.prompt(exercise) == "[*]:"
        notebook.run(form + 1)
        notebook.run_to(notebook.place("# snippet: save ") + 1)
        assert "Saved 'typed-meanwhile'" in notebook.text(notebook.place("# snippet: save "))

    def test_name_is_looked_at_while_it_is_typed_and_enter_twice_does_no_harm(self, lab: Lab) -> None:
        notebook = lab.open(SAVE)
        form = notebook.place("Form(")
        notebook.run_to(form + 1)
        alert = notebook.output(form).get_by_role("alert")
        notebook.field("Secret name").click()
        notebook.page.keyboard.press("End")
        notebook.page.keyboard.type("_more", delay=5)
        expect(alert).to_contain_text('it has "_" in it')
        expect(notebook.field("Secret name")).to_have_attribute("aria-invalid", "true")
        for _ in range(len("_more")):
            notebook.page.keyboard.press("Backspace")
        expect(alert).to_have_count(0)

        notebook.field("Secret value").fill("fake-value-typed")
        for _ in range(2):
            notebook.page.keyboard.press("Enter")
        expect(notebook.output(form)).to_contain_text("✓ Value received")
        expect(notebook.field("Secret value")).to_have_value("")
        notebook.select(form + 1)
        notebook.run_to(notebook.place("# snippet: save ") + 1)
        assert notebook.errors() == []

    def test_page_without_forms_asks_in_the_cell(self, lab: Lab) -> None:
        notebook = lab.open(RETRIEVE)
        form = notebook.place("SecretName(")
        notebook.run_to(form)
        notebook.write(form, "from helpers import SecretName\nname_field = SecretName()\nname_field.ask()")
        notebook.page.keyboard.press("Shift+Enter")
        notebook.page.locator(".jp-Stdin-input").fill("asked-for")
        notebook.page.keyboard.press("Enter")
        expect(notebook.output(form).last).to_have_text("'asked-for'")

    def test_vault_on_azure_without_a_name_is_told(self, lab: Lab) -> None:
        name = "00-set-up"
        notebook = lab.open(name)
        form = notebook.place("Form(")
        notebook.run_to(form + 1)
        notebook.field("Where to work").select_option("My own vault on Azure")
        choose = notebook.place("choose_connection(")
        notebook.select(form + 1)
        notebook.run_to(choose + 1)
        assert "Vault name on Azure: nothing has been typed yet" in _sentence(notebook, choose)

        notebook.field("Where to work").select_option("Practice, on this computer")
        notebook.run(choose)
        assert notebook.errors() == []
        assert "Practice vault" in notebook.text(choose)


class TestKernel:
    """What is run in an order, or as often, as nobody thought of."""

    def test_second_run_all_works_too(self, lab: Lab) -> None:
        notebook = lab.open("04-delete-a-secret")  # which leaves a name behind that cannot be used again
        notebook.run_all()
        first = _names(notebook)
        notebook.run_all()
        assert notebook.errors() == []
        assert first
        assert first.isdisjoint(_names(notebook))

    def test_after_a_restart_a_form_says_at_once_what_to_do_and_keeps_what_was_typed(self, lab: Lab) -> None:
        notebook = lab.open(SAVE)
        form = notebook.place("Form(")
        notebook.run_to(form + 1)
        notebook.type_into("Secret name", "typed-before")
        notebook.restart_kernel()
        expect(notebook.output(form).get_by_role("alert")).to_have_text(
            "✗ This form has lost its kernel. Start again at Connect, then run the cell that makes the form."
        )
        icons = "element => getComputedStyle(element, '::before').content"
        for element in notebook.output(form).locator(".jupyter-widgets-disconnected").all():
            assert element.evaluate(icons) == "none"

        cells = notebook.cells.count()
        notebook.field("Secret name").click()
        notebook.page.keyboard.type("xdd")  # JupyterLab's keys for cutting and deleting a cell
        expect(notebook.field("Secret name")).to_have_value("typed-before")
        assert notebook.cells.count() == cells

        notebook.select(form)
        notebook.run_all_above()
        notebook.run(form)
        expect(notebook.output(form).get_by_role("alert")).to_have_count(0)
        notebook.type_into("Secret name", "typed-after")
        notebook.select(form + 1)
        notebook.run_to(notebook.place("# snippet: save ") + 1)
        assert notebook.errors() == []

    def test_after_a_restart_a_button_to_hold_says_what_to_do(self, lab: Lab) -> None:
        notebook = lab.open(RETRIEVE)
        button = notebook.place("reveal(")
        notebook.run_to(button + 1)
        notebook.restart_kernel()
        expect(notebook.output(button).get_by_role("alert")).to_contain_text("This button has lost its kernel.")

    def test_after_a_restart_the_next_cell_says_which_one_to_run(self, lab: Lab) -> None:
        notebook = lab.open(SAVE)
        save = notebook.place("# snippet: save ")
        notebook.run_to(save)
        notebook.restart_kernel()

        notebook.run(save)
        said = _sentence(notebook, save)
        assert "name 'client' is not defined (line 2). Run the cells above first: start at Connect" in said

        notebook.select(save)
        notebook.run_all_above()
        notebook.run(save)
        assert notebook.errors() == []
        assert "Saved 'tutorial-" in notebook.text(save)


class TestVault:
    """What happens to the vault behind a notebook's back."""

    def test_two_notebooks_share_a_vault(self, lab: Lab) -> None:
        one, other = lab.open(SAVE), lab.open(RETRIEVE)
        other.page.bring_to_front()
        other.run_to(other.place("name_field") + 1)  # both kernels work in the vault at once

        one.page.bring_to_front()
        form = one.place("Form(")
        one.run_to(form + 1)
        one.type_into("Secret name", "from-the-other-notebook")
        one.type_into("Secret value", "fake-value-typed")
        one.select(form + 1)
        one.run_to(one.place("# snippet: save ") + 1)

        other.page.bring_to_front()
        other.type_into("Secret name", "from-the-other-notebook")
        other.select(other.place("name_field") + 1)
        retrieve = other.place("# snippet: retrieve |")
        other.run_to(retrieve + 1)
        assert one.errors() == other.errors() == []
        assert "Retrieved 'from-the-other-notebook'" in other.text(retrieve)
        assert f"({len('fake-value-typed')} characters)" in other.text(retrieve)

    @pytest.mark.skipif(os.name == "nt", reason="Windows removes no file that a program has open")
    def test_state_deleted_under_a_running_kernel_comes_back_empty(self, lab: Lab) -> None:
        notebook = lab.open(SAVE)
        again = notebook.place("# snippet: save-again")
        notebook.run_to(again)
        shutil.rmtree(lab.practice)

        notebook.run_next()
        assert notebook.errors() == []
        assert "now has 1 versions" in notebook.text(again)  # what was saved before is gone, and nothing else
        notebook.run_all()
        assert notebook.errors() == []


def _sentence(notebook: Notebook, index: int) -> str:
    """The one sentence that a cell says in place of a traceback."""
    said = notebook.text(index).strip()
    assert "\n" not in said
    assert "Traceback" not in said
    return said


def _names(notebook: Notebook) -> set[str]:
    """The names that the notebook made up, as its outputs show them."""
    outputs = " ".join(notebook.page.locator(".jp-OutputArea").all_text_contents())
    return set(re.findall(r"(?:tutorial|exercise)-[0-9a-f]{6}", outputs))
