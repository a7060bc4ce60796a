"""An error message is pasted into notebook 19's form: it leads to the step that fits, and is in no file afterwards."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import Lab

PASTED = (
    "Traceback (most recent call last): azure.core.exceptions.HttpResponseError: (Forbidden) Caller is not authorized "
    "to perform action on resource. Caller: appid=a-sentinel-of-an-id Inner error: ForbiddenByRbac"
)


def test_a_pasted_message_leads_to_its_step_and_is_kept_nowhere(start_lab: Callable[..., Lab]) -> None:
    lab = start_lab(save_widget_state=True, log_level="DEBUG")
    notebook = lab.open("19-when-it-goes-wrong")
    form, answer = notebook.place("ErrorMessage("), notebook.place("find_entry(")
    notebook.run_to(form + 1)
    notebook.type_into("Your error message", PASTED)
    notebook.save()
    notebook.run(answer)
    expect(notebook.output(answer)).to_contain_text("Step 3: be signed in and refused")
    notebook.save()
    lab.stop()
    kept = [file for file in lab.folder.rglob("*") if file.is_file() and b"a-sentinel-of-an-id" in file.read_bytes()]
    assert kept == []
