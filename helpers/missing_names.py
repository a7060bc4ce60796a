"""What to say when a cell uses a name, or an environment variable, that the cells above it would have made.

It's what happens after the kernel restarts. So a kernel of the project loads this as an IPython extension when it
starts, before any cell runs (etc/ipython/ipython_kernel_config.py), and it needs nothing but the standard library.
"""

import logging
from difflib import get_close_matches
from traceback import walk_tb
from types import FrameType, TracebackType
from typing import Any

from .language import N_, _, in_a_row

_RUN_ABOVE = N_("Run the cells above first: start at Connect, or choose Run > Run All Above Selected Cell.")


def load_ipython_extension(shell: Any) -> None:
    """Say it in this kernel from now on, in place of a traceback. `connect()` puts its own handler there later."""
    keep_warnings_out()
    shell.set_custom_exc((Exception,), _show)


def keep_warnings_out() -> None:
    """Print none of the SDK's warnings into the notebook, as Python does where nobody handles them.

    The error that a warning comes with says the same.
    """
    logger = logging.getLogger("azure")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())


def advice(error: BaseException, tb: TracebackType) -> str:
    """What isn't there and what to do, in a sentence or two; "" where the error is about something else.

    Args:
        error: What a cell raised.
        tb: Its traceback, with IPython's own frame first.
    """
    frames = list(walk_tb(tb))
    if type(error) is NameError and error.name and str(error).endswith("is not defined"):
        return _about_name(error.name, frames)
    if isinstance(error, KeyError) and error.args and frames and frames[-1][0].f_globals.get("__name__") == "os":
        return _about_variable(str(error.args[0]))
    return ""


def show_instead(error: BaseException, lines: list[str]) -> None:
    """Have IPython show these lines in place of an error's traceback."""
    # IPython (8 and 9, `InteractiveShell.showtraceback`) asks the error for them.
    error._render_traceback_ = lambda: lines  # type: ignore[attr-defined]


def _show(shell: Any, etype: type, error: BaseException, tb: TracebackType, tb_offset: int | None = None) -> None:
    if said := advice(error, tb):
        show_instead(error, [f"{etype.__name__}: {said}"])
    elif etype.__module__.startswith("azure."):  # the SDK looked for a sign-in that `connect()` would have prepared
        show_instead(error, [f"{etype.__name__}: {str(error).strip().splitlines()[0]}", _(_RUN_ABOVE)])
    shell.showtraceback((etype, error, tb), tb_offset=tb_offset)


def _about_name(name: str, frames: list[tuple[FrameType, int]]) -> str:
    in_cells = [(frame, line) for frame, line in frames if frame.f_globals.get("__name__") == "__main__"]
    if not in_cells or frames[-1] != in_cells[-1]:
        return ""  # a library's own mistake
    frame, line = in_cells[-1]
    where = _("line {line}").format(line=line)
    if frame.f_code.co_filename != in_cells[0][0].f_code.co_filename:
        defined = frame.f_code.co_name
        where = _("line {line} of the cell that defines `{name}`").format(line=line, name=defined)
    known = {known for known in {*frame.f_locals, *frame.f_globals} if not known.startswith("_")}
    alike = get_close_matches(name, known, n=1, cutoff=0.85)
    if alike:
        spelling = _("If no cell above defines it, check its spelling: did you mean `{name}`?").format(name=alike[0])
    else:
        spelling = _("If no cell above defines it, check its spelling.")
    what = _("name '{name}' is not defined ({place}).").format(name=name, place=where)
    return in_a_row(what, _(_RUN_ABOVE), spelling)


def _about_variable(name: str) -> str:
    return in_a_row(
        _("'{name}' is an environment variable that isn't set.").format(name=name),
        _(_RUN_ABOVE),
        _("With your own vault, set it before you start Jupyter; the top of the notebook says what it needs."),
    )
