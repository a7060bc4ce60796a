"""A vault's audit log: what a request leaves in it, in the form in which Azure archives it to a storage account.

Fields and their order are those of records that Azure wrote (azure-sdk-for-python issue 23252 has one of a 401,
azure-docs issue 97977 of a 403), their meaning is in "Azure Key Vault logging". No record has a value or a token.
"""

import json
import uuid
from dataclasses import dataclass
from datetime import datetime, timezone
from http.client import responses
from typing import Any

from ..errors import ServiceError
from ..identities import CLIENT_ADDRESS
from ..service import REQUEST_ID, Request, Response
from ..state.vaults import Vault

CONTAINER = "insights-logs-auditevent"

# What the log says of the token. (The rest of its claims are of no use to a reader of the log.)
_CLAIMS = ("oid", "appid", "scp", "upn", "unique_name")

# Where the answer names the version that was read or made, the log does as well.
_NAMES_VERSION = ("SecretGet", "SecretSet", "SecretUpdate")


@dataclass
class Trail:
    """What the log says of a request, beside the answer; filled in as the request is dealt with.

    Attributes:
        vault: The vault, once it is found.
        claims: The token's claims, once it is found to be good; none for a request without a good token.
        operation: What was asked for, in the log's words; "Authentication" until there is a good token.
        names: What the path's names stand for: a secret's `name` and `version`.
    """

    request: Request
    vault: Vault | None = None
    claims: dict[str, Any] | None = None
    operation: str = "Authentication"
    names: dict[str, str] | None = None


def record(trail: Trail, vault: Vault, now: float, seconds: float, answer: Response | ServiceError) -> dict[str, Any]:
    """What the log says of a request.

    Args:
        now: When it was answered; seconds since 1970, UTC.
        seconds: How long that took.
        answer: The answer. Of its body, only the id is used.
    """
    request, claims = trail.request, trail.claims
    refused = isinstance(answer, ServiceError) and claims is not None
    return {
        "time": datetime.fromtimestamp(now, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f0Z"),
        "category": "AuditEvent",
        "operationName": trail.operation,
        "resultType": "Success",  # also of a refusal: the service did what it should
        **({"resultDescription": str(answer).replace("\r\n", "\n")} if refused else {}),
        "correlationId": request.repeated(REQUEST_ID).get(REQUEST_ID) or str(uuid.uuid4()),
        "callerIpAddress": CLIENT_ADDRESS,
        "identity": {} if claims is None else {"claim": {name: claims[name] for name in _CLAIMS if name in claims}},
        "properties": _properties(trail, vault, answer),
        "resourceId": vault.id.upper(),
        "operationVersion": request.query("api-version"),
        "resultSignature": responses.get(answer.status, ""),
        "durationMs": str(round(seconds * 1000)),
    }


def line(record: dict[str, Any]) -> bytes:
    """The record as the blob has it: one line of JSON."""
    return json.dumps(record, separators=(",", ":")).encode() + b"\n"


def blob_name(vault: Vault, now: float) -> str:
    """The blob of the hour in which a record is written ("Send to Azure Storage" in the documentation)."""
    hour = datetime.fromtimestamp(now, timezone.utc).strftime("y=%Y/m=%m/d=%d/h=%H/m=00/PT1H.json")
    return f"resourceId={vault.id.upper()}/{hour}"


def _properties(trail: Trail, vault: Vault, answer: Response | ServiceError) -> dict[str, Any]:
    request = trail.request
    url = f"https://{request.host}"
    inner_code = answer.inner_code if isinstance(answer, ServiceError) else None
    body = answer.body or {} if isinstance(answer, Response) else {}
    id = _id(trail, url, body)
    properties: dict[str, Any] = {"id": id} if id else {}
    properties["clientInfo"] = request.headers.get("User-Agent", "")
    properties["httpStatusCode"] = answer.status
    properties["requestUri"] = f"{url}{request.target}"
    if inner_code in ("ForbiddenByFirewall", "ForbiddenByConnection"):
        properties["isAddressAuthorized"] = False
    elif trail.claims is not None and vault.uses_roles:
        properties["isRbacAuthorized"] = inner_code != "ForbiddenByRbac"
    elif trail.claims is not None:
        properties["isAccessPolicyMatch"] = inner_code != "ForbiddenByPolicy"
    return properties


def _id(trail: Trail, url: str, body: dict[str, Any]) -> str:
    """The secret that was asked for, with its version where one was named; "" for a list and without a good token."""
    if trail.operation in _NAMES_VERSION and "id" in body:
        return str(body["id"])
    if trail.operation == "SecretRestore":  # its path does not name the secret
        return str(body.get("id", "")).rpartition("/")[0]
    names = trail.names or {}
    if trail.claims is None or "name" not in names:
        return ""
    collection = trail.request.path.split("/")[1]
    return "/".join([url, collection, names["name"], *([names["version"]] if "version" in names else [])])
