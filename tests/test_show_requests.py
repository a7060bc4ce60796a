"""What the cells sent: all of it, in order, and nothing of a value or a token, neither shown nor kept."""

import asyncio
import io
import json
import logging
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from urllib.parse import unquote

import azure.identity.aio
import azure.keyvault.secrets.aio
import pytest
from azure.core.exceptions import AzureError, ResourceNotFoundError
from azure.core.settings import settings
from azure.core.tracing import AbstractSpan
from azure.identity import DefaultAzureCredential
from azure.keyvault.secrets import SecretClient
from azure.keyvault.secrets._shared import http_challenge_cache

from helpers import request_recorder, sequence_diagram, show_requests
from helpers.request_recorder import MOST, _Span
from tests import notebooks
from tests.requests_of_snippets import html, kept, listening

VALUE = "not-a-real-secret-5d0c77"
SIGN_IN = """\
  {}  Sign-in  GET …/v2.0/.well-known/openid-configuration  200 OK
  {}  Sign-in  POST …/oauth2/v2.0/token                     200 OK"""


@pytest.fixture
def recorder(started, monkeypatch):
    """The recorder as `connect` starts it, with nothing in it. Afterwards the SDK is as it was."""
    monkeypatch.setattr(request_recorder, "_this", request_recorder._Cell())
    monkeypatch.setattr(request_recorder, "_before", request_recorder._Cell())
    http_challenge_cache.clear()  # each test's first call is the first one to this vault
    request_recorder.record_requests()
    yield request_recorder
    type(settings).tracing_implementation.unset_value()


@pytest.fixture
def client(recorder):
    """A client that is yet to sign in."""
    with SecretClient(vault_url(), DefaultAzureCredential()) as client:
        yield client


@pytest.fixture
def sent(recorder, monkeypatch):
    """What nobody may see of the requests that go out from now on: values, tokens, passwords, backups."""
    found = set()
    monkeypatch.setattr(request_recorder, "_noted", listening(found))
    return found


def vault_url():
    return f"https://{os.environ['KEY_VAULT_NAME']}.vault.azure.net"


def next_cell():
    request_recorder._begin_cell()


def test_a_first_call_is_a_challenge_a_sign_in_and_the_call_itself(client):
    client.set_secret("my-secret", VALUE)
    assert repr(show_requests()) == "\n".join(
        [
            "Note: The cell sent 4 requests",
            "  #  To       Request                                      Answer",
            "  1  Vault    PUT /secrets/my-secret                       401 Unauthorized",
            SIGN_IN.format(2, 3),
            "  4  Vault    PUT /secrets/my-secret                       200 OK",
            "Values and tokens aren't recorded: … stands for each.",
        ]
    )


def test_what_is_opened_has_shapes_and_the_challenge(client):
    client.set_secret("my-secret", VALUE, tags={"team": "payments"})
    shown = html(show_requests()).replace("&quot;", '"')
    assert '{"value": "…", "tags": {"team": "…"}}' in shown
    assert '"access_token": "…"' in shown
    assert 'WWW-Authenticate: Bearer authorization="https://login.microsoftonline.com/' in shown
    assert "Authorization: …" in shown
    assert "payments" not in shown


def test_the_async_client_is_there_with_its_own_sign_in(recorder):
    async def call():
        # aiohttp has looked for certificates when it was imported, which another test may have done before.
        ca = os.environ["SSL_CERT_FILE"]
        async with (
            azure.identity.aio.DefaultAzureCredential(connection_verify=ca) as credential,
            azure.keyvault.secrets.aio.SecretClient(vault_url(), credential, connection_verify=ca) as client,
        ):
            await client.set_secret("my-secret", VALUE)

    asyncio.run(call())
    requests, _ = recorder.latest_requests()
    assert [request.method for request in requests][-2:] == ["POST", "PUT"]
    assert requests[-1].status == 200
    assert requests[-1].sent_body == {"value": "…"}


def test_a_poller_asks_in_a_thread_of_its_own_and_is_there(client, started):
    client.set_secret("my-secret", VALUE)
    next_cell()
    client.begin_delete_secret("my-secret").wait()
    shown = repr(show_requests())
    assert "1  Vault  DELETE /secrets/my-secret" in shown
    assert "GET /deletedsecrets/my-secret" in shown


def test_shows_the_cell_before_until_this_one_sends_something(client):
    client.set_secret("my-secret", VALUE)
    next_cell()
    assert "4 requests" in repr(show_requests())
    client.get_secret("my-secret")
    assert "The cell sent 1 request\n" in repr(show_requests())


def test_a_second_look_shows_the_same(client):
    client.set_secret("my-secret", VALUE)
    for _ in range(3):
        next_cell()
        assert "4 requests" in repr(show_requests())
    next_cell()  # a cell that neither looks nor sends
    next_cell()
    assert repr(show_requests()) == "Note: The cell before this one sent no request"


def test_a_helpers_own_requests_are_left_out(client, recorder):
    with recorder.unrecorded():
        client.set_secret("my-secret", VALUE)
    assert recorder.latest_requests() == ([], 0)


def test_a_request_without_an_answer_says_so(recorder, started):
    started.conditions = replace(started.conditions, dropped=1)
    with SecretClient(vault_url(), DefaultAzureCredential(), retry_total=0) as client, pytest.raises(AzureError):
        client.get_secret("my-secret")
    assert "no answer" in repr(show_requests())


def test_of_very_many_the_first_are_kept(client):
    client.set_secret("my-secret", VALUE)
    for _ in range(MOST):
        client.get_secret("my-secret")
    shown = repr(show_requests())
    assert f"The cell sent {MOST + 4} requests" in shown
    assert f"The first {MOST} are shown." in shown


def test_neither_value_nor_token_is_kept_or_shown(client, sent):
    client.set_secret("my-secret", VALUE)
    client.get_secret("my-secret")
    backup = client.backup_secret("my-secret")
    client.begin_delete_secret("my-secret").wait()
    client.purge_deleted_secret("my-secret")
    with pytest.raises(AzureError):
        client.restore_secret_backup(backup + b"x")
    sent -= {""}
    assert VALUE in sent
    assert len(sent) >= 4  # that, a password, a token, a backup
    texts = [*kept(), html(show_requests()), repr(show_requests())]
    assert "/secrets/my-secret/backup?api-version" in "".join(texts), "the walk finds what's kept"
    assert [secret for secret in sent if any(secret in text for text in texts)] == []


def test_a_body_that_is_no_json_is_kept_as_dots():
    assert request_recorder._shape(f"value={VALUE}") == "…"
    assert request_recorder._shape({"client_secret": VALUE}) == {"client_secret": "…"}
    assert request_recorder._shape(json.dumps([VALUE, {"a": VALUE}])) == ["…"]
    assert request_recorder._shape(None) is None


def test_parameters_are_names_except_the_version_of_the_api():
    assert request_recorder._parameters("api-version=7.6&$skiptoken=abc") == "?api-version=7.6&$skiptoken=…"


def test_the_reader_has_logging_as_it_was(client):
    listened = io.StringIO()
    listener = logging.StreamHandler(listened)
    levels = {name: logging.getLogger(name).level for name in ("", "azure", "azure.core", "azure.identity")}
    logging.getLogger().addHandler(listener)
    try:
        client.set_secret("my-secret", VALUE)
    finally:
        logging.getLogger().removeHandler(listener)
    assert listened.getvalue() == ""
    assert levels == {name: logging.getLogger(name).level for name in levels}


def test_the_request_is_the_same_with_and_without(recorder):
    def names(recording):
        type(settings).tracing_implementation.unset_value()
        if recording:
            recorder.record_requests()
        headers = []
        hook = lambda it: headers.append(sorted(it.http_request.headers))  # noqa: E731
        with SecretClient(vault_url(), DefaultAzureCredential()) as client, pytest.raises(ResourceNotFoundError):
            client.get_secret("no-such-secret", raw_request_hook=hook)
        return headers

    with_it = names(recording=True)
    http_challenge_cache.clear()
    assert with_it == names(recording=False) != []


def test_a_tracing_of_the_readers_own_stays(recorder):
    class Own(_Span):
        pass

    settings.tracing_implementation = Own
    recorder.record_requests()
    assert settings.tracing_implementation() is Own
    assert "tracing of your own" in repr(show_requests())


def test_the_sdk_finds_all_that_it_may_ask_for():
    asked = [name for name in vars(AbstractSpan) if not name.startswith("_")]
    assert len(asked) > 10
    assert [name for name in asked if not hasattr(_Span, name)] == []


def test_picture_and_table_can_be_read_without_seeing_them(client):
    client.set_secret("my-secret", VALUE)
    shown = html(show_requests())
    [(address, alternative)] = re.findall(r'<img [^>]*src="([^"]+)" alt="([^"]+)"', shown)
    picture = ET.fromstring(unquote(address.removeprefix("data:image/svg+xml,")))  # noqa: S314 - our own
    assert "".join(picture.itertext()).count("401 Unauthorized") == 1
    assert "1: your code sends PUT /secrets/my-secret to the vault (no token, no body)" in alternative
    assert '<th scope="col"' in shown
    assert "var(" not in shown


def test_what_goes_to_neither_vault_nor_sign_in_goes_to_azure():
    sent = sequence_diagram.Exchange(sequence_diagram.OTHER, "GET /subscriptions", "with the token, no body", "200 OK")
    assert sequence_diagram.describe([sent]) == (
        "A sequence of requests. 1: your code sends GET /subscriptions to Azure (with the token, no body); "
        "the answer is 200 OK."
    )


def test_hostile_names_are_text(client):
    with pytest.raises(AzureError):
        client.get_secret("<img src=x onerror=alert(1)>")
    shown = html(show_requests())
    assert len(re.findall("<img ", shown)) == 1


def test_no_snippet_leaves_a_value_or_a_token(state_folder, tmp_path):
    command = [sys.executable, "-X", "utf8", "-m", "tests.requests_of_snippets", str(tmp_path)]
    environment = {**os.environ, "MPLBACKEND": "Agg"}  # elsewhere, a chart would open a window and wait
    ran = subprocess.run(command, cwd=notebooks.PROJECT, env=environment, capture_output=True, text=True, timeout=240)
    assert ran.returncode == 0, ran.stderr[-2000:]
    found = json.loads(ran.stdout.splitlines()[-1])
    assert found["leaking"] == []
    assert found["sending"] > 100
    assert found["hidden"] > 100
