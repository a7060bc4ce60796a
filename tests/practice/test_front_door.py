"""The front door: who gets in, what is relayed, what never leaves the machine; and it says nothing on the side."""

import http.client
import logging
import socket
import socketserver
import ssl
import threading
import time
from base64 import b64encode
from contextlib import contextmanager, suppress
from typing import ClassVar
from urllib.parse import urlsplit

import pytest
import trustme

from helpers.practice import PracticeCloud, front_door

from .conftest import HOST, Client


def ask_door(cloud, text):
    """Send text to the front door as it is, and give back all that it answers."""
    door = urlsplit(cloud.settings["HTTPS_PROXY"])
    with socket.create_connection((door.hostname, door.port), timeout=5) as connection:
        connection.sendall(text)
        answer = b""
        while received := connection.recv(65_536):
            answer += received
        return answer.decode()


def authorization(cloud):
    door = urlsplit(cloud.settings["HTTPS_PROXY"])
    return f"Proxy-Authorization: Basic {b64encode(f'{door.username}:{door.password}'.encode()).decode()}"


@pytest.mark.parametrize("header", ["X: y", "Proxy-Authorization: Basic cHJhY3RpY2U6eA==", "Proxy-Authorization: ü"])
def test_nobody_gets_in_without_the_password(cloud, header):
    for target in (f"{HOST}:443", "127.0.0.1:1"):
        answer = ask_door(cloud, f"CONNECT {target} HTTP/1.1\r\n{header}\r\n\r\n".encode())
        assert answer.startswith("HTTP/1.1 407 ")
        assert 'Proxy-Authenticate: Basic realm="practice cloud"\r\n' in answer


def test_a_client_that_goes_on_talking_reads_its_refusal_all_the_same(cloud):
    door = urlsplit(cloud.settings["HTTPS_PROXY"])
    with socket.create_connection((door.hostname, door.port), timeout=5) as connection:
        connection.sendall(f"CONNECT {HOST}:443 HTTP/1.1\r\n\r\n".encode())
        assert connection.recv(65_536, socket.MSG_PEEK).startswith(b"HTTP/1.1 407 ")
        connection.sendall(b"the beginning of a handshake" * 100)  # as Java does
        time.sleep(0.1)  # a reset would be here by now, and take the answer with it
        connection.sendall(b"and more of it")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 407 ")


def test_two_clouds_have_two_passwords(cloud):
    with PracticeCloud() as other:
        answer = ask_door(cloud, f"CONNECT {HOST}:443 HTTP/1.1\r\n{authorization(other)}\r\n\r\n".encode())
    assert answer.startswith("HTTP/1.1 407 ")


def test_it_listens_on_this_computer_only(cloud):
    port = urlsplit(cloud.settings["HTTPS_PROXY"]).port
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as other:
        other.bind(("127.0.0.2", port))  # free, so the door is not on 0.0.0.0
    with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as other, pytest.raises(ConnectionRefusedError):
        other.connect(("::1", port))


@pytest.mark.parametrize("target", ["nonsense", ":443", f"{HOST}:", f"{HOST}:0", f"{HOST}:65536", f"{HOST}:4²"])
def test_a_target_that_is_none_is_refused(cloud, target):
    answer = ask_door(cloud, f"CONNECT {target} HTTP/1.1\r\n{authorization(cloud)}\r\n\r\n".encode("latin-1"))
    assert answer.startswith("HTTP/1.1 400 ")


def test_only_connect_is_taken(cloud):
    answer = ask_door(cloud, f"GET http://example.org/ HTTP/1.1\r\n{authorization(cloud)}\r\n\r\n".encode())
    assert answer.startswith("HTTP/1.1 405 ")


@pytest.mark.parametrize(
    "host",
    [
        *("no-such-vault.vault.azure.net", "a.practice-vault.vault.azure.net", "vault.azure.net."),
        *("management.chinacloudapi.cn", "graph.windows.net", "westus2.login.microsoft.com", "LOGIN.WINDOWS.NET"),
        *("login.microsoftonline.de", "my.vault.azure.cn"),
        *("azcliprod.blob.core.windows.net", "dc.services.visualstudio.com"),
    ],
)
def test_an_azure_host_that_is_not_played_never_leaves_the_machine(cloud, host, monkeypatch):
    def reach(*_args):
        raise AssertionError("a request for Azure left the machine")

    monkeypatch.setattr(front_door.FrontDoor, "_reach", reach)
    answer = ask_door(cloud, f"CONNECT {host}:443 HTTP/1.1\r\n{authorization(cloud)}\r\n\r\n".encode())
    assert answer.startswith("HTTP/1.1 502 ")


@pytest.mark.parametrize(
    "host",
    [HOST, HOST.upper(), f"{HOST}.", "login.microsoftonline.com", "management.azure.com", "graph.microsoft.com"],
)
def test_a_host_that_is_played_is_known_in_every_spelling(cloud, host):
    answer = begin_connect(cloud, host)
    assert answer.startswith("HTTP/1.1 200 ")


def begin_connect(cloud, host):
    door = urlsplit(cloud.settings["HTTPS_PROXY"])
    with socket.create_connection((door.hostname, door.port), timeout=5) as connection:
        connection.sendall(f"CONNECT {host}:443 HTTP/1.1\r\n{authorization(cloud)}\r\n\r\n".encode())
        return connection.recv(65_536).decode()


class Echo(socketserver.BaseRequestHandler):
    """Answers each connection with all that it sent, once it has no more to send."""

    def handle(self):
        text = b""
        while received := self.request.recv(65_536):
            text += received
            if text.endswith(b"."):
                break
        self.request.sendall(text)


@contextmanager
def serving(handler, tls=None):
    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def get_request(self):
            connection, address = super().get_request()
            return (tls.wrap_socket(connection, server_side=True) if tls else connection), address

        def handle_error(self, *_):
            pass

    with Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def another_server():
    """A TLS server with a certificate of another CA: its port, and a client's context that trusts it alone."""
    authority = trustme.CA()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(tls)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    with serving(Echo, tls) as port:
        yield port, trusting


def echo_through(cloud, port, tls, text):
    connection = Client(cloud.settings).connect("localhost", tls)
    connection._tunnel_port = port
    connection.connect()
    try:
        connection.sock.sendall(text)
        answer = b""
        while len(answer) < len(text):
            answer += connection.sock.recv(65_536)
        return answer
    finally:
        connection.close()


def test_any_other_host_is_relayed_untouched_with_its_own_certificate(cloud):
    text = b"0123456789" * 100_000 + b"."
    with another_server() as (port, trusting):
        assert echo_through(cloud, port, trusting, text) == text


def test_a_client_that_has_no_more_to_send_still_gets_the_answer(cloud):
    door = urlsplit(cloud.settings["HTTPS_PROXY"])
    with serving(Echo) as port, socket.create_connection((door.hostname, door.port), timeout=5) as connection:
        connection.sendall(f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\n{authorization(cloud)}\r\n\r\n".encode())
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200 ")
        connection.sendall(b"a question")
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(65_536) == b"a question"
        assert connection.recv(65_536) == b""


@pytest.mark.parametrize("host", ["a..b", "a" * 64, "nul\0"])
def test_a_host_whose_name_is_none_is_refused(cloud, host, everything_logged):
    answer = ask_door(cloud, f"CONNECT {host}:443 HTTP/1.1\r\n{authorization(cloud)}\r\n\r\n".encode())
    assert answer.startswith(("HTTP/1.1 502 ", "HTTP/1.1 400 "))
    assert everything_logged() == []


def test_a_host_that_cannot_be_reached_is_refused(cloud):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        target = f"127.0.0.1:{unused.getsockname()[1]}"
        answer = ask_door(cloud, f"CONNECT {target} HTTP/1.1\r\n{authorization(cloud)}\r\n\r\n".encode())
    assert answer.startswith("HTTP/1.1 502 ")


class UpstreamProxy(socketserver.StreamRequestHandler):
    """A person's own proxy: takes CONNECT with the right password, and relays to the echo server."""

    asked: ClassVar[list[str]] = []
    expected = "Basic " + b64encode(b"me@work:p:ss").decode()

    def handle(self):
        target = self.rfile.readline().decode().split()[1]
        headers = http.client.parse_headers(self.rfile)
        self.asked.append(target)
        if headers["Proxy-Authorization"] != self.expected:
            self.wfile.write(b"HTTP/1.1 407 No\r\n\r\n")
            return
        host, _, port = target.rpartition(":")
        with socket.create_connection((host, int(port))) as remote:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
            thread = threading.Thread(target=self.pump, args=(remote, self.connection))
            thread.start()
            self.pump(self.connection, remote)
            thread.join()

    @staticmethod
    def pump(source, target):
        while received := source.recv(65_536):
            target.sendall(received)
        target.shutdown(socket.SHUT_WR)


@pytest.fixture
def upstream_proxy():
    UpstreamProxy.asked = []
    with serving(UpstreamProxy) as port:
        yield f"127.0.0.1:{port}"


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("scheme", ["http://", ""])
def test_a_persons_own_proxy_goes_on_being_used_for_other_hosts(upstream_proxy, monkeypatch, name, scheme):
    monkeypatch.setenv(name, f"{scheme}me%40work:p%3Ass@{upstream_proxy}")
    with PracticeCloud() as cloud, another_server() as (port, trusting):
        assert echo_through(cloud, port, trusting, b"hello.") == b"hello."
        assert UpstreamProxy.asked == [f"localhost:{port}"]
        Client(cloud.settings).ask("GET", "/secrets")
    assert UpstreamProxy.asked == [f"localhost:{port}"]


def test_what_is_not_for_a_persons_own_proxy_goes_past_it(upstream_proxy, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", f"http://{upstream_proxy}")
    monkeypatch.setenv("NO_PROXY", "localhost")
    with PracticeCloud() as cloud, another_server() as (port, trusting):
        assert echo_through(cloud, port, trusting, b"hello.") == b"hello."
    assert UpstreamProxy.asked == []


@pytest.mark.parametrize("proxy", ["http://me:wrong@{}", "http://127.0.0.1:1"])
def test_an_upstream_proxy_that_refuses_is_a_host_that_cannot_be_reached(upstream_proxy, monkeypatch, proxy):
    monkeypatch.setenv("HTTPS_PROXY", proxy.format(upstream_proxy))
    with PracticeCloud() as cloud:
        answer = ask_door(cloud, f"CONNECT localhost:1 HTTP/1.1\r\n{authorization(cloud)}\r\n\r\n".encode())
    assert answer.startswith("HTTP/1.1 502 ")


@pytest.mark.parametrize("proxy", ["http://[broken", "http://host:port", "socks5://127.0.0.1:1", "http://"])
def test_a_proxy_that_is_of_no_use_is_passed_by(monkeypatch, proxy):
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with PracticeCloud() as cloud, another_server() as (port, trusting):
        assert echo_through(cloud, port, trusting, b"hello.") == b"hello."


@pytest.fixture
def everything_logged(capfd):
    """What ends up before the reader's eyes: standard error, and whatever is logged by anybody."""
    records = []
    handler = logging.Handler()
    handler.emit = lambda record: records.append(record.getMessage())
    root = logging.getLogger()
    root.addHandler(handler)
    level = root.level
    root.setLevel(logging.DEBUG)
    yield lambda: [*records, *capfd.readouterr().err.splitlines()]
    root.removeHandler(handler)
    root.setLevel(level)


def speak_nonsense(cloud):
    assert ask_door(cloud, b"\x16\x03\x01 what?\r\n\r\n").startswith("HTTP/1.1 400 ")
    assert ask_door(cloud, b"a" * 70_000).startswith("HTTP/1.1 400 ")


def break_off(cloud):
    door = urlsplit(cloud.settings["HTTPS_PROXY"])
    for text in (b"", b"CONNECT ", f"CONNECT {HOST}:443 HTTP/1.1\r\n{authorization(cloud)}\r\n\r\n".encode()):
        with socket.create_connection((door.hostname, door.port), timeout=5) as connection:
            connection.sendall(text)
    begin_connect(cloud, HOST)


def speak_nonsense_in_place_of_tls(cloud):
    door = urlsplit(cloud.settings["HTTPS_PROXY"])
    with socket.create_connection((door.hostname, door.port), timeout=5) as connection:
        connection.sendall(f"CONNECT {HOST}:443 HTTP/1.1\r\n{authorization(cloud)}\r\n\r\n".encode())
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200 ")
        connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
        with suppress(ConnectionError):
            while connection.recv(65_536):
                pass


def speak_nonsense_within_tls(cloud):
    for text in (b"what?\r\n\r\n", b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", b"a" * 200_000 + b"\r\n\r\n"):
        connection = Client(cloud.settings).connect()
        connection.connect()
        try:
            connection.sock.sendall(text)
            while connection.sock.recv(65_536):
                pass
        except OSError:
            pass
        finally:
            connection.close()


def distrust_the_ca(cloud):
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        tls.maximum_version = version
        with pytest.raises(ssl.SSLCertVerificationError):
            Client(cloud.settings).connect(tls=tls).connect()


def send_a_body_that_is_no_form(cloud):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    for body in (b"\xff=\xff&" * 3000, b"--"):
        answer = Client(cloud.settings).send("POST", "/x/oauth2/v2.0/token", body, headers, "login.microsoftonline.com")
        assert answer.status == 400


def leave_during_the_answer(cloud):
    connection = Client(cloud.settings).connect()
    connection.request("GET", "/secrets?api-version=7.6")
    connection.sock.close()
    connection.close()


@pytest.mark.parametrize(
    "behave",
    [
        *(speak_nonsense, break_off, speak_nonsense_in_place_of_tls, speak_nonsense_within_tls, distrust_the_ca),
        *(send_a_body_that_is_no_form, leave_during_the_answer),
    ],
)
def test_a_client_that_behaves_badly_is_not_heard_of_and_does_no_harm(behave, everything_logged):
    with PracticeCloud() as cloud:
        behave(cloud)
        assert Client(cloud.settings).ask("GET", "/secrets").status == 200
    assert everything_logged() == []


def test_a_client_that_is_too_slow_is_let_go(monkeypatch, everything_logged):
    monkeypatch.setattr(front_door, "CONNECT_SECONDS", 0.1)
    with PracticeCloud() as cloud:
        door = urlsplit(cloud.settings["HTTPS_PROXY"])
        for text in (b"CONNECT", f"CONNECT {HOST}:443 HTTP/1.1\r\n{authorization(cloud)}\r\n\r\n".encode()):
            with socket.create_connection((door.hostname, door.port), timeout=5) as connection:
                connection.sendall(text)
                while connection.recv(65_536):
                    pass  # the door closes the connection: without that, the time-out above ends the test
    assert everything_logged() == []
