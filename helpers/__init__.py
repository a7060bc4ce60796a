"""What the notebooks import. A notebook never needs more than `from helpers import ...`."""

from importlib import import_module
from typing import Any

from .packages import check_packages

check_packages()  # before anything else is imported: what is missing is told in words

_MODULE_OF = {
    "Card": "card",
    "find_entry": "clinic",
    "Choice": "forms",
    "ErrorMessage": "forms",
    "Form": "forms",
    "SecretName": "forms",
    "SecretValue": "forms",
    "VaultName": "forms",
    "masked": "masking",
    "reveal": "masking",
    "choose_place": "place",
    "connect": "place",
    "preflight": "place",
    "reset": "place",
    "progress": "solved",
    "give_role": "rehearsal",
    "rehearse": "rehearsal",
    "take_role": "rehearsal",
    "Told": "told",
}

__all__ = list(_MODULE_OF)


def __getattr__(name: str) -> Any:
    """Import a module when a name of it is first asked for: the practice cloud's command line needs no forms."""
    if name not in _MODULE_OF:
        raise AttributeError(f"helpers has no {name!r}. It has {', '.join(_MODULE_OF)}, and the module exercises.")
    return getattr(import_module(f".{_MODULE_OF[name]}", __name__), name)
