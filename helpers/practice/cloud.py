"""The practice cloud's life: start, ready, stop. It serves from a daemon thread of this process, on 127.0.0.1 only."""

import asyncio
import os
import secrets
import socket
import ssl
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path

import trustme
from tornado.httpserver import HTTPServer
from tornado.web import Application

from . import environment
from .errors import PracticeError
from .front_door import FrontDoor
from .key_vault import wire as key_vault_wire
from .key_vault.vault import delete_seconds, vault_exists
from .sign_in import wire as sign_in_wire
from .sign_in.tokens import Tokens
from .store import Store

MAX_BODY_BYTES = 1024 * 1024


class PracticeCloud:
    """A practice cloud that is ready to answer. Use it in a `with` block, or call `stop`.

    Args:
        port: The front door's port; 0 takes a free one.

    Attributes:
        settings: The environment variables for a program that is to use it; None means to remove the variable.

    Raises:
        PracticeError: the state cannot be used, or the port is taken.
    """

    def __init__(self, port: int = 0):
        earlier = dict(os.environ)
        listening = _listen(port)
        self._folder = tempfile.TemporaryDirectory(prefix="practice-cloud-")
        try:
            self._store = Store()
            tokens = Tokens(self._store)
            wait = delete_seconds()
        except BaseException:
            listening.close()
            self._folder.cleanup()
            raise
        authority = trustme.CA(organization_name="Key Vault notebooks, practice cloud")
        password = secrets.token_urlsafe(24)
        self._application = _application(self._store, tokens, wait)
        self.settings = environment.settings(
            earlier,
            proxy_url=f"http://practice:{password}@127.0.0.1:{listening.getsockname()[1]}",
            ca=authority.cert_pem.bytes(),
            folder=Path(self._folder.name),
            client_secret=tokens.client_secret,
        )
        self._loop: asyncio.AbstractEventLoop | None = None
        self._serve_in_thread(listening, _tls(authority), password, earlier)

    def environment(self, of: Mapping[str, str] | None = None) -> dict[str, str]:
        """A whole environment for another program: this process's (or the given one) with the settings."""
        whole = dict(os.environ if of is None else of)
        for name, value in self.settings.items():
            if value is None:
                whole.pop(name, None)
            else:
                whole[name] = value
        return whole

    def stop(self) -> None:
        """End the thread, close what is open, and remove the certificates. A second call does nothing."""
        if self._loop is None:
            return
        loop, self._loop = self._loop, None
        loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join()
        self._store.close()
        self._folder.cleanup()

    def __enter__(self) -> "PracticeCloud":
        return self

    def __exit__(self, *_exc_info: object) -> None:
        self.stop()

    def _serve_in_thread(self, listening: socket.socket, tls: ssl.SSLContext, password: str, earlier: dict) -> None:
        ready = threading.Event()

        async def serve() -> None:
            self._stopped = asyncio.Event()
            server = HTTPServer(self._application, max_body_size=MAX_BODY_BYTES)
            upstream, no_proxy = environment.earlier_proxy(earlier)
            door = FrontDoor(server, tls, self._resolves, "practice", password, upstream, no_proxy)
            door.add_sockets([listening])
            ready.set()
            await self._stopped.wait()
            door.close()
            await server.close_all_connections()

        # Tornado needs a selector loop, which is not the default on Windows.
        self._loop = loop = asyncio.SelectorEventLoop()

        def run() -> None:
            loop.run_until_complete(serve())
            loop.close()

        self._thread = threading.Thread(target=run, name="practice-cloud", daemon=True)
        self._thread.start()
        ready.wait()

    def _resolves(self, host: str) -> bool:
        if host == sign_in_wire.HOST:
            return True
        name, dot, rest = host.partition(".")
        return f"{dot}{rest}" == key_vault_wire.HOST_SUFFIX and vault_exists(self._store, name)


def _listen(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name != "nt":
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
    except OSError as error:
        listening.close()
        raise PracticeError(
            f"The practice cloud cannot use port {port} of this computer ({error.strerror}). "
            "Choose another port, or leave it out to take a free one."
        ) from None
    listening.setblocking(False)
    listening.listen(128)
    return listening


def _tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(sign_in_wire.HOST, f"*{key_vault_wire.HOST_SUFFIX}").configure_cert(context)
    return context


def _application(store: Store, tokens: Tokens, wait: float) -> Application:
    application = Application(log_function=lambda _handler: None)  # a log line would show up in the notebook
    application.add_handlers(sign_in_wire.HOST.replace(".", r"\."), sign_in_wire.routes(tokens))
    vaults = r"[a-z0-9-]+" + key_vault_wire.HOST_SUFFIX.replace(".", r"\.")
    application.add_handlers(vaults, key_vault_wire.routes(store, tokens, wait))
    return application
