"""How errors are shown in a notebook.

An error of the Azure SDK as its message and what to do, in place of a traceback through the SDK's insides; a name that
no cell has made yet, with what to do; and no error with the values of variables.
"""

import logging
import re
from traceback import walk_tb
from typing import Any

from IPython import get_ipython

from . import clinic

_NO_SIGN_IN = "You are not signed in. Run `az login` in a terminal, then run this cell again."
_REFUSED = "The sign-in was refused. The number behind AADSTS says why: search for it."
_NO_ANSWER = "No answer came from the vault. Check your network, then run this cell again."


def explain_errors() -> None:
    """From now on, show the errors of this notebook as the module's description says."""
    from azure.core.exceptions import AzureError

    # Without a handler, Python prints the SDK's warnings into the notebook, beside the error that says the same.
    logging.getLogger("azure").addHandler(logging.NullHandler())
    shell = get_ipython()
    if shell is not None:
        shell.set_custom_exc((AzureError, NameError, KeyError, ValueError), _show)
        _leave_values_out(shell)


def what_to_do(error: BaseException) -> str:
    """What an error of the SDK means and what to do about it, in a sentence or two.

    The words are those of notebook 13's clinic; the classes are azure-core's.
    """
    from azure.core.exceptions import ClientAuthenticationError, ServiceRequestError, ServiceResponseError

    message = str(error)
    number = re.search(r"AADSTS\d+", message)
    if number and number[0] in clinic.CODES:
        return clinic.CODES[number[0]]
    if entry := clinic.diagnose(message):
        missing = clinic.missing_permission(message) if entry.step == 3 else ""
        lacks = f"You lack {missing} " if missing else ""
        return f"{lacks}{entry.to_do} (Step {entry.step} of notebook 13.)"
    for code in _codes(error):
        if code in clinic.CODES:
            return clinic.CODES[code]
    if isinstance(error, ClientAuthenticationError):
        return _REFUSED if number else _NO_SIGN_IN
    if isinstance(error, (ServiceRequestError, ServiceResponseError)):
        return _NO_ANSWER
    return "Read the message above; it is the service's own."


def _codes(error: BaseException) -> "list[str]":
    """The codes of the service's answer, the innermost first."""
    described = getattr(error, "error", None)
    codes = []
    while described is not None:
        inner = getattr(described, "innererror", None)
        codes.insert(0, getattr(described, "code", None))
        described = inner if hasattr(inner, "code") else None
        if isinstance(inner, dict):
            codes.insert(0, inner.get("code"))
    return codes


def _show(shell: Any, etype: type, error: BaseException, tb: Any, tb_offset: "int | None" = None) -> None:
    if isinstance(error, NameError):
        to_do = _what_to_do_about_name(error, tb)
    elif isinstance(error, KeyError):
        to_do = _what_to_do_about_variable(error, tb)
    elif isinstance(error, ValueError):
        # The SDK's refusal to hand a token to another address than the vault's is of no class of its own.
        to_do = what_to_do(error) if "challenge resource" in str(error) else ""
    else:
        to_do = what_to_do(error)
    if to_do:
        message = str(getattr(error, "message", "") or error).strip().splitlines()[0]
        # IPython shows what this method returns in place of a traceback.
        error._render_traceback_ = lambda: [f"{etype.__name__}: {message}", f"What to do: {to_do}"]
    shell.showtraceback((etype, error, tb), tb_offset=tb_offset)


def _what_to_do_about_name(error: NameError, tb: Any) -> str:
    """What to do when the cell itself uses a name that is not there; "" when a function that it calls does."""
    codes = [frame.f_code for frame, _ in walk_tb(tb)][1:]  # the first is IPython's own
    in_cell = len({code.co_filename for code in codes}) == 1 and codes[-1].co_name.startswith("<")  # as in "<module>"
    if not in_cell or not error.name:
        return ""
    return (
        f"`{error.name}` is not known in this kernel yet. Choose Run > Run All Above Selected Cell, then run this cell "
        "again. If no cell above makes it, check its spelling."
    )


def _what_to_do_about_variable(error: KeyError, tb: Any) -> str:
    """What to do when an environment variable is not set; "" for the key of any other mapping."""
    if [frame.f_globals.get("__name__") for frame, _ in walk_tb(tb)][-1] != "os":
        return ""
    return (
        f"The environment variable `{error.args[0]}` is not set. Run the cell with `connect()`, then this cell again. "
        "With your own vault, set it before you start Jupyter; the notebook says at its top what it needs."
    )


def _leave_values_out(shell: Any) -> None:
    """Show no traceback with the values of its variables, whatever `%xmode` says now or later."""

    class WithoutValues(type(shell.InteractiveTB)):
        # IPython (8 and 9, `FormattedTB.set_mode`) sets it for `%xmode Verbose`, and reads it for each traceback.
        include_vars = property(lambda self: False, lambda self, wanted: None)

    if type(shell.InteractiveTB).__name__ != WithoutValues.__name__:
        shell.InteractiveTB.__class__ = WithoutValues
