"""The front door: an HTTPS proxy on 127.0.0.1 that hands the practice cloud's hosts to it, and relays all others.

`HTTPS_PROXY` leads every client here with `CONNECT host:port`. For a host that the practice cloud plays, the TLS
handshake is then answered here; for any other the bytes pass through untouched, so pip and git go on working.
"""

import asyncio
import base64
import contextlib
import hmac
import ssl
from collections.abc import Callable
from urllib.parse import unquote, urlsplit
from urllib.request import proxy_bypass_environment

from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPHeaders, parse_request_start_line
from tornado.iostream import IOStream, StreamClosedError
from tornado.tcpclient import TCPClient
from tornado.tcpserver import TCPServer

CONNECT_SECONDS = 20

# Sign-in, directory, resource manager and vaults, in every Azure cloud. While practice is on, no request for one of
# them may leave the machine by mistake.
AZURE_HOSTS = (
    *("login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn"),
    *("login.chinacloudapi.cn", "login.microsoft.com", "login.windows.net", "sts.windows.net"),
    *("graph.microsoft.com", "graph.microsoft.us", "graph.windows.net"),
    *("management.azure.com", "management.usgovcloudapi.net", "management.chinacloudapi.cn"),
    *("management.core.windows.net", "vault.azure.net", "vault.azure.cn", "vault.usgovcloudapi.net"),
)


class _Refused(Exception):
    """The front door's answer is no; the arguments are the status and the reason."""


class FrontDoor(TCPServer):
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
        super().__init__()
        self._practice = practice
        self._tls = tls
        self._resolves = resolves
        self._credentials = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
        self._upstream = urlsplit(upstream) if upstream else None
        self._no_proxy = no_proxy
        self._streams: set[IOStream] = set()

    async def handle_stream(self, stream: IOStream, address: tuple) -> None:
        """Serve one connection. Tornado calls this."""
        self._streams.add(stream)
        try:
            host, port = await self._read_connect(stream)
            if self._resolves(host):
                await self._let_in(stream, address)
            else:
                await self._relay(stream, host, port)
        except _Refused as refusal:
            await self._refuse(stream, *refusal.args)
        except (StreamClosedError, ssl.SSLError, OSError, ValueError):
            stream.close()  # the client went away, or speaks something else than HTTP and TLS
        finally:
            self._streams.discard(stream)

    def close(self) -> None:
        """Listen no more, and close what is open."""
        self.stop()
        for stream in list(self._streams):
            stream.close()

    async def _read_connect(self, stream: IOStream) -> tuple[str, int]:
        head = await asyncio.wait_for(stream.read_until(b"\r\n\r\n", max_bytes=65_536), CONNECT_SECONDS)
        first, _, rest = head.decode("latin-1").partition("\r\n")
        try:
            request = parse_request_start_line(first)
            headers = HTTPHeaders.parse(rest)
        except Exception:
            raise _Refused(400, "Bad Request") from None
        given = headers.get("Proxy-Authorization", "")
        if not hmac.compare_digest(given.encode(), self._credentials.encode()):
            raise _Refused(407, "Proxy Authentication Required")
        if request.method != "CONNECT":
            raise _Refused(405, "The practice front door takes CONNECT only")
        host, _, port = request.path.rpartition(":")
        if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65_536:
            raise _Refused(400, "Bad Request")
        return host.strip("[]").lower().rstrip("."), int(port)

    async def _let_in(self, stream: IOStream, address: tuple) -> None:
        await stream.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        encrypted = await asyncio.wait_for(stream.start_tls(True, self._tls), CONNECT_SECONDS)
        self._practice.handle_stream(encrypted, address)

    async def _relay(self, stream: IOStream, host: str, port: int) -> None:
        if any(host == azure or host.endswith(f".{azure}") for azure in AZURE_HOSTS):
            # What a client on Azure sees when a vault was never created: the name has no address.
            raise _Refused(502, f"The name {host} does not resolve in the practice cloud")
        try:
            remote = await asyncio.wait_for(self._reach(host, port), CONNECT_SECONDS)
        except (OSError, StreamClosedError, asyncio.TimeoutError):
            raise _Refused(502, f"Could not reach {host}") from None
        self._streams.add(remote)
        try:
            await stream.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await asyncio.gather(_pump(stream, remote), _pump(remote, stream))
        finally:
            self._streams.discard(remote)
            remote.close()
            stream.close()

    async def _reach(self, host: str, port: int) -> IOStream:
        upstream = self._upstream
        if upstream is None or proxy_bypass_environment(host, {"no": self._no_proxy}):
            return await TCPClient().connect(host, port)
        encrypted = {"ssl_options": ssl.create_default_context()} if upstream.scheme == "https" else {}
        default_port = 443 if encrypted else 80
        remote = await TCPClient().connect(upstream.hostname, upstream.port or default_port, **encrypted)
        target = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}"]
        if upstream.username:
            user_and_password = f"{unquote(upstream.username)}:{unquote(upstream.password or '')}"
            lines.append(f"Proxy-Authorization: Basic {base64.b64encode(user_and_password.encode()).decode()}")
        await remote.write("\r\n".join([*lines, "", ""]).encode())
        answer = (await remote.read_until(b"\r\n\r\n", max_bytes=65_536)).decode("latin-1").split(" ", 2)
        if len(answer) < 2 or answer[1] != "200":
            remote.close()
            raise OSError("the upstream proxy refused")
        return remote

    async def _refuse(self, stream: IOStream, status: int, reason: str) -> None:
        demand = 'Proxy-Authenticate: Basic realm="practice cloud"\r\n' if status == 407 else ""
        answer = f"HTTP/1.1 {status} {reason}\r\n{demand}Content-Length: 0\r\nConnection: close\r\n\r\n"
        with contextlib.suppress(StreamClosedError):
            await stream.write(answer.encode("latin-1", "replace"))
        stream.close()


async def _pump(source: IOStream, target: IOStream) -> None:
    """Pass bytes on until one side has no more, then end the other."""
    try:
        while True:
            await target.write(await source.read_bytes(65_536, partial=True))
    except StreamClosedError:
        target.close()
        source.close()
