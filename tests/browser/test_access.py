"""A person who uses the keyboard alone, and one who listens to a screen reader."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Lab

FOCUSED = "() => [document.activeElement.tagName, document.activeElement.labels?.[0]?.innerText ?? '']"

# The contrast of each text in the outputs, as WCAG 2 reckons it. 4.5 is enough for text of any size.
CONTRASTS = """() => {
    const rgba = color => color.match(/[\\d.]+/g).map(Number);
    const luminance = color => rgba(color).slice(0, 3)
        .map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const background = element => {
        const { backgroundColor } = getComputedStyle(element);
        return rgba(backgroundColor)[3] === 0 ? background(element.parentElement) : backgroundColor;
    };
    const found = {};
    for (const output of document.querySelectorAll('.jp-OutputArea-output')) {
        const texts = document.createTreeWalker(output, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
            const element = texts.currentNode.parentElement, text = texts.currentNode.textContent.trim();
            if (!text || element.closest('style, [data-mime-type="application/vnd.jupyter.error"]')) continue;
            const [a, b] = [getComputedStyle(element).color, background(element)].map(luminance);
            found[text] = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        }
    }
    return found;
}"""


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
    expect(notebook.output(form)).to_contain_text("✓ Value received")
    while press("Shift+Tab")[0] != "DIV":  # back, past the fields and the cell's toolbar, to the cell itself
        pass
    press("ArrowDown")
    notebook.run_to(save + 1)
    assert notebook.errors() == []
    assert "Saved 'typed-by-keys'" in notebook.text(save)


def test_choice_can_be_made_with_the_arrow_keys(lab: Lab) -> None:
    notebook = lab.open("00-set-up")
    form = notebook.place("Form(")
    notebook.run_to(form + 1)
    active = notebook.active()
    field = notebook.field("Where to work")
    field.focus()
    notebook.page.keyboard.press("ArrowDown")
    expect(field).to_have_value("My own vault on Azure")
    assert notebook.active() in (form, active), "JupyterLab did not take the key for itself"
    notebook.run(notebook.place("choose_connection("))
    assert "Vault name on Azure: nothing has been typed yet" in notebook.text(notebook.place("choose_connection("))


def test_form_grows_in_presentation_mode(lab: Lab) -> None:
    notebook = lab.open("02-save-a-secret")
    form = notebook.place("Form(")
    notebook.run_to(form + 1)
    texts = notebook.output(form).locator("label, input, [role=status]")
    expect(texts).to_have_count(6)
    size = "elements => elements.map(element => parseFloat(getComputedStyle(element).fontSize))"
    [before] = set(texts.evaluate_all(size))
    notebook.choose("View", "Appearance")
    notebook.page.locator(".lm-Menu").get_by_text("Presentation Mode", exact=True).click()
    [after] = set(texts.evaluate_all(size))
    assert after > before


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_of_forms_and_cards_stands_out_from_its_background(start_lab: Callable[..., Lab], theme: str) -> None:
    notebook = start_lab(theme=theme).open("02-save-a-secret", width=1024, height=768)
    notebook.run_all()
    notebook.type_into("Secret name", "an illegal name")
    notebook.run(notebook.place("exercise.check()"))
    form = notebook.output(notebook.place("Form("))
    expect(form.get_by_role("alert")).to_be_visible()
    contrasts = notebook.page.evaluate(CONTRASTS)
    assert {"Note: Practice vault: practice-vault", "Secret name", "Secret value"} <= set(contrasts)
    assert {text: contrast for text, contrast in contrasts.items() if contrast < 4.5} == {}
    notebook.restart_kernel()
    contrasts = notebook.page.evaluate(CONTRASTS)
    assert any("lost its kernel" in text for text in contrasts)
    assert {text: contrast for text, contrast in contrasts.items() if contrast < 4.5} == {}
