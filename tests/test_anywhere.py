"""The notebooks outside of JupyterLab, and what GitHub's own machines are told to do with them."""

import json
import re
import sys
from contextlib import closing
from pathlib import Path

import pytest
import yaml

from helpers.practice.state.store import FILE_NAME, Store
from tests.notebooks import FOLDER, PROJECT
from tests.test_packages import PYPROJECT
from tests.test_readme import README, TEST_COMMANDS
from tests.tools import anywhere

CLASSIFIER = "Programming Language :: Python :: "
PYTHONS = [
    entry.removeprefix(CLASSIFIER) for entry in PYPROJECT["project"]["classifiers"] if entry.startswith(CLASSIFIER)
]
SYSTEMS = ["ubuntu-latest", "macos-latest", "windows-latest"]
WORKFLOW = yaml.safe_load((PROJECT / ".github/workflows/tests.yml").read_text(encoding="utf-8"))
JOBS = WORKFLOW["jobs"]


def runs(job: str) -> list[str]:
    return [step["run"].strip() for step in JOBS[job]["steps"] if "run" in step]


def test_jupyter_execute_runs_a_notebook_from_any_folder_and_saves_its_forms_without_a_value(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "jupyter", "execute", "--output={output}", "{notebook}"]
    anywhere.execute(program, "02-save-a-secret", tmp_path)
    saved = (tmp_path / "out.ipynb").read_text(encoding="utf-8")
    assert "Secret value" in json.dumps(json.loads(saved)["metadata"]["widgets"])
    with closing(Store(tmp_path / FILE_NAME)) as store, store.reading() as state:
        values = [value for (value,) in state.execute("SELECT value FROM versions")]
    assert len(values) > 1
    assert not any(value in saved for value in values)


def test_the_readme_names_files_that_are_there() -> None:
    section = README.partition("## Anywhere else")[2].partition("\n## ")[0]
    named = re.findall(r"notebooks/[\w-]+\.ipynb", section)
    assert len(named) == 4
    assert all((PROJECT / name).is_file() for name in named)
    assert f"urlpath=lab/tree/notebooks/{min(FOLDER.glob('[0-9]*')).name}`" in section


def test_the_development_container_has_a_python_that_will_do_and_opens_with_its_kernel() -> None:
    container = json.loads((PROJECT / ".devcontainer/devcontainer.json").read_text(encoding="utf-8"))
    assert container["image"].rpartition(":")[2] in PYTHONS
    assert container["postCreateCommand"] == "pip install uv && uv sync"
    code = container["customizations"]["vscode"]
    assert code["settings"]["python.defaultInterpreterPath"].startswith("${containerWorkspaceFolder}/.venv/")
    assert "ms-toolsai.jupyter" in code["extensions"]


def test_every_python_that_is_promised_is_tried_on_every_system() -> None:
    assert PYPROJECT["project"]["requires-python"] == f">={PYTHONS[0]}"
    for job in ("tests", "notebooks"):
        matrix = JOBS[job]["strategy"]["matrix"]
        assert (matrix["os"], matrix["python"]) == (SYSTEMS, PYTHONS)
    assert JOBS["notebooks"]["strategy"]["matrix"]["dependencies"] == ["oldest", "newest"]
    assert "matrix.dependencies == 'oldest' && 'lowest-direct' || 'highest'" in runs("notebooks")[1]
    assert JOBS["conda"]["strategy"]["matrix"]["os"] == SYSTEMS


def test_the_workflow_runs_the_commands_that_the_readme_gives() -> None:
    assert runs("everything") == ["bash .ci/run"]
    assert "\n".join(runs("tests")) == f"{TEST_COMMANDS} --ignore=tests/browser"
    assert runs("notebooks")[-1] == runs("conda")[-1] == "python -m pytest notebooks"
    [conda] = [step["with"] for step in JOBS["conda"]["steps"] if "micromamba" in step.get("uses", "")]
    assert (PROJECT / conda["environment-file"]).name == "environment.yml"


def test_the_workflow_runs_for_each_change_and_each_week() -> None:
    triggers = WORKFLOW[True]  # YAML takes the word `on` for a yes
    assert {"push", "pull_request", "schedule"} <= set(triggers)
    [schedule] = triggers["schedule"]
    assert re.fullmatch(r"\d+ \d+ \* \* [0-6]", schedule["cron"])


@pytest.mark.parametrize("job", JOBS)
def test_a_job_may_only_read_and_ends_and_uses_no_moving_branch(job: str) -> None:
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert "permissions" not in JOBS[job]
    assert JOBS[job]["timeout-minutes"] <= 90
    used = [step["uses"] for step in JOBS[job]["steps"] if "uses" in step]
    assert used
    assert all(re.search(r"@(v\d+|[0-9a-f]{40})$", action) for action in used)
