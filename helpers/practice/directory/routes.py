"""The directory's HTTP: the addresses of Microsoft Graph that the Azure CLI asks.

Forms are those of the Microsoft Graph REST reference (v1.0): users, applications, servicePrincipals, directoryObjects.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from .. import clock
from ..errors import ServiceError
from ..service import Request, Response, Route, Routes, Service, not_offered
from ..sign_in.tokens import Tokens
from ..state import principals
from ..state.store import Store
from ..state.transaction import Transaction
from . import bodies, errors, filters, rules

HOST = "graph.microsoft.com"
_AUDIENCES = {f"https://{HOST}", f"https://{HOST}/"}


@dataclass(frozen=True)
class Call:
    """A request to the directory from somebody who is signed in."""

    request: Request
    state: Transaction
    claims: dict[str, Any]

    def body(self) -> dict[str, Any]:
        """The request's JSON object.

        Raises:
            ServiceError: there is none.
        """
        return self.request.json_object(lambda _: errors.invalid_body())

    def filtered(self, kind: str, found: list[dict[str, Any]]) -> dict[str, Any]:
        """Those of a list's objects that the request's filter lets through."""
        passes = filters.parse(self.request.query("$filter"))
        return _of_kind(kind, {"value": [one for one in found if passes(one)]})


def get_me(call: Call) -> dict[str, Any]:
    """The person who is signed in. A program is nobody."""
    if "upn" not in call.claims:
        raise errors.not_a_person()
    return get_user(call, call.claims["oid"])


def list_users(call: Call) -> dict[str, Any]:
    """The persons."""
    return call.filtered("users", [bodies.of_person(person) for person in principals.list_persons(call.state)])


def get_user(call: Call, id: str) -> dict[str, Any]:
    """A person, by object id or name."""
    return _of_kind("users/$entity", bodies.of_person(rules.find_person(call.state, id)))


def list_applications(call: Call) -> dict[str, Any]:
    """What the programs are."""
    found = principals.list_programs(call.state)
    return call.filtered("applications", [bodies.of_application(call.state, program) for program in found])


def add_application(call: Call) -> Response:
    """Make a program."""
    program = principals.add_program(call.state, _text(call.body(), "displayName"))
    return Response(201, _of_kind("applications/$entity", bodies.of_application(call.state, program)))


def get_application(call: Call, id: str) -> dict[str, Any]:
    """What a program is."""
    program = rules.find_program(call.state, id)
    return _of_kind("applications/$entity", bodies.of_application(call.state, program))


def change_application(call: Call, id: str) -> Response:
    """Change what a program is. What the Azure CLI would change when it makes one a second time is as it was."""
    rules.find_program(call.state, id)
    return Response(204)


def delete_program(call: Call, id: str) -> Response:
    """Delete a program: its application and its service principal."""
    rules.delete_program(call.state, rules.find_program(call.state, id))
    return Response(204)


def list_service_principals(call: Call) -> dict[str, Any]:
    """The programs' accounts."""
    found = principals.list_programs(call.state)
    return call.filtered("servicePrincipals", [bodies.of_service_principal(program) for program in found])


def add_service_principal(call: Call) -> Response:
    """Make an account for an application: it has one."""
    program = rules.find_client(call.state, _text(call.body(), "appId"))
    return Response(201, _of_kind("servicePrincipals/$entity", bodies.of_service_principal(program)))


def get_service_principal(call: Call, id: str) -> dict[str, Any]:
    """A program's account."""
    program = rules.find_program(call.state, id)
    return _of_kind("servicePrincipals/$entity", bodies.of_service_principal(program))


def add_password(call: Call, id: str) -> dict[str, Any]:
    """Make a password, and tell it this once."""
    asked = call.body().get("passwordCredential")
    key_id, value = principals.add_password(call.state, rules.find_program(call.state, id).object_id)
    asked = asked if isinstance(asked, dict) else {}
    described = {name: asked.get(name) for name in ("displayName", "startDateTime", "endDateTime")}
    return _of_kind(
        "microsoft.graph.passwordCredential",
        {"customKeyIdentifier": None, "keyId": key_id, "secretText": value, "hint": value[:3], **described},
    )


def remove_password(call: Call, id: str) -> Response:
    """Make a password useless."""
    key_id = _text(call.body(), "keyId")
    rules.remove_password(call.state, rules.find_program(call.state, id), key_id)
    return Response(204)


def get_by_ids(call: Call) -> dict[str, Any]:
    """Persons and programs alike: those that there are of the ones that are asked for."""
    ids = call.body().get("ids")
    if not isinstance(ids, list):
        raise errors.invalid_body()
    persons = map(bodies.of_person, principals.list_persons(call.state))
    programs = map(bodies.of_service_principal, principals.list_programs(call.state))
    found = [
        *({"@odata.type": "#microsoft.graph.user", **person} for person in persons),
        *({"@odata.type": "#microsoft.graph.servicePrincipal", **program} for program in programs),
    ]
    wanted = {str(id).lower() for id in ids}
    return _of_kind("directoryObjects", {"value": [one for one in found if one["id"] in wanted]})


_ANYBODY = "anybody who is signed in"  # for the others, the caller must be one who may use the directory
ROUTES = Routes(
    [
        Route("GET", "/v1.0/me", get_me, _ANYBODY),
        Route("GET", "/v1.0/users", list_users),
        Route("GET", "/v1.0/users/{id}", get_user),
        Route("GET", "/v1.0/applications", list_applications),
        Route("POST", "/v1.0/applications", add_application),
        Route("GET", "/v1.0/applications/{id}", get_application),
        Route("PATCH", "/v1.0/applications/{id}", change_application),
        Route("DELETE", "/v1.0/applications/{id}", delete_program),
        Route("POST", "/v1.0/applications/{id}/addPassword", add_password),
        Route("POST", "/v1.0/applications/{id}/removePassword", remove_password),
        Route("GET", "/v1.0/servicePrincipals", list_service_principals),
        Route("POST", "/v1.0/servicePrincipals", add_service_principal),
        Route("GET", "/v1.0/servicePrincipals/{id}", get_service_principal),
        Route("DELETE", "/v1.0/servicePrincipals/{id}", delete_program),
        Route("POST", "/v1.0/servicePrincipals/{id}/addPassword", add_password),
        Route("POST", "/v1.0/servicePrincipals/{id}/removePassword", remove_password),
        Route("POST", "/v1.0/directoryObjects/getByIds", get_by_ids),
    ]
)


class Directory(Service):
    """The directory of the practice cloud's tenant."""

    def __init__(self, store: Store, tokens: Tokens):
        super().__init__(store)
        self._tokens = tokens

    def respond(self, request: Request) -> Response:
        """Ask who is calling and whether they may; then do it, in one transaction."""
        route, names = ROUTES.find(request.method, request.path)
        if route is None:
            raise not_offered(request)
        claims = self._tokens.authenticate(request.headers.get("Authorization"), errors)
        if claims.get("aud") not in _AUDIENCES:
            raise errors.invalid_audience()
        if claims["iss"] != Tokens.issuer:
            raise errors.invalid_token()
        if route.permission != _ANYBODY:
            rules.check_may_use(claims["oid"])
        with self.transaction(request) as state:
            return route.call(Call(request, state, claims), names)

    def error_body(self, error: ServiceError) -> dict[str, Any]:
        """Azure's form, with what Microsoft Graph adds."""
        body = super().error_body(error)
        date = datetime.fromtimestamp(clock.wall_time(), timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
        request_id = str(uuid.uuid4())
        body["error"]["innerError"] = {"date": date, "request-id": request_id, "client-request-id": request_id}
        return body


def _of_kind(kind: str, described: dict[str, Any]) -> dict[str, Any]:
    return {"@odata.context": f"https://{HOST}/v1.0/$metadata#{kind}", **described}


def _text(body: dict[str, Any], name: str) -> str:
    text = body.get(name)
    if not isinstance(text, str) or not text:
        raise errors.invalid_body()
    return text
