"""How persons and programs look as JSON, as the Microsoft Graph REST reference has them."""

from typing import Any

from ..identities import TENANT_ID
from ..state import principals
from ..state.principals import Principal
from ..state.transaction import Transaction
from .rules import application_id


def of_person(person: Principal) -> dict[str, Any]:
    """A person's account."""
    name = person.name.partition("@")[0].capitalize()
    return {
        "businessPhones": [],
        "displayName": name,
        "givenName": name,
        "jobTitle": None,
        "mail": person.name,
        "mobilePhone": None,
        "officeLocation": None,
        "preferredLanguage": None,
        "surname": None,
        "userPrincipalName": person.name,
        "id": person.object_id,
    }


def of_application(state: Transaction, program: Principal) -> dict[str, Any]:
    """What a program is. Of its passwords only the ids are told."""
    return {
        "id": application_id(program),
        "appId": program.client_id,
        "displayName": program.name,
        "identifierUris": [],
        "keyCredentials": [],
        "passwordCredentials": [
            {"keyId": id, "displayName": None, "hint": None, "secretText": None}
            for id in principals.passwords(state, program.object_id)
        ],
        "signInAudience": "AzureADMyOrg",
    }


def of_service_principal(program: Principal) -> dict[str, Any]:
    """A program's account."""
    return {
        "id": program.object_id,
        "accountEnabled": True,
        "appDisplayName": program.name,
        "appId": program.client_id,
        "appOwnerOrganizationId": TENANT_ID,
        "displayName": program.name,
        "keyCredentials": [],
        "passwordCredentials": [],  # those that az makes are the application's
        "servicePrincipalNames": [program.client_id],
        "servicePrincipalType": "Application",
        "signInAudience": "AzureADMyOrg",
        "tags": [],
    }
