"""The rules of signing in: who the programs and the person are, and the tokens that they are given. No HTTP here."""

import base64
import hashlib
import hmac
import uuid
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm
from jwt.types import Options

from .. import clock
from ..clouds import PUBLIC, Cloud
from ..errors import ServiceError
from ..identities import OTHER_TENANT_ID, PERSON_ID, TENANT_ID
from ..state import keys, principals
from ..state.principals import Principal
from ..state.store import Store
from ..state.transaction import Transaction
from . import errors

TOKEN_SECONDS = 3599  # what Microsoft Entra ID's answers say
DEVICE_CODE_SECONDS = 900
REFRESH_TOKEN_SECONDS = 90 * clock.DAY_SECONDS

# The program through which a person signs in: the Azure CLI, whose id azure-identity's device code uses as well.
CLI_CLIENT_ID = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"

# In place of a tenant: whichever is the person's own.
COMMON_TENANTS = ("organizations", "common")

# What clients ask for beside the resource: tokens that describe and that renew, in every answer to a person here.
_OPENID_SCOPES = {"openid", "profile", "email", "offline_access"}

# The services that tokens are for: those that the practice cloud plays, and databases (Azure Database for PostgreSQL
# and MySQL, Azure SQL), in whose place a lesson has a stand-in. Clients ask with or without a slash at the end.
_RESOURCES = {
    "https://vault.azure.net",
    "https://management.azure.com",
    "https://management.core.windows.net",
    "https://graph.microsoft.com",
    "https://storage.azure.com",
    "https://ossrdbms-aad.database.windows.net",
    "https://database.windows.net",
}

# Microsoft Entra ID signs with RSA (RS256). To make such a key can take a second, of this one no time at all.
_ALGORITHM = "ES256"

# The audience is for the vault to check; the times go by the practice cloud's clock, which PyJWT does not know.
_SIGNATURE_ONLY: Options = {"verify_aud": False, "verify_exp": False, "verify_iat": False, "verify_nbf": False}


class TokenErrors(Protocol):
    """How a service refuses a caller without a good token: its module of errors."""

    def missing_token(self) -> ServiceError:
        """No token was sent."""

    def invalid_token(self) -> ServiceError:
        """The token is not one of this sign-in's, or has expired."""


class InvalidTokenError(Exception):
    """The text is no token of this practice cloud, or its time is over."""


@dataclass(frozen=True)
class PersonTokens:
    """What a person's sign-in is answered with. `scope` is what the access token is for.

    `home_tenant` is the person's own, whichever tenant they signed in to: by it, a client knows that it is one account
    (MSAL's HomeAccountId; azure-cli issues 11871 and 20168).
    """

    access: str
    refresh: str
    id: str
    scope: str
    object_id: str
    home_tenant: str


class Tokens:
    """Issues tokens for a client secret or a person's sign-in, and reads the tokens that it issued.

    They are signed JWTs like the real ones, and whoever they are for can check them with the published key.
    """

    issuer = PUBLIC.issuer(TENANT_ID)

    def __init__(self, store: Store):
        self._handed_out: dict[str, str] = {}
        self._signing_key = _signing_key(store)
        # A client sends the same token with each request; what is signed does not change, only the time does.
        self._signed_claims = lru_cache(maxsize=64)(self._check_signature)

    def public_keys(self) -> dict[str, Any]:
        """The keys that the tokens can be checked with, as a JSON Web Key Set (RFC 7517)."""
        return {"keys": [_public_key(self._signing_key)]}

    def client_secret(self, state: Transaction, object_id: str) -> str:
        """A password of a program, which stays good while this process runs, even if the state is removed."""
        password = next(iter(principals.passwords(state, object_id).values()))
        self._handed_out[object_id] = password
        return password

    def issue(
        self, state: Transaction, cloud: Cloud, tenant: str, client_id: str, client_secret: str, scope: str
    ) -> str:
        """A token for a program, for the resource that the scope names.

        Raises:
            SignInError: the tenant, the client or the secret is not the practice cloud's, or the scope is not one.
        """
        check_tenant(tenant)
        program = principals.find_client(state, client_id)
        if program is None:
            raise errors.unknown_client(client_id)
        good = {*principals.passwords(state, program.object_id).values(), self._handed_out.get(program.object_id, "")}
        if not any(hmac.compare_digest(client_secret.encode(), password.encode()) for password in good - {""}):
            raise errors.wrong_client_secret(client_id)
        return self._sign_access(cloud, _resource_for_program(scope), tenant, program.client_id, program)

    def begin_device_code(self, state: Transaction, cloud: Cloud, tenant: str, client_id: str, scope: str) -> str:
        """A code that a person's sign-in is to approve; here it is approved at once, for the practice person.

        Raises:
            SignInError: the tenant is not the practice cloud's, the client is not for persons, or the scope is not one.
        """
        _check_public_client(state, tenant, client_id)
        _check_resource(cloud, _resource_of(scope))
        return self._sign({"use": "device code", "scope": scope, "exp": int(clock.wall_time()) + DEVICE_CODE_SECONDS})

    def redeem_device_code(
        self, state: Transaction, cloud: Cloud, tenant: str, client_id: str, code: str
    ) -> PersonTokens:
        """The tokens of a person who approved a code.

        Raises:
            SignInError: the code is not one that this practice cloud issued, or its time is over.
        """
        _check_public_client(state, tenant, client_id)
        claims = self._read_for("device code", code)
        return self._person_tokens(state, cloud, tenant, client_id, PERSON_ID, claims["scope"])

    def refresh(
        self, state: Transaction, cloud: Cloud, tenant: str, client_id: str, refresh_token: str, scope: str
    ) -> PersonTokens:
        """New tokens for somebody who signed in before, perhaps for another resource.

        Raises:
            SignInError: the refresh token is not one that this practice cloud issued, or its time is over.
        """
        _check_public_client(state, tenant, client_id)
        claims = self._read_for("refresh", refresh_token)
        return self._person_tokens(state, cloud, tenant, client_id, claims["oid"], scope)

    def authenticate(self, header: str | None, refusals: TokenErrors) -> dict[str, Any]:
        """The claims of the token in an `Authorization` header. Whom it is for is left to the service.

        Raises:
            ServiceError: there is none, or it is not one of this sign-in's; in the words of `refusals`.
        """
        scheme, _, token = (header or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise refusals.missing_token()
        try:
            return self.read(token)
        except InvalidTokenError:
            raise refusals.invalid_token() from None

    def read(self, token: str) -> dict[str, Any]:
        """The claims of a token that is signed by this practice cloud and in its time.

        Raises:
            InvalidTokenError: it is not.
        """
        claims = self._signed_claims(token)
        if claims.get("exp", 0) <= clock.wall_time():
            raise InvalidTokenError
        return claims

    def _check_signature(self, token: str) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                token, self._signing_key.public_key(), algorithms=[_ALGORITHM], options=_SIGNATURE_ONLY
            )
            return claims
        except jwt.InvalidTokenError:
            raise InvalidTokenError from None

    def _read_for(self, use: str, token: str) -> dict[str, Any]:
        try:
            claims = self.read(token)
        except InvalidTokenError:
            claims = {}
        if claims.get("use") != use:
            raise errors.invalid_grant()
        return claims

    def _person_tokens(
        self, state: Transaction, cloud: Cloud, tenant: str, client_id: str, object_id: str, scope: str
    ) -> PersonTokens:
        tenant = TENANT_ID if tenant in COMMON_TENANTS else tenant
        resource = _resource_of(scope)
        person = principals.find(state, object_id)
        if person is None:
            raise errors.no_such_person()
        now = int(clock.wall_time())
        named = {
            "aud": client_id,
            "iss": f"https://{cloud.sign_in}/{tenant}/v2.0",
            "preferred_username": person.name,
            "ver": "2.0",
            "iat": now,
            "nbf": now,
            "exp": now + TOKEN_SECONDS,
            "name": person.name.partition("@")[0].capitalize(),
            "oid": object_id,
            "sub": object_id,
            "tid": tenant,
        }
        return PersonTokens(
            access=self._sign_access(cloud, resource, tenant, client_id, person),
            refresh=self._sign({"use": "refresh", "oid": object_id, "exp": now + REFRESH_TOKEN_SECONDS}),
            id=self._sign(named),
            scope=f"{resource}/user_impersonation {resource}/.default",
            object_id=object_id,
            home_tenant=TENANT_ID,
        )

    def _sign_access(
        self, cloud: Cloud, resource: str, tenant: str, client_id: str | None, principal: Principal
    ) -> str:
        _check_resource(cloud, resource)
        now = int(clock.wall_time())
        claims = {
            "aud": resource,
            "iss": cloud.issuer(tenant),
            "iat": now,
            "nbf": now,
            "exp": now + TOKEN_SECONDS,
            "appid": client_id,
            "oid": principal.object_id,
            "sub": principal.object_id,
            "tid": tenant,
            "uti": uuid.uuid4().hex,
            "ver": "1.0",
        }
        if principal.client_id is None:
            claims |= {"scp": "user_impersonation", "unique_name": principal.name, "upn": principal.name}
        return self._sign(claims)

    def _sign(self, claims: dict[str, Any]) -> str:
        key_id = _public_key(self._signing_key)["kid"]
        return jwt.encode(claims, self._signing_key, algorithm=_ALGORITHM, headers={"kid": key_id})


def check_tenant(tenant: str) -> None:
    """Refuse a tenant that is not there.

    Raises:
        SignInError: there is no such tenant.
    """
    if tenant not in (TENANT_ID, OTHER_TENANT_ID):
        raise errors.no_such_tenant(tenant)


def _check_public_client(state: Transaction, tenant: str, client_id: str) -> None:
    if tenant not in COMMON_TENANTS:
        check_tenant(tenant)
    if client_id == CLI_CLIENT_ID:
        return
    if principals.find_client(state, client_id) is None:
        raise errors.unknown_client(client_id)
    raise errors.client_needs_secret()


def _check_resource(cloud: Cloud, resource: str) -> None:
    """Refuse what the cloud doesn't have. Of those beside the public cloud, only the vaults are here.

    Raises:
        SignInError: this cloud's tenants do not know the resource.
    """
    if resource.rstrip("/") not in (_RESOURCES if cloud == PUBLIC else {cloud.resource}):
        raise errors.unknown_resource(resource)


def _resource_of(scopes: str) -> str:
    """The resource in the scopes of a person's sign-in, such as "https://vault.azure.net/.default openid"."""
    resource, slash, permission = _resource_scope(scopes).rpartition("/")
    if not resource or not slash or permission not in (".default", "user_impersonation"):
        raise errors.invalid_scope(scopes)
    return resource


def _resource_for_program(scopes: str) -> str:
    """The resource in the scopes of a program's sign-in."""
    resource, slash, default = _resource_scope(scopes).rpartition("/")
    if not resource or not slash or default != ".default":
        raise errors.scope_needs_default(scopes)
    return resource


def _resource_scope(scopes: str) -> str:
    """The one scope that is not OpenID's own. MSAL for Go puts those after it, MSAL for Java before it."""
    asked = [scope for scope in scopes.split() if scope not in _OPENID_SCOPES]
    if len(asked) != 1:
        raise errors.invalid_scope(scopes)
    return asked[0]


@lru_cache(maxsize=16)
def _public_key(key: ec.EllipticCurvePrivateKey) -> dict[str, Any]:
    described: dict[str, Any] = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    key_id = base64.urlsafe_b64encode(hashlib.sha256(described["x"].encode()).digest()).decode().rstrip("=")
    return {"kty": "EC", "use": "sig", "kid": key_id, "alg": _ALGORITHM, **described}


def _signing_key(store: Store) -> ec.EllipticCurvePrivateKey:
    # A private key of this curve is a number below its order, which is nearly 2**256.
    random = hashlib.sha256(_signing_secret(store).encode()).digest()
    return ec.derive_private_key(int.from_bytes(random[:31], "big") + 1, ec.SECP256R1())


def _signing_secret(store: Store) -> str:
    # It is there but for the first time: then to look is enough, which a full disk and a busy writer allow.
    with store.reading() as state:
        found = keys.find(state, "signing key")
    if found is not None:
        return found
    with store.writing() as state:
        return keys.find_or_make(state, "signing key")
