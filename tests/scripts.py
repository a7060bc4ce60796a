"""Runs plain Python scripts, each in a process of its own, without the start of an interpreter and of the SDK for each.

One warmed process has imported what the scripts import; each script runs in a copy of it (`os.fork`) with its own
environment, folder and streams, as `__main__`, and ends as Python ends. What the scripts see is what `python script.py`
shows them, but for `sys.modules`.
"""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

# What is imported before: neither aiohttp, which takes the certificates' place from the environment when it is
# imported, nor anything of this project.
_WARMED = """
import json, os, runpy, sys
import azure.identity, azure.keyvault.secrets
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
sys.argv = [order["script"], *order["arguments"]]
sys.path[0] = os.path.dirname(order["script"])
runpy.run_path(order["script"], run_name="__main__")
"""


class Scripts:
    """A warmed process, from `with` to its end. Where there is no `os.fork`, each script gets an interpreter."""

    def __enter__(self) -> "Scripts":
        self._warmed = None
        if hasattr(os, "fork"):
            self._warmed = subprocess.Popen(
                [sys.executable, "-X", "utf8", "-c", _WARMED],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
        return self

    def __exit__(self, *_raised: object) -> None:
        if self._warmed is not None:
            self._warmed.communicate(timeout=60)

    def run(
        self, script: Path, environment: dict[str, str], *arguments: str, folder: Path, seconds: float = 60
    ) -> subprocess.CompletedProcess:
        """Run a script to its end; what it prints is text.

        Raises:
            TimeoutError: it did not end in time. It and the warmed process are killed.
        """
        if self._warmed is None:
            command = [sys.executable, "-X", "utf8", str(script), *arguments]
            return subprocess.run(
                command, env=environment, cwd=folder, capture_output=True, encoding="utf-8", timeout=seconds
            )
        places = {name: str(script.with_suffix(f".{name}")) for name in ("stdout", "stderr")}
        order = {"script": str(script), "arguments": arguments, "environment": environment, "folder": str(folder)}
        late = threading.Timer(seconds, lambda: os.killpg(self._warmed.pid, 9))
        late.start()
        try:
            self._warmed.stdin.write(json.dumps({**order, "stdin": os.devnull, **places}) + "\n")
            self._warmed.stdin.flush()
            code = self._warmed.stdout.readline()
        finally:
            late.cancel()
        if not code:
            raise TimeoutError(f"{script} did not end in {seconds} s, or ended the process that it was copied from.")
        said = {name: Path(place).read_text(encoding="utf-8") for name, place in places.items()}
        return subprocess.CompletedProcess([str(script), *arguments], int(code), **said)
