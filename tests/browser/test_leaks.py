"""Is a value anywhere but in the vault? It is typed in a browser, used, shown, lost, saved, and each file is searched.

Each path has a sentinel of its own as its value. The notebooks are tried, and three controls, so that the search is
known to find what there is. To see the table: `pytest tests/browser/test_leaks.py -n 0 -s`.
"""

import base64
import json
import re
import secrets
import subprocess
import sys
from pathlib import Path

import nbformat
import psutil
import pytest
from playwright.sync_api import Locator, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests import notebooks
from tests.browser.conftest import Lab, Notebook

OURS, ASK = "the notebooks", "their .ask()"
INPUT, GETPASS, PASSWORD = "input()", "getpass", "ipywidgets.Password"

USED = "typed, saved in the vault, retrieved, shown masked, deleted"
BEARER = "the token that went with it"
HELD = "shown by a held button, and saved meanwhile"
PROGRAM = "typed, and handed to a program (05)"
FOCUS = "saved while typing"
AUTOSAVED = "saved by itself while typing"
UNUSED = "saved before the value is used"
STOPPED = "saved right after Enter, by a kernel that does not answer"
VERBOSE = "an error with %xmode Verbose, and %tb"
DISPLAYED = "every object displayed"
LINES = "several lines pasted"
RESTARTED = "typed after a restart of the kernel"
RUN_ALL = "Run All, with a made-up value"
NBCONVERT = "jupyter nbconvert --execute, with a made-up value"
NBCLIENT = "nbclient, which keeps widget state, and somebody typing"

# What was measured: whether the sentinel is in a file. What is not here cannot be done with that control.
CONTROLS = {
    INPUT: {UNUSED: True, FOCUS: False, STOPPED: True, VERBOSE: True, DISPLAYED: True},
    GETPASS: {UNUSED: False, FOCUS: False, STOPPED: False, VERBOSE: True, DISPLAYED: True},
    PASSWORD: {
        UNUSED: True,
        FOCUS: True,
        AUTOSAVED: True,
        STOPPED: True,
        VERBOSE: True,
        DISPLAYED: True,
        RESTARTED: False,  # JupyterLab leaves out the state of widgets whose kernel was restarted
        RUN_ALL: True,
        NBCONVERT: True,
        NBCLIENT: True,
    },
}
PATHS = [
    USED, BEARER, HELD, PROGRAM, LINES, FOCUS, AUTOSAVED, UNUSED, STOPPED, VERBOSE, DISPLAYED, RESTARTED,
    RUN_ALL, NBCONVERT, NBCLIENT,
]  # fmt: skip
ASK_PATHS = [USED, FOCUS, UNUSED, STOPPED, VERBOSE, DISPLAYED]

# Cells of a control's notebook: one that asks, one that takes the value, and one for what is to be tried.
ASKS = {
    INPUT: ["value = input('Secret value')", "pass", ""],
    GETPASS: ["from getpass import getpass\nvalue = getpass('Secret value')", "pass", ""],
    PASSWORD: [
        "import secrets\nfrom ipywidgets import Password\n"
        "field = Password(description='Secret value', value=secrets.token_urlsafe(24))\nfield",
        "value = field.value",
        "",
    ],
}
# The form of notebook 02, for a page that shows none.
ASKS_WITHOUT_FORM = """from helpers import SecretName, SecretValue
name_field = SecretName("Secret name", suggestion=secret_name)
value_field = SecretValue("Secret value", otherwise=secret_value)
value_field.ask()"""
FAIL = "%xmode Verbose\ndef use(value):\n    again = value + ''\n    return len(again) / 0\nuse({value})"
DISPLAY = "for each in list(globals().values()):\n    display(each)\n    print(repr(each))"
RETRIEVE = """from helpers import masked, reveal
retrieved = client.get_secret(secret_name)
print(masked(retrieved.value))
reveal(retrieved.value)"""
# The token that a request takes along, into a file that isn't searched; then all that shows what went on.
SHOW = """import os
from pathlib import Path
from helpers import show_requests, show_sign_in, show_vault
def keep_token(request, file=Path(os.environ["MADE_UP"]).with_name("token")):
    file.write_text(request.http_request.headers["Authorization"])
client.get_secret(secret_name, raw_request_hook=keep_token)
display(show_requests(), show_sign_in(), show_vault())"""

# Run at the start of each kernel. What a snippet makes up is the sentinel if there is one, and all logs are kept.
STARTUP = """import logging, os, secrets
from pathlib import Path
logging.basicConfig(filename=Path.home() / "python.log", level=logging.DEBUG, force=True)
def made_up(*_, original=secrets.token_urlsafe, file=Path(os.environ["MADE_UP"])):
    return file.read_text() if file.exists() else original(*_)
secrets.token_urlsafe = made_up
"""
# Type a value as the page does, after the cell that shows the field has run.
TYPIST = """import sys, nbformat
from nbclient import NotebookClient
source, result, form, kind = sys.argv[1:]
value = sys.stdin.read()
notebook = nbformat.read(source, as_version=4)
def type_once(cell_index, **_):
    if cell_index == int(form):
        states = client.widget_state.items()
        [field] = [comm for comm, state in states if state.get("kind", state["_model_name"]) == kind]
        data, buffers = {"method": "update", "state": {"value": value}, "buffer_paths": []}, []
        if kind == "value":
            data, buffers = {"method": "custom", "content": {"kind": "value"}}, [value.encode()]
        content, shell = {"comm_id": field, "data": data}, client.kc.shell_channel.socket
        client.kc.session.send(shell, "comm_msg", content, buffers=buffers)
client = NotebookClient(notebook, timeout=60, store_widget_state=True, on_cell_executed=type_once)
client.execute()
nbformat.write(notebook, result)
"""


class Audit:
    """Makes the sentinels, and searches for them. `found` says in which files, by who was tried and on which path."""

    def __init__(self, root: Path, lab: Lab) -> None:
        self.root, self.lab = root, lab
        self.found: dict[tuple[str, str], set[str]] = {}
        self._sentinels: dict[tuple[str, str], str] = {}

    def sentinel(self, who: str, path: str) -> str:
        """The value to type on a path; nobody else has it."""
        self.found.setdefault((who, path), set())
        return self._sentinels.setdefault((who, path), secrets.token_hex(12))

    def take(self, who: str, path: str, sentinel: str) -> None:
        """Search for something that wasn't typed."""
        self.found.setdefault((who, path), set())
        self._sentinels[who, path] = sentinel

    def value(self, who: str, path: str) -> str:
        """A path's sentinel."""
        return self._sentinels[who, path]

    def search(self, folder: Path) -> None:
        """Search all files below a folder, the vault's own store aside."""
        patterns = {key: re.compile(b"|".join(map(re.escape, forms(value)))) for key, value in self._sentinels.items()}
        for file in folder.rglob("*"):
            name = file.relative_to(self.root)
            if file.is_file() and name.parts[1] != "practice":
                content = file.read_bytes()
                for key, pattern in patterns.items():
                    if pattern.search(content):
                        self.found[key].add(str(name))

    def in_vault(self, who: str, path: str) -> bool:
        """Whether the vault's own store has the value of a path: it was really used."""
        value = self._sentinels[who, path].encode()
        return any(value in file.read_bytes() for file in self.lab.practice.rglob("*") if file.is_file())


def forms(value: str) -> list[bytes]:
    """How a value of letters and digits is written: as it is (in a URL, JSON and HTML, too), UTF-16, base64, hex."""
    plain = value.encode()
    found = [plain, value.encode("utf-16-le"), value.encode("utf-16-be"), plain.hex().encode()]
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + plain).rstrip(b"=")
        # A character at an edge depends on what stands beside the value.
        end = len(encoded) if (before + len(plain)) % 3 == 0 else -1
        found.append(encoded[(0, 2, 3)[before] : end])
    return found


class Person:
    """Somebody at a notebook that asks for a value."""

    def __init__(self, audit: Audit, who: str, notebook: Notebook, asks: int, takes: int, free: int, name: str) -> None:
        self.audit, self.who, self.notebook = audit, who, notebook
        self.asks, self.takes, self.free, self.name = asks, takes, free, name
        self.page = notebook.page

    def ask(self) -> None:
        """Run the cell that asks, and wait for the field."""
        self.notebook._wait_until_done()
        self.page.evaluate("document.activeElement.blur()")  # a field with the focus would take Shift+Enter
        expect(self.notebook.cell(self.asks).locator(".jp-Stdin-input")).to_have_count(0)  # it goes a moment later
        if self.who in (OURS, PASSWORD):
            self.notebook.run(self.asks)
            self.field().wait_for()
            return
        for attempt in range(3):
            self.notebook.select(self.asks)
            self.page.keyboard.press("Shift+Enter")  # and no waiting for the end: the kernel waits for an answer
            try:
                self.field().wait_for(timeout=10_000)
            except PlaywrightTimeout:
                if attempt == 2:
                    raise
            else:
                return

    def field(self) -> Locator:
        """The field that has just been asked for."""
        return self.notebook.cell(self.asks).locator('.jp-Stdin-input, input[type="password"]').last

    def type(self, path: str, end: str = "Enter") -> None:
        """Type the path's sentinel into the field."""
        self.field().click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(self.audit.sentinel(self.who, path))
        if end:
            self.page.keyboard.press(end)

    def try_code(self, code: str) -> None:
        """Take the value into a variable, and run code of one's own."""
        if self.who in (OURS, PASSWORD):
            self.page.wait_for_timeout(300)  # until the kernel has it
        self.notebook._wait_until_done()
        self.notebook.run(self.takes)
        self.notebook.write(self.free, code)
        self.notebook.run(self.free)

    def save(self) -> None:
        """Save, and search what is saved now: the next save may hide what this one showed."""
        self.notebook.save()
        self.audit.search(self.audit.lab.notebooks)

    def kernel(self) -> int:
        """The kernel's process."""
        self.notebook.write(self.free, "import os\nprint(os.getpid())")
        self.notebook.run(self.free)
        return int(self.notebook.text(self.free))

    # The paths that are the same for all

    def saves_before_use(self) -> None:
        self.ask()
        self.type(UNUSED)
        self.page.wait_for_timeout(300)
        self.save()

    def saves_while_typing(self) -> None:
        self.ask()
        self.type(FOCUS, end="")
        if self.who == OURS:
            with self.page.expect_response(saving):
                self.page.keyboard.press("Control+s")
            self.audit.search(self.audit.lab.notebooks)
        else:
            self.save()  # their fields take all keys for themselves
        self.field().press("Enter")

    def is_saved_while_typing(self) -> None:
        """With a JupyterLab that saves by itself, which may have happened before the first letter: then try again."""
        file = self.notebook.lab.notebooks / f"{self.notebook.name}.ipynb"
        for _ in range(5):
            self.ask()
            self.type(AUTOSAVED, end="")
            before = file.stat().st_mtime_ns
            for _ in range(40):
                self.page.wait_for_timeout(100)
                if file.stat().st_mtime_ns != before:
                    self.audit.search(self.notebook.lab.notebooks)
                    return
            self.field().press("Enter")
        pytest.fail(f"{self.who}: not saved while somebody was typing")

    def saves_while_the_kernel_does_not_answer(self) -> None:
        kernel = self.kernel()
        self.ask()
        psutil.Process(kernel).suspend()
        try:
            self.type(STOPPED)
            self.save()
        finally:
            psutil.Process(kernel).resume()
        if self.who == OURS:
            expect(self.notebook.cell(self.asks).get_by_text("✓ Value received")).to_be_visible()

    def fails(self) -> None:
        self.ask()
        self.type(VERBOSE)
        self.try_code(FAIL.format(value=self.name))
        expect(self.notebook.cell(self.free)).to_contain_text("ZeroDivisionError: division by zero")
        self.save()
        self.notebook.write(self.free, "%tb")
        self.notebook.run(self.free)
        self.save()

    def displays_everything(self) -> None:
        self.ask()
        self.type(DISPLAYED)
        self.try_code(DISPLAY)
        self.save()

    def types_after_a_restart(self) -> None:
        self.ask()
        self.notebook.restart_kernel()
        self.type(RESTARTED)
        self.save()


@pytest.fixture(scope="module")
def audit(browser, tmp_path_factory) -> Audit:
    """All paths, tried. JupyterLab keeps widget state; the server, the kernels and Python's own logs are at DEBUG."""
    root, made_up = tmp_path_factory.mktemp("written"), tmp_path_factory.mktemp("made-up") / "value"
    options = {"save_widget_state": True, "log_level": "DEBUG", "environment": {"MADE_UP": str(made_up)}}
    lab = Lab(browser, root / "lab", **options)
    audit = Audit(root, lab)
    try:
        prepare(lab)
        try_notebooks(audit, made_up)
        try_without_form(audit)
        for who in CONTROLS:
            try_control(audit, who)
        with_a_made_up_value(audit, made_up)
        with_nobody_at_a_page(audit)
    finally:
        lab.stop()
    lab = Lab(browser, root / "lab-that-saves", autosave=2, **options)
    try:
        prepare(lab)
        try_automatic_save(audit, lab)
    finally:
        lab.stop()
    audit.search(root)
    print(table(audit))
    return audit


def prepare(lab: Lab) -> None:
    """Start-up files of the kernels, and the controls' notebooks."""
    profile = lab.folder / "ipython/profile_default"
    (profile / "startup").mkdir(parents=True)
    (profile / "startup/00-audit.py").write_text(STARTUP)
    (profile / "ipython_kernel_config.py").write_text("c = get_config()\nc.Application.log_level = 'DEBUG'\n")
    for who, cells in ASKS.items():
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        notebook.metadata.kernelspec = {"display_name": "Python 3", "language": "python", "name": "python3"}
        nbformat.write(notebook, lab.notebooks / f"{control(who)}.ipynb")


def try_notebooks(audit: Audit, made_up: Path) -> None:
    """Notebook 02 by all paths of a form, then 05 as it is meant."""
    notebook = audit.lab.open("02-save-a-secret")
    person = Person(audit, OURS, notebook, *places("02-save-a-secret"), "str(secret_value)")
    notebook.run_to(person.asks)
    page = person.page

    person.ask()
    person.type(USED)
    page.wait_for_timeout(300)
    notebook.run(person.takes)
    notebook.run_to(person.free)
    assert "The cell sent" in notebook.text(notebook.place("show_requests"))
    notebook.write(person.free, RETRIEVE)
    notebook.run(person.free)
    notebook.write(person.free, SHOW)
    notebook.run(person.free)
    assert "Live:" in notebook.text(person.free)
    token = made_up.with_name("token").read_text()
    audit.take(OURS, BEARER, token.rpartition(".")[2])  # its signature, which no other text has
    person.save()
    notebook.write(person.free, "client.begin_delete_secret(secret_name).wait()")
    notebook.run(person.free)
    person.save()

    person.ask()
    person.type(HELD)
    page.wait_for_timeout(300)
    notebook.run(person.takes)
    notebook.write(person.free, "from helpers import reveal\nreveal(secret_value)")
    notebook.run(person.free)
    output = notebook.cell(person.free)
    output.get_by_role("button", name="Hold to show the value").focus()
    page.keyboard.down(" ")
    expect(output.get_by_text(audit.value(OURS, HELD))).to_be_visible()
    with page.expect_response(saving):
        page.keyboard.press("Control+s")
    audit.search(audit.lab.notebooks)
    expect(output.get_by_text(audit.value(OURS, HELD))).to_be_visible()
    page.keyboard.up(" ")
    expect(output.get_by_text(audit.value(OURS, HELD))).to_have_count(0)

    person.ask()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", f"first\n{audit.sentinel(OURS, LINES)}\nlast\n")
    person.field().focus()
    page.keyboard.press("Control+v")
    expect(notebook.cell(person.asks).get_by_text("✓ Value received")).to_be_visible()
    person.try_code("[len(line) for line in secret_value.splitlines()]")
    assert "[5, 24, 4]" in notebook.text(person.free)
    person.save()

    person.saves_before_use()
    person.saves_while_typing()
    person.saves_while_the_kernel_does_not_answer()
    person.fails()
    person.displays_everything()
    person.ask()
    notebook.restart_kernel()
    expect(notebook.cell(person.asks).get_by_role("alert")).to_contain_text("This form has lost its kernel.")
    person.type(RESTARTED)
    expect(person.field()).to_have_value("")
    person.save()
    page.close()

    notebook = audit.lab.open("05-put-it-together")
    person = Person(audit, OURS, notebook, *places("05-put-it-together"), "value_field.value")
    notebook.run_to(person.asks)
    person.ask()
    person.type(PROGRAM)
    person.page.wait_for_timeout(300)
    notebook.run(person.takes)
    assert "24 characters" in notebook.text(person.takes)
    person.save()
    person.page.close()


def try_without_form(audit: Audit) -> None:
    """A copy of notebook 02, with the question asked in place of the form."""
    nbformat.write(notebooks.read("02-save-a-secret"), audit.lab.notebooks / "asked.ipynb")
    notebook = audit.lab.open("asked")
    person = Person(audit, ASK, notebook, *places("02-save-a-secret"), "str(secret_value)")
    notebook.run_to(person.asks)
    notebook.write(person.asks, ASKS_WITHOUT_FORM)

    person.ask()
    person.type(USED)
    expect(notebook.cell(person.asks)).to_contain_text("'••••••••'")
    notebook.run(person.takes)
    notebook.run_to(person.free)
    notebook.write(person.free, RETRIEVE)
    notebook.run(person.free)
    person.save()

    person.saves_before_use()
    person.saves_while_typing()
    person.saves_while_the_kernel_does_not_answer()
    person.fails()
    person.displays_everything()
    person.page.close()


def try_control(audit: Audit, who: str) -> None:
    """A control by all paths that it has."""
    person = Person(audit, who, audit.lab.open(control(who)), 0, 1, 2, "value")
    for path, take in {
        UNUSED: person.saves_before_use,
        FOCUS: person.saves_while_typing,
        VERBOSE: person.fails,
        DISPLAYED: person.displays_everything,
        STOPPED: person.saves_while_the_kernel_does_not_answer,
        RESTARTED: person.types_after_a_restart,
    }.items():
        if path in CONTROLS[who]:
            take()
    person.page.close()


def try_automatic_save(audit: Audit, lab: Lab) -> None:
    """Type, and do nothing until the notebook is saved."""
    notebook = lab.open("02-save-a-secret")
    person = Person(audit, OURS, notebook, *places("02-save-a-secret"), "")
    notebook.run_to(person.asks)
    person.is_saved_while_typing()
    Person(audit, PASSWORD, lab.open(control(PASSWORD)), 0, 1, 2, "").is_saved_while_typing()


def with_a_made_up_value(audit: Audit, made_up: Path) -> None:
    """Run All in the page, and `jupyter nbconvert --execute`, of the notebooks and of the Password."""
    for who, names in {OURS: ["02-save-a-secret", "05-put-it-together"], PASSWORD: [control(PASSWORD)]}.items():
        made_up.write_text(audit.sentinel(who, RUN_ALL), encoding="utf-8")
        for name in names:
            notebook = audit.lab.open(name)
            notebook.run_all()
            notebook.save()
            notebook.page.close()
        made_up.write_text(audit.sentinel(who, NBCONVERT), encoding="utf-8")
        files = [f"{name}.ipynb" for name in names]
        options = ["--execute", "--to=notebook", "--output-dir=../executed"]
        program(audit.lab, [sys.executable, "-m", "nbconvert", *options, *files])
    made_up.unlink()


def with_nobody_at_a_page(audit: Audit) -> None:
    """nbclient, with somebody typing as the page does."""
    for who, name in {OURS: "02-save-a-secret", PASSWORD: control(PASSWORD)}.items():
        form = places(name)[0] if who == OURS else 0
        kind = "value" if who == OURS else "PasswordModel"
        command = [sys.executable, "-c", TYPIST, f"{name}.ipynb", f"../executed/{name}-typed.ipynb", str(form), kind]
        program(audit.lab, command, audit.sentinel(who, NBCLIENT))


def program(lab: Lab, command: list[str], text: str = "") -> None:
    """Run a program as the server's own environment would have it; what it says is searched, too."""
    done = subprocess.run(
        command,
        input=text,
        capture_output=True,
        text=True,
        cwd=lab.notebooks,
        env=psutil.Process(lab._server.pid).environ(),
        timeout=120,
        check=False,
    )
    with (lab.folder / "programs.log").open("a") as log:
        log.write(done.stdout + done.stderr)
    assert done.returncode == 0, done.stderr


def control(who: str) -> str:
    """The name of a control's notebook."""
    return f"control-{re.sub('[^a-z]', '', who.lower())}"


def places(name: str) -> tuple[int, int, int]:
    """Where a notebook asks, where it takes the value, and where there is room to try something."""
    cells = notebooks.read(name).cells
    [asks] = [i for i, cell in enumerate(cells) if "SecretValue(" in cell.source and cell.cell_type == "code"]
    takes = next(i for i, cell in enumerate(cells) if "value_field.value" in cell.source and cell.cell_type == "code")
    free = next(i for i, cell in enumerate(cells) if "exercise" in cell.metadata.get("tags", []))
    return asks, takes, free


def saving(response) -> bool:
    """Whether this is the answer to a save."""
    return response.request.method == "PUT" and "/api/contents/" in response.url


def table(audit: Audit) -> str:
    """In how many files the sentinel is, by path and by who was tried."""
    everybody = [OURS, ASK, *CONTROLS]
    lines = [["files that have the value, by path", *everybody]]
    for path in PATHS:
        counts = [str(len(audit.found[who, path])) if (who, path) in audit.found else "-" for who in everybody]
        lines.append([path, *counts])
    return "\n".join("  ".join([line[0].ljust(62), *(cell.rjust(19) for cell in line[1:])]) for line in lines)


@pytest.mark.parametrize(("who", "path"), [*((OURS, path) for path in PATHS), *((ASK, path) for path in ASK_PATHS)])
def test_no_file_has_the_value(who: str, path: str, audit: Audit) -> None:
    assert audit.found[who, path] == set()


@pytest.mark.parametrize(("who", "path"), [(who, path) for who, paths in CONTROLS.items() for path in paths])
def test_what_the_controls_leave_is_found(who: str, path: str, audit: Audit) -> None:
    assert bool(audit.found[who, path]) == CONTROLS[who][path], audit.found[who, path]


@pytest.mark.parametrize(
    ("who", "path"), [*((OURS, path) for path in (USED, PROGRAM, RUN_ALL, NBCONVERT, NBCLIENT)), (ASK, USED)]
)
def test_the_vault_has_the_value(who: str, path: str, audit: Audit) -> None:
    assert audit.in_vault(who, path)


def test_there_was_something_to_search(audit: Audit) -> None:
    folder = audit.lab.folder
    saved = json.loads((folder / "project/executed/02-save-a-secret.ipynb").read_text())
    assert "AnyModel" in json.dumps(saved["metadata"]["widgets"]), "widget state was kept"
    assert list(folder.rglob(".ipynb_checkpoints/02-save-a-secret-checkpoint.ipynb"))
    assert list(folder.rglob("history.sqlite"))
    assert "comm_msg" in audit.lab.log.read_text(), "the kernels logged their messages"
    assert "vault.azure.net" in (folder / "home/python.log").read_text()


@pytest.mark.parametrize("before", ["", "a", "ab"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_the_search_finds_base64_wherever_it_begins(before: str, encode) -> None:
    value = secrets.token_hex(12)
    written = encode(f"{before}{value}, and more".encode())
    assert any(form in written for form in forms(value))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "utf-16-le"])
def test_the_search_finds_other_encodings(encoding: str) -> None:
    value = secrets.token_hex(12)
    written = f"é{value}é".encode(encoding)
    assert any(form in written for form in forms(value))
