"""A vault against a plain model of one: any order of operations that hypothesis thinks of, on a clock of its own.

The model is written from what is known of the real service, not from the practice cloud's code. More than CI takes:
`PRACTICE_MODEL_EXAMPLES=2000 python -m pytest tests/practice/test_model.py -n 0`, each time others.
"""

import copy
import json
import os
import re
from contextlib import closing
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, multiple, rule, run_state_machine_as_test

from helpers import practice
from helpers.practice import Conditions, clock
from helpers.practice.state.store import Store

EXAMPLES_VARIABLE = "PRACTICE_MODEL_EXAMPLES"
SETTLE_SECONDS = 0.5  # what a deletion, recovery or purge takes unless told otherwise
DAY = 86_400
START = 1_800_000_000.25

FIRST = f"{practice.DEFAULT_VAULT}.vault.azure.net"
SECOND = "second-vault.vault.azure.net"
RETENTION_DAYS = {FIRST: 90, SECOND: 7}

ACTIVE, DELETING, DELETED, RECOVERING, PURGING = "active", "deleting", "deleted", "recovering", "purging"

vaults = st.sampled_from([FIRST, FIRST, SECOND])
names = st.sampled_from(["a", "A", "b-1", "B-1", "-c", "Restore"])
times = st.none() | st.sampled_from([0, 1_600_000_000, 1_900_000_000, 2**33])
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
details = st.fixed_dictionaries(
    {},
    optional={
        "contentType": st.none() | text,
        "tags": st.none() | st.dictionaries(text, text, max_size=3),
        "attributes": st.none()
        | st.fixed_dictionaries({}, optional={"enabled": st.none() | st.booleans(), "nbf": times, "exp": times}),
    },
)


class Version:
    """One version of a secret in the model."""

    def __init__(self, value, now):
        self.value = value
        self.said = {}  # contentType and tags, where set
        self.attributes = {"enabled": True}
        self.created = self.updated = int(now)

    def describe(self, body):
        """What a request says about the version; null says nothing."""
        for name in ("contentType", "tags"):
            if body.get(name) is not None:
                self.said[name] = body[name]
        for name, value in (body.get("attributes") or {}).items():
            if value is not None:
                self.attributes[name] = value


class Secret:
    """A secret in the model: its versions, and where in its life it is."""

    def __init__(self, name):
        self.name = name
        self.versions = {}
        self.current = None
        self.stage = ACTIVE
        self.settles = 0.0
        self.deleted = self.purge = None


class VaultMachine(RuleBasedStateMachine):
    """Sends each operation to the practice cloud, does the same to the model, and compares the answers."""

    versions = Bundle("versions")
    links = Bundle("links")
    backups = Bundle("backups")

    def __init__(self, cloud, ask, time):
        super().__init__()
        self.cloud = cloud
        self.ask = ask
        self.time = time
        time.at = START
        cloud.conditions = Conditions()
        with closing(Store()) as store, store.writing() as connection:
            connection.execute("DELETE FROM secrets")
        self.secrets = {FIRST: {}, SECOND: {}}

    # What the model knows of time.

    def now(self):
        return self.time.at + self.cloud.conditions.days_later * DAY

    def find(self, vault, name):
        """The secret of a name, its stage brought up to now; None if there is none."""
        secret = self.secrets[vault].get(name.lower())
        if secret is None:
            return None
        settled = self.time.at >= secret.settles
        if settled and secret.stage in (DELETING, RECOVERING):
            secret.stage = {DELETING: DELETED, RECOVERING: ACTIVE}[secret.stage]
        gone = settled if secret.stage == PURGING else secret.purge is not None and self.now() >= secret.purge
        if gone:
            del self.secrets[vault][name.lower()]
            return None
        return secret

    def all(self, vault, stage):
        found = [self.find(vault, name) for name in sorted(self.secrets[vault])]
        return [secret for secret in found if secret is not None and secret.stage == stage]

    def active(self, vault, name):
        secret = self.find(vault, name)
        return secret if secret is not None and secret.stage == ACTIVE else None

    # What the wire says.

    def described(self, vault, secret, version=None, value=False, with_version=True):
        """A secret as the service shows it; the current version unless another is named."""
        version = version or secret.current
        found = secret.versions[version]
        days = RETENTION_DAYS[vault]
        shown = {"value": found.value} if value else {}
        if secret.stage in (DELETING, DELETED):
            shown["recoveryId"] = f"https://{vault}/deletedsecrets/{secret.name}"
            shown["deletedDate"] = secret.deleted
            shown["scheduledPurgeDate"] = secret.purge
        if "contentType" in found.said:
            shown["contentType"] = found.said["contentType"]
        shown["id"] = f"https://{vault}/secrets/{secret.name}" + (f"/{version}" if with_version else "")
        attributes = {name: found.attributes[name] for name in ("enabled", "nbf", "exp") if name in found.attributes}
        shown["attributes"] = {
            **attributes,
            "created": found.created,
            "updated": found.updated,
            "recoveryLevel": "Recoverable+Purgeable" if days == 90 else "CustomizedRecoverable+Purgeable",
            "recoverableDays": days,
        }
        if "tags" in found.said:
            shown["tags"] = found.said["tags"]
        return shown

    def expect(self, answer, body, status=200):
        assert (answer.status, _spelled(answer.body)) == (status, _spelled(body))

    def expect_error(self, answer, *allowed):
        found = answer.body["error"]
        assert (answer.status, found["code"], found.get("innererror", {}).get("code")) in allowed

    def expect_not_found(self, answer):
        self.expect_error(answer, (404, "SecretNotFound", None))

    # The operations.

    @rule(target=versions, vault=vaults, name=names, value=text, body=details)
    def set(self, vault, name, value, body):
        answer = self.ask("PUT", vault, f"/secrets/{name}", {"value": value, **body})
        secret = self.find(vault, name)
        if secret is not None and secret.stage != ACTIVE:
            inner = {DELETED: "ObjectIsDeletedButRecoverable", RECOVERING: "ObjectIsBeingRecovered"}
            expected = inner.get(secret.stage, "ObjectIsBeingDeleted")
            self.expect_error(answer, (409, "Conflict", expected))
            return multiple()
        secret = secret or Secret(name)
        version = answer.body["id"].rpartition("/")[2]
        assert re.fullmatch("[0-9a-f]{32}", version)
        assert version not in secret.versions
        made = Version(value, self.now())
        made.describe(body)
        secret.versions[version], secret.current = made, version
        self.secrets[vault][name.lower()] = secret
        self.expect(answer, self.described(vault, secret, value=True))
        return version

    @rule(vault=vaults, name=names, slash=st.sampled_from(["/", ""]))
    def get(self, vault, name, slash):
        answer = self.ask("GET", vault, f"/secrets/{name}{slash}")
        self.expect_version(answer, vault, name, None)

    @rule(vault=vaults, name=names, version=versions)
    def get_version(self, vault, name, version):
        answer = self.ask("GET", vault, f"/secrets/{name}/{version}")
        self.expect_version(answer, vault, name, version)

    def expect_version(self, answer, vault, name, version):
        secret = self.active(vault, name)
        if secret is None or (version or secret.current) not in secret.versions:
            self.expect_not_found(answer)
        elif not secret.versions[version or secret.current].attributes["enabled"]:
            self.expect_error(answer, (403, "Forbidden", "SecretDisabled"))
        else:
            self.expect(answer, self.described(vault, secret, version, value=True))

    @rule(vault=vaults, name=names, version=st.just("") | versions, body=details)
    def update(self, vault, name, version, body):
        answer = self.ask("PATCH", vault, f"/secrets/{name}/{version}", body)
        secret = self.active(vault, name)
        if secret is None or (version or secret.current) not in secret.versions:
            self.expect_not_found(answer)
            return
        changed = secret.versions[version or secret.current]
        changed.describe(body)
        changed.updated = int(self.now())
        self.expect(answer, self.described(vault, secret, version))

    @rule(vault=vaults, name=names)
    def delete(self, vault, name):
        answer = self.ask("DELETE", vault, f"/secrets/{name}")
        secret = self.active(vault, name)
        if secret is None:
            self.expect_not_found(answer)
            return
        secret.stage, secret.settles = DELETING, self.time.at + SETTLE_SECONDS
        secret.deleted = int(self.now())
        secret.purge = secret.deleted + RETENTION_DAYS[vault] * DAY
        self.expect(answer, self.described(vault, secret))

    @rule(vault=vaults, name=names)
    def get_deleted(self, vault, name):
        answer = self.ask("GET", vault, f"/deletedsecrets/{name}")
        secret = self.find(vault, name)
        if secret is None or secret.stage != DELETED:
            self.expect_not_found(answer)
        else:
            self.expect(answer, self.described(vault, secret))

    @rule(vault=vaults, name=names)
    def recover(self, vault, name):
        answer = self.ask("POST", vault, f"/deletedsecrets/{name}/recover")
        if secret := self.expect_deleted(answer, vault, name):
            secret.stage, secret.settles = RECOVERING, self.time.at + SETTLE_SECONDS
            secret.deleted = secret.purge = None
            self.expect(answer, self.described(vault, secret))

    @rule(vault=vaults, name=names)
    def purge(self, vault, name):
        answer = self.ask("DELETE", vault, f"/deletedsecrets/{name}")
        if secret := self.expect_deleted(answer, vault, name):
            secret.stage, secret.settles = PURGING, self.time.at + SETTLE_SECONDS
            self.expect(answer, None, 204)

    def expect_deleted(self, answer, vault, name):
        """The deleted secret; None if there is none and the answer says so."""
        secret = self.find(vault, name)
        being_deleted = (409, "Conflict", "ObjectIsBeingDeleted")
        if secret is not None and secret.stage == DELETED:
            return secret
        if secret is not None and secret.stage == DELETING:
            self.expect_error(answer, being_deleted)
        elif secret is not None and secret.stage == PURGING:  # which of the two the service says is not on record
            self.expect_error(answer, being_deleted, (404, "SecretNotFound", None))
        else:
            self.expect_not_found(answer)
        return None

    @rule(target=backups, vault=vaults, name=names)
    def back_up(self, vault, name):
        answer = self.ask("POST", vault, f"/secrets/{name}/backup")
        secret = self.active(vault, name)
        if secret is None:
            self.expect_not_found(answer)
            return multiple()
        assert re.fullmatch("[A-Za-z0-9_-]+", answer.body["value"])
        return answer.body["value"], copy.deepcopy(secret)

    @rule(vault=vaults, backup=backups)
    def restore(self, vault, backup):
        blob, secret = backup
        answer = self.ask("POST", vault, "/secrets/restore", {"value": blob})
        if self.find(vault, secret.name) is not None:
            self.expect_error(answer, (409, "Conflict", None))
            return
        secret = copy.deepcopy(secret)
        self.secrets[vault][secret.name.lower()] = secret
        self.expect(answer, self.described(vault, secret))

    @rule(target=links, vault=vaults, what=st.sampled_from(["secrets", "deletedsecrets"]), size=st.integers(1, 3))
    def begin_list(self, vault, what, size):
        path = f"/{what}?maxresults={size}&api-version=7.6"
        return self.expect_page(vault, path, self.listed(vault, what), "", size)

    @rule(target=links, vault=vaults, name=names, size=st.integers(1, 3))
    def begin_versions(self, vault, name, size):
        path = f"/secrets/{name}/versions?maxresults={size}&api-version=7.6"
        return self.expect_page(vault, path, self.listed(vault, name), "", size)

    @rule(target=links, link=consumes(links))
    def go_on_listing(self, link):
        vault, path, what, after, size = link
        return self.expect_page(vault, path, self.listed(vault, what), after, size)

    def listed(self, vault, what):
        """What a list shows now, and under which keys it is in order; with a name, that secret's versions."""
        if what in ("secrets", "deletedsecrets"):
            found = self.all(vault, ACTIVE if what == "secrets" else DELETED)
            return what, [(one.name.lower(), self.described(vault, one, with_version=False)) for one in found]
        secret = self.active(vault, what)
        found = [] if secret is None else sorted(secret.versions)
        return what, [(version, self.described(vault, secret, version)) for version in found]

    def expect_page(self, vault, path, listed, after, size):
        answer = self.ask("GET", vault, path)
        what, items = listed
        left = [(key, item) for key, item in items if key > after]
        link = answer.body["nextLink"]
        self.expect(answer, {"value": [item for _, item in left[:size]], "nextLink": link})
        assert (link is not None) == (len(left) > size)
        if link is None:
            return multiple()
        address = f"https://{vault}:443"
        assert link.startswith(f"{address}{path.partition('?')[0]}?api-version=7.6&$skiptoken=")
        return vault, link.removeprefix(address), what, left[size - 1][0], size

    # Time goes by.

    @rule()
    def a_moment_later(self):
        self.time.at += SETTLE_SECONDS / 2

    @rule()
    def settle(self):
        self.time.at += SETTLE_SECONDS

    @rule(days=st.sampled_from([1, 6, 7, 89, 90]))
    def days_later(self, days):
        self.cloud.conditions.days_later += days

    def teardown(self):
        """In the end all is as the model says, to the last value."""
        self.time.at += SETTLE_SECONDS
        for vault in self.secrets:
            for what in ("secrets", "deletedsecrets"):
                self.expect_page(vault, f"/{what}?api-version=7.6", self.listed(vault, what), "", 25)
            for secret in self.all(vault, ACTIVE):
                path = f"/secrets/{secret.name}/versions?api-version=7.6"
                self.expect_page(vault, path, self.listed(vault, secret.name), "", 25)
                for version in secret.versions:
                    self.get_version(vault, secret.name, version)


def _spelled(body):
    """A body as text, so that its order counts; the ids of names that are spelled differently are the same."""
    said = json.dumps(body)
    return re.sub(r'"https://[^"]*/(deleted)?secrets/[^"]*"', lambda found: found[0].lower(), said)


@pytest.fixture
def still(monkeypatch):
    """The practice cloud's time, which stands still until it is set."""
    time = SimpleNamespace(at=START)
    monkeypatch.setattr(clock, "time", SimpleNamespace(time=lambda: time.at))
    return time


@pytest.fixture
def ask(still, client, second_vault):
    """Send a signed-in request, over one connection to each vault."""
    token = client.sign_in().body["access_token"]
    connections = {vault: client.connect(vault) for vault in (FIRST, second_vault)}

    def send(method, vault, path, body=None):
        if "api-version" not in path:
            path += "?api-version=2026-04-01"
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        connections[vault].request(method, path, None if body is None else json.dumps(body), headers)
        answer = connections[vault].getresponse()
        content = answer.read()
        return SimpleNamespace(status=answer.status, body=json.loads(content) if content else None)

    yield send
    for connection in connections.values():
        connection.close()


def test_in_any_order_a_vault_does_what_the_model_does(cloud, ask, still):
    chosen = os.environ.get(EXAMPLES_VARIABLE)
    run_state_machine_as_test(
        lambda: VaultMachine(cloud, ask, still),
        settings=settings(
            max_examples=int(chosen or 300),
            stateful_step_count=50,
            derandomize=chosen is None,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_purge_is_over_when_its_moment_is_whatever_day_it_is_elsewhere(cloud, ask, still):
    """Two notebooks share a vault, and a lesson has moved the clock of one: the other asks half a second later."""
    ask("PUT", FIRST, "/secrets/name", {"value": "a value"})
    ask("DELETE", FIRST, "/secrets/name")
    still.at += SETTLE_SECONDS
    cloud.conditions.days_later = 30
    ask("DELETE", FIRST, "/deletedsecrets/name")
    cloud.conditions.days_later = 0
    assert ask("PUT", FIRST, "/secrets/name", {"value": "too soon"}).status == 409
    still.at += SETTLE_SECONDS
    assert ask("GET", FIRST, "/deletedsecrets/name").status == 404
    assert ask("PUT", FIRST, "/secrets/name", {"value": "another"}).status == 200
