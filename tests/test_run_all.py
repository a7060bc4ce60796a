"""Run All twice in one kernel, on the Azure path: the vault's name and a sign-in come from outside of Jupyter."""

import os
import re

import pytest

from helpers.practice import MARKER, PracticeCloud
from tests import notebooks
from tests.refresh_outputs import comparable
from tests.run_all import is_connect, run_all_twice

REHEARSAL = re.compile(r"\b(rehearse|assign_role|revoke_role|add_certificate|turn_logging_on)\(")


@pytest.mark.parametrize("name", notebooks.NAMES)
def test_all_cells_run_twice_as_they_are_with_a_vault_from_outside(name: str, monkeypatch) -> None:
    with PracticeCloud() as plays_azure:
        environment = plays_azure.environment()
        del environment[MARKER]  # so that `connect` cannot know, and goes to Azure
        for variable in set(os.environ) - set(environment):
            monkeypatch.delenv(variable)
        for variable, value in environment.items():
            monkeypatch.setenv(variable, value)
        ran = run_all_twice(name)
    # What a lesson rehearses does not happen on Azure: there its cells show what did.
    rehearses = any(REHEARSAL.search(expected.source) for expected, _ in ran)
    for number, (expected, cell) in enumerate(ran):
        if number >= len(ran) // 2 and "show_requests()" in cell.source:
            continue  # what the first run has asked the sign-in, the second doesn't ask again
        if is_connect(expected):
            assert "Your vault on Azure: practice-vault" in cell.outputs[0].data["text/plain"]
        elif not rehearses and not expected.source.endswith(
            "preflight()"
        ):  # on Azure, it looks for the Azure CLI as well
            assert comparable(cell.outputs) == comparable(expected.outputs)
