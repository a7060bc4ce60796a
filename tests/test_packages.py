"""The project's packages are named in three places, which say the same; and a kernel that lacks one is told so."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from helpers import packages
from helpers.errors import NotebookError
from tests.notebooks import PROJECT

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
ASKED_FOR = {"jupyterlab", "azure-keyvault-secrets", "azure-identity", "ipywidgets", "nbval"}


def _ranges(lines: list[str]) -> dict[str, str]:
    found = [re.fullmatch(r"([a-z0-9-]+) ?>=([0-9.]+)", line) for line in lines]
    assert all(found), lines
    return {match[1]: match[2] for match in found}


def test_environment_yml_and_pyproject_name_the_same_packages_and_ranges() -> None:
    environment = yaml.safe_load((PROJECT / "environment.yml").read_text(encoding="utf-8"))
    *conda, pip = [line for line in environment["dependencies"] if line != "pip"]
    *from_pypi, project_itself = pip["pip"]
    conda = _ranges([*conda, *from_pypi])
    project = PYPROJECT["project"]
    needed = _ranges(project["dependencies"])
    assert set(needed) >= ASKED_FOR
    conda["playwright"] = conda.pop("playwright-python")  # what conda-forge calls it
    assert conda == {
        "python": project["requires-python"].removeprefix(">="),
        **needed,
        **_ranges(PYPROJECT["dependency-groups"]["dev"]),
    }
    assert environment["channels"] == ["conda-forge", "nodefaults"]
    assert project_itself == "--editable ."


def test_helpers_look_for_what_pyproject_names() -> None:
    assert _ranges(PYPROJECT["project"]["dependencies"]) == packages.NEEDED
    assert PYPROJECT["project"]["requires-python"] == ">=" + ".".join(map(str, packages.OLDEST_PYTHON))


def test_every_package_has_its_reason_beside_it() -> None:
    text = (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
    listed = [line for line in text.split("constraint-dependencies")[0].splitlines() if re.match(r'    ".*>=', line)]
    groups = PYPROJECT["dependency-groups"].values()
    assert len(listed) == len(PYPROJECT["project"]["dependencies"]) + sum(len(group) for group in groups)
    assert all("  # " in line for line in listed)


def test_every_package_is_pinned_inside_its_range() -> None:
    pins = [re.match(r"([a-z0-9._-]+)==([^ ;]+)", pin) for pin in PYPROJECT["tool"]["uv"]["constraint-dependencies"]]
    assert all(pins)
    pinned = {pin[1] for pin in pins}
    assert set(packages.NEEDED) <= pinned
    for group in PYPROJECT["dependency-groups"].values():
        assert set(_ranges(group)) <= pinned


def test_a_missing_or_old_package_is_told_in_words(monkeypatch) -> None:
    packages.check_packages()
    monkeypatch.setitem(packages.NEEDED, "no-such-package", "1.0")
    monkeypatch.setitem(packages.NEEDED, "ipywidgets", "99.0")
    with pytest.raises(
        NotebookError, match=r"Missing in this kernel, or too old: ipywidgets, no-such-package\..*pip install"
    ):
        packages.check_packages()


def test_an_old_python_is_told_in_words(monkeypatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 18))
    with pytest.raises(NotebookError, match=r"Python 3\.10 or newer"):
        packages.check_packages()


def test_a_kernel_without_this_project_finds_helpers_and_hears_what_it_lacks() -> None:
    # -S: no installed packages; -E -s: nothing from the environment or the user. The folder is the notebook's own.
    code = "import sys; sys.path.insert(0, ''); from helpers import connect"
    finished = subprocess.run(
        [sys.executable, "-S", "-E", "-s", "-c", code], cwd=PROJECT / "notebooks", capture_output=True, text=True
    )
    assert finished.returncode == 1
    assert "NotebookError: Missing in this kernel, or too old: aiohttp, anywidget, azure-identity" in finished.stderr


def run_beside_copy(
    tmp_path: Path, *options: str, path: str = "", notebooks: str = "notebooks"
) -> subprocess.CompletedProcess[str]:
    """Import `connect` in a folder that has a copy of the notebooks' helpers.py, and not the project beside it."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    shutil.copy(PROJECT / notebooks / "helpers.py", folder)
    code = """import sys; sys.path.insert(0, "")
try:
    from helpers import connect, exercises
except ModuleNotFoundError as error:
    print(*error._render_traceback_())  # what IPython shows
else:
    print(sys.modules["helpers"].__file__, sys.path[0] == "")"""
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, *options, "-c", code], cwd=folder, env=environment, capture_output=True, encoding="utf-8"
    )


def test_a_notebook_moved_out_of_its_folder_is_told_in_words(tmp_path) -> None:
    said = run_beside_copy(tmp_path, "-S").stdout.strip()
    assert said.startswith("The notebook was moved out of its folder, so it can't find `helpers`. Open it in the ")
    assert "\n" not in said


def test_a_notebook_of_another_edition_is_told_so_in_its_language(tmp_path) -> None:
    said = run_beside_copy(tmp_path, "-S", notebooks="notebooks/zh-TW").stdout.strip()
    assert said.startswith("筆記本從資料夾移走了，所以找不到 `helpers`。")
    assert said.endswith("再重新啟動核心。")


def test_another_package_named_helpers_is_not_taken_for_it(tmp_path) -> None:
    (tmp_path / "elsewhere" / "helpers").mkdir(parents=True)
    (tmp_path / "elsewhere" / "helpers" / "__init__.py").write_text("")
    finished = run_beside_copy(tmp_path, "-S", path=str(tmp_path / "elsewhere"))
    assert finished.stdout.startswith("The notebook was moved out of its folder")


def test_a_copied_folder_finds_the_helpers_that_its_kernel_has_installed(tmp_path) -> None:
    finished = run_beside_copy(tmp_path)
    assert finished.stdout.strip() == f"{PROJECT / 'helpers' / '__init__.py'} True", finished.stderr


def test_beside_the_notebooks_helpers_is_the_project_folder() -> None:
    code = "import sys; sys.path.insert(0, ''); import helpers; from helpers import connect; print(helpers.__file__)"
    finished = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT / "notebooks", capture_output=True, text=True, check=True
    )
    assert finished.stdout.strip() == str(PROJECT / "helpers" / "__init__.py")
