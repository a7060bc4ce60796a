"""Every snippet runs as a plain Python script, in a process of its own, together with those that it needs.

A coroutine is run in another way in a notebook, whose event loop runs already, than in a script. A snippet that defines
one says both in its last line: the notebook's next cell is the one, and the script gets the other.
"""

import re
import subprocess
import sys

import pytest

from tests import notebooks

RUN = re.compile(r"\n# In a notebook: (?P<cell>await (?P<call>.+)) \| in a script: (?P<line>.+)$")
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
        for source, following in zip(cells, cells[1:], strict=False):
            if run := RUN.search(source):
                assert (following, run["line"]) == (run["cell"], f"asyncio.run({run['call']})")


@pytest.mark.parametrize("name", EVERY)
def test_runs_as_a_script(name: str, tmp_path) -> None:
    snippet = EVERY[name]
    script = tmp_path / "script.py"
    script.write_text(
        "\n\n".join(_as_in_a_script(EVERY[need].code) for need in (*snippet.needs, name)), encoding="utf-8"
    )
    command = [sys.executable, "-m", "helpers.practice", "run", "--", sys.executable, "-X", "utf8", str(script)]
    finished = subprocess.run(command, cwd=notebooks.PROJECT, capture_output=True, encoding="utf-8", timeout=60)
    assert finished.returncode == 0, finished.stderr
    if "print(" in snippet.code:
        assert finished.stdout.strip()
    assert "Traceback" not in finished.stderr


def _as_in_a_script(code: str) -> str:
    run = RUN.search(code)
    return f"{code}\n{run['line']}" if run else code
