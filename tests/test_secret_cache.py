"""What the cache of notebook 10 promises to many threads: the notebook's own code, with a made-up client."""

import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError, ServiceRequestError

from tests import notebooks

THREADS = 50
SNIPPETS = {snippet.name: snippet.code for snippet in notebooks.snippets("10-secrets-in-your-code")}


class FakeVault:
    """Answers with the current value of each name, counts the calls, and can be slow or broken."""

    def __init__(self, **values: str) -> None:
        self.values = values
        self.calls: list[str] = []
        self.error: Exception | None = None
        self.slow: dict[str, threading.Event] = {}
        self.asked = threading.Event()

    def get_secret(self, name: str) -> SimpleNamespace:
        """One call: what a client would return, as far as the cache looks at it."""
        self.calls.append(name)
        self.asked.set()
        if name in self.slow:
            assert self.slow[name].wait(timeout=10)
        if self.error:
            raise self.error
        return SimpleNamespace(value=self.values[name])


class FakeClock:
    """Stands still until it is moved."""

    now = 1000.0

    def monotonic(self) -> float:
        """The time in seconds."""
        return self.now


@pytest.fixture
def vault() -> FakeVault:
    return FakeVault(db="fake-old", key="fake-key")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def cache(vault: FakeVault, clock: FakeClock):
    """The notebook's cache: five minutes, and an hour more while the vault is down."""
    code: dict = {}
    for name in ("kept", "ask", "cache"):
        exec(SNIPPETS[name], code)  # noqa: S102 - the notebook's own code
    code["time"] = clock
    return code["SecretCache"](vault, seconds=300, grace=3600)


def status(number: int) -> HttpResponseError:
    """An error as the SDK raises it for an answer with this status."""
    error = HttpResponseError("no")
    error.status_code = number
    return error


def test_a_value_is_asked_for_once_until_its_time_is_over(cache, vault, clock) -> None:
    assert [cache.get("db"), cache.get("db"), vault.calls] == ["fake-old", "fake-old", ["db"]]
    clock.now += 299
    assert (cache.get("db"), len(vault.calls)) == ("fake-old", 1)
    vault.values["db"] = "fake-new"
    clock.now += 1
    assert (cache.get("db"), len(vault.calls)) == ("fake-new", 2)


def test_a_slow_secret_does_not_hold_up_one_that_is_in_memory(cache, vault) -> None:
    cache.get("db")
    vault.slow["key"] = threading.Event()
    vault.asked.clear()
    with ThreadPoolExecutor(max_workers=2) as pool:
        slow = pool.submit(cache.get, "key")
        assert vault.asked.wait(timeout=10)
        try:
            assert pool.submit(cache.get, "db").result(timeout=5) == "fake-old"
            assert not slow.done()
        finally:
            vault.slow["key"].set()
        assert slow.result(timeout=10) == "fake-key"


def test_one_thread_at_a_time_uses_the_client(cache, vault) -> None:
    """The SDK doesn't promise that threads can share a client (`azure.core`'s RequestsTransport says so)."""
    vault.slow = {"db": threading.Event(), "key": threading.Event()}
    with ThreadPoolExecutor(max_workers=2) as pool:
        first = pool.submit(cache.get, "db")
        try:
            assert vault.asked.wait(timeout=10)
            second = pool.submit(cache.get, "key")
            threading.Event().wait(0.3)  # time enough to call, if nothing held it up
            assert vault.calls == ["db"]
        finally:
            for answer in vault.slow.values():
                answer.set()
        assert [first.result(timeout=10), second.result(timeout=10)] == ["fake-old", "fake-key"]


@pytest.mark.parametrize("down", [ServiceRequestError("no route"), status(503), status(429)])
def test_the_old_value_is_used_while_the_vault_is_down_but_not_for_ever(cache, vault, clock, down) -> None:
    cache.get("db")
    vault.error = down
    clock.now += 300
    assert (cache.get("db"), len(vault.calls)) == ("fake-old", 2)
    clock.now += 29
    assert (cache.get("db"), len(vault.calls)) == ("fake-old", 2), "it asks every 30 seconds, not at every use"
    clock.now += 1
    assert (cache.get("db"), len(vault.calls)) == ("fake-old", 3)
    clock.now += 3600
    with pytest.raises(type(down)):
        cache.get("db")


def test_the_vault_that_is_back_is_asked_again(cache, vault, clock) -> None:
    cache.get("db")
    vault.error = ServiceRequestError("no route")
    clock.now += 300
    cache.get("db")
    vault.error, vault.values["db"] = None, "fake-new"
    clock.now += 30
    assert cache.get("db") == "fake-new"


@pytest.mark.parametrize("refusal", [status(403), ResourceNotFoundError("gone")])
def test_a_vault_that_says_no_is_not_a_vault_that_is_down(cache, vault, clock, refusal) -> None:
    if refusal.status_code is None:
        refusal.status_code = 404
    cache.get("db")
    vault.error = refusal
    clock.now += 300
    with pytest.raises(type(refusal)):
        cache.get("db")


def test_without_a_value_or_with_a_refused_one_the_error_comes_out(cache, vault) -> None:
    vault.error = ServiceRequestError("no route")
    with pytest.raises(ServiceRequestError):
        cache.get("db")
    vault.error = None
    cache.get("db")
    vault.error = ServiceRequestError("no route")
    with pytest.raises(ServiceRequestError):
        cache.get("db", refused="fake-old")


def test_threads_that_are_refused_at_once_share_one_call(cache, vault) -> None:
    cache.get("db")
    vault.calls.clear()
    vault.values["db"] = "fake-new"
    start = threading.Barrier(THREADS)

    def refused(_: int) -> str:
        start.wait(timeout=10)
        return cache.get("db", refused="fake-old")

    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        assert set(pool.map(refused, range(THREADS))) == {"fake-new"}
    assert vault.calls == ["db"]


def test_threads_share_one_call_even_if_the_vault_has_nothing_new(cache, vault) -> None:
    cache.get("db")
    vault.calls.clear()
    vault.asked.clear()
    vault.slow["db"] = threading.Event()
    start = threading.Barrier(THREADS + 1)

    def refused(_: int) -> str:
        start.wait(timeout=10)
        return cache.get("db", refused="fake-old")

    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        answers = [pool.submit(refused, number) for number in range(THREADS)]
        start.wait(timeout=10)
        assert vault.asked.wait(timeout=10)
        threading.Event().wait(0.3)  # until the others stand in line
        vault.slow["db"].set()
        assert {answer.result(timeout=10) for answer in answers} == {"fake-old"}
    assert len(vault.calls) <= 3, "a thread that came late may ask once more; fifty calls would be the old fault"


def test_its_text_form_shows_no_value(cache) -> None:
    cache.get("db")
    assert "fake-old" not in f"{cache!r} {vars(cache)!r}"
