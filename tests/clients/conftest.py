"""What the tests of the official clients share: a state of their own, in which a deletion takes effect at once."""

import pytest

from .az import az, learner, make_az, warmed_az  # noqa: F401  (fixtures)


@pytest.fixture(autouse=True)
def alone(state_folder, monkeypatch):
    """No test sees another's state, or what else the environment leads to. Clients poll every 2 s, so nothing waits."""
    monkeypatch.setenv("PRACTICE_CLOUD_DELETE_SECONDS", "0")
