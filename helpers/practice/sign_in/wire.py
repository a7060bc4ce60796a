"""The sign-in's HTTP: the addresses that azure-identity asks for a client secret, and how it says no.

Forms are those that Microsoft's OAuth 2.0 documentation gives ("Microsoft identity platform and the OAuth 2.0 client
credentials flow", "Microsoft Entra authentication and authorization error codes").
"""

import uuid
from datetime import datetime, timezone
from typing import Any

from .. import clock
from ..errors import ServiceError
from ..service import JsonHandler
from .tokens import TOKEN_SECONDS, SignInError, Tokens

HOST = "login.microsoftonline.com"


def routes(tokens: Tokens) -> list[tuple[str, type[JsonHandler], dict[str, Any]]]:
    """The addresses of the sign-in, for Tornado."""
    context = {"tokens": tokens}
    return [
        (r"/common/discovery/instance", InstanceHandler, context),
        (r"/([^/]+)/v2\.0/\.well-known/openid-configuration", ConfigurationHandler, context),
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
        self.tokens.check_tenant(tenant)
        base = f"https://{HOST}/{tenant}"
        self.answer(
            {
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
                "jwks_uri": f"{base}/discovery/v2.0/keys",
                "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
                "issuer": f"{base}/v2.0",
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


class TokenHandler(SignInHandler):
    """`/{tenant}/oauth2/v2.0/token`: a token for a client secret."""

    def post(self, tenant: str) -> None:
        """Give a token to a client that proves who it is."""
        if self.get_body_argument("grant_type", "") != "client_credentials":
            raise SignInError(
                400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type: practice knows "
                "client_credentials."
            )  # fmt: skip
        token = self.tokens.give(
            tenant,
            self.get_body_argument("client_id", ""),
            self.get_body_argument("client_secret", "", strip=False),
            self.get_body_argument("scope", ""),
        )
        self.answer(
            {
                "token_type": "Bearer",
                "expires_in": TOKEN_SECONDS,
                "ext_expires_in": TOKEN_SECONDS,
                "access_token": token,
            }
        )


class ElsewhereHandler(SignInHandler):
    """Every other address of the sign-in."""

    def prepare(self) -> None:
        """Say what the practice cloud has, since the real service has more."""
        raise ServiceError(
            404, "not_found", f"The practice cloud's sign-in does not offer {self.request.method} {self.request.path}."
        )
