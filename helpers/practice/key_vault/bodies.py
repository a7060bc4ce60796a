"""How a secret looks as JSON: what an answer says of it, and what a request sets, checked.

Forms are those of the answers that the SDKs' own test suites recorded from the real service.
"""

from typing import Any

from ..state.vaults import Vault
from . import errors
from .secrets import Changes, SecretVersion

# "About Azure Key Vault secrets" in the documentation; of a tag's name, azure-docs issue 117407.
MAX_TAGS = 15
MAX_TAG_NAME = 512
MAX_CONTENT_TYPE = 255


def with_value(vault_url: str, vault: Vault, secret: SecretVersion) -> dict[str, Any]:
    """All of a secret. A certificate's names its key, which the practice cloud does not have."""
    described = {"value": secret.value, **without_value(vault_url, vault, secret)}
    return {**described, "kid": f"{vault_url}/keys/{secret.name}/{secret.version}"} if secret.managed else described


def without_value(vault_url: str, vault: Vault, secret: SecretVersion, *, version: bool = True) -> dict[str, Any]:
    """All of a secret but its value, in the recorded order; what is not set is left out."""
    described: dict[str, Any] = {}
    if secret.deleted_on is not None:
        described["recoveryId"] = f"{vault_url}/deletedsecrets/{secret.name}"
        described["deletedDate"] = secret.deleted_on
        described["scheduledPurgeDate"] = secret.purge_on
    if secret.content_type is not None:
        described["contentType"] = secret.content_type
    described["id"] = f"{vault_url}/secrets/{secret.name}" + (f"/{secret.version}" if version else "")
    if secret.managed:
        described["managed"] = True
    attributes: dict[str, Any] = {"enabled": secret.enabled}
    if secret.not_before is not None:
        attributes["nbf"] = secret.not_before
    if secret.expires is not None:
        attributes["exp"] = secret.expires
    attributes["created"] = secret.created
    attributes["updated"] = secret.updated
    level = "Recoverable" if vault.retention_days == 90 else "CustomizedRecoverable"
    attributes["recoveryLevel"] = level if vault.purge_protected else f"{level}+Purgeable"
    attributes["recoverableDays"] = vault.retention_days
    described["attributes"] = attributes
    if secret.tags is not None:
        described["tags"] = secret.tags
    return described


def value_in(body: dict[str, Any]) -> str:
    """The value that a request sends.

    Raises:
        ServiceError: there is none, or it is no text.
    """
    value = body.get("value")
    if not isinstance(value, str):
        raise errors.bad_parameter("The property value is required, as a string.")
    return value


def changes_in(body: dict[str, Any]) -> Changes:
    """What a request sets beside the value. JSON's null stands for "not given".

    Raises:
        ServiceError: something has the wrong type, or is too long.
    """
    attributes = _typed(body, "attributes", dict) or {}
    tags = _typed(body, "tags", dict)
    if tags is not None and not all(isinstance(value, str) for value in tags.values()):
        raise errors.bad_parameter("The property tags has a value that is not a string.")
    if tags is not None and (len(tags) > MAX_TAGS or any(len(name) > MAX_TAG_NAME for name in tags)):
        raise errors.invalid_property()
    content_type = _typed(body, "contentType", str)
    if content_type is not None and len(content_type) > MAX_CONTENT_TYPE:
        raise errors.bad_parameter(f"The property contentType has more than {MAX_CONTENT_TYPE} characters.")
    return Changes(
        content_type=content_type,
        tags=tags,
        enabled=_typed(attributes, "enabled", bool),
        not_before=_time(attributes, "nbf"),
        expires=_time(attributes, "exp"),
    )


def _typed(body: dict[str, Any], name: str, kind: type) -> Any:
    value = body.get(name)
    if value is not None and not isinstance(value, kind):
        raise errors.bad_parameter(f"The property {name} has a value of the wrong type.")
    return value


def _time(attributes: dict[str, Any], name: str) -> int | None:
    value = attributes.get(name)
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53):
        return value
    raise errors.bad_parameter(f"The property {name} is not a time in whole seconds since 1970.")
