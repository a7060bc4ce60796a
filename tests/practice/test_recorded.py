"""The practice vault answers as the real service did: each recorded request again, and its answer compared."""

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from helpers.practice.state.store import Store

from .conftest import HOST

RECORDED = Path(__file__).with_name("recorded")

# What was in the vault before the recording begins.
BEFORE = {
    "go_list_secrets_7.3": [f"listsecrets{n}2663316706" for n in range(3)],
    "go_list_deleted_7.3": [f"secret{n}3245351623" for n in (1, 2, 3)],
    "js_list_versions_by_page_7.3": ["listSecretName-canretrieveallversionsofasecretbypage-"] * 3,
    "js_update_disabled_7.3": ["CRUDSecretName-canupdateadisabledsecret-"],
}
# Headers that say which Azure server answered, or whether with RBAC.
ELSEWHERE = {"x-ms-keyvault-rbac-assignment-id", "x-ms-keyvault-rbac-cache"}
VARYING = {"x-ms-keyvault-region", "x-ms-keyvault-service-version", "x-ms-keyvault-network-info", "x-ms-request-id"}


@pytest.mark.parametrize("name", sorted(path.stem for path in RECORDED.glob("*.json")))
def test_the_recorded_requests_get_the_recorded_answers(name, client, clock):
    entries = json.loads((RECORDED / f"{name}.json").read_text())["entries"]
    days = re.search(r'"recoverableDays": (\d+)', json.dumps(entries))
    prepare(name, client, clock, int(days[1]) if days else 90)
    versions, links, earlier = {}, {}, None
    for entry in entries:
        request, recorded = entry["request"], entry["response"]
        if request == earlier or request["path"].partition("?")[0].endswith("/recover"):
            clock.forward(1)  # the recorder waited until the deletion had taken effect
        earlier = request
        answer = replay(client, request, recorded, versions, links)
        assert answer.status == recorded["status"], answer.body
        assert comparable(answer.body) == comparable(mapped(recorded["body"], versions, answer.body))
        if "headers" in recorded:
            compare_headers(answer.headers, recorded["headers"], request["path"])


def prepare(name, client, clock, days):
    store = Store()
    with store.writing() as connection:
        connection.execute("UPDATE vaults SET retention_days = ?", (days,))
    store.close()
    for secret in BEFORE.get(name, []):
        body = {"value": "before", "attributes": {"enabled": "disabled" not in name}}
        assert client.ask("PUT", f"/secrets/{secret}", body).status == 200
        if "deleted" in name:
            assert client.ask("DELETE", f"/secrets/{secret}").status == 200
    clock.forward(1)


def replay(client, request, recorded, versions, links):
    path = request["path"]
    for theirs, ours in versions.items():
        path = path.replace(theirs, ours)
    if "$skiptoken" in path:
        path = links["next"]
    headers = {"x-ms-client-request-id": "4a1f7c4e-0000-4000-8000-00000000abcd"}
    if "x-ms-client-request-id" not in recorded.get("headers", {"x-ms-client-request-id": ""}):
        headers = {}
    if recorded["status"] == 401:
        answer = client.send(request["method"], path, headers={"Content-Length": "0", **headers})
    else:
        answer = client.ask(request["method"], path, request.get("body"), headers)
    if answer.body and answer.body.get("nextLink"):
        link = urlsplit(answer.body["nextLink"])
        links["next"] = f"{link.path}?{link.query}"
    return answer


def mapped(body, versions, ours):
    """The recorded body with our host; a version that is new stands for ours in the same place."""
    if body is None:
        return None
    theirs = re.findall(r"/([0-9a-f]{32})\"", json.dumps(body))
    for version, our_version in zip(theirs, re.findall(r"/([0-9a-f]{32})\"", json.dumps(ours)), strict=True):
        assert our_version not in versions.values() or versions.get(version) == our_version
        versions.setdefault(version, our_version)
    text = re.sub(r"https://[a-z_]+(\.vault\.azure\.net|\.local)", f"https://{HOST}", json.dumps(body))
    for version, our_version in versions.items():
        text = text.replace(version, our_version)
    return json.loads(text)


def comparable(body):
    """The body as text, so that the order counts, with each time told by what it must be in relation to the others."""
    if body is None:
        return None
    if "deletedDate" in body:
        body["scheduledPurgeDate"] -= body["deletedDate"]
    text = json.dumps(body)
    text = re.sub(r'"(created|updated|deletedDate)": \d{10}\b', r'"\1": "a time"', text)
    text = re.sub(r'("scheduledPurgeDate": )1\d{9}\b', r'\1"a time"', text)
    text = re.sub(r'"KUF6dXJlS2V5VmF1bHRTZWNyZXRCYWNrdXBWMS5taWNyb3NvZnQuY29t[^"]*"', '"a backup, by its mark"', text)
    return re.sub(r"(\$skiptoken=)[^&\"]*", r"\1...", text)


def compare_headers(ours, recorded, path):
    recorded = {name.lower(): value for name, value in recorded.items() if name not in ELSEWHERE}
    ours = {name.lower(): value for name, value in ours.items()}
    # The recorder left out the date and, in places, the length.
    assert set(ours) - {"date", "content-length"} == set(recorded) - {"content-length"}
    for name, value in recorded.items():
        if name == "www-authenticate":
            form = r'Bearer authorization="https://login\.[a-z.]+/[0-9a-f-]{36}", resource="https://[a-z.]+"'
            assert re.fullmatch(form, value)
            assert re.fullmatch(form, ours[name])
        elif name == "x-ms-client-request-id":
            assert ours[name] == "4a1f7c4e-0000-4000-8000-00000000abcd"
        elif name not in VARYING and not (name == "content-length" and "/backup" in path):
            assert ours[name] == value


def test_no_content_says_nothing_of_a_length(client, clock):
    client.ask("PUT", "/secrets/gone", {"value": "x"})
    client.ask("DELETE", "/secrets/gone")
    clock.forward(1)
    answer = client.ask("DELETE", "/deletedsecrets/gone")
    assert answer.status == 204
    assert not {"Content-Length", "Content-Type"} & set(answer.headers)


def test_bodies_are_compact_and_keep_every_sign_as_it_is(client):
    connection = client.connect()
    token = client.sign_in().body["access_token"]
    value = "it's a + and ü and 🔑 and <tag>"
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection.request("PUT", "/secrets/signs?api-version=7.6", json.dumps({"value": value}), headers)
    text = connection.getresponse().read().decode()
    connection.close()
    assert text.startswith(f'{{"value":"{value}","id":"https://{HOST}/secrets/signs/')
    assert '": ' not in text
    assert '", "' not in text
