"""Every snippet runs as a plain Python script, in a process of its own, together with those that it needs."""

import subprocess
import sys

import pytest

from tests import notebooks

EVERY = {snippet.name: snippet for name in notebooks.NAMES for snippet in notebooks.snippets(name)}


def test_a_name_means_the_same_snippet_everywhere() -> None:
    for name in notebooks.NAMES:
        for snippet in notebooks.snippets(name):
            assert snippet == EVERY[snippet.name]


def test_what_a_snippet_needs_is_a_snippet_and_comes_with_its_own_needs() -> None:
    for snippet in EVERY.values():
        for place, need in enumerate(snippet.needs):
            assert set(EVERY[need].needs) <= set(snippet.needs[:place])


@pytest.mark.parametrize("name", EVERY)
def test_runs_as_a_script(name: str, tmp_path) -> None:
    snippet = EVERY[name]
    script = tmp_path / "script.py"
    script.write_text("\n\n".join(EVERY[need].code for need in (*snippet.needs, name)), encoding="utf-8")
    command = [sys.executable, "-m", "helpers.practice", "run", "--", sys.executable, "-X", "utf8", str(script)]
    finished = subprocess.run(command, cwd=notebooks.PROJECT, capture_output=True, encoding="utf-8", timeout=60)
    assert finished.returncode == 0, finished.stderr
    if "print(" in snippet.code:
        assert finished.stdout.strip()
    assert "Traceback" not in finished.stderr
