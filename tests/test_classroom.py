"""What a teacher relies on: the hub's configuration, the table of who has got how far, and the files for a cluster."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from traitlets.config import PyFileConfigLoader

from helpers.exercises import BY_NOTEBOOK
from helpers.exercises.record import FILE_NAME
from tests.notebooks import PROJECT

if os.name == "nt":
    pytest.skip("a class is held on Linux", allow_module_level=True)

from classroom import accounts, learner, progress

FOLDER = PROJECT / "classroom"
README = (FOLDER / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def a_class(monkeypatch, tmp_path) -> Path:
    """The folder of a class of three, without their accounts."""
    monkeypatch.setenv(accounts.FOLDER_VARIABLE, str(tmp_path))
    (tmp_path / "names.txt").write_text("teacher\nlearner-01\nlearner-02\n", encoding="utf-8")
    for name in accounts.names():
        accounts.record_folder(name).mkdir(parents=True)
    return tmp_path


def load_configuration(monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))  # where the configuration puts the project first
    return PyFileConfigLoader("jupyterhub_config.py", path=str(FOLDER)).load_config()


def test_the_hub_keeps_to_its_class_and_its_machine(a_class, monkeypatch) -> None:
    c = load_configuration(monkeypatch)
    assert c.JupyterHub.ip == "127.0.0.1"
    assert c.Authenticator.allowed_users == {"teacher", "learner-01", "learner-02"}
    assert c.FirstUseAuthenticator.create_users is False
    kept = [c.JupyterHub.cookie_secret_file, c.FirstUseAuthenticator.dbm_path, c.ConfigurableHTTPProxy.pid_file]
    kept.append(c.JupyterHub.db_url.removeprefix("sqlite:///"))
    assert {Path(file).parent for file in kept} == {a_class / "hub"}


def test_no_role_of_the_hub_opens_a_learners_server(a_class, monkeypatch) -> None:
    roles = {role["name"]: role for role in load_configuration(monkeypatch).JupyterHub.load_roles}
    values = yaml.safe_load((FOLDER / "values.yaml").read_text(encoding="utf-8"))
    assert roles["teacher"]["users"] == ["teacher"]
    for role in [*roles.values(), *values["hub"]["loadRoles"].values()]:
        assert not {"access:servers", "tokens", "admin:auth_state"} & set(role["scopes"])
    assert values["hub"]["config"]["JupyterHub"]["admin_access"] is False


def test_a_learners_server_has_a_record_and_sockets_of_its_own(a_class, monkeypatch) -> None:
    class Spawner:
        class user:  # noqa: N801 - what JupyterHub calls it
            name = "learner-01"

    spawner = load_configuration(monkeypatch).Spawner
    assert {name: value(Spawner) for name, value in spawner.environment.items()} == {
        "EXERCISE_RECORD_HOME": str(a_class / "records" / "learner-01"),
        "JUPYTER_RUNTIME_DIR": str(a_class / "run" / "learner-01"),
    }
    assert "--KernelManager.transport=ipc" in spawner.args
    longest = Path("/srv/key-vault-class/run") / ("x" * 20) / f"kernel-{'x' * 36}-ipc-5"
    assert len(str(longest)) < 108  # what Linux takes for a socket's path


def test_without_a_class_the_hub_says_how_to_make_one(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv(accounts.FOLDER_VARIABLE, str(tmp_path))
    with pytest.raises(accounts.ClassroomError, match=r"^There is no class in .*accounts add names\.txt`\.$"):
        load_configuration(monkeypatch)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "There are no names"),
        ("Ann", "'Ann' can't be the name of an account"),
        ("../ann", "can't be the name"),
        ("-rf", "can't be the name"),
        ("a" * 21, "can't be the name"),
        (accounts.READER, "can't be the name"),
        ("root", "'root' is another account on this machine"),
    ],
)
def test_a_name_that_cannot_be_an_account_is_told_before_anything_is_made(text, said, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv(accounts.FOLDER_VARIABLE, str(tmp_path / "class"))
    (tmp_path / "names.txt").write_text(text, encoding="utf-8")
    with pytest.raises(accounts.ClassroomError, match=said):
        accounts.add(tmp_path / "names.txt")
    assert not (tmp_path / "class").exists()


def test_the_table_has_what_is_solved_and_nothing_that_was_typed(a_class, capsys) -> None:
    solved = [exercise.__name__ for exercise in BY_NOTEBOOK["02-save-a-secret"]]
    record = accounts.record_folder("learner-01") / FILE_NAME
    record.write_text(json.dumps([*solved, "SignIn", "fake-value-typed"]), encoding="utf-8")
    progress.main([])
    head, *rows = capsys.readouterr().out.splitlines()
    total = sum(len(exercises) for exercises in BY_NOTEBOOK.values())
    assert head.split() == [*(notebook[:2] for notebook in BY_NOTEBOOK), "solved"]
    cells = {row.split()[0]: row.split()[1:] for row in rows}
    assert cells["learner-01"][:5] == ["·", "1", "2", "·", "·"]
    assert [" ".join(row[-3:]) for row in cells.values()] == [f"0 of {total}", f"3 of {total}", f"0 of {total}"]

    progress.main(["learner-01", "learner-02"])
    assert capsys.readouterr().out == f"learner-01: SignIn, {', '.join(solved)}\nlearner-02: nothing yet\n"

    page = progress.page()
    assert re.search(rf'<th scope="row">learner-01</th><td>·</td><td>1</td><td>2</td>.*<td>3 of {total}</td>', page)
    assert "fake-value" not in page


@pytest.mark.parametrize("content", ["", "{", "7", "null", "[[]]", "[" * 100_000, '{"SignIn": 1}' * 2, "\udcff"])
def test_a_record_that_is_no_record_counts_as_empty(a_class, content) -> None:
    file = accounts.record_folder("learner-01") / FILE_NAME
    file.write_text(content, encoding="utf-8", errors="surrogateescape")
    assert not any(progress.class_progress()["learner-01"].values())


def test_what_a_learner_puts_in_the_place_of_the_record_is_not_followed(a_class) -> None:
    elsewhere = a_class / "elsewhere"
    elsewhere.write_text('["SignIn"]', encoding="utf-8")
    (accounts.record_folder("learner-01") / FILE_NAME).symlink_to(elsewhere)
    os.mkfifo(accounts.record_folder("learner-02") / FILE_NAME)  # opening one waits for a writer
    (accounts.record_folder("teacher") / FILE_NAME).mkdir()
    assert not any(solved for of_learner in progress.class_progress().values() for solved in of_learner.values())


def test_a_learner_gets_every_file_once_and_keeps_what_they_changed(tmp_path) -> None:
    target = tmp_path / "notebooks"
    (target / "pictures").mkdir(parents=True)
    (target / "02-save-a-secret.ipynb").write_text("mine", encoding="utf-8")
    learner.copy_missing(learner.NOTEBOOKS, target)
    there = {path.relative_to(target) for path in target.rglob("*") if path.is_file()}
    source = {path.relative_to(learner.NOTEBOOKS) for path in learner.NOTEBOOKS.rglob("*") if path.is_file()}
    assert {Path("00-set-up.ipynb"), Path("helpers.py")} < there <= source
    assert not any({"__pycache__", ".ipynb_checkpoints"} & set(path.parts) for path in there)
    assert (target / "02-save-a-secret.ipynb").read_text(encoding="utf-8") == "mine"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems don't keep to it")
def test_who_asks_for_too_much_memory_gets_an_error_and_can_go_on() -> None:
    code = (
        "from classroom.learner import limit_memory\nlimit_memory(200_000_000)\n"
        "try:\n    bytearray(300_000_000)\nexcept MemoryError:\n    print('an error', len(bytearray(50_000_000)))"
    )
    finished = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True)
    assert finished.stdout == "an error 50000000\n", finished.stderr


def test_the_image_has_what_its_instructions_name() -> None:
    text = (FOLDER / "Dockerfile").read_text(encoding="utf-8")
    lines = re.sub(r"\\\n", "", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)).splitlines()
    instructions = [line.split(maxsplit=1) for line in lines if line.strip()]
    assert instructions[0][0] == "FROM"
    assert {name for name, _ in instructions} <= {
        "FROM",
        "ARG",
        "ENV",
        "RUN",
        "WORKDIR",
        "COPY",
        "USER",
        "EXPOSE",
        "CMD",
    }
    for source in (source for name, rest in instructions if name == "COPY" for source in shlex.split(rest)[:-1]):
        assert (PROJECT / source).exists(), source
    last = dict(map(tuple, instructions))
    assert last["USER"] != "root"
    assert last["USER"] != "0"
    command = json.loads(last["CMD"])
    project = next(rest for name, rest in instructions if name == "WORKDIR")
    values = yaml.safe_load((FOLDER / "values.yaml").read_text(encoding="utf-8"))["singleuser"]
    assert command[:2] == values["cmd"][:2] == ["python", f"{project}/classroom/learner.py"]
    assert values["cmd"][2:] == ["jupyterhub-singleuser"]
    for address in (values["defaultUrl"], command[-1].partition("=")[2]):
        assert (PROJECT / address.removeprefix("/lab/tree/")).is_file()


def test_the_chart_is_given_only_what_its_schema_has() -> None:
    # Of Zero to JupyterHub's values.schema.yaml: what values.yaml uses. Helm refuses every other name.
    schema = {
        "hub": {"config", "loadRoles"},
        "proxy": {"https"},
        "singleuser": {"image", "cmd", "defaultUrl", "startTimeout", "cpu", "memory", "storage"},
        "cull": {"enabled", "timeout", "every"},
    }
    values = yaml.safe_load((FOLDER / "values.yaml").read_text(encoding="utf-8"))
    assert {name: set(part) for name, part in values.items()} == schema
    assert set(values["singleuser"]["storage"]) <= {"capacity", "homeMountPath", "type", "dynamic"}
    assert set(values["singleuser"]["memory"]) | set(values["singleuser"]["cpu"]) == {"guarantee", "limit"}


def test_the_guides_commands_and_links_lead_somewhere() -> None:
    modules = set(re.findall(r"python -m (classroom\.\w+|tests\.tools\.\w+)", README))
    assert modules == {"classroom.accounts", "classroom.progress", "tests.tools.classroom"}
    for module in modules:
        assert (PROJECT / f"{module.replace('.', '/')}.py").is_file()
    for file in re.findall(r"(?:--config|--file|--values) (\S+)", README):
        assert (PROJECT / file).is_file(), file
    for target in re.findall(r"\]\((?!https://)([^)#]+)\)", README):
        assert (FOLDER / target).exists(), target
    versions = set(re.findall(r"JUPYTERHUB_VERSION=([\d.]+)", README + (FOLDER / "Dockerfile").read_text("utf-8")))
    assert len(versions) == 1
    assert re.findall(r"chart (\d[\d.]+\d)", (FOLDER / "values.yaml").read_text("utf-8")) == list(
        set(re.findall(r"--version (\d[\d.]+\d)", README))
    )
