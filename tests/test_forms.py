import json
import pprint
from pathlib import Path

import ipywidgets
import nbformat
import pytest
from IPython.core.error import StdinNotImplementedError
from IPython.lib.pretty import pretty
from nbclient import NotebookClient

from helpers.errors import NotebookError
from helpers.forms import Choice, ErrorMessage, Form, SecretName, SecretValue, VaultName, put_back_all

SENTINEL = "not-a-real-secret-5d0c77"
NO_FORM = "(No form here? Add .ask() to the end of this cell's last line, and run the cell again.)"


def send(field, content, *buffers):
    """Sends the field's widget a message as the page does."""
    data = {"method": "custom", "content": content}
    field._widget._handle_msg({"content": {"data": data}, "buffers": [memoryview(buffer) for buffer in buffers]})


def type_into(field, text, *, finished=True):
    """Types `text` into the field, in place of what it holds."""
    if isinstance(field, (ErrorMessage, SecretValue)):
        send(field, {"kind": "value"}, text.encode())
    else:
        send(field, {"kind": "content", "content": text, "finished": finished})


def beneath(field):
    return field._widget.said


@pytest.fixture
def sent(monkeypatch):
    """What the kernel sends to the page, and the buffers that go with it."""
    messages = []
    monkeypatch.setattr(
        ipywidgets.Widget, "_send", lambda _self, message, buffers=None: messages.append((message, buffers))
    )
    return messages


@pytest.fixture
def reply(monkeypatch):
    """Answers the questions that are asked without a form, in turn; an Exception is raised. Gives the questions."""
    questions = []

    def give(*replies):
        left = iter(replies)

        def ask(question):
            questions.append(question)
            answer = next(left)
            if isinstance(answer, Exception):
                raise answer
            return answer

        monkeypatch.setattr("builtins.input", ask)
        monkeypatch.setattr("getpass.getpass", ask)
        return questions

    return give


def plain(shown):
    return shown._repr_mimebundle_(include=None, exclude=None)["text/plain"]


# Names


@pytest.mark.parametrize("name", ["a", "my-secret", "0-starts-with-a-digit", "-", "A" * 127])
def test_a_legal_secret_name_is_the_value(name):
    field = SecretName()
    type_into(field, name)
    assert field.value == field.value == name
    assert beneath(field) == f"✓ {field._rule}"
    assert not field._widget.problem


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
    assert beneath(field) == f"✓ {field._rule}"
    assert not field._widget.problem


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("a", "it has 1 character"),
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


def wrong_in_full(wrong, name):
    if not wrong.startswith("its name"):
        return wrong
    return f"this is the address of a {'secret' if '/secrets/' in name else 'vault'}, and {wrong}"


def assert_told(field, name, wrong):
    type_into(field, name)
    assert field._widget.content == name, "what was typed stays"
    assert beneath(field) == f"✗ Not right yet: {wrong_in_full(wrong, name)}. {field._rule}"
    assert field._widget.problem
    with pytest.raises(NotebookError) as told:
        _ = field.value
    assert str(told.value).startswith(f"{field.label}: ")
    assert wrong in str(told.value)
    assert str(told.value).endswith("; correct it in the form, then run this cell again.")


@pytest.mark.parametrize("field", [SecretName(suggestion=""), VaultName()])
def test_an_empty_name_is_told_when_it_is_read_and_not_before(field):
    assert beneath(field) == field._rule
    assert not field._widget.problem
    with pytest.raises(
        NotebookError, match="nothing has been typed yet; type a name in the form, then run this cell again"
    ):
        _ = field.value


def test_spaces_around_a_name_do_not_matter():
    field = SecretName()
    type_into(field, "  my-secret\t")
    assert field.value == "my-secret"
    assert not field._widget.problem


@pytest.mark.parametrize("name", ["m", "my", "my-", "my-vault-"])
def test_a_name_that_is_not_finished_is_no_problem_before_it_is(name):
    field = VaultName()
    type_into(field, name, finished=False)
    assert beneath(field) == field._rule
    assert not field._widget.problem
    type_into(field, name)
    assert field._widget.problem


@pytest.mark.parametrize("name", ["1", "my_", "my--", "a" * 25])
def test_what_no_letter_could_put_right_is_told_at_once(name):
    field = VaultName()
    type_into(field, name, finished=False)
    assert field._widget.problem


def test_each_letter_is_kept_and_answered(sent):
    field = SecretName(suggestion="")
    for number, name in enumerate(["a", "ab", "ab_"]):
        sent.clear()
        send(field, {"kind": "content", "content": name, "finished": False, "number": str(number)})
        assert field._widget.content == name
        assert sent[-1][0]["content"] == {
            "kind": "heard",
            "number": str(number),
            "said": beneath(field),
            "problem": name == "ab_",
            "content": name,
        }


@pytest.mark.parametrize("field", [SecretName(suggestion="kept"), Choice("Where", ["kept", "other"])])
@pytest.mark.parametrize("content", [{"kind": "value", "content": "other"}, {}])
def test_a_message_for_another_kind_of_field_changes_nothing(field, content, sent):
    send(field, content)
    assert field.value == "kept"
    assert sent == []


def test_with_nobody_typing_a_name_is_the_suggestion():
    assert SecretName(suggestion="my-secret-1a2b3c").value == "my-secret-1a2b3c"


# A secret's value


def test_a_typed_value_is_in_no_state_and_in_no_message_from_the_kernel(sent):
    field = SecretValue(otherwise="made-up")
    sent.clear()
    type_into(field, SENTINEL)
    assert field.value == field.value == SENTINEL
    assert SENTINEL not in str(sent), "nothing that leaves the kernel holds the value, not even an echo"
    assert SENTINEL not in str(ipywidgets.Widget.get_manager_state())


def test_the_page_is_told_each_time_that_a_value_was_taken(sent):
    field = SecretValue()
    for number in ("17-4", "17-5"):
        sent.clear()
        send(field, {"kind": "value", "number": number}, SENTINEL.encode())
        heard = {"kind": "heard", "number": number, "said": beneath(field), "problem": False}
        assert sent[-1][0] == {"method": "custom", "content": heard}


def test_no_trait_of_a_value_field_could_hold_what_is_typed():
    field = SecretValue(otherwise="made-up")
    own = {name for name in field._widget.keys if not name.startswith("_")} - set(ipywidgets.DOMWidget().keys)
    assert own == {"label", "kind", "said", "problem", "busy", "lost"}


def test_a_message_of_another_kind_changes_nothing():
    field = SecretValue(otherwise="made-up")
    send(field, {"kind": "content", "content": "other"})
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
    with pytest.raises(NotebookError, match="Secret value: nothing has been typed yet; type a value in the form"):
        _ = SecretValue().value


def test_the_line_beneath_says_that_a_value_was_taken_and_nothing_of_it():
    field = SecretValue()
    asked = beneath(field)
    type_into(field, SENTINEL)
    taken = beneath(field)
    assert "Value received" in taken
    assert "Value received" not in asked
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
    assert field._widget.problem
    with pytest.raises(NotebookError, match="more than 25,600 characters") as told:
        _ = field.value
    assert "xxx" not in str(told.value) + beneath(field) + str(vars(field))
    type_into(field, "shorter")
    assert field.value == "shorter"
    assert not field._widget.problem


def test_a_field_shows_no_value_whatever_is_looked_at():
    field = SecretValue(otherwise=SENTINEL + "-otherwise")
    type_into(field, SENTINEL)
    looked_at = [field, Form(field), vars(field), [field.value], {"a": (field.value,)}]
    for view in (repr, pprint.pformat, pretty):
        assert SENTINEL not in view(looked_at)
    assert SENTINEL not in json.dumps([shown._repr_mimebundle_() for shown in looked_at[:2]])


# The message of an error


def test_a_pasted_message_is_in_no_state_and_in_no_message_from_the_kernel(sent):
    field = ErrorMessage(otherwise="an example")
    type_into(field, f"(Forbidden) Caller:\r\n{SENTINEL}")
    assert field.value == field.value == f"(Forbidden) Caller:\r\n{SENTINEL}"
    assert SENTINEL not in str(sent) + str(ipywidgets.Widget.get_manager_state()) + repr(field.value)
    assert sent[-1][0]["content"]["kind"] == "heard"
    assert "Message received" in beneath(field)


def test_a_message_is_shown_while_it_is_typed_and_a_value_is_not():
    assert ErrorMessage()._widget.kind == "message"
    assert SecretValue()._widget.kind == "value"


def test_with_nothing_pasted_the_message_is_the_example_or_this_is_told():
    example = ErrorMessage(otherwise="AKV10032: Invalid issuer.")
    send(example, {"kind": "content", "content": "other"})
    assert example.value == "AKV10032: Invalid issuer."
    assert "an example is used" in beneath(example)
    with pytest.raises(
        NotebookError, match="Your error message: nothing has been pasted yet; paste a message into the form"
    ):
        _ = ErrorMessage().value


# Choice


def test_a_choice_of_strings():
    field = Choice("Where", ["here", "there"])
    assert field.value == "here"
    assert Choice("Where", ["here", "there"], suggestion="there").value == "there"


def test_a_choice_stands_for_a_value():
    field = Choice("Where", {"On this computer": 1, "On Azure": 2}, suggestion="On Azure")
    assert field.value == 2
    type_into(field, "On this computer")
    assert field.value == 1
    assert plain(field) == f"Where: On this computer\n{NO_FORM}"
    type_into(field, "On the moon")
    assert field.value == 1


def test_a_suggestion_is_one_of_the_options():
    with pytest.raises(ValueError, match="'nowhere' isn't one of the options"):
        Choice("Where", ["here", "there"], suggestion="nowhere")


# Without a form


def test_a_name_can_be_asked_for_without_a_form(reply, sent):
    field = SecretName(suggestion="my-secret")
    questions = reply(" asked-for ")
    assert field.ask() == field.value == "asked-for"
    assert questions == ["Secret name [my-secret]: "]
    assert sent[-1][0]["content"]["content"] == "asked-for", "a page that does show the form shows it there"


def test_a_wrong_reply_is_told_and_not_kept(reply):
    field = SecretName(suggestion="my-secret")
    reply("my secret")
    with pytest.raises(
        NotebookError, match=r"it has a space in it; run this cell again and type another one\. A secret"
    ):
        field.ask()
    assert field.value == "my-secret"
    vault = VaultName()
    reply("ab")
    with pytest.raises(NotebookError, match="it has 2 characters; run this cell again"):
        vault.ask()
    assert vault._shown() == "(nothing typed yet)"


@pytest.mark.parametrize("answer", ["", EOFError(), StdinNotImplementedError()])
def test_with_no_reply_and_with_nobody_there_a_field_is_as_it_was(answer, reply):
    reply(*[answer] * 4)
    name, value = SecretName(suggestion="my-secret"), SecretValue(otherwise="made-up")
    assert [name.ask(), value.ask(), Choice("Where", ["here", "there"]).ask()] == ["my-secret", "made-up", "here"]
    with pytest.raises(NotebookError, match="nothing has been typed yet"):
        SecretValue().ask()


def test_a_value_can_be_asked_for_without_a_form_and_is_shown_nowhere(reply, sent):
    field = SecretValue(otherwise="made-up")
    questions = reply(SENTINEL)
    assert field.ask() == field.value == SENTINEL
    assert questions == ["Secret value (not shown; press Enter to use the made-up one): "]
    for view in (repr(field), repr(field.value), pprint.pformat(vars(field)), str(sent)):
        assert SENTINEL not in view
    assert SENTINEL not in str(ipywidgets.Widget.get_manager_state())


def test_a_value_that_is_asked_for_can_be_too_long(reply):
    field = SecretValue(otherwise="made-up")
    reply("x" * 25_601)
    with pytest.raises(
        NotebookError, match="more than 25,600 characters; run this cell again and type a shorter one"
    ) as told:
        field.ask()
    assert "xxx" not in str(told.value)
    assert field.value == "made-up"


def test_an_error_message_is_asked_for_like_a_value(reply):
    field = ErrorMessage(otherwise="an example")
    questions = reply(f"(Forbidden) {SENTINEL}")
    assert field.ask() == f"(Forbidden) {SENTINEL}"
    assert questions == ["Your error message (not shown; press Enter to use the example): "]
    assert SENTINEL not in repr(field.value)


def test_a_choice_can_be_made_without_a_form(reply):
    field = Choice("Where", {"On this computer": 1, "On Azure": 2}, suggestion="On Azure")
    questions = reply("1")
    assert field.ask() == 1
    assert questions == ["Where\n  1  On this computer\n  2  On Azure\nNumber [2]: "]
    for wrong in ("0", "3", "x", "²", "-1"):
        reply(wrong)
        with pytest.raises(NotebookError, match="Where: run this cell again and type a number from 1 to 2"):
            field.ask()
    assert field.value == 1


def test_a_form_asks_for_each_of_its_fields(reply):
    name, value = SecretName(), SecretValue()
    reply("asked-for", SENTINEL)
    assert Form(name, value).ask() is None
    assert (name.value, value.value) == ("asked-for", SENTINEL)


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
        "Your error message: (pasted into the form, never saved)",
        "Where: here",
        NO_FORM,
    ]


@pytest.mark.parametrize("shown", [*fields(), Form(*fields())], ids=lambda shown: type(shown).__name__)
def test_each_is_shown_as_a_widget_with_a_text_beside_it(shown):
    bundle = shown._repr_mimebundle_(include=None, exclude=None)
    assert set(bundle) == {"application/vnd.jupyter.widget-view+json", "text/plain"}
    assert bundle["text/plain"] == repr(shown)


@pytest.mark.parametrize("field", fields(), ids=lambda field: type(field).__name__)
def test_each_field_has_its_label_in_full(field):
    assert field._widget.label == field.label


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
        "SecretName(suggestion='nobody-is-there').ask()",
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


def test_asking_where_nobody_is_goes_on_with_the_suggestion(ran):
    notebook, _ = ran
    assert notebook.cells[4].outputs[0].data["text/plain"] == "'nobody-is-there'"


def test_all_forms_go_back_to_what_they_held_at_first(sent) -> None:
    name, vault = SecretName(suggestion="first-name"), VaultName()
    choice = Choice("Where", ["here", "there"], suggestion="there")
    value, message = SecretValue(otherwise="made-up"), ErrorMessage()
    at_first = [beneath(field) for field in (name, vault, value, message)]
    for field, typed in ((name, "not right!"), (vault, "my-vault"), (value, SENTINEL), (message, SENTINEL)):
        type_into(field, typed)
    send(choice, {"kind": "content", "content": "here"})
    sent.clear()
    put_back_all()
    assert [beneath(field) for field in (name, vault, value, message)] == at_first
    assert (name.value, choice.value, str(value.value)) == ("first-name", "there", "made-up")
    for field in (vault, message):
        with pytest.raises(NotebookError, match="nothing has been"):
            _ = field.value
    to_the_page = [message["content"] for message, _ in sent if message["method"] == "custom"]
    assert to_the_page.count({"kind": "clear"}) >= 5, "other tests' forms may be there still"
    assert {"first-name", "", "there"} <= {one.get("content") for one in to_the_page if one["kind"] == "heard"}


def test_a_value_that_was_too_long_is_forgotten_as_well() -> None:
    value = SecretValue(otherwise="made-up")
    type_into(value, "x" * 25_601)
    put_back_all()
    assert str(value.value) == "made-up"
