"""The exercises of notebook 12."""

import os
import re
from collections.abc import Callable
from typing import Any

from azure.core import PipelineClient
from azure.core.exceptions import AzureError, HttpResponseError
from azure.core.rest import HttpRequest
from azure.identity import ClientSecretCredential
from azure.keyvault.secrets import SecretClient

from ..errors import NotebookError
from ..rehearsal import revoke_role
from .exercise import NOT_YET, RIGHT, WRONG, Exercise, call, fresh_name

_NO_ROLE = "ForbiddenByRbac"
_MANAGEMENT = "https://management.azure.com"


def sign_in_as(program: str) -> ClientSecretCredential:
    """The sign-in of one of the lessons' programs: `app`, `auditor` or `newcomer`.

    Raises:
        NotebookError: with a vault of the reader's own, its variables are not set.
    """
    try:
        return ClientSecretCredential(
            tenant_id=os.environ["AZURE_TENANT_ID"],
            client_id=os.environ[f"LESSON_{program.upper()}_CLIENT_ID"],
            client_secret=os.environ[f"LESSON_{program.upper()}_CLIENT_SECRET"],
        )
    except KeyError as missing:
        raise NotebookError(
            f"The exercise needs the variable {missing.args[0]}. Set it as the notebook's top says, and start Jupyter "
            "again from that terminal."
        ) from None


def error_of(function: Callable[..., Any], *arguments: Any) -> HttpResponseError:
    """The refusal that a call meets.

    Raises:
        NotebookError: it meets none.
    """
    try:
        function(*arguments)
    except HttpResponseError as error:
        return error
    raise NotebookError(
        "The exercise could not be prepared: a program may do more than the lesson gives it. Check its roles."
    )


class ReadTheRefusal(Exercise):
    """12: write a function that finds the missing action in an error."""

    title = "Exercise: read what is missing"

    def prepare(self) -> None:
        """Meet three refusals for a missing role, and two other errors."""
        absent = fresh_name()
        self._client.set_secret(self.name, "fake-value", enabled=False)
        app = SecretClient(self._client.vault_url, sign_in_as("app"))
        auditor = SecretClient(self._client.vault_url, sign_in_as("auditor"))
        self._errors = [
            (error_of(auditor.get_secret, self.name), "getSecret/action"),
            (error_of(app.set_secret, self.name, "fake-value"), "setSecret/action"),
            (error_of(app.begin_delete_secret, self.name), "delete"),
            (error_of(self._client.get_secret, self.name), None),
            (error_of(self._client.get_secret, absent), None),
        ]

    def names(self) -> list[tuple[str, str]]:
        """What the function is given, and what it gives."""
        return [("answer(error)", "gives the refused action, or None")]

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Call the function with each error."""
        if answer is None:
            return NOT_YET, "Write a function that gets an error, and call it `answer`."
        if not callable(answer):
            return WRONG, "`answer` is to be a function that gets an error. Begin with `def answer(error):`."
        found = [call(answer, error) for error, _ in self._errors]
        wrong = [(got, wanted) for got, (_, wanted) in zip(found, self._errors, strict=True) if got != wanted]
        if not wrong:
            return RIGHT, "Your function finds the refused action, and leaves errors alone that are not about a role."
        return WRONG, _about_action(found, *wrong[0])


class GiveTheSmallestRole(Exercise):
    """12: give the newcomer the smallest role with which it may list."""

    title = "Exercise: give the smallest role"

    def prepare(self) -> None:
        """In practice, take away what an earlier try gave."""
        sign_in_as("newcomer")
        for role in ("Reader", "Contributor", "Owner", "User Access Administrator"):
            revoke_role("newcomer", role)
        for role in ("Reader", "Contributor", "Secrets User", "Secrets Officer", "Administrator"):
            revoke_role("newcomer", f"Key Vault {role}")

    def names(self) -> list[tuple[str, str]]:
        """Who gets the role."""
        return [("newcomer", os.environ["LESSON_NEWCOMER_CLIENT_ID"])]

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Ask the vault as the newcomer, under a name that is not there, so that nothing changes."""
        credential = sign_in_as("newcomer")
        newcomer = SecretClient(self._client.vault_url, credential)
        refusal = _refusal(lambda: list(newcomer.list_properties_of_secrets()))
        may_read = _refusal(newcomer.get_secret, self.name) is None
        may_change = _refusal(newcomer.begin_delete_secret, self.name) is None
        if may_change:
            return WRONG, (
                "The newcomer may now delete secrets. That is far too much for a look at dates. Take this role away "
                "with `revoke_role`, and give a smaller one."
            )
        if may_read:
            return WRONG, (
                "The newcomer may list, and read every value as well: that is Key Vault Secrets User. Take it away "
                "with `revoke_role`, and give the role that shows names only."
            )
        if refusal is None:
            return RIGHT, "The newcomer may list, and may neither read a value nor change one."
        if _may_see_vault(credential, refusal):
            return WRONG, (
                "The newcomer has a role on the vault as a thing, such as Owner or Reader, and may still not list its "
                "secrets. Take it away, and give a role whose name begins with Key Vault."
            )
        return NOT_YET, "Give the newcomer a role. A new role may need a moment: with your own vault, some minutes."


def _about_action(found: list[Any], got: Any, wanted: str | None) -> str:
    if wanted is None:
        return (
            "Some errors are not about a role: a disabled secret, a name that is not there. For these return None. The "
            f"inner code tells them apart: it is {_NO_ROLE} for a missing role."
        )
    if got is None:
        return "For a refusal the function returned None. Does it `return` what it found, in every case?"
    if not isinstance(got, str):
        return f"The function returned a {type(got).__name__}. Return the action as a str."
    if got in ("Forbidden", _NO_ROLE):
        return "That is a code, and every refusal for a missing role has it. The action is in the message."
    if len(set(found)) == 1:
        return "The function returns the same for each error. Look into the error that it gets."
    if _letters(got).endswith(_letters(f"/secrets/{wanted}")):
        return "That is the whole action. Return only the part behind `secrets/`."
    if _letters(got) == _letters(wanted):
        return "Nearly: return the action as the message has it, without quotes or spaces around it."
    if got in wanted:
        return f"A part is missing: for this error the action is `{wanted}`, all that stands behind `secrets/`."
    return "For one of the errors that is not the action. Look at its message: the line begins with `Action:`."


def _letters(text: str) -> str:
    return re.sub(r"\W", "", text).lower()


def _refusal(function: Callable[..., Any], *arguments: Any) -> HttpResponseError | None:
    """The error of a call that is refused for a missing role or policy; None if it is not."""
    try:
        function(*arguments)
    except HttpResponseError as error:
        if error.status_code == 403:
            return error
    return None


def _may_see_vault(credential: ClientSecretCredential, refusal: HttpResponseError) -> bool:
    """Whether the caller may look at the vault in the control plane; a refusal by role names its resource."""
    resource = re.search(r"Resource: '(/subscriptions/.*?/vaults/[^/']+)", str(refusal))
    if resource is None:
        return False
    try:
        token = credential.get_token(f"{_MANAGEMENT}/.default").token
        headers = {"Authorization": f"Bearer {token}"}
        with PipelineClient[HttpRequest, Any](_MANAGEMENT) as client:
            request = HttpRequest("GET", f"{_MANAGEMENT}{resource[1]}?api-version=2023-07-01", headers=headers)
            return bool(client.send_request(request).status_code == 200)
    except AzureError:
        return False
