"""What the README says is there, and CI runs what it tells a person to run."""

import re

from tests.notebooks import NAMES, PROJECT

README = (PROJECT / "README.md").read_text(encoding="utf-8")
TEST_COMMANDS = "pip install uv\nuv run pytest"


def test_links_and_pictures_lead_somewhere() -> None:
    targets = re.findall(r"\]\(([^)]+)\)", README)
    assert len(targets) > 8
    for target in targets:
        assert (PROJECT / target).is_file(), target


def test_pictures_have_alternative_text() -> None:
    alternatives = re.findall(r"!\[([^\]]*)\]", README)
    assert len(alternatives) == 2
    assert all(len(alternative) > 40 for alternative in alternatives)


def test_the_map_names_every_notebook_in_order() -> None:
    assert re.findall(r"^\| \[[^\]]+\]\(notebooks/([^)]+)\.ipynb\)", README, re.MULTILINE) == NAMES


def test_starts_and_tests_with_two_lines_that_every_shell_takes() -> None:
    assert "```bash\npip install uv\nuv run jupyter lab notebooks/00-set-up.ipynb\n```" in README
    assert f"```bash\n{TEST_COMMANDS}\n```" in README


def test_ci_runs_the_commands_that_the_readme_gives() -> None:
    assert (PROJECT / ".ci" / "run").read_text(encoding="utf-8").rstrip().endswith(f"\n{TEST_COMMANDS}")


def test_the_commands_for_conda_fit_the_environment_file() -> None:
    [name] = re.findall(r"^name: (.+)$", (PROJECT / "environment.yml").read_text(encoding="utf-8"), re.MULTILINE)
    assert f"conda env create --file environment.yml\nconda activate {name}\n" in README


def test_spells_as_americans_do() -> None:
    british = r"\b(?:behaviour|colour|favour|licence|practis|organis|recognis|catalogue|centre)\w*"
    assert re.findall(british, README, re.IGNORECASE) == []
