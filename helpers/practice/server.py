"""The practice cloud's HTTP server: finds the service that a request is for, and sends what it answers."""

import asyncio
import json
import logging
import time
import uuid
from collections.abc import Callable, Mapping
from http.client import responses

from tornado.httpserver import HTTPServer
from tornado.httputil import (
    HTTPConnection,
    HTTPHeaders,
    HTTPMessageDelegate,
    HTTPServerConnectionDelegate,
    RequestStartLine,
    ResponseStartLine,
    format_timestamp,
)

from .service import Request, Response, Service

MAX_BODY_BYTES = 32 * 1024 * 1024  # a value that is far too large still gets the service's answer
THREAD_NAME = "practice-cloud"

# What the recorded answers of the real services carry.
_HEADERS = {
    "Cache-Control": "no-cache",
    "Pragma": "no-cache",
    "Expires": "-1",
    "Strict-Transport-Security": "max-age=31536000;includeSubDomains",
    "X-Content-Type-Options": "nosniff",
}
_JSON = "application/json; charset=utf-8"

# A client asked for a host that the practice cloud does not play, over a connection to another one.
_NO_HOST = Response(
    421, {"error": {"code": "MisdirectedRequest", "message": "The practice cloud has no host of this name."}}
)


def make_server(service_of: Callable[[str], Service | None]) -> HTTPServer:
    """A server that hands each request to the service of its host.

    Args:
        service_of: The service that plays a host of this name, or None. It is asked for each request.
    """
    _keep_quiet()
    return HTTPServer(_Receiver(service_of), max_body_size=MAX_BODY_BYTES)


class _Receiver(HTTPServerConnectionDelegate):
    """Tornado's way to ask who takes the next request of a connection."""

    def __init__(self, service_of: Callable[[str], Service | None]):
        self._service_of = service_of

    def start_request(self, server_conn: object, request_conn: HTTPConnection) -> HTTPMessageDelegate:  # noqa: ARG002
        return _Exchange(self._service_of, request_conn)


class _Exchange(HTTPMessageDelegate):
    """One request as it comes in, and the answer to it."""

    def __init__(self, service_of: Callable[[str], Service | None], connection: HTTPConnection):
        self._service_of = service_of
        self._connection = connection
        self._chunks: list[bytes] = []

    def headers_received(self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders) -> None:
        assert isinstance(start_line, RequestStartLine)
        self._start_line, self._headers = start_line, headers

    def data_received(self, chunk: bytes) -> None:
        self._chunks.append(chunk)

    def finish(self) -> None:
        method, target, _ = self._start_line
        request = Request(method, target, self._headers, b"".join(self._chunks))
        service = self._service_of(request.host)
        headers, response = ({}, _NO_HOST) if service is None else (service.headers(request), service.answer(request))
        if response.delay:
            loop = asyncio.get_running_loop()
            loop.call_later(response.delay, _send, self._connection, method, headers, response)
        else:
            _send(self._connection, method, headers, response)


def _send(connection: HTTPConnection, method: str, of_service: Mapping[str, str], response: Response) -> None:
    if response.drop:
        connection.stream.close()  # type: ignore[attr-defined]  # HTTP/1's connection has one
        return
    headers = HTTPHeaders()
    content = response.content
    if response.body is not None:
        headers["Content-Type"] = _JSON
        # Half of a surrogate pair has no bytes; a request's JSON can hold it, and an error quote it.
        content = json.dumps(response.body, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
    if response.status != 204:
        headers["Content-Length"] = str(len(content))
    headers["Date"] = format_timestamp(time.time())
    headers["x-ms-request-id"] = str(uuid.uuid4())
    for some in (_HEADERS, of_service, response.headers):
        for name, value in some.items():
            headers[name] = value
    start = ResponseStartLine("HTTP/1.1", response.status, responses.get(response.status, "Unknown"))
    connection.write_headers(start, headers, content if method != "HEAD" else b"")
    connection.finish()


def _keep_quiet() -> None:
    """Log nothing from the server's thread: a broken-off handshake would show up in the learner's notebook."""
    for name in ("tornado.access", "tornado.application", "tornado.general", "asyncio"):
        logging.getLogger(name).addFilter(_is_elsewhere)


def _is_elsewhere(record: logging.LogRecord) -> bool:
    return record.threadName != THREAD_NAME
