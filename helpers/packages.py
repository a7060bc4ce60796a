"""Which packages the notebooks need, and whether this kernel has them.

It imports nothing but the standard library: it must be able to speak where all else is missing.
"""

import sys
from importlib.metadata import PackageNotFoundError, version

from .told import Told

OLDEST_PYTHON = (3, 10)  # azure-keyvault-secrets needs it ("Requires: Python >=3.10" on its package page)

# The distributions that pyproject.toml names, with the oldest version that will do.
NEEDED = {
    "aiohttp": "3.9",
    "anywidget": "0.9",
    "azure-identity": "1.25",
    "azure-keyvault-secrets": "4.10",
    "ipywidgets": "8.1",
    "jupyterlab": "4.2",
    "matplotlib": "3.9",
    "nbval": "0.11",
    "pandas": "2.2",
    "platformdirs": "4",
    "pyjwt": "2.8",
    "sqlalchemy": "2.0",
    "trustme": "1.2",
}

_WHAT_TO_DO = (
    "In a terminal in the project's folder, run `pip install uv`, then `uv run jupyter lab`, and open the notebook "
    "there. In an environment of your own, run `pip install -e .` instead, and restart the kernel."
)


def check_packages() -> None:
    """Make sure that this kernel can run the notebooks.

    Raises:
        Told: this Python is too old, or a package is missing or too old.
    """
    if sys.version_info < OLDEST_PYTHON:
        raise Told("The notebooks need Python 3.10 or newer; this kernel runs an older one. " + _WHAT_TO_DO)
    lacking = [name for name, (_, enough) in found_packages().items() if not enough]
    if lacking:
        raise Told("This kernel lacks " + ", ".join(lacking) + ", or has too old a version. " + _WHAT_TO_DO)


def found_packages() -> "dict[str, tuple[str | None, bool]]":
    """For each package that the notebooks need: the version found (None if there is none), and whether it will do."""
    found = {}
    for name, oldest in NEEDED.items():
        try:
            installed = version(name)
        except PackageNotFoundError:
            found[name] = (None, False)
        else:
            found[name] = (installed, _numbers(installed) >= _numbers(oldest))
    return found


def _numbers(text: str) -> "tuple[int, ...]":
    """A version's leading numbers: (8, 1, 5) for "8.1.5"."""
    numbers = []
    for part in text.split("."):
        if not part.isdigit():
            break
        numbers.append(int(part))
    return tuple(numbers)
