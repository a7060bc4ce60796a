"""The practice cloud's life: start, ready, stop. It serves from a daemon thread of this process, on 127.0.0.1 only."""

import asyncio
import os
import secrets
import shutil
import socket
import ssl
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from pathlib import Path

import trustme
from tornado.httpserver import HTTPServer

from . import clouds, directory, environment, key_vault, resource_manager, sign_in, storage
from .clouds import CLOUDS
from .conditions import Conditions
from .errors import PracticeError
from .front_door import FrontDoor
from .identities import PROGRAMS
from .server import THREAD_NAME, make_server
from .service import Service
from .sign_in.tokens import Tokens
from .state import vaults
from .state.store import Store


class PracticeCloud:
    """A practice cloud that is ready to answer. Use it in a `with` block, or call `stop`.

    Args:
        port: The front door's port; 0 takes a free one.

    Attributes:
        settings: The environment variables for a program that is to use it; None means to remove the variable.
        conditions: What it rehearses. Put other `Conditions` there at any time, from any thread.

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
            with self._store.reading() as state:
                client_secrets = {one.name: tokens.client_secret(state, one.object_id) for one in PROGRAMS}
            authority = trustme.CA(organization_name="Key Vault notebooks, practice cloud")
            password = secrets.token_urlsafe(24)
            with _telling_of_certificates():
                self.settings = environment.settings(
                    earlier,
                    proxy_url=f"http://practice:{password}@127.0.0.1:{listening.getsockname()[1]}",
                    ca=authority.cert_pem.bytes(),
                    folder=folder,
                    az_folder=self._store.path.parent / "az",
                    client_secrets=client_secrets,
                )
            self._services: dict[str, Service] = {
                resource_manager.HOST: resource_manager.ResourceManager(self._store, tokens),
                directory.HOST: directory.Directory(self._store, tokens),
                storage.HOST: storage.Storage(self._store, tokens),
            }
            for one in CLOUDS.values():
                service = sign_in.SignIn(self._store, tokens, one)
                self._services |= dict.fromkeys((one.sign_in, *one.aliases), service)
            self._vaults = key_vault.KeyVault(self._store, tokens)
            server = make_server(self._service_of)
            upstream, no_proxy = environment.earlier_proxy(earlier)
            tls = _tls(authority, [*self._services, *(f"*.{one.vaults}" for one in CLOUDS.values())])
            door = FrontDoor(server, tls, self._resolves, "practice", password, upstream, no_proxy)
            self._process: int | None = os.getpid()
            self._serve_in_thread(listening, door, server)
            self._opened = opened.pop_all()

    @property
    def conditions(self) -> Conditions:
        """What it rehearses."""
        return self._store.conditions

    @conditions.setter
    def conditions(self, conditions: Conditions) -> None:
        self._store.conditions = conditions

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

        self._thread = threading.Thread(target=run, name=THREAD_NAME, daemon=True)
        self._thread.start()
        ready.result()

    def _service_of(self, host: str) -> Service | None:
        if host in self._services:
            return self._services[host]
        return self._vaults if clouds.of_vault(host) else None

    def _resolves(self, host: str) -> bool:
        found = clouds.of_vault(host)
        if found is None:
            return host in self._services
        name, cloud = found
        try:
            with self._store.reading() as state:
                return vaults.find_active(state, name, cloud) is not None
        except PracticeError:
            return True  # let the client in, so that the vault can say what is wrong


def _listen(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if sys.platform == "win32":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        listening.listen(128)
    except (OSError, OverflowError) as error:
        listening.close()
        reason = getattr(error, "strerror", None) or error
        raise PracticeError(
            "The practice cloud can't use port {port} on this computer ({reason}). Choose another "
            "port, or leave it out to use a free one.",
            port=port,
            reason=reason,
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
            "The practice cloud can't keep its certificates in the temporary folder ({error}). Make "
            "room on the disk, or set TMPDIR to a folder that you can write to, then start again.",
            error=error,
        ) from None


def _tls(authority: trustme.CA, hosts: list[str]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*hosts).configure_cert(context)
    return context
