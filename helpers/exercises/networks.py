"""The exercises of notebook 20. They close the lessons' second vault for a moment, and leave it open."""

import copy
import os
import re
import time
from collections.abc import Callable
from ipaddress import IPv4Network, ip_network
from typing import Any, cast

from azure.core import PipelineClient
from azure.core.exceptions import HttpResponseError
from azure.core.pipeline.policies import BearerTokenCredentialPolicy
from azure.core.rest import HttpRequest, HttpResponse
from azure.identity import DefaultAzureCredential
from azure.keyvault.secrets import SecretClient

from ..errors import NotebookError
from ..language import N_, _
from .exercise import NOT_YET, RIGHT, WRONG, AnswerError, Exercise, call, fresh_name

_FIREWALL = "ForbiddenByFirewall"
_CONNECTION = "ForbiddenByConnection"
_MANAGEMENT = "https://management.azure.com"
# Addresses that are nobody's (RFC 5737): somebody else's rule, and another client.
_NEIGHBOR = "192.0.2.7"
_ANOTHER = "198.51.100.24"
_DENY = {"bypass": "AzureServices", "defaultAction": "Deny", "virtualNetworkRules": []}
_PATIENCE_SECONDS = 120  # on Azure, a change of the rules takes a while to work


class ReadTheAddress(Exercise):
    """Write a function that finds the address that an IP rule would have to let in."""

    title = N_("Exercise: find the address to let in")

    def prepare(self) -> None:
        """Meet a refusal by the firewall, one for the public network, and two errors that aren't about a network."""
        second, network = _second_vault()
        network.open()
        _wait_for(second, None)
        second.set_secret(self.name, "fake-value", enabled=False)
        disabled, missing = _error_of(second, self.name), _error_of(second, fresh_name())
        try:
            network.close([])
            by_firewall = _wait_for(second, _FIREWALL)
            network.close_to_public()
            by_connection = _wait_for(second, _CONNECTION)
        finally:
            network.open()
        address = _client_address(second)
        self._errors: list[tuple[HttpResponseError | None, str | None]] = [
            (by_firewall, address),
            (_from_another_address(by_firewall, address), _ANOTHER),
            (by_connection, None),
            (disabled, None),
            (missing, None),
        ]

    def names(self) -> list[tuple[str, str]]:
        """What the function is given, and what it gives."""
        return [("answer(error)", _("returns the address for an IP rule, or None"))]

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Call the function with each error."""
        if answer is None:
            return NOT_YET, _("Write a function named `answer` that takes an error.")
        if not callable(answer):
            return WRONG, _("`answer` isn't a function. Begin with `def answer(error):`.")
        found = [call(answer, error) for error, _wanted in self._errors]
        wrong = [(got, wanted) for got, (_error, wanted) in zip(found, self._errors, strict=True) if got != wanted]
        if not wrong:
            return RIGHT, _("Your function finds the address if an IP rule can help, and returns None if it can't.")
        return WRONG, _about_address(found, *wrong[0])


class LetOneJobIn(Exercise):
    """Write a function that lets an address in for as long as a job runs."""

    title = N_("Exercise: let a job in, and nobody after it")

    def prepare(self) -> None:
        """Find out where the vault sees this computer."""
        self._second, self._network = _second_vault()
        self.address = _client_address(self._second)

    def names(self) -> list[tuple[str, str]]:
        """The address, and what there is to read and change the rules with."""
        return [
            ("second_exercise.address", self.address),
            ("second_exercise.addresses()", _("the addresses that the vault's IP rules let in, as a list")),
            ("second_exercise.set_addresses([...])", _("puts these addresses in place of the ones that are there")),
        ]

    def addresses(self) -> list[str]:
        """The addresses and ranges that the second vault's IP rules let in."""
        return self._network.addresses()

    def set_addresses(self, addresses: list[str]) -> None:
        """Put other IP rules in place of the second vault's.

        Raises:
            TypeError: `addresses` is one str.
        """
        if isinstance(addresses, str):
            raise TypeError(_("`set_addresses` takes a list of addresses, even for a single address."))
        self._network.set_addresses(list(addresses))

    def look(self, answer: Any = None) -> tuple[str, str]:
        """Close the vault, and call the function with a job that ends well and with one that fails."""
        if answer is None:
            return NOT_YET, _("Write a function named `answer` that takes an address and a job.")
        if not callable(answer):
            return WRONG, _("`answer` has to be a function. Begin with `def answer(address, job):`.")
        try:
            return self._look_at_good_job(answer) or self._look_at_failing_job(answer) or (RIGHT, _(_ALL_WELL))
        finally:
            self._network.open()

    def _look_at_good_job(self, answer: Callable[..., Any]) -> tuple[str, str] | None:
        job = self._close_and_make_job(fails=False)
        returned = call(answer, self.address, job)
        mine, neighbor = _as_networks([self.address]), _as_networks([_NEIGHBOR])
        if not job.seen:
            return WRONG, _("Your function never called the job. Call it with `job()`, between the two changes.")
        if len(job.seen) > 1:
            return WRONG, _("Your function called the job {count} times. Call it once.").format(count=len(job.seen))
        during, after = job.seen[0], _as_networks(self.addresses())
        if not during & mine and not job.let_in:
            return WRONG, _("The vault refused the job. Add the address to the rules before you call `job()`.")
        if during - mine - neighbor:
            return WRONG, _("While the job ran, the rules let in more than the one address. Add the address alone.")
        if not neighbor <= during:
            return WRONG, _(
                "While the job ran, someone else's rule for {address} was gone. `set_addresses` replaces all of "
                "them, so give it the addresses that are there, and yours."
            ).format(address=_NEIGHBOR)
        if after & mine:
            return WRONG, _("The job is over, and its address is still let in. Take it out of the rules again.")
        if after != neighbor:
            return WRONG, _(
                "Afterwards, someone else's rule for {address} was gone. Remove only your address, and leave "
                "the other rules as they were."
            ).format(address=_NEIGHBOR)
        if not job.let_in:
            return WRONG, _("The rule was there, and the vault still refused the job. On Azure, wait and check again.")
        if returned != job.result:
            return WRONG, _("Return what the job returns, so that whoever called your function gets it.")
        return None

    def _look_at_failing_job(self, answer: Callable[..., Any]) -> tuple[str, str] | None:
        job = self._close_and_make_job(fails=True)
        try:
            answer(self.address, job)
        except JobFailedError:
            heard = True
        except Exception as error:
            raise AnswerError(
                _("The job failed, and your function raised {error} instead.").format(error=type(error).__name__)
            ) from None
        else:
            heard = False
        if _as_networks(self.addresses()) & _as_networks([self.address]):
            return WRONG, _("When the job fails, its address is still let in afterwards. Use `try` and `finally`.")
        if not heard:
            return WRONG, _("The job failed, and nobody heard about it. Let its error through.")
        return None

    def _close_and_make_job(self, *, fails: bool) -> "_Job":
        self._network.close([_NEIGHBOR])
        return _Job(self._second, self._network, self.address, fails=fails)


_ALL_WELL = N_("The address is let in while the job runs, and shut out again afterwards, even if the job fails.")


class JobFailedError(Exception):
    """What the job raises that is meant to fail."""


class _Job:
    """What the reader's function has to run: it asks the vault, and keeps what it saw of the rules."""

    result = "finished"

    def __init__(self, second: SecretClient, network: "_Network", address: str, *, fails: bool) -> None:
        self._second, self._network, self._address, self._fails = second, network, address, fails
        self.seen: list[set[IPv4Network]] = []
        self.let_in = False

    def __call__(self) -> str:
        if self._fails:
            raise JobFailedError(_("This job fails on purpose."))
        rules = _as_networks(self._network.addresses())
        self.seen.append(rules)
        if _as_networks([self._address]) & rules:
            self.let_in = _wait_for(self._second, None, must=False) is None
        else:
            self.let_in = _refusal(self._second) is None
        return self.result


class _Network:
    """The network rules of a vault, in the control plane."""

    def __init__(self, vault: str) -> None:
        scope = f"{_MANAGEMENT}/.default"
        policies = [BearerTokenCredentialPolicy(DefaultAzureCredential(), scope)]
        self._client: PipelineClient[HttpRequest, HttpResponse] = PipelineClient(_MANAGEMENT, policies=policies)
        self._id = self._find(vault)

    def addresses(self) -> list[str]:
        """The addresses and ranges that the rules let in."""
        return [rule["value"] for rule in self._rules().get("ipRules", [])]

    def set_addresses(self, addresses: list[str]) -> None:
        """Put these addresses in place of those that are there, and leave everything else."""
        self._change({"networkAcls": {**self._rules(), **_ip_rules(addresses)}})

    def close(self, addresses: list[str]) -> None:
        """Let in these addresses, and no other."""
        self._change({"publicNetworkAccess": "Enabled", "networkAcls": {**_DENY, **_ip_rules(addresses)}})

    def close_to_public(self) -> None:
        """Let in nobody who comes over the public network."""
        self._change({"publicNetworkAccess": "Disabled"})

    def open(self) -> None:
        """Let everybody in, as a new vault does."""
        acls = {**_DENY, **_ip_rules([]), "defaultAction": "Allow"}
        self._change({"publicNetworkAccess": "Enabled", "networkAcls": acls})

    def _rules(self) -> dict[str, Any]:
        return self._ask("GET", self._id)["properties"].get("networkAcls") or {"defaultAction": "Allow"}

    def _change(self, properties: dict[str, Any]) -> None:
        self._ask("PATCH", self._id, body={"properties": properties})

    def _find(self, vault: str) -> str:
        wanted = f"resourceType eq 'Microsoft.KeyVault/vaults' and name eq '{vault}'"
        for subscription in self._ask("GET", "/subscriptions", "2022-12-01")["value"]:
            for found in self._ask("GET", f"{subscription['id']}/resources", "2021-04-01", wanted)["value"]:
                return cast(str, found["id"])
        raise NotebookError(
            _(
                "Your sign-in can't see the vault {vault} in the control plane. The exercise changes its "
                "network rules, so it needs a role such as Key Vault Contributor on that vault."
            ).format(vault=vault)
        )

    def _ask(self, method: str, path: str, version: str = "2023-07-01", wanted: str = "", body: Any = None) -> Any:
        params = {"api-version": version, **({"$filter": wanted} if wanted else {})}
        answer = self._client.send_request(HttpRequest(method, f"{_MANAGEMENT}{path}", params=params, json=body))
        if answer.status_code == 403:
            raise NotebookError(
                _(
                    "Your sign-in isn't allowed to change the vault's network rules. It needs a role such as Key Vault "
                    "Contributor on that vault."
                )
            )
        if answer.status_code >= 400:
            raise HttpResponseError(response=answer)
        return answer.json()


def _ip_rules(addresses: list[str]) -> dict[str, Any]:
    return {"ipRules": [{"value": address} for address in addresses]}


def _second_vault() -> tuple[SecretClient, _Network]:
    name = os.environ.get("LESSON_SECOND_VAULT", "")
    if not name or name == os.environ["KEY_VAULT_NAME"]:
        raise NotebookError(
            _(
                "The exercise closes a vault for a moment, so it needs a second one. Set LESSON_SECOND_VAULT as step 1 "
                "says, and start Jupyter again from that terminal."
            )
        )
    return SecretClient(f"https://{name}.vault.azure.net", DefaultAzureCredential()), _Network(name)


def _client_address(client: SecretClient) -> str:
    """Where the vault sees this computer, as every answer of the vault says."""
    answer = client.send_request(HttpRequest("GET", "/secrets"))
    found = re.search(r"\baddr=([\d.]+);", answer.headers.get("x-ms-keyvault-network-info", ""))
    if found is None:
        raise NotebookError(_("The vault doesn't see an IPv4 address for this computer, so no IP rule can let it in."))
    return found[1]


def _refusal(client: SecretClient) -> HttpResponseError | None:
    try:
        list(client.list_properties_of_secrets())
    except HttpResponseError as error:
        return error
    return None


def _wait_for(client: SecretClient, code: str | None, *, must: bool = True) -> HttpResponseError | None:
    """Wait until the vault refuses with this inner code (None: until it lets you in), and give the refusal."""
    give_up = time.monotonic() + _PATIENCE_SECONDS
    while True:
        refusal = _refusal(client)
        if _inner_code(refusal) == code:
            return refusal
        if time.monotonic() > give_up:
            break
        time.sleep(2)
    if must:
        raise NotebookError(
            _("The vault's new rules haven't taken effect yet. Wait a few minutes, then run the cell again.")
        )
    return refusal


def _inner_code(error: HttpResponseError | None) -> str | None:
    if error is None:
        return None
    inner = error.error.innererror if error.error else None
    return (inner or {}).get("code", "") or ""


def _error_of(client: SecretClient, name: str) -> HttpResponseError | None:
    try:
        client.get_secret(name)
    except HttpResponseError as error:
        return error
    return None


def _from_another_address(error: HttpResponseError | None, address: str) -> HttpResponseError | None:
    """The same refusal, as another client would get it."""
    changed = copy.copy(error)
    if changed is not None and changed.error is not None:
        changed.error = copy.copy(changed.error)
        changed.error.message = str(changed.error.message).replace(address, _ANOTHER)
        changed.message = changed.message.replace(address, _ANOTHER)
        changed.args = (changed.message,)
    return changed


def _as_networks(addresses: list[str]) -> set[IPv4Network]:
    return {cast(IPv4Network, ip_network(address)) for address in addresses}


def _about_address(found: list[Any], got: Any, wanted: str | None) -> str:
    if len(set(map(str, found))) == 1:
        return _("The function returns the same thing for every error. Look at the error it's given.")
    if wanted is None:
        return _(
            "For some errors, no IP rule helps: the public network is off, a secret is disabled, or no "
            "secret has that name. Return None for them. A rule helps only when the inner code is {code}."
        ).format(code=_FIREWALL)
    if got is None:
        return _("For a refusal by the firewall, the function returned None. Does it `return` what it found?")
    if not isinstance(got, str):
        return _("The function returned something of type {type}. Return the address as a str.").format(
            type=type(got).__name__
        )
    if got.strip() == wanted:
        return _("Almost: there's white space around the address. The lines of the message end with `\\r\\n`.")
    if wanted in got:
        return _("The address is in there, with more around it. Return the address alone.")
    if re.fullmatch(r"[\d.]+", got):
        return _(
            "That address belongs to another refusal. Look for the right one in the message of the error your function "
            "is given."
        )
    return _("That isn't the address. It's in the message, in the line that begins with `Client address:`.")
