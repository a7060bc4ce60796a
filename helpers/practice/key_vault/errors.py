"""What a vault says when it refuses: each error once, with the real service's status, code and words.

"recorded" marks words from recordings of the service in the SDKs' own test suites; "quoted" marks words that public
issues quote; "likely" marks a guess by analogy, where neither says.
"""

from ..conditions import RETRY_AFTER_SECONDS
from ..errors import ServiceError
from ..identities import CLIENT_ADDRESS
from ..state.vaults import Vault


def no_such_vault(name: str) -> ServiceError:
    """A client that reuses an open connection for a vault that is not there: its name does not resolve. Likely."""
    return ServiceError(421, "MisdirectedRequest", f"There is no vault named {name}.")


def missing_token() -> ServiceError:
    """No token was sent. Recorded."""
    return ServiceError(401, "Unauthorized", "AKV10000: Request is missing a Bearer or PoP token.")


def invalid_token() -> ServiceError:
    """The token is not one of this sign-in's, or has expired. Likely."""
    return ServiceError(401, "Unauthorized", "AKV10005: The token could not be validated.")


def wrong_audience(expected: str, found: object) -> ServiceError:
    """The token is for another resource. Quoted."""
    message = f"AKV10022: Invalid audience. Expected {expected}, found: {found}."
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


def managed_by_certificate(operation: str) -> ServiceError:
    """A certificate's secret was to be changed. Quoted for "delete", likely for the others.

    In 2020, it was "not allowed as this object's lifetime is managed by Key Vault", with the same codes (recorded, and
    terraform-provider-azurerm issue 5659).
    """
    return ServiceError(
        403,
        "Forbidden",
        f'Operation "{operation}" is not allowed on this secret, since it is associated with a certificate. Perform '
        "the operation on the corresponding certificate. For more information refer to "
        "https://docs.microsoft.com/en-us/azure/key-vault/certificates/about-certificates#composition-of-a-certificate",
        "SecretManagedByKeyVault",
    )


def unsupported_conversion(found: str) -> ServiceError:
    """A certificate's secret in a form other than PFX or PEM. Refused, by the SDK's docstring; the words are likely."""
    return bad_parameter(f"The certificate cannot be converted to {found}.")


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
    """The name's deletion has begun and not yet taken effect. Quoted (azure-sdk-for-net issue 34322)."""
    message = f"Secret {name} is currently being deleted and cannot be re-created; retry later."
    return ServiceError(409, "Conflict", message, "ObjectIsBeingDeleted")


def being_deleted() -> ServiceError:
    """Recover or purge before the deletion has taken effect. Quoted."""
    return ServiceError(409, "Conflict", "Secret is currently being deleted.", "ObjectIsBeingDeleted")


def name_is_being_recovered(name: str) -> ServiceError:
    """The name's recovery has begun and not yet taken effect. Quoted (terraform-provider-azurerm issue 12285)."""
    message = f"Secret {name} is currently being recovered and cannot be re-created; retry later."
    return ServiceError(409, "Conflict", message, "ObjectIsBeingRecovered")


def restore_conflict(secret_id: str) -> ServiceError:
    """A backup's secret is there already, or its name is taken. Recorded."""
    return ServiceError(
        409,
        "Conflict",
        f"There was a conflict restoring the secret '{secret_id}'. This can happen if either: a second secret with the "
        "same name was created after the first secret was deleted; thus trying to restore a secret whose name is "
        "already in use. To fix this, rename the second secret to something else so that the restore works. The second "
        "probable cause of this exception is when multiple operations are performed in parallel against the secret. To "
        "avoid this error, perform operations against a secret in a sequential manner.",
    )


def malformed_backup() -> ServiceError:
    """What is to be restored is no backup, or was changed. Recorded."""
    return ServiceError(400, "Malformed backup blob", "Backup blob contains invalid or corrupt version.")


def foreign_backup() -> ServiceError:
    """A backup of another geography. The words are quoted (azure-cli issue 8767), status and code are likely."""
    return bad_parameter("Cannot decrypt backup blob.")


def purge_protected(vault: Vault) -> ServiceError:
    """A purge in a vault with purge protection. Quoted (AzureTRE issue 1951)."""
    return ServiceError(
        403,
        "Forbidden",
        'Operation "purge" is not allowed because purge protection is enabled for this vault. Key Vault service will '
        f"automatically purge it after the retention period has passed.\r\nVault: {_place(vault)}",
    )


def forbidden_by_firewall(caller: object, vault: Vault) -> ServiceError:
    """The vault's network rules do not let the caller's address in. Quoted (microsoft/AzureTRE issue 3789)."""
    return ServiceError(
        403,
        "Forbidden",
        "Client address is not authorized and caller is not a trusted service.\r\n"
        f"Client address: {CLIENT_ADDRESS}\r\nCaller: {caller}\r\nVault: {_place(vault)}",
        "ForbiddenByFirewall",
    )


def forbidden_by_connection(caller: object, vault: Vault) -> ServiceError:
    """The vault is closed to the public network. Quoted (secrets-store-csi-driver-provider-azure issue 873)."""
    return ServiceError(
        403,
        "Forbidden",
        "Public network access is disabled and request is not from a trusted service nor via an approved private "
        f"link.\r\nCaller: {caller}\r\nVault: {_place(vault)}",
        "ForbiddenByConnection",
    )


def forbidden_by_policy(caller: object, permission: str, vault: Vault) -> ServiceError:
    """The vault's access policies do not give the caller the permission. Quoted; the code is today's."""
    return ServiceError(
        403,
        "Forbidden",
        f"The user, group or application '{caller}' does not have secrets {permission} permission on key vault "
        f"'{_place(vault)}'. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125287",
        "ForbiddenByPolicy",
    )


def forbidden_by_rbac(caller: object, action: str, resource: str, vault: Vault) -> ServiceError:
    """The caller has no role that allows the action. Quoted (piyushsachdeva/Terraform_AKS issue 2)."""
    for part in ("resourceGroups", "Microsoft.KeyVault"):  # the service writes these small in this message
        resource = resource.replace(part, part.lower())
    return ServiceError(
        403,
        "Forbidden",
        "Caller is not authorized to perform action on resource.\r\n"
        "If role assignments, deny assignments or role definitions were changed recently, please observe propagation "
        f"time.\r\nCaller: {caller}\r\nAction: '{action}'\r\nResource: '{resource}'\r\n"
        "Assignment: (not found)\r\nDenyAssignmentId: null\r\nDecisionReason: 'DeniedWithNoValidRBAC' \r\n"
        f"Vault: {_place(vault)}\r\n",
        "ForbiddenByRbac",
    )


def throttled() -> ServiceError:
    """Too many requests. Quoted (dotnet/sign issue 403)."""
    return ServiceError(
        429,
        "Throttled",
        "Request was not processed because too many requests were received. Reason: VaultRequestTypeLimitReached",
        headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
    )


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


def invalid_property() -> ServiceError:
    """Too many tags. Quoted (terraform-provider-azurerm issue 16780). A tag's name that is too long, likely."""
    return bad_parameter("Property has invalid value\r\n")


def method_not_allowed(method: str) -> ServiceError:
    """A method that the address does not offer. Recorded."""
    return ServiceError(405, "MethodNotAllowed", f"HTTP {method} not allowed")


def unsupported_media_type() -> ServiceError:
    """A body that is not JSON. Likely."""
    return ServiceError(415, "UnsupportedMediaType", "The content type of the request body is not application/json.")


def _place(vault: Vault) -> str:
    return f"{vault.name};location={vault.location}"
