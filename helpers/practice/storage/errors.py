"""What Blob storage says when it refuses: each error once, with the real service's status, code and words.

The source is "Common REST API error codes" and "Blob service error codes" in its documentation; "quoted" marks words
that public issues quote, "likely" a guess by analogy.
"""

from ..errors import ServiceError

_NOT_AUTHENTICATED = (
    "Server failed to authenticate the request. Please refer to the information in the www-authenticate header."
)


def missing_token() -> ServiceError:
    """No token was sent."""
    return ServiceError(401, "NoAuthenticationInformation", _NOT_AUTHENTICATED)


def invalid_token(detail: str = "Signature validation failed.") -> ServiceError:
    """The token is not one of this sign-in's, or has expired. The detail is likely."""
    return ServiceError(401, "InvalidAuthenticationInfo", _NOT_AUTHENTICATED, inner_code=detail)


def wrong_audience() -> ServiceError:
    """The token is for another resource. Quoted (AzureStor issue 119)."""
    return invalid_token("Audience validation failed. Audience did not match.")


def wrong_issuer() -> ServiceError:
    """The token is of another tenant. The detail is likely."""
    return invalid_token("Issuer validation failed. Issuer did not match.")


def permission_mismatch() -> ServiceError:
    """The caller has no role that allows it. Quoted (AzureStorageExplorer issue 3767)."""
    return ServiceError(
        403,
        "AuthorizationPermissionMismatch",
        "This request is not authorized to perform this operation using this permission.",
    )


def container_not_found() -> ServiceError:
    """There is no such container."""
    return ServiceError(404, "ContainerNotFound", "The specified container does not exist.")


def container_already_exists() -> ServiceError:
    """A container of this name is there."""
    return ServiceError(409, "ContainerAlreadyExists", "The specified container already exists.")


def blob_not_found() -> ServiceError:
    """There is no such blob."""
    return ServiceError(404, "BlobNotFound", "The specified blob does not exist.")


def blob_already_exists() -> ServiceError:
    """A blob was to be made only if there was none of this name."""
    return ServiceError(409, "BlobAlreadyExists", "The specified blob already exists.")


def condition_not_met() -> ServiceError:
    """The blob is not the version that the request was meant for."""
    message = "The condition specified using HTTP conditional header(s) is not met."
    return ServiceError(412, "ConditionNotMet", message)


def invalid_range() -> ServiceError:
    """A part was asked for that begins after the blob's end."""
    message = "The range specified is invalid for the current size of the resource."
    return ServiceError(416, "InvalidRange", message)


def invalid_name() -> ServiceError:
    """A container's or blob's name that cannot be one. (The real service misspells it, too.)"""
    return ServiceError(400, "InvalidResourceName", "The specifed resource name contains invalid characters.")


def missing_header() -> ServiceError:
    """A header that has to be there is not."""
    message = "An HTTP header that's mandatory for this request is not specified."
    return ServiceError(400, "MissingRequiredHeader", message)


def invalid_header() -> ServiceError:
    """A header has a value that it cannot have."""
    message = "The value for one of the HTTP headers is not in the correct format."
    return ServiceError(400, "InvalidHeaderValue", message)


def invalid_query() -> ServiceError:
    """A parameter has a value that it cannot have."""
    message = "An invalid value was specified for one of the query parameters in the request URI."
    return ServiceError(400, "InvalidQueryParameterValue", message)
