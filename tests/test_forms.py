import html
import json
import pprint
from pathlib import Path

import ipywidgets
import nbformat
import pytest
from IPython.lib.pretty import pretty
from nbclient import NotebookClient

from helpers.errors import NotebookError as NotebookError
from helpers.forms import Choice, ErrorMessage, Form, SecretName, SecretValue, VaultName

SENTINEL = "not-a-real-secret-5d0c77"


def type_into(field, text):
    """Hands `text` to the field's widget the way the page does, by a message to the kernel."""
    if isinstance(field, (ErrorMessage, SecretValue)):
        data, buffers = {"method": "custom", "content": {"kind": "value"}}, [memoryview(text.encode())]
    else:
        data, buffers = {"method": "update", "state": {"value": text}, "buffer_paths": []}, []
    field._widget._handle_msg({"content": {"data": data}, "buffers": buffers})


def beneath(field):
    if isinstance(field, (ErrorMessage, SecretValue)):
        return field._widget.said
    _, line = field._box.children
    return line.value


def plain(shown):
    return shown._repr_mimebundle_(include=None, exclude=None)["text/plain"]


# Names


@pytest.mark.parametrize("name", ["a", "my-secret", "0-starts-with-a-digit", "-", "A" * 127])
def test_a_legal_secret_name_is_the_value(name):
    field = SecretName()
    type_into(field, name)
    assert field.value == field.value == name
    assert beneath(field).startswith('<div role="status"')


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("my_secret", 'it has "_" in it'),
        ("my secret", "it has a space in it"),
        ("geheimnïs", 'it has "ï" in it'),
        ("a\u200bb", "it has an invisible character in it"),
        ("٣", 'it has "٣" in it'),
        ("a/b.c", 'it has "." and "/" in it'),
        ("a" * 128, "it has 128 characters"),
        ("https://x.vault.azure.net/secrets/db-password/0123", 'its name is "db-password"'),
    ],
)
def test_an_illegal_secret_name_is_told(name, wrong):
    assert_told(SecretName(), name, wrong)


@pytest.mark.parametrize("name", ["abc", "my-vault", "v1-2-3", "A" + "b" * 23])
def test_a_legal_vault_name_is_the_value(name):
    field = VaultName()
    type_into(field, name)
    assert field.value == name
    assert beneath(field).startswith('<div role="status"')


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("ab", "it has 2 characters"),
        ("a" * 25, "it has 25 characters"),
        ("1vault", "it doesn't begin with a letter"),
        ("-vault", "it doesn't begin with a letter"),
        ("vault-", "it ends with a dash"),
        ("my--vault", "it has two dashes in a row"),
        ("my_vault", 'it has "_" in it'),
        ("https://my-vault.vault.azure.net/", 'its name is "my-vault"'),
        ("my-vault.vault.usgovcloudapi.net", 'its name is "my-vault"'),
    ],
)
def test_an_illegal_vault_name_is_told(name, wrong):
    assert_told(VaultName(), name, wrong)


def assert_told(field, name, wrong):
    type_into(field, name)
    assert field._widget.value == name, "what was typed stays"
    assert beneath(field).startswith('<div role="alert"')
    assert html.escape(wrong) in beneath(field)
    assert field._rule in beneath(field)
    with pytest.raises(NotebookError) as told:
        _ = field.value
    assert str(told.value).startswith(f"{field.label}: ")
    assert wrong in str(told.value)
    assert str(told.value).endswith("; correct it in the form, then run this cell again.")


@pytest.mark.parametrize("field", [SecretName(suggestion=""), VaultName()])
def test_an_empty_name_is_told_when_it_is_read_and_not_before(field):
    assert 'role="status"' in beneath(field)
    with pytest.raises(NotebookError, match="nothing has been typed yet; type it into the form, then run"):
        _ = field.value


def test_spaces_around_a_name_do_not_matter():
    field = SecretName()
    type_into(field, "  my-secret\t")
    assert field.value == "my-secret"
    assert 'role="status"' in beneath(field)


def test_a_name_is_handed_over_whole():
    assert not SecretName()._widget.continuous_update


def test_with_nobody_typing_a_name_is_the_suggestion():
    assert SecretName(suggestion="my-secret-1a2b3c").value == "my-secret-1a2b3c"


def test_what_is_typed_is_never_html():
    field = SecretName()
    type_into(field, "<script>")
    assert "<script>" not in beneath(field)


# A secret's value


def test_a_typed_value_is_in_no_state_and_in_no_message_from_the_kernel(monkeypatch):
    field, sent = SecretValue(otherwise="made-up"), []
    monkeypatch.setattr(ipywidgets.Widget, "_send", lambda self, message, buffers=None: sent.append((message, buffers)))
    type_into(field, SENTINEL)
    assert field.value == field.value == SENTINEL
    assert SENTINEL not in str(sent), "nothing that leaves the kernel holds the value, not even an echo"
    assert SENTINEL not in str(ipywidgets.Widget.get_manager_state())


def test_the_page_is_told_each_time_that_a_value_was_taken(monkeypatch):
    field, sent = SecretValue(), []
    monkeypatch.setattr(ipywidgets.Widget, "_send", lambda self, message, buffers=None: sent.append(message))
    for _ in range(2):
        sent.clear()
        type_into(field, SENTINEL)
        assert sent[-1] == {"method": "custom", "content": {"kind": "heard"}}


def test_no_trait_of_a_value_field_could_hold_what_is_typed():
    field = SecretValue(otherwise="made-up")
    own = {name for name in field._widget.keys if not name.startswith("_")} - set(ipywidgets.DOMWidget().keys)
    assert own == {"label", "kind", "said", "unheard", "lost"}


def test_a_message_of_another_kind_changes_nothing():
    field = SecretValue(otherwise="made-up")
    field._widget._handle_msg({"content": {"data": {"method": "custom", "content": {"kind": "other"}}}, "buffers": []})
    assert field.value == "made-up"


def test_a_second_value_replaces_the_first():
    field = SecretValue()
    type_into(field, "first")
    type_into(field, "second")
    assert field.value == "second"


def test_a_value_of_several_lines_is_taken_as_it_is():
    field = SecretValue()
    type_into(field, "-----BEGIN KEY-----\nMIIé\n-----END KEY-----\n")
    assert field.value == "-----BEGIN KEY-----\nMIIé\n-----END KEY-----\n"


def test_with_nobody_typing_the_value_is_otherwise():
    field = SecretValue(otherwise="made-up")
    assert field.value == "made-up"
    assert repr(field.value) == "'••••••••'"


def test_without_any_value_this_is_told():
    with pytest.raises(NotebookError, match="Secret value: nothing has been typed yet; type a value into the form"):
        _ = SecretValue().value


def test_the_line_beneath_says_that_a_value_was_taken_and_nothing_of_it():
    field = SecretValue()
    asked = beneath(field)
    type_into(field, SENTINEL)
    taken = beneath(field)
    assert "Value taken" in taken
    assert "Value taken" not in asked
    type_into(field, "x")
    assert beneath(field) == taken, "it does not tell one value from another"


@pytest.mark.parametrize("length", [1, 25_600])
def test_a_value_of_a_legal_length_is_taken_as_it_is(length):
    field = SecretValue()
    type_into(field, " " * length)
    assert field.value == " " * length


def test_a_value_that_is_too_long_is_told_and_not_kept():
    field = SecretValue(otherwise="made-up")
    type_into(field, "first")
    type_into(field, "x" * 25_601)
    assert 'role="alert"' in beneath(field)
    with pytest.raises(NotebookError, match="more than 25,600 characters") as told:
        _ = field.value
    assert "xxx" not in str(told.value) + beneath(field) + str(vars(field))
    type_into(field, "shorter")
    assert field.value == "shorter"
    assert 'role="status"' in beneath(field)


def test_a_field_shows_no_value_whatever_is_looked_at():
    field = SecretValue(otherwise=SENTINEL + "-otherwise")
    type_into(field, SENTINEL)
    looked_at = [field, Form(field), vars(field), [field.value], {"a": (field.value,)}]
    for view in (repr, pprint.pformat, pretty):
        assert SENTINEL not in view(looked_at)
    assert SENTINEL not in json.dumps([shown._repr_mimebundle_() for shown in looked_at[:2]])


# The message of an error


def test_a_pasted_message_is_in_no_state_and_in_no_message_from_the_kernel(monkeypatch):
    field, sent = ErrorMessage(otherwise="an example"), []
    monkeypatch.setattr(ipywidgets.Widget, "_send", lambda self, message, buffers=None: sent.append((message, buffers)))
    type_into(field, f"(Forbidden) Caller:\r\n{SENTINEL}")
    assert field.value == field.value == f"(Forbidden) Caller:\r\n{SENTINEL}"
    assert SENTINEL not in str(sent) + str(ipywidgets.Widget.get_manager_state()) + repr(field.value)
    assert sent[-1][0] == {"method": "custom", "content": {"kind": "heard"}}
    assert "Message taken" in beneath(field)


def test_a_message_is_shown_while_it_is_typed_and_a_value_is_not():
    assert ErrorMessage()._widget.kind == "text"
    assert SecretValue()._widget.kind == "password"


def test_with_nothing_pasted_the_message_is_the_example_or_this_is_told():
    example = ErrorMessage(otherwise="AKV10032: Invalid issuer.")
    example._widget._handle_msg(
        {"content": {"data": {"method": "custom", "content": {"kind": "other"}}}, "buffers": []}
    )
    assert example.value == "AKV10032: Invalid issuer."
    assert "an example is used" in beneath(example)
    with pytest.raises(NotebookError, match="Your error message: nothing has been pasted yet; paste it into the form"):
        _ = ErrorMessage().value


# Choice


def test_a_choice_of_strings():
    field = Choice("Where", ["here", "there"])
    assert field.value == "here"
    assert Choice("Where", ["here", "there"], suggestion="there").value == "there"


def test_a_choice_stands_for_a_value():
    field = Choice("Where", {"On this computer": 1, "On Azure": 2}, suggestion="On Azure")
    assert field.value == 2
    field._widget._handle_msg({"content": {"data": {"method": "update", "state": {"index": 0}}}, "buffers": []})
    assert field.value == 1
    assert plain(field) == "Where: On this computer"


# What is shown


def fields():
    return (
        VaultName(),
        SecretName(suggestion="my-secret-1a2b3c"),
        SecretValue(),
        ErrorMessage(),
        Choice("Where", ["here", "there"]),
    )


def test_plain_text_of_a_form_is_its_fields():
    assert plain(Form(*fields())).splitlines() == [
        "Vault name: (nothing typed yet)",
        "Secret name: my-secret-1a2b3c",
        "Secret value: (typed into the form, never shown)",
        "Your error message: (pasted into the form, never kept)",
        "Where: here",
    ]


@pytest.mark.parametrize("shown", [*fields(), Form(*fields())], ids=lambda shown: type(shown).__name__)
def test_each_is_shown_as_a_widget_with_a_text_beside_it(shown):
    bundle = shown._repr_mimebundle_(include=None, exclude=None)
    assert set(bundle) == {"application/vnd.jupyter.widget-view+json", "text/plain"}
    assert bundle["text/plain"] == repr(shown)


@pytest.mark.parametrize("field", fields(), ids=lambda field: type(field).__name__)
def test_each_field_has_its_label_in_full(field):
    if isinstance(field, (ErrorMessage, SecretValue)):
        assert field._widget.label == field.label
    else:
        assert field._widget.description == field.label
        assert field._widget.style.description_width == "max-content"


@pytest.mark.parametrize("field", fields(), ids=lambda field: type(field).__name__)
def test_each_field_grows_with_the_text_around_it(field):
    [box_class] = field._box._dom_classes
    assert f"<style>.{box_class} {{ --jp-widgets-font-size: var(--jp-content-font-size1" in beneath(field)


# In a kernel


class Typist(NotebookClient):
    """Runs a notebook, and after its first cell hands over a value as the field that it shows does."""

    def __init__(self, notebook, value, **options):
        super().__init__(notebook, on_cell_executed=self.type_once, **options)
        self.value = value

    def type_once(self, cell_index, **_):
        if cell_index != 0:
            return
        [field] = [comm for comm, state in self.widget_state.items() if state["_model_name"] == "AnyModel"]
        content = {"comm_id": field, "data": {"method": "custom", "content": {"kind": "value"}}}
        self.kc.session.send(self.kc.shell_channel.socket, "comm_msg", content, buffers=[self.value.encode()])


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """A notebook that was run while somebody typed SENTINEL, and the folder where its kernel keeps what it keeps."""
    folder = tmp_path_factory.mktemp("kernel")
    cells = [
        "from helpers.forms import SecretName, SecretValue\nfield = SecretValue()\nfield",
        "print(len(field.value), field.value[-6:] == '5d0c77')\nfield.value",
        "%xmode Verbose\ndef use(value):\n    held = [value, field]\n    return len(held) / 0\nuse(field.value)",
        "SecretName(suggestion='my_secret').value",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    with pytest.MonkeyPatch.context() as environment:
        for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR"):
            environment.setenv(name, str(folder))
        environment.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
        Typist(notebook, SENTINEL, store_widget_state=True, allow_errors=True, timeout=60).execute()
    return notebook, folder


def test_a_typed_value_is_nowhere_in_a_notebook_that_was_run(ran):
    notebook, folder = ran
    taken, masked = notebook.cells[1].outputs
    assert taken.text == f"{len(SENTINEL)} True\n", "the kernel has it"
    assert masked.data["text/plain"] == "'••••••••'"
    assert "ZeroDivisionError" in str(notebook.cells[2].outputs)
    assert "AnyModel" in str(notebook.metadata.widgets), "widget state was stored"
    assert SENTINEL not in nbformat.writes(notebook)
    assert [path for path in folder.rglob("*") if path.is_file() and SENTINEL.encode() in path.read_bytes()] == []


def test_told_is_shown_as_one_sentence_in_place_of_a_traceback(ran):
    notebook, _ = ran
    assert notebook.cells[3].outputs[0].traceback == [
        'Secret name: it has "_" in it; correct it in the form, then run this cell again.'
    ]
