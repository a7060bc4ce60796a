"""The practice cloud's command line: `python -m helpers.practice run|env|reset`."""

import argparse
import io
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from . import PracticeCloud, PracticeError, reset

# A `kill`, and the end of the terminal: nothing may be left behind by them.
_END_SIGNALS = [signal.SIGTERM] + ([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])
# Ctrl+Break, which only Windows has.
_BREAK_SIGNALS = [signal.SIGBREAK] if hasattr(signal, "SIGBREAK") else []


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    _let_print_any_path()
    parser = argparse.ArgumentParser(
        prog="python -m helpers.practice",
        description="The practice cloud: an offline stand-in for Azure Key Vault.",
    )
    commands = parser.add_subparsers(dest="action", required=True)
    run = commands.add_parser("run", help="run a program that talks to the practice cloud, and return its exit code")
    run.add_argument("command", nargs=argparse.REMAINDER, metavar="-- COMMAND", help="the program and its arguments")
    env = commands.add_parser("env", help="print settings to paste into a terminal, and serve until interrupted")
    env.add_argument("--port", type=int, default=0, help="the port to serve on (default: a free one)")
    commands.add_parser("reset", help="empty the practice cloud: all its secrets are gone for good")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.action == "run":
            command = chosen.command[1:] if chosen.command[:1] == ["--"] else chosen.command
            if not command:
                parser.error("name the program to run, as in: run -- python kv_secrets.py")
            return run_program(command)
        if chosen.action == "env":
            return serve(chosen.port)
        return empty()
    except PracticeError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def run_program(command: list[str]) -> int:
    """Run a program in the practice cloud's environment and return its exit code, as a shell would."""
    program = shutil.which(command[0])
    if program is None:
        print(f"There's no program named {command[0]!r}. Check the spelling, or give its path.", file=sys.stderr)
        return 127
    with PracticeCloud() as cloud:
        try:
            process = subprocess.Popen([program, *command[1:]], env=cloud.environment())
        except OSError as error:
            print(f"The program {program} can't be run ({error.strerror}).", file=sys.stderr)
            return 126
        # The terminal sends these keys to the program as well: how it ends is for the program to say. (To catch a
        # KeyboardInterrupt here would not do: one that comes as the program ends loses its exit code.)
        with (
            _handling(_END_SIGNALS, lambda number, _frame: process.send_signal(number)),
            _handling([signal.SIGINT, *_BREAK_SIGNALS], lambda *_: None),
        ):
            return _exit_code(process.wait())


def serve(port: int) -> int:
    """Print the settings for bash, PowerShell and cmd, and serve until interrupted."""
    with PracticeCloud(port) as cloud:
        for title, lines in _settings_to_paste(cloud.settings).items():
            print(f"# {title}", *lines, "", sep="\n")
        print("# The practice cloud is running. Paste one of the blocks above into another terminal.")
        print("# Press Ctrl+C here to stop it.", flush=True)
        with _handling([*_END_SIGNALS, *_BREAK_SIGNALS], signal.default_int_handler):
            try:
                while True:
                    time.sleep(1)  # on Windows, only Ctrl+C wakes it; another signal waits for its end
            except KeyboardInterrupt:
                print()
    return 0


def empty() -> int:
    """Empty the practice cloud and say so."""
    aside = reset()
    print("The practice cloud is empty." + (f" The unusable file was moved to {aside}." if aside else ""))
    return 0


def _let_print_any_path() -> None:
    """Print an escape for a letter that a redirected output can't have: on Windows, one that its code page lacks."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _exit_code(code: int) -> int:
    """The exit code that says how a program ended, as a shell has it."""
    if sys.platform == "win32":  # Ctrl+C is 0xC000013A, and `sys.exit` takes no more than 31 bits and a sign
        return code - 2**32 if code >= 2**31 else code
    return code if code >= 0 else 128 - code


@contextmanager
def _handling(signals: Iterable[int], handler: Callable[[int, Any], Any]) -> Iterator[None]:
    """Handle signals with a handler for the time of a `with` block."""
    earlier = {number: signal.signal(number, handler) for number in signals}
    try:
        yield
    finally:
        for number, one in earlier.items():
            signal.signal(number, one)


def _settings_to_paste(settings: dict[str, str | None]) -> dict[str, list[str]]:
    given = {name: value for name, value in settings.items() if value is not None}
    removed = [name for name, value in settings.items() if value is None]
    return {
        "bash": [f"export {name}={shlex.quote(value)}" for name, value in given.items()]
        + [f"unset {name}" for name in removed],
        "PowerShell": ["$env:{} = '{}'".format(name, value.replace("'", "''")) for name, value in given.items()]
        + [f"Remove-Item Env:{name} -ErrorAction Ignore" for name in removed],
        "cmd": [f'set "{name}={value}"' for name, value in given.items()] + [f'set "{name}="' for name in removed],
    }


if __name__ == "__main__":
    sys.exit(main())
