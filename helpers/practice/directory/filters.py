"""The `$filter` of a list in Microsoft Graph, as far as the Azure CLI writes one."""

import re
from collections.abc import Callable
from typing import Any

from . import errors

# The clauses of a filter that the Azure CLI writes.
_CLAUSE = re.compile(
    r"(?P<equal>\w+) eq '(?P<value>(?:[^']|'')*)'"
    r"|startswith\((?P<begins>\w+), ?'(?P<begin>(?:[^']|'')*)'\)"
    r"|(?P<list>\w+)/any\((?P<item>\w+): ?(?P=item) eq '(?P<one>(?:[^']|'')*)'\)"
)


def parse(asked: str) -> Callable[[dict[str, Any]], bool]:
    """What a filter's clauses, joined by "and", let through. Text is compared regardless of case.

    Raises:
        ServiceError: a clause is not one of those.
    """
    tests = [_test(clause) for clause in re.split(r" and (?=(?:[^']|'[^']*')*$)", asked)] if asked else []
    return lambda one: all(test(one) for test in tests)


def _test(clause: str) -> Callable[[dict[str, Any]], bool]:
    found = _CLAUSE.fullmatch(clause.strip())
    if found is None:
        raise errors.unsupported_filter()
    name = found["equal"] or found["begins"] or found["list"]
    text = next(part for part in (found["value"], found["begin"], found["one"]) if part is not None)
    text = text.replace("''", "'").lower()
    if found["list"]:
        return lambda one: text in [item.lower() for item in one.get(name) or []]
    if found["begins"]:
        return lambda one: str(one.get(name)).lower().startswith(text)
    return lambda one: str(one.get(name)).lower() == text
