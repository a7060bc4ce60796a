"""The practice cloud's life: start, ready, stop. It serves from a daemon thread of this process, on 127.0.0.1 only."""

import asyncio
import logging
import os
import re
import secrets
import shutil
import socket
import ssl
import tempfile
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from pathlib import Path

import trustme
from tornado.httpserver import HTTPServer
from tornado.web import Application

from . import environment
from .defaults import OBJECT_ID, lesson_settings
from .directory import wire as directory_wire
from .errors import PracticeError
from .front_door import FrontDoor
from .key_vault import wire as key_vault_wire
from .key_vault.permissions import vault_exists
from .key_vault.vault import delete_seconds
from .resource_manager import wire as resource_manager_wire
from .service import NowhereHandler
from .sign_in import wire as sign_in_wire
from .sign_in.tokens import Tokens
from .store import Store

_HOSTS = (sign_in_wire.HOST, resource_manager_wire.HOST, directory_wire.HOST)
MAX_BODY_BYTES = 32 * 1024 * 1024  # a value that is far too large still gets the service's answer
THREAD_NAME = "practice-cloud"


class PracticeCloud:
    """A practice cloud that is ready to answer. Use it in a `with` block, or call `stop`.

    Args:
        port: The front door's port; 0 takes a free one.

    Attributes:
        settings: The environment variables for a program that is to use it; None means to remove the variable.

    Raises:
        PracticeError: the state or a setting cannot be used, or the port is taken.
    """

    def __init__(self, port: int = 0):
        earlier = dict(os.environ)
        with ExitStack() as opened:
            listening = opened.enter_context(_listen(port))
            self._store = Store()
            opened.callback(self._store.close)
            folder = _private_folder()
            opened.callback(shutil.rmtree, folder, ignore_errors=True)
            tokens = Tokens(self._store)
            application = _application(self._store, tokens, delete_seconds())
            authority = trustme.CA(organization_name="Key Vault notebooks, practice cloud")
            password = secrets.token_urlsafe(24)
            with _telling_of_certificates():
                self.settings = environment.settings(
                    earlier,
                    proxy_url=f"http://practice:{password}@127.0.0.1:{listening.getsockname()[1]}",
                    ca=authority.cert_pem.bytes(),
                    folder=folder,
                    az_folder=self._store.path.parent / "az",
                    client_secret=tokens.client_secret(OBJECT_ID),
                )
            self.settings |= lesson_settings(tokens.client_secret)
            server = HTTPServer(application, max_body_size=MAX_BODY_BYTES)
            upstream, no_proxy = environment.earlier_proxy(earlier)
            door = FrontDoor(server, _tls(authority), self._resolves, "practice", password, upstream, no_proxy)
            self._process: int | None = os.getpid()
            self._serve_in_thread(listening, door, server)
            self._opened = opened.pop_all()

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
        if self._process != os.getpid():  # stopped before; or a fork, whose parent goes on using all of it
            return
        self._process = None
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join()
        self._opened.close()

    def __enter__(self) -> "PracticeCloud":
        return self

    def __exit__(self, *_exc_info: object) -> None:
        self.stop()

    def _serve_in_thread(self, listening: socket.socket, door: FrontDoor, server: HTTPServer) -> None:
        ready: Future[None] = Future()

        async def serve() -> None:
            self._stopped = asyncio.Event()
            door.open(listening)
            ready.set_result(None)
            await self._stopped.wait()
            await door.close()
            await server.close_all_connections()
            await asyncio.sleep(0)  # what was closed says so to the loop on its next turn

        def run() -> None:
            # Tornado needs a selector loop, which is not the default on Windows.
            self._loop = asyncio.SelectorEventLoop()
            try:
                self._loop.run_until_complete(serve())
            except Exception as error:
                if ready.done():
                    raise
                ready.set_exception(error)
            finally:
                self._loop.close()

        _keep_quiet()
        self._thread = threading.Thread(target=run, name=THREAD_NAME, daemon=True)
        self._thread.start()
        ready.result()

    def _resolves(self, host: str) -> bool:
        if host in _HOSTS:
            return True
        name, dot, rest = host.partition(".")
        if f"{dot}{rest}" != key_vault_wire.HOST_SUFFIX:
            return False
        try:
            return vault_exists(self._store, name)
        except PracticeError:
            return True  # let the client in, so that the vault can say what is wrong


def _listen(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if os.name == "nt":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        listening.listen(128)
    except (OSError, OverflowError) as error:
        listening.close()
        reason = getattr(error, "strerror", None) or error
        raise PracticeError(
            f"The practice cloud cannot use port {port} of this computer ({reason}). "
            "Choose another port, or leave it out to take a free one."
        ) from None
    listening.setblocking(False)
    return listening


def _private_folder() -> Path:
    with _telling_of_certificates():
        return Path(tempfile.mkdtemp(prefix="practice-cloud-"))


@contextmanager
def _telling_of_certificates() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PracticeError(
            f"The practice cloud cannot keep its certificates in the temporary folder ({error}). "
            "Make room on the disk, or set TMPDIR to a folder that you can write to, then start again."
        ) from None


def _tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*_HOSTS, f"*{key_vault_wire.HOST_SUFFIX}").configure_cert(context)
    return context


def _application(store: Store, tokens: Tokens, wait: float) -> Application:
    application = Application(default_handler_class=NowhereHandler, log_function=lambda _handler: None)
    application.add_handlers(re.escape(sign_in_wire.HOST), sign_in_wire.routes(tokens))
    application.add_handlers(re.escape(resource_manager_wire.HOST), resource_manager_wire.routes(store, tokens))
    application.add_handlers(re.escape(directory_wire.HOST), directory_wire.routes(store, tokens))
    vaults = r"[a-z0-9-]+" + key_vault_wire.HOST_SUFFIX.replace(".", r"\.")
    application.add_handlers(vaults, key_vault_wire.routes(store, tokens, wait))
    return application


def _keep_quiet() -> None:
    """Log nothing from the thread: a broken-off handshake, say, would show up in the learner's notebook."""
    for name in ("tornado.access", "tornado.application", "tornado.general", "asyncio"):
        logging.getLogger(name).addFilter(_is_elsewhere)


def _is_elsewhere(record: logging.LogRecord) -> bool:
    return record.threadName != THREAD_NAME
