"""The deployed form in notebook 16, as the page has it: Azure Functions' own library loads it, and an event runs it."""

import importlib
import json
import logging
import os
import re
import sys
from datetime import datetime, timedelta, timezone

import pytest
from azure.core.exceptions import HttpResponseError
from azure.functions import EventGridEvent
from azure.functions.eventgrid import EventGridEventInConverter
from azure.functions.meta import Datum
from azure.identity import DefaultAzureCredential
from azure.keyvault.secrets import SecretClient

from helpers import vault_events
from tests import notebooks

NOTEBOOK = "16-hands-off-rotation"
SNIPPETS = {snippet.name: snippet.code for snippet in notebooks.snippets(NOTEBOOK)}
[FUNCTION_APP] = [
    code
    for code in re.findall(r"^```python\n(.*?)^```", notebooks.text(notebooks.read(NOTEBOOK)), re.DOTALL | re.MULTILINE)
    if "func.FunctionApp()" in code
]
FILES = {
    "function_app.py": FUNCTION_APP,
    "rotation.py": f"{SNIPPETS['other-key']}\n\n\n{SNIPPETS['rotate']}\n",  # "holds the two cells of step 3"
    "service.py": f"{SNIPPETS['two-keys']}\n\n\nstand_in = Service()\nregenerate = stand_in.regenerate\n",
}


@pytest.fixture
def function(started, monkeypatch, tmp_path):
    """The function that Azure Functions finds in the app."""
    for name, code in FILES.items():
        (tmp_path / name).write_text(code, encoding="utf-8")
        monkeypatch.delitem(sys.modules, name.removesuffix(".py"), raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "EnvironmentCredential")
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    [function] = importlib.import_module("function_app").app.get_functions()
    yield function
    for name in FILES:
        sys.modules.pop(name.removesuffix(".py"), None)


@pytest.fixture
def client(function):
    """A client of the vault that the function works in."""
    vault_url = f"https://{os.environ['KEY_VAULT_NAME']}.vault.azure.net"
    with SecretClient(vault_url, DefaultAzureCredential()) as client:
        yield client


@pytest.fixture
def event(client):
    """An event about a secret that is near expiry, from the vault's own dates."""
    soon = datetime.now(timezone.utc) + timedelta(days=20)
    value = sys.modules["service"].regenerate("key1")
    client.set_secret("shop-key", value, expires_on=soon, tags={"CredentialId": "key1"})
    return vault_events("shop-key")[-1]


def deliver(function, event: dict) -> None:
    """Call the function with an event, as Azure Functions' worker decodes it from the host's message."""
    received = EventGridEventInConverter.decode(Datum(value=json.dumps(event), type="json"), trigger_metadata=None)
    function.get_user_function()(received)


def test_it_waits_for_events_under_the_name_that_the_subscription_has(function) -> None:
    assert function.get_trigger().get_dict_repr()["type"] == "eventGridTrigger"
    assert function.get_trigger().name == "event"
    text = notebooks.text(notebooks.read(NOTEBOOK))
    assert f"/functions/{function.get_function_name()}" in text
    assert EventGridEventInConverter.check_input_type_annotation(EventGridEvent)


def test_an_event_rotates_once_however_often_it_comes(function, client, event, caplog) -> None:
    service = sys.modules["service"].stand_in
    old = client.get_secret("shop-key")
    with caplog.at_level(logging.INFO):
        for _ in range(3):
            deliver(function, event)
    new = client.get_secret("shop-key")
    assert len(list(client.list_properties_of_secret_versions("shop-key"))) == 2
    assert (new.properties.tags, new.value != old.value) == ({"CredentialId": "key2"}, True)
    assert (new.properties.expires_on - datetime.now(timezone.utc)).days == 89
    assert (service.answer(old.value), service.answer(new.value)) == ("accepted", "accepted")
    said = [record.message for record in caplog.records if record.name == "root"]
    assert said == ["shop-key: now holds key2", "shop-key: rotated already", "shop-key: rotated already"]
    assert new.value not in caplog.text


def test_another_kind_of_event_changes_nothing(function, client, event) -> None:
    deliver(function, {**event, "eventType": "Microsoft.KeyVault.SecretExpired"})
    assert client.get_secret("shop-key").properties.version == event["data"]["Version"]


def test_what_stops_between_the_service_and_the_vault_is_done_at_the_next_delivery(
    function, client, event, monkeypatch
) -> None:
    service = sys.modules["service"].stand_in
    old = client.get_secret("shop-key")

    def fail(*_args, **_kwargs):
        raise HttpResponseError("the vault is busy")

    with monkeypatch.context() as broken:
        broken.setattr(SecretClient, "set_secret", fail)
        with pytest.raises(HttpResponseError):
            deliver(function, event)
    assert service.answer(client.get_secret("shop-key").value) == "accepted"
    deliver(function, event)
    new = client.get_secret("shop-key")
    assert new.properties.tags == {"CredentialId": "key2"}
    assert (service.answer(old.value), service.answer(new.value)) == ("accepted", "accepted")


def test_a_cloud_event_fails_as_the_page_says(function, event) -> None:
    cloud_event = {"specversion": "1.0", "source": event["topic"], "type": event["eventType"], "data": event["data"]}
    with pytest.raises(AttributeError, match="'CloudEvent' object has no attribute 'event_type'"):
        deliver(function, cloud_event)
    assert "'CloudEvent' object has no attribute 'event_type'" in notebooks.text(notebooks.read(NOTEBOOK))
