"""One side of a comparison, in a process of its own: the practice cloud or a server that does nothing, and a client.

It is told on its standard input, one JSON line each, what to do how often, and answers with the seconds it took. The
server that does nothing gives the answers that the practice cloud gave, byte for byte, so both clients read the same.
"""

import json
import os
import ssl
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from itertools import count
from typing import Any

NAME = "benchmark"
FIRST_PAGE = "list_properties_of_secrets, a page"
LAST_PAGE = "the last page"


def main(side: str) -> None:
    """Serve one side until the input ends."""
    settings: dict[str, Any] = {}
    kind, *address = side.split(":", 2)
    client, answers = idle_side() if kind == "idle" else (client_of(*address), None) if address else practice_side(kind)
    operations = make_operations(client, settings, vault_is_real=kind == "practice" or side == "client")
    print(json.dumps([name for name in operations if name != LAST_PAGE]), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        result = None
        if "answers" in asked:
            answers(asked["answers"])
        elif "record" in asked:
            result = answers(operations[asked["record"]])
        elif "last_page_after" in asked:
            settings |= asked
        elif "seconds" in asked:
            result = counted(*operations[asked["operation"]], asked["seconds"])
        else:
            result = timed(*operations[asked["operation"]], asked["times"])
        print(json.dumps(result), flush=True)


def make_operations(
    client: Any, settings: dict[str, Any], vault_is_real: bool
) -> dict[str, tuple[Callable[[], Any], Callable[[Any], Any]]]:
    """Each operation of the client: what it takes (made before the clock runs), and the call."""
    fresh = (f"benchmark-{os.getpid()}-{n}" for n in count())
    nothing = lambda: None  # noqa: E731

    def saved() -> str:
        name = next(fresh)
        if vault_is_real:
            client.set_secret(name, "fake-value")
        return name

    def deleted() -> str:
        name = saved()
        if vault_is_real:
            client.begin_delete_secret(name)
        return name

    def backed_up() -> bytes:
        if not vault_is_real:
            return b"fake-backup"
        name = saved()
        backup = client.backup_secret(name)
        client.begin_delete_secret(name)
        client.purge_deleted_secret(name)
        return backup

    def page(pages: Any) -> None:
        for _ in next(pages.by_page()):
            pass

    def last_page() -> None:
        link = f"{client.vault_url}/secrets?api-version={client.api_version}&$skiptoken={settings['last_page_after']}"
        for _ in next(client.list_properties_of_secrets().by_page(continuation_token=link)):
            pass

    return {
        "get_secret": (nothing, lambda _: client.get_secret(NAME)),
        "set_secret": (nothing, lambda _: client.set_secret(NAME, "fake-value")),
        "update_secret_properties": (nothing, lambda _: client.update_secret_properties(NAME, tags={"a": "1"})),
        FIRST_PAGE: (nothing, lambda _: page(client.list_properties_of_secrets())),
        LAST_PAGE: (nothing, lambda _: last_page()),
        "list_properties_of_secret_versions": (
            nothing,
            lambda _: page(client.list_properties_of_secret_versions(NAME)),
        ),
        "list_deleted_secrets, a page": (nothing, lambda _: page(client.list_deleted_secrets())),
        "begin_delete_secret": (saved, lambda name: client.begin_delete_secret(name)),
        "get_deleted_secret": (deleted, lambda name: client.get_deleted_secret(name)),
        "begin_recover_deleted_secret": (deleted, lambda name: client.begin_recover_deleted_secret(name)),
        "purge_deleted_secret": (deleted, lambda name: client.purge_deleted_secret(name)),
        "backup_secret": (nothing, lambda _: client.backup_secret("benchmark-backup")),
        "restore_secret_backup": (backed_up, lambda backup: client.restore_secret_backup(backup)),
    }


def timed(prepare: Callable[[], Any], operation: Callable[[Any], Any], times: int) -> float:
    """The mean seconds of an operation."""
    prepared = [prepare() for _ in range(times)]
    begun = time.perf_counter()
    for one in prepared:
        operation(one)
    return (time.perf_counter() - begun) / times


def counted(prepare: Callable[[], Any], operation: Callable[[Any], Any], seconds: float) -> int:
    """How many operations fit into a time."""
    prepared, done, end = prepare(), 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        operation(prepared)
        done += 1
    return done


def practice_side(kind: str) -> tuple[Any, Callable[..., Any]]:
    """The practice cloud's client, and a way to have the answer that an operation gets.

    "practice" has a practice cloud of its own; "way" too, but its vaults do nothing: what they answered first they
    answer again. "client" uses the one that its environment leads to.
    """
    from azure.identity import DefaultAzureCredential
    from azure.keyvault.secrets import SecretClient

    from helpers import practice

    if kind != "client":
        practice.start()
    if kind == "way":
        answer_as_before()
    last: list[Any] = []
    client = SecretClient(f"https://{os.environ['KEY_VAULT_NAME']}.vault.azure.net", DefaultAzureCredential())
    for name in (NAME, "benchmark-backup"):
        client.set_secret(name, "fake-value")

    def record(operation: tuple[Callable[[], Any], Callable[[Any], Any]]) -> dict:
        prepare, call = operation
        prepared = prepare()
        last.clear()
        send = client._client._client._pipeline._transport.send

        def noted(request: Any, **options: Any) -> Any:
            last.append(send(request, **options))
            return last[-1]

        client._client._client._pipeline._transport.send = noted
        call(prepared)
        del client._client._client._pipeline._transport.send
        answer = last[0]
        return {"status": answer.status_code, "headers": dict(answer.headers), "body": answer.text()}

    return client, record


def answer_as_before() -> None:
    """Let the vaults of this process repeat their first answer to each method and path."""
    from helpers.practice.key_vault.routes import KeyVault

    answers: dict[tuple[str, str], Any] = {}
    answer = KeyVault.answer

    def repeat(service: KeyVault, request: Any) -> Any:
        asked = request.method, request.path
        if "Authorization" not in request.headers:  # so that the client signs in
            return answer(service, request)
        if asked not in answers:
            answers[asked] = answer(service, request)
        return answers[asked]

    KeyVault.answer = repeat


def idle_side() -> tuple[Any, Callable[[dict], None]]:
    """The client of a server that does nothing, and a way to say what it answers."""
    port, ca, answer = serve_nothing()
    return client_of(port, ca), answer


def client_of(port: int | str, ca: str) -> Any:
    """A client of a server that does nothing."""
    from azure.core.credentials import AccessToken
    from azure.keyvault.secrets import SecretClient

    class Anybody:
        def get_token(self, *_scopes: str, **_options: object) -> AccessToken:
            return AccessToken("a-token", int(time.time()) + 3600)

    return SecretClient(f"https://localhost:{port}", Anybody(), verify_challenge_resource=False, connection_verify=ca)


def serve_nothing() -> tuple[int, str, Callable[[dict], None]]:
    """An HTTPS server that gives every request the same answer: its port, its CA's file, and how to set the answer."""
    import asyncio

    import trustme
    from tornado.httpserver import HTTPServer
    from tornado.httputil import HTTPHeaders, ResponseStartLine
    from tornado.testing import bind_unused_port

    challenge = 'Bearer authorization="https://login.microsoftonline.com/a-tenant", resource="https://vault.azure.net"'
    current: dict[str, Any] = {"status": 200, "headers": {}, "body": "{}"}
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    ca = tempfile.NamedTemporaryFile(suffix=".pem", delete=False)  # noqa: SIM115 - the client reads it by its name
    ca.write(authority.cert_pem.bytes())
    ca.close()
    sock, port = bind_unused_port()

    def respond(request: Any) -> None:
        status, headers, body = current["status"], HTTPHeaders(current["headers"]), current["body"].encode()
        if "Authorization" not in request.headers:
            status, headers, body = 401, HTTPHeaders({"WWW-Authenticate": challenge, "Content-Length": "0"}), b""
        request.connection.write_headers(ResponseStartLine("HTTP/1.1", status, ""), headers, body)
        request.connection.finish()

    async def serve() -> None:
        server = HTTPServer(respond, ssl_options=context)
        server.add_socket(sock)
        await asyncio.Event().wait()

    threading.Thread(target=lambda: asyncio.run(serve()), daemon=True).start()
    return port, ca.name, current.update


if __name__ == "__main__":
    main(sys.argv[1])
