"""What the sign-in says when it refuses: each error once, with Microsoft Entra ID's status, code, number and words.

The source is "Microsoft Entra authentication and authorization error codes" in Microsoft's documentation.
"""

from ..errors import ServiceError


class SignInError(ServiceError):
    """A refusal in the words of Microsoft Entra ID; `number` is the number after AADSTS."""

    def __init__(self, status: int, code: str, number: int, words: str):
        super().__init__(status, code, f"AADSTS{number}: {words}")
        self.number = number


def no_such_tenant(tenant: str) -> SignInError:
    """There is no such tenant."""
    return SignInError(
        400,
        "invalid_tenant",
        90002,
        f"Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into "
        "the correct cloud. Check with your subscription administrator, this may happen if there are no "
        "active subscriptions for the tenant.",
    )


def unknown_client(client_id: str) -> SignInError:
    """There is no such program in the tenant."""
    return SignInError(
        400,
        "unauthorized_client",
        700016,
        f"Application with identifier '{client_id}' was not found in the directory 'Practice'. This can "
        "happen if the application has not been installed by the administrator of the tenant or consented "
        "to by any user in the tenant. You may have sent your authentication request to the wrong tenant.",
    )


def wrong_client_secret(client_id: str) -> SignInError:
    """The client secret is not the program's."""
    return SignInError(
        401,
        "invalid_client",
        7000215,
        "Invalid client secret provided. Ensure the secret being sent in the request is the client secret "
        f"value, not the client secret ID, for a secret added to app '{client_id}'.",
    )


def client_needs_secret() -> SignInError:
    """A person's sign-in was begun with a program that signs in by itself."""
    return SignInError(
        401,
        "invalid_client",
        7000218,
        "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    )


def no_such_person() -> SignInError:
    """Whoever signed in before is no longer there."""
    return SignInError(400, "invalid_grant", 50034, "The user account does not exist in the directory.")


def invalid_grant() -> SignInError:
    """A code or refresh token that is not this practice cloud's, or whose time is over."""
    return SignInError(400, "invalid_grant", 70000, "Provided grant is invalid or malformed.")


def invalid_scope(scope: str) -> SignInError:
    """The scope names no single resource, or not as it must be named."""
    words = f"The provided value for the input parameter 'scope' is not valid: {scope}."
    return SignInError(400, "invalid_scope", 70011, words)


def scope_needs_default(scope: str) -> SignInError:
    """A program asked for a resource by its name alone. (msgraph-sdk-python issue 181, azure-docs issue 99862.)"""
    return SignInError(
        400,
        "invalid_scope",
        1002012,
        f"The provided value for scope {scope} is not valid. Client credential flows must have a scope value with "
        "/.default suffixed to the resource identifier (application ID URI).",
    )


def unknown_resource(resource: str) -> SignInError:
    """The tenant has no service of this name; it may be another cloud's. (azure-cli issue 29113 and
    terraform-provider-azurerm issue 16291.)
    """
    return SignInError(
        400,
        "invalid_resource",
        500011,
        f"The resource principal named {resource} was not found in the tenant named Practice. This can happen if the "
        "application has not been installed by the administrator of the tenant or consented to by any user in the "
        "tenant. You might have sent your authentication request to the wrong tenant.",
    )


def unsupported_grant() -> SignInError:
    """A way to sign in that the practice cloud has not."""
    return SignInError(
        400,
        "unsupported_grant_type",
        70003,
        "The app requested an unsupported grant type: practice knows client_credentials, device_code and "
        "refresh_token.",
    )
