"""The directory's HTTP: the addresses of Microsoft Graph that the Azure CLI asks.

Forms are those of the Microsoft Graph REST reference (v1.0): users, applications, servicePrincipals, directoryObjects.
"""

import re
import uuid
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from .. import clock
from ..defaults import TENANT_ID
from ..errors import ServiceError
from ..service import JsonHandler
from ..sign_in.tokens import InvalidToken, Tokens
from ..store import Store
from . import directory, errors
from .directory import Person, Program

HOST = "graph.microsoft.com"
_AUDIENCES = {f"https://{HOST}", f"https://{HOST}/"}

# The clauses of a filter that the Azure CLI writes.
_CLAUSE = re.compile(
    r"(?P<equal>\w+) eq '(?P<value>(?:[^']|'')*)'"
    r"|startswith\((?P<begins>\w+), ?'(?P<begin>(?:[^']|'')*)'\)"
    r"|(?P<list>\w+)/any\((?P<item>\w+): ?(?P=item) eq '(?P<one>(?:[^']|'')*)'\)"
)


def routes(store: Store, tokens: Tokens) -> list[tuple[str, type[JsonHandler], dict[str, Any]]]:
    """The addresses of the directory, for Tornado."""
    context = {"store": store, "tokens": tokens}
    return [
        (r"/v1\.0/me", MeHandler, context),
        (r"/v1\.0/users", UsersHandler, context),
        (r"/v1\.0/users/([^/]+)", UserHandler, context),
        (r"/v1\.0/applications", ApplicationsHandler, context),
        (r"/v1\.0/applications/([^/]+)", ApplicationHandler, context),
        (r"/v1\.0/servicePrincipals", ServicePrincipalsHandler, context),
        (r"/v1\.0/servicePrincipals/([^/]+)", ServicePrincipalHandler, context),
        (r"/v1\.0/(?:applications|servicePrincipals)/([^/]+)/addPassword", AddPasswordHandler, context),
        (r"/v1\.0/(?:applications|servicePrincipals)/([^/]+)/removePassword", RemovePasswordHandler, context),
        (r"/v1\.0/directoryObjects/getByIds", ObjectsHandler, context),
        (r".*", ElsewhereHandler, context),
    ]


class DirectoryHandler(JsonHandler):
    """What every address asks first: who is calling, and whether they may read and change the directory."""

    def initialize(self, store: Store, tokens: Tokens) -> None:
        """Tornado's way of handing over what the handler works on."""
        self.store = store
        self._tokens = tokens

    def prepare(self) -> None:
        """Refuse a caller without a good token, and one who may not."""
        self.claims = self._read_token()
        directory.check(self.claims["oid"])

    def _read_token(self) -> dict[str, Any]:
        header = self.request.headers.get("Authorization")
        if header is None:
            raise errors.missing_token()
        try:
            claims = self._tokens.read_bearer(header)
        except InvalidToken:
            raise errors.invalid_token() from None
        if claims.get("aud") not in _AUDIENCES:
            raise errors.invalid_audience()
        if claims["iss"] != self._tokens.issuer:
            raise errors.invalid_token()
        return claims

    def error_body(self, error: ServiceError) -> dict[str, Any]:
        """Azure's form, with what Microsoft Graph adds."""
        body = super().error_body(error)
        date = datetime.fromtimestamp(clock.now(), timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
        request_id = str(uuid.uuid4())
        body["error"]["innerError"] = {"date": date, "request-id": request_id, "client-request-id": request_id}
        return body

    def body(self) -> dict[str, Any]:
        """The request's JSON object."""
        return self.json_object(lambda _: errors.invalid_body())

    def answer_object(self, kind: str, described: dict[str, Any], status: int = 200) -> None:
        """Send one object."""
        self.answer({"@odata.context": f"https://{HOST}/v1.0/$metadata#{kind}", **described}, status)

    def answer_list(self, kind: str, found: list[dict[str, Any]]) -> None:
        """Send those of a list's objects that the request's filter lets through."""
        passes = _filter(self.get_query_argument("$filter", ""))
        self.answer_object(kind, {"value": [one for one in found if passes(one)]})

    get = post = put = patch = delete = head = options = JsonHandler.not_offered


class MeHandler(DirectoryHandler):
    """`/me`: the person who is signed in."""

    def prepare(self) -> None:
        """Whoever is signed in may ask who they are."""
        self.claims = self._read_token()

    def get(self) -> None:
        """Describe them. A program is nobody."""
        if "upn" not in self.claims:
            raise errors.not_a_person()
        with self.store.reading() as connection:
            person = directory.find_person(connection, self.claims["oid"])
        self.answer_object("users/$entity", _described_person(person))


class UsersHandler(DirectoryHandler):
    """`/users`: the persons."""

    def get(self) -> None:
        """List them."""
        with self.store.reading() as connection:
            found = directory.persons(connection)
        self.answer_list("users", [_described_person(person) for person in found])


class UserHandler(DirectoryHandler):
    """`/users/{id or name}`: one person."""

    def get(self, id_or_upn: str) -> None:
        """Describe them."""
        with self.store.reading() as connection:
            person = directory.find_person(connection, id_or_upn)
        self.answer_object("users/$entity", _described_person(person))


class ApplicationsHandler(DirectoryHandler):
    """`/applications`: what the programs are."""

    def get(self) -> None:
        """List them."""
        with self.store.reading() as connection:
            found = directory.programs(connection)
        self.answer_list("applications", [_described_application(program) for program in found])

    def post(self) -> None:
        """Make one."""
        name = _text(self.body(), "displayName")
        with self.store.writing() as connection:
            program = directory.create(connection, name)
        self.answer_object("applications/$entity", _described_application(program), 201)


class ApplicationHandler(DirectoryHandler):
    """`/applications/{id}`: what one program is."""

    def get(self, id: str) -> None:
        """Describe it."""
        with self.store.reading() as connection:
            program = directory.find_program(connection, id)
        self.answer_object("applications/$entity", _described_application(program))

    def patch(self, id: str) -> None:
        """Change it. What the Azure CLI would change when it makes a program a second time is the same as before."""
        with self.store.reading() as connection:
            directory.find_program(connection, id)
        self.answer(None, 204)

    def delete(self, id: str) -> None:
        """Delete it, and with it the service principal."""
        with self.store.writing() as connection:
            directory.delete(connection, directory.find_program(connection, id))
        self.answer(None, 204)


class ServicePrincipalsHandler(DirectoryHandler):
    """`/servicePrincipals`: the accounts of the programs."""

    def get(self) -> None:
        """List them."""
        with self.store.reading() as connection:
            found = directory.programs(connection)
        self.answer_list("servicePrincipals", [_described_service_principal(program) for program in found])

    def post(self) -> None:
        """Make one for an application."""
        client_id = _text(self.body(), "appId")
        with self.store.reading() as connection:
            program = directory.find_client(connection, client_id)
        self.answer_object("servicePrincipals/$entity", _described_service_principal(program), 201)


class ServicePrincipalHandler(DirectoryHandler):
    """`/servicePrincipals/{id}`: the account of one program."""

    def get(self, id: str) -> None:
        """Describe it."""
        with self.store.reading() as connection:
            program = directory.find_program(connection, id)
        self.answer_object("servicePrincipals/$entity", _described_service_principal(program))

    def delete(self, id: str) -> None:
        """Delete it, and with it the application."""
        with self.store.writing() as connection:
            directory.delete(connection, directory.find_program(connection, id))
        self.answer(None, 204)


class AddPasswordHandler(DirectoryHandler):
    """`…/addPassword`."""

    def post(self, id: str) -> None:
        """Make a password, and tell it this once."""
        asked = self.body().get("passwordCredential")
        asked = asked if isinstance(asked, dict) else {}
        with self.store.writing() as connection:
            key_id, value = directory.add_password(connection, directory.find_program(connection, id))
        described = {name: asked.get(name) for name in ("displayName", "startDateTime", "endDateTime")}
        self.answer_object(
            "microsoft.graph.passwordCredential",
            {"customKeyIdentifier": None, "keyId": key_id, "secretText": value, "hint": value[:3], **described},
        )


class RemovePasswordHandler(DirectoryHandler):
    """`…/removePassword`."""

    def post(self, id: str) -> None:
        """Make a password useless."""
        key_id = _text(self.body(), "keyId")
        with self.store.writing() as connection:
            directory.remove_password(connection, directory.find_program(connection, id), key_id)
        self.answer(None, 204)


class ObjectsHandler(DirectoryHandler):
    """`/directoryObjects/getByIds`: persons and programs alike."""

    def post(self) -> None:
        """Describe those that there are of the ones that are asked for."""
        ids = self.body().get("ids")
        if not isinstance(ids, list):
            raise errors.invalid_body()
        wanted = {str(id).lower() for id in ids}
        with self.store.reading() as connection:
            persons, programs = directory.persons(connection), directory.programs(connection)
        found = [
            *({"@odata.type": "#microsoft.graph.user", **_described_person(one)} for one in persons),
            *(
                {"@odata.type": "#microsoft.graph.servicePrincipal", **_described_service_principal(p)}
                for p in programs
            ),
        ]
        self.answer_object("directoryObjects", {"value": [one for one in found if one["id"] in wanted]})


class ElsewhereHandler(DirectoryHandler):
    """Every other address of Microsoft Graph."""

    def prepare(self) -> None:
        """Whoever asks."""


def _described_person(person: Person) -> dict[str, Any]:
    name = person.upn.partition("@")[0].capitalize()
    return {
        "businessPhones": [],
        "displayName": name,
        "givenName": name,
        "jobTitle": None,
        "mail": person.upn,
        "mobilePhone": None,
        "officeLocation": None,
        "preferredLanguage": None,
        "surname": None,
        "userPrincipalName": person.upn,
        "id": person.object_id,
    }


def _described_application(program: Program) -> dict[str, Any]:
    return {
        "id": program.application_id,
        "appId": program.client_id,
        "displayName": program.name,
        "identifierUris": [],
        "keyCredentials": [],
        "passwordCredentials": _described_passwords(program),
        "signInAudience": "AzureADMyOrg",
    }


def _described_service_principal(program: Program) -> dict[str, Any]:
    return {
        "id": program.object_id,
        "accountEnabled": True,
        "appDisplayName": program.name,
        "appId": program.client_id,
        "appOwnerOrganizationId": TENANT_ID,
        "displayName": program.name,
        "keyCredentials": [],
        "passwordCredentials": [],  # those that az makes are the application's
        "servicePrincipalNames": [program.client_id],
        "servicePrincipalType": "Application",
        "signInAudience": "AzureADMyOrg",
        "tags": [],
    }


def _described_passwords(program: Program) -> list[dict[str, Any]]:
    return [{"keyId": id, "displayName": None, "hint": None, "secretText": None} for id in program.passwords]


def _filter(asked: str) -> Callable[[dict[str, Any]], bool]:
    """What a filter's clauses, joined by "and", let through. Text is compared regardless of case."""
    tests = [_test(clause) for clause in re.split(r" and (?=(?:[^']|'[^']*')*$)", asked)] if asked else []
    return lambda one: all(test(one) for test in tests)


def _test(clause: str) -> Callable[[dict[str, Any]], bool]:
    found = _CLAUSE.fullmatch(clause.strip())
    if found is None:
        raise errors.unsupported_filter()
    name = found["equal"] or found["begins"] or found["list"]
    text = next(part for part in (found["value"], found["begin"], found["one"]) if part is not None)
    text = text.replace("''", "'").lower()
    if found["list"]:
        return lambda one: text in [item.lower() for item in one.get(name) or []]
    if found["begins"]:
        return lambda one: str(one.get(name)).lower().startswith(text)
    return lambda one: str(one.get(name)).lower() == text


def _text(body: dict[str, Any], name: str) -> str:
    text = body.get(name)
    if not isinstance(text, str) or not text:
        raise errors.invalid_body()
    return text
