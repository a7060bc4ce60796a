"""The rules of signing in: who the programs are, and the tokens that they are given. No HTTP here."""

import hmac
import uuid
from functools import lru_cache
from typing import Any

import jwt

from .. import clock
from ..defaults import OTHER_TENANT_ID, TENANT_ID
from ..errors import ServiceError
from ..store import Store

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
    issuer = f"https://sts.windows.net/{TENANT_ID}/"

    def __init__(self, store: Store):
        self._store = store
        self._signing_key = store.key("signing key")
        # A client sends the same token with each request; what is signed does not change, only the time does.
        self._signed_claims = lru_cache(maxsize=64)(self._check_signature)

    def client_secret(self, object_id: str) -> str:
        """A password of a program."""
        with self._store.reading() as connection:
            found = connection.execute("SELECT value FROM passwords WHERE object_id = ?", (object_id,)).fetchone()
        return found["value"]

    def give(self, tenant: str, client_id: str, client_secret: str, scope: str) -> str:
        """A token for the resource that the scope names.

        Raises:
            SignInError: the tenant, the client or the secret is not the practice cloud's, or the scope is not one.
        """
        self.check_tenant(tenant)
        with self._store.reading() as connection:
            program = connection.execute("SELECT * FROM principals WHERE client_id = ?", (client_id,)).fetchone()
            if program is None:
                raise SignInError(
                    400,
                    "unauthorized_client",
                    700016,
                    f"Application with identifier '{client_id}' was not found in the directory 'Practice'. This can "
                    "happen if the application has not been installed by the administrator of the tenant or consented "
                    "to by any user in the tenant. You may have sent your authentication request to the wrong tenant.",
                )
            passwords = connection.execute(
                "SELECT value FROM passwords WHERE object_id = ?", (program["object_id"],)
            ).fetchall()
        if not any(hmac.compare_digest(client_secret.encode(), one["value"].encode()) for one in passwords):
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
        return self._sign(resource, tenant, program["client_id"], program["object_id"])

    def check_tenant(self, tenant: str) -> None:
        """Raises:
        SignInError: there is no such tenant.
        """
        if tenant not in (TENANT_ID, OTHER_TENANT_ID):
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
        if claims.get("exp", 0) <= clock.real():
            raise InvalidToken
        return claims

    def _check_signature(self, token: str) -> dict[str, Any]:
        try:
            return jwt.decode(token, self._signing_key, algorithms=["HS256"], options=_SIGNATURE_ONLY)
        except jwt.InvalidTokenError:
            raise InvalidToken from None

    def _sign(self, resource: str, tenant: str, client_id: str, object_id: str) -> str:
        now = int(clock.real())
        return jwt.encode(
            {
                "aud": resource,
                "iss": f"https://sts.windows.net/{tenant}/",
                "iat": now,
                "nbf": now,
                "exp": now + TOKEN_SECONDS,
                "appid": client_id,
                "oid": object_id,
                "sub": object_id,
                "tid": tenant,
                "uti": uuid.uuid4().hex,
                "ver": "1.0",
            },
            self._signing_key,
            algorithm="HS256",
        )
