"""Remembers which requests the cells sent: their addresses, times and shapes, and nothing of a value or a token.

The SDK offers a place for this: an implementation of tracing (`azure.core.settings.tracing_implementation`), to which
each pipeline, sync or async, shows its request and the answer. Logging stays as the reader has it.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from types import TracebackType
from typing import Any, NamedTuple, TypeVar, cast
from urllib.parse import urlsplit

from IPython.core.getipython import get_ipython

HIDDEN = "…"
MOST = 100  # requests that are kept of one cell

# The only headers that are kept, and which of them with their value. None of these says who somebody is.
_TELLING = {"Accept": True, "Authorization": False, "Content-Type": True, "Retry-After": True, "WWW-Authenticate": True}
_TELLING_PARAMETERS = {"api-version"}

_Function = TypeVar("_Function", bound=Callable[..., Any])

_unrecorded: ContextVar[bool] = ContextVar("unrecorded", default=False)


class Request(NamedTuple):
    """One request and its answer. A body is its shape: what JSON makes of it, with HIDDEN for each value.

    `began` is in seconds on the clock of `time.perf_counter`. Without an answer, `status` is None.
    """

    began: float
    seconds: float
    method: str
    host: str
    path: str
    sent_headers: dict[str, str]
    sent_body: Any
    status: int | None
    headers: dict[str, str]
    body: Any

    @property
    def has_token(self) -> bool:
        """Whether it carried a token."""
        return "Authorization" in self.sent_headers


class _Cell:
    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.left_out = 0  # beyond MOST
        self.only_showed = False

    def add(self, request: Request) -> None:
        if len(self.requests) < MOST:
            self.requests.append(request)
        else:
            self.left_out += 1


_this, _before = _Cell(), _Cell()


def record_requests() -> None:
    """From now on, remember the requests of the cell that runs and of the one before. A second call does nothing.

    A tracing implementation that the reader has chosen stays.
    """
    from azure.core.settings import settings

    if settings.tracing_implementation() is None:
        settings.tracing_implementation = cast(Any, _Span)  # the SDK asks for the methods, and for no base class
    shell: Any = get_ipython()  # its methods have no types
    if shell is not None and _begin_cell not in shell.events.callbacks["pre_run_cell"]:
        shell.events.register("pre_run_cell", _begin_cell)


def is_recording() -> bool:
    """Whether requests are remembered at the moment."""
    from azure.core.settings import settings

    chosen: Any = settings.tracing_implementation()
    return chosen is _Span and settings.tracing_enabled()


def latest_requests() -> tuple[list[Request], int]:
    """The requests of this cell, or if it sent none, those of the cell before, in order; and how many more there were.

    A cell that did nothing but ask for them doesn't count as the cell before.
    """
    _this.only_showed = not _this.requests
    cell = _before if _this.only_showed else _this
    return sorted(cell.requests, key=lambda request: request.began), cell.left_out


@contextmanager
def unrecorded() -> Iterator[None]:
    """Don't remember requests inside: they are a helper's own."""
    token = _unrecorded.set(True)
    try:
        yield
    finally:
        _unrecorded.reset(token)


def _begin_cell(_info: object = None) -> None:
    global _this, _before
    if not (_this.only_showed and not _this.requests):
        _before = _this
    _this = _Cell()


class _Span:
    """What the SDK makes for each of its methods, and for each request inside (`azure.core.tracing.AbstractSpan`).

    Only a span of a request is shown one. It's shown it at its end, so nothing is kept while it goes on.
    """

    def __init__(self, *_around: object, **_name_and_kind: object) -> None:
        self._began = time.perf_counter()
        self._cell = _this

    def set_http_attributes(self, request: Any, response: Any = None) -> None:
        """Take a note of a request and its answer."""
        if not _unrecorded.get():
            self._cell.add(_noted(self._began, request, response))

    # The rest of what the SDK may ask for. There's no other tracing around it, and nothing to tell.

    span_instance = None
    kind = None

    def __enter__(self) -> "_Span":
        return self

    def __exit__(self, _type: type[BaseException] | None, _error: object, _traceback: TracebackType | None) -> None:
        pass

    def span(self, *_around: object, **_name_and_kind: object) -> "_Span":
        return _Span()

    def start(self) -> None:
        pass

    def finish(self) -> None:
        pass

    def to_header(self) -> dict[str, str]:
        return {}  # so the request goes out as it would without

    def get_trace_parent(self) -> str:
        return ""

    def add_attribute(self, _key: str, _value: str | int) -> None:
        pass

    @classmethod
    def link(cls, _parent: str, _attributes: object = None) -> None:
        pass

    @classmethod
    def link_from_headers(cls, _headers: object, _attributes: object = None) -> None:
        pass

    @classmethod
    def get_current_span(cls) -> None:
        pass

    @classmethod
    def get_current_tracer(cls) -> None:
        pass

    @classmethod
    def set_current_span(cls, _span: object) -> None:
        pass

    @classmethod
    def set_current_tracer(cls, _tracer: object) -> None:
        pass

    @classmethod
    def change_context(cls, _span: object) -> AbstractContextManager[None]:
        return nullcontext()

    @classmethod
    def with_current_context(cls, function: _Function) -> _Function:
        return function


def _noted(began: float, request: Any, response: Any) -> Request:
    seconds = time.perf_counter() - began
    address = urlsplit(request.url)
    host, path = address.netloc, address.path
    if response is None:
        status, headers, body = None, {}, None
    else:
        status, headers = response.status_code, _headers(response.headers)
        # Another service's answer may be a stream that nobody has read yet.
        body = _shape(response.text()) if is_vault(host) or is_sign_in(host, path) else None
    shown = path + _parameters(address.query)
    sent = _headers(request.headers)
    return Request(began, seconds, request.method, host, shown, sent, _shape(request.body), status, headers, body)


def is_vault(host: str) -> bool:
    """Whether a host is a vault, in any of Azure's clouds."""
    return ".vault." in host or ".vault-" in host


def is_sign_in(host: str, path: str) -> bool:
    """Whether an address is one where somebody signs in: Microsoft Entra ID, or a machine's own identity endpoint."""
    return host.startswith("login.") or path.endswith("/token")


def _parameters(query: str) -> str:
    if not query:
        return ""
    pairs = [parameter.partition("=") for parameter in query.split("&")]
    return "?" + "&".join(f"{name}={value if name in _TELLING_PARAMETERS else HIDDEN}" for name, _, value in pairs)


def _headers(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: headers[name] if shown else HIDDEN for name, shown in _TELLING.items() if name in headers}


def _shape(body: Any) -> Any:
    if not body:
        return None
    if isinstance(body, Mapping):  # a form that is yet to be encoded
        return dict.fromkeys(body, HIDDEN)
    try:
        return _hidden(json.loads(body))
    except (TypeError, ValueError):
        return HIDDEN


def _hidden(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _hidden(inner) for key, inner in value.items()}
    return [HIDDEN] if isinstance(value, list) else HIDDEN
