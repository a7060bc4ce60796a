"""Requests that are nearly right, or not at all: what `fuzz` sends, each made from a seed and a number alone."""

import base64
import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode
from xml.etree import ElementTree


def _azure_error(content: bytes) -> bool:
    body = json.loads(content)
    return isinstance(body.get("error"), dict) and {"code", "message"} <= body["error"].keys()


def _oauth_error(content: bytes) -> bool:
    body = json.loads(content)
    return isinstance(body.get("error"), str) and "error_description" in body


def _storage_error(content: bytes) -> bool:
    body = ElementTree.fromstring(content)  # noqa: S314 - the practice cloud's own answer
    return body.tag == "Error" and {"Code", "Message"} <= {part.tag for part in body}


@dataclass(frozen=True)
class Host:
    """A host to send requests to.

    Args:
        name: Its name.
        operations: What it offers: method, path with query, and a body (JSON, or a form if `form`) or None. In all of
            it `{name}`, `{canary}`, `{backup}`, `{tenant}`, `{client}` and `{secret}` are filled in.
        is_error: Whether a body is this service's form of an error. It fails for what cannot be read.
        scope: What a token for it is asked for; None if it takes none.
        form: Whether bodies are forms.
        headers: What every request carries beside its body's type.
    """

    name: str
    operations: tuple[tuple[str, str, dict[str, Any] | None], ...]
    is_error: Callable[[bytes], bool] = _azure_error
    scope: str | None = None
    form: bool = False
    headers: tuple[str, ...] = ()


_SECRET = {"value": "{canary}", "contentType": "text", "tags": {"a": "b"}, "attributes": {"enabled": True, "exp": 1}}
_GRANT = {
    "grant_type": "client_credentials",
    "client_id": "{client}",
    "client_secret": "{secret}",
    "scope": "https://vault.azure.net/.default",
}
_SUBSCRIPTION = "/subscriptions/44444444-4444-4444-8444-444444444444"
_GROUP = f"{_SUBSCRIPTION}/resourcegroups/fuzz-{{name}}"
_KEY_VAULT, _ROLES = "/providers/Microsoft.KeyVault", "/providers/Microsoft.Authorization"
_VAULT = f"{_GROUP}{_KEY_VAULT}/vaults/fuzz-{{name}}"
_OPEN_VAULT = f"{_SUBSCRIPTION}/resourcegroups/practice-rg{_KEY_VAULT}/vaults/practice-vault"
_SETTINGS = "/providers/microsoft.insights/diagnosticSettings"
_STORAGE = f"{_SUBSCRIPTION}/resourcegroups/practice-rg/providers/Microsoft.Storage/storageAccounts/practicestorage"
_AUDIT = {
    "storageAccountId": _STORAGE,
    "logs": [{"category": "AuditEvent", "enabled": True, "retentionPolicy": {"enabled": False, "days": 0}}],
    "metrics": [{"category": "AllMetrics", "enabled": False}],
}
_DELETED_VAULT = f"{_SUBSCRIPTION}{_KEY_VAULT}/locations/eastus/deletedVaults/fuzz-{{name}}"
_OF_A_VAULT = {"tenantId": "{tenant}", "sku": {"name": "standard"}, "softDeleteRetentionInDays": 7}
_POLICY = {
    "tenantId": "{tenant}",
    "objectId": "{program}",
    "permissions": {"secrets": ["get", "list"], "keys": ["all"]},
}
_NEW_VAULT = {"location": "eastus", "properties": _OF_A_VAULT, "tags": {"a": "b"}}
_WITH_POLICIES = {**_OF_A_VAULT, "enableRbacAuthorization": False, "accessPolicies": [_POLICY]}
_NEW_VAULT_WITH_POLICIES = {"location": "East US", "properties": _WITH_POLICIES}
_READER = f"{_SUBSCRIPTION}{_ROLES}/roleDefinitions/21090545-7ca7-4776-b22c-e363652d74d2"
_GIVEN_ROLE = {"properties": {"roleDefinitionId": _READER, "principalId": "{program}"}}

HOSTS = (
    Host(
        "practice-vault.vault.azure.net",
        (
            ("PUT", "/secrets/{name}?api-version=7.6", _SECRET),
            ("PUT", "/secrets/{name}?api-version=2026-04-01", {"value": "{canary}"}),
            ("GET", "/secrets/{name}/?api-version=7.6", None),
            ("GET", "/secrets/{name}/0123456789abcdef0123456789abcdef?api-version=7.6", None),
            ("PATCH", "/secrets/{name}/?api-version=7.6", {"tags": {}, "attributes": {"enabled": False, "nbf": 2**31}}),
            ("DELETE", "/secrets/{name}?api-version=7.6", None),
            ("GET", "/secrets?maxresults=3&api-version=7.6", None),
            ("GET", "/secrets?api-version=7.6&$skiptoken=eyJhZnRlciI6ICJhIn0", None),
            ("GET", "/secrets/{name}/versions?maxresults=25&api-version=7.6", None),
            ("GET", "/deletedsecrets?api-version=7.6", None),
            ("GET", "/deletedsecrets/{name}?api-version=7.6", None),
            ("DELETE", "/deletedsecrets/{name}?api-version=7.6", None),
            ("POST", "/deletedsecrets/{name}/recover?api-version=7.6", None),
            ("POST", "/secrets/{name}/backup?api-version=7.6", None),
            ("POST", "/secrets/restore?api-version=7.6", {"value": "{backup}"}),
        ),
        scope="https://vault.azure.net/.default",
    ),
    Host(
        "login.microsoftonline.com",
        (
            ("POST", "/{tenant}/oauth2/v2.0/token", _GRANT),
            ("GET", "/{tenant}/v2.0/.well-known/openid-configuration", None),
            ("GET", "/common/discovery/instance?api-version=1.1&authorization_endpoint=https://x/y", None),
        ),
        _oauth_error,
        form=True,
    ),
    Host(
        "management.azure.com",
        (
            ("GET", "/tenants?api-version=2022-09-01", None),
            ("GET", "/subscriptions?api-version=2022-09-01", None),
            ("GET", f"{_SUBSCRIPTION}/locations?api-version=2022-09-01", None),
            ("GET", f"{_SUBSCRIPTION}/resourcegroups?api-version=2022-09-01", None),
            ("PUT", f"{_GROUP}?api-version=2022-09-01", {"location": "eastus", "tags": {"a": "b"}}),
            ("HEAD", f"{_GROUP}?api-version=2022-09-01", None),
            ("GET", f"{_GROUP}?api-version=2022-09-01", None),
            ("DELETE", f"{_GROUP}?api-version=2022-09-01", None),
            ("GET", f"{_SUBSCRIPTION}/resources?api-version=2022-09-01&$filter=name%20eq%20%27{{name}}%27", None),
            ("GET", f"{_SUBSCRIPTION}{_KEY_VAULT}/vaults?api-version=2023-02-01", None),
            ("PUT", f"{_VAULT}?api-version=2023-02-01", _NEW_VAULT),
            ("PUT", f"{_VAULT}?api-version=2023-02-01", _NEW_VAULT_WITH_POLICIES),
            ("GET", f"{_VAULT}?api-version=2023-02-01", None),
            ("DELETE", f"{_VAULT}?api-version=2023-02-01", None),
            ("GET", f"{_SUBSCRIPTION}{_KEY_VAULT}/deletedVaults?api-version=2023-02-01", None),
            ("PUT", f"{_VAULT}{_SETTINGS}/audit?api-version=2021-05-01-preview", {"properties": _AUDIT}),
            ("PUT", f"{_OPEN_VAULT}{_SETTINGS}/audit?api-version=2021-05-01-preview", {"properties": _AUDIT}),
            ("GET", f"{_VAULT}{_SETTINGS}?api-version=2021-05-01-preview", None),
            ("DELETE", f"{_VAULT}{_SETTINGS}/audit?api-version=2021-05-01-preview", None),
            ("POST", f"{_DELETED_VAULT}/purge?api-version=2023-02-01", None),
            ("GET", f"{_DELETED_VAULT}?api-version=2023-02-01", None),
            (
                "GET",
                f"{_SUBSCRIPTION}{_ROLES}/roleDefinitions?api-version=2022-04-01&$filter=roleName%20eq%20%27Owner%27",
                None,
            ),
            ("GET", f"{_VAULT}{_ROLES}/roleAssignments?api-version=2022-04-01&$filter=atScope()", None),
            (
                "PUT",
                f"{_VAULT}{_ROLES}/roleAssignments/77777777-7777-4777-8777-777777777777?api-version=2022-04-01",
                _GIVEN_ROLE,
            ),
            (
                "DELETE",
                f"{_VAULT}{_ROLES}/roleAssignments/77777777-7777-4777-8777-777777777777?api-version=2022-04-01",
                None,
            ),
        ),
        scope="https://management.azure.com/.default",
    ),
    Host(
        "graph.microsoft.com",
        (
            ("GET", "/v1.0/me", None),
            ("GET", "/v1.0/users?$filter=startswith(displayName,%27{name}%27)", None),
            ("GET", "/v1.0/users/learner@practice.example", None),
            ("GET", "/v1.0/applications?$filter=appId%20eq%20%27{name}%27%20and%20displayName%20eq%20%27a%27", None),
            ("POST", "/v1.0/applications", {"displayName": "{name}"}),
            ("PATCH", "/v1.0/applications/{name}", {"displayName": "{name}"}),
            ("DELETE", "/v1.0/applications/{name}", None),
            ("GET", "/v1.0/servicePrincipals?$filter=servicePrincipalNames/any(c:c%20eq%20%27{name}%27)", None),
            ("POST", "/v1.0/servicePrincipals", {"appId": "{program}"}),
            ("GET", "/v1.0/servicePrincipals/{program}", None),
            ("POST", "/v1.0/applications/{program}/removePassword", {"keyId": "{name}"}),
            ("POST", "/v1.0/directoryObjects/getByIds", {"ids": ["{program}", "{name}"], "types": ["user"]}),
        ),
        scope="https://graph.microsoft.com/.default",
    ),
    Host(
        "practicestorage.blob.core.windows.net",
        (
            ("PUT", "/fuzz?restype=container", None),
            ("GET", "/fuzz?restype=container", None),
            ("GET", "/?comp=list&prefix=f", None),
            ("PUT", "/fuzz/{name}", {"value": "{canary}"}),
            ("GET", "/fuzz/{name}", None),
            ("HEAD", "/fuzz/folder/{name}", None),
            ("DELETE", "/fuzz/{name}", None),
            ("GET", "/fuzz?restype=container&comp=list&prefix={name}&maxresults=1", None),
            ("GET", "/fuzz?restype=container&comp=list&marker=YQ==", None),
        ),
        _storage_error,
        scope="https://storage.azure.com/.default",
        headers=("x-ms-version: 2026-10-06", "x-ms-blob-type: BlockBlob", "x-ms-range: bytes=0-99"),
    ),
)


@dataclass
class Request:
    """What is sent: bytes, to the front door itself or inside TLS to a host.

    `plain` requests are well-formed HTTP, so that one answer comes and the connection can go on.
    """

    host: Host | None
    data: bytes
    canary: str
    plain: bool = False

    @property
    def to(self) -> str:
        """Where it is sent."""
        return self.host.name if self.host else "front door"


_NAMES = ("a", "b", "c-1", "restore", "versions", "A", "x" * 127)
_ODD_NAMES = (
    *("", ".", "..", "%00", "%2F", "%2e%2e", "%", "%zz", "%ff", "%C3%BC", "a%20b", "x" * 128, "x" * 30_000, "%7f"),
)
_METHODS = ("GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "get", "FOO", "M-SEARCH")
_ODD = (
    *(None, True, False, 0, -1, 2**31, 2**53, 2**63, 10**400, 1.5, float("inf"), float("nan"), "", "\0", "\ud800"),
    *("x" * 300, "ü𝄞", "1", [], {}, [[]], {"a": {"b": []}}, [None], {"\ud800": "x"}, {"": ""}),
)
_MEDIA_TYPES = ("application/json", "application/json; charset=utf-8", "APPLICATION/JSON", "text/plain", "*/*", "", "ü")
_MULTIPART = "multipart/form-data; boundary=x"
_ODD_HEADERS = (
    *("X-Long: " + "y" * 5000, "Cookie: a=b; ; =;", "Range: bytes=0-1", "If-None-Match: *", "Connection: close"),
    *("Connection: keep-alive, x", "Upgrade: websocket", "Upgrade: h2c", "x-ms-client-request-id: a b\t<ü>", "A: "),
    *("x-ms-client-request-id: ü" + "1" * 200, "Accept-Encoding: gzip, br", "Content-Encoding: gzip", "Origin: null"),
    *("Accept: text/html", "X-HTTP-Method-Override: DELETE", "Forwarded: for=8.8.8.8", "Date: \xff\xfe", "Sec-X: ()"),
)


def make(seed: int, number: int, hosts: tuple[Host, ...], known: dict[str, str]) -> Request:
    """The request of this number; `known` has what is filled in, and a token for each host that takes one."""
    rng = random.Random(f"{seed}/{number}")  # noqa: S311 - to be the same again is the point
    host, canary = rng.choice(hosts), f"fake-canary-{number}-"
    build = rng.choices((_plain, _framed, _mangled, _noise, _at_the_door), (60, 18, 10, 3, 9))[0]
    return build(rng, host, {**known, "{canary}": canary, "{name}": rng.choice(_NAMES)}, canary)


def _plain(rng: random.Random, host: Host, known: dict[str, str], canary: str) -> Request:
    method, target, headers, body = _parts(rng, host, known)
    headers += [] if body is None else [f"Content-Length: {len(body)}"]
    return Request(host, _joined(method, target, headers, body or b""), canary, plain=True)


def _parts(rng: random.Random, host: Host, known: dict[str, str]) -> tuple[str, str, list[str], bytes | None]:
    """Method, target, headers and body of an operation, some of them changed."""
    method, target, template = rng.choice(host.operations)
    target = _filled(target, known)
    headers = [f"Host: {host.name}", *(header for header in host.headers if rng.random() < 0.95)]
    if rng.random() < 0.1:
        method = rng.choice(_METHODS[:8])
    if rng.random() < 0.15:
        target = _changed_target(rng, target)
    if host.scope:
        token = known[host.name]
        headers += [f"Authorization: Bearer {token}"] if rng.random() < 0.85 else _odd_authorization(rng, token)
    if rng.random() < 0.1:
        headers.append(rng.choice(_ODD_HEADERS))
    if template is None and rng.random() < 0.9:
        return method, target, headers, None
    body = _filled(template or {}, known)
    if host.form:
        return method, target, headers, _form(rng, body, headers)
    headers.append("Content-Type: " + (rng.choice(_MEDIA_TYPES) if rng.random() < 0.05 else "application/json"))
    return method, target, headers, _json(rng, body)


def _filled(template: Any, known: dict[str, str]) -> Any:
    """A template with what is in braces replaced by what is known."""
    if isinstance(template, dict):
        return {name: _filled(value, known) for name, value in template.items()}
    if isinstance(template, list):
        return [_filled(value, known) for value in template]
    if isinstance(template, str):
        return re.sub(r"\{\w+\}", lambda place: known[place[0]], template)
    return template


def _changed_target(rng: random.Random, target: str) -> str:
    path, _, query = target.partition("?")
    parts = path.split("/")
    change = rng.randrange(8)
    if change == 0:
        parts[rng.randrange(len(parts))] = rng.choice(_ODD_NAMES)
        return "/" + "/".join(parts).lstrip("/") + f"?{query}"
    if change == 1:
        return f"{path}/{quote(''.join(chr(rng.randrange(1, 0x3000)) for _ in range(5)), safe='')}?{query}"
    if change == 2:
        return "/".join(parts[: rng.randrange(1, len(parts) + 1)]) + rng.choice(("/", "//", "/?", "?")) + query
    if change == 3:
        return rng.choice(
            (path, f"{path}?", f"{path}?&&=&;", f"{path}?%", f"{path}?api-version", f"{path}?{query}&" * 50)
        )
    if change == 4:
        odd = rng.choice(("1", "0", "-1", "25", "26", "1e1", "0" * 5000 + "1", "%D9%A3", "%ff", "", "nan", "9" * 5000))
        return f"{path}?{query}&maxresults={odd}"
    if change == 5:
        content = rng.choice(
            (b'{"after": "\\ud800"}', b'{"after": "\\u0000"}', b"[" * 20_000, b"{}", b'"after"', b"\xff")
        )
        token = base64.urlsafe_b64encode(content).decode().rstrip("=")
        return (
            f"{path}?{query}&$skiptoken={rng.choice((token, token[:-1], '%ff', '=', 'ü'.encode().hex(), 'a' * 9000))}"
        )
    if change == 6:
        version = rng.choice(("", "7.0", "1999-01-01", "7.6%00", "%ff", "7.6&api-version=1", "7" * 5000, "%0d%0aX:y"))
        return f"{path}?api-version={version}"
    return f"{path}{rng.choice(('#x', ';x=y', '%3F', '|', '^', '`', chr(34), '<', '{', '*'))}?{query}"


def _odd_authorization(rng: random.Random, token: str) -> list[str]:
    def encoded(text: str) -> str:
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    header, claims, signature = token.split(".")
    none = encoded('{"alg":"none","typ":"JWT"}')
    odd = rng.choice(
        (
            *("", "Bearer", "Bearer ", "Bearer ..", "Bearer a.b.c", "Bearer ü", "Bearer \xff.\xff.\xff"),
            *(f"PoP {token}", f"bearer  {token}", f"Basic {token}", f"Bearer {token}x", f"Bearer {token[:-4]}"),
            *(f"Bearer {none}.{claims}.", f"Bearer {none}.{claims}.{signature}", f"Bearer {header}.{claims}."),
            f"Bearer {encoded('[' * 20_000)}.{claims}.{signature}",
            *(f"Bearer {encoded(text)}.{claims}.{signature}" for text in ("{}", "[]", '{"alg":[]}', '{"alg":"HS256"}')),
            "Bearer " + encoded('{"alg":"HS256","b64":false,"crit":["b64"]}') + f"..{signature}",
        )
    )
    return rng.choice(([f"Authorization: {odd}"], [], [f"Authorization: {odd}", f"Authorization: Bearer {token}"]))


def _json(rng: random.Random, body: dict[str, Any]) -> bytes:
    chance = rng.random()
    if chance < 0.6:
        return json.dumps(body).encode()
    if chance < 0.85:
        return json.dumps(_nearly(rng, body)).encode()
    right = json.dumps(body)
    depth = rng.choice((50, 900, 1100, 50_000))
    return rng.choice(
        (
            *(
                b"",
                b"null",
                b"[]",
                b"{",
                b"{}",
                b'"x"',
                b"1" * 5000,
                b"\xff\xfe",
                b"NaN",
                b"\xef\xbb\xbf" + right.encode(),
            ),
            *(right.encode("utf-16"), right.encode("utf-32"), (right + "ü").encode("latin-1"), right.encode() + b"}"),
            *(right.encode()[:-1], right.replace('"', "'").encode(), f"{right[:-1]}, {right[1:]}".encode(), b"\0" * 50),
            *(b"[" * depth, b'{"a":' * depth, b'{"value":' + b"[" * depth + b"]" * depth + b"}", rng.randbytes(100)),
            *(b'{"value":"' + b"x" * length + b'"}' for length in (25_600, 25_601, 300_000)),
            *(b'{"value":"\\ud834"}', b'{"value":"\n"}'),
            b'{"value":"a","tags":{' + b",".join(b'"%d":"x"' % n for n in range(5000)) + b"}}",
        )
    )


def _nearly(rng: random.Random, value: Any) -> Any:
    """A value that is right but for one of its parts."""
    if isinstance(value, dict) and rng.random() < 0.8:
        name = rng.choice([*value, rng.choice(("attributes", "tags", "unknown"))])
        return {**value, name: _nearly(rng, value.get(name))}
    if isinstance(value, list) and rng.random() < 0.7:
        return [_nearly(rng, one) for one in value] + rng.choice(([], [rng.choice(_ODD)]))
    return rng.choice(_ODD)


def _form(rng: random.Random, body: dict[str, str], headers: list[str]) -> bytes:
    media_type = "application/x-www-form-urlencoded"
    content = urlencode(body).encode()
    if rng.random() < 0.5 and body:
        changed = dict(body)
        changed[rng.choice(list(body))] = str(rng.choice(_ODD)).encode(errors="replace")
        content = urlencode(changed).encode()
    if rng.random() < 0.3:
        part = b'--x\r\nContent-Disposition: form-data; name="scope"\r\n\r\n\xff\r\n--x--\r\n'
        media_type, content = rng.choice(
            (
                *((_MULTIPART, part), (_MULTIPART, part[:-9]), (_MULTIPART, b"--x"), (_MULTIPART, b"--x--" * 9000)),
                *((_MULTIPART, part.replace(b"name=", b"filename*=utf-8''%ff;name*0=")), ("multipart/form-data", part)),
                *((media_type, b"%"), (media_type, b"&&==&%zz=%ff"), (media_type, content + b"&scope=a&scope=b")),
                *((media_type, b"a=b&" * 20_000), (media_type, rng.randbytes(200)), (media_type, b"\xff=\xff")),
                *((f"{media_type}; charset=utf-16", content), ("application/json", json.dumps(body).encode())),
                ("", content),
            )
        )
    headers.append(f"Content-Type: {media_type}")
    return content


def _joined(method: str, target: str, headers: list[str], body: bytes, version: str = "HTTP/1.1") -> bytes:
    head = "\r\n".join([f"{method} {target} {version}", *headers, "", ""])
    return head.encode("latin-1", "replace") + body


def _framed(rng: random.Random, host: Host, known: dict[str, str], canary: str) -> Request:
    """A request whose frame is odd: the version, the host, the target, or how long the body is said to be."""
    method, target, headers, body = _parts(rng, host, known)
    body, version, size = body or b"", "HTTP/1.1", len(body or b"")
    change = rng.randrange(9)
    if change == 0:
        version = rng.choice(("HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "HTTP/1.10", "HTTP/9", "http/1.1", "", "HTTP/1.1 x"))
    elif change == 1:
        target = rng.choice(
            (f"https://{host.name}{target}", f"http://example.org{target}", "*", "", "//", target[1:], "?")
        )
    elif change == 2:
        odd = ("", "example.org", f"{host.name}.", f"{host.name}:443", f"{host.name}:x", "127.0.0.1", "a,b", "ü")
        headers[0] = rng.choice(
            (*(f"Host: {name}" for name in odd), "X: y", f"{headers[0]}\r\n{headers[0]}", "Host : x")
        )
        headers[0] = rng.choice((headers[0], f"Host: {rng.choice(_NAMES)}.vault.azure.net", headers[0]))
    elif change == 3:
        method = rng.choice((*_METHODS, "", "G E T", "G\0T", "X" * 9000, "PUT\t"))
    elif change == 4:
        headers.append(
            rng.choice(
                ("X", ": y", " folded", "X\0: y", "X: y\0z", "X: \x01", "X : y", "X: " + "y" * 70_000, "X: \r", "ü: x")
            )
        )
    if change == 5:
        headers.append("Expect: 100-continue")
    if change in (6, 7):
        headers.append(
            "Transfer-Encoding: " + rng.choice(("chunked",) * 6 + ("gzip, chunked", "identity", "CHUNKED", "x"))
        )
        body = _chunked(rng, body)
        if rng.random() < 0.1:
            headers.append(f"Content-Length: {size}")
    else:
        said = size
        if change == 8:
            odd = ("x", 2**40, "1" * 5000, "+1", f"{size}, {size}", "0x1", "", -1, 0)
            said = rng.choice((size + 1, size + 100, max(0, size - 1), *odd))
        headers.append(f"Content-Length: {said}")
    return Request(host, _joined(method, target, headers, body, version), canary)


def _chunked(rng: random.Random, body: bytes) -> bytes:
    half = len(body) // 2
    chunks = [part for part in (body[:half], body[half:]) if part]
    right = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in chunks)
    if rng.random() < 0.5:
        return right + b"0\r\n\r\n"
    return right + rng.choice(
        (b"", b"0\r\n", b"-1\r\n\r\n", b"x\r\n\r\n", b"ffffffffff\r\n", b"5\r\nabc\r\n0\r\n\r\n", b"0\r\nX: y\r\n\r\n")
    )


def _mangled(rng: random.Random, host: Host, known: dict[str, str], canary: str) -> Request:
    """A request with some of its bytes changed, dropped or said twice."""
    data = bytearray((_plain if rng.random() < 0.5 else _framed)(rng, host, known, canary).data)
    for _ in range(rng.choice((1, 1, 2, 5, 30))):
        at = rng.randrange(len(data) + 1)
        if rng.random() < 0.5:
            data[at : at + 1] = bytes([rng.choice((0, 10, 13, 32, 37, 47, 58, 127, 128, 255, rng.randrange(256)))])
        elif rng.random() < 0.5:
            del data[at : at + rng.choice((1, 2, 50))]
        else:
            data[at:at] = data[at : at + rng.choice((1, 2, 50))]
    return Request(host, bytes(data), canary)


def _noise(rng: random.Random, host: Host, known: dict[str, str], canary: str) -> Request:
    data = rng.choice(
        (b"", b"\r\n" * 500, b"GET ", b"\x16\x03\x01", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"a" * 90_000)
    )
    return Request(host, data + rng.randbytes(rng.choice((0, 1, 100, 5000))), canary)


def _at_the_door(rng: random.Random, host: Host, known: dict[str, str], canary: str) -> Request:
    """Bytes for the front door itself: nearly right, with or without its password, and no TLS behind it."""
    target = rng.choice(
        (f"{host.name}:443", "example.org:443", "management.azure.com:443", "[::1]:443", ":", "a:0", "ü:1")
    )
    lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}", known["authorization"].strip()]
    change = rng.randrange(6)
    if change == 0:
        lines[2] = rng.choice(
            ("X: y", "Proxy-Authorization: Basic", "Proxy-Authorization: Basic \xff", "Proxy-Authorization:")
        )
    elif change == 1:
        target = rng.choice(
            ("", "x", f"{host.name}:{'9' * 5000}", f"{'a' * 300}:443", "a\0b:443", "\xaa.b:1", "a..b:443", "::1:1")
        )
        lines[0] = rng.choice(
            (f"CONNECT {target} HTTP/1.1", f"GET https://{host.name}/ HTTP/1.1", f"CONNECT {target}", "CONNECT")
        )
    elif change == 2:
        lines += [rng.choice(("X", ": y", " x", "X: " + "y" * 70_000, "X\0: y", "Content-Length: 5"))] * rng.choice(
            (1, 500)
        )
    data = "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")
    if change == 3:
        data = data[: rng.randrange(len(data))]
    elif change == 4:
        data += rng.choice((rng.randbytes(300), b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + rng.randbytes(300)))
    elif change == 5:
        data = rng.randbytes(rng.choice((1, 100, 5000)))
    return Request(None, data, canary)
