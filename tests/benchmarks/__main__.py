"""What the practice cloud and the notebooks cost: `uv run python -m tests.benchmarks`.

Each figure is a ratio or a difference against a floor, the two measured in turn in one run, since machines are noisy.
"""

import json
import os
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from jupyter_client.manager import start_new_kernel

PROJECT = Path(__file__).resolve().parents[2]

IMPORT_SDK = "from azure.identity import DefaultAzureCredential\nfrom azure.keyvault.secrets import SecretClient"
CONNECT = "from helpers import connect\nconnect()"


def main() -> None:
    """Measure, and print a table."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else every kernel would compile every package again
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PRACTICE_CLOUD_HOME"] = folder
        print("| what | measured | floor | result | at most |")
        print("| --- | --- | --- | --- | --- |")
        compare_connect()
        compare_get_secret()
        compare_notebooks()


def compare_connect(pairs: int = 7) -> None:
    """`connect()` in a fresh kernel, over importing the SDK alone: both end with the SDK imported."""
    with_connect, alone = [], []
    for _ in range(pairs):
        alone.append(seconds_in_kernel(IMPORT_SDK))
        with_connect.append(seconds_in_kernel(f"{CONNECT}\n{IMPORT_SDK}"))
    a, b = statistics.median(with_connect), statistics.median(alone)
    row("connect() and the SDK's import, in a fresh kernel", f"{a:.3f} s", f"{b:.3f} s", f"+{a - b:.3f} s", "+0.25 s")


def seconds_in_kernel(code: str) -> float:
    """How long a fresh kernel, once it is ready, takes to run some code."""
    manager, client = start_new_kernel(cwd=str(PROJECT / "notebooks"))
    try:
        begun = time.perf_counter()
        reply = client.execute_interactive(code, timeout=60, output_hook=lambda message: None)
        taken = time.perf_counter() - begun
        if reply["content"]["status"] != "ok":
            raise SystemExit(f"the kernel could not run: {reply['content']['evalue']}")
        return taken
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def compare_get_secret(rounds: int = 15, calls: int = 60) -> None:
    """`get_secret` from the practice cloud, over the same from a server that answers at once and does nothing."""
    from azure.core.credentials import AccessToken
    from azure.identity import DefaultAzureCredential
    from azure.keyvault.secrets import SecretClient

    from helpers import practice

    class Anybody:
        def get_token(self, *_scopes: str, **_options: object) -> AccessToken:
            return AccessToken("a-token", int(time.time()) + 3600)

    port, ca = serve_nothing()
    idle = SecretClient(
        f"https://localhost:{port}", Anybody(), verify_challenge_resource=False, connection_verify=ca, proxies={}
    )
    practice.start()
    ours = SecretClient(f"https://{os.environ['KEY_VAULT_NAME']}.vault.azure.net", DefaultAzureCredential())
    ours.set_secret("benchmark", "fake-value")
    os.environ["NO_PROXY"] = "localhost"
    timed(lambda: idle.get_secret("benchmark"), calls)
    timed(lambda: ours.get_secret("benchmark"), calls)
    measured, floor = [], []
    for _ in range(rounds):
        floor.append(timed(lambda: idle.get_secret("benchmark"), calls))
        measured.append(timed(lambda: ours.get_secret("benchmark"), calls))
    ratio = statistics.median(a / b for a, b in zip(measured, floor, strict=True))
    a, b = statistics.median(measured) * 1000, statistics.median(floor) * 1000
    row("get_secret", f"{a:.2f} ms", f"{b:.2f} ms", f"{ratio:.2f} times", "2 times")
    practice.stop()


def timed(call: Callable[[], object], times: int) -> float:
    """The mean seconds of a call."""
    begun = time.perf_counter()
    for _ in range(times):
        call()
    return (time.perf_counter() - begun) / times


def serve_nothing() -> tuple[int, str]:
    """An HTTPS server that gives every request the same answer. Returns its port and the file of its CA."""
    import asyncio

    import trustme
    from tornado.httpserver import HTTPServer
    from tornado.httputil import HTTPHeaders, ResponseStartLine
    from tornado.testing import bind_unused_port

    body = json.dumps({"value": "fake-value", "id": "https://localhost/secrets/benchmark/1", "attributes": {}}).encode()
    challenge = 'Bearer authorization="https://login.microsoftonline.com/a-tenant", resource="https://vault.azure.net"'

    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    ca = tempfile.NamedTemporaryFile(suffix=".pem", delete=False)  # noqa: SIM115 - the client reads it by its name
    ca.write(authority.cert_pem.bytes())
    ca.close()
    sock, port = bind_unused_port()

    async def serve() -> None:
        def respond(request: object) -> None:
            signed_in = "Authorization" in request.headers
            headers = HTTPHeaders({"Content-Length": str(len(body) if signed_in else 0)})
            if signed_in:
                headers["Content-Type"] = "application/json"
            else:
                headers["WWW-Authenticate"] = challenge
            start = ResponseStartLine("HTTP/1.1", 200 if signed_in else 401, "")
            request.connection.write_headers(start, headers, body if signed_in else b"")
            request.connection.finish()

        server = HTTPServer(respond, ssl_options=context)
        server.add_socket(sock)
        await asyncio.Event().wait()

    threading.Thread(target=lambda: asyncio.run(serve()), daemon=True).start()
    return port, ca.name


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
    row("the notebooks' test run", f"{measured:.1f} s", f"{floor:.1f} s", f"{measured / floor:.2f} times", "1.5 times")


def row(*cells: str) -> None:
    """Print a row of the table."""
    print("| " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
