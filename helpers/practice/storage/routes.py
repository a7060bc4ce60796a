"""The storage account's HTTP: which request means what, who is asking, and whether they may.

What the lessons take of "Blob service REST API": whole blobs, saved, read, listed and deleted.
"""

import base64
import re
import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlencode

from .. import clock
from ..errors import ServiceError
from ..identities import STORAGE_ACCOUNT, TENANT_ID
from ..service import REQUEST_ID, Request, Response, Route, Routes, Service, not_offered
from ..sign_in.tokens import Tokens
from ..state import blobs
from ..state.blobs import Blob, Container
from ..state.store import Store
from ..state.transaction import Transaction
from . import bodies, errors, permissions

HOST = f"{STORAGE_ACCOUNT}.blob.core.windows.net"
AUDIENCE = "https://storage.azure.com"
MAX_PAGE = 5000

_CONTAINER_NAME = re.compile(r"(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_MAX_BLOB_NAME = 1024
# XML has no way to write the others. (The real service takes them, and lists such a name encoded.)
_XML_TEXT = re.compile("[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")


@dataclass(frozen=True)
class Call:
    """A request to the account from somebody who may make it."""

    request: Request
    state: Transaction

    def container(self, name: str) -> Container:
        """The container that is asked for.

        Raises:
            ServiceError: it is not there.
        """
        found = blobs.find_container(self.state, STORAGE_ACCOUNT, name)
        if found is None:
            raise errors.container_not_found()
        return found

    def blob(self, container: str, name: str) -> Blob:
        """The blob that is asked for.

        Raises:
            ServiceError: it is not there, or not in the version that is asked for.
        """
        self.container(container)
        found = blobs.find(self.state, STORAGE_ACCOUNT, container, _blob_name(name))
        if found is None:
            raise errors.blob_not_found()
        if _header(self.request, "If-Match") not in ("", "*", found.etag):
            raise errors.condition_not_met()
        return found


def list_containers(call: Call) -> Response:
    """The account's containers."""
    prefix = _prefix(call.request)
    found = blobs.list_containers(call.state, STORAGE_ACCOUNT, prefix)
    return _xml(bodies.of_containers(f"https://{HOST}", prefix, found))


def add_container(call: Call, container: str) -> Response:
    """Make a container."""
    if not _CONTAINER_NAME.fullmatch(container):
        raise errors.invalid_name()
    if blobs.find_container(call.state, STORAGE_ACCOUNT, container) is not None:
        raise errors.container_already_exists()
    blobs.add_container(call.state, STORAGE_ACCOUNT, container)
    return replace(get_container(call, container), status=201)


def list_blobs(call: Call, container: str) -> Response:
    """A page of the blobs in a container."""
    prefix, limit, after = _prefix(call.request), _limit(call.request), _after(call.request)
    call.container(container)
    found = blobs.list_blobs(call.state, STORAGE_ACCOUNT, container, prefix, after, limit + 1)
    marker = _marker(found[limit - 1].name) if len(found) > limit else ""
    asked = call.request.query("maxresults")
    return _xml(bodies.of_blobs(f"https://{HOST}", container, prefix, asked, found[:limit], marker))


def get_container(call: Call, container: str) -> Response:
    """What is said about a container."""
    found = call.container(container)
    return Response(headers={"ETag": found.etag, "Last-Modified": bodies.http_date(found.created)})


def delete_container(call: Call, container: str) -> Response:
    """Delete a container, with all that is in it. The real service takes half a minute until the name is free."""
    blobs.delete_container(call.state, call.container(container))
    return Response(202)


def put_blob(call: Call, container: str, name: str) -> Response:
    """Save a block blob, whole."""
    kind = _header(call.request, "x-ms-blob-type")
    if not kind:
        raise errors.missing_header()
    if kind != "BlockBlob":
        raise not_offered(call.request)
    name = _blob_name(name)
    call.container(container)
    earlier = blobs.find(call.state, STORAGE_ACCOUNT, container, name)
    if earlier is not None and _header(call.request, "If-None-Match") == "*":
        raise errors.blob_already_exists()
    if _header(call.request, "If-Match") not in ("", earlier.etag if earlier else ""):
        raise errors.condition_not_met()
    content_type = _header(call.request, "x-ms-blob-content-type") or _header(call.request, "Content-Type")
    saved = blobs.put(
        call.state, STORAGE_ACCOUNT, container, name, call.request.body, content_type or "application/octet-stream"
    )
    return Response(201, headers=_about(saved))


def get_blob(call: Call, container: str, name: str) -> Response:
    """A blob, or the part of it that is asked for."""
    blob = call.blob(container, name)
    content = blobs.content(call.state, blob)
    headers = {
        **_about(blob),
        "Content-Type": blob.content_type,
        "Accept-Ranges": "bytes",
        "x-ms-blob-type": blob.kind,
        "x-ms-creation-time": bodies.http_date(blob.created),
    }
    asked = _header(call.request, "x-ms-range") or _header(call.request, "Range")
    part = re.fullmatch(r"bytes=(\d{1,18})-(\d{0,18})", asked, re.ASCII)
    if part is None:  # what is no range is as none (RFC 9110, 14.2)
        return Response(content=content, headers=headers)
    first, last = int(part[1]), min(int(part[2] or blob.size), blob.size - 1)
    if first > last:
        raise errors.invalid_range()
    headers["Content-Range"] = f"bytes {first}-{last}/{blob.size}"
    return Response(206, content=content[first : last + 1], headers=headers)


def delete_blob(call: Call, container: str, name: str) -> Response:
    """Delete a blob."""
    blobs.delete(call.state, call.blob(container, name))
    return Response(202)


# What a request means is in its query as much as in its path, so each path here begins with the query's own words.
ROUTES = Routes(
    [
        Route("GET", "comp=list /", list_containers, permissions.LIST_CONTAINERS),
        Route("PUT", "restype=container /{container}", add_container, permissions.ADD_CONTAINER),
        Route("GET", "restype=container /{container}", get_container, permissions.GET_CONTAINER),
        Route("DELETE", "restype=container /{container}", delete_container, permissions.DELETE_CONTAINER),
        Route("GET", "restype=container&comp=list /{container}", list_blobs, permissions.READ),
        Route("PUT", " /{container}{*name}", put_blob, permissions.WRITE),
        Route("GET", " /{container}{*name}", get_blob, permissions.READ),
        Route("HEAD", " /{container}{*name}", get_blob, permissions.READ),
        Route("DELETE", " /{container}{*name}", delete_blob, permissions.DELETE),
    ]
)


class Storage(Service):
    """The practice cloud's storage account."""

    def __init__(self, store: Store, tokens: Tokens):
        super().__init__(store)
        self._tokens = tokens

    def headers(self, request: Request) -> dict[str, str]:
        """The version and the request's own id, if they have been sent."""
        return request.repeated("x-ms-version", REQUEST_ID)

    def respond(self, request: Request) -> Response:
        """Ask who is calling and whether they may; then do it, in one transaction."""
        claims = self._claims(request)
        # Without a version, a request with a token is taken for one of 2009, which knew no tokens.
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", _header(request, "x-ms-version"), re.ASCII):
            raise errors.invalid_header()
        query = urlencode({name: word for name in ("restype", "comp") if (word := request.query(name))})
        route, names = ROUTES.find(request.method, f"{query} {request.path}")
        if route is None:
            raise not_offered(request)
        with self.transaction(request) as state:
            permissions.check(state, claims["oid"], route.permission, names.get("container", ""))
            return route.call(Call(request, state), names)

    def refuse(self, error: ServiceError) -> Response:
        """An error in the form of Azure Storage: as XML, with the request's id and the time in the message."""
        id = str(uuid.uuid4())
        time = datetime.fromtimestamp(clock.wall_time(), timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f0Z")
        message = f"{error.message}\nRequestId:{id}\nTime:{time}"
        headers = {**error.headers, "x-ms-error-code": error.code, "x-ms-request-id": id}
        content = bodies.of_error(error.code, message, error.inner_code)
        return Response(error.status, content=content, headers={**headers, "Content-Type": "application/xml"})

    def _claims(self, request: Request) -> dict[str, Any]:
        try:
            claims = self._tokens.authenticate(_header(request, "Authorization"), errors)
            if claims.get("iss") != self._tokens.issuer:
                raise errors.wrong_issuer()
            if str(claims.get("aud")).rstrip("/") != AUDIENCE:
                raise errors.wrong_audience()
            return claims
        except ServiceError as error:
            authority = f"https://login.microsoftonline.com/{TENANT_ID}/oauth2/authorize"
            error.headers["WWW-Authenticate"] = f"Bearer authorization_uri={authority} resource_id={AUDIENCE}"
            raise


def _header(request: Request, name: str) -> str:
    value: str = request.headers.get(name, "")
    return value.strip()


def _about(blob: Blob) -> dict[str, str]:
    return {"ETag": blob.etag, "Last-Modified": bodies.http_date(blob.updated)}


def _xml(content: bytes) -> Response:
    return Response(content=content, headers={"Content-Type": "application/xml"})


def _blob_name(path: str) -> str:
    name = path.removeprefix("/")
    if not 0 < len(name) <= _MAX_BLOB_NAME or not _XML_TEXT.fullmatch(name):
        raise errors.invalid_name()
    return name


def _prefix(request: Request) -> str:
    prefix = request.query("prefix")
    if not _XML_TEXT.fullmatch(prefix):
        raise errors.invalid_query()
    return prefix


def _limit(request: Request) -> int:
    asked = request.query("maxresults", str(MAX_PAGE))
    if not re.fullmatch(r"[1-9]\d{0,8}", asked, re.ASCII):
        raise errors.invalid_query()
    return min(int(asked), MAX_PAGE)


def _after(request: Request) -> str:
    """The name that a page begins after. The marker says it, encoded: clients are not to read it."""
    try:
        return base64.b64decode(request.query("marker"), altchars=b"-_", validate=True).decode()
    except ValueError:
        raise errors.invalid_query() from None


def _marker(name: str) -> str:
    return base64.urlsafe_b64encode(name.encode()).decode()
