"""Several notebooks at once: each process has a practice cloud of its own, and all work with one vault.

`python -m tests.tools.load 8 3000` begins 8 processes that make 3000 calls each, and prints what they saw.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from helpers.practice import PracticeCloud
from helpers.practice.state.store import FILE_NAME, Store

from .kills import PROJECT, Caller, LostError, clean_environment

SHARED = [f"shared-{n}" for n in range(5)]


@dataclass
class Seen:
    """What the processes saw, all of them together. A call's kind and status, how often; times in seconds."""

    calls: Counter = field(default_factory=Counter)
    slowest: float = 0.0
    slowest_call: str = ""
    seconds: float = 0.0
    versions: int = 0


def load(processes: int, calls: int) -> Seen:
    """Let so many processes make so many calls each, and look at what is saved then.

    Raises:
        LostError: something that was saved is not there, or something deleted is.
    """
    seen = Seen()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tests.tools.load", "--worker", str(calls)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        workers = [
            subprocess.Popen([*command, str(n)], cwd=PROJECT, env=clean_environment(folder), text=True, **pipes)
            for n in range(processes)
        ]
        try:
            for worker in workers:
                worker.stdout.readline()  # ready
            begun = time.monotonic()
            for worker in workers:
                worker.stdin.write("go\n")
                worker.stdin.flush()
            reports = [json.loads(worker.stdout.readline()) for worker in workers]
            seen.seconds = time.monotonic() - begun
        finally:
            for worker in workers:
                worker.kill()
                worker.communicate()
        for report in reports:
            seen.calls += Counter(report["calls"])
            if report["slowest"] > seen.slowest:
                seen.slowest, seen.slowest_call = report["slowest"], report["slowest_call"]
        seen.versions = _check(Path(folder), reports)
    return seen


def _check(folder: Path, reports: list[dict]) -> int:
    with closing(Store(folder / FILE_NAME)) as store, store.reading() as connection:
        query = "SELECT name, version, value FROM versions JOIN secrets ON secrets.id = secret"
        there = {(name, version): value for name, version, value in connection.execute(query)}
        query = "SELECT name, deleted_on IS NOT NULL FROM secrets"
        deleted = {name: bool(is_deleted) for name, is_deleted in connection.execute(query)}
    saved = {(name, version): value for report in reports for name, version, value in report["saved"]}
    if saved != there:
        raise LostError(
            f"{len(saved.keys() - there.keys())} versions are lost, {len(there.keys() - saved.keys())} too many"
        )
    if any(deleted[name] != is_deleted for report in reports for name, is_deleted in report["deleted"].items()):
        raise LostError("a deletion is lost")
    return len(there)


def work(calls: int, number: int) -> None:
    """What one process does: ready, go, and a report."""
    rng = random.Random(number)  # noqa: S311
    report = {"calls": Counter(), "slowest": 0.0, "slowest_call": "", "saved": [], "deleted": {}}
    with PracticeCloud() as cloud, closing(Caller(cloud.settings)) as caller:

        def ask(kind: str, method: str, path: str, body: dict | None = None) -> dict:
            begun = time.monotonic()
            status, answer = caller.ask(method, path, body)
            taken = time.monotonic() - begun
            report["calls"][f"{kind} {status}"] += 1
            if taken > report["slowest"]:
                report["slowest"], report["slowest_call"] = taken, kind
            return answer

        def save(name: str) -> None:
            value = f"fake {number} {rng.random()}"
            saved = ask("set", "PUT", f"/secrets/{name}", {"value": value})
            report["saved"].append((name, saved["id"].rpartition("/")[2], value))

        print("ready", flush=True)
        sys.stdin.readline()
        save(SHARED[number % len(SHARED)])
        for call in range(calls - 1):
            kind = rng.choices(
                ("set", "new", "get", "update", "list", "versions", "delete"), (25, 10, 35, 10, 10, 5, 5)
            )[0]
            shared = SHARED[number % len(SHARED)]
            if kind == "set":
                save(shared)
            elif kind == "new":
                save(f"of-{number}-{call}")
                report["deleted"][f"of-{number}-{call}"] = False
            elif kind == "get":
                ask("get", "GET", f"/secrets/{shared}/")
            elif kind == "update":
                ask("update", "PATCH", f"/secrets/{shared}/", {"tags": {"by": str(number)}})
            elif kind == "list":
                ask("list", "GET", "/secrets?maxresults=25")
            elif kind == "versions":
                ask("versions", "GET", f"/secrets/{shared}/versions")
            elif own := [name for name, is_deleted in report["deleted"].items() if not is_deleted]:
                ask("delete", "DELETE", f"/secrets/{own[0]}")
                report["deleted"][own[0]] = True
        print(json.dumps(report), flush=True)
        sys.stdin.readline()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.tools.load", description=__doc__.partition("\n")[0])
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("first", type=int, metavar="processes")
    parser.add_argument("second", type=int, metavar="calls", help="of each process")
    chosen = parser.parse_args()
    if chosen.worker:
        work(chosen.first, chosen.second)
        return
    seen = load(chosen.first, chosen.second)
    print(f"{sum(seen.calls.values())} calls in {seen.seconds:.1f} s; {seen.versions} versions, all there")
    print(f"the slowest, a {seen.slowest_call}: {seen.slowest:.3f} s")
    for kind, times in sorted(seen.calls.items()):
        print(f"{kind:15} {times:7}")


if __name__ == "__main__":
    main()
