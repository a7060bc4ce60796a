"""The resource manager's HTTP: the addresses that the Azure CLI asks for groups, vaults and roles.

Forms are those of the REST reference ("Azure Resource Manager", "Key Vault management", "Authorization"); each
`api-version` there is answered alike.
"""

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from .. import regions, roles
from ..identities import PERSON, SUBSCRIPTION_ID, TENANT_ID, subscription_scope
from ..service import Request, Response, Route, Routes, Service, not_offered
from ..sign_in.tokens import Tokens
from ..state import assignments, groups, vaults
from ..state.groups import Group
from ..state.store import Store
from ..state.transaction import Transaction
from ..state.vaults import Vault
from . import bodies, diagnostics, errors, rules
from .rules import Asked

HOST = "management.azure.com"
_AUDIENCES = {f"https://{host}{end}" for host in (HOST, "management.core.windows.net") for end in ("", "/")}

_SUBSCRIPTION = "/subscriptions/{subscription}"
_GROUP = f"{_SUBSCRIPTION}/resourceGroups/{{group}}"
_VAULTS = "/providers/Microsoft.KeyVault/vaults"
_VAULT = f"{_GROUP}{_VAULTS}/{{name}}"
_ACCOUNTS = "/providers/Microsoft.Storage/storageAccounts"
_ACCOUNT = f"{_GROUP}{_ACCOUNTS}/{{name}}"
_SETTINGS = f"{_VAULT}/providers/Microsoft.Insights/diagnosticSettings"
_DELETED_VAULTS = f"{_SUBSCRIPTION}/providers/Microsoft.KeyVault/deletedVaults"
_DELETED_VAULT = f"{_SUBSCRIPTION}/providers/Microsoft.KeyVault/locations/{{location}}/deletedVaults/{{name}}"
_DEFINITIONS = "{*scope}/providers/Microsoft.Authorization/roleDefinitions"
_ASSIGNMENTS = "{*scope}/providers/Microsoft.Authorization/roleAssignments"

# "Migrate to Azure role-based access control" in the documentation: to change how a vault decides takes this as well.
_ASSIGN = "Microsoft.Authorization/roleAssignments/write"


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


_Resource = TypeVar("_Resource", bound=_HasId)


@dataclass(frozen=True)
class Call:
    """A request to the resource manager from somebody who is signed in.

    Attributes:
        scope: The resource id that the request is about: what the caller's permission was checked for.
    """

    request: Request
    state: Transaction
    claims: dict[str, Any]
    scope: str

    @property
    def is_of_home_tenant(self) -> bool:
        """Whether the caller signed in to the subscription's tenant."""
        return bool(self.claims["iss"] == Tokens.issuer)

    def may_see_subscription(self) -> bool:
        """Whether the caller has a role anywhere in the subscription that allows anything on resources."""
        return self.is_of_home_tenant and assignments.may_see_subscription(self.state, self.claims["oid"])

    def check(self, action: str, scope: str) -> None:
        """Refuse a caller who may not do something.

        Raises:
            ServiceError: they may not.
        """
        if not self._allows(action, scope):
            client = self.claims.get("upn") or self.claims["appid"]
            raise errors.not_authorized(client, self.claims["oid"], action, scope)

    def visible(self, action: str, scope: str, found: Iterable[_Resource]) -> list[_Resource]:
        """Of what a list found, what the caller may see.

        Raises:
            ServiceError: the caller may see nothing at all in the subscription.
        """
        if not self.may_see_subscription():
            self.check(action, scope)
        return [one for one in found if self._allows(action, one.id)]

    def body(self) -> dict[str, Any]:
        """The request's JSON object.

        Raises:
            ServiceError: there is none.
        """
        return self.request.json_object(lambda _: errors.invalid_body())

    def _allows(self, action: str, scope: str) -> bool:
        return assignments.allows(self.state, self.claims["oid"], action, scope)


def list_tenants(_call: Call) -> dict[str, Any]:
    """The directories that the caller is in: there is one."""
    domain = PERSON.partition("@")[2]
    tenant = {
        "id": f"/tenants/{TENANT_ID}",
        "tenantId": TENANT_ID,
        "countryCode": "US",
        "displayName": "Practice",
        "domains": [domain],
        "tenantCategory": "Home",
        "defaultDomain": domain,
        "tenantType": "AAD",
    }
    return {"value": [tenant]}


def list_subscriptions(call: Call) -> dict[str, Any]:
    """The one that there is, to whoever has a role in it."""
    return {"value": [bodies.of_subscription()] if call.may_see_subscription() else []}


def get_subscription(call: Call) -> dict[str, Any]:
    """The subscription."""
    if not call.may_see_subscription():
        call.check("Microsoft.Resources/subscriptions/read", call.scope)
    return bodies.of_subscription()


def list_locations(call: Call) -> dict[str, Any]:
    """The regions. The Azure CLI asks when a location is written as people read it, such as East US."""
    call.check("Microsoft.Resources/subscriptions/locations/read", subscription_scope())
    names = regions.REGIONS.items()
    return {"value": [{"id": f"{call.scope}/{name}", "name": name, "displayName": shown} for name, shown in names]}


def list_groups(call: Call) -> dict[str, Any]:
    """The groups."""
    action = "Microsoft.Resources/subscriptions/resourcegroups/read"
    seen = call.visible(action, subscription_scope(), groups.list_groups(call.state))
    return {"value": [bodies.of_group(group) for group in seen]}


def has_group(call: Call, group: str) -> Response:
    """Whether there is a group of this name."""
    rules.find_group(call.state, group)
    return Response(204)


def get_group(call: Call, group: str) -> dict[str, Any]:
    """A group."""
    return bodies.of_group(rules.find_group(call.state, group))


def put_group(call: Call, group: str) -> Response:
    """Make a group, or change its tags."""
    body = call.body()
    location, tags = bodies.location_in(body, "resource group"), bodies.tags_in(body)
    new = rules.put_group(call.state, Group(group, location, tags or {}))
    return Response(201 if new else 200, bodies.of_group(rules.find_group(call.state, group)))


def delete_group(call: Call, group: str) -> Response:
    """Delete a group, with all in it."""
    groups.delete(call.state, rules.find_group(call.state, group))
    return _accepted(call)


def get_operation(_call: Call, **_names: str) -> Response:
    """Whether something long is done. It is."""
    return Response()


def list_resources(call: Call) -> dict[str, Any]:
    """Resources of all kinds, or those of the type and name that the filter asks for. Here they are vaults."""
    wanted = dict(re.findall(r"(\w+) eq '([^']*)'", call.request.query("$filter").lower()))
    kind = "microsoft.keyvault/vaults"
    found = vaults.list_active(call.state) if wanted.get("resourcetype", kind) == kind else []
    seen = call.visible("Microsoft.KeyVault/vaults/read", subscription_scope(), found)
    return {"value": [bodies.of_resource(one) for one in seen if wanted.get("name") in (None, one.name.lower())]}


def list_vaults(call: Call, group: str = "") -> dict[str, Any]:
    """The vaults of the subscription, or of a group."""
    scope = rules.find_group(call.state, group).id if group else subscription_scope()
    found = vaults.list_active(call.state, group or None)
    seen = call.visible("Microsoft.KeyVault/vaults/read", scope, found)
    return {"value": [bodies.of_vault(call.state, vault) for vault in seen]}


def list_hsms(_call: Call, **_names: str) -> dict[str, Any]:
    """Managed HSMs, which the Azure CLI lists along with vaults. There are none here."""
    return {"value": []}


def list_storage_accounts(call: Call) -> dict[str, Any]:
    """The storage account that there is."""
    call.check("Microsoft.Storage/storageAccounts/read", subscription_scope())
    return {"value": [bodies.of_storage_account()]}


def get_storage_account(call: Call, group: str, name: str) -> dict[str, Any]:
    """The storage account that there is."""
    account = bodies.of_storage_account()
    if call.scope.lower() != account["id"].lower():
        raise errors.storage_account_not_found(group, name)
    return account


def get_vault(call: Call, group: str, name: str) -> dict[str, Any]:
    """A vault."""
    return bodies.of_vault(call.state, rules.find_vault(call.state, group, name))


def put_vault(call: Call, group: str, name: str) -> dict[str, Any]:
    """Make a vault, change it, or recover it."""
    body = call.body()
    asked, recover = bodies.asked_vault(body), bodies.properties_in(body).get("createMode") == "recover"
    assert asked.location is not None
    of = rules.find_group(call.state, group)
    there = vaults.find_active(call.state, name)
    if recover:
        vault = rules.recover_vault(call.state, of, name, asked.location)
    elif there is None or there.group.lower() != of.name.lower():
        vault = rules.create_vault(call.state, of, name, asked.location, asked)
    else:
        vault = _changed(call, there, asked)
    return bodies.of_vault(call.state, vault)


def patch_vault(call: Call, group: str, name: str) -> dict[str, Any]:
    """Change what the request names of a vault."""
    asked = bodies.asked_vault(call.body(), whole=False)
    return bodies.of_vault(call.state, _changed(call, rules.find_vault(call.state, group, name), asked))


def change_policies(call: Call, group: str, name: str, operation: str) -> dict[str, Any]:
    """Change access policies of a vault, and leave the others as they are."""
    given = bodies.policies_in(bodies.properties_in(call.body()))
    vault = rules.find_vault(call.state, group, name)
    rules.change_policies(call.state, vault, operation.lower(), given)
    policies = bodies.of_policies(vaults.policies(call.state, vault))
    return {
        "id": f"{vault.id}/accessPolicies/",
        "type": "Microsoft.KeyVault/vaults/accessPolicies",
        "properties": {"accessPolicies": policies},
    }


def check_name(call: Call) -> dict[str, Any]:
    """Whether a new vault can have a name."""
    call.check("Microsoft.KeyVault/checkNameAvailability/read", subscription_scope())
    why = rules.why_name_is_taken(call.state, bodies.text_in(call.body(), "name"))
    if why is None:
        return {"nameAvailable": True}
    reason, message = why
    return {"nameAvailable": False, "reason": reason, "message": message}


def delete_vault(call: Call, group: str, name: str) -> Response:
    """Delete a vault; it can be recovered."""
    vaults.delete(call.state, rules.find_vault(call.state, group, name))
    return Response()


def list_deleted_vaults(call: Call) -> dict[str, Any]:
    """The vaults that can be recovered."""
    call.check("Microsoft.KeyVault/deletedVaults/read", subscription_scope())
    return {"value": [bodies.of_deleted_vault(vault) for vault in vaults.list_deleted(call.state)]}


def get_deleted_vault(call: Call, location: str, name: str) -> dict[str, Any]:
    """A vault that can be recovered."""
    return bodies.of_deleted_vault(rules.find_deleted_vault(call.state, call.scope, location, name))


def purge_vault(call: Call, location: str, name: str) -> Response:
    """Remove a deleted vault for good."""
    scope = call.scope.removesuffix("/purge")
    call.check("Microsoft.KeyVault/locations/deletedVaults/purge/action", scope)
    vault = rules.find_deleted_vault(call.state, scope, location, name)
    if vault.purge_protected:
        raise errors.purge_not_allowed()
    vaults.purge(call.state, vault)
    return _accepted(call)


def list_roles(call: Call, scope: str) -> dict[str, Any]:
    """The roles that can be assigned, or the one of the name that the filter asks for."""
    call.check("Microsoft.Authorization/roleDefinitions/read", scope)
    name = re.search(r"roleName eq '([^']*)'", call.request.query("$filter"))
    found = roles.ROLES.values() if name is None else filter(None, [roles.find_by_name(name[1])])
    return {"value": [bodies.of_role(role) for role in found]}


def get_role(call: Call, scope: str, id: str) -> dict[str, Any]:
    """A role."""
    call.check("Microsoft.Authorization/roleDefinitions/read", scope or subscription_scope())
    return bodies.of_role(rules.find_role(id))


def list_assignments(call: Call, scope: str) -> dict[str, Any]:
    """The assignments that work on the scope, and (without `atScope()`) those below; of one principal, if asked."""
    call.check("Microsoft.Authorization/roleAssignments/read", scope)
    asked = call.request.query("$filter")
    principal = re.search(r"principalId eq '([^']*)'|assignedTo\('([^']*)'\)", asked)
    object_id = (principal[1] or principal[2]) if principal else None
    found = rules.list_assignments(call.state, scope, "atScope()" not in asked, object_id)
    return {"value": [bodies.of_assignment(call.state, one) for one in found]}


def get_assignment(call: Call, scope: str, id: str) -> dict[str, Any]:
    """A role that somebody has."""
    call.check("Microsoft.Authorization/roleAssignments/read", scope)
    return bodies.of_assignment(call.state, rules.find_assignment(call.state, scope, id))


def put_assignment(call: Call, scope: str, id: str) -> Response:
    """Assign a role."""
    call.check(_ASSIGN, scope)
    properties = bodies.properties_in(call.body())
    if properties.get("condition"):
        raise errors.not_offered("conditions of role assignments")
    _check_there_is(call.state, scope)
    role = rules.find_role(bodies.text_in(properties, "roleDefinitionId"))
    principal, said = bodies.text_in(properties, "principalId"), properties.get("principalType")
    assignment, new = rules.assign(call.state, scope, id, principal, role, said)
    return Response(201 if new else 200, bodies.of_assignment(call.state, assignment))


def delete_assignment(call: Call, scope: str, id: str) -> Response:
    """Revoke a role."""
    call.check("Microsoft.Authorization/roleAssignments/delete", scope)
    found = assignments.find(call.state, scope, id)
    if found is None:
        return Response(204)
    described = bodies.of_assignment(call.state, found)
    assignments.revoke(call.state, found)
    return Response(200, described)


def list_settings(call: Call, group: str, name: str) -> dict[str, Any]:
    """A vault's diagnostic settings."""
    vault = rules.find_vault(call.state, group, name)
    return {"value": [diagnostics.of_setting(vault, setting) for setting in vault.diagnostics]}


def get_setting(call: Call, group: str, name: str, setting: str) -> dict[str, Any]:
    """A diagnostic setting of a vault."""
    vault = rules.find_vault(call.state, group, name)
    return diagnostics.of_setting(vault, diagnostics.find(vault, setting))


def put_setting(call: Call, group: str, name: str, setting: str) -> dict[str, Any]:
    """Say where a vault's audit log goes."""
    asked = diagnostics.asked_setting(setting, call.body())
    vault = rules.find_vault(call.state, group, name)
    diagnostics.put(call.state, vault, asked)
    return diagnostics.of_setting(vault, asked)


def delete_setting(call: Call, group: str, name: str, setting: str) -> Response:
    """Take a diagnostic setting away. What is logged already stays."""
    there = diagnostics.delete(call.state, rules.find_vault(call.state, group, name), setting)
    return Response(200 if there else 204)


# The permission of a route is what the caller needs on the resource that its path names. Where it depends on more than
# that, there is none, and the function asks.
_GROUPS_ACTION, _VAULTS_ACTION = "Microsoft.Resources/subscriptions/resourcegroups", "Microsoft.KeyVault/vaults"
_SETTINGS_ACTION = "Microsoft.Insights/diagnosticSettings"
ROUTES = Routes(
    [
        Route("GET", "/tenants", list_tenants),
        Route("GET", "/subscriptions", list_subscriptions),
        Route("GET", _SUBSCRIPTION, get_subscription),
        Route("GET", f"{_SUBSCRIPTION}/locations", list_locations),
        Route("GET", _DEFINITIONS, list_roles),
        Route("GET", f"{_DEFINITIONS}/{{id}}", get_role),
        Route("GET", _ASSIGNMENTS, list_assignments),
        Route("GET", f"{_ASSIGNMENTS}/{{id}}", get_assignment),
        Route("PUT", f"{_ASSIGNMENTS}/{{id}}", put_assignment),
        Route("DELETE", f"{_ASSIGNMENTS}/{{id}}", delete_assignment),
        Route("GET", f"{_SUBSCRIPTION}/resourceGroups", list_groups),
        Route("HEAD", _GROUP, has_group, f"{_GROUPS_ACTION}/read"),
        Route("GET", _GROUP, get_group, f"{_GROUPS_ACTION}/read"),
        Route("PUT", _GROUP, put_group, f"{_GROUPS_ACTION}/write"),
        Route("DELETE", _GROUP, delete_group, f"{_GROUPS_ACTION}/delete"),
        Route("GET", f"{_SUBSCRIPTION}/operationresults/{{operation}}", get_operation),
        Route("GET", f"{_SUBSCRIPTION}/resources", list_resources),
        Route("GET", f"{_SUBSCRIPTION}{_VAULTS}", list_vaults),
        Route("GET", f"{_GROUP}{_VAULTS}", list_vaults),
        Route("GET", _VAULT, get_vault, f"{_VAULTS_ACTION}/read"),
        Route("PUT", _VAULT, put_vault, f"{_VAULTS_ACTION}/write"),
        Route("PATCH", _VAULT, patch_vault, f"{_VAULTS_ACTION}/write"),
        Route(
            "PUT", f"{_VAULT}/accessPolicies/{{operation}}", change_policies, f"{_VAULTS_ACTION}/accessPolicies/write"
        ),
        Route("POST", f"{_SUBSCRIPTION}/providers/Microsoft.KeyVault/checkNameAvailability", check_name),
        Route("DELETE", _VAULT, delete_vault, f"{_VAULTS_ACTION}/delete"),
        Route("GET", f"{_SUBSCRIPTION}{_ACCOUNTS}", list_storage_accounts),
        Route("GET", _ACCOUNT, get_storage_account, "Microsoft.Storage/storageAccounts/read"),
        Route("GET", _SETTINGS, list_settings, f"{_SETTINGS_ACTION}/read"),
        Route("GET", f"{_SETTINGS}/{{setting}}", get_setting, f"{_SETTINGS_ACTION}/read"),
        Route("PUT", f"{_SETTINGS}/{{setting}}", put_setting, f"{_SETTINGS_ACTION}/write"),
        Route("DELETE", f"{_SETTINGS}/{{setting}}", delete_setting, f"{_SETTINGS_ACTION}/delete"),
        Route("GET", _DELETED_VAULTS, list_deleted_vaults),
        Route("GET", _DELETED_VAULT, get_deleted_vault, "Microsoft.KeyVault/locations/deletedVaults/read"),
        Route("POST", f"{_DELETED_VAULT}/purge", purge_vault),
        Route("GET", f"{_SUBSCRIPTION}/providers/Microsoft.KeyVault/managedHSMs", list_hsms),
        Route("GET", f"{_GROUP}/providers/Microsoft.KeyVault/managedHSMs", list_hsms),
        Route("GET", f"{_SUBSCRIPTION}/providers/Microsoft.KeyVault/deletedManagedHSMs", list_hsms),
    ],
    ignore_case=True,
)


class ResourceManager(Service):
    """The resource manager of the practice cloud's one subscription."""

    def __init__(self, store: Store, tokens: Tokens):
        super().__init__(store)
        self._tokens = tokens

    def respond(self, request: Request) -> Response:
        """Ask who is calling and whether they may; then do it, in one transaction."""
        route, names = ROUTES.find(request.method, request.path)
        if route is None:
            raise not_offered(request)
        claims = self._claims(request)
        scope = "" if "scope" in names else route.path.format(**{**names, "subscription": SUBSCRIPTION_ID})
        names.pop("subscription", None)  # there is one
        with self.transaction(request) as state:
            call = Call(request, state, claims, scope)
            if route.permission is not None:
                call.check(route.permission, scope)
            return route.call(call, names)

    def _claims(self, request: Request) -> dict[str, Any]:
        claims = self._tokens.authenticate(request.headers.get("Authorization"), errors)
        if claims.get("aud") not in _AUDIENCES:
            raise errors.invalid_token()
        version = request.query("api-version")
        if not version:
            raise errors.missing_api_version()
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}(-[a-z.\d]+)?", version):
            raise errors.invalid_api_version(version)
        subscription = re.match("(?i)/subscriptions/([^/]+)", request.path)
        if subscription and subscription[1].lower() != SUBSCRIPTION_ID:
            raise errors.subscription_not_found(subscription[1])
        if subscription and claims["iss"] != Tokens.issuer:
            raise errors.wrong_tenant(Tokens.issuer, claims["iss"])
        return claims


def _changed(call: Call, vault: Vault, asked: Asked) -> Vault:
    if asked.uses_roles not in (None, vault.uses_roles):
        call.check(_ASSIGN, vault.id)
    return rules.change_vault(call.state, vault, asked)


def _accepted(call: Call) -> Response:
    """Something long has begun, and this is where to ask for its end. Here it is done already."""
    version = call.request.query("api-version")
    operation = f"{subscription_scope()}/operationresults/{uuid.uuid4().hex}?api-version={version}"
    return Response(202, headers={"Location": f"https://{HOST}{operation}", "Retry-After": "0"})


def _check_there_is(state: Transaction, scope: str) -> None:
    found = re.match(rf"(?i)/subscriptions/[^/]+/resourcegroups/([^/]+)(?:{_VAULTS}/([^/]+))?", scope)
    if found and found[2]:
        rules.find_vault(state, found[1], found[2])
    elif found:
        rules.find_group(state, found[1])
