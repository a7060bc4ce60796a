"""The certificate that a lesson reads as a secret, in the default vault."""

from contextlib import closing

from .errors import PracticeError, ServiceError
from .identities import DEFAULT_VAULT
from .key_vault import certificates, secrets
from .state import vaults
from .state.store import Store


def add_certificate(name: str) -> None:
    """Make a certificate in the default vault, and with it the secret that holds it. One that is there stays.

    Raises:
        PracticeError: the name can't be used.
    """
    with closing(Store()) as store, store.writing() as state:
        vault = vaults.find_active(state, DEFAULT_VAULT)
        if vault is None:
            raise PracticeError(
                "There's no vault named {vault} any more. To get it back, run `reset()`.", vault=DEFAULT_VAULT
            )
        try:
            there = secrets.list_versions(state, vault, name, after="", limit=1)
            if not there:
                certificates.add(state, vault, name)
            elif not there[0].managed:
                raise PracticeError(
                    "There's a secret named {name} already. Give the certificate another name.", name=repr(name)
                )
        except ServiceError as error:
            raise PracticeError("A certificate can't be named {name}: {error}", name=repr(name), error=error) from None
