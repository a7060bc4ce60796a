"""The exercises of notebook 18."""

import os
import re
from collections.abc import Callable
from typing import Any

from azure.core import PipelineClient
from azure.core.exceptions import AzureError, HttpResponseError
from azure.core.rest import HttpRequest, HttpResponse
from azure.identity import ClientSecretCredential
from azure.keyvault.secrets import SecretClient

from ..errors import NotebookError
from ..language import N_, _, in_a_row
from ..rehearsal import revoke_role
from .exercise import NOT_YET, RIGHT, WRONG, Exercise, call, fresh_name

_NO_ROLE = "ForbiddenByRbac"
_MANAGEMENT = "https://management.azure.com"
_TAKE_AWAY = N_(
    "Take this role away with `revoke_role`, or with `az role assignment delete` on Azure, and assign a smaller one."
)


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
            _(
                "The exercise needs the variable {variable}. Set it as shown in step 1 of notebook 18, and "
                "start Jupyter again from that terminal."
            ).format(variable=missing.args[0])
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
        _("The exercise can't be prepared, because a program is allowed to do more than it should. Check its roles.")
    )


class ReadTheRefusal(Exercise):
    """Write a function that finds the missing action in an error."""

    title = N_("Exercise: read what's missing")

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
        return [("answer(error)", _("returns the refused action, or None"))]

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Call the function with each error."""
        if answer is None:
            return NOT_YET, _("Write a function named `answer` that takes an error.")
        if not callable(answer):
            return WRONG, _("`answer` isn't a function. Begin with `def answer(error):`.")
        found = [call(answer, error) for error, _wanted in self._errors]
        wrong = [(got, wanted) for got, (_error, wanted) in zip(found, self._errors, strict=True) if got != wanted]
        if not wrong:
            return (
                RIGHT,
                _("Your function finds the refused action, and returns None for errors that aren't about a role."),
            )
        return WRONG, _about_action(found, *wrong[0])


class GiveTheSmallestRole(Exercise):
    """Assign the newcomer the smallest role with which it may list."""

    title = N_("Exercise: assign the smallest role")

    def prepare(self) -> None:
        """With the practice vault, take away what an earlier try assigned."""
        sign_in_as("newcomer")
        for role in ("Reader", "Contributor", "Owner", "User Access Administrator"):
            revoke_role("newcomer", role)
        for role in ("Reader", "Contributor", "Secrets User", "Secrets Officer", "Administrator"):
            revoke_role("newcomer", f"Key Vault {role}")

    def names(self) -> list[tuple[str, str]]:
        """Who gets the role."""
        return [("newcomer", os.environ["LESSON_NEWCOMER_CLIENT_ID"])]

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Try each call as the newcomer, under the exercise's own name, so that no other secret changes."""
        credential = sign_in_as("newcomer")
        newcomer = SecretClient(self._client.vault_url, credential)
        refusal = _refusal(lambda: list(newcomer.list_properties_of_secrets()))
        may_read = _refusal(newcomer.get_secret, self.name) is None
        too_much = [
            what
            for what, method, arguments in (
                (_("save"), newcomer.set_secret, (self.name, "fake-value")),
                (_("delete"), newcomer.begin_delete_secret, (self.name,)),
            )
            if _refusal(method, *arguments) is None
        ]
        if too_much:
            said = _("The newcomer can now {actions} secrets, far too much for a look at dates.")
            return WRONG, in_a_row(said.format(actions=_(" and ").join(too_much)), _(_TAKE_AWAY))
        if may_read:
            said = _(
                "The newcomer can list, but it can read every value, too, which is what Key Vault Secrets User allows."
            )
            return WRONG, in_a_row(said, _(_TAKE_AWAY))
        if refusal is None:
            return RIGHT, _("The newcomer can list secrets, but it can't read a value, save or delete.")
        if _may_see_vault(credential, refusal):
            return WRONG, _(
                "The newcomer has a role on the vault itself, such as Owner or Reader, and still isn't allowed to list "
                "its secrets. Take that role away, and assign one for what's inside: its name begins with Key Vault."
            )
        return NOT_YET, _("Assign the newcomer a role. On Azure, a new role takes a few minutes to work.")


def _about_action(found: list[Any], got: Any, wanted: str | None) -> str:
    if wanted is None:
        return _(
            "Some errors aren't about a role: a disabled secret, or a name that doesn't exist. Return None "
            "for them. The inner code tells you which is which: it's {code} for a missing role."
        ).format(code=_NO_ROLE)
    if got is None:
        return _("For a refusal, the function returned None. Does it `return` what it found in every case?")
    if not isinstance(got, str):
        return _("The function returned something of type {type}. Return the action as a string.").format(
            type=type(got).__name__
        )
    if got in ("Forbidden", _NO_ROLE):
        return _("That's a code that every refusal for a missing role has. The action is in the message.")
    if len(set(found)) == 1:
        return _("The function returns the same thing for every error. Look at the error it's given.")
    if _letters(got).endswith(_letters(f"/secrets/{wanted}")):
        return _("That's the whole action. Return only the part after `secrets/`.")
    if _letters(got) == _letters(wanted):
        return _("Almost: return the action as it is in the message, without quotes or spaces around it.")
    if got in wanted:
        return _("A part is missing: for this error, the action is `{wanted}`, everything after `secrets/`.").format(
            wanted=wanted
        )
    return _(
        "For one of the errors, what the function returned isn't the action. Look at the error's message, in the line "
        "that begins with `Action:`."
    )


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
        with PipelineClient[HttpRequest, HttpResponse](_MANAGEMENT) as client:
            request = HttpRequest("GET", f"{_MANAGEMENT}{resource[1]}?api-version=2023-07-01", headers=headers)
            answer: HttpResponse = client.send_request(request)
            return answer.status_code == 200
    except AzureError:
        return False
