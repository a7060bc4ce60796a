"""A vault's HTTP: which address means what, and how a secret looks as JSON.

Forms and headers are those of the answers that the SDKs' own test suites recorded from the real service.
"""

import asyncio
import base64
import json
import re
from typing import Any
from urllib.parse import quote, urlencode

from tornado.web import Finish

from .. import conditions
from ..errors import ServiceError
from ..service import JsonHandler
from ..sign_in.tokens import InvalidToken, Tokens
from ..store import Store
from . import errors, permissions
from .permissions import Caller, Permission
from .vault import Changes, SecretVersion, Vault

HOST_SUFFIX = ".vault.azure.net"
MAX_PAGE = 25
# "About Azure Key Vault secrets" in the documentation; the words of the refusals are likely.
MAX_TAGS = 15
MAX_CONTENT_TYPE = 255

# What azure-keyvault-secrets 4.10 to 4.12 can be told to send, and the previews that its recordings were made with.
_API_VERSIONS = {
    *("2016-10-01", "7.0", "7.1", "7.2", "7.3", "7.4-preview.1", "7.4", "7.5-preview.1", "7.5", "7.6-preview.2", "7.6"),
    *("2025-06-01-preview", "2025-07-01", "2026-04-01"),
}


def routes(store: Store, tokens: Tokens, delete_seconds: float) -> list[tuple[str, type[JsonHandler], dict[str, Any]]]:
    """The addresses of a vault, for Tornado."""
    context = {"store": store, "tokens": tokens, "delete_seconds": delete_seconds}
    return [
        (r"/secrets/?", SecretsHandler, context),
        (r"/secrets/([^/]+)/versions/?", VersionsHandler, context),
        (r"/secrets/([^/]+)/backup/?", BackupHandler, context),
        (r"/secrets/([^/]+)/?", SecretHandler, context),
        (r"/secrets/([^/]+)/([^/]+)/?", SecretHandler, context),
        (r"/deletedsecrets/?", DeletedSecretsHandler, context),
        (r"/deletedsecrets/([^/]+)/recover/?", RecoverHandler, context),
        (r"/deletedsecrets/([^/]+)/?", DeletedSecretHandler, context),
        (r".*", ElsewhereHandler, context),
    ]


class VaultHandler(JsonHandler):
    """What every address of a vault asks first: who is calling, with which `api-version`, and whether they may.

    `takes` names, for each method that an address offers, the permission that it takes.
    """

    takes: dict[str, Permission] = {}

    def initialize(self, store: Store, tokens: Tokens, delete_seconds: float) -> None:
        """Tornado's way of handing over what the handler works on."""
        self._store = store
        self._tokens = tokens
        host = self.request.host_name.lower()
        self.vault_url = f"https://{host}"
        self._name = host.removesuffix(HOST_SUFFIX)
        asked = conditions.current().delete_seconds
        self.vault = Vault(store, self._name, delete_seconds if asked is None else asked)

    def set_default_headers(self) -> None:
        """The headers of every service, and the vault's own."""
        super().set_default_headers()
        self.set_header("x-ms-keyvault-region", "eastus")
        self.set_header("x-ms-keyvault-service-version", "1.9.501.1")
        self.set_header("x-ms-keyvault-network-info", "conn_type=Ipv4;addr=127.0.0.1;act_addr_fam=InterNetwork;")
        client_request_id = self.request.headers.get("x-ms-client-request-id", "")
        if re.fullmatch(r"[\w-]{1,128}", client_request_id):
            self.set_header("x-ms-client-request-id", client_request_id)

    async def prepare(self) -> None:
        """Refuse a caller without a good token, a request that no version of the API has, and who may not do it."""
        caller = self._caller()
        await self._meet_conditions()
        version = self.get_query_argument("api-version", "")
        if version not in _API_VERSIONS:
            raise errors.unknown_api_version(version)
        permission = self.takes.get(self.request.method)
        permissions.check(self._store, self._name, caller, permission, *self.path_args[:1])

    async def _meet_conditions(self) -> None:
        asked = conditions.current()
        if asked.dropped:
            asked.dropped -= 1
            self.request.connection.stream.close()
            raise Finish
        if asked.throttled:
            asked.throttled -= 1
            raise errors.throttled()
        if asked.slow_seconds:
            await asyncio.sleep(asked.slow_seconds)

    def unsupported(self, *_parts: str) -> None:
        """The answer of a method that this address does not offer."""
        raise errors.method_not_allowed(self.request.method)

    get = post = put = patch = delete = head = options = unsupported

    def body(self) -> dict[str, Any]:
        """The request's JSON object."""
        media_type = self.request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if media_type != "application/json":
            raise errors.unsupported_media_type()
        return self.json_object(errors.bad_parameter)

    def page(self, of: Any, key: str, item: Any) -> None:
        """Answer with one page of a list: up to `maxresults` items that come after the skip token's."""
        limit = self._page_size()
        found = of(after=self._after(), limit=limit + 1)
        more = len(found) > limit
        shown = found[:limit]
        link = self._next_link(getattr(shown[-1], key)) if more else None
        self.answer({"value": [item(secret) for secret in shown], "nextLink": link})

    def _page_size(self) -> int:
        asked = self.get_query_argument("maxresults", str(MAX_PAGE))
        if not re.fullmatch(r"[1-9]|1\d|2[0-5]", asked, re.ASCII):
            # Likely: only the clients' own check of the limits is on record.
            raise errors.bad_parameter(f"The parameter maxresults is {asked}; it must be from 1 to {MAX_PAGE}.")
        return int(asked)

    def _after(self) -> str:
        token = self.get_query_argument("$skiptoken", "")
        if not token:
            return ""
        try:
            after = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))["after"]
            after.encode()  # half of a surrogate pair is no text
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            after = None
        if after is None:
            raise errors.bad_parameter("The parameter $skiptoken is not one of this vault's.")
        return after

    def _next_link(self, last: str) -> str:
        # The name of the last item, not a count: the next page is right even when secrets come and go in between.
        token = base64.urlsafe_b64encode(json.dumps({"after": last}).encode()).decode().rstrip("=")
        version = quote(self.get_query_argument("api-version"))
        link = f"{self.vault_url}:443{self.request.path}?api-version={version}&$skiptoken={token}"
        asked = self.get_query_argument("maxresults", "")
        return f"{link}&{urlencode({'maxresults': asked})}" if asked else link

    def _caller(self) -> Caller:
        try:
            scheme, _, token = self.request.headers.get("Authorization", "").partition(" ")
            if scheme.lower() != "bearer" or not token:
                raise errors.missing_token()
            try:
                claims = self._tokens.read(token)
            except InvalidToken:
                raise errors.invalid_token() from None
            if claims.get("iss") != self._tokens.issuer:
                raise errors.wrong_issuer(self._tokens.issuer, claims.get("iss"))
            if claims.get("aud") != "https://vault.azure.net":
                raise errors.wrong_audience(claims.get("aud"))
            return Caller(claims["oid"], claims["appid"], claims["iss"])
        except ServiceError as error:
            authority = f"https://login.microsoftonline.com/{self._tokens.tenant_id}"
            error.headers["WWW-Authenticate"] = (
                f'Bearer authorization="{authority}", resource="https://vault.azure.net"'
            )
            raise


class SecretsHandler(VaultHandler):
    """`/secrets`: the list."""

    takes = {"GET": permissions.LIST}

    def get(self) -> None:
        """List the active secrets, without their values."""
        self.page(self.vault.list_secrets, "name", lambda secret: _described(self.vault_url, secret, version=False))


class VersionsHandler(VaultHandler):
    """`/secrets/{name}/versions`: the list of a secret's versions."""

    takes = {"GET": permissions.LIST}

    def get(self, name: str) -> None:
        """List the versions, without their values. An unknown name has none, and is no error."""
        self.page(
            lambda after, limit: self.vault.list_versions(name, after, limit),
            "version",
            lambda secret: _described(self.vault_url, secret),
        )


class SecretHandler(VaultHandler):
    """`/secrets/{name}` and `/secrets/{name}/{version}`: one secret."""

    takes = {
        "GET": permissions.GET,
        "PUT": permissions.SET,
        "PATCH": permissions.UPDATE,
        "DELETE": permissions.DELETE,
        "POST": permissions.RESTORE,
    }

    def get(self, name: str, version: str = "") -> None:
        """Get a version with its value."""
        secret = self.vault.get_secret(name, version)
        self.answer({"value": secret.value, **_described(self.vault_url, secret)})

    def put(self, name: str, *version: str) -> None:
        """Set a secret: save a new version."""
        if version:
            self.unsupported()
        body = self.body()
        value = body.get("value")
        if not isinstance(value, str):
            raise errors.bad_parameter("The property value is required, as a string.")
        secret = self.vault.set_secret(name, value, _changes(body))
        self.answer({"value": secret.value, **_described(self.vault_url, secret)})

    def patch(self, name: str, version: str = "") -> None:
        """Update what is said about a version."""
        secret = self.vault.update_secret(name, version, _changes(self.body()))
        self.answer(_described(self.vault_url, secret))

    def delete(self, name: str, *version: str) -> None:
        """Begin to delete a secret."""
        if version:
            self.unsupported()
        self.answer(_described(self.vault_url, self.vault.delete_secret(name)))

    def post(self, name: str, *version: str) -> None:
        """`/secrets/restore`: restore a backup. The address is that of a secret named "restore" as well."""
        if name != "restore" or version:
            self.unsupported()
        text = self.body().get("value")
        if not isinstance(text, str):
            raise errors.bad_parameter("The property value is required, as a string.")
        self.answer(_described(self.vault_url, self.vault.restore_secret(text, self.vault_url)))


class DeletedSecretsHandler(VaultHandler):
    """`/deletedsecrets`: the list of deleted secrets."""

    takes = {"GET": permissions.LIST}

    def get(self) -> None:
        """List the deleted secrets that can still be recovered."""
        self.page(
            self.vault.list_deleted_secrets, "name", lambda secret: _described(self.vault_url, secret, version=False)
        )


class DeletedSecretHandler(VaultHandler):
    """`/deletedsecrets/{name}`: one deleted secret."""

    takes = {"GET": permissions.GET_DELETED, "DELETE": permissions.PURGE}

    def get(self, name: str) -> None:
        """Get what is said about a deleted secret."""
        self.answer(_described(self.vault_url, self.vault.get_deleted_secret(name)))

    def delete(self, name: str) -> None:
        """Purge it."""
        self.vault.purge_deleted_secret(name)
        self.answer(None, 204)


class RecoverHandler(VaultHandler):
    """`/deletedsecrets/{name}/recover`."""

    takes = {"POST": permissions.RECOVER}

    def post(self, name: str) -> None:
        """Recover it."""
        self.answer(_described(self.vault_url, self.vault.recover_deleted_secret(name)))


class BackupHandler(VaultHandler):
    """`/secrets/{name}/backup`."""

    takes = {"POST": permissions.BACKUP}

    def post(self, name: str) -> None:
        """Back the secret up."""
        self.answer({"value": self.vault.back_up_secret(name)})


class ElsewhereHandler(VaultHandler):
    """Every other address of a vault."""

    get = post = put = patch = delete = head = options = JsonHandler.not_offered


def _described(vault_url: str, secret: SecretVersion, version: bool = True) -> dict[str, Any]:
    """All of a secret but its value, in the recorded order; what is not set is left out."""
    days = secret.retention_days
    described: dict[str, Any] = {}
    if secret.deleted_on is not None:
        described["recoveryId"] = f"{vault_url}/deletedsecrets/{secret.name}"
        described["deletedDate"] = secret.deleted_on
        described["scheduledPurgeDate"] = secret.purge_on
    if secret.content_type is not None:
        described["contentType"] = secret.content_type
    described["id"] = f"{vault_url}/secrets/{secret.name}" + (f"/{secret.version}" if version else "")
    attributes: dict[str, Any] = {"enabled": secret.enabled}
    if secret.not_before is not None:
        attributes["nbf"] = secret.not_before
    if secret.expires is not None:
        attributes["exp"] = secret.expires
    attributes["created"] = secret.created
    attributes["updated"] = secret.updated
    level = "Recoverable" if days == 90 else "CustomizedRecoverable"
    attributes["recoveryLevel"] = level if secret.purge_protected else f"{level}+Purgeable"
    attributes["recoverableDays"] = days
    described["attributes"] = attributes
    if secret.tags is not None:
        described["tags"] = secret.tags
    return described


def _changes(body: dict[str, Any]) -> Changes:
    """What a request's body sets, each checked for its type. JSON's null stands for "not given"."""
    attributes = _typed(body, "attributes", dict) or {}
    tags = _typed(body, "tags", dict)
    if tags is not None and not all(isinstance(value, str) for value in tags.values()):
        raise errors.bad_parameter("The property tags has a value that is not a string.")
    if tags is not None and len(tags) > MAX_TAGS:
        raise errors.bad_parameter(f"The property tags has {len(tags)} entries; a secret has at most {MAX_TAGS}.")
    content_type = _typed(body, "contentType", str)
    if content_type is not None and len(content_type) > MAX_CONTENT_TYPE:
        raise errors.bad_parameter(f"The property contentType has more than {MAX_CONTENT_TYPE} characters.")
    return Changes(
        content_type=content_type,
        tags=tags,
        enabled=_typed(attributes, "enabled", bool),
        not_before=_time(attributes, "nbf"),
        expires=_time(attributes, "exp"),
    )


def _typed(body: dict[str, Any], name: str, kind: type) -> Any:
    value = body.get(name)
    if value is not None and not isinstance(value, kind):
        raise errors.bad_parameter(f"The property {name} has a value of the wrong type.")
    return value


def _time(attributes: dict[str, Any], name: str) -> int | None:
    value = attributes.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**53:
        raise errors.bad_parameter(f"The property {name} is not a time in whole seconds since 1970.")
    return value
