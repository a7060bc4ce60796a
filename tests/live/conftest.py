"""What a live run says at its end: which notebooks couldn't run, what it deleted, and what stays in the vaults."""

import pytest

SAID = pytest.StashKey[list[str]]()


@pytest.fixture(scope="package")
def say(pytestconfig):
    """Says a sentence at the end of the run."""
    return pytestconfig.stash.setdefault(SAID, []).append


def pytest_terminal_summary(terminalreporter, config):
    said = config.stash.get(SAID, [])
    if said:
        terminalreporter.section("vaults")
        for sentence in said:
            terminalreporter.write_line(sentence)
