"""Forms, in place of `input()`: fields that say at once what is wrong, and a secret value that leaves no trace.

Each field has a `.value` that may be read as often as wanted, and a value of its own, so that a notebook also runs
with nobody typing. What is shown of a field as plain text, on GitHub for instance, never holds a secret.
"""

import re
from pathlib import Path

import anywidget
from ipywidgets import HTML, Dropdown, Layout, Text, VBox
from traitlets import Unicode

from .cards import message
from .errors import NotebookError
from .masking import Masked


class Form:
    """Several fields, shown below one another."""

    def __init__(self, *fields):
        self.fields = fields
        self._box = VBox([field._box for field in fields])

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {**self._box._repr_mimebundle_(), "text/plain": repr(self)}

    def __repr__(self):
        return "\n".join(repr(field) for field in self.fields)


class _Field:
    """A labeled widget, with a line beneath it where the field says what it thinks of its content."""

    def __init__(self, label, *widgets):
        self.label = label
        self._widget = widgets[0]
        self._box = VBox(widgets, layout=Layout(margin="0 0 8px 0"))
        self._box.add_class("key-vault-form")

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {**self._box._repr_mimebundle_(), "text/plain": repr(self)}

    def __repr__(self):
        return f"{self.label}: {self._shown()}"


class _Name(_Field):
    """A name that is looked at when Enter is pressed or the field is left. It stays in the field, right or wrong."""

    def __init__(self, label, suggestion):
        self._message = HTML()
        # Not at each key: while a cell runs, ipywidgets holds back all but the first letter.
        super().__init__(label, Text(value=suggestion, continuous_update=False, **_looks(label)), self._message)
        self._widget.observe(self._look, names="value")
        self._look()

    @property
    def value(self):
        """The name as a str, without the spaces around it. Raises NotebookError when Key Vault would refuse it."""
        name = self._widget.value.strip()
        if not name:
            raise NotebookError(
                f"{self.label}: nothing has been typed yet; type it into the form, then run this cell again."
            )
        if wrong := self._wrong(name):
            raise NotebookError(f"{self.label}: {wrong}; correct it in the form, then run this cell again.")
        return name

    def _look(self, change=None):
        name = self._widget.value.strip()
        if wrong := name and self._wrong(name):
            self._message.value = message(f"✗ Not right yet: {wrong}. {self._rule}", problem=True)
        else:
            self._message.value = message(f"✓ {self._rule}" if name else self._rule)

    def _shown(self):
        return self._widget.value.strip() or "(nothing typed yet)"


class SecretName(_Name):
    """Asks for a secret's name: 1 to 127 letters, digits and dashes.

    `suggestion` is there when nobody types. `.value` is a str, and raises NotebookError when it isn't a legal name.
    The limits: "Naming rules and restrictions for Azure resources", Microsoft.KeyVault.
    """

    _rule = "A secret name has 1 to 127 characters: letters a to z, digits and dashes."

    def __init__(self, label="Secret name", suggestion="my-secret"):
        super().__init__(label, suggestion)

    def _wrong(self, name):
        if address := re.search(r"/secrets/([^/]+)", name):
            return f'this is the address of a secret, and its name is "{address[1]}"'
        return _foreign_characters(name) or _length(name, 1, 127)


class VaultName(_Name):
    """Asks for a vault's name: 3 to 24 letters, digits and dashes, as Azure wants it.

    `suggestion` is there when nobody types. `.value` is a str, and raises NotebookError when it isn't a legal name.
    The limits: "Naming rules and restrictions for Azure resources", Microsoft.KeyVault.
    """

    _rule = (
        "A vault name has 3 to 24 characters: letters a to z, digits and dashes. "
        "It begins with a letter, ends with a letter or digit, and has no two dashes in a row."
    )

    def __init__(self, label="Vault name", suggestion=""):
        super().__init__(label, suggestion)

    def _wrong(self, name):
        if address := re.match(r"(?:https?://)?([^./]+)\.vault\.", name):
            return f'this is the address of a vault, and its name is "{address[1]}"'
        if wrong := _foreign_characters(name):
            return wrong
        if not name[0].isalpha():
            return "it doesn't begin with a letter"
        if name.endswith("-"):
            return "it ends with a dash"
        if "--" in name:
            return "it has two dashes in a row"
        return _length(name, 3, 24)


class SecretValue(_Field):
    """Asks for a secret's value, and keeps it in the kernel's memory only.

    The field hands over what was typed when Enter is pressed or the field is left, and what was pasted in several lines
    at once, with its line breaks. It is empty afterwards, whether the kernel answers or not, and says which.
    With nothing typed, the value is `otherwise`. `.value` is a Masked (a str), 1 to 25,600 characters long, and raises
    NotebookError when there is none or when the one typed last was too long.
    The limit: "About Azure Key Vault secrets", 25 KB.
    """

    _longest = 25_600

    def __init__(self, label="Secret value", otherwise=None):
        ask = "Type a value and press Enter: the field hands it over and is empty again."
        said = message(f"{ask} If you type none, a made-up value is used." if otherwise else ask)
        super().__init__(label, _ValueField(label=label, said=said))
        self._otherwise = Masked(otherwise) if otherwise else None
        self._typed = None
        self._too_long = False
        self._widget.on_msg(self._take)

    @property
    def value(self):
        """The value as a Masked. Raises NotebookError, in words that never hold the value."""
        if self._too_long:
            raise NotebookError(
                f"{self.label}: the value typed last has more than {self._longest:,} characters and was not taken; "
                "type a shorter one in the form, then run this cell again."
            )
        value = self._typed or self._otherwise
        if value is None:
            raise NotebookError(
                f"{self.label}: nothing has been typed yet; type a value into the form, press Enter, "
                "then run this cell again."
            )
        return value

    def _take(self, widget, content, buffers):
        if content.get("kind") != "value":
            return
        typed = bytes(buffers[0]).decode()
        self._too_long = len(typed) > self._longest
        if self._too_long:
            said = f"✗ Not taken: the value has more than {self._longest:,} characters. Type a shorter one."
        else:
            self._typed = Masked(typed)
            said = "✓ Value taken. It is in this kernel's memory only, and no longer in the field."
        widget.said = message(said, problem=self._too_long)
        widget.send({"kind": "heard"})  # what is said may be what was said before, and then the page is not told

    def _shown(self):
        return "(typed into the form, never shown)"


class ErrorMessage(_Field):
    """Asks for the message of an error, to be pasted in, and keeps it in the kernel's memory only.

    An error message holds names of vaults and ids of people, so it goes the way of a `SecretValue`: the field hands it
    over and is empty again. What is typed is shown until then. With nothing pasted, the message is `otherwise`.
    `.value` is a Masked (a str), and raises NotebookError when there is none.
    """

    def __init__(self, label="Your error message", otherwise=None):
        ask = "Paste the message, or its last lines, and press Enter: the field hands it over and is empty again."
        said = message(f"{ask} If you paste none, an example is used." if otherwise else ask)
        super().__init__(label, _ValueField(label=label, said=said, kind="text"))
        self._otherwise = Masked(otherwise) if otherwise else None
        self._pasted = None
        self._widget.on_msg(self._take)

    @property
    def value(self):
        """The message as a Masked. Raises NotebookError when nothing was pasted and there is no example."""
        value = self._pasted or self._otherwise
        if value is None:
            raise NotebookError(
                f"{self.label}: nothing has been pasted yet; paste it into the form, then run this cell again."
            )
        return value

    def _take(self, widget, content, buffers):
        if content.get("kind") != "value":
            return
        self._pasted = Masked(bytes(buffers[0]).decode())
        widget.said = message("✓ Message taken. It is in this kernel's memory only. Now run the cell below.")
        widget.send({"kind": "heard"})  # what is said may be what was said before, and then the page is not told

    def _shown(self):
        return "(pasted into the form, never kept)"


class Choice(_Field):
    """Asks for one of a few options.

    `options` are strings, or a dict from what is shown to what it stands for. `suggestion` is the option, as it is
    shown, that is chosen at first; without it, the first one. `.value` is what the chosen option stands for.
    """

    def __init__(self, label, options, suggestion=None):
        options = dict(options) if isinstance(options, dict) else {option: option for option in options}
        # JupyterLab takes the arrow keys of a closed list for itself, and moves on to the next cell.
        keys = message("With the keyboard: Space opens the list, the arrow keys move in it, and Enter chooses.")
        super().__init__(label, Dropdown(options=options, **_looks(label)), HTML(keys))
        if suggestion is not None:
            self._widget.label = suggestion

    @property
    def value(self):
        """What the chosen option stands for."""
        return self._widget.value

    def _shown(self):
        return self._widget.label


class _ValueField(anywidget.AnyWidget):
    """A password field (or a text field, as `kind` says) that sends what is typed as a message. An ipywidgets Password
    has it as a trait, and so the page can save it: always with a kernel that does not answer, and between Enter and
    the answer with one that does.
    """

    _esm = Path(__file__).with_name("value_field.js")
    label = Unicode().tag(sync=True)
    kind = Unicode("password").tag(sync=True)
    said = Unicode().tag(sync=True)
    unheard = Unicode(
        message(
            "✗ No answer from the kernel so far, and the field is empty again. If a cell is running, wait until it has "
            "ended. Otherwise this form has lost its kernel. Run the cell that makes the form again.",
            problem=True,
        )
    ).tag(sync=True)
    lost = Unicode(
        message("✗ This form has lost its kernel. Run the cell that makes the form again.", problem=True)
    ).tag(sync=True)


def _looks(label):
    # The label stands above its field, so that it is never cut off and fields line up. Two lines, told as a height: a
    # dropdown would take more.
    two_lines = "calc(2 * var(--jp-widgets-inline-height))"
    above = Layout(flex_flow="column nowrap", align_items="stretch", width="100%", max_width="36em", height=two_lines)
    return {"description": label, "style": {"description_width": "max-content"}, "layout": above}


def _foreign_characters(name):
    foreign = sorted(set(re.findall("[^0-9A-Za-z-]", name)))
    if not foreign:
        return ""
    return f"it has {' and '.join(_in_words(character) for character in foreign[:3])} in it"


def _in_words(character):
    if character == " ":
        return "a space"
    return f'"{character}"' if character.isprintable() else "an invisible character"


def _length(name, shortest, longest):
    if shortest <= len(name) <= longest:
        return ""
    return f"it has {len(name)} characters"
