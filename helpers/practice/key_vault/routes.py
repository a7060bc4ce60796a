"""A vault's HTTP: which request means what, who is asking, and whether they may."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from .. import clouds
from ..clouds import Cloud
from ..conditions import Conditions
from ..errors import PracticeError, ServiceError
from ..identities import CLIENT_ADDRESS, TENANT_ID
from ..service import REQUEST_ID, Request, Response, Route, Routes, Service, not_offered
from ..sign_in.tokens import Tokens
from ..state import blobs, vaults
from ..state.store import Store
from ..state.transaction import Transaction
from ..state.vaults import Vault
from . import audit, bodies, certificates, errors, permissions, secrets
from .paging import page
from .permissions import Caller

# What azure-keyvault-secrets 4.10 to 4.12 can be told to send, and the previews that its recordings were made with.
_API_VERSIONS = {
    "2016-10-01",
    "7.0",
    "7.1",
    "7.2",
    "7.3",
    "7.4-preview.1",
    "7.4",
    "7.5-preview.1",
    "7.5",
    "7.6-preview.2",
    "7.6",
    "2025-06-01-preview",
    "2025-07-01",
    "2026-04-01",
}


@dataclass(frozen=True)
class Call:
    """A request to a vault from somebody who may make it."""

    request: Request
    state: Transaction
    vault: Vault
    url: str  # the vault's, as the client has it

    def body(self) -> dict[str, Any]:
        """The request's JSON object.

        Raises:
            ServiceError: there is none.
        """
        media_type = self.request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if media_type != "application/json":
            raise errors.unsupported_media_type()
        return self.request.json_object(errors.bad_parameter)


def list_secrets(call: Call) -> dict[str, Any]:
    """The active secrets, without their values."""
    return page(
        call.request,
        call.url,
        lambda after, limit: secrets.list_secrets(call.state, call.vault, after, limit),
        lambda secret: secret.name,
        lambda secret: bodies.without_value(call.url, call.vault, secret, version=False),
    )


def set_secret(call: Call, name: str) -> dict[str, Any]:
    """Save a new version."""
    body = call.body()
    value, changes = bodies.value_in(body), bodies.changes_in(body)
    return bodies.with_value(call.url, call.vault, secrets.set_secret(call.state, call.vault, name, value, changes))


def get_secret(call: Call, name: str, version: str = "") -> dict[str, Any]:
    """A version with its value; a certificate's in the form that the request asks for."""
    found = secrets.get_secret(call.state, call.vault, name, version)
    if found.managed:
        found = certificates.converted(found, call.request.query("outContentType"))
    return bodies.with_value(call.url, call.vault, found)


def update_secret(call: Call, name: str, version: str = "") -> dict[str, Any]:
    """Change what is said about a version."""
    changes = bodies.changes_in(call.body())
    changed = secrets.update_secret(call.state, call.vault, name, version, changes)
    return bodies.without_value(call.url, call.vault, changed)


def list_versions(call: Call, name: str) -> dict[str, Any]:
    """A secret's versions, without their values. An unknown name has none, and is no error."""
    return page(
        call.request,
        call.url,
        lambda after, limit: secrets.list_versions(call.state, call.vault, name, after, limit),
        lambda secret: secret.version,
        lambda secret: bodies.without_value(call.url, call.vault, secret),
    )


def delete_secret(call: Call, name: str) -> dict[str, Any]:
    """Begin a deletion."""
    return bodies.without_value(call.url, call.vault, secrets.delete_secret(call.state, call.vault, name))


def back_up_secret(call: Call, name: str) -> dict[str, Any]:
    """All versions of a secret, encrypted."""
    return {"value": secrets.back_up_secret(call.state, call.vault, name)}


def restore_secret(call: Call, name: str) -> dict[str, Any]:
    """Bring back what a backup holds. The address is that of a secret named "restore" as well."""
    if name != "restore":
        raise errors.method_not_allowed("POST")
    text = bodies.value_in(call.body())
    restored = secrets.restore_secret(call.state, call.vault, text)
    return bodies.without_value(call.url, call.vault, restored)


def list_deleted_secrets(call: Call) -> dict[str, Any]:
    """The deleted secrets that can still be recovered."""
    return page(
        call.request,
        call.url,
        lambda after, limit: secrets.list_deleted_secrets(call.state, call.vault, after, limit),
        lambda secret: secret.name,
        lambda secret: bodies.without_value(call.url, call.vault, secret, version=False),
    )


def get_deleted_secret(call: Call, name: str) -> dict[str, Any]:
    """What is said about a deleted secret."""
    return bodies.without_value(call.url, call.vault, secrets.get_deleted_secret(call.state, call.vault, name))


def recover_deleted_secret(call: Call, name: str) -> dict[str, Any]:
    """Begin a recovery."""
    return bodies.without_value(call.url, call.vault, secrets.recover_deleted_secret(call.state, call.vault, name))


def purge_deleted_secret(call: Call, name: str) -> Response:
    """Remove a deleted secret for good."""
    secrets.purge_deleted_secret(call.state, call.vault, name)
    return Response(204)


ROUTES = Routes(
    [
        Route("GET", "/secrets", list_secrets, permissions.LIST),
        Route("POST", "/secrets/{name}", restore_secret, permissions.RESTORE),
        Route("GET", "/secrets/{name}", get_secret, permissions.GET),
        Route("PUT", "/secrets/{name}", set_secret, permissions.SET),
        Route("PATCH", "/secrets/{name}", update_secret, permissions.UPDATE),
        Route("DELETE", "/secrets/{name}", delete_secret, permissions.DELETE),
        Route("GET", "/secrets/{name}/versions", list_versions, permissions.LIST),
        Route("POST", "/secrets/{name}/backup", back_up_secret, permissions.BACKUP),
        Route("GET", "/secrets/{name}/{version}", get_secret, permissions.GET),
        Route("PATCH", "/secrets/{name}/{version}", update_secret, permissions.UPDATE),
        Route("GET", "/deletedsecrets", list_deleted_secrets, permissions.LIST),
        Route("GET", "/deletedsecrets/{name}", get_deleted_secret, permissions.GET_DELETED),
        Route("DELETE", "/deletedsecrets/{name}", purge_deleted_secret, permissions.PURGE),
        Route("POST", "/deletedsecrets/{name}/recover", recover_deleted_secret, permissions.RECOVER),
    ]
)


# The audit log's words for them: "Operation names table" of "Azure Key Vault logging" in the documentation.
_OPERATIONS: dict[Callable[..., Any], str] = {
    list_secrets: "SecretList",
    restore_secret: "SecretRestore",
    get_secret: "SecretGet",
    set_secret: "SecretSet",
    update_secret: "SecretUpdate",
    delete_secret: "SecretDelete",
    list_versions: "SecretListVersions",
    back_up_secret: "SecretBackup",
    list_deleted_secrets: "SecretListDeleted",
    get_deleted_secret: "SecretGetDeleted",
    purge_deleted_secret: "SecretPurge",
    recover_deleted_secret: "SecretRecover",
}


_HEADERS = {
    "x-ms-keyvault-region": "eastus",
    "x-ms-keyvault-service-version": "1.9.501.1",
    "x-ms-keyvault-network-info": f"conn_type=Ipv4;addr={CLIENT_ADDRESS};act_addr_fam=InterNetwork;",
}


class KeyVault(Service):
    """Every vault of the practice cloud."""

    def __init__(self, store: Store, tokens: Tokens):
        super().__init__(store)
        self._tokens = tokens

    def headers(self, request: Request) -> dict[str, str]:
        """What the service says of itself, and the request's own id if it has one."""
        return _HEADERS | request.repeated(REQUEST_ID)

    def answer(self, request: Request) -> Response:
        """The answer, held back if that is being rehearsed."""
        response = super().answer(request)
        delay = self.store.conditions.slow_seconds
        return replace(response, delay=delay) if delay and response.status != 401 else response

    def respond(self, request: Request) -> Response:
        """Do what is asked for, or refuse it, and write it to the vault's audit log if it has one."""
        began, trail = time.perf_counter(), audit.Trail(request)
        try:
            response = self._respond(request, trail)
        except ServiceError as error:
            self._log(trail, began, error)
            raise
        if not response.drop:
            self._log(trail, began, response)
        return response

    def _respond(self, request: Request, trail: audit.Trail) -> Response:
        """Ask who is calling, with which `api-version`, and whether they may; then do it, in one transaction."""
        name, cloud = _place(request)
        trail.claims = self._claims(request, cloud)
        caller = Caller(trail.claims["oid"], trail.claims["appid"], trail.claims["iss"])
        path = request.path.removesuffix("/")
        route, names = ROUTES.find(request.method, path)
        trail.operation, trail.names = _OPERATIONS[route.function] if route else "", names
        if fault := _fault(self.store.conditions):
            return fault
        version = request.query("api-version")
        if version not in _API_VERSIONS:
            raise errors.unknown_api_version(version)
        with self.transaction(request) as state:
            trail.vault = vault = _vault(state, name, cloud)
            if route is None:
                raise errors.method_not_allowed(request.method) if ROUTES.has_path(path) else not_offered(request)
            permissions.check_network(vault, caller)
            permissions.check(state, vault, caller, route.permission, names.get("name", ""))
            call = Call(request, state, vault, f"https://{request.host}")
            return route.call(call, names)

    def _log(self, trail: audit.Trail, began: float, answer: Response | ServiceError) -> None:
        # The call is done whether or not there is room for the log. On Azure, too, the log comes later.
        with suppress(PracticeError, ServiceError):
            if trail.vault is None:  # refused before anybody looked at the vault
                with self.store.reading() as state:
                    trail.vault = _vault(state, *_place(trail.request))
            vault = trail.vault
            if not vault.log_accounts or not trail.operation:
                return
            with self.store.writing() as state:
                record = audit.record(trail, vault, state.now, time.perf_counter() - began, answer)
                for account in vault.log_accounts:
                    name = audit.blob_name(vault, state.now)
                    blobs.append(state, account, audit.CONTAINER, name, audit.line(record))

    def _claims(self, request: Request, cloud: Cloud) -> dict[str, Any]:
        issuer = cloud.issuer(TENANT_ID)
        try:
            claims = self._tokens.authenticate(request.headers.get("Authorization"), errors)
            if claims.get("iss") != issuer:
                raise errors.wrong_issuer(issuer, claims.get("iss"))
            if claims.get("aud") != cloud.resource:
                raise errors.wrong_audience(cloud.resource, claims.get("aud"))
            return claims
        except ServiceError as error:
            authority = f"https://{cloud.sign_in}/{TENANT_ID}"
            error.headers["WWW-Authenticate"] = f'Bearer authorization="{authority}", resource="{cloud.resource}"'
            raise


def _place(request: Request) -> tuple[str, Cloud]:
    """The name of the vault that a request is for, and its cloud."""
    found = clouds.of_vault(request.host)
    if found is None:
        raise errors.no_such_vault(request.host)
    return found


def _vault(state: Transaction, name: str, cloud: Cloud) -> Vault:
    vault = vaults.find_active(state, name, cloud)
    if vault is None:
        raise errors.no_such_vault(name)
    return vault


def _fault(conditions: Conditions) -> Response | None:
    """The fault that is being rehearsed for this call."""
    if conditions.dropped:
        conditions.dropped -= 1
        return Response(drop=True)
    if conditions.throttled:
        conditions.throttled -= 1
        raise errors.throttled()
    return None
