"""The sign-in's HTTP: the addresses that azure-identity and the Azure CLI ask, and how it says no.

Forms are those that Microsoft's OAuth 2.0 documentation gives ("Microsoft identity platform and the OAuth 2.0 client
credentials flow", the same for "device authorization grant" and "refresh the access token", and "Microsoft Entra
authentication and authorization error codes").
"""

import base64
import json
import secrets
import uuid
from datetime import datetime, timezone
from typing import Any

from .. import clock
from ..defaults import PERSON
from ..errors import ServiceError
from ..service import JsonHandler
from .tokens import COMMON_TENANTS, DEVICE_CODE_SECONDS, TOKEN_SECONDS, PersonTokens, SignInError, Tokens

HOST = "login.microsoftonline.com"
DEVICE_CODE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
POLL_SECONDS = 1  # the real service asks for 5; here nothing is waited for


def routes(tokens: Tokens) -> list[tuple[str, type[JsonHandler], dict[str, Any]]]:
    """The addresses of the sign-in, for Tornado."""
    context = {"tokens": tokens}
    return [
        (r"/common/discovery/instance", InstanceHandler, context),
        (r"/([^/]+)/v2\.0/\.well-known/openid-configuration", ConfigurationHandler, context),
        (r"/([^/]+)/oauth2/v2\.0/devicecode", DeviceCodeHandler, context),
        (r"/([^/]+)/oauth2/v2\.0/token", TokenHandler, context),
        (r".*", ElsewhereHandler, context),
    ]


class SignInHandler(JsonHandler):
    """What every address of the sign-in has in common: its own form of an error."""

    def initialize(self, tokens: Tokens) -> None:
        """Tornado's way of handing over what the handler works on."""
        self.tokens = tokens

    def error_body(self, error: ServiceError) -> dict[str, Any]:
        """OAuth 2.0's form, with the details that Microsoft Entra ID adds."""
        time = datetime.fromtimestamp(clock.now(), timezone.utc).strftime("%Y-%m-%d %H:%M:%SZ")
        trace, correlation = str(uuid.uuid4()), str(uuid.uuid4())
        about = f"Trace ID: {trace} Correlation ID: {correlation} Timestamp: {time}"
        body = {"error": error.code, "error_description": f"{error.message} {about}"}
        if isinstance(error, SignInError):
            body["error_codes"] = [error.number]
            body["error_uri"] = f"https://{HOST}/error?code={error.number}"
        return {**body, "timestamp": time, "trace_id": trace, "correlation_id": correlation}


class ConfigurationHandler(SignInHandler):
    """`/{tenant}/v2.0/.well-known/openid-configuration`: where the tenant's other addresses are."""

    def get(self, tenant: str) -> None:
        """Describe the tenant."""
        if tenant not in COMMON_TENANTS:
            self.tokens.check_tenant(tenant)
        issuer = "{tenantid}" if tenant in COMMON_TENANTS else tenant  # so the real service has it, braces and all
        base = f"https://{HOST}/{tenant}"
        self.answer(
            {
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
                "jwks_uri": f"{base}/discovery/v2.0/keys",
                "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
                "issuer": f"https://{HOST}/{issuer}/v2.0",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
                "tenant_region_scope": "NA",
                "cloud_instance_name": "microsoftonline.com",
            }
        )


class InstanceHandler(SignInHandler):
    """`/common/discovery/instance`: which hosts are this sign-in's other names. MSAL asks when a token is refused."""

    def get(self) -> None:
        """Describe the host."""
        self.answer(
            {
                "tenant_discovery_endpoint": f"https://{HOST}/common/v2.0/.well-known/openid-configuration",
                "api-version": "1.1",
                "metadata": [
                    {"preferred_network": HOST, "preferred_cache": "login.windows.net", "aliases": [HOST]},
                ],
            }
        )


class DeviceCodeHandler(SignInHandler):
    """`/{tenant}/oauth2/v2.0/devicecode`: the beginning of a person's sign-in without a browser beside the program."""

    def post(self, tenant: str) -> None:
        """Give a code. It needs no approval here, and the message says so: a real page must not be asked for it."""
        code = self.tokens.begin_device_code(
            tenant, self.get_body_argument("client_id", ""), self.get_body_argument("scope", "")
        )
        user_code = "".join(secrets.choice("BCDFGHJKLMNPQRSTVWXZ23456789") for _ in range(9))
        self.answer(
            {
                "user_code": user_code,
                "device_code": code,
                "verification_uri": "https://login.microsoft.com/device",
                "expires_in": DEVICE_CODE_SECONDS,
                "interval": POLL_SECONDS,
                "message": f"The practice cloud signs you in as {PERSON} without asking. On Azure you would now open "
                f"the page https://login.microsoft.com/device in a browser, and enter a code such as {user_code}.",
            }
        )


class TokenHandler(SignInHandler):
    """`/{tenant}/oauth2/v2.0/token`: a token for a client secret, a device code or a refresh token."""

    def post(self, tenant: str) -> None:
        """Give a token to a client that proves who it, or its user, is."""
        grant = self.get_body_argument("grant_type", "")
        client_id, scope = self.get_body_argument("client_id", ""), self.get_body_argument("scope", "")
        if grant == "client_credentials":
            client_secret = self.get_body_argument("client_secret", "", strip=False)
            self._answer(self.tokens.give(tenant, client_id, client_secret, scope))
        elif grant == DEVICE_CODE_GRANT:
            code = self.get_body_argument("device_code", "")
            self._answer_person(self.tokens.redeem_device_code(tenant, client_id, code))
        elif grant == "refresh_token":
            refresh_token = self.get_body_argument("refresh_token", "")
            self._answer_person(self.tokens.refresh(tenant, client_id, refresh_token, scope))
        else:
            raise SignInError(
                400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type: practice knows "
                "client_credentials, device_code and refresh_token."
            )  # fmt: skip

    def _answer_person(self, tokens: PersonTokens) -> None:
        client_info = json.dumps({"uid": tokens.object_id, "utid": tokens.tenant}).encode()
        self._answer(
            tokens.access,
            scope=tokens.scope,
            refresh_token=tokens.refresh,
            id_token=tokens.id,
            client_info=base64.urlsafe_b64encode(client_info).decode().rstrip("="),
        )

    def _answer(self, access_token: str, **more: str) -> None:
        self.answer(
            {
                "token_type": "Bearer",
                "expires_in": TOKEN_SECONDS,
                "ext_expires_in": TOKEN_SECONDS,
                "access_token": access_token,
                **more,
            }
        )


class ElsewhereHandler(SignInHandler):
    """Every other address of the sign-in."""

    def prepare(self) -> None:
        """Say what the practice cloud has, since the real service has more."""
        raise ServiceError(
            404, "not_found", f"The practice cloud's sign-in does not offer {self.request.method} {self.request.path}."
        )
