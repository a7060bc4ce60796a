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
from .record import keep_solved
from ..errors import NotebookError

RIGHT = "right"
WRONG = "wrong"
NOT_YET = "todo"


class Crashed(Exception):
    """An answer that is a function raised an error when the check called it; the message is for the reader."""


class Exercise:
    """One exercise, with names of its own. Making it prepares the vault; its card says which names to use.

    Raises:
        NotebookError: the vault cannot be reached, or the exercise cannot be prepared in it.
    """

    title = ""

    def __init__(self) -> None:
        if "KEY_VAULT_NAME" not in os.environ:
            raise NotebookError("This kernel is not connected. Run the cell with `connect()`, then run this cell again.")
        self.name = fresh_name()
        self._client = SecretClient(
            vault_url=f"https://{os.environ['KEY_VAULT_NAME']}.vault.azure.net", credential=DefaultAzureCredential()
        )
        try:
            self.prepare()
        except AzureError as error:
            raise NotebookError(f"The exercise could not be prepared. {what_to_do(error)}") from None

    def prepare(self) -> None:
        """Put into the vault what the exercise begins with."""

    def names(self) -> "list[tuple[str, str]]":
        """The names that the exercise speaks of, as (Python expression, name)."""
        return [("exercise.name", self.name)]

    def look(self, answer: Any = None) -> "tuple[str, str]":
        """Look at the vault, or at an answer: `RIGHT`, `WRONG` or `NOT_YET`, and a sentence about it."""
        raise NotImplementedError

    def check(self, answer: Any = None) -> Card:
        """Say whether the exercise is solved, and give a hint where it is not. No value is ever shown.

        Args:
            answer: What the exercise asks for, if it asks for more than a change in the vault.
        """
        try:
            mark, sentence = self.look() if answer is None else self.look(answer)
        except AzureError as error:
            mark, sentence = WRONG, f"The vault could not be asked. {what_to_do(error)}"
        except Crashed as crash:
            mark, sentence = WRONG, str(crash)
        if mark == RIGHT:
            keep_solved(type(self).__name__)
        return Card(self.title, [("Hint" if mark == WRONG else "Next", sentence)], mark=mark)

    def _repr_mimebundle_(self, **kwargs: object) -> "dict[str, str]":
        return Card(self.title, [(f"`{code}`", name) for code, name in self.names()])._repr_mimebundle_(**kwargs)

    def value_of(self, name: str) -> "str | None":
        """The current value of a secret; None if there is none."""
        try:
            return self._client.get_secret(name).value
        except ResourceNotFoundError:
            return None

    def deletion_of(self, name: str) -> "str | None":
        """`"done"` or `"begun"` if the secret was deleted, None if it is active (or was never there)."""
        try:
            self._client.get_deleted_secret(name)
        except ResourceNotFoundError:
            pass
        else:
            return "done"
        return None if self.value_of(name) is not None else "begun"


def call(function: "Callable[..., Any]", *arguments: Any) -> Any:
    """What a reader's function returns.

    Raises:
        Crashed: it raised an error. Only the error's name is told, since its words may hold a value.
    """
    try:
        return function(*arguments)
    except Exception as error:
        raise Crashed(
            f"Your function raised {type(error).__name__}. Call it in a cell of its own to see where, then check again."
        ) from None


def fresh_name() -> str:
    """A name that was not used before: a deleted secret keeps its name for days."""
    return f"exercise-{secrets.token_hex(3)}"
