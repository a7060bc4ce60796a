"""Forms, in place of `input()`: fields that say at once what is wrong, and a secret value that leaves no trace.

Each field has a `.value` that you can read as often as you like, and something to start with, so that a notebook also
runs when nobody types. On a page that shows no forms, `.ask()` asks the same questions one after another.
A name and a choice are part of the widget's state, and JupyterLab can save that in the notebook; a value never is.
"""

import getpass
import re
import weakref
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any

from ipywidgets import VBox  # type: ignore[import-untyped]

from .errors import NotebookError
from .language import N_, _, in_a_row
from .masking import Masked
from .widgets import FieldWidget, KeptFieldWidget, shown

_fields: "weakref.WeakSet[_Field]" = weakref.WeakSet()  # those of this kernel that somebody could still use
_NO_FORM = N_("(No form here? Add .ask() to the end of this cell's last line, and run the cell again.)")


def put_back_all() -> None:
    """Put every field of this kernel back as it was made: what was typed into it is forgotten, here and on the page."""
    for field in list(_fields):
        field._put_back()


class _Field(ABC):
    """A labelled field, with a line beneath it where it says what it thinks of its content."""

    def __init__(self, label: str, widget: FieldWidget) -> None:
        self.label = _(label)
        widget.label = self.label
        self._widget = widget
        widget.on_msg(self._receive)
        _fields.add(self)

    @property
    @abstractmethod
    def value(self) -> Any:
        """What the field holds. Raises NotebookError when there is nothing in it, or nothing that will do."""

    def ask(self) -> Any:
        """Ask the kernel's way, with no form, and return the value: for a page that shows no forms.

        An empty reply leaves the field as it is, and so does a run that nobody watches. Raises NotebookError when the
        reply won't do, and then leaves the field as it is, too.
        """
        try:
            reply = self._ask()
        except (EOFError, NotImplementedError):  # nobody is there: nbclient, and a program without a terminal
            reply = ""
        if reply:
            self._answer(reply)
            self._tell()
        return self.value

    @abstractmethod
    def _ask(self) -> str:
        """What is replied to a question in the kernel."""

    @abstractmethod
    def _answer(self, reply: str) -> None:
        """Take the reply to a question. Raises NotebookError when it won't do."""

    @abstractmethod
    def _take(self, content: dict[str, Any], buffers: list[memoryview]) -> bool:
        """Take what the page sends, and say what to think of it. False when the message is not for this field."""

    @abstractmethod
    def _shown(self) -> str:
        """What a page without widgets shows of the content: never a secret."""

    @abstractmethod
    def _forget(self) -> None:
        """Hold again what the field held when it was made, and say what to think of that."""

    def _put_back(self) -> None:
        self._forget()
        self._widget.send({"kind": "clear"})
        self._tell()

    def _say(self, text: str, *, problem: bool = False) -> None:
        self._widget.said, self._widget.problem = text, problem

    def _receive(self, _widget: FieldWidget, content: dict[str, Any], buffers: list[memoryview]) -> None:
        if self._take(content, buffers):
            self._tell(content.get("number"))

    def _tell(self, number: str | None = None) -> None:
        """Tell the page what is said and kept now, as the answer to its message of this number."""
        said = {"kind": "heard", "number": number, "said": self._widget.said, "problem": self._widget.problem}
        kept = {"content": self._widget.content} if isinstance(self._widget, KeptFieldWidget) else {}
        self._widget.send(said | kept)

    def _repr_mimebundle_(self, **_options: object) -> dict[str, Any]:
        return shown(self._widget, repr(self))

    def __repr__(self) -> str:
        return f"{self._line()}\n{_(_NO_FORM)}"

    def _line(self) -> str:
        return _("{term}: {text}").format(term=self.label, text=self._shown())


class Form:
    """Several fields, shown one below the other."""

    def __init__(self, *fields: _Field) -> None:
        self.fields = fields
        self._box = VBox([field._widget for field in fields])
        self._box.add_class("key-vault-form")

    def ask(self) -> None:
        """Ask for each field in turn, with no form: for a page that shows no forms. See the fields' own `ask`."""
        for field in self.fields:
            field.ask()

    def _repr_mimebundle_(self, **_options: object) -> dict[str, Any]:
        return shown(self._box, repr(self))

    def __repr__(self) -> str:
        return "\n".join([*(field._line() for field in self.fields), _(_NO_FORM)])


class _Name(_Field):
    """A name that is looked at while it is typed. It stays in the field, right or wrong."""

    _rule: str

    def __init__(self, label: str, suggestion: str) -> None:
        super().__init__(label, KeptFieldWidget(kind="name", content=suggestion))
        self._suggestion = suggestion
        self._look(finished=True)

    @property
    def value(self) -> str:
        """The name, without the spaces around it. Raises NotebookError when Key Vault would refuse it."""
        if not self._name():
            raise NotebookError(
                _("{label}: nothing has been typed yet; type a name in the form, then run this cell again.").format(
                    label=self.label
                )
            )
        if problem := self._wrong(self._name()) or self._unfinished(self._name()):
            raise NotebookError(
                _("{label}: {problem}; correct it in the form, then run this cell again.").format(
                    label=self.label, problem=problem
                )
            )
        return self._name()

    def _ask(self) -> str:
        return input(f"{self.label} [{self._name()}]: " if self._name() else f"{self.label}: ").strip()

    def _answer(self, reply: str) -> None:
        if problem := self._wrong(reply) or self._unfinished(reply):
            said = _("{label}: {problem}; run this cell again and type another one.")
            raise NotebookError(in_a_row(said.format(label=self.label, problem=problem), _(self._rule)))
        self._widget.content = reply
        self._look(finished=True)

    def _take(self, content: dict[str, Any], _buffers: list[memoryview]) -> bool:
        if content.get("kind") != "content":
            return False
        self._widget.content = str(content.get("content", ""))
        self._look(finished=bool(content.get("finished")))
        return True

    def _forget(self) -> None:
        self._widget.content = self._suggestion
        self._look(finished=True)

    def _look(self, *, finished: bool) -> None:
        name = self._name()
        problem = self._wrong(name) if name else ""
        unfinished = self._unfinished(name) if name else ""
        if finished:
            problem = problem or unfinished
        if problem:
            said = _("✗ Not right yet: {problem}.").format(problem=problem)
            self._say(in_a_row(said, _(self._rule)), problem=True)
        else:
            self._say(f"✓ {_(self._rule)}" if name and not unfinished else _(self._rule))

    @abstractmethod
    def _wrong(self, name: str) -> str:
        """What no further letter could put right, or nothing."""

    @abstractmethod
    def _unfinished(self, name: str) -> str:
        """What further letters could put right, or nothing."""

    def _name(self) -> str:
        return str(self._widget.content).strip()

    def _shown(self) -> str:
        return self._name() or _("(nothing typed yet)")


class SecretName(_Name):
    """Asks for a secret's name: 1 to 127 letters, digits and dashes.

    `suggestion` is there when nobody types. `.value` is a str, and raises NotebookError when Key Vault would refuse the
    name. The limits: "Naming rules and restrictions for Azure resources", Microsoft.KeyVault.
    """

    _rule = N_("A secret name has 1 to 127 characters: letters a to z, digits and dashes.")

    def __init__(self, label: str = N_("Secret name"), suggestion: str = "my-secret") -> None:
        super().__init__(label, suggestion)

    def _wrong(self, name: str) -> str:
        if address := re.search(r"/secrets/([^/]+)", name):
            return _('this is the address of a secret, and its name is "{name}"').format(name=address[1])
        return _foreign_characters(name) or _too_long(name, 127)

    def _unfinished(self, _name: str) -> str:
        return ""


class VaultName(_Name):
    """Asks for a vault's name: 3 to 24 letters, digits and dashes, as Azure wants it.

    `suggestion` is there when nobody types. `.value` is a str, and raises NotebookError when Azure would refuse the
    name. The limits: "Naming rules and restrictions for Azure resources", Microsoft.KeyVault.
    """

    _rule = N_(
        "A vault name has 3 to 24 characters: letters a to z, digits and dashes. "
        "It begins with a letter, ends with a letter or digit, and has no two dashes in a row."
    )

    def __init__(self, label: str = N_("Vault name"), suggestion: str = "") -> None:
        super().__init__(label, suggestion)

    def _wrong(self, name: str) -> str:
        if address := re.match(r"(?:https?://)?([^./]+)\.vault\.", name):
            return _('this is the address of a vault, and its name is "{name}"').format(name=address[1])
        if foreign := _foreign_characters(name):
            return foreign
        if not name[0].isalpha():
            return _("it doesn't begin with a letter")
        if "--" in name:
            return _("it has two dashes in a row")
        return _too_long(name, 24)

    def _unfinished(self, name: str) -> str:
        if name.endswith("-"):
            return _("it ends with a dash")
        return _has_characters(name) if len(name) < 3 else ""


class _HandedOver(_Field):
    """What is handed over once, to the kernel's memory only, and is in the field no longer, nor on the page."""

    _taken: str
    _otherwise_is: str

    def __init__(self, label: str, kind: str, said: str, otherwise: str | None) -> None:
        super().__init__(label, FieldWidget(kind=kind, said=said))
        self._said_first = said
        self._otherwise = Masked(otherwise) if otherwise else None
        self._typed: Masked | None = None

    def _ask(self) -> Masked:
        # Its reply is in no output and no history. As a Masked, no traceback shows it. The kernel puts a `getpass` of
        # its own into the module while a cell runs, so it is looked up there now.
        if self._otherwise:
            prompt = _("{label} (not shown; press Enter to use {otherwise}): ")
        else:
            prompt = _("{label} (not shown): ")
        return Masked(getpass.getpass(prompt.format(label=self.label, otherwise=_(self._otherwise_is))))

    def _answer(self, reply: str) -> None:
        self._keep(Masked(reply))

    def _take(self, content: dict[str, Any], buffers: list[memoryview]) -> bool:
        if content.get("kind") != "value":
            return False
        self._keep(Masked(bytes(buffers[0]).decode()))
        return True

    def _keep(self, typed: Masked) -> None:
        self._typed = typed
        self._say(_(self._taken))

    def _forget(self) -> None:
        self._typed = None
        self._say(self._said_first)


class SecretValue(_HandedOver):
    """Asks for a secret's value, and keeps it in the kernel's memory only.

    The field hands over what you type when you press Enter or leave the field, and what you paste in several lines at
    once, with its line breaks. It is empty afterwards, whether the kernel answers or not, and says which.
    With nothing typed, the value is `otherwise`. `.value` is a Masked (a str), 1 to 25,600 characters long, and raises
    NotebookError when there is none or when the one typed last was too long. `ask` takes one line.
    The limit: "About Azure Key Vault secrets", 25 KB.
    """

    _longest = 25_600
    _taken = N_("✓ Value received. It's in this kernel's memory only, and no longer in the field.")
    _otherwise_is = N_("the made-up one")

    def __init__(self, label: str = N_("Secret value"), otherwise: str | None = None) -> None:
        said = _("Type a value and press Enter. The field passes it to the kernel and clears itself.")
        if otherwise:
            said = in_a_row(said, _("If you leave the field empty, a made-up value is used."))
        super().__init__(label, "value", said, otherwise)
        self._too_long = False

    @property
    def value(self) -> Masked:
        """The value as a Masked. Raises NotebookError, in words that never hold the value."""
        if self._too_long:
            raise NotebookError(
                _(
                    "{label}: the value typed last has more than {longest} characters and wasn't accepted; type a "
                    "shorter one in the form, then run this cell again."
                ).format(label=self.label, longest=f"{self._longest:,}")
            )
        value = self._typed or self._otherwise
        if value is None:
            raise NotebookError(
                _(
                    "{label}: nothing has been typed yet; type a value in the form and press Enter, then run this cell "
                    "again."
                ).format(label=self.label)
            )
        return value

    def _answer(self, reply: str) -> None:
        if len(reply) > self._longest:
            raise NotebookError(
                _("{label}: it has more than {longest} characters; run this cell again and type a shorter one.").format(
                    label=self.label, longest=f"{self._longest:,}"
                )
            )
        super()._answer(reply)

    def _forget(self) -> None:
        self._too_long = False
        super()._forget()

    def _keep(self, typed: Masked) -> None:
        self._too_long = len(typed) > self._longest
        if self._too_long:
            said = _("✗ Not accepted: the value has more than {longest} characters. Type a shorter one.")
            self._say(said.format(longest=f"{self._longest:,}"), problem=True)
        else:
            super()._keep(typed)

    def _shown(self) -> str:
        return _("(typed into the form, never shown)")


class ErrorMessage(_HandedOver):
    """Asks for the message of an error, to be pasted in, and keeps it in the kernel's memory only.

    An error message holds names of vaults and ids of people, so it goes the way of a `SecretValue`: the field hands it
    over and is empty again. What you type is shown until then. With nothing pasted, the message is `otherwise`.
    `.value` is a Masked (a str), and raises NotebookError when there is none. `ask` takes one line, unseen.
    """

    _taken = N_("✓ Message received. It's in this kernel's memory only. Now run the cell below.")
    _otherwise_is = N_("the example")

    def __init__(self, label: str = N_("Your error message"), otherwise: str | None = None) -> None:
        said = _(
            "Paste the message, or its last lines, and press Enter. The field passes it to the kernel and clears "
            "itself."
        )
        if otherwise:
            said = in_a_row(said, _("If you leave the field empty, an example is used."))
        super().__init__(label, "message", said, otherwise)

    @property
    def value(self) -> Masked:
        """The message as a Masked. Raises NotebookError when nothing was pasted and there is no example."""
        value = self._typed or self._otherwise
        if value is None:
            raise NotebookError(
                _(
                    "{label}: nothing has been pasted yet; paste a message into the form, then run this cell again."
                ).format(label=self.label)
            )
        return value

    def _shown(self) -> str:
        return _("(pasted into the form, never saved)")


class Choice(_Field):
    """Asks for one of a few options.

    `options` are strings, or a dict from what is shown to what it stands for. `suggestion` is the option, as it is
    shown, that is chosen at first; without it, the first one. `.value` is what the chosen option stands for.
    """

    def __init__(self, label: str, options: Iterable[str] | Mapping[str, Any], suggestion: str | None = None) -> None:
        given = dict(options) if isinstance(options, Mapping) else {option: option for option in options}
        names = list(given)
        chosen = names[0] if suggestion is None else suggestion
        if chosen not in given:
            raise ValueError(f"{chosen!r} isn't one of the options {names}.")
        self._options = {_(name): value for name, value in given.items()}
        super().__init__(label, KeptFieldWidget(kind="choice", options=list(self._options), content=_(chosen)))
        self._suggestion = _(chosen)

    @property
    def value(self) -> Any:
        """What the chosen option stands for."""
        return self._options[self._shown()]

    def _ask(self) -> str:
        options = [f"  {number}  {option}" for number, option in enumerate(self._options, start=1)]
        chosen = list(self._options).index(self._shown()) + 1
        return input("\n".join([self.label, *options, _("Number [{number}]: ").format(number=chosen)])).strip()

    def _answer(self, reply: str) -> None:
        by_number = dict(enumerate(self._options, start=1))
        if not reply.isdecimal() or int(reply) not in by_number:
            raise NotebookError(
                _("{label}: run this cell again and type a number from 1 to {count}.").format(
                    label=self.label, count=len(by_number)
                )
            )
        self._widget.content = by_number[int(reply)]

    def _forget(self) -> None:
        self._widget.content = self._suggestion

    def _take(self, content: dict[str, Any], _buffers: list[memoryview]) -> bool:
        if content.get("kind") != "content" or content.get("content") not in self._options:
            return False
        self._widget.content = content["content"]
        return True

    def _shown(self) -> str:
        return str(self._widget.content)


def _foreign_characters(name: str) -> str:
    foreign = sorted(set(re.findall("[^0-9A-Za-z-]", name)))
    if not foreign:
        return ""
    found = _(" and ").join(_in_words(character) for character in foreign[:3])
    return _("it has {characters} in it").format(characters=found)


def _in_words(character: str) -> str:
    if character == " ":
        return _("a space")
    return _('"{character}"').format(character=character) if character.isprintable() else _("an invisible character")


def _too_long(name: str, longest: int) -> str:
    return _has_characters(name) if len(name) > longest else ""


def _has_characters(name: str) -> str:
    return _("it has 1 character") if len(name) == 1 else _("it has {count} characters").format(count=len(name))
