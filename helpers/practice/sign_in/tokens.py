"""The rules of signing in: one tenant with one service principal, and the tokens that it is given. No HTTP here."""

import uuid
from functools import lru_cache
from typing import Any

import jwt

from .. import clock
from ..errors import ServiceError
from ..store import Store

# Made up, and meant to look it: these say at a glance that an identity is the practice cloud's.
TENANT_ID = "11111111-1111-4111-8111-111111111111"
CLIENT_ID = "22222222-2222-4222-8222-222222222222"
OBJECT_ID = "33333333-3333-4333-8333-333333333333"

TOKEN_SECONDS = 3599  # what Microsoft Entra ID's answers say

# The audience is for the vault to check; the times go by the practice cloud's clock, which PyJWT does not know.
_SIGNATURE_ONLY = {f"verify_{claim}": False for claim in ("aud", "exp", "iat", "nbf")}


class InvalidToken(Exception):
    """The text is no token of this practice cloud, or its time is over."""


class SignInError(ServiceError):
    """A refusal in the words of Microsoft Entra ID; `number` is the number behind AADSTS."""

    def __init__(self, status: int, code: str, number: int, words: str):
        super().__init__(status, code, f"AADSTS{number}: {words}")
        self.number = number


class Tokens:
    """Gives tokens for a client secret, and reads the tokens that it gave.

    They are signed JWTs like the real ones, but for the key: it is a secret of the practice state, not a published one.
    """

    tenant_id = TENANT_ID
    client_id = CLIENT_ID
    issuer = f"https://sts.windows.net/{TENANT_ID}/"

    def __init__(self, store: Store):
        self.client_secret = store.key("client secret")
        self._signing_key = store.key("signing key")
        # A client sends the same token with each request; what is signed does not change, only the time does.
        self._signed_claims = lru_cache(maxsize=64)(self._check_signature)

    def give(self, tenant: str, client_id: str, client_secret: str, scope: str) -> str:
        """A token for the resource that the scope names.

        Raises:
            SignInError: the tenant, the client or the secret is not the practice cloud's, or the scope is not one.
        """
        self.check_tenant(tenant)
        if client_id != self.client_id:
            raise SignInError(
                400,
                "unauthorized_client",
                700016,
                f"Application with identifier '{client_id}' was not found in the directory 'Practice'. This can "
                "happen if the application has not been installed by the administrator of the tenant or consented to "
                "by any user in the tenant. You may have sent your authentication request to the wrong tenant.",
            )
        if client_secret != self.client_secret:
            raise SignInError(
                401,
                "invalid_client",
                7000215,
                "Invalid client secret provided. Ensure the secret being sent in the request is the client secret "
                f"value, not the client secret ID, for a secret added to app '{client_id}'.",
            )
        resource, slash, default = scope.rpartition("/")
        if not resource or not slash or default != ".default":
            raise SignInError(
                400,
                "invalid_scope",
                70011,
                f"The provided value for the input parameter 'scope' is not valid: {scope}.",
            )
        return self._sign(resource)

    def check_tenant(self, tenant: str) -> None:
        """Raises:
        SignInError: there is no such tenant.
        """
        if tenant != self.tenant_id:
            raise SignInError(
                400,
                "invalid_tenant",
                90002,
                f"Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into "
                "the correct cloud. Check with your subscription administrator, this may happen if there are no "
                "active subscriptions for the tenant.",
            )

    def read(self, token: str) -> dict[str, Any]:
        """The claims of a token that is signed by this practice cloud and in its time.

        Raises:
            InvalidToken: it is not.
        """
        claims = self._signed_claims(token)
        if claims.get("exp", 0) <= clock.now():
            raise InvalidToken
        return claims

    def _check_signature(self, token: str) -> dict[str, Any]:
        try:
            return jwt.decode(token, self._signing_key, algorithms=["HS256"], options=_SIGNATURE_ONLY)
        except jwt.InvalidTokenError:
            raise InvalidToken from None

    def _sign(self, resource: str) -> str:
        now = int(clock.now())
        return jwt.encode(
            {
                "aud": resource,
                "iss": self.issuer,
                "iat": now,
                "nbf": now,
                "exp": now + TOKEN_SECONDS,
                "appid": self.client_id,
                "oid": OBJECT_ID,
                "sub": OBJECT_ID,
                "tid": self.tenant_id,
                "uti": uuid.uuid4().hex,
                "ver": "1.0",
            },
            self._signing_key,
            algorithm="HS256",
        )
