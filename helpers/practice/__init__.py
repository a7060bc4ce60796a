"""The practice cloud: an offline stand-in for Azure Key Vault, for this user of this computer.

Programs talk to it with the official clients, unchanged: `start` sets the environment variables that lead them to it.
"""

import atexit
import os

from .cloud import PracticeCloud
from .conditions import Conditions
from .environment import MARKER
from .errors import PracticeError
from .identities import DEFAULT_GROUP, DEFAULT_VAULT, vault_scope
from .lesson_certificates import add_certificate
from .lesson_logs import is_logging, turn_logging_off, turn_logging_on
from .lesson_roles import assign_role, revoke_role
from .state.store import reset
from .state_folder import state_folder

__all__ = [
    "DEFAULT_GROUP",
    "DEFAULT_VAULT",
    "MARKER",
    "Conditions",
    "PracticeCloud",
    "PracticeError",
    "add_certificate",
    "assign_role",
    "is_logging",
    "reset",
    "revoke_role",
    "running",
    "start",
    "state_folder",
    "stop",
    "turn_logging_off",
    "turn_logging_on",
    "vault_scope",
]

_running: PracticeCloud | None = None
_earlier: dict[str, str | None] = {}


def start() -> PracticeCloud:
    """Start the practice cloud in this process, and lead this process and its children to it.

    Call it before the SDK is imported: aiohttp reads `SSL_CERT_FILE` once, when it is imported. A second call gives
    back the one that runs. It stops when the process ends, or with `stop`.

    Raises:
        PracticeError: it cannot start; the message says why and what to do.
    """
    global _running
    if _running is None:
        _running = PracticeCloud()
        for name, value in _running.settings.items():
            _earlier[name] = os.environ.get(name)
            _set(name, value)
        atexit.register(stop)
    return _running


def running() -> PracticeCloud | None:
    """The practice cloud that `start` began in this very process (not in the one that began it), or None."""
    return _running


def stop() -> None:
    """Stop the practice cloud of this process, and put the environment back as it was."""
    global _running
    if _running is not None:
        atexit.unregister(stop)
        for name, value in _earlier.items():
            _set(name, value)
        _earlier.clear()
        _running.stop()
        _running = None


def _set(name: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value
