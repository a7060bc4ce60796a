"""The sign-in's HTTP: the addresses that azure-identity and the Azure CLI ask, and how it says no.

Forms are those that Microsoft's OAuth 2.0 documentation gives ("Microsoft identity platform and the OAuth 2.0 client
credentials flow", the same for "device authorization grant" and "refresh the access token").
"""

import base64
import json
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from .. import clock
from ..clouds import PUBLIC, Cloud
from ..errors import ServiceError
from ..identities import PERSON
from ..service import Request, Response, Route, Routes, Service
from ..state.store import Store
from ..state.transaction import Transaction
from . import errors
from .errors import SignInError
from .tokens import COMMON_TENANTS, DEVICE_CODE_SECONDS, TOKEN_SECONDS, PersonTokens, Tokens, check_tenant

DEVICE_CODE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
POLL_SECONDS = 1  # the real service asks for 5; here nothing is waited for


@dataclass(frozen=True)
class Call:
    """A request to sign in."""

    request: Request
    state: Transaction
    tokens: Tokens
    cloud: Cloud


def describe_host(call: Call) -> dict[str, Any]:
    """Which hosts are this sign-in's other names. MSAL asks when a token is refused."""
    host = call.cloud.sign_in
    cache = "login.windows.net" if call.cloud == PUBLIC else host
    return {
        "tenant_discovery_endpoint": f"https://{host}/common/v2.0/.well-known/openid-configuration",
        "api-version": "1.1",
        "metadata": [{"preferred_network": host, "preferred_cache": cache, "aliases": [host, *call.cloud.aliases]}],
    }


def describe_tenant(call: Call, tenant: str) -> dict[str, Any]:
    """Where the tenant's other addresses are."""
    if tenant not in COMMON_TENANTS:
        check_tenant(tenant)
    issuer = "{tenantid}" if tenant in COMMON_TENANTS else tenant  # so the real service has it, braces and all
    host = call.cloud.sign_in
    base = f"https://{host}/{tenant}"
    return {
        "token_endpoint": f"{base}/oauth2/v2.0/token",
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
        "jwks_uri": f"{base}/discovery/v2.0/keys",
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "issuer": f"https://{host}/{issuer}/v2.0",
        "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
        "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
        "tenant_region_scope": "NA",
        "cloud_instance_name": host.removeprefix("login."),
    }


def list_keys(call: Call, tenant: str) -> dict[str, Any]:
    """The keys that the tenant's tokens can be checked with."""
    if tenant not in COMMON_TENANTS:
        check_tenant(tenant)
    return call.tokens.public_keys()


def begin_device_code(call: Call, tenant: str) -> dict[str, Any]:
    """A code for a person's sign-in. It needs no approval here: a real page must not be asked for it."""
    client_id, scope = call.request.form("client_id").strip(), call.request.form("scope").strip()
    code = call.tokens.begin_device_code(call.state, call.cloud, tenant, client_id, scope)
    user_code = "".join(secrets.choice("BCDFGHJKLMNPQRSTVWXZ23456789") for _ in range(9))
    return {
        "user_code": user_code,
        "device_code": code,
        "verification_uri": "https://login.microsoft.com/device",
        "expires_in": DEVICE_CODE_SECONDS,
        "interval": POLL_SECONDS,
        "message": f"The practice cloud signs you in as {PERSON} without asking. On Azure you would now open "
        f"the page https://login.microsoft.com/device in a browser, and enter a code such as {user_code}.",
    }


def issue_token(call: Call, tenant: str) -> dict[str, Any]:
    """A token for a client secret, a device code or a refresh token."""
    form = call.request.form
    grant, client_id, scope = form("grant_type").strip(), form("client_id").strip(), form("scope").strip()
    if grant == "client_credentials":
        return _token(call.tokens.issue(call.state, call.cloud, tenant, client_id, form("client_secret"), scope))
    if grant == DEVICE_CODE_GRANT:
        code = form("device_code").strip()
        return _person_token(call.tokens.redeem_device_code(call.state, call.cloud, tenant, client_id, code))
    if grant == "refresh_token":
        refresh_token = form("refresh_token").strip()
        return _person_token(call.tokens.refresh(call.state, call.cloud, tenant, client_id, refresh_token, scope))
    raise errors.unsupported_grant()


def issue_token_v1(call: Call, tenant: str) -> dict[str, Any]:
    """A token for a client secret as the first version of the address has it, for older clients such as ADAL."""
    form = call.request.form
    if form("grant_type") != "client_credentials":
        raise errors.unsupported_grant()
    resource = form("resource").strip()
    scope = f"{resource}/.default"
    token = call.tokens.issue(call.state, call.cloud, tenant, form("client_id").strip(), form("client_secret"), scope)
    now = int(clock.wall_time())
    return {
        "token_type": "Bearer",
        "expires_in": str(TOKEN_SECONDS),
        "ext_expires_in": str(TOKEN_SECONDS),
        "expires_on": str(now + TOKEN_SECONDS),
        "not_before": str(now),
        "resource": resource,
        "access_token": token,
    }


ROUTES = Routes(
    [
        Route("GET", "/common/discovery/instance", describe_host),
        Route("GET", "/{tenant}/v2.0/.well-known/openid-configuration", describe_tenant),
        Route("GET", "/{tenant}/discovery/v2.0/keys", list_keys),
        Route("POST", "/{tenant}/oauth2/v2.0/devicecode", begin_device_code),
        Route("POST", "/{tenant}/oauth2/v2.0/token", issue_token),
        Route("POST", "/{tenant}/oauth2/token", issue_token_v1),
    ]
)


class SignIn(Service):
    """A cloud's sign-in. The practice cloud's tenants are in every cloud, each with the same programs."""

    def __init__(self, store: Store, tokens: Tokens, cloud: Cloud):
        super().__init__(store)
        self._tokens = tokens
        self._cloud = cloud

    def respond(self, request: Request) -> Response:
        """Whoever asks is answered: who they are is what they come to prove."""
        route, names = ROUTES.find(request.method, request.path)
        if route is None:
            raise ServiceError(
                404, "not_found", f"The practice cloud's sign-in does not offer {request.method} {request.path}."
            )
        with self.store.reading() as state:
            return route.call(Call(request, state, self._tokens, self._cloud), names)

    def error_body(self, error: ServiceError) -> dict[str, Any]:
        """OAuth 2.0's form, with the details that Microsoft Entra ID adds."""
        time = datetime.fromtimestamp(clock.wall_time(), timezone.utc).strftime("%Y-%m-%d %H:%M:%SZ")
        trace, correlation = str(uuid.uuid4()), str(uuid.uuid4())
        about = f"Trace ID: {trace} Correlation ID: {correlation} Timestamp: {time}"
        body: dict[str, Any] = {"error": error.code, "error_description": f"{error.message} {about}"}
        if isinstance(error, SignInError):
            body["error_codes"] = [error.number]
            body["error_uri"] = f"https://{self._cloud.sign_in}/error?code={error.number}"
        return {**body, "timestamp": time, "trace_id": trace, "correlation_id": correlation}


def _person_token(tokens: PersonTokens) -> dict[str, Any]:
    client_info = json.dumps({"uid": tokens.object_id, "utid": tokens.home_tenant}).encode()
    return _token(
        tokens.access,
        scope=tokens.scope,
        refresh_token=tokens.refresh,
        id_token=tokens.id,
        client_info=base64.urlsafe_b64encode(client_info).decode().rstrip("="),
    )


def _token(access_token: str, **more: str) -> dict[str, Any]:
    return {
        "token_type": "Bearer",
        "expires_in": TOKEN_SECONDS,
        "ext_expires_in": TOKEN_SECONDS,
        "access_token": access_token,
        **more,
    }
