"""What the notebooks import. A notebook never needs more than `from helpers import ...`."""

from importlib import import_module
from typing import Any

# The module of each public name. Editors and type checkers read the same in `__init__.pyi`.
_MODULE_OF = {
    "Card": "cards",
    "Choice": "forms",
    "ErrorMessage": "forms",
    "Form": "forms",
    "NotebookError": "errors",
    "SecretName": "forms",
    "SecretValue": "forms",
    "VaultName": "forms",
    "add_certificate": "rehearsal",
    "assign_role": "rehearsal",
    "choose_connection": "connection",
    "connect": "connection",
    "find_entry": "troubleshooting",
    "masked": "masking",
    "preflight": "connection",
    "progress": "exercises.progress",
    "rehearse": "rehearsal",
    "reset": "connection",
    "reveal": "masking",
    "revoke_role": "rehearsal",
    "show_requests": "request_table",
    "show_sign_in": "sign_in_view",
    "show_vault": "vault_view",
    "turn_logging_off": "audit_log",
    "turn_logging_on": "audit_log",
    "vault_events": "events",
}

__all__ = [*_MODULE_OF, "exercises"]


def __getattr__(name: str) -> Any:
    """Import a public name's module when it is first asked for, and make sure first that its packages are there.

    So `helpers.practice` needs none of the notebooks' packages, though it lies in this one.
    """
    if name not in __all__:
        raise AttributeError(f"helpers has no {name!r}. It has {', '.join(sorted(__all__))}.")
    from .packages import check_packages

    check_packages()
    if name == "exercises":
        return import_module(".exercises", __name__)
    value = getattr(import_module(f".{_MODULE_OF[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
