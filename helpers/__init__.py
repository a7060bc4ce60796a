"""What the notebooks import. A notebook never needs more than `from helpers import ...`."""

from .packages import check_packages

check_packages()  # before anything else is imported: what is missing is told in words

from .card import Card  # noqa: E402
from .forms import Choice, Form, SecretName, SecretValue, VaultName  # noqa: E402
from .masking import masked, reveal  # noqa: E402
from .place import choose_place, connect, preflight, reset  # noqa: E402
from .told import Told  # noqa: E402

__all__ = [
    "Card",
    "Choice",
    "Form",
    "SecretName",
    "SecretValue",
    "Told",
    "VaultName",
    "choose_place",
    "connect",
    "masked",
    "preflight",
    "reset",
    "reveal",
]
