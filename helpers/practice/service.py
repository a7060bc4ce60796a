"""What a service of the practice cloud is: a host with a table of routes, which answers requests in its own words.

`Request` and `Response` are all of HTTP that a service sees; `server` sends and receives them.
"""

import json
import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, unquote_to_bytes

from tornado.httputil import HTTPHeaders, split_host_and_port

from .errors import PracticeError, ServiceError
from .state.store import Store
from .state.transaction import Transaction

REQUEST_ID = "x-ms-client-request-id"  # the header with the id that a client gives its request
_REPEATABLE = re.compile(r"[\w-]{1,128}", re.ASCII)
_UNREADABLE = "The practice cloud can't read this request."


class Request:
    """A request, with what a service asks of it.

    Every method raises a `ServiceError` for what is no text.
    """

    def __init__(self, method: str, target: str, headers: HTTPHeaders, body: bytes):
        self.method = method
        self.target = target
        self.path, _, self._query_string = target.partition("?")
        self.host = split_host_and_port(headers.get("Host", "").lower())[0]
        self.headers = headers
        self.body = body
        self._form: dict[str, list[str]] | None = None

    def repeated(self, *names: str) -> dict[str, str]:
        """Those of its headers of these names that an answer may repeat; others are as if they had not been sent."""
        sent = {name: self.headers.get(name, "").strip() for name in names}
        return {name: value for name, value in sent.items() if _REPEATABLE.fullmatch(value)}

    def query(self, name: str, default: str = "") -> str:
        """A parameter of the query."""
        found = _query_fields(self._query_string).get(name)
        return found[-1].strip() if found else default

    def form(self, name: str) -> str:
        """A field of the form that is the body, or ""."""
        if self._form is None:
            is_form = self.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded")
            self._form = _fields(self.body) if is_form else {}
        return self._form.get(name, [""])[-1]

    def json_object(self, refusal: Callable[[str], ServiceError]) -> dict[str, Any]:
        """The JSON object that is the body; what is none is refused with the service's error, given what is wrong."""
        try:
            body = json.loads(self.body)
            json.dumps(body, ensure_ascii=False).encode()  # half of a surrogate pair is no text
        except (ValueError, RecursionError):
            raise refusal("The request body is not valid JSON.") from None
        if not isinstance(body, dict):
            raise refusal("The request body is not a JSON object.")
        return body


@dataclass(frozen=True)
class Response:
    """An answer: its status, its JSON (None sends no body), and headers beyond those of the service.

    `content` is sent as it is, in place of JSON; its type is then among the headers. `delay` holds it back for so many
    seconds; `drop` closes the connection in place of an answer.
    """

    status: int = 200
    body: dict[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""
    delay: float = 0
    drop: bool = False


@dataclass(frozen=True)
class Route:
    """A row of a service's table: a method and a path, the function that answers, and what the caller needs.

    In the path, `{name}` stands for one part of it and `{*name}` for any number of parts, or none. What they stand for
    is given to the function as arguments of these names.
    """

    method: str
    path: str
    function: Callable[..., dict[str, Any] | Response]
    permission: Any = None

    def call(self, call: Any, names: dict[str, str]) -> Response:
        """What the function answers to a call of its service, whole."""
        answer = self.function(call, **names)
        return answer if isinstance(answer, Response) else Response(body=answer)


class Routes:
    """A table of routes, in which the first row that fits a method and a path is the one."""

    def __init__(self, rows: list[Route], *, ignore_case: bool = False):
        flags = re.IGNORECASE if ignore_case else 0
        self.rows = rows
        self._patterns = [(re.compile(_pattern(row.path), flags), row) for row in rows]

    def find(self, method: str, path: str) -> tuple[Route | None, dict[str, str]]:
        """The route that fits and what its path's names stand for; None if there is none."""
        for pattern, row in self._patterns:
            if row.method == method and (found := pattern.fullmatch(path)):
                return row, {name: _text(unquote_to_bytes(part)) for name, part in found.groupdict().items()}
        return None, {}

    def has_path(self, path: str) -> bool:
        """Whether a row fits the path, whatever its method is."""
        return any(pattern.fullmatch(path) for pattern, _ in self._patterns)


class Service:
    """A host that the practice cloud plays. A subclass says how it answers, and how its errors look."""

    def __init__(self, store: Store):
        self.store = store

    def headers(self, request: Request) -> dict[str, str]:  # noqa: ARG002
        """The headers of every answer to a request. Those of the answer itself go before them."""
        return {}

    def transaction(self, request: Request) -> AbstractContextManager[Transaction]:
        """The one transaction in which a request is checked and done: for questions if it only asks."""
        return self.store.reading() if request.method in ("GET", "HEAD") else self.store.writing()

    def respond(self, request: Request) -> Response:
        """The answer to a request; a `ServiceError` that is raised anywhere in it becomes the answer."""
        raise NotImplementedError

    def error_body(self, error: ServiceError) -> dict[str, Any]:
        """The body of an error: Azure's common form. A service with a form of its own overrides this."""
        described: dict[str, Any] = {"code": error.code, "message": error.message}
        if error.inner_code:
            described["innererror"] = {"code": error.inner_code}
        return {"error": described}

    def refuse(self, error: ServiceError) -> Response:
        """The answer that an error is. A service whose errors are no JSON overrides this."""
        return Response(error.status, self.error_body(error), headers=error.headers)

    def answer(self, request: Request) -> Response:
        """The answer to a request, whatever goes wrong."""
        try:
            return self.respond(request)
        except ServiceError as error:
            refusal = error
        except PracticeError as error:
            # 507 is not among the statuses that Azure's clients try again: the person hears of it at once.
            refusal = ServiceError(507, "PracticeStateUnusable", str(error))
        except UnicodeError:  # half of a surrogate pair where a text has to be
            refusal = ServiceError(400, "BadRequest", _UNREADABLE)
        except Exception:
            refusal = ServiceError(
                500,
                "InternalServerError",
                "The practice cloud failed to answer this request; please report it with what you did.",
            )
        return self.refuse(refusal)


def not_offered(request: Request) -> ServiceError:
    """The real service may have this address or method, and the practice cloud has not."""
    return ServiceError(404, "NotFound", f"The practice cloud does not offer {request.method} {request.path}.")


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise ServiceError(400, "BadRequest", _UNREADABLE) from None


@lru_cache(maxsize=64)  # a client sends the same ones with each request
def _query_fields(query: str) -> dict[str, list[str]]:
    return _fields(query)


def _fields(encoded: bytes | str) -> dict[str, list[str]]:
    """The fields of a query or a form."""
    text = encoded if isinstance(encoded, str) else _text(encoded)
    try:
        return parse_qs(text, keep_blank_values=True, errors="strict", max_num_fields=1000)
    except ValueError:
        raise ServiceError(400, "BadRequest", _UNREADABLE) from None


def _pattern(path: str) -> str:
    parts = re.split(r"\{(\*?\w+)\}", path)
    parts[::2] = map(re.escape, parts[::2])
    parts[1::2] = [f"(?P<{name[1:]}>|/.*)" if name[0] == "*" else f"(?P<{name}>[^/]+)" for name in parts[1::2]]
    return "".join(parts)
