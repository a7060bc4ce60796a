"""What the resource manager says when it refuses: each error once, with the real service's status, code and words.

"quoted" marks words that public issues or the clients' own tests quote; "likely" marks a guess by analogy.
"""

from collections.abc import Iterable

from ..errors import ServiceError


def missing_token() -> ServiceError:
    """No token was sent. Quoted."""
    return ServiceError(
        401,
        "AuthenticationFailed",
        "Authentication failed. The 'Authorization' header is missing.",
        headers={"WWW-Authenticate": "Bearer"},
    )


def invalid_token() -> ServiceError:
    """The token is not one of this sign-in's, is for another resource, or has expired. Quoted."""
    return ServiceError(
        401,
        "InvalidAuthenticationToken",
        "The access token is invalid.",
        headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
    )


def wrong_tenant(expected: str, found: object) -> ServiceError:
    """The token is of another tenant. Quoted."""
    return ServiceError(
        401,
        "InvalidAuthenticationTokenTenant",
        f"The access token is from the wrong issuer '{found}'. It must match the tenant '{expected}' associated with "
        f"this subscription. Please use the authority (URL) 'https://login.windows.net/{expected.split('/')[3]}' to "
        "get the token.",
        headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
    )


def missing_api_version() -> ServiceError:
    """No `api-version` was sent. Quoted."""
    return ServiceError(
        400,
        "MissingApiVersionParameter",
        "The api-version query parameter (?api-version=) is required for all requests.",
    )


def invalid_api_version(found: str) -> ServiceError:
    """An `api-version` that is no date. Quoted."""
    return ServiceError(
        400,
        "InvalidApiVersionParameter",
        f"The api-version '{found}' is invalid. The supported versions are dates such as '2024-11-01'.",
    )


def not_authorized(client: str, object_id: str, action: str, scope: str) -> ServiceError:
    """The caller has no role that allows the action. Quoted."""
    return ServiceError(
        403,
        "AuthorizationFailed",
        f"The client '{client}' with object id '{object_id}' does not have authorization to perform action '{action}' "
        f"over scope '{scope}' or the scope is invalid. If access was recently granted, please refresh your "
        "credentials.",
    )


def subscription_not_found(subscription: str) -> ServiceError:
    """There is no such subscription. Quoted."""
    return ServiceError(404, "SubscriptionNotFound", f"The subscription '{subscription}' could not be found.")


def no_such_location(location: str, of: str, regions: Iterable[str]) -> ServiceError:
    """There is no such region. Quoted."""
    return ServiceError(
        400,
        "LocationNotAvailableForResourceGroup" if of == "resource group" else "LocationNotAvailableForResourceType",
        f"The provided location '{location}' is not available for {of}. List of available regions is "
        f"'{','.join(regions)}'.",
    )


def group_not_found(group: str) -> ServiceError:
    """There is no such resource group. Quoted."""
    return ServiceError(404, "ResourceGroupNotFound", f"Resource group '{group}' could not be found.")


def invalid_group_name(group: str) -> ServiceError:
    """A name with other characters than Azure allows, or too long. Likely."""
    return ServiceError(
        400,
        "InvalidResourceGroup",
        f"The provided resource group name '{group}' is invalid. It can have up to 90 letters, digits, '-', '.', '(', "
        "')' and '_', and cannot end with a period.",
    )


def group_elsewhere(there: str, asked: str) -> ServiceError:
    """A group cannot move. Quoted."""
    return ServiceError(
        409,
        "InvalidResourceGroupLocation",
        f"Invalid resource group location '{asked}'. The Resource group already exists in location '{there}'.",
    )


def vault_not_found(group: str, vault: str) -> ServiceError:
    """There is no such vault in the group. Quoted."""
    return _resource_not_found(group, f"Microsoft.KeyVault/vaults/{vault}")


def storage_account_not_found(group: str, account: str) -> ServiceError:
    """There is no such storage account in the group. By analogy."""
    return _resource_not_found(group, f"Microsoft.Storage/storageAccounts/{account}")


def category_not_supported(category: object) -> ServiceError:
    """A vault has no such log. Quoted (hashicorp/terraform issue 20534)."""
    return ServiceError(400, "BadRequest", f"Category '{category}' is not supported.")


def data_sink_in_use(account: str, setting: str, category: str) -> ServiceError:
    """Another setting sends the same log to the same place. Quoted (Azure/bicep-registry-modules issue 3407)."""
    return ServiceError(
        409,
        "Conflict",
        f"Data sink '{account}' is already used in diagnostic setting '{setting}' for category '{category}'. Data "
        "sinks can't be reused in different settings on the same category for the same resource.",
    )


def setting_not_found(setting: str) -> ServiceError:
    """There is no such diagnostic setting. Likely."""
    return ServiceError(404, "ResourceNotFound", f"The diagnostic setting '{setting}' was not found.")


def invalid_vault_name(vault: str) -> ServiceError:
    """A name that a vault cannot have. Quoted."""
    return ServiceError(
        400,
        "VaultNameNotValid",
        f"The vault name '{vault}' is invalid. A vault's name must be between 3-24 alphanumeric characters. The name "
        "must begin with a letter, end with a letter or digit, and not contain consecutive hyphens. Follow this link "
        "for more information: https://go.microsoft.com/fwlink/?linkid=2147742",
    )


def vault_name_taken(vault: str) -> ServiceError:
    """Another vault has the name, or had it and is deleted but not purged. Quoted (Esri/arcgis-gitops issue 174)."""
    return ServiceError(
        409,
        "VaultAlreadyExists",
        f"The vault name '{vault}' is already in use. Vault names are globally unique so it is possible that the name "
        "is already taken. If you are sure that the vault name was not taken then it is possible that a vault with the "
        "same name was recently deleted but not purged after being placed in a recoverable state. If the vault is in a "
        "recoverable state then the vault will need to be purged before reusing the name. For more information about "
        "VaultAlreadyExists, soft delete and purging a vault follow this link "
        "https://go.microsoft.com/fwlink/?linkid=2147740.",
    )


def vault_is_deleted() -> ServiceError:
    """A deleted vault of the same group keeps the name. Quoted (alan-turing-institute/data-safe-haven issue 2523)."""
    return ServiceError(
        409,
        "ConflictError",
        "A vault with the same name already exists in deleted state. You need to either recover or purge existing key "
        "vault. Follow this link https://go.microsoft.com/fwlink/?linkid=2149745 for more information on soft delete.",
    )


def vault_elsewhere(vault: str, there: str, group: str, asked: str) -> ServiceError:
    """A vault cannot move. Quoted."""
    return ServiceError(
        409,
        "InvalidResourceLocation",
        f"The resource '{vault}' already exists in location '{there}' in resource group '{group}'. A resource with the "
        f"same name cannot be created in location '{asked}'. Please select a new resource name.",
    )


def nothing_to_recover() -> ServiceError:
    """A recovery of a vault that is not deleted. Quoted."""
    return ServiceError(
        400,
        "SoftDeletedVaultDoesNotExist",
        "A soft deleted vault with the given name does not exist. Ensure that the name for the vault that is being "
        "attempted to recover is in a recoverable state. For more information on soft delete please follow this link "
        "https://go.microsoft.com/fwlink/?linkid=2149745",
    )


def deleted_vault_not_found(deleted_vault_id: str) -> ServiceError:
    """There is no such deleted vault. The code is quoted, the words are likely."""
    return ServiceError(
        404, "DeletedVaultNotFound", f"The specified deleted vault '{deleted_vault_id}' does not exist."
    )


def purge_not_allowed() -> ServiceError:
    """A purge of a vault with purge protection. Quoted (microsoft/AzureTRE issue 1446)."""
    return ServiceError(405, "MethodNotAllowed", "Operation 'DeletedVaultPurge' is not allowed.")


def purge_protection_stays() -> ServiceError:
    """Purge protection was to be off, even where it never was on. Quoted (Azure/azure-rest-api-specs issue 18106)."""
    return bad_request(
        'The property "enablePurgeProtection" cannot be set to false. Enabling the purge protection for a vault is an '
        "irreversible action."
    )


def soft_delete_stays() -> ServiceError:
    """Soft delete was to be off. Quoted."""
    return bad_request(
        "The property \"enableSoftDelete\" can be set to false only for creating new vault. Enabling the 'soft delete' "
        "functionality is an irreversible action."
    )


def retention_stays() -> ServiceError:
    """The retention time of a vault was to change. Quoted."""
    return bad_request('The property "softDeleteRetentionInDays" has been set already and it can\'t be modified.')


def invalid_value(name: str) -> ServiceError:
    """A property has a value that it cannot have. Quoted for `tenantId`."""
    return bad_request(f"An invalid value was provided for '{name}'.")


def bad_request(message: str) -> ServiceError:
    """Something in a vault's properties is wrong."""
    return ServiceError(400, "BadRequest", message)


def not_offered(what: str) -> ServiceError:
    """The real service has more than the practice cloud; to ignore what was asked would be a lie."""
    return ServiceError(400, "NotOfferedInPractice", f"The practice cloud does not offer {what}.")


def invalid_body() -> ServiceError:
    """The request's body is not the JSON that it should be. The code is quoted, the words are likely."""
    return ServiceError(400, "InvalidRequestContent", "The request content was invalid and could not be deserialized.")


def role_not_found(role: str) -> ServiceError:
    """There is no such role. Quoted."""
    return ServiceError(
        404, "RoleDefinitionDoesNotExist", f"The specified role definition with ID '{role}' does not exist."
    )


def principal_not_found(principal: str, tenant: str) -> ServiceError:
    """There is nobody with this object id. Quoted."""
    return ServiceError(
        400,
        "PrincipalNotFound",
        f"Principal {principal.replace('-', '')} does not exist in the directory {tenant}. Check that you have the "
        "correct principal ID. If you are creating this principal and then immediately assigning a role, this error "
        "might be related to a replication delay. In this case, set the role assignment principalType property to a "
        "value, such as ServicePrincipal, User, or Group.  See https://aka.ms/docs-principaltype",
    )


def unmatched_principal_type(principal: str, said: str, found: str) -> ServiceError:
    """A person was called a program, or the other way round. Quoted."""
    return ServiceError(
        400,
        "UnmatchedPrincipalType",
        f"The PrincipalId '{principal.replace('-', '')}' has type '{found}' , which is different from specified "
        f"PrinciaplType '{said}'.",  # the service misspells it
    )


def assignment_exists(id: str) -> ServiceError:
    """The principal has the role on the scope already. Quoted."""
    return ServiceError(
        409,
        "RoleAssignmentExists",
        f"The role assignment already exists. The ID of the existing role assignment is {id.replace('-', '')}.",
    )


def assignment_cannot_change() -> ServiceError:
    """A role assignment is made anew, never changed. Quoted."""
    return ServiceError(
        400,
        "RoleAssignmentUpdateNotPermitted",
        "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
    )


def assignment_not_found(id: str) -> ServiceError:
    """There is no such role assignment on the scope. Quoted."""
    return ServiceError(404, "RoleAssignmentNotFound", f"The role assignment '{id}' is not found.")


def _resource_not_found(group: str, resource: str) -> ServiceError:
    return ServiceError(
        404,
        "ResourceNotFound",
        f"The Resource '{resource}' under resource group '{group}' was not found. For more details please go to "
        "https://aka.ms/ARMResourceNotFoundFix",
    )
