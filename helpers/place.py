"""Where a notebook works: in the practice cloud on this computer, or in a vault of the reader's own on Azure."""

import json
import os
import shutil
from pathlib import Path

from . import practice
from .card import Card
from .explain import explain_errors
from .packages import OLDEST_PYTHON, found_packages
from .rehearsal import conditions_in_words
from .told import Told

PRACTICE = "practice"
AZURE = "azure"

# KEY_VAULT_NAME, if it was set here and not by the reader before Jupyter started.
_vault_set_here: "str | None" = None


def connect() -> Card:
    """Prepare this kernel, and say where you are.

    If `KEY_VAULT_NAME` was set before Jupyter started, or the set-up notebook chose a vault on Azure, the notebook
    works there. Otherwise the practice cloud is started on this computer. Run it before anything of the SDK is
    imported. From then on an error of the SDK is shown as its message and what to do, without a traceback.

    Raises:
        Told: the practice cloud cannot start.
    """
    try:
        place = _enter()
    except practice.PracticeError as error:
        raise Told(str(error)) from None
    explain_errors()
    return _practice_card() if place == PRACTICE else _azure_card()


def choose_place(place: str, vault_name: "str | None" = None) -> None:
    """Choose where all notebooks work from now on. The choice is kept until you choose again.

    Args:
        place: `"practice"` or `"azure"`.
        vault_name: Your vault's name, for `"azure"`.

    Raises:
        Told: no vault is named for Azure, or the choice cannot be kept.
    """
    if place == AZURE and not vault_name:
        raise Told("Type the name of your vault into the form, then run this cell again.")
    try:
        file = _choice_file()
        if place == AZURE:
            file.write_text(json.dumps({"key_vault_name": vault_name}), encoding="utf-8")
        else:
            file.unlink(missing_ok=True)
    except (OSError, practice.PracticeError) as error:
        raise Told(f"Your choice could not be kept ({error}). Mend that, then run this cell again.") from None
    _leave()


def reset() -> Card:
    """Empty the practice cloud: every secret in it is gone for good. A vault on Azure is never touched.

    Raises:
        Told: this kernel works on Azure, or the state cannot be used.
    """
    if not _in_practice() and "KEY_VAULT_NAME" in os.environ:
        raise Told("This kernel works on Azure: nothing was reset. `reset` empties the practice cloud only.")
    try:
        aside = practice.reset()
    except practice.PracticeError as error:
        raise Told(str(error)) from None
    note = f"The file that could not be used is now {aside}." if aside else ""
    return Card("The practice cloud is empty", [("Next", "Go on with any notebook.")], mark="info", note=note)


def preflight() -> Card:
    """Check what the notebooks need on this computer, and say of each whether it is there."""
    python = ".".join(map(str, OLDEST_PYTHON))
    rows = [("Python", f"ready ({python} or newer is needed)")]
    for name, (version, enough) in found_packages().items():
        rows.append((name, f"ready (version {version})" if enough else "missing or too old: run `pip install -e .`"))
    if not _in_practice():
        az = "ready" if shutil.which("az") else "not found: install it to sign in with `az login`"
        rows.append(("Azure CLI", az))
    everything = all(enough for _, enough in found_packages().values())
    title = "Everything is here" if everything else "Something is missing"
    return Card(title, rows, mark="info" if everything else "warning")


def _enter() -> str:
    global _vault_set_here
    if _in_practice():
        return PRACTICE
    if "KEY_VAULT_NAME" not in os.environ:
        chosen = _chosen_vault()
        if chosen is None:
            practice.start()
            return PRACTICE
        os.environ["KEY_VAULT_NAME"] = _vault_set_here = chosen
    return AZURE


def _leave() -> None:
    """Undo what `connect` set in this kernel, so that the next `connect` finds it as the reader had it."""
    global _vault_set_here
    practice.stop()
    if _vault_set_here is not None and os.environ.get("KEY_VAULT_NAME") == _vault_set_here:
        del os.environ["KEY_VAULT_NAME"]
    _vault_set_here = None


def _in_practice() -> bool:
    return practice.MARKER in os.environ


def _choice_file() -> Path:
    return practice.state_folder() / "place.json"


def _chosen_vault() -> "str | None":
    try:
        return json.loads(_choice_file().read_text(encoding="utf-8"))["key_vault_name"]
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        raise Told(
            f"The choice of your vault in {_choice_file()} cannot be read. "
            "Make it again in notebook 00-set-up, then run this cell again."
        ) from None


def _practice_card() -> Card:
    rows = [
        ("Where", "the practice cloud, on this computer. No call to a vault leaves it."),
        ("Your data", "stays in a file that belongs to your user alone. Use no real secrets here."),
        ("Empty it", "`from helpers import reset`, then `reset()`"),
    ]
    rehearsed = conditions_in_words()
    if rehearsed:
        rows += [("Rehearsing", rehearsed), ("End it", "`from helpers import rehearse`, then `rehearse()`")]
    title = f"Practice vault: {os.environ['KEY_VAULT_NAME']}"
    return Card(title, rows, mark="warning" if rehearsed else "info")


def _azure_card() -> Card:
    name = os.environ["KEY_VAULT_NAME"]
    return Card(
        f"Your vault on Azure: {name}",
        [
            ("Where", f"`https://{name}.vault.azure.net`. Every call is real."),
            ("Your data", "what you save stays in that vault until you delete it."),
            ("Sign-in", _sign_in()),
        ],
        mark="info",
    )


def _sign_in() -> str:
    if os.environ.get("AZURE_CLIENT_ID"):
        return "the service principal in `AZURE_CLIENT_ID`"
    return "your own, as `az login` left it on this computer"
