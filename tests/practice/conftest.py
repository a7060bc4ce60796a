"""What the practice cloud's tests share: an environment without surprises, and a plain HTTPS client for it."""

import http.client
import json
import ssl
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from helpers import practice

ROOT = Path(__file__).parents[2]
HOST = f"{practice.DEFAULT_VAULT}.vault.azure.net"


@pytest.fixture(autouse=True)
def alone(state_folder):
    """No test sees another's state, or what else the environment leads to."""


@dataclass
class Answer:
    """An HTTP answer, its body read from JSON; None for another one, or none."""

    status: int
    headers: dict[str, str]
    body: dict | None


class Client:
    """A plain HTTPS client that comes in by the front door, as all clients do."""

    def __init__(self, settings):
        self._settings = settings
        self._tls = ssl.create_default_context(cafile=settings["SSL_CERT_FILE"])
        self._token = None

    def connect(self, host=HOST, tls=None, timeout=10):
        """A connection to a host; nothing is sent yet."""
        door = urlsplit(self._settings["HTTPS_PROXY"])
        connection = http.client.HTTPSConnection(door.hostname, door.port, context=tls or self._tls, timeout=timeout)
        credentials = b64encode(f"{door.username}:{door.password}".encode()).decode()
        connection.set_tunnel(host, 443, {"Proxy-Authorization": f"Basic {credentials}"})
        return connection

    def send(self, method, path, body=None, headers=(), host=HOST):
        """Send a request as it is."""
        connection = self.connect(host)
        try:
            connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            content = answer.read()
            is_json = answer.getheader("Content-Type", "").startswith("application/json")
            return Answer(
                answer.status, dict(answer.getheaders()), json.loads(content) if content and is_json else None
            )
        finally:
            connection.close()

    def sign_in(self, tenant=None, host="login.microsoftonline.com", **changes):
        """Ask for a token, as azure-identity does."""
        form = {
            "grant_type": "client_credentials",
            "client_id": self._settings["AZURE_CLIENT_ID"],
            "client_secret": self._settings["AZURE_CLIENT_SECRET"],
            "scope": "https://vault.azure.net/.default",
            **changes,
        }
        path = f"/{tenant or self._settings['AZURE_TENANT_ID']}/oauth2/v2.0/token"
        return self.send("POST", path, urlencode(form), {"Content-Type": "application/x-www-form-urlencoded"}, host)

    def ask(self, method, path, body=None, headers=(), **more):
        """Send a request to the vault, signed in and with an api-version. A body is sent as JSON."""
        if self._token is None:
            self._token = self.sign_in().body["access_token"]
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json", **dict(headers)}
        if "api-version" not in path:
            path += ("&" if "?" in path else "?") + "api-version=2026-04-01"
        return self.send(method, path, None if body is None else json.dumps(body), headers, **more)


@pytest.fixture
def client(cloud):
    """A plain client of the running cloud."""
    return Client(cloud.settings)


@pytest.fixture
def client_of():
    """A plain client of any cloud, given its settings."""
    return Client


@pytest.fixture
def clock(monkeypatch):
    """The practice cloud's clock, which the test can move: `clock.forward(seconds)`."""
    from helpers.practice import clock as real

    at = real.wall_time

    class Clock:
        ahead = 0.0

        def forward(self, seconds):
            self.ahead += seconds

    moved = Clock()
    monkeypatch.setattr(real, "wall_time", lambda: at() + moved.ahead)
    return moved
