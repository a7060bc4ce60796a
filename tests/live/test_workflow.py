"""The workflow of the live tests: no stored secret, never for a pull request, and no rights that it does without."""

import re

import pytest
import yaml

from tests.notebooks import PROJECT

TEXT = (PROJECT / ".github" / "workflows" / "live.yml").read_text(encoding="utf-8")
WORKFLOW = yaml.load(TEXT, yaml.BaseLoader)  # noqa: S506 - all texts as they are: YAML would read "on" as true
[JOB] = WORKFLOW["jobs"].values()
VARIABLE = re.compile(r"\$\{\{ vars\.[A-Z_]+ \}\}")


def test_runs_weekly_and_by_hand_and_for_nothing_else():
    assert set(WORKFLOW["on"]) == {"workflow_dispatch", "schedule"}
    [schedule] = WORKFLOW["on"]["schedule"]
    minute, hour, day, month, weekday = schedule["cron"].split()
    assert minute.isdigit()
    assert hour.isdigit()
    assert (day, month) == ("*", "*")
    assert re.fullmatch("[0-6]", weekday)


def test_may_ask_for_a_token_and_read_and_no_more():
    assert WORKFLOW["permissions"] == {"id-token": "write", "contents": "read"}
    assert "permissions" not in JOB


def test_is_held_back_by_an_environment_and_runs_one_at_a_time():
    assert JOB["environment"] == "azure"
    assert WORKFLOW["concurrency"] == {"group": "live", "cancel-in-progress": "false"}


def test_signs_in_by_its_ids_alone():
    [sign_in] = [step for step in JOB["steps"] if step.get("uses", "").startswith("azure/login@")]
    assert set(sign_in["with"]) == {"client-id", "tenant-id", "subscription-id"}
    assert all(VARIABLE.fullmatch(value) for value in sign_in["with"].values())


def test_knows_no_stored_secret():
    expressions = re.findall(r"\$\{\{.*?\}\}", TEXT)
    assert expressions
    for expression in expressions:
        assert VARIABLE.fullmatch(expression), expression
    assert not re.search(r"secrets\.|CLIENT_SECRET|creds|github\.token", TEXT)
    [checkout] = [step for step in JOB["steps"] if step.get("uses", "").startswith("actions/checkout@")]
    assert checkout["with"]["persist-credentials"] == "false"


def test_fetches_the_tokens_before_it_runs_the_tests():
    commands = [step["run"] for step in JOB["steps"] if "run" in step]
    assert commands[-1] == "uv run pytest -m live"
    for resource in ("https://vault.azure.net", "https://management.azure.com"):
        assert f"az account get-access-token --resource {resource} --output none" in commands[:-1]
    actions = [step["uses"].partition("@")[0] for step in JOB["steps"] if "uses" in step]
    assert set(actions) == {"actions/checkout", "actions/setup-python", "azure/login"}


@pytest.mark.parametrize("variable", ["KEY_VAULT_NAME", "LESSON_SECOND_VAULT"])
def test_names_the_vaults(variable):
    assert JOB["steps"][-1]["env"][variable] == f"${{{{ vars.{variable} }}}}"
