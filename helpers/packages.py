"""Which packages the notebooks need, and whether this kernel has them.

It imports nothing but the standard library, because it has to work where everything else is missing.
"""

import sys
from importlib.metadata import PackageNotFoundError, version

from .errors import NotebookError
from .language import N_, _, in_a_row

OLDEST_PYTHON = (3, 10)  # azure-keyvault-secrets needs it ("Requires: Python >=3.10" on its package page)

# The distributions that pyproject.toml names, with the oldest version that will do.
NEEDED = {
    "aiohttp": "3.9",
    "anywidget": "0.9",
    "azure-identity": "1.25",
    "azure-keyvault-secrets": "4.10",
    "azure-storage-blob": "12.20",
    "babel": "2.14",
    "ipywidgets": "8.1",
    "jupyterlab": "4.2",
    "matplotlib": "3.9",
    "nbval": "0.11",
    "pandas": "2.2",
    "platformdirs": "4",
    "pydantic-settings": "2.11",
    "pyjwt": "2.11",
    "sqlalchemy": "2.0.31",
    "trustme": "1.2",
}

_WHAT_TO_DO = N_(
    "In a terminal in the project's folder, run `pip install uv`, then `uv run jupyter lab`, and open the notebook "
    "there. In an environment of your own, run `pip install -e .` instead, and restart the kernel."
)


def check_packages() -> None:
    """Make sure that this kernel can run the notebooks.

    Raises:
        NotebookError: This Python is too old, or a package is missing or too old.
    """
    if sys.version_info < OLDEST_PYTHON:
        too_old = _("The notebooks need Python 3.10 or newer, and this kernel's is older.")
        raise NotebookError(in_a_row(too_old, _(_WHAT_TO_DO)))
    lacking = [name for name, (_version, enough) in found_packages().items() if not enough]
    if lacking:
        missing = _("Missing in this kernel, or too old: {packages}.").format(packages=", ".join(lacking))
        raise NotebookError(in_a_row(missing, _(_WHAT_TO_DO)))


def found_packages() -> dict[str, tuple[str | None, bool]]:
    """For each package that the notebooks need: the version found (None if there is none), and whether it will do."""
    found: dict[str, tuple[str | None, bool]] = {}
    for name, oldest in NEEDED.items():
        try:
            installed = version(name)
        except PackageNotFoundError:
            found[name] = (None, False)
        else:
            found[name] = (installed, _numbers(installed) >= _numbers(oldest))
    return found


def _numbers(text: str) -> tuple[int, ...]:
    """A version's leading numbers: (8, 1, 5) for "8.1.5"."""
    numbers = []
    for part in text.split("."):
        if not part.isdigit():
            break
        numbers.append(int(part))
    return tuple(numbers)
