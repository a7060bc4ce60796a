"""The command line: `run`, `env` and `reset`, each in a process of its own, as in a terminal."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from helpers.practice import __main__ as command_line

from .conftest import ROOT, Client

PRACTICE = ("-m", "helpers.practice")
LINUX_SIGNALS = pytest.mark.skipif(os.name == "nt", reason="Windows has other signals")


def run_under(*command):
    return (*PRACTICE, "run", "--", *command)


def test_run_gives_the_program_the_environment_and_gives_back_its_exit_code(run_python):
    program = "import os, sys; print(os.environ['PRACTICE_CLOUD'], sys.argv[1:], sys.stdin.read()); sys.exit(7)"
    said = run_python(*run_under(sys.executable, "-c", program, "--", "-x"), input="typed", check=False)
    assert (said.returncode, said.stderr) == (7, "")
    assert said.stdout == "on ['--', '-x'] typed\n"


def test_the_quickstarts_script_of_2020_does_what_it_promises(run_python, tmp_path):
    script = tmp_path / "kv_secrets.py"
    script.write_text(Path(__file__).with_name("kv_secrets_2020.txt").read_text())
    said = run_python(*run_under(sys.executable, str(script)), input="my-secret\nmy value\n")
    assert said.stderr == ""
    assert said.stdout.split(" > ", 2)[2] == (
        "Creating a secret in practice-vault called 'my-secret' with the value 'my value' ...\n"
        " done.\n"
        "Retrieving your secret from practice-vault.\n"
        "Your secret is 'my value'.\n"
        "Deleting your secret from practice-vault ...\n"
        " done.\n"
    )


def test_run_tells_of_a_program_that_is_not_there(run_python):
    said = run_python(*run_under("no-such-program"), check=False)
    assert (said.returncode, said.stdout) == (127, "")
    assert said.stderr == "There's no program named 'no-such-program'. Check the spelling, or give its path.\n"


@LINUX_SIGNALS
def test_run_tells_of_a_program_that_cannot_be_run(run_python, tmp_path):
    program = tmp_path / "program"
    program.write_text("neither a script nor a program")
    program.chmod(0o755)
    said = run_python(*run_under(str(program)), check=False)
    assert said.returncode == 126
    assert said.stderr == f"The program {program} can't be run (Exec format error).\n"


def test_run_gives_back_windows_exit_codes_as_sys_exit_takes_them(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    assert [command_line._exit_code(code) for code in (0, 7, 0xC000013A)] == [0, 7, -1_073_741_510]
    monkeypatch.setattr(sys, "platform", "linux")
    assert [command_line._exit_code(code) for code in (0, 7, -15)] == [0, 7, 143]


@LINUX_SIGNALS  # in which another signal stands for Ctrl+Break
def test_run_leaves_ctrl_break_to_the_program(state_folder, monkeypatch):
    monkeypatch.setattr(command_line, "_BREAK_SIGNALS", [signal.SIGUSR1])
    program = "import os, signal; os.kill(os.getppid(), signal.SIGUSR1); raise SystemExit(3)"
    assert command_line.run_program([sys.executable, "-c", program]) == 3


@LINUX_SIGNALS
def test_env_ends_on_ctrl_break(state_folder, monkeypatch, capsys):
    monkeypatch.setattr(command_line, "_BREAK_SIGNALS", [signal.SIGUSR1])
    monkeypatch.setattr(command_line.time, "sleep", lambda _seconds: os.kill(os.getpid(), signal.SIGUSR1))
    assert command_line.serve(0) == 0
    folder = re.search("SSL_CERT_FILE='?([^'\n]+)", capsys.readouterr().out)[1]
    assert not Path(folder).parent.exists()


def test_a_path_that_the_output_has_no_letters_for_is_printed_all_the_same(run_python, tmp_path):
    folder = tmp_path / "\u0141"
    folder.mkdir()
    (folder / "practice.sqlite3").write_text("no database " * 100, encoding="utf-8")
    # As on Windows in Western Europe, where the output of a program goes to a file or to another program.
    output = {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0", "PRACTICE_CLOUD_HOME": str(folder)}
    said = run_python(*PRACTICE, "reset", env={**os.environ, **output})
    assert said.stderr == ""
    assert r"\u0141" in said.stdout


def test_run_asks_for_a_program(run_python):
    said = run_python(*PRACTICE, "run", "--", check=False)
    assert said.returncode == 2
    assert "name the program to run, as in: run -- python kv_secrets.py" in said.stderr


@LINUX_SIGNALS
def test_run_leaves_ctrl_c_to_the_program(begin_python):
    program = (
        "import time\ntry: print('ready', flush=True); time.sleep(60)\n"
        "except KeyboardInterrupt: print('stopped by hand'); raise SystemExit(3)"
    )
    process = begin_python(*run_under(sys.executable, "-c", program))
    assert process.stdout.readline() == "ready\n"
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all of them
    assert process.communicate(timeout=10) == ("stopped by hand\n", "")
    assert process.returncode == 3


@LINUX_SIGNALS
def test_run_passes_on_a_kill_and_leaves_nothing_behind(begin_python, tmp_path):
    program = "import os, time; print(os.environ['SSL_CERT_FILE'], os.getpid(), flush=True); time.sleep(60)"
    process = begin_python(*run_under(sys.executable, "-c", program), env={**os.environ, "TMPDIR": str(tmp_path)})
    bundle, pid = process.stdout.readline().split()
    assert Path(bundle).exists()
    process.terminate()
    assert process.communicate(timeout=10) == ("", "")
    assert process.returncode == 128 + signal.SIGTERM
    assert not Path(bundle).parent.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid), 0)


def read_blocks(process):
    blocks, title = {}, None
    for line in process.stdout:
        if line.startswith("# "):
            title = line[2:].strip()
            blocks[title] = []
            if "Ctrl+C" in title:
                break
        elif line.strip():
            blocks[title].append(line.rstrip("\n"))
    return blocks


@pytest.fixture
def served(begin_python):
    process = begin_python(*PRACTICE, "env")
    return process, read_blocks(process)


@LINUX_SIGNALS
def test_env_prints_settings_that_work_when_pasted_into_bash(served, tmp_path):
    _, blocks = served
    program = (
        "import os; from azure.identity import DefaultAzureCredential\n"
        "from azure.keyvault.secrets import SecretClient\n"
        "url = 'https://' + os.environ['KEY_VAULT_NAME'] + '.vault.azure.net'\n"
        "print(SecretClient(url, DefaultAzureCredential()).set_secret('name', 'value').value)"
    )
    lines = ["export no_proxy='*' AZURE_TOKEN_CREDENTIALS=dev", *blocks["bash"], f'"{sys.executable}" -c "{program}"']
    said = subprocess.run(["bash", "-e"], input="\n".join(lines), capture_output=True, text=True, timeout=30, cwd=ROOT)
    assert (said.stdout, said.stderr) == ("value\n", "")


def test_env_prints_the_same_for_each_shell(served):
    _, blocks = served
    assert list(blocks)[:3] == ["bash", "PowerShell", "cmd"]
    assert "unset AZURE_TOKEN_CREDENTIALS" in blocks["bash"]
    assert "Remove-Item Env:AZURE_TOKEN_CREDENTIALS -ErrorAction Ignore" in blocks["PowerShell"]
    assert 'set "AZURE_TOKEN_CREDENTIALS="' in blocks["cmd"]
    assert "export KEY_VAULT_NAME=practice-vault" in blocks["bash"]
    assert "$env:KEY_VAULT_NAME = 'practice-vault'" in blocks["PowerShell"]
    assert 'set "KEY_VAULT_NAME=practice-vault"' in blocks["cmd"]
    assert len({len(blocks[shell]) for shell in ("bash", "PowerShell", "cmd")}) == 1


@LINUX_SIGNALS
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_env_serves_until_it_is_interrupted(served, number):
    process, blocks = served
    settings = dict(line.removeprefix("export ").split("=", 1) for line in blocks["bash"] if "export" in line)
    assert Client(settings).ask("GET", "/secrets").status == 200
    process.send_signal(number)
    assert process.communicate(timeout=10) == ("\n", "")
    assert process.returncode == 0
    assert not Path(settings["SSL_CERT_FILE"]).parent.exists()


def test_env_takes_the_port_that_is_asked_for_or_tells_that_it_is_busy(cloud, run_python):
    port = urlsplit(cloud.settings["HTTPS_PROXY"]).port
    said = run_python(*PRACTICE, "env", "--port", str(port), check=False)
    assert said.returncode == 1
    assert said.stderr.startswith(f"The practice cloud can't use port {port} on this computer (")
    assert said.stderr.endswith("Choose another port, or leave it out to use a free one.\n")
    assert said.stderr.count("\n") == 1


def test_reset_empties_the_practice_cloud_and_says_so(client, run_python):
    client.ask("PUT", "/secrets/name", {"value": "x"})
    assert run_python(*PRACTICE, "reset").stdout == "The practice cloud is empty.\n"
    assert client.ask("GET", "/secrets").body["value"] == []


def test_reset_says_where_a_damaged_file_is_now(state_folder, run_python):
    state_folder.mkdir()
    (state_folder / "practice.sqlite3").write_text("no database " * 100)
    said = run_python(*PRACTICE, "reset").stdout
    aside = Path(said.split(" was moved to ")[1].strip().removesuffix("."))
    assert aside.read_text(encoding="utf-8") == "no database " * 100


@pytest.mark.parametrize("command", [("run", "--", sys.executable, "-V"), ("env",), ("reset",)])
def test_a_state_that_cannot_be_used_is_told_in_one_line(command, run_python, tmp_path):
    (tmp_path / "file").write_text("")
    environment = {**os.environ, "PRACTICE_CLOUD_HOME": str(tmp_path / "file" / "below")}
    said = run_python(*PRACTICE, *command, env=environment, check=False)
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr.count("\n") == 1
    assert "Set PRACTICE_CLOUD_HOME to a folder that you can write to, then start again." in said.stderr
