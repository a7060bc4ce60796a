"""What all exercises have in common. Where it can, a check looks at the vault, so any way of getting there counts."""

import os
import secrets
from collections.abc import Callable
from typing import Any

from azure.core.exceptions import AzureError, ResourceNotFoundError
from azure.identity import DefaultAzureCredential
from azure.keyvault.secrets import SecretClient

from ..cards import Card
from ..error_display import what_to_do
from ..errors import NotebookError
from ..language import _, in_a_row
from .record import keep_solved

RIGHT = "right"
WRONG = "wrong"
NOT_YET = "todo"


class AnswerError(Exception):
    """A reader's function raised an error when the check called it; the message is for the reader."""


class Exercise:
    """One exercise, with names of its own. Making it prepares the vault; its card says which names to use.

    Raises:
        NotebookError: The notebook isn't connected, or the exercise can't be prepared in the vault.
    """

    title = ""

    def __init__(self) -> None:
        if "KEY_VAULT_NAME" not in os.environ:
            raise NotebookError(_("This notebook isn't connected. Run the cells above first, starting at Connect."))
        self.name = fresh_name()
        self._client = SecretClient(
            vault_url=f"https://{os.environ['KEY_VAULT_NAME']}.vault.azure.net", credential=DefaultAzureCredential()
        )
        try:
            self.prepare()
        except AzureError as error:
            raise NotebookError(in_a_row(_("The exercise couldn't be prepared."), what_to_do(error))) from None

    def prepare(self) -> None:
        """Put into the vault what the exercise begins with."""

    def names(self) -> list[tuple[str, str]]:
        """The names that the exercise mentions, as pairs of a Python expression and what it stands for."""
        return [("exercise.name", self.name)]

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Look at the vault, or at an answer: `RIGHT`, `WRONG` or `NOT_YET`, with a sentence for the reader."""
        raise NotImplementedError

    def check(self, answer: Any = None) -> Card:
        """Say whether you solved the exercise, with a hint if you haven't. It never shows a value.

        Args:
            answer: What the exercise asks for, if that's more than a change in the vault.
        """
        try:
            mark, sentence = self.look() if answer is None else self.look(answer)
        except AzureError as error:
            mark, sentence = WRONG, in_a_row(_("The check couldn't ask the vault."), what_to_do(error))
        except AnswerError as crash:
            mark, sentence = WRONG, str(crash)
        if mark == RIGHT:
            keep_solved(type(self).__name__)
        return Card(_(self.title), [(_("Hint") if mark == WRONG else _("Next"), sentence)], mark=mark)

    def _repr_mimebundle_(self, **_options: Any) -> dict[str, str]:
        return Card(_(self.title), [(f"`{code}`", name) for code, name in self.names()])._repr_mimebundle_()

    def value_of(self, name: str) -> str | None:
        """The current value of a secret; None if there is none."""
        try:
            return self._client.get_secret(name).value
        except ResourceNotFoundError:
            return None

    def deletion_of(self, name: str) -> str | None:
        """`"done"` or `"begun"` if the secret was deleted, None if it is active (or was never there)."""
        try:
            self._client.get_deleted_secret(name)
        except ResourceNotFoundError:
            pass
        else:
            return "done"
        return None if self.value_of(name) is not None else "begun"


def call(function: Callable[..., Any], *arguments: Any) -> Any:
    """What a reader's function returns.

    Raises:
        AnswerError: It raised an error. Only that error's name is given, since its message may hold a value.
    """
    try:
        return function(*arguments)
    except Exception as error:
        raise AnswerError(
            _("Your function raised {error}. Call it in a cell of its own to see where, then check again.").format(
                error=type(error).__name__
            )
        ) from None


def fresh_name() -> str:
    """A name that hasn't been used: a deleted secret keeps its name for days."""
    return f"exercise-{secrets.token_hex(3)}"
