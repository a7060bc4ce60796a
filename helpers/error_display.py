"""How errors are shown in a notebook.

An error of the Azure SDK becomes its message and what to do, in place of a traceback through the SDK's insides. A name
that no cell has made yet gets a sentence, too. And no error shows the values of variables.
"""

from types import TracebackType
from typing import Any

from IPython.core.getipython import get_ipython

from . import missing_names, troubleshooting
from .language import N_, _, in_a_row

_NO_SIGN_IN = N_("You aren't signed in. Run `az login` in a terminal, then run this cell again.")
_REFUSED = N_("The sign-in was refused. Look up the number after AADSTS at `https://login.microsoftonline.com/error`.")
_NO_ANSWER = N_("The vault didn't answer. Check your network, then run this cell again.")


def explain_errors() -> None:
    """From now on, show the errors of this notebook as the module's description says."""
    from azure.core.exceptions import AzureError

    missing_names.keep_warnings_out()
    shell: Any = get_ipython()  # its methods have no types
    if shell is not None:
        shell.set_custom_exc((AzureError, NameError, KeyError, ValueError), _show)
        _leave_values_out(shell)


def what_to_do(error: BaseException) -> str:
    """What an error of the SDK means and what to do about it, in a sentence or two.

    The sentences are those of notebook 19; the classes are azure-core's.
    """
    from azure.core.exceptions import ClientAuthenticationError, ServiceRequestError, ServiceResponseError

    message = str(error)
    diagnosis = troubleshooting.advise(message)
    if diagnosis.entry:
        missing = troubleshooting.missing_permission(message) if diagnosis.entry.step == 3 else ""
        lacks = _("You lack {permission}").format(permission=missing) if missing else ""
        see = _("(See {place}.)").format(place=diagnosis.entry.where)
        return in_a_row(lacks, diagnosis.to_do, see)
    if diagnosis.to_do:
        return diagnosis.to_do
    if isinstance(error, ClientAuthenticationError):
        return _(_REFUSED) if "AADSTS" in message else _(_NO_SIGN_IN)
    if isinstance(error, (ServiceRequestError, ServiceResponseError)):
        return _(_NO_ANSWER)
    return _("Read the message above. It comes from the service itself.")


def _show(shell: Any, etype: type, error: BaseException, tb: TracebackType, tb_offset: int | None = None) -> None:
    if said := missing_names.advice(error, tb):
        missing_names.show_instead(error, [f"{etype.__name__}: {said}"])
    elif to_do := _advice(error):
        message = str(getattr(error, "message", "") or error).strip().splitlines()[0]
        missing_names.show_instead(
            error, [f"{etype.__name__}: {message}", _("What to do: {advice}").format(advice=to_do)]
        )
    shell.showtraceback((etype, error, tb), tb_offset=tb_offset)


def _advice(error: BaseException) -> str:
    if isinstance(error, (NameError, KeyError)):
        return ""
    # The SDK's refusal to hand a token to another address than the vault's is of no class of its own.
    if isinstance(error, ValueError) and "challenge resource" not in str(error):
        return ""
    return what_to_do(error)


def _leave_values_out(shell: Any) -> None:
    """Show no traceback with the values of its variables, whatever `%xmode` says now or later."""
    tracebacks = shell.InteractiveTB
    if "structured_traceback" in vars(tracebacks):
        return  # it's done already
    structured_traceback = tracebacks.structured_traceback

    def without_values(*args: Any, **kwargs: Any) -> Any:
        tracebacks.include_vars = False  # `%xmode Verbose` sets it (IPython 8 and 9, `FormattedTB.set_mode`)
        return structured_traceback(*args, **kwargs)

    tracebacks.structured_traceback = without_values
