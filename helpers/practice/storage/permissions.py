"""Who may do what with containers and blobs: what each operation takes, and whether the caller's roles give it.

Source: "Permissions for Blob service operations" in the REST reference.
"""

from dataclasses import dataclass

from ..identities import DEFAULT_GROUP, STORAGE_ACCOUNT, storage_scope
from ..state import assignments
from ..state.transaction import Transaction
from . import errors

_CONTAINERS = "Microsoft.Storage/storageAccounts/blobServices/containers"


@dataclass(frozen=True)
class Permission:
    """What an operation takes: an action of a role, on a container or (`data`) on the blobs in it."""

    action: str
    data: bool = False


LIST_CONTAINERS = Permission(f"{_CONTAINERS}/read")
GET_CONTAINER = Permission(f"{_CONTAINERS}/read")
ADD_CONTAINER = Permission(f"{_CONTAINERS}/write")
DELETE_CONTAINER = Permission(f"{_CONTAINERS}/delete")
READ = Permission(f"{_CONTAINERS}/blobs/read", data=True)
WRITE = Permission(f"{_CONTAINERS}/blobs/write", data=True)
DELETE = Permission(f"{_CONTAINERS}/blobs/delete", data=True)


def check(state: Transaction, object_id: str, permission: Permission, container: str) -> None:
    """See whether a caller may do something in a container, or (if it is "") in the account.

    Raises:
        ServiceError: they may not.
    """
    resource = storage_scope(DEFAULT_GROUP, STORAGE_ACCOUNT)
    if container:
        resource += f"/blobServices/default/containers/{container}"
    if not assignments.allows(state, object_id, permission.action, resource, permission.data):
        raise errors.permission_mismatch()
