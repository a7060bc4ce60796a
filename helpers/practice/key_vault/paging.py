"""Lists that come in pages: how many items a request asks for, where a page begins, and the link to the next one."""

import base64
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

from ..service import Request
from . import errors
from .secrets import SecretVersion

MAX_PAGE = 25


def page(
    request: Request,
    vault_url: str,
    find: Callable[[str, int], list[SecretVersion]],
    key: Callable[[SecretVersion], str],
    describe: Callable[[SecretVersion], dict[str, Any]],
) -> dict[str, Any]:
    """One page of a list: up to `maxresults` items that come after the skip token's.

    Args:
        find: The items after a key, and at most how many.
        key: What an item is sorted by.
        describe: An item as JSON.

    Raises:
        ServiceError: `maxresults` or the skip token cannot be used.
    """
    limit = _limit(request)
    found = find(_after(request), limit + 1)
    shown = found[:limit]
    link = _next_link(request, vault_url, key(shown[-1])) if len(found) > limit else None
    return {"value": [describe(secret) for secret in shown], "nextLink": link}


def _limit(request: Request) -> int:
    asked = request.query("maxresults", str(MAX_PAGE))
    if not re.fullmatch(r"[1-9]|1\d|2[0-5]", asked, re.ASCII):
        # Likely: only the clients' own check of the limits is on record.
        raise errors.bad_parameter(f"The parameter maxresults is {asked}; it must be from 1 to {MAX_PAGE}.")
    return int(asked)


def _after(request: Request) -> str:
    token = request.query("$skiptoken")
    if not token:
        return ""
    try:
        after: str = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))["after"]
        after.encode()  # half of a surrogate pair is no text
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise errors.bad_parameter("The parameter $skiptoken is not one of this vault's.") from None
    return after


def _next_link(request: Request, vault_url: str, last: str) -> str:
    # The key of the last item, not a count: the next page is right even when secrets come and go in between.
    token = base64.urlsafe_b64encode(json.dumps({"after": last}).encode()).decode().rstrip("=")
    version = quote(request.query("api-version"))
    link = f"{vault_url}:443{request.path}?api-version={version}&$skiptoken={token}"
    asked = request.query("maxresults")
    return f"{link}&{urlencode({'maxresults': asked})}" if asked else link
