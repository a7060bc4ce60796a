"""The rules of signing in: who the programs and the person are, and the tokens that they are given. No HTTP here."""

import hmac
import sqlite3
import uuid
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jwt

from .. import clock
from ..defaults import OTHER_TENANT_ID, PERSON_ID, TENANT_ID
from ..errors import ServiceError
from ..store import Store

TOKEN_SECONDS = 3599  # what Microsoft Entra ID's answers say
DEVICE_CODE_SECONDS = 900
REFRESH_TOKEN_SECONDS = 90 * clock.DAY_SECONDS

# The program through which a person signs in: the Azure CLI, whose id azure-identity's device code uses as well.
CLI_CLIENT_ID = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"

# In place of a tenant: whichever is the person's own.
COMMON_TENANTS = ("organizations", "common")

# What a person's program asks for beside the resource: tokens that describe and that renew, in every answer here.
_OPENID_SCOPES = {"openid", "profile", "email", "offline_access"}

# The audience is for the vault to check; the times go by the practice cloud's clock, which PyJWT does not know.
_SIGNATURE_ONLY = {f"verify_{claim}": False for claim in ("aud", "exp", "iat", "nbf")}


class InvalidToken(Exception):
    """The text is no token of this practice cloud, or its time is over."""


@dataclass(frozen=True)
class PersonTokens:
    """What a person's sign-in is answered with. `scope` is what the access token is for."""

    access: str
    refresh: str
    id: str
    scope: str
    object_id: str
    tenant: str


class SignInError(ServiceError):
    """A refusal in the words of Microsoft Entra ID; `number` is the number behind AADSTS."""

    def __init__(self, status: int, code: str, number: int, words: str):
        super().__init__(status, code, f"AADSTS{number}: {words}")
        self.number = number


class Tokens:
    """Gives tokens for a client secret or a person's sign-in, and reads the tokens that it gave.

    They are signed JWTs like the real ones, but for the key: it is a secret of the practice state, not a published one.
    """

    tenant_id = TENANT_ID
    issuer = f"https://sts.windows.net/{TENANT_ID}/"

    def __init__(self, store: Store):
        self._store = store
        self._handed_out: dict[str, str] = {}
        self._signing_key = store.key("signing key")
        # A client sends the same token with each request; what is signed does not change, only the time does.
        self._signed_claims = lru_cache(maxsize=64)(self._check_signature)

    def client_secret(self, object_id: str) -> str:
        """A password of a program, which stays good while this process runs, even if the state is removed."""
        with self._store.reading() as connection:
            found = connection.execute("SELECT value FROM passwords WHERE object_id = ?", (object_id,)).fetchone()
        self._handed_out[object_id] = found["value"]
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
                raise _unknown_client(client_id)
            object_id = program["object_id"]
            rows = connection.execute("SELECT value FROM passwords WHERE object_id = ?", (object_id,)).fetchall()
        passwords = {row["value"] for row in rows} | {self._handed_out.get(object_id, "")} - {""}
        if not any(hmac.compare_digest(client_secret.encode(), password.encode()) for password in passwords):
            raise SignInError(
                401,
                "invalid_client",
                7000215,
                "Invalid client secret provided. Ensure the secret being sent in the request is the client secret "
                f"value, not the client secret ID, for a secret added to app '{client_id}'.",
            )
        resource, slash, default = scope.rpartition("/")
        if not resource or not slash or default != ".default":
            raise _invalid_scope(scope)
        return self._sign_access(resource, tenant, program["client_id"], object_id)

    def begin_device_code(self, tenant: str, client_id: str, scope: str) -> str:
        """A code that a person's sign-in is to approve; here it is approved at once, for the practice person.

        Raises:
            SignInError: the tenant is not the practice cloud's, the client is not for persons, or the scope is not one.
        """
        self._check_public_client(tenant, client_id)
        _resource_of(scope)
        return self._sign({"use": "device code", "scope": scope, "exp": int(clock.real()) + DEVICE_CODE_SECONDS})

    def redeem_device_code(self, tenant: str, client_id: str, code: str) -> PersonTokens:
        """The tokens of a person who approved a code.

        Raises:
            SignInError: the code is not one that this practice cloud gave, or its time is over.
        """
        self._check_public_client(tenant, client_id)
        claims = self._read_for("device code", code)
        return self._person_tokens(tenant, client_id, PERSON_ID, claims["scope"])

    def refresh(self, tenant: str, client_id: str, refresh_token: str, scope: str) -> PersonTokens:
        """New tokens for somebody who signed in before, perhaps for another resource.

        Raises:
            SignInError: the refresh token is not one that this practice cloud gave, or its time is over.
        """
        self._check_public_client(tenant, client_id)
        claims = self._read_for("refresh", refresh_token)
        return self._person_tokens(tenant, client_id, claims["oid"], scope)

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

    def read_bearer(self, header: str) -> dict[str, Any]:
        """The claims of the token in an `Authorization` header.

        Raises:
            InvalidToken: there is none, or it is not of this practice cloud.
        """
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise InvalidToken
        return self.read(token)

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

    def _check_public_client(self, tenant: str, client_id: str) -> None:
        if tenant not in COMMON_TENANTS:
            self.check_tenant(tenant)
        if client_id == CLI_CLIENT_ID:
            return
        with self._store.reading() as connection:
            if connection.execute("SELECT 1 FROM principals WHERE client_id = ?", (client_id,)).fetchone():
                raise SignInError(
                    401,
                    "invalid_client",
                    7000218,
                    "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
                )
        raise _unknown_client(client_id)

    def _read_for(self, use: str, token: str) -> dict[str, Any]:
        try:
            claims = self.read(token)
        except InvalidToken:
            claims = {}
        if claims.get("use") != use:
            raise SignInError(400, "invalid_grant", 70000, "Provided grant is invalid or malformed.")
        return claims

    def _person_tokens(self, tenant: str, client_id: str, object_id: str, scope: str) -> PersonTokens:
        tenant = TENANT_ID if tenant in COMMON_TENANTS else tenant
        resource = _resource_of(scope)
        with self._store.reading() as connection:
            person = connection.execute("SELECT * FROM principals WHERE object_id = ?", (object_id,)).fetchone()
        if person is None:
            raise SignInError(400, "invalid_grant", 50034, "The user account does not exist in the directory.")
        now = int(clock.real())
        about = {
            "iat": now,
            "nbf": now,
            "exp": now + TOKEN_SECONDS,
            "name": person["name"].partition("@")[0].capitalize(),
            "oid": object_id,
            "sub": object_id,
            "tid": tenant,
        }
        issuer = f"https://login.microsoftonline.com/{tenant}/v2.0"
        named = {"aud": client_id, "iss": issuer, "preferred_username": person["name"], "ver": "2.0", **about}
        return PersonTokens(
            access=self._sign_access(resource, tenant, client_id, object_id, person),
            refresh=self._sign({"use": "refresh", "oid": object_id, "exp": now + REFRESH_TOKEN_SECONDS}),
            id=self._sign(named),
            scope=f"{resource}/user_impersonation {resource}/.default",
            object_id=object_id,
            tenant=tenant,
        )

    def _sign_access(
        self, resource: str, tenant: str, client_id: str, object_id: str, person: sqlite3.Row | None = None
    ) -> str:
        now = int(clock.real())
        claims = {
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
        }
        if person is not None:
            claims |= {"scp": "user_impersonation", "unique_name": person["name"], "upn": person["name"]}
        return self._sign(claims)

    def _sign(self, claims: dict[str, Any]) -> str:
        return jwt.encode(claims, self._signing_key, algorithm="HS256")


def _resource_of(scopes: str) -> str:
    """The resource in the scopes of a person's sign-in, such as "https://vault.azure.net/.default openid"."""
    asked = [scope for scope in scopes.split() if scope not in _OPENID_SCOPES]
    resource, slash, permission = asked[0].rpartition("/") if len(asked) == 1 else ("", "", "")
    if not resource or not slash or permission not in (".default", "user_impersonation"):
        raise _invalid_scope(scopes)
    return resource


def _unknown_client(client_id: str) -> SignInError:
    return SignInError(
        400,
        "unauthorized_client",
        700016,
        f"Application with identifier '{client_id}' was not found in the directory 'Practice'. This can "
        "happen if the application has not been installed by the administrator of the tenant or consented "
        "to by any user in the tenant. You may have sent your authentication request to the wrong tenant.",
    )


def _invalid_scope(scope: str) -> SignInError:
    return SignInError(
        400, "invalid_scope", 70011, f"The provided value for the input parameter 'scope' is not valid: {scope}."
    )
