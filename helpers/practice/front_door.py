"""The front door: an HTTPS proxy on 127.0.0.1 that hands the practice cloud's hosts to it, and relays all others.

`HTTPS_PROXY` leads every client here with `CONNECT host:port`. For a host that the practice cloud plays, the TLS
handshake is then answered here; for any other the bytes pass through untouched, so pip and git go on working.
"""

import asyncio
import base64
import contextlib
import hmac
import re
import socket
import ssl
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined]  # typeshed leaves it out

from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPHeaders, parse_request_start_line
from tornado.iostream import SSLIOStream
from tornado.netutil import add_accept_handler, ssl_wrap_socket

from .identities import STORAGE_ACCOUNT

CONNECT_SECONDS = 20
MAX_HEAD_BYTES = 65_536
_LAST_SECONDS = 1  # for what a client that was refused has still to say

# Sign-in, directory, resource manager, vaults and managed HSMs, in every Azure cloud (the lists of azure-identity, MSAL
# and the Azure CLI); the practice storage account, whose name could be somebody's; and those that the Azure CLI asks
# for a newer version and tells what it was used for. While practice is on, no request for one of them may leave the
# machine. Other hosts of Azure (storage, databases, App Configuration) are the person's own business, and are relayed
# like any other.
AZURE_HOSTS = (
    # Sign-in.
    "login.microsoftonline.com",
    "login.microsoft.com",
    "login.windows.net",
    "sts.windows.net",
    "login.microsoftonline.us",
    "login.partner.microsoftonline.cn",
    "login.chinacloudapi.cn",
    "login.microsoftonline.de",
    "login.sovcloud-identity.fr",
    "login.sovcloud-identity.de",
    "login.sovcloud-identity.sg",
    "login.usgovcloudapi.net",
    # Directory.
    "graph.microsoft.com",
    "graph.microsoft.us",
    "dod-graph.microsoft.us",
    "microsoftgraph.chinacloudapi.cn",
    "graph.microsoft.de",
    "graph.svc.sovcloud.fr",
    "graph.windows.net",
    "graph.microsoftazure.us",
    "graph.chinacloudapi.cn",
    "graph.cloudapi.de",
    # Resource manager.
    "management.azure.com",
    "management.usgovcloudapi.net",
    "management.chinacloudapi.cn",
    "management.microsoftazure.de",
    "management.sovcloud-api.fr",
    "management.core.windows.net",
    "management.core.usgovcloudapi.net",
    "management.core.chinacloudapi.cn",
    "management.core.cloudapi.de",
    # Vaults and managed HSMs.
    "vault.azure.net",
    "vault.usgovcloudapi.net",
    "vault.azure.cn",
    "vault.microsoftazure.de",
    "vault.sovcloud-api.fr",
    "vaultcore.azure.net",
    "managedhsm.azure.net",
    "managedhsm.usgovcloudapi.net",
    "managedhsm.azure.cn",
    "managedhsm.microsoftazure.de",
    "managedhsm.sovcloud-api.fr",
    # Storage.
    f"{STORAGE_ACCOUNT}.blob.core.windows.net",
    # The Azure CLI's own.
    "azcliprod.blob.core.windows.net",
    "dc.services.visualstudio.com",
    "dc.applicationinsights.azure.com",
)

# A name or an address. The system's look-up would take some other spellings for a host above: "vªult" for "vault".
_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+")

_ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"
_Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class _RefusedError(Exception):
    """The front door's answer is no; the arguments are the status and the reason."""


class _PromptStream(SSLIOStream):
    """A TLS connection that acknowledges a request's head at once if a body follows, where the system lets it (Linux).

    Python's clients do not set TCP_NODELAY behind a proxy (urllib3's `HTTPConnection`), so they hold a request's body
    back until its head is acknowledged: 40 ms for each `set_secret`, measured, without this.
    """

    def read_from_fd(self, buf: bytearray | memoryview) -> int | None:
        """Read, as the stream does."""
        read = super().read_from_fd(buf)
        if read and hasattr(socket, "TCP_QUICKACK") and bytes(buf[:1]) == b"P":  # PUT, POST, PATCH
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        return read


class FrontDoor:
    """The proxy.

    Args:
        practice: The HTTP server that plays the practice cloud's hosts.
        tls: What to answer a TLS handshake for those hosts with.
        resolves: Whether the practice cloud plays a host of this name.
        user, password: What a client must give, so that other users of this machine stay out.
        upstream: The person's own proxy (a URL), or None to reach other hosts directly.
        no_proxy: The hosts that the person's own proxy is not for, as `NO_PROXY` lists them.
    """

    def __init__(
        self,
        practice: HTTPServer,
        tls: ssl.SSLContext,
        resolves: Callable[[str], bool],
        user: str,
        password: str,
        upstream: str | None = None,
        no_proxy: str = "",
    ):
        self._practice = practice
        self._tls = tls
        self._resolves = resolves
        self._credentials = _basic(user, password)
        self._upstream = urlsplit(upstream) if upstream else None
        self._no_proxy = no_proxy
        self._connections: set[asyncio.Task[None]] = set()

    def open(self, listening: socket.socket) -> None:
        """Take in whoever connects to a listening socket, from the loop that this is called in."""
        self._stop_accepting = add_accept_handler(listening, self._accept)

    async def close(self) -> None:
        """Take in nobody more, and close what is open; the practice server's connections are its own to close."""
        self._stop_accepting()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    def _accept(self, connection: socket.socket, address: Any) -> None:
        task = asyncio.ensure_future(self._serve(connection, address))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)

    async def _serve(self, connection: socket.socket, address: Any) -> None:
        connection.setblocking(False)
        try:
            host, port = await asyncio.wait_for(self._read_connect(connection), CONNECT_SECONDS)
            if self._resolves(host):
                await self._let_in(connection, address)
            else:
                await self._relay(connection, host, port)
        except _RefusedError as refusal:
            await self._refuse(connection, *refusal.args)
        except (OSError, asyncio.TimeoutError):
            pass  # the client went away, is too slow, or speaks something else than HTTP and TLS
        finally:
            connection.close()

    async def _read_connect(self, connection: socket.socket) -> tuple[str, int]:
        head = b""
        while b"\r\n\r\n" not in head:
            received = await asyncio.get_running_loop().sock_recv(connection, MAX_HEAD_BYTES)
            if not received:
                raise ConnectionResetError
            head += received
            if len(head) > MAX_HEAD_BYTES:
                raise _RefusedError(400, "Bad Request")
        first, _, rest = head.decode("latin-1").partition("\r\n")
        try:
            request = parse_request_start_line(first)
            headers = HTTPHeaders.parse(rest.partition("\r\n\r\n")[0])
        except Exception:
            raise _RefusedError(400, "Bad Request") from None
        given = headers.get("Proxy-Authorization", "")
        if not hmac.compare_digest(given.encode(), self._credentials.encode()):
            raise _RefusedError(407, "Proxy Authentication Required")
        if request.method != "CONNECT":
            raise _RefusedError(405, "The practice front door takes CONNECT only")
        host, _, port = request.path.rpartition(":")
        host = host.strip("[]").lower().rstrip(".")
        # Bytes that come before the answer to CONNECT would be lost: no client sends any.
        early = not head.endswith(b"\r\n\r\n")
        if early or not _HOST.fullmatch(host) or not re.fullmatch("[0-9]{1,5}", port) or not 0 < int(port) < 65_536:
            raise _RefusedError(400, "Bad Request")
        return host, int(port)

    async def _let_in(self, connection: socket.socket, address: Any) -> None:
        await asyncio.get_running_loop().sock_sendall(connection, _ESTABLISHED)
        encrypted = ssl_wrap_socket(connection, self._tls, server_side=True, do_handshake_on_connect=False)
        stream = _PromptStream(encrypted, ssl_options=self._tls)
        try:
            await asyncio.wait_for(stream.wait_for_handshake(), CONNECT_SECONDS)
        except BaseException:
            stream.close()
            raise
        self._practice.handle_stream(stream, address)

    async def _relay(self, connection: socket.socket, host: str, port: int) -> None:
        if any(host == azure or host.endswith(f".{azure}") for azure in AZURE_HOSTS):
            # What a client on Azure sees when a vault was never created: the name has no address.
            raise _RefusedError(502, f"The name {host} does not resolve in the practice cloud")
        try:
            remote = await asyncio.wait_for(self._reach(host, port), CONNECT_SECONDS)
        except (OSError, ValueError, asyncio.TimeoutError):  # a ValueError: no name that DNS could have
            raise _RefusedError(502, f"Could not reach {host}") from None
        # From here on the stream, not the caller, closes the socket: when all that is under way has been sent.
        local = await asyncio.open_connection(sock=socket.socket(fileno=connection.detach()))
        try:
            local[1].write(_ESTABLISHED)
            await asyncio.gather(_pump(local[0], remote[1]), _pump(remote[0], local[1]))
        except asyncio.CancelledError:
            local[1].transport.abort()
            remote[1].transport.abort()
            raise
        finally:
            local[1].close()
            remote[1].close()

    async def _reach(self, host: str, port: int) -> _Streams:
        upstream = self._upstream
        if upstream is None or proxy_bypass_environment(host, {"no": self._no_proxy}):
            return await asyncio.open_connection(host, port)
        tls = ssl.create_default_context() if upstream.scheme == "https" else None
        upstream_port = upstream.port or (443 if tls else 80)
        reader, writer = await asyncio.open_connection(upstream.hostname, upstream_port, ssl=tls)
        try:
            target = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
            lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}"]
            if upstream.username:
                user_and_password = unquote(upstream.username), unquote(upstream.password or "")
                lines.append(f"Proxy-Authorization: {_basic(*user_and_password)}")
            writer.write("\r\n".join([*lines, "", ""]).encode())
            answer = (await _read_head(reader)).split(" ", 2)
            if len(answer) < 2 or answer[1] != "200":
                raise OSError("the upstream proxy refused")
        except BaseException:
            writer.transport.abort()
            raise
        return reader, writer

    async def _refuse(self, connection: socket.socket, status: int, reason: str) -> None:
        demand = 'Proxy-Authenticate: Basic realm="practice cloud"\r\n' if status == 407 else ""
        answer = f"HTTP/1.1 {status} {reason}\r\n{demand}Content-Length: 0\r\nConnection: close\r\n\r\n"
        loop = asyncio.get_running_loop()
        with contextlib.suppress(OSError, asyncio.TimeoutError):
            await loop.sock_sendall(connection, answer.encode("latin-1", "replace"))
            # Java sends the beginning of its TLS handshake even then. To close at once would reset the connection, and
            # 3 of 100 times, measured, Java sees that before it has read the answer.
            connection.shutdown(socket.SHUT_WR)
            while await asyncio.wait_for(loop.sock_recv(connection, MAX_HEAD_BYTES), _LAST_SECONDS):
                pass


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


async def _read_head(reader: asyncio.StreamReader) -> str:
    try:
        return (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        raise OSError("the upstream proxy gives no answer") from None


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Pass bytes on until the source has no more, then tell the target so."""
    try:
        while received := await source.read(65_536):
            target.write(received)
            await target.drain()
        if target.can_write_eof():
            target.write_eof()  # the other direction may still be under way
        else:
            target.close()
    except OSError:
        target.close()
