"""Where a notebook works: in the practice cloud on this computer, or in a vault of the reader's own on Azure."""

import json
import os
import shutil
from pathlib import Path

from . import practice
from .cards import Card
from .error_display import explain_errors
from .errors import NotebookError, in_language
from .language import _
from .packages import OLDEST_PYTHON, found_packages
from .rehearsal import conditions_in_words
from .request_recorder import record_requests

PRACTICE = "practice"
AZURE = "azure"

# KEY_VAULT_NAME, if it was set here and not by the reader before Jupyter started.
_vault_set_here: str | None = None


def connect() -> Card:
    """Prepare this notebook, and say where you are.

    If `KEY_VAULT_NAME` was set before Jupyter started, or you chose a vault on Azure with `choose_connection`, the
    notebook works there. Otherwise the practice cloud starts on this computer. Call it before you import anything of
    the SDK. From then on an error of the SDK shows as its message and what to do, without a traceback, and
    `show_requests` knows what the cells send.

    Raises:
        NotebookError: The practice cloud can't start.
    """
    try:
        connection = _enter()
    except practice.PracticeError as error:
        raise NotebookError(in_language(error)) from None
    explain_errors()
    record_requests()
    return _practice_card() if connection == PRACTICE else _azure_card()


def choose_connection(connection: str, vault_name: str | None = None) -> None:
    """Choose where all notebooks work from now on. The choice is kept until you choose again.

    Args:
        connection: `"practice"` or `"azure"`.
        vault_name: Your vault's name, for `"azure"`.

    Raises:
        NotebookError: The connection is neither of the two, no vault is named for Azure, or the choice can't be saved.
    """
    if connection not in (PRACTICE, AZURE):
        raise NotebookError(
            _('There is no connection {connection}. Choose "practice" or "azure".').format(connection=repr(connection))
        )
    if connection == AZURE and not vault_name:
        raise NotebookError(_("Type the name of your vault into the form, then run this cell again."))
    try:
        file = _choice_file()
        if connection == AZURE:
            file.write_text(json.dumps({"key_vault_name": vault_name}), encoding="utf-8")
        else:
            file.unlink(missing_ok=True)
    except (OSError, practice.PracticeError) as error:
        why = in_language(error) if isinstance(error, practice.PracticeError) else error
        raise NotebookError(
            _("Your choice couldn't be saved ({error}). Fix that, then run this cell again.").format(error=why)
        ) from None
    _leave()


def reset(*, samples: bool = False) -> Card:
    """Empty the practice cloud: every secret in it is gone for good. A vault on Azure is never touched.

    This kernel's forms are put back as they were, what was typed into them is forgotten, and nothing is rehearsed any
    more. So a notebook that was tried out is ready to be shown.

    Args:
        samples: Save a handful of secrets afterwards, with made-up values: among them one that has expired, one that's
            disabled and one that's deleted.

    Raises:
        NotebookError: The notebook works on Azure, isn't connected yet and wants samples, or the practice cloud's file
            can't be used.
    """
    if not _in_practice() and "KEY_VAULT_NAME" in os.environ:
        raise NotebookError(
            _("Nothing was reset: this notebook works on Azure, and `reset` empties only the practice cloud.")
        )
    if samples and not _in_practice():
        raise NotebookError(_("This notebook isn't connected. Run `connect()` first, then run this cell again."))
    try:
        aside = practice.reset()
    except practice.PracticeError as error:
        raise NotebookError(in_language(error)) from None
    if cloud := practice.running():
        cloud.conditions = practice.Conditions()
    _put_forms_back()
    note = _("The unusable file was moved to {file}.").format(file=aside) if aside else ""
    if samples:
        return _samples_card(note)
    return Card(_("The practice cloud is empty"), [(_("Next"), _("Go on with any notebook."))], mark="info", note=note)


def preflight() -> Card:
    """Check that this computer has what the notebooks need, and say what is missing."""
    found = found_packages()
    rows = [
        (name, _("version {version} is too old: run `pip install -e .`").format(version=version))
        if version
        else (name, _("missing: run `pip install -e .`"))
        for name, (version, enough) in found.items()
        if not enough
    ]
    if rows:
        return Card(_("Something is missing"), rows, mark="warning")
    if not _in_practice() and not shutil.which("az"):
        rows.append(("Azure CLI", _("not found: install it to sign in with `az login`")))
    python = ".".join(map(str, OLDEST_PYTHON))
    title = _("Python {version} or newer and all {count} packages are here").format(version=python, count=len(found))
    return Card(title, rows, mark="info")


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
    return practice.state_folder() / "connection.json"


def _chosen_vault() -> str | None:
    try:
        return str(json.loads(_choice_file().read_text(encoding="utf-8"))["key_vault_name"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        raise NotebookError(
            _(
                "Your choice of a vault in {file} can't be read. Choose again with "
                '`choose_connection("practice")` or `choose_connection("azure", "<your vault>")`, then run this cell '
                "again."
            ).format(file=_choice_file())
        ) from None


def _put_forms_back() -> None:
    from .forms import put_back_all  # ipywidgets takes long to import, and a notebook without a form does without

    put_back_all()


def _samples_card(note: str) -> Card:
    from .samples import CURRENT, DELETED, DISABLED, EXPIRED, save_samples  # the SDK comes after `connect`

    save_samples()
    rows = [
        (_("Secrets"), ", ".join(f"`{name}`" for name in CURRENT)),
        (_("Versions"), _("`{name}` has two").format(name=CURRENT[-1])),
        (_("Expired"), f"`{EXPIRED}`"),
        (_("Disabled"), f"`{DISABLED}`"),
        (_("Deleted"), f"`{DELETED}`"),
        (_("Values"), _("made up, so you can show them")),
    ]
    return Card(_("The practice vault has its sample secrets, and nothing else"), rows, mark="info", note=note)


def _practice_card() -> Card:
    rows = [
        (_("Where"), _("the practice cloud, on this computer. No call to a vault leaves it.")),
        (_("Your data"), _("stays in a file that only you can read. Don't save real secrets here.")),
        (_("Empty it"), _("`from helpers import reset`, then `reset()`")),
    ]
    rehearsed = conditions_in_words()
    if rehearsed:
        end = _("`from helpers import rehearse`, then `rehearse()`")
        rows += [(_("Rehearsing"), rehearsed), (_("End it"), end)]
    title = _("Practice vault: {name}").format(name=os.environ["KEY_VAULT_NAME"])
    return Card(title, rows, mark="warning" if rehearsed else "info")


def _azure_card() -> Card:
    name = os.environ["KEY_VAULT_NAME"]
    return Card(
        _("Your vault on Azure: {name}").format(name=name),
        [
            (_("Where"), _("`https://{name}.vault.azure.net`. Every call is real.").format(name=name)),
            (_("Your data"), _("stays in that vault until you delete it.")),
            (_("Sign-in"), _sign_in()),
        ],
        mark="info",
    )


def _sign_in() -> str:
    if os.environ.get("AZURE_CLIENT_ID"):
        return _("the service principal in `AZURE_CLIENT_ID`")
    return _("your own, from `az login` on this computer")
