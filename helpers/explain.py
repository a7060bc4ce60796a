"""How errors are shown in a notebook.

An error of the Azure SDK as its message and what to do, in place of a traceback through the SDK's insides; a name that
no cell has made yet, with what to do; and no error with the values of variables.
"""

import logging
from traceback import walk_tb
from typing import Any

from IPython import get_ipython

_NO_SIGN_IN = "You are not signed in. Run `az login` in a terminal, then run this cell again."

# What an answer's code means. The service sends it as `error.code`; an inner code says more, and wins.
_BY_CODE = {
    "SecretNotFound": "There is no secret of that name in this vault. Check the name. "
    "If it was deleted, it may still be recovered.",
    "ObjectIsDeletedButRecoverable": "A deleted secret keeps its name. Take another name, "
    "or recover or purge the deleted one.",
    "ObjectIsBeingDeleted": "The deletion has begun and is not finished. Wait a moment, then run this cell again.",
    "SecretDisabled": "This version is disabled. Enable it, or ask for another version.",
    "SecretTooLarge": "A value has at most 25,600 characters. Save a shorter one.",
    "BadParameter": "The vault cannot use what it was sent. A name has 1 to 127 letters, digits and dashes.",
    "Forbidden": "You are signed in, but you may not do this here. Ask for the role Key Vault Secrets Officer "
    "on this vault; a new role takes some minutes to work.",
    "Unauthorized": "The vault does not accept this sign-in. Check that you signed in to the vault's own tenant.",
    "Conflict": "Something else holds this name at the moment. Wait a moment, or take another name.",
    "PracticeStateUnusable": "The message above says how to mend it. Nothing that was saved before is lost.",
}


def explain_errors() -> None:
    """From now on, show the errors of this notebook as the module's description says."""
    from azure.core.exceptions import AzureError

    # Without a handler, Python prints the SDK's warnings into the notebook, beside the error that says the same.
    logging.getLogger("azure").addHandler(logging.NullHandler())
    shell = get_ipython()
    if shell is not None:
        shell.set_custom_exc((AzureError, NameError), _show)
        _leave_values_out(shell)


def what_to_do(error: BaseException) -> str:
    """What an error of the SDK means and what to do about it, in a sentence or two.

    The codes are those of the service's answers (azure-keyvault-secrets' TROUBLESHOOTING.md, and the answers that its
    own tests recorded); the classes are azure-core's.
    """
    from azure.core.exceptions import ClientAuthenticationError, ServiceRequestError, ServiceResponseError

    for code in _codes(error):
        if code in _BY_CODE:
            return _BY_CODE[code]
    if isinstance(error, ClientAuthenticationError):
        if "AADSTS7000215" in str(error):
            return "The client secret is wrong. Set `AZURE_CLIENT_SECRET` to the secret's value, not to its id."
        return _NO_SIGN_IN
    if "non-TLS protected" in str(error):  # azure-core's way of saying that the address has no https://
        return "The vault's address must be a whole URL: `https://<name>.vault.azure.net`."
    if isinstance(error, (ServiceRequestError, ServiceResponseError)):
        return (
            "No answer came. Check the vault's name for a typing error, and your network; "
            "a vault that was deleted or never created cannot be found either."
        )
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
    to_do = _what_to_do_about_name(error, tb) if isinstance(error, NameError) else what_to_do(error)
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


def _leave_values_out(shell: Any) -> None:
    """Show no traceback with the values of its variables, whatever `%xmode` says now or later."""

    class WithoutValues(type(shell.InteractiveTB)):
        # IPython (8 and 9, `FormattedTB.set_mode`) sets it for `%xmode Verbose`, and reads it for each traceback.
        include_vars = property(lambda self: False, lambda self, wanted: None)

    if type(shell.InteractiveTB).__name__ != WithoutValues.__name__:
        shell.InteractiveTB.__class__ = WithoutValues
