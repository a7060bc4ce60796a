"""The resource manager's HTTP: the addresses that the Azure CLI asks for groups, vaults and roles.

Forms are those of the REST reference ("Azure Resource Manager", "Key Vault management", "Authorization"); each
`api-version` there is answered alike.
"""

import re
import sqlite3
import uuid
from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any

from .. import roles
from ..defaults import PERSON, SUBSCRIPTION_ID, TENANT_ID, subscription_scope
from ..errors import ServiceError
from ..service import JsonHandler
from ..sign_in.tokens import InvalidToken, Tokens
from ..store import Store
from . import access, bodies, errors, groups, regions, vaults
from .vaults import Vault

HOST = "management.azure.com"
_AUDIENCES = {f"https://{host}{end}" for host in (HOST, "management.core.windows.net") for end in ("", "/")}

_SUBSCRIPTION = r"(?i)/subscriptions/([^/]+)"
_GROUP = _SUBSCRIPTION + r"/resourcegroups/([^/]+)"
_KEY_VAULT = "/providers/microsoft.keyvault"
_ROLES = r"(?i)(|/.*)/providers/microsoft\.authorization"
_VAULTS = "microsoft.keyvault/vaults"


def routes(store: Store, tokens: Tokens) -> list[tuple[str, type[JsonHandler], dict[str, Any]]]:
    """The addresses of the resource manager, for Tornado."""
    context = {"store": store, "tokens": tokens}
    return [
        ("/tenants", TenantsHandler, context),
        ("/subscriptions", SubscriptionsHandler, context),
        (_SUBSCRIPTION, SubscriptionHandler, context),
        (f"{_SUBSCRIPTION}/locations", LocationsHandler, context),
        (f"{_ROLES}/roledefinitions", RoleDefinitionsHandler, context),
        (f"{_ROLES}/roledefinitions/([^/]+)", RoleDefinitionHandler, context),
        (f"{_ROLES}/roleassignments", RoleAssignmentsHandler, context),
        (f"{_ROLES}/roleassignments/([^/]+)", RoleAssignmentHandler, context),
        (f"{_SUBSCRIPTION}/resourcegroups", GroupsHandler, context),
        (_GROUP, GroupHandler, context),
        (f"{_SUBSCRIPTION}/operationresults/([^/]+)", OperationHandler, context),
        (f"{_SUBSCRIPTION}/resources", ResourcesHandler, context),
        (f"{_SUBSCRIPTION}(){_KEY_VAULT}/vaults", VaultsHandler, context),
        (f"{_GROUP}{_KEY_VAULT}/vaults", VaultsHandler, context),
        (f"{_GROUP}{_KEY_VAULT}/vaults/([^/]+)", VaultHandler, context),
        (f"{_SUBSCRIPTION}{_KEY_VAULT}/deletedvaults", DeletedVaultsHandler, context),
        (f"{_SUBSCRIPTION}{_KEY_VAULT}/locations/([^/]+)/deletedvaults/([^/]+)", DeletedVaultHandler, context),
        (f"{_SUBSCRIPTION}{_KEY_VAULT}/locations/([^/]+)/deletedvaults/([^/]+)/purge", PurgeHandler, context),
        (f"{_SUBSCRIPTION}(?:/resourcegroups/[^/]+)?{_KEY_VAULT}/(?:deleted)?managedhsms", NothingHandler, context),
        (".*", ElsewhereHandler, context),
    ]


class ResourceHandler(JsonHandler):
    """What every address asks first: who is calling, with an `api-version`, for the subscription that there is."""

    def initialize(self, store: Store, tokens: Tokens) -> None:
        """Tornado's way of handing over what the handler works on."""
        self._store = store
        self._tokens = tokens

    def prepare(self) -> None:
        """Refuse a caller without a good token, a request without an `api-version`, and another subscription."""
        self._claims = self._read_token()
        version = self.get_query_argument("api-version", "")
        if not version:
            raise errors.missing_api_version()
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}(-[a-z.\d]+)?", version):
            raise errors.invalid_api_version(version)
        subscription = re.match(_SUBSCRIPTION, self.request.path)
        if subscription and subscription[1].lower() != SUBSCRIPTION_ID:
            raise errors.subscription_not_found(subscription[1])
        if subscription and not self.at_home:
            raise errors.wrong_tenant(self._tokens.issuer, self._claims["iss"])

    def _read_token(self) -> dict[str, Any]:
        header = self.request.headers.get("Authorization")
        if header is None:
            raise errors.missing_token()
        try:
            claims = self._tokens.read_bearer(header)
        except InvalidToken:
            raise errors.invalid_token() from None
        if claims.get("aud") not in _AUDIENCES:
            raise errors.invalid_token()
        return claims

    @property
    def at_home(self) -> bool:
        """Whether the caller signed in to the subscription's tenant."""
        return self._claims["iss"] == self._tokens.issuer

    def may_see_subscription(self, connection: sqlite3.Connection) -> bool:
        """Whether the caller has a role anywhere in the subscription that allows anything on resources."""
        return self.at_home and roles.may_see_subscription(connection, self._claims["oid"])

    def state(self) -> AbstractContextManager[sqlite3.Connection]:
        """The practice cloud's state, in which a request does all that it does or nothing."""
        return self._store.writing()

    def allows(self, connection: sqlite3.Connection, action: str, resource: str) -> bool:
        """Whether the caller may do this."""
        return roles.allows(connection, self._claims["oid"], action, resource)

    def check(self, connection: sqlite3.Connection, action: str, resource: str) -> None:
        """Raises:
        ServiceError: the caller may not do this.
        """
        if not self.allows(connection, action, resource):
            client = self._claims.get("upn") or self._claims["appid"]
            raise errors.not_authorized(client, self._claims["oid"], action, resource)

    def visible(self, connection: sqlite3.Connection, action: str, scope: str, found: Iterable[Any]) -> list[Any]:
        """Of what a list found (each with an `id`), what the caller may see.

        Raises:
            ServiceError: the caller may see nothing at all in the subscription.
        """
        if not self.may_see_subscription(connection):
            self.check(connection, action, scope)
        return [one for one in found if self.allows(connection, action, one.id)]

    def body(self) -> dict[str, Any]:
        """The request's JSON object."""
        return self.json_object(lambda _: errors.invalid_body())

    def answer_list(self, found: list[dict[str, Any]]) -> None:
        """Send a list, whole."""
        self.answer({"value": found})

    def accept(self) -> None:
        """Say that something long has begun, and where to ask for its end. Here it is done already."""
        version = self.get_query_argument("api-version")
        operation = f"{subscription_scope()}/operationresults/{uuid.uuid4().hex}?api-version={version}"
        self.set_header("Location", f"https://{HOST}{operation}")
        self.set_header("Retry-After", "0")
        self.answer(None, 202)

    get = post = put = patch = delete = head = options = JsonHandler.not_offered


class TenantsHandler(ResourceHandler):
    """`/tenants`: the directories that the caller is in."""

    def get(self) -> None:
        """List the one that there is."""
        tenant = {"id": f"/tenants/{TENANT_ID}", "tenantId": TENANT_ID, "countryCode": "US", "displayName": "Practice"}
        domain = PERSON.partition("@")[2]
        self.answer_list(
            [{**tenant, "domains": [domain], "tenantCategory": "Home", "defaultDomain": domain, "tenantType": "AAD"}]
        )


class SubscriptionsHandler(ResourceHandler):
    """`/subscriptions`: those that the caller may see."""

    def get(self) -> None:
        """List the one that there is, to whoever has a role in it."""
        with self.state() as connection:
            seen = self.may_see_subscription(connection)
        self.answer_list([bodies.of_subscription()] if seen else [])


class SubscriptionHandler(ResourceHandler):
    """`/subscriptions/{id}`."""

    def get(self, _subscription_id: str) -> None:
        """Describe it."""
        with self.state() as connection:
            if not self.may_see_subscription(connection):
                self.check(connection, "Microsoft.Resources/subscriptions/read", subscription_scope())
        self.answer(bodies.of_subscription())


class LocationsHandler(ResourceHandler):
    """`…/locations`: the regions. The Azure CLI asks when a location is written as people read it, such as East US."""

    def get(self, _subscription_id: str) -> None:
        """List them."""
        with self.state() as connection:
            self.check(connection, "Microsoft.Resources/subscriptions/locations/read", subscription_scope())
        self.answer_list(
            [
                {"id": f"{subscription_scope()}/locations/{name}", "name": name, "displayName": shown}
                for name, shown in regions.REGIONS.items()
            ]
        )


class GroupsHandler(ResourceHandler):
    """`…/resourcegroups`: the groups."""

    def get(self, _subscription_id: str) -> None:
        """List them."""
        action = "Microsoft.Resources/subscriptions/resourcegroups/read"
        with self.state() as connection:
            seen = self.visible(connection, action, subscription_scope(), groups.every(connection))
        self.answer_list([bodies.of_group(group) for group in seen])


class GroupHandler(ResourceHandler):
    """`…/resourcegroups/{name}`: one group."""

    def head(self, _subscription_id: str, name: str) -> None:
        """Say whether there is one."""
        with self.state() as connection:
            self._check(connection, "read", name)
            groups.find(connection, name)
        self.answer(None, 204)

    def get(self, _subscription_id: str, name: str) -> None:
        """Describe it."""
        with self.state() as connection:
            self._check(connection, "read", name)
            group = groups.find(connection, name)
        self.answer(bodies.of_group(group))

    def put(self, _subscription_id: str, name: str) -> None:
        """Make it, or change its tags."""
        body = self.body()
        location, tags = bodies.location_in(body, "resource group"), bodies.tags_in(body)
        with self.state() as connection:
            self._check(connection, "write", name)
            new = groups.put(connection, name, location, tags or {})
            group = groups.find(connection, name)
        self.answer(bodies.of_group(group), 201 if new else 200)

    def delete(self, _subscription_id: str, name: str) -> None:
        """Delete it, with all in it."""
        with self.state() as connection:
            self._check(connection, "delete", name)
            groups.delete(connection, groups.find(connection, name))
        self.accept()

    def _check(self, connection: sqlite3.Connection, verb: str, name: str) -> None:
        self.check(connection, f"Microsoft.Resources/subscriptions/resourcegroups/{verb}", groups.scope(name))


class OperationHandler(ResourceHandler):
    """`…/operationresults/{id}`: whether something long is done."""

    def get(self, _subscription_id: str, _operation: str) -> None:
        """Say that it is."""
        self.answer(None)


class ResourcesHandler(ResourceHandler):
    """`…/resources`: resources of all kinds. Here they are vaults."""

    def get(self, _subscription_id: str) -> None:
        """List them, or those of the type and name that the filter asks for."""
        asked = self.get_query_argument("$filter", "")
        wanted = {key.lower(): value.lower() for key, value in re.findall(r"(\w+) eq '([^']*)'", asked)}
        with self.state() as connection:
            found = vaults.every(connection) if wanted.get("resourcetype", _VAULTS) == _VAULTS else []
            seen = self.visible(connection, "Microsoft.KeyVault/vaults/read", subscription_scope(), found)
        self.answer_list(
            [bodies.of_resource(vault) for vault in seen if wanted.get("name") in (None, vault.name.lower())]
        )


class VaultsHandler(ResourceHandler):
    """`…/vaults`: the vaults of the subscription or of a group."""

    def get(self, _subscription_id: str, group: str) -> None:
        """List them."""
        scope = groups.scope(group) if group else subscription_scope()
        with self.state() as connection:
            if group:
                groups.find(connection, group)
            found = vaults.every(connection, group or None)
            seen = self.visible(connection, "Microsoft.KeyVault/vaults/read", scope, found)
        self.answer_list([bodies.of_vault(vault) for vault in seen])


class VaultHandler(ResourceHandler):
    """`…/vaults/{name}`: one vault."""

    def get(self, _subscription_id: str, group: str, name: str) -> None:
        """Describe it."""
        with self.state() as connection:
            vault = self._find(connection, "read", group, name)
        self.answer(bodies.of_vault(vault))

    def put(self, _subscription_id: str, group: str, name: str) -> None:
        """Make it, change it, or recover it."""
        body = self.body()
        asked, recover = bodies.asked_vault(body), bodies.properties_in(body).get("createMode") == "recover"
        with self.state() as connection:
            self._check(connection, "write", group, name)
            group = groups.find(connection, group).name
            if recover:
                vault = vaults.recover(connection, group, name, asked.location)
            else:
                try:
                    there = vaults.find(connection, group, name)
                except ServiceError:
                    vault = vaults.create(connection, group, name, asked)
                else:
                    if asked.uses_roles not in (None, there.uses_roles):
                        # "Migrate to Azure role-based access control" in the documentation: it takes this as well.
                        self.check(connection, "Microsoft.Authorization/roleAssignments/write", there.id)
                    vault = vaults.update(connection, there, asked)
        self.answer(bodies.of_vault(vault))

    def delete(self, _subscription_id: str, group: str, name: str) -> None:
        """Delete it; it can be recovered."""
        with self.state() as connection:
            vaults.delete(connection, self._find(connection, "delete", group, name))
        self.answer(None)

    def _find(self, connection: sqlite3.Connection, verb: str, group: str, name: str) -> Vault:
        self._check(connection, verb, group, name)
        return vaults.find(connection, groups.find(connection, group).name, name)

    def _check(self, connection: sqlite3.Connection, verb: str, group: str, name: str) -> None:
        scope = f"{groups.scope(group)}/providers/Microsoft.KeyVault/vaults/{name}"
        self.check(connection, f"Microsoft.KeyVault/vaults/{verb}", scope)


class DeletedVaultsHandler(ResourceHandler):
    """`…/deletedVaults`: the vaults that can be recovered."""

    def get(self, _subscription_id: str) -> None:
        """List them."""
        with self.state() as connection:
            self.check(connection, "Microsoft.KeyVault/deletedVaults/read", subscription_scope())
            found = vaults.every_deleted(connection)
        self.answer_list([bodies.of_deleted_vault(vault) for vault in found])


class DeletedVaultHandler(ResourceHandler):
    """`…/locations/{location}/deletedVaults/{name}`: one vault that can be recovered."""

    def get(self, _subscription_id: str, location: str, name: str) -> None:
        """Describe it."""
        with self.state() as connection:
            scope = vaults.deleted_scope(location, name)
            self.check(connection, "Microsoft.KeyVault/locations/deletedVaults/read", scope)
            vault = vaults.find_deleted(connection, location, name)
        self.answer(bodies.of_deleted_vault(vault))


class PurgeHandler(ResourceHandler):
    """`…/deletedVaults/{name}/purge`."""

    def post(self, _subscription_id: str, location: str, name: str) -> None:
        """Remove the vault for good."""
        with self.state() as connection:
            scope = vaults.deleted_scope(location, name)
            self.check(connection, "Microsoft.KeyVault/locations/deletedVaults/purge/action", scope)
            vaults.purge(connection, vaults.find_deleted(connection, location, name))
        self.accept()


class NothingHandler(ResourceHandler):
    """Managed HSMs, which the Azure CLI lists along with vaults. There are none here."""

    def get(self, _subscription_id: str) -> None:
        """List none."""
        self.answer_list([])


class RoleDefinitionsHandler(ResourceHandler):
    """`{scope}/…/roleDefinitions`: the roles that can be given."""

    def get(self, scope: str) -> None:
        """List them, or the one of the name that the filter asks for."""
        name = re.search(r"roleName eq '([^']*)'", self.get_query_argument("$filter", ""))
        with self.state() as connection:
            self.check(connection, "Microsoft.Authorization/roleDefinitions/read", scope)
        found = [role for role in roles.ROLES.values() if name is None or role.name.lower() == name[1].lower()]
        self.answer_list([bodies.of_role(role) for role in found])


class RoleDefinitionHandler(ResourceHandler):
    """`{scope}/…/roleDefinitions/{id}`: one role."""

    def get(self, scope: str, id: str) -> None:
        """Describe it."""
        with self.state() as connection:
            self.check(connection, "Microsoft.Authorization/roleDefinitions/read", scope or subscription_scope())
        self.answer(bodies.of_role(access.find_role(id)))


class RoleAssignmentsHandler(ResourceHandler):
    """`{scope}/…/roleAssignments`: who has which role."""

    def get(self, scope: str) -> None:
        """List those that work on the scope, and (without `atScope()`) those below it; of one principal, if asked."""
        asked = self.get_query_argument("$filter", "")
        principal = re.search(r"principalId eq '([^']*)'|assignedTo\('([^']*)'\)", asked)
        object_id = (principal[1] or principal[2]) if principal else None
        with self.state() as connection:
            self.check(connection, "Microsoft.Authorization/roleAssignments/read", scope)
            found = access.select(connection, scope, "atScope()" not in asked, object_id)
            described = [bodies.of_assignment(connection, one) for one in found]
        self.answer_list(described)


class RoleAssignmentHandler(ResourceHandler):
    """`{scope}/…/roleAssignments/{id}`: one role that somebody has."""

    def get(self, scope: str, id: str) -> None:
        """Describe it."""
        with self.state() as connection:
            self.check(connection, "Microsoft.Authorization/roleAssignments/read", scope)
            found = access.find(connection, scope, id)
            if found is None:
                raise errors.assignment_not_found(id)
            described = bodies.of_assignment(connection, found)
        self.answer(described)

    def put(self, scope: str, id: str) -> None:
        """Give the role."""
        properties = bodies.properties_in(self.body())
        if properties.get("condition"):
            raise errors.not_offered("conditions of role assignments")
        with self.state() as connection:
            self.check(connection, "Microsoft.Authorization/roleAssignments/write", scope)
            self._check_there_is(connection, scope)
            role = access.find_role(bodies.text_in(properties, "roleDefinitionId"))
            principal, said = bodies.text_in(properties, "principalId"), properties.get("principalType")
            given, new = access.give(connection, scope, id, principal, role, said)
            described = bodies.of_assignment(connection, given)
        self.answer(described, 201 if new else 200)

    def delete(self, scope: str, id: str) -> None:
        """Take the role away."""
        with self.state() as connection:
            self.check(connection, "Microsoft.Authorization/roleAssignments/delete", scope)
            found = access.find(connection, scope, id)
            described = None if found is None else bodies.of_assignment(connection, found)
            if found is not None:
                roles.take(connection, found)
        self.answer(described, 204 if described is None else 200)

    @staticmethod
    def _check_there_is(connection: sqlite3.Connection, scope: str) -> None:
        if group := re.match(_GROUP, scope):
            groups.find(connection, group[2])
        if vault := re.match(f"{_GROUP}{_KEY_VAULT}/vaults/([^/]+)", scope):
            vaults.find(connection, vault[2], vault[3])


class ElsewhereHandler(ResourceHandler):
    """Every other address of the resource manager."""

    def prepare(self) -> None:
        """Whoever asks, with whichever `api-version`."""
