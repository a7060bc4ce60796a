"""Practice clouds that are killed while they save: nothing that was acknowledged is lost, and nothing is half made.

`python -m tests.tools.kills 200` kills one cloud after the other; with `--writers 8`, each time one of eight on the
same state, while the others go on.
"""

import argparse
import base64
import http.client
import json
import os
import random
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from helpers.practice.state.store import FILE_NAME, Store

PROJECT = Path(__file__).parents[2]
HOST = "practice-vault.vault.azure.net"

CLOUD = """
import json, sys
from helpers.practice import PracticeCloud
with PracticeCloud() as cloud:
    print(json.dumps(cloud.settings), flush=True)
    sys.stdin.read()
"""


class LostError(AssertionError):
    """The state file is not what was acknowledged; the text says how."""


class Caller:
    """A plain HTTPS client of a practice cloud, signed in, on one connection."""

    def __init__(self, settings: dict[str, str]):
        self._door = urlsplit(settings["HTTPS_PROXY"])
        self._tls = ssl.create_default_context(cafile=settings["SSL_CERT_FILE"])
        form = {
            "grant_type": "client_credentials",
            "client_id": settings["AZURE_CLIENT_ID"],
            "client_secret": settings["AZURE_CLIENT_SECRET"],
            "scope": "https://vault.azure.net/.default",
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        with closing(self._connect("login.microsoftonline.com")) as connection:
            connection.request("POST", f"/{settings['AZURE_TENANT_ID']}/oauth2/v2.0/token", urlencode(form), headers)
            token = json.loads(connection.getresponse().read())["access_token"]
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._connection = self._connect(HOST)

    def ask(self, method: str, path: str, body: dict | None = None) -> tuple[int, dict]:
        """Send a request; the answer's status and body."""
        path += ("&" if "?" in path else "?") + "api-version=7.6"
        self._connection.request(method, path, None if body is None else json.dumps(body), self._headers)
        answer = self._connection.getresponse()
        content = answer.read()
        return answer.status, json.loads(content) if content else {}

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _connect(self, host: str) -> http.client.HTTPSConnection:
        connection = http.client.HTTPSConnection(self._door.hostname, self._door.port, context=self._tls, timeout=60)
        credentials = base64.b64encode(f"{self._door.username}:{self._door.password}".encode()).decode()
        connection.set_tunnel(host, 443, {"Proxy-Authorization": f"Basic {credentials}"})
        return connection


def clean_environment(folder: str) -> dict[str, str]:
    """For a program with its state, and what it leaves behind when it is killed, in a folder."""
    environment = {name: value for name, value in os.environ.items() if not name.upper().endswith("_PROXY")}
    return environment | {"PRACTICE_CLOUD_HOME": folder, "TMPDIR": folder}


def begin_cloud(folder: str) -> subprocess.Popen:
    """Begin a practice cloud on the state in a folder; it prints its settings, and ends with its standard input."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    return subprocess.Popen(
        [sys.executable, "-c", CLOUD], cwd=PROJECT, env=clean_environment(folder), text=True, **pipes
    )


@dataclass
class Found:
    """What came of a run. For each version that was acknowledged: its value, and the content types it may have."""

    versions: dict[tuple[str, str], tuple[str, set[str | None]]] = field(default_factory=dict)
    kills: int = 0
    kills_at_the_start: int = 0
    seconds: float = 0.0


class Writer(threading.Thread):
    """Saves over the wire what it can, until its cloud is killed."""

    def __init__(self, folder: str, found: Found):
        super().__init__(daemon=True)
        self.process = begin_cloud(folder)
        self.ready = threading.Event()
        self.failure = ""
        self._found = found
        self.start()

    def run(self) -> None:
        """Save new secrets and new versions, and say something about some of them."""
        line = self.process.stdout.readline()
        self.ready.set()
        if not line:
            return  # killed as it started
        with suppress(OSError, http.client.HTTPException), closing(Caller(json.loads(line))) as caller:
            for number in range(1_000_000):
                name = f"secret-{self.process.pid}-{number // 3}"
                value = f"fake {name} {number} " + "x" * (number % 40) ** 2
                status, body = caller.ask("PUT", f"/secrets/{name}", {"value": value})
                if status != 200:
                    self.failure = f"set: {status} {body}"
                    return
                version = body["id"].rpartition("/")[2]
                kinds: set[str | None] = {None}
                self._found.versions[name, version] = value, kinds
                if number % 2:
                    kinds.add("said")  # from here on it may be so; once acknowledged, it is
                    status, body = caller.ask("PATCH", f"/secrets/{name}/{version}", {"contentType": "said"})
                    if status != 200:
                        self.failure = f"update: {status} {body}"
                        return
                    kinds.discard(None)

    def kill(self) -> None:
        """Kill the cloud, as the system does when memory is short."""
        self.process.kill()
        self.process.communicate()
        self.join()


def kills(times: int, writers: int = 1, seed: int = 1) -> Found:
    """Kill one of so many writers at random moments, and look at the state each time.

    Raises:
        LostError: what was acknowledged is not there, something is half made, or a request failed.
    """
    rng, found = random.Random(seed), Found()  # noqa: S311 - to be the same again is the point
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        running = [Writer(folder, found) for _ in range(writers)]
        try:
            while found.kills < times:
                at_the_start = rng.random() < 0.2
                one = running.pop(rng.randrange(writers))
                if not at_the_start:
                    one.ready.wait()
                time.sleep(rng.uniform(0, 0.4))
                found.kills_at_the_start += not one.ready.is_set()
                one.kill()
                found.kills += 1
                for writer in (one, *running):
                    if writer.failure:
                        raise LostError(writer.failure)
                check(folder, found)
                running.append(Writer(folder, found))
        finally:
            for one in running:
                one.kill()
        check(folder, found)
    found.seconds = time.monotonic() - begun
    return found


def check(folder: str, found: Found) -> None:
    """Open the state, and compare it with what was acknowledged.

    Raises:
        LostError: it is not the same.
    """
    # What is acknowledged while this looks may be too late for it.
    acknowledged = {key: (value, set(kinds)) for key, (value, kinds) in list(found.versions.items())}
    with closing(Store(Path(folder) / FILE_NAME)) as store, store.reading() as connection:
        if [tuple(row) for row in connection.execute("PRAGMA integrity_check")] != [("ok",)]:
            raise LostError("the file is damaged")
        if connection.execute("PRAGMA foreign_key_check").fetchall():
            raise LostError("a version is there without its secret")
        query = "SELECT name, version, value, content_type FROM versions JOIN secrets ON secrets.id = versions.secret"
        there = {(name, version): (value, kind) for name, version, value, kind in connection.execute(query)}
        query = (
            "SELECT count(*) FROM secrets LEFT JOIN versions ON secret = id AND version = current WHERE secret IS NULL"
        )
        if connection.execute(query).fetchone()[0]:
            raise LostError("a secret is there without its version")
    for key, (value, kinds) in acknowledged.items():
        found_value, found_kind = there.get(key, (None, None))
        if found_value != value or found_kind not in kinds | found.versions[key][1]:
            raise LostError(f"{key} is not as it was acknowledged: {found_kind} and not {kinds}")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.tools.kills", description=__doc__.partition("\n")[0])
    parser.add_argument("times", type=int, help="how many kills")
    parser.add_argument("--writers", type=int, default=1, help="how many clouds save at once")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    found = kills(chosen.times, chosen.writers, chosen.seed)
    print(f"{found.kills} kills in {found.seconds:.0f} s, {found.kills_at_the_start} before the cloud was ready")
    print(f"all {len(found.versions)} acknowledged versions are there")


if __name__ == "__main__":
    main()
