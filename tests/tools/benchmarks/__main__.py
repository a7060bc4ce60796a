"""What the practice cloud and the notebooks cost: `uv run python -m tests.tools.benchmarks`, or with names of tables.

Each figure is a ratio or a difference against a floor, the two measured in turn in one run, since machines are noisy.
The floor is the same client with a server that does nothing but give the same answer.
"""

import base64
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path

import psutil
from jupyter_client.manager import start_new_kernel

from .worker import FIRST_PAGE, LAST_PAGE, NAME, serve_nothing

PROJECT = Path(__file__).resolve().parents[3]

IMPORT_SDK = "from azure.identity import DefaultAzureCredential\nfrom azure.keyvault.secrets import SecretClient"
CONNECT = "from helpers import connect\nconnect()"
GETS = f"client.set_secret('{NAME}', 'fake-value')\nfor _ in range(100): client.get_secret('{NAME}')"


def main(chosen: list[str]) -> None:
    """Measure, and print the tables."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else every kernel would compile every package again
    os.environ["PRACTICE_CLOUD_DELETE_SECONDS"] = "0"  # the moment that a deletion waits is not work
    tables = {
        "start": compare_start,
        "operations": compare_operations,
        "way": compare_way,
        "size": compare_sizes,
        "throughput": compare_throughput,
        "memory": compare_memory,
        "notebooks": compare_notebooks,
    }
    for name in chosen or tables:
        with tempfile.TemporaryDirectory() as folder:
            os.environ["PRACTICE_CLOUD_HOME"] = folder
            tables[name]()


def compare_start(pairs: int = 7) -> None:
    """`connect()` in a fresh kernel, over importing the SDK alone: both end with the SDK imported."""
    with_connect, alone = [], []
    for _ in range(pairs):
        alone.append(seconds_in_kernel(IMPORT_SDK))
        with_connect.append(seconds_in_kernel(f"{CONNECT}\n{IMPORT_SDK}"))
    a, b = statistics.median(with_connect), statistics.median(alone)
    heading("start", "measured", "floor", "more", "at most")
    row("connect() and the SDK's import, in a fresh kernel", f"{a:.3f} s", f"{b:.3f} s", f"+{a - b:.3f} s", "+0.25 s")


def compare_operations(rounds: int = 15, times: int = 60) -> None:
    """Each operation, over the same with a server that does nothing."""
    heading("one operation after the other", "measured", "floor", "times", "at most")
    with Side("practice") as ours, Side("idle") as idle:
        for operation in ours.operations:
            idle.ask(answers=ours.ask(record=operation))
            figures = in_turn(rounds, partial(ours.time, operation, times), partial(idle.time, operation, times))
            bound = "1.5" if operation in ("get_secret", "set_secret") else ""
            row(operation, *figures, bound)


def compare_way(rounds: int = 15, times: int = 60) -> None:
    """The way to a vault that does nothing, through the front door, over the way to a server that does nothing.

    This much of an operation's time is for the client's part of the proxy, TLS within it, and HTTP.
    """
    heading("a vault that does nothing", "measured", "floor", "times", "at most")
    with Side("practice") as practice, Side("way") as way, Side("idle") as idle:
        for operation in ("get_secret", "set_secret"):
            idle.ask(answers=practice.ask(record=operation))
            row(
                operation,
                *in_turn(rounds, partial(way.time, operation, times), partial(idle.time, operation, times)),
                "",
            )


def compare_sizes(rounds: int = 9, times: int = 25) -> None:
    """Operations in a vault of many secrets, over the same in a vault of 10, and a list's last page over its first."""
    heading("in a vault of many secrets", "measured", "floor", "times", "at most")
    with filled_side(10) as few:
        for size in (1_000, 100_000):
            with filled_side(size) as many:
                for operation in ("get_secret", "set_secret"):
                    figures = in_turn(rounds, partial(many.time, operation, times), partial(few.time, operation, times))
                    row(f"{operation}: {size:,} over 10 secrets", *figures, "1.2")
                last, first = partial(many.time, LAST_PAGE, times), partial(many.time, FIRST_PAGE, times)
                row(f"list: the last page over the first of {size:,}", *in_turn(rounds, last, first), "1.2")


def compare_throughput(seconds: float = 3.0, rounds: int = 3) -> None:
    """Operations a second of 1, 2 and 8 programs on one vault, over the same with a server that does nothing."""
    from helpers.practice import PracticeCloud

    heading("programs at once on one vault", "measured", "floor", "times as many", "at most")
    with PracticeCloud() as cloud, Side("practice") as any_side:
        answer = any_side.ask(record="get_secret")
        port, ca, set_answer = serve_nothing()
        set_answer(answer)
        for programs in (1, 2, 8):
            with ExitStack() as opened:
                ours = [opened.enter_context(Side("client", cloud.environment())) for _ in range(programs)]
                idle = [opened.enter_context(Side(f"client:{port}:{ca}")) for _ in range(programs)]
                for operation in ("get_secret", "set_secret"):
                    ratios, rates, floors = [], [], []
                    for _ in range(rounds):
                        floors.append(rate(idle, operation, seconds))
                        rates.append(rate(ours, operation, seconds))
                        ratios.append(rates[-1] / floors[-1])
                    a, b = statistics.median(rates), statistics.median(floors)
                    row(f"{programs}: {operation}", f"{a:.0f}/s", f"{b:.0f}/s", f"{statistics.median(ratios):.2f}", "")


def compare_memory(pairs: int = 3) -> None:
    """A kernel that is connected and has used a client, over one that has used it elsewhere."""
    port, ca, set_answer = serve_nothing()
    with Side("practice") as ours:
        set_answer(ours.ask(record="get_secret"))
    elsewhere = (
        f"{IMPORT_SDK}\nimport time\nfrom azure.core.credentials import AccessToken\n"
        "class Anybody:\n    def get_token(self, *a, **k): return AccessToken('a', int(time.time()) + 3600)\n"
        "DefaultAzureCredential()\n"
        f"client = SecretClient('https://localhost:{port}', Anybody(), verify_challenge_resource=False,"
        f" connection_verify={ca!r})\n{GETS}"
    )
    here = (
        f"{CONNECT}\n{IMPORT_SDK}\nimport os\n"
        "client = SecretClient(f\"https://{os.environ['KEY_VAULT_NAME']}.vault.azure.net\", DefaultAzureCredential())\n"
        f"{GETS}"
    )
    measured, floor = [], []
    for _ in range(pairs):
        floor.append(megabytes_of_kernel(elsewhere))
        measured.append(megabytes_of_kernel(here))
    a, b = statistics.median(measured), statistics.median(floor)
    heading("memory", "measured", "floor", "more", "at most")
    row("a kernel after connect() and 100 calls", f"{a:.1f} MB", f"{b:.1f} MB", f"+{a - b:.1f} MB", "+15 MB")


def compare_notebooks() -> None:
    """The notebooks' whole test run, over as many bare kernels that import the SDK, one after the other."""
    count = len(list((PROJECT / "notebooks").glob("[0-9]*.ipynb")))
    begun = time.perf_counter()
    for _ in range(count):
        seconds_in_kernel(IMPORT_SDK)
    floor = time.perf_counter() - begun
    begun = time.perf_counter()
    finished = subprocess.run([sys.executable, "-m", "pytest", "-q", "notebooks"], cwd=PROJECT, stdout=subprocess.PIPE)
    measured = time.perf_counter() - begun
    if finished.returncode != 0:
        raise SystemExit("the notebooks' tests failed; there is nothing to compare")
    heading("the notebooks' test run", "measured", "floor", "times", "at most")
    row(f"{count} notebooks", f"{measured:.1f} s", f"{floor:.1f} s", f"{measured / floor:.2f}", "")


class Side:
    """A worker process, asked line by line."""

    def __init__(self, side: str, environment: dict[str, str] | None = None):
        self._side = side
        self._environment = environment

    def __enter__(self) -> "Side":
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.tools.benchmarks.worker", self._side],
            cwd=PROJECT,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.operations = json.loads(self._process.stdout.readline())
        return self

    def __exit__(self, *_exc_info: object) -> None:
        self._process.stdin.close()
        self._process.wait(timeout=60)

    def ask(self, **asked: object) -> object:
        """Ask for something, and wait for the answer."""
        self.begin(**asked)
        return self.answer()

    def begin(self, **asked: object) -> None:
        """Ask for something."""
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()

    def answer(self) -> object:
        """The answer to what was asked."""
        return json.loads(self._process.stdout.readline())

    def time(self, operation: str, times: int) -> float:
        """The mean seconds of an operation."""
        return self.ask(operation=operation, times=times)


@contextmanager
def filled_side(size: int) -> Iterator[Side]:
    """The practice cloud with a vault of so many secrets, put there without the wire."""
    from helpers.practice import DEFAULT_VAULT
    from helpers.practice.state.store import Store

    with tempfile.TemporaryDirectory() as folder:
        with closing(Store(Path(folder) / "practice.sqlite3")) as store, store.writing() as connection:
            for n in range(size - 2):  # two more are the worker's own
                connection.execute(
                    "INSERT INTO secrets (vault, name, current) VALUES (?, ?, '0')", (DEFAULT_VAULT, f"filled-{n:06}")
                )
            connection.execute(
                "INSERT INTO versions SELECT id, '0', 'fake-value', NULL, NULL, 1, NULL, NULL, 0, 0 FROM secrets"
            )
        with Side("practice", {**os.environ, "PRACTICE_CLOUD_HOME": folder}) as side:
            last = base64.urlsafe_b64encode(json.dumps({"after": f"filled-{max(size - 28, 0):06}"}).encode())
            side.ask(last_page_after=last.decode().rstrip("="))
            yield side


def in_turn(rounds: int, ours: Callable[[], float], floor: Callable[[], float]) -> tuple[str, str, str]:
    """Measure the two in turn: the medians in milliseconds, and the median of the ratios."""
    ours(), floor()
    measured, floors = [], []
    for _ in range(rounds):
        floors.append(floor())
        measured.append(ours())
    ratio = statistics.median(a / b for a, b in zip(measured, floors, strict=True))
    return f"{statistics.median(measured) * 1000:.2f} ms", f"{statistics.median(floors) * 1000:.2f} ms", f"{ratio:.2f}"


def rate(sides: list[Side], operation: str, seconds: float) -> float:
    """Operations a second of all sides together."""
    for side in sides:
        side.begin(operation=operation, seconds=seconds)
    return sum(side.answer() for side in sides) / seconds


def seconds_in_kernel(code: str) -> float:
    """How long a fresh kernel, once it is ready, takes to run some code."""
    return run_in_kernel(code)[0]


def megabytes_of_kernel(code: str) -> float:
    """The memory of a fresh kernel after it ran some code."""
    return run_in_kernel(code)[1]


def run_in_kernel(code: str) -> tuple[float, float]:
    """Seconds and memory (in MB) of a fresh kernel that runs some code."""
    manager, client = start_new_kernel(cwd=str(PROJECT / "notebooks"), stderr=subprocess.DEVNULL)
    try:
        begun = time.perf_counter()
        reply = client.execute_interactive(code, timeout=60, output_hook=lambda message: None)
        taken = time.perf_counter() - begun
        if reply["content"]["status"] != "ok":
            raise SystemExit(f"the kernel could not run: {reply['content']['evalue']}")
        memory = psutil.Process(manager.provisioner.process.pid).memory_info().rss / 1e6
        return taken, memory
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def heading(*cells: str) -> None:
    """Print a table's first lines."""
    print()
    row(*cells)
    row(*["---"] * len(cells))


def row(*cells: str) -> None:
    """Print a row of the table."""
    print("| " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
