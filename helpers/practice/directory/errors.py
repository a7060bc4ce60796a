"""What Microsoft Graph says when it refuses: each error once, with the real service's status, code and words.

"quoted" marks words that public issues quote; "likely" marks a guess by analogy.
"""

from ..errors import ServiceError


def missing_token() -> ServiceError:
    """No token was sent. Quoted."""
    return ServiceError(401, "InvalidAuthenticationToken", "Access token is empty.")


def invalid_token() -> ServiceError:
    """The token is not one of this sign-in's, or has expired. Quoted."""
    return ServiceError(401, "InvalidAuthenticationToken", "Access token validation failure. Invalid access token.")


def invalid_audience() -> ServiceError:
    """The token is for another resource. Quoted."""
    return ServiceError(401, "InvalidAuthenticationToken", "Access token validation failure. Invalid audience.")


def not_allowed() -> ServiceError:
    """The caller may not read or change the directory: a program may not, unless it is allowed to. Quoted."""
    return ServiceError(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")


def not_a_person() -> ServiceError:
    """A program asked who it is. Quoted."""
    return ServiceError(400, "BadRequest", "/me request is only valid with delegated authentication flow.")


def not_found(id: str) -> ServiceError:
    """There is nothing with this id. Quoted."""
    return ServiceError(
        404,
        "Request_ResourceNotFound",
        f"Resource '{id}' does not exist or one of its queried reference-property objects are not present.",
    )


def no_such_application(client_id: str) -> ServiceError:
    """A service principal was to be made for a program that is not there. Quoted."""
    return ServiceError(
        400,
        "Request_BadRequest",
        f"The appId '{client_id}' of the service principal does not reference a valid application object.",
    )


def no_such_password(id: str) -> ServiceError:
    """The password that was to be removed is not there. Quoted."""
    return ServiceError(400, "Request_BadRequest", f"No password credential found with keyId '{id}'.")


def unsupported_filter() -> ServiceError:
    """A filter that the practice cloud cannot read. Quoted."""
    return ServiceError(400, "Request_UnsupportedQuery", "Unsupported or invalid query filter clause specified.")


def invalid_body() -> ServiceError:
    """The request's body is not the JSON that it should be. Quoted."""
    return ServiceError(400, "BadRequest", "Unable to read JSON request payload. Please ensure Content-Type header is "
        "set and payload is of valid JSON format.")  # fmt: skip


def needed_by_practice(name: str) -> ServiceError:
    """One of the practice cloud's own programs was to lose its password, which running kernels hold."""
    return ServiceError(
        403,
        "NotOfferedInPractice",
        f"The practice cloud needs its own program '{name}' and its password. Make a program of another name.",
    )
