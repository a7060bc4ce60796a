"""Every snippet runs as a plain Python script, in a process of its own, together with those that it needs.

A coroutine is run in another way in a notebook, whose event loop runs already, than in a script. A snippet that defines
one says both in its last line: the notebook's next cell is the one, and the script gets the other.
"""

import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from azure.keyvault.secrets import SecretClient

from helpers.practice import PracticeCloud
from tests import notebooks
from tests.script_of_snippets import AWAITED
from tests.scripts import Scripts

EVERY = {snippet.name: snippet for name in notebooks.NAMES for snippet in notebooks.snippets(name)}


def test_a_name_means_the_same_snippet_everywhere() -> None:
    for name in notebooks.NAMES:
        for snippet in notebooks.snippets(name):
            assert snippet == EVERY[snippet.name]


def test_what_a_snippet_needs_is_a_snippet_and_comes_with_its_own_needs() -> None:
    for snippet in EVERY.values():
        for place, need in enumerate(snippet.needs):
            assert set(EVERY[need].needs) <= set(snippet.needs[:place])


def test_a_notebook_awaits_what_a_script_runs() -> None:
    for name in notebooks.NAMES:
        cells = [cell.source for cell in notebooks.code_cells(notebooks.read(name))]
        for source, following in pairwise(cells):
            if run := AWAITED.search(source):
                assert (following, run["line"]) == (run["cell"], f"asyncio.run({run['call']})")


def test_a_snippet_uses_only_names_that_it_makes_or_that_its_needs_make(tmp_path) -> None:
    for name in EVERY:
        (tmp_path / f"{name}.py").write_text(_script(name), encoding="utf-8")
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--select", "F821", str(tmp_path)]
    checked = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60)
    assert checked.returncode == 0, checked.stdout


def test_all_that_the_client_can_do_is_in_some_snippet() -> None:
    code = "\n".join(snippet.code for snippet in EVERY.values())
    methods = [method for method in dir(SecretClient) if not method.startswith("_")]
    assert len(methods) > 12
    assert [method for method in methods if not re.search(rf"\.{method}\b", code)] == []


def _script(name: str) -> str:
    """A snippet as a script, after those that it needs."""
    return "\n\n".join(_as_in_a_script(EVERY[one].code) for one in (*EVERY[name].needs, name)) + "\n"


def _as_in_a_script(code: str) -> str:
    run = AWAITED.search(code)
    return f"{code}\n{run['line']}" if run else code


def _to_run() -> list[str]:
    """The snippets whose script is not, word for word, the beginning of another one, which then runs it as well."""
    scripts = {name: _script(name) for name in EVERY}
    return [
        name
        for name, own in scripts.items()
        if not any(other != own and other.startswith(own) for other in scripts.values())
    ]


@pytest.fixture(scope="module")
def scripts():
    """What runs the scripts."""
    with Scripts() as scripts:
        yield scripts


@pytest.mark.parametrize("name", _to_run())
def test_runs_as_a_script(name: str, scripts: Scripts, cloud: PracticeCloud, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(_script(name), encoding="utf-8")
    # Elsewhere, a chart would open a window and wait.
    finished = scripts.run(script, cloud.environment({**os.environ, "MPLBACKEND": "Agg"}), folder=tmp_path)
    _assert_it_did_its_work(script, finished)


def test_runs_by_the_practice_clouds_command_line(run_python, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(_script(_to_run()[0]), encoding="utf-8")
    _assert_it_did_its_work(script, run_python("-m", "helpers.practice", "run", "--", sys.executable, str(script)))


def _assert_it_did_its_work(script: Path, finished: subprocess.CompletedProcess) -> None:
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.strip() or "print(" not in script.read_text(encoding="utf-8")
    assert "Traceback" not in finished.stderr
