"""What a presenter does before the show, as notebooks/present.md says: large text, nothing cut off, all put back."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Lab, Notebook

# How many pixels of each cell's code are cut off at the right.
CUT_OFF = "codes => codes.map(code => code.scrollWidth - code.clientWidth).filter(hidden => hidden > 0)"


@pytest.mark.parametrize(("width", "height"), [(1024, 768), (1280, 720)])  # 1920x1080, at 150%
def test_presentation_mode_shows_large_text_and_whole_lines(lab: Lab, width: int, height: int) -> None:
    notebook = lab.open("02-save-a-secret", width, height)
    form = notebook.place("Form(")
    notebook.run_to(form + 1)
    field = notebook.field("Secret value")
    appearance(notebook, "Presentation Mode")
    appearance(notebook, "Simple Interface")
    expect(field).to_have_css("font-size", "17px")
    if notebook.page.locator(".jp-DirListing").is_visible():
        notebook.page.keyboard.press("Control+b")
    expect(notebook.page.locator(".jp-DirListing")).to_be_hidden()
    expect(notebook.cell(form).locator(".cm-content").first).to_have_css("font-size", "16px")
    assert notebook.page.locator(".jp-Notebook .cm-scroller").evaluate_all(CUT_OFF) == []
    box = field.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] < width
    notebook.page.keyboard.press("Control+b")  # the page is the next test's as well


def test_reset_puts_the_forms_on_the_page_back(lab: Lab) -> None:
    notebook = lab.open("02-save-a-secret")
    form = notebook.place("Form(")
    notebook.run_to(form + 1)
    name, value = notebook.field("Secret name"), notebook.field("Secret value")
    suggested = name.input_value()
    at_first = notebook.text(form)
    notebook.type_into("Secret name", "typed-on-stage")
    notebook.type_into("Secret value", "fake-value-on-stage")
    expect(notebook.cell(form)).to_contain_text("Value received")
    notebook.select(form + 1)
    notebook.write(form + 1, "from helpers import reset\n\nreset(samples=True)")
    notebook.run_next()
    expect(name).to_have_value(suggested)
    expect(value).to_have_value("")
    assert notebook.text(form) == at_first
    assert "shop-retired-password" in notebook.text(form + 1)

    value.fill("fake-value-half-typed")  # and not handed over; then a console of the same kernel resets
    run = "code => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestExecute({ code }).done"
    notebook.page.evaluate(run, "reset()")
    expect(value).to_have_value("")


def appearance(notebook: Notebook, entry: str) -> None:
    """Choose an entry of View > Appearance."""
    page = notebook.page
    page.locator("#jp-menu-panel").get_by_role("menuitem", name="View", exact=True).click()
    page.locator(".lm-Menu").get_by_text("Appearance", exact=True).hover()
    page.locator(".lm-Menu").get_by_text(entry, exact=True).click()
