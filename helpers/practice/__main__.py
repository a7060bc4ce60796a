"""The practice cloud's command line: `python -m helpers.practice run|env|reset`."""

import argparse
import shlex
import shutil
import subprocess
import sys
import threading

from . import PracticeCloud, PracticeError, reset


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code."""
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


def run_program(command: list[str]) -> int:
    """Run a program in the practice cloud's environment and return its exit code, or 127 if there is none."""
    with PracticeCloud() as cloud:
        environment = cloud.environment()
        program = shutil.which(command[0])
        if program is None:
            print(f"There is no program named {command[0]!r}. Check the spelling, or give its path.", file=sys.stderr)
            return 127
        process = subprocess.Popen([program, *command[1:]], env=environment)
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                pass  # the terminal sends Ctrl+C to the program as well: how it ends is for the program to say


def serve(port: int) -> int:
    """Print the settings for bash, PowerShell and cmd, and serve until interrupted."""
    with PracticeCloud(port) as cloud:
        for title, lines in _settings_to_paste(cloud.settings).items():
            print(f"# {title}", *lines, "", sep="\n")
        print("# The practice cloud is running. Paste one of the blocks above into another terminal.")
        print("# Press Ctrl+C here to stop it.", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print()
    return 0


def empty() -> int:
    """Empty the practice cloud and say so."""
    aside = reset()
    print("The practice cloud is empty." + (f" The file that could not be used is now {aside}." if aside else ""))
    return 0


def _settings_to_paste(settings: dict[str, str | None]) -> dict[str, list[str]]:
    given = {name: value for name, value in settings.items() if value is not None}
    removed = [name for name, value in settings.items() if value is None]
    return {
        "bash": [f"export {name}={shlex.quote(value)}" for name, value in given.items()]
        + [f"unset {name}" for name in removed],
        "PowerShell": ["$env:{} = '{}'".format(name, value.replace("'", "''")) for name, value in given.items()]
        + [f"Remove-Item Env:{name}" for name in removed],
        "cmd": [f'set "{name}={value}"' for name, value in given.items()] + [f'set "{name}="' for name in removed],
    }


if __name__ == "__main__":
    sys.exit(main())
