"""A class on one machine: a hub, and learners who all go through notebooks 01 to 05 at the same time.

As root on Linux, `python -m tests.tools.classroom 30` makes 30 accounts for it, prints how the class went, and removes
them again. It answers on 127.0.0.1 alone.
"""

import argparse
import asyncio
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from classroom import accounts
from helpers.exercises import BY_NOTEBOOK
from helpers.exercises.record import FILE_NAME
from tests.notebooks import NAMES, PROJECT, solutions

NOTEBOOKS = [name for name in NAMES if "01" <= name[:2] <= "05"]
PYTHON = "/usr/bin/python3"  # the learners need one that every account can run; the developer's may be in a home
MOST = 15  # times as long as one learner alone: more would spoil a class
PATIENCE = 900.0  # seconds for one answer; the whole class waits for two cores

CONFIGURATION = """
load_subconfig({config!r})
c.JupyterHub.port, c.JupyterHub.hub_port = {ports[0]}, {ports[1]}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{ports[2]}"
for service in c.JupyterHub.services:
    if "url" in service:
        service["url"] = "http://127.0.0.1:{ports[3]}"
c.JupyterHub.services.append({{"name": "load", "api_token": {token!r}}})
c.JupyterHub.load_roles.append(
    {{"name": "load", "services": ["load"], "scopes": ["admin:servers", "access:servers", "list:users"]}}
)
"""


class ClassError(AssertionError):
    """Something in the class didn't go as it must; the text says what."""


@dataclass
class Figures:
    """How a class went. Times are in seconds, memory is in bytes and shared out among those who share it."""

    learners: int
    cells: int = 0
    alone: float = 0.0
    together: float = 0.0
    slowest_start: float = 0.0
    server: float = 0.0
    kernels: float = 0.0
    hub: float = 0.0
    processor: float = 0.0  # of one learner
    busy_cores: float = 0.0
    free: float = 0.0


async def hold_class(learners: int) -> Figures:
    """Let one learner go through the notebooks alone, then all of them together.

    Raises:
        ClassError: a cell fails, an exercise isn't recorded as solved, or somebody can read what isn't theirs.
    """
    figures = Figures(learners)
    names = [f"load-{number:02}" for number in range(learners)]
    AsyncHTTPClient.configure(None, max_clients=4 * learners + 10)
    with tempfile.TemporaryDirectory(prefix="kvc-", dir="/tmp") as folder:
        Path(folder).chmod(0o711)
        with class_project(Path(folder), ["load-alone", *names]) as (python, environment):
            ports, token = free_ports(4), secrets.token_hex(16)
            config = Path(folder) / "config.py"
            config.touch(mode=0o600)
            ours = Path(folder) / "project" / "classroom" / "jupyterhub_config.py"
            config.write_text(CONFIGURATION.format(config=str(ours), ports=ports, token=token), encoding="utf-8")
            with running_hub(python, config, environment) as hub:
                client = Client(f"http://127.0.0.1:{ports[0]}", token)
                await client.wait_for_hub(hub)

                begun = time.monotonic()
                alone = Learner("load-alone", client)
                await alone.attend()
                figures.alone, figures.cells = time.monotonic() - begun, alone.cells
                await client.ask("DELETE", f"/hub/api/users/{alone.name}/server")

                busy = busy_seconds()
                begun = time.monotonic()
                everyone = [Learner(name, client) for name in names]
                await asyncio.gather(*(learner.attend() for learner in everyone))
                figures.together = time.monotonic() - begun
                figures.busy_cores = (busy_seconds() - busy) / figures.together
                figures.slowest_start = max(learner.start for learner in everyone)
                measure(figures, hub.pid, names)
                check_records(python, environment, Path(folder), names)
                check_privacy(Path(folder), names)
    return figures


class Client:
    """Asks the hub and the learners' servers, as a service of the hub that may start servers and use them."""

    def __init__(self, address: str, token: str):
        self._address = address
        self._headers = {"Authorization": f"token {token}"}
        self._http = AsyncHTTPClient()

    async def ask(self, method: str, path: str, body: object = None) -> dict:
        """One request; its answer, {} if that's empty."""
        request = HTTPRequest(
            self._address + path,
            method,
            self._headers,
            json.dumps(body) if method == "POST" else None,
            connect_timeout=PATIENCE,
            request_timeout=PATIENCE,
        )
        answer = await self._http.fetch(request)
        return json.loads(answer.body) if answer.body else {}

    async def connect(self, path: str):
        """A websocket."""
        address = self._address.replace("http", "ws", 1) + path
        return await websocket_connect(HTTPRequest(address, headers=self._headers, connect_timeout=PATIENCE))

    async def wait_for_hub(self, hub: subprocess.Popen) -> None:
        """Wait until the hub answers at the class's address."""
        for _ in range(600):
            if hub.poll() is not None:
                raise ClassError("the hub ended at once")
            with suppress(OSError, HTTPClientError):
                await self.ask("GET", "/hub/api/users")
                return
            await asyncio.sleep(0.2)
        raise ClassError("the hub didn't answer within two minutes")


class Learner:
    """One learner, who runs every cell of each notebook and solves the exercises, and leaves all of them open."""

    def __init__(self, name: str, client: Client):
        self.name = name
        self.cells = 0
        self.start = 0.0
        self._client = client
        self._address = f"/user/{name}"

    async def attend(self) -> None:
        """Start the server, and go through the notebooks."""
        begun = time.monotonic()
        await self._client.ask("POST", f"/hub/api/users/{self.name}/server")
        while not (await self._client.ask("GET", f"/hub/api/users/{self.name}"))["servers"][""]["ready"]:
            await asyncio.sleep(0.5)
        self.start = time.monotonic() - begun
        for name in NOTEBOOKS:
            await self._go_through(name)

    async def _go_through(self, name: str) -> None:
        path = f"notebooks/{name}.ipynb"
        notebook = await self._client.ask("GET", f"{self._address}/api/contents/{path}")
        new = {"path": path, "name": name, "type": "notebook", "kernel": {"name": "python3"}}
        session = await self._client.ask("POST", f"{self._address}/api/sessions", new)
        kernel = session["kernel"]["id"]
        socket = await self._client.connect(f"{self._address}/api/kernels/{kernel}/channels")
        answers = iter(solutions(name))
        for cell in notebook["content"]["cells"]:
            if cell["cell_type"] == "code":
                solves = "exercise" in cell["metadata"].get("tags", [])
                await self._run(socket, name, next(answers) if solves else cell["source"])
                self.cells += 1
        socket.close()

    async def _run(self, socket, notebook: str, code: str) -> None:
        """Run a cell as a page does, and wait until the kernel says that it's idle again."""
        message = uuid.uuid4().hex
        header = {"msg_id": message, "msg_type": "execute_request", "session": self.name, "username": self.name}
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False, "user_expressions": {}}
        await socket.write_message(
            json.dumps(
                {
                    "header": {**header, "version": "5.3", "date": "2020-01-01T00:00:00Z"},
                    "parent_header": {},
                    "metadata": {},
                    "content": content,
                    "channel": "shell",
                    "buffers": [],
                }
            )
        )
        missing = {"execute_reply", "idle"}
        while missing:
            said = await asyncio.wait_for(socket.read_message(), PATIENCE)
            if said is None:
                raise ClassError(f"{self.name}, {notebook}: the kernel's connection was closed")
            if isinstance(said, bytes):
                continue  # a message with a buffer, for a widget
            said = json.loads(said)
            if said["parent_header"].get("msg_id") != message:
                continue
            if said["msg_type"] == "error" or said["content"].get("status") == "error":
                error = said["content"]
                raise ClassError(f"{self.name}, {notebook}: {error['ename']}: {error['evalue']}, in\n{code}")
            missing -= {said["msg_type"], said["content"].get("execution_state")}


def measure(figures: Figures, hub: int, names: list[str]) -> None:
    """Look at the memory and the processor's time of each learner's processes, and of the hub's."""
    users = {pwd.getpwnam(name).pw_uid for name in names}
    memory, seconds = defaultdict(int), 0.0
    for process in [psutil.Process(hub), *psutil.Process(hub).children(recursive=True)]:
        is_learners = process.uids().real in users
        if is_learners:
            spent = process.cpu_times()
            seconds += spent.user + spent.system
        is_kernel = is_learners and any("ipykernel" in word for word in process.cmdline())
        memory["kernels" if is_kernel else "server" if is_learners else "hub"] += process.memory_full_info().pss
    figures.server, figures.kernels = memory["server"] / len(names), memory["kernels"] / len(names)
    figures.hub, figures.processor = memory["hub"], seconds / len(names)
    figures.free = psutil.virtual_memory().available


def check_records(python: str, environment: dict[str, str], folder: Path, names: list[str]) -> None:
    """The teacher's table has every exercise of every learner, read by an account that can read nothing else."""
    expected = sum(len(BY_NOTEBOOK[name]) for name in NOTEBOOKS)
    finished = subprocess.run(
        [python, "-m", "classroom.progress"],
        cwd=folder / "project",
        env=environment,
        user=accounts.READER,
        group=accounts.READER,
        extra_groups=[],
        capture_output=True,
        text=True,
    )
    rows = {line.split()[0]: line for line in finished.stdout.splitlines()}
    for name in names:
        if f" {expected} of " not in rows.get(name, ""):
            raise ClassError(f"{name} solved {expected} exercises, and the table says {rows.get(name)!r}")


def check_privacy(folder: Path, names: list[str]) -> None:
    """Nobody can read a learner's vault or notebooks, neither another learner nor the account that reads records."""
    victim = folder / "class" / "home" / names[-1]
    record = folder / "class" / "records" / names[-1] / FILE_NAME
    for name, files in {accounts.READER: [victim], "load-alone": [victim, record]}.items():
        for file in files:
            command = ["/usr/bin/cat" if file.is_file() else "/usr/bin/ls", str(file)]
            finished = subprocess.run(command, user=name, group=name, extra_groups=[], capture_output=True)
            if not file.exists() or finished.returncode == 0:
                raise ClassError(f"{name} can read {file}")


@contextmanager
def class_project(folder: Path, names: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """A copy of the project with an environment of its own, and the accounts; its Python, and what it's run with."""
    project = folder / "project"
    project.mkdir()
    for part in ("classroom", "helpers", "notebooks"):
        shutil.copytree(PROJECT / part, project / part, ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
    for part in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(PROJECT / part, project)
    environment = {
        **{
            name: value for name, value in os.environ.items() if not name.startswith(("VIRTUAL_ENV", "PYTHON", "UV_PR"))
        },
        accounts.FOLDER_VARIABLE: str(folder / "class"),
        "PATH": f"{project / '.venv' / 'bin'}:{os.environ['PATH']}",
    }
    python = str(project / ".venv" / "bin" / "python")
    uv = os.environ.get("UV", "uv")
    prepare = [uv, "sync", "--quiet", "--group", "classroom", "--compile-bytecode", "--no-managed-python"]
    subprocess.run([*prepare, "--python", PYTHON], cwd=project, env=environment, check=True)
    subprocess.run(["npm", "ci", "--silent", "--prefix", "classroom"], cwd=project, env=environment, check=True)
    (folder / "names.txt").write_text("\n".join(names), encoding="utf-8")
    command = [python, "-m", "classroom.accounts"]
    quiet = {"cwd": project, "env": environment, "check": True, "stdout": subprocess.DEVNULL}
    try:
        subprocess.run([*command, "add", str(folder / "names.txt")], **quiet)
        yield python, environment
    finally:
        if (folder / "class" / "names.txt").exists():
            subprocess.run([*command, "remove"], **quiet)


@contextmanager
def running_hub(python: str, config: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen]:
    """The hub, stopped at the end as with Ctrl+C, with all that it began. Its log is shown if something went wrong."""
    command = [python, "-m", "jupyterhub", "--config", str(config), "--log-level", "WARN"]
    log = config.with_name("hub.log")
    hub = subprocess.Popen(
        command,
        stdout=log.open("wb"),
        stderr=subprocess.STDOUT,
        cwd=config.parent / "project",
        env=environment,
        start_new_session=True,
        # What's run in the background of a shell has Ctrl+C ignored, and would hand that on to every server.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        yield hub
    except BaseException:
        print(log.read_text(encoding="utf-8", errors="replace")[-5000:], file=sys.stderr)
        raise
    finally:
        begun = psutil.Process(hub.pid).children(recursive=True) if hub.poll() is None else []
        hub.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            hub.wait(timeout=120)
        for process in [*begun, hub]:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(begun, timeout=30)
        hub.wait()


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that nobody listens at."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def busy_seconds() -> float:
    """The seconds that this machine's cores have worked since it started, for whomever."""
    times = psutil.cpu_times()
    return sum(times) - times.idle - times.iowait - getattr(times, "guest", 0)


def report(figures: Figures) -> str:
    """The figures in words."""
    megabyte = 1_000_000
    times = figures.together / figures.alone
    cores = os.cpu_count() or 1
    limits = "the processor" if figures.busy_cores > 0.8 * cores else "waiting, not the processor"
    per_learner = figures.server + figures.kernels
    return "\n".join(
        [
            f"{figures.learners} learners went through {len(NOTEBOOKS)} notebooks: all {figures.cells} cells of each "
            "passed, and every exercise is recorded as solved",
            f"one alone: {figures.alone:.0f} s; all together: {figures.together:.0f} s, {times:.1f} times as long "
            f"(at most {MOST}); slowest server: up after {figures.slowest_start:.0f} s",
            f"memory of a learner: {per_learner / megabyte:.0f} MB (server {figures.server / megabyte:.0f}, "
            f"{len(NOTEBOOKS)} kernels {figures.kernels / megabyte:.0f}); hub and proxy: {figures.hub / megabyte:.0f} "
            f"MB; still free: {figures.free / megabyte:.0f} MB",
            f"processor: {figures.processor:.1f} s for each learner; {figures.busy_cores:.1f} of {cores} cores busy, "
            "with whatever else this machine did",
            f"what limits it: {limits}; memory would, at about {(figures.free / per_learner) + figures.learners:.0f} "
            "learners",
        ]
    )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.tools.classroom", description=__doc__.partition("\n")[0])
    parser.add_argument("learners", type=int)
    chosen = parser.parse_args()
    if os.name == "nt" or os.geteuid() != 0:
        parser.exit(1, "Run this as root on Linux: each learner needs an account of their own.\n")
    figures = asyncio.run(hold_class(chosen.learners))
    print(report(figures))
    if figures.together > MOST * figures.alone:
        parser.exit(1, f"That's more than {MOST} times as long as one alone.\n")


if __name__ == "__main__":
    main()
