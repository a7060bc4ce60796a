"""Notebook 15's listener for a database, which a reader takes to work: with PostgreSQL's address it does the same."""

import sys
from types import SimpleNamespace
from unittest.mock import MagicMock

import pytest
from sqlalchemy.exc import DBAPIError

from tests import notebooks

ADDRESS = "postgresql+psycopg://shop-app@shop.postgres.database.azure.com/shop?sslmode=require"


class ReachedError(Exception):
    """The driver was called; nothing listens where it would connect to."""


def test_the_driver_of_postgresql_gets_a_token_of_that_moment_as_the_password(monkeypatch):
    [code] = [one.code for one in notebooks.snippets("15-use-no-secret-at-all") if one.name == "token-engine"]
    assert ADDRESS in notebooks.text(notebooks.read("15-use-no-secret-at-all"))
    driver = MagicMock(__version__="3.2.0", Error=ReachedError)  # as much of psycopg as SQLAlchemy looks at
    driver.connect.side_effect = ReachedError
    for module in ("psycopg", "psycopg.pq", "psycopg.types", "psycopg.adapt"):
        monkeypatch.setitem(sys.modules, module, driver)
    tokens = iter(("fake-first", "fake-second"))
    credential = SimpleNamespace(get_token=lambda scope: SimpleNamespace(token=f"{next(tokens)} for {scope}"))

    known = {"database_url": ADDRESS, "credential": credential, "DATABASE_SCOPE": "a-scope"}
    exec(code, known)  # noqa: S102 - the notebook's own code
    for _ in range(2):
        with pytest.raises(DBAPIError):
            known["engine"].connect()
    got = [call.kwargs for call in driver.connect.call_args_list]
    assert [one["password"] for one in got] == ["fake-first for a-scope", "fake-second for a-scope"]
    assert (got[0]["user"], got[0]["host"]) == ("shop-app", "shop.postgres.database.azure.com")
