"""Runs Python programs, each in a process of its own, without the start of an interpreter and of its packages for each.

One warmed process has imported what the programs import; each program runs in a copy of it (`os.fork`) with its own
environment, folder and streams, as `__main__`, and ends as Python ends. What a program sees is what `python script.py`
or `python -m module` shows it, but for `sys.modules`.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

# What scripts import of the SDK. Not aiohttp, which takes the certificates' place from the environment when it is
# imported, and nothing of this project.
SDK = ("azure.identity", "azure.keyvault.secrets")

_WARMED = """
import importlib, json, os, runpy, sys
for name in json.loads(sys.stdin.readline()):
    importlib.import_module(name)
for line in sys.stdin:
    order = json.loads(line)
    child = os.fork()
    if child == 0:
        break
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
else:
    sys.exit()
os.environ.clear()
os.environ.update(order["environment"])
os.chdir(order["folder"])
for stream, name in enumerate(("stdin", "stdout", "stderr")):
    os.dup2(os.open(order[name], os.O_RDONLY if stream == 0 else os.O_WRONLY | os.O_CREAT | os.O_TRUNC), stream)
sys.stdin = open(0, encoding="utf-8")
sys.argv = [order["program"], *order["arguments"]]
if order["program"].endswith(".py"):
    sys.path[0] = os.path.dirname(order["program"])
    runpy.run_path(order["program"], run_name="__main__")
else:
    sys.path[0] = order["folder"]
    runpy.run_module(order["program"], run_name="__main__", alter_sys=True)
"""


class Scripts:
    """A warmed process, from `with` to its end. Where there is no `os.fork`, each program gets an interpreter.

    Args:
        python: The interpreter.
        imports: The modules that are imported before; they must not look at the environment as they are imported.
    """

    def __init__(self, python: str = sys.executable, imports: tuple[str, ...] = SDK) -> None:
        self._command = [python, "-X", "utf8"]
        self._imports = imports
        self._warmed: subprocess.Popen[str] | None = None

    def __enter__(self) -> "Scripts":
        if hasattr(os, "fork"):
            self._warmed = subprocess.Popen(
                [*self._command, "-c", _WARMED],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
            self._tell(self._warmed, self._imports)
        return self

    def __exit__(self, *_raised: object) -> None:
        if self._warmed is not None:
            self._warmed.communicate(timeout=60)

    def run(
        self, program: Path | str, environment: dict[str, str], *arguments: str, folder: Path, seconds: float = 60
    ) -> subprocess.CompletedProcess[str]:
        """Run a script, given its path, or a module, given its name, to its end; what it prints is text.

        Raises:
            TimeoutError: it did not end in time. It and the warmed process are killed.
        """
        if self._warmed is None:
            what = [str(program)] if str(program).endswith(".py") else ["-m", str(program)]
            return subprocess.run(
                [*self._command, *what, *arguments],
                env=environment,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                timeout=seconds,
            )
        with tempfile.TemporaryDirectory() as streams:
            places = {name: str(Path(streams) / name) for name in ("stdout", "stderr")}
            code = self._order(
                seconds,
                program=str(program),
                arguments=arguments,
                environment=environment,
                folder=str(folder),
                stdin=os.devnull,
                **places,
            )
            said = {name: Path(place).read_text(encoding="utf-8") for name, place in places.items()}
        return subprocess.CompletedProcess([str(program), *arguments], code, **said)

    def _order(self, seconds: float, **order: object) -> int:
        late = threading.Timer(seconds, lambda: os.killpg(self._warmed.pid, 9))
        late.start()
        try:
            self._tell(self._warmed, order)
            code = self._warmed.stdout.readline()
        finally:
            late.cancel()
        if not code:
            raise TimeoutError(f"{order['program']} did not end in {seconds} s, or its warmed process has ended.")
        return int(code)

    @staticmethod
    def _tell(process: subprocess.Popen, what: object) -> None:
        process.stdin.write(json.dumps(what) + "\n")
        process.stdin.flush()
