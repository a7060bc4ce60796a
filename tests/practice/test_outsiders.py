"""Nobody else gets in, and nothing meant for Azure gets out: other users of this computer, and each host and route."""

import os
import re
import socket
import stat
import tempfile
from base64 import b64encode
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from helpers.practice import PracticeCloud, front_door
from helpers.practice.clouds import CLOUDS
from helpers.practice.front_door import AZURE_HOSTS
from helpers.practice.key_vault.routes import ROUTES

from .bad_requests import HOSTS

METHODS = ("GET", "PUT", "PATCH", "POST", "DELETE", "HEAD", "OPTIONS")
PLAYED = {host.name for host in HOSTS} | {host for cloud in CLOUDS.values() for host in (cloud.sign_in, *cloud.aliases)}


@pytest.mark.parametrize("name", ["name", "restore"])
def test_no_address_of_a_vault_answers_without_a_token(client, name):
    client.ask("PUT", f"/secrets/{name}", {"value": "fake"})
    paths = {re.sub(r"\{\w+\}", name, route.path) for route in ROUTES.rows} | {"/else"}
    assert len(paths) >= 9
    for path in sorted(f"{path}?api-version=7.6" for path in paths):
        for method in METHODS:
            answer = client.send(method, path, b"{}", {"Content-Type": "application/json"})
            assert answer.status == 401, (method, path)
            assert answer.headers["Www-Authenticate"].startswith("Bearer "), (method, path)
    assert client.ask("GET", f"/secrets/{name}/").status == 200


@pytest.mark.parametrize("host", [host for host in HOSTS if host.scope], ids=lambda host: host.name)
def test_no_operation_is_done_without_a_token_for_its_service(client, host):
    for_another = client.sign_in(scope="https://database.windows.net/.default").body["access_token"]
    for authorization in (None, "Bearer nonsense", f"Bearer {for_another}"):
        headers = {"Content-Type": "application/json"} | ({"Authorization": authorization} if authorization else {})
        for method, path, body in host.operations:
            path = re.sub(r"\{\w+\}", "name", path)
            answer = client.send(method, path, body and b"{}", headers, host.name)
            assert answer.status == 401, (method, path, authorization)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no permission bits")
@pytest.mark.parametrize("folder_of_the_users_own", [False, True])
def test_another_user_can_read_nothing_of_a_running_cloud(
    state_folder, tmp_path, monkeypatch, client_of, folder_of_the_users_own
):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    earlier = os.umask(0)
    try:
        if folder_of_the_users_own:
            state_folder.mkdir()
        with PracticeCloud() as cloud:
            client_of(cloud.settings).ask("PUT", "/secrets/name", {"value": "fake"})
            files = [state_folder / f"practice.sqlite3{ending}" for ending in ("", "-wal", "-shm")]
            private = [*files, Path(cloud.settings["AZURE_CONFIG_DIR"]), Path(cloud.settings["SSL_CERT_FILE"]).parent]
            assert [stat.S_IMODE(path.stat().st_mode) & 0o077 for path in private] == [0] * len(private)
            # Whatever else is there lies in one of these.
            assert {*state_folder.iterdir(), *temporary.iterdir()} == set(private)
            assert folder_of_the_users_own or stat.S_IMODE(state_folder.stat().st_mode) == 0o700
    finally:
        os.umask(earlier)


@pytest.fixture
def ask_for(cloud, monkeypatch):
    """Ask the front door for a host: the status of its answer, or the host that it would have gone to."""
    reached = []

    async def reach(_self, host, _port):
        reached.append(host)
        raise OSError

    monkeypatch.setattr(front_door.FrontDoor, "_reach", reach)
    door = urlsplit(cloud.settings["HTTPS_PROXY"])
    credentials = b64encode(f"{door.username}:{door.password}".encode()).decode()

    def ask(host):
        reached.clear()
        with socket.create_connection((door.hostname, door.port), timeout=5) as connection:
            head = f"CONNECT {host}:443 HTTP/1.1\r\nProxy-Authorization: Basic {credentials}\r\n\r\n"
            connection.sendall(head.encode("latin-1"))
            status = int(connection.recv(65_536)[9:12])
        return reached[0] if reached else status

    return ask


def test_no_host_of_azure_that_is_not_played_is_gone_to(ask_for):
    for azure in AZURE_HOSTS:
        under = (f"a.{azure}", f"a.b.{azure}.", f"no-such-vault.{azure}", f"[{azure}]x")
        for host in (azure, azure.upper(), f"{azure}.", f"{azure}..", f"[{azure}]", *under):
            expected = {200} if host.lower().strip("[].") in PLAYED else {400, 502}
            assert ask_for(host) in expected, host


def test_a_host_that_a_look_up_could_take_for_azures_is_not_gone_to(ask_for):
    for host in ("v\xaault.azure.net", "login.w\xadindows.net", "management.azure.com\xa0", "\xb5.vault.azure.net"):
        assert ask_for(host) == 400, host
    for end in (":443", "/", "%2e", "%00", "\\", "@example.org", "#", "?", "~", "\x0b", "\x7f", ",example.org"):
        assert ask_for(f"login.windows.net{end}") == 400, end


def test_other_hosts_are_gone_to(ask_for):
    others = ("example.org", "azure.example", "notvault.azure.net", "files.pythonhosted.org", "xn--bcher-kva.de", "a_b")
    for host in (*others, "10.0.0.1", "::1"):
        assert ask_for(host) == host
    assert ask_for("[fe80::1]") == "fe80::1"


@pytest.mark.parametrize("names", [("NO_PROXY",), ("no_proxy",), ("NO_PROXY", "no_proxy")])
def test_what_a_client_makes_of_the_environment_leads_to_the_front_door(monkeypatch, names):
    proxies = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy")
    for value in ("*", ".azure.net", "net", "com", ".com,.net", "practice-vault.vault.azure.net:443", " * , a"):
        with monkeypatch.context() as patched:
            for name in names:
                patched.setenv(name, value)
            for name in proxies:
                patched.setenv(name, "http://127.0.0.1:1")
            with PracticeCloud() as cloud:
                for name, setting in cloud.settings.items():
                    patched.delenv(name, raising=False) if setting is None else patched.setenv(name, setting)
                for azure in AZURE_HOSTS:
                    for url in (f"https://{azure}/", f"https://practice-vault.{azure}:443/"):
                        chosen = requests.utils.select_proxy(url, requests.utils.get_environ_proxies(url))
                        assert chosen == cloud.settings["HTTPS_PROXY"], (value, url)
