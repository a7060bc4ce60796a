"""What a vault says when it refuses: each error once, with the real service's status, code and words.

"recorded" marks words from recordings of the service in the SDKs' own test suites; "quoted" marks words that public
issues quote; "likely" marks a guess by analogy, where neither says.
"""

from ..errors import ServiceError


def missing_token() -> ServiceError:
    """No token was sent. Recorded."""
    return ServiceError(401, "Unauthorized", "AKV10000: Request is missing a Bearer or PoP token.")


def invalid_token() -> ServiceError:
    """The token is not one of this sign-in's, or has expired. Likely."""
    return ServiceError(401, "Unauthorized", "AKV10005: The token could not be validated.")


def wrong_audience(found: object) -> ServiceError:
    """The token is for another resource. Quoted."""
    message = f"AKV10022: Invalid audience. Expected https://vault.azure.net, found: {found}."
    return ServiceError(401, "Unauthorized", message)


def wrong_issuer(expected: str, found: object) -> ServiceError:
    """The token is of another tenant. Quoted."""
    return ServiceError(401, "Unauthorized", f"AKV10032: Invalid issuer. Expected one of {expected}, found {found}.")


def secret_not_found(name_or_id: str) -> ServiceError:
    """There is no such secret, or it is deleted. Recorded; with a version in the place of the name, likely."""
    return ServiceError(
        404,
        "SecretNotFound",
        f"A secret with (name/id) {name_or_id} was not found in this key vault. If you recently deleted this secret "
        "you may be able to recover it using the correct recovery command. For help resolving this issue, please see "
        "https://go.microsoft.com/fwlink/?linkid=2125182",
    )


def deleted_secret_not_found(name: str) -> ServiceError:
    """The secret is not deleted, or its deletion has not taken effect yet. Recorded."""
    return ServiceError(404, "SecretNotFound", f"Deleted Secret not found: {name}")


def secret_disabled() -> ServiceError:
    """A disabled secret was asked for. Recorded."""
    return ServiceError(403, "Forbidden", "Operation get is not allowed on a disabled secret.", "SecretDisabled")


def name_is_taken_by_deleted(name: str) -> ServiceError:
    """A deleted secret keeps its name. Quoted."""
    return ServiceError(
        409,
        "Conflict",
        f"Secret {name} is currently in a deleted but recoverable state, and its name cannot be reused; in this "
        "state, the secret can only be recovered or purged.",
        "ObjectIsDeletedButRecoverable",
    )


def name_is_being_deleted(name: str) -> ServiceError:
    """The name's deletion has begun and not yet taken effect. Likely: recorded for keys."""
    message = f"Secret {name} is currently being deleted and cannot be re-created; retry later."
    return ServiceError(409, "Conflict", message, "ObjectIsBeingDeleted")


def being_deleted() -> ServiceError:
    """Recover or purge before the deletion has taken effect. Quoted."""
    return ServiceError(409, "Conflict", "Secret is currently being deleted.", "ObjectIsBeingDeleted")


def illegal_name(name: str) -> ServiceError:
    """A name with other characters than letters, digits and dashes, or too long. Quoted."""
    return bad_parameter(f"The request URI contains an invalid name: {name}")


def value_too_large() -> ServiceError:
    """More than 25,600 characters. Quoted."""
    message = "Secret is beyond the maximum permitted length of 25600 characters."
    return ServiceError(400, "BadParameter", message, "SecretTooLarge")


def unknown_api_version(found: str) -> ServiceError:
    """An `api-version` that the service does not know. Quoted."""
    return bad_parameter(
        f"The specified version ({found}) is not recognized. Consider using the latest supported version (2026-04-01)."
    )


def bad_parameter(message: str) -> ServiceError:
    """Something else in the request is wrong. The code is recorded; the words are likely."""
    return ServiceError(400, "BadParameter", message)


def method_not_allowed(method: str) -> ServiceError:
    """A method that the address does not offer. Recorded."""
    return ServiceError(405, "MethodNotAllowed", f"HTTP {method} not allowed")


def unsupported_media_type() -> ServiceError:
    """A body that is not JSON. Likely."""
    return ServiceError(415, "UnsupportedMediaType", "The content type of the request body is not application/json.")
