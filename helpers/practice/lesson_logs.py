"""The audit log of the default vault, turned on and off for a lesson."""

from contextlib import closing

from .identities import DEFAULT_GROUP, DEFAULT_VAULT, STORAGE_ACCOUNT, storage_scope
from .state import vaults
from .state.store import Store
from .state.vaults import DiagnosticSetting

_SETTING = DiagnosticSetting("audit", storage_scope(DEFAULT_GROUP, STORAGE_ACCOUNT), "AuditEvent", enabled=True)


def turn_logging_on() -> None:
    """Have the default vault write its audit log to the practice storage account, as a diagnostic setting would.

    Raises:
        PracticeError: the state can't be used.
    """
    _set([_SETTING])


def turn_logging_off() -> None:
    """End the log. What is logged already stays.

    Raises:
        PracticeError: the state can't be used.
    """
    _set([])


def is_logging() -> bool:
    """Whether the default vault writes an audit log.

    Raises:
        PracticeError: the state can't be used.
    """
    with closing(Store()) as store, store.reading() as state:
        vault = vaults.find_active(state, DEFAULT_VAULT)
        return vault is not None and bool(vault.log_accounts)


def _set(settings: list[DiagnosticSetting]) -> None:
    with closing(Store()) as store, store.writing() as state:
        vault = vaults.find_active(state, DEFAULT_VAULT)
        if vault is not None:
            vaults.set_diagnostics(state, vault, settings)
