"""`show_requests`: the requests that a cell sent, as a sequence diagram and a table."""

import json
import re
from http import HTTPStatus

from .cards import Card, TableCard
from .language import N_, _, in_a_row
from .request_recorder import HIDDEN, Request, is_recording, is_sign_in, is_vault, latest_requests
from .sequence_diagram import MOST, OTHER, SIGN_IN, VAULT, Exchange, describe, draw

_COLUMNS = ("#", N_("To"), N_("Request"), N_("Answer"))
_TIMES = (N_("Sent at"), N_("Took"))
_TENANT = re.compile(r"^/[^/]+/(?=v2\.0/|oauth2/)")
_VERSION = re.compile(r"/[0-9a-f]{32}\b")


def show_requests() -> Card:
    """Show the requests that the cell before this one sent, or this cell if it has sent some already.

    All of them are there that go through the Azure SDK in this kernel, async ones and those of azure-identity too, on
    Azure as in the practice cloud. Values and tokens are never shown, and never kept: of a body there are the keys, and
    of most headers the names. What other programs send, such as `az` or a script, isn't recorded.
    """
    if not is_recording():
        why = _("`connect()` starts the recording. With tracing of your own switched on, it leaves that alone.")
        return Card(_("Requests aren't being recorded"), [(_("Why"), why)], mark="warning")
    requests, left_out = latest_requests()
    if not requests:
        return Card(_("The cell before this one sent no request"), mark="info")
    exchanges = [_exchange(request) for request in requests]
    began = requests[0].began
    times = [_(column) for column in _TIMES]
    return TableCard(
        _title(len(requests) + left_out),
        [*(_(column) for column in _COLUMNS), *times],
        [_row(number, request, began) for number, request in enumerate(requests, start=1)],
        unsteady=times,
        picture=(draw(exchanges), describe(exchanges)),
        folded=(_("Headers and bodies"), "\n\n\n".join(_as_sent(request) for request in requests[:MOST])),
        mark="info",
        note=_note(requests, left_out),
    )


def _title(number: int) -> str:
    return _("The cell sent 1 request") if number == 1 else _("The cell sent {count} requests").format(count=number)


def _row(number: int, request: Request, began: float) -> list[str]:
    sent_at, took = (f"{seconds * 1000:.0f} ms" for seconds in (request.began - began, request.seconds))
    return [str(number), _(_party(request)), f"{request.method} {_path(request)}", _answer(request), sent_at, took]


def _exchange(request: Request) -> Exchange:
    path = _VERSION.sub(f"/{HIDDEN}", _path(request))
    return Exchange(_party(request), f"{request.method} {path}", _carries(request), _answer(request))


def _path(request: Request) -> str:
    """Without parameters, and for a sign-in without the tenant: those are in what can be opened."""
    path = request.path.partition("?")[0]
    return _TENANT.sub(f"{HIDDEN}/", path) if _party(request) == SIGN_IN else path


def _party(request: Request) -> str:
    if is_vault(request.host):
        return VAULT
    return SIGN_IN if is_sign_in(request.host, request.path.partition("?")[0]) else OTHER


def _carries(request: Request) -> str:
    if request.has_token:
        return _("with the token, a body") if request.sent_body else _("with the token, no body")
    return _("no token, a body") if request.sent_body else _("no token, no body")


def _answer(request: Request) -> str:
    if request.status is None:
        return _("no answer")
    try:
        return f"{request.status} {HTTPStatus(request.status).phrase}"
    except ValueError:  # a number that isn't in the standard
        return str(request.status)


def _as_sent(request: Request) -> str:
    """A request and its answer, the way they look on the network."""
    sent = [f"{request.method} {request.path}", f"Host: {request.host}", *_headers(request.sent_headers)]
    answered = [_answer(request), *_headers(request.headers)]
    return "\n".join([*sent, *_body(request.sent_body), "", *answered, *_body(request.body)])


def _headers(headers: dict[str, str]) -> list[str]:
    return [f"{name}: {value}" for name, value in headers.items()]


def _body(shape: object) -> list[str]:
    return [] if shape is None else [json.dumps(shape, ensure_ascii=False)]


def _note(requests: list[Request], left_out: int) -> str:
    notes = []
    if left_out:
        notes.append(_("The first {count} are shown.").format(count=len(requests)))
    if len(requests) > MOST:
        notes.append(_("The picture has the first {count}.").format(count=MOST))
    parties = [_party(request) for request in requests]
    if any(request.status == HTTPStatus.UNAUTHORIZED for request in requests) and SIGN_IN not in parties:
        notes.append(_("No request went to the sign-in: the token came from memory, or from a program such as `az`."))
    return in_a_row(*notes, _("Values and tokens aren't recorded: {dots} stands for each.").format(dots=HIDDEN))
