"""What the tests of clients in other languages share: where their packages are, and what to do when they are not."""

import os
from typing import NoReturn

import pytest


def own_home() -> dict[str, str]:
    """Variables for a compiler: in the home of the person who runs the tests is what it has downloaded and compiled.

    A test has a home of its own, where nothing is.
    """
    if os.name == "nt":
        return {}
    import pwd  # not there on Windows

    return {"HOME": pwd.getpwuid(os.getuid()).pw_dir}


def missing(words: str) -> NoReturn:
    """Skip the test, and say what is missing; in CI, fail."""
    (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(words)
    raise AssertionError("both raise")
