"""A person who uses the keyboard alone, and one who listens to a screen reader."""

from playwright.sync_api import expect

from tests.browser.conftest import Lab

FOCUSED = "() => [document.activeElement.tagName, document.activeElement.labels?.[0]?.innerText ?? '']"


def test_form_can_be_filled_in_with_the_keyboard_alone(lab: Lab) -> None:
    notebook = lab.open("02-save-a-secret")
    page = notebook.page

    def press(*keys: str) -> tuple[str, str]:
        for key in keys:
            page.keyboard.press(key)
        return tuple(page.evaluate(FOCUSED))

    form, save = notebook.place("Form("), notebook.place("# snippet: save ")
    notebook.run_to(form + 1)
    expect(notebook.field("Secret value")).to_be_visible()
    assert press("Shift+Tab") == ("INPUT", "Secret value")
    assert press("Shift+Tab") == ("INPUT", "Secret name")
    press("Control+a")
    page.keyboard.type("typed-by-keys")
    assert press("Tab") == ("INPUT", "Secret value")
    page.keyboard.type("fake-value-typed")
    press("Enter")
    expect(notebook.output(form)).to_contain_text("✓ Value taken")
    while press("Shift+Tab")[0] != "DIV":  # back, past the fields and the cell's toolbar, to the cell itself
        pass
    press("ArrowDown")
    notebook.run_to(save + 1)
    assert notebook.errors() == []
    assert "Saved 'typed-by-keys'" in notebook.text(save)
