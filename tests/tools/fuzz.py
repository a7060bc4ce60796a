"""Bad requests by the thousand, over raw sockets: at the front door, inside TLS, and to each host that is played.

`python -m tests.tools.fuzz 100000` sends so many to a practice cloud of its own and prints the answers by their
status. Request n is made from the seed and n alone: `--first n 1` sends it again. Nothing leaves this computer.
"""

import argparse
import base64
import http.client
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from tests.practice.bad_requests import HOSTS, Host, Request, make

PROJECT = Path(__file__).parents[2]
ANSWER_SECONDS = 10  # an answer, or the end of the connection, comes within these
CHECK_EVERY = 250  # so often an ordinary request has to have its ordinary answer
KEPT, KEPT_VALUE = "kept-through-it-all", "a fake value that stays"


# The server runs in a process of its own: what it says on the side, and what becomes of it, is seen from outside. Its
# thread's log is told as well, but for what Tornado says of requests that it cannot read.
_SERVER = """
import json, logging, sys
from helpers.practice import PracticeCloud
logging.basicConfig(level=0, stream=sys.stderr)
with PracticeCloud() as cloud:
    for name in ("asyncio", "tornado.application"):
        logging.getLogger(name).filters.clear()
        logging.getLogger(name).setLevel(logging.WARNING)
    print(json.dumps(cloud.settings), flush=True)
    sys.stdin.read()
"""


class FailedError(AssertionError):
    """The practice cloud did what it must never do; the text says what, at which request."""


@dataclass
class Found:
    """What came of a run."""

    answers: Counter = field(default_factory=Counter)
    seconds: float = 0.0
    slowest: float = 0.0
    slowest_request: int = 0
    memory_before: int = 0  # KiB
    memory_after: int = 0


def fuzz(count: int, seed: int = 1, first: int = 0, hosts: Iterable[Host] = HOSTS) -> Found:
    """Send `count` requests to a practice cloud of its own.

    Raises:
        FailedError: a status of 500 or more, an error not in the service's form, a secret value in an error, no answer
            in time, anything said on the side, or an ordinary request that no longer works.
    """
    hosts, found = tuple(hosts), Found()
    with _server() as (process, settings):
        client = _Client(settings, hosts)
        client.check()
        found.memory_before = _memory(process)
        begun = time.monotonic()
        for number in range(first, first + count):
            request = make(seed, number, hosts, client.known)
            at = time.monotonic()
            try:
                for answer in client.send(request):
                    found.answers[(request.to, answer)] += 1
                if number % CHECK_EVERY == 0:
                    client.check()
            except (FailedError, OSError) as failure:
                start = request.data[:1500]
                raise FailedError(
                    f"request {number} of seed {seed} to {request.to}: {failure!r}\n{start!r}"
                ) from failure
            taken = time.monotonic() - at
            if taken > found.slowest:
                found.slowest, found.slowest_request = taken, number
        client.check()
        client.close()
        found.seconds = time.monotonic() - begun
        found.memory_after = _memory(process)
    return found


@contextmanager
def _server():
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as said:
        environment = {name: value for name, value in os.environ.items() if not name.upper().endswith("_PROXY")}
        environment |= {
            "PRACTICE_CLOUD_HOME": folder,
            "PRACTICE_CLOUD_DELETE_SECONDS": "0",
            "HTTPS_PROXY": "http://127.0.0.1:9",  # nothing listens there: no CONNECT leads off this computer
            "NO_PROXY": "",
        }
        process = subprocess.Popen(
            [sys.executable, "-c", _SERVER],
            cwd=PROJECT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
        )
        try:
            yield process, json.loads(process.stdout.readline())
            process.communicate(timeout=30)
            said.seek(0)
            text = said.read().decode(errors="replace")
            if process.returncode or text:
                raise FailedError(f"the server ended with {process.returncode} and said:\n{text[:5000]}")
        finally:
            if process.poll() is None:
                process.kill()
                process.communicate()


def _memory(process: subprocess.Popen) -> int:
    with suppress(OSError):
        return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8"))[1])
    return 0


class _Client:
    def __init__(self, settings: dict[str, str], hosts: tuple[Host, ...]):
        self._door = urlsplit(settings["HTTPS_PROXY"])
        credentials = base64.b64encode(f"{self._door.username}:{self._door.password}".encode()).decode()
        self._authorization = f"Proxy-Authorization: Basic {credentials}\r\n"
        self._tls = ssl.create_default_context(cafile=settings["SSL_CERT_FILE"])
        self._tenant = settings["AZURE_TENANT_ID"]
        self._secret = settings["AZURE_CLIENT_SECRET"]
        self._hosts = hosts
        self._open: dict[str, ssl.SSLSocket] = {}
        self.known = {
            "{tenant}": self._tenant,
            "{client}": settings["AZURE_CLIENT_ID"],
            "{secret}": self._secret,
            "{program}": "33333333-3333-4333-8333-cccccccccccc",  # the one that has no role
            "authorization": self._authorization,
        }
        for host in hosts:
            if host.scope:
                self.known[host.name] = self._sign_in(host.scope)
        self._vault_token = self._sign_in("https://vault.azure.net/.default")
        self._ask("PUT", f"/secrets/{KEPT}", json.dumps({"value": KEPT_VALUE}))
        self.known["{backup}"] = json.loads(self._ask("POST", f"/secrets/{KEPT}/backup"))["value"]

    def check(self) -> None:
        """An ordinary request has its ordinary answer."""
        if json.loads(self._ask("GET", f"/secrets/{KEPT}/"))["value"] != KEPT_VALUE:
            raise FailedError("the secret that was kept has another value")

    def send(self, request: Request) -> list[str]:
        """Send a request, look at what comes back, and tell its statuses."""
        if request.host is None:
            with closing(socket.create_connection((self._door.hostname, self._door.port))) as connection:
                return self._look(request, self._exchange(connection, request.data))
        if not request.plain:
            with closing(self._connect(request.host.name)) as connection:
                return self._look(request, self._exchange(connection, request.data))
        try:
            connection = self._open.pop(request.host.name, None) or self._connect(request.host.name)
            connection.sendall(request.data)
            received, open_still = _one_answer(connection, request.data.startswith(b"HEAD "))
        except ConnectionError as error:
            raise FailedError(f"the connection broke off: {error!r}") from None
        if open_still:
            self._open[request.host.name] = connection
        else:
            connection.close()
        return self._look(request, received)

    def close(self) -> None:
        for connection in self._open.values():
            connection.close()

    def _exchange(self, connection: socket.socket, data: bytes) -> bytes:
        """All that comes back until the connection ends, when no more is sent than this."""
        connection.settimeout(ANSWER_SECONDS)
        received = b""
        try:
            connection.sendall(data)
            # The end of TCP's half, not of TLS's: what comes back is still to be read.
            socket.socket.shutdown(connection, socket.SHUT_WR)
            while more := connection.recv(65_536):
                received += more
        except TimeoutError:
            raise FailedError(
                f"neither an answer nor the end in {ANSWER_SECONDS} s; so far {received[:1000]!r}"
            ) from None
        except OSError:
            pass  # broken off
        finally:
            # OpenSSL may remember what was wrong, and tell the next connection of this thread (CPython issue 148594).
            # To begin with another one makes it forget.
            self._tls.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="localhost")
        return received

    def _look(self, request: Request, received: bytes) -> list[str]:
        if request.canary.encode() in received and not re.match(
            rb"(HTTP/1\.1 100 .*\r\n\r\n)*HTTP/1\.1 200 ", received
        ):
            raise FailedError(f"a secret value in an error: {received[:3000]!r}")
        if self._secret.encode() in received or (self._door.password or "").encode() in received:
            raise FailedError(f"a password in an answer: {received[:3000]!r}")
        statuses = []
        for status, body in _answers(received, request.data.startswith(b"HEAD ")):
            statuses.append(str(status))
            if status >= 500 and not (request.host is None and status == 502):
                raise FailedError(f"{received[:3000]!r}")
            if status >= 400 and body and not any(_is_right(host, body) for host in self._hosts):
                raise FailedError(f"an error that is not in the service's form: {received[:3000]!r}")
            if status >= 400 and not body and request.plain and not request.data.startswith(b"HEAD "):
                raise FailedError(f"an error that says nothing: {received[:3000]!r}")
        return statuses or ["closed"]

    def _connect(self, host: str) -> ssl.SSLSocket:
        connection = socket.create_connection((self._door.hostname, self._door.port), timeout=ANSWER_SECONDS)
        try:
            connection.sendall(f"CONNECT {host}:443 HTTP/1.1\r\n{self._authorization}\r\n".encode())
            if not connection.recv(65_536).startswith(b"HTTP/1.1 200 "):
                raise FailedError(f"the front door no longer lets in to {host}")
            return self._tls.wrap_socket(connection, server_hostname=host)
        except BaseException:
            connection.close()
            raise

    def _ask(self, method: str, path: str, body: str | None = None) -> bytes:
        headers = {"Authorization": f"Bearer {self._vault_token}", "Content-Type": "application/json"}
        return self._ordinary("practice-vault.vault.azure.net", method, f"{path}?api-version=7.6", body, headers)

    def _sign_in(self, scope: str) -> str:
        form = {"grant_type": "client_credentials", "client_id": self.known["{client}"], "scope": scope}
        body = urlencode({**form, "client_secret": self._secret})
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        path = f"/{self._tenant}/oauth2/v2.0/token"
        return json.loads(self._ordinary("login.microsoftonline.com", "POST", path, body, headers))["access_token"]

    def _ordinary(self, host: str, method: str, path: str, body: str | None, headers: dict[str, str]) -> bytes:
        connection = http.client.HTTPSConnection(host)
        connection.sock = self._connect(host)
        with closing(connection):
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
            if answer.status != 200:
                raise FailedError(f"an ordinary request: {answer.status} {content[:1000]!r}")
            return content


def _is_right(host: Host, error: bytes) -> bool:
    try:
        return host.is_error(error)
    except (ValueError, AttributeError, SyntaxError):  # what is neither JSON nor XML
        return False


def _one_answer(connection: ssl.SSLSocket, head: bool) -> tuple[bytes, bool]:
    """The answer to a well-formed request, and whether the connection is open still."""
    received = b""
    while True:
        try:
            more = connection.recv(65_536)
        except TimeoutError:
            raise FailedError(f"no answer in {ANSWER_SECONDS} s; so far {received[:1000]!r}") from None
        received += more
        if not more:
            return received, False
        answers = list(_answers(received, head, whole=True))
        if answers and answers[-1][0] >= 200:
            return received, b"\r\nconnection: close" not in received.lower()


def _answers(received: bytes, head: bool, whole: bool = False) -> Iterable[tuple[int, bytes]]:
    """The statuses and bodies of the answers in what was received; with `whole`, of those that have come in full."""
    while received.startswith(b"HTTP/1."):
        top, end, rest = received.partition(b"\r\n\r\n")
        if not end:
            return
        status = int(top[9:12])
        length = re.search(rb"\r\nContent-Length: (\d+)", top, re.IGNORECASE)
        size = 0 if head or length is None else int(length[1])
        if whole and len(rest) < size:
            return
        yield status, rest[:size]
        received = rest[size:]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.tools.fuzz", description=__doc__.partition("\n")[0])
    parser.add_argument("count", type=int, help="how many requests")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first request")
    parser.add_argument("--hosts", nargs="*", default=[host.name for host in HOSTS], help="send to these alone")
    chosen = parser.parse_args()
    try:
        hosts = [host for host in HOSTS if host.name in chosen.hosts]
        found = fuzz(chosen.count, chosen.seed, chosen.first, hosts)
    except FailedError as failure:
        sys.exit(str(failure))
    print(
        f"{chosen.count} requests in {found.seconds:.0f} s; the slowest, {found.slowest_request}, {found.slowest:.2f} s"
    )
    print(f"memory of the server: {found.memory_before // 1024} MiB before, {found.memory_after // 1024} MiB after")
    for (host, status), times in sorted(found.answers.items()):
        print(f"{host:32} {status:7} {times:7}")


if __name__ == "__main__":
    main()
