"""A JupyterLab and a Chromium for the tests, and a page driver that does what a person does.

In a test:

    def test_something(start_lab):
        lab = start_lab(save_widget_state=True)    # or the fixture `lab`, which many tests share
        notebook = lab.open("02-save-a-secret")
        form = notebook.place("Form(")             # cells go by their place in the file
        notebook.run_to(form + 1)                  # Shift+Enter in each cell above, and wait until it is done
        notebook.type_into("Secret value", "fake-value")
        notebook.run(form + 1)                     # select a cell with the mouse, and run it
        notebook.save()
        lab.stop()                                 # only if the test looks at files afterwards
        lab.folder.rglob("*")                      # every file that the run could have written

`lab.folder` holds all of it: `home`, `config`, `data`, `runtime`, `ipython`, `tmp`, `practice` (the practice cloud's
state), `project` (a copy of the notebooks and helpers), and `server.log`. The browser's own profile is elsewhere, and
gone with the browser.
"""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import URLError
from urllib.request import urlopen

import nbformat
import psutil
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests import notebooks

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_RUNS = r"prompt => /\[(\*|\d+)\]:/.test(prompt.textContent)"  # what stands before a cell that runs, or has run
# In a page, this ends what is switched on for a presentation, and closes all notebooks.
_AS_IT_WAS = """() => {
  const { commands, shell } = window.jupyterapp;
  for (const switched of ['application:toggle-presentation-mode', 'application:toggle-mode'])
    if (commands.isToggled(switched)) commands.execute(switched);
  [...shell.widgets('main')].forEach(one => one.dispose());
}"""
OF_A_PERSON = ("home", "ipython")  # the folders that are empty for somebody new
PATIENCE = 60_000  # milliseconds: a busy machine is slow, and a test that waits for something that comes is not
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of a worker. It is gone before other tests run, which may need an event loop.

    It is found on the PATH, or where CHROMIUM says. Without one, a test is skipped; where CI is "true", it fails.
    """
    program = next(filter(None, map(shutil.which, (os.environ.get("CHROMIUM", ""), *PROGRAMS))), None)
    if program is None:
        say = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        say(
            "No browser was found. Install Chromium (on Debian: `apt-get install chromium`), or set CHROMIUM to the "
            "program of a Chromium or Chrome that you have; then run the tests again."
        )
    # Its socket is in the folder for temporary files, and a socket's path has at most 107 characters.
    near_root = None if os.name == "nt" else "/tmp"  # noqa: S108
    with TemporaryDirectory(prefix="chromium-", dir=near_root) as short, sync_playwright() as playwright:
        environment = {**os.environ, "TMPDIR": short}
        chromium = playwright.chromium.launch(executable_path=program, args=CHROMIUM_OPTIONS, env=environment)
        yield chromium
        chromium.close()


@pytest.fixture
def start_lab(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., "Lab"]]:
    """Start a JupyterLab; call it with the options of `Lab`. At the test's end it is stopped, with all its kernels."""
    number = count()
    with ExitStack() as at_the_end:

        def start(**options: object) -> Lab:
            lab = Lab(browser, tmp_path / f"lab-{next(number)}", **options)
            at_the_end.callback(lab.stop)
            return lab

        yield start


@pytest.fixture(scope="package")
def shared_lab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator["Lab"]:
    """One JupyterLab for all tests of a worker that want nothing special of it."""
    lab = Lab(browser, tmp_path_factory.mktemp("shared") / "lab")
    yield lab
    lab.stop()


@pytest.fixture
def lab(shared_lab: "Lab") -> Iterator["Lab"]:
    """A JupyterLab as it is out of the box: no page is open, no kernel runs, and nothing was saved."""
    yield shared_lab
    shared_lab.clean()


class Lab:
    """A JupyterLab server with a folder of its own for all that it writes, and a copy of the project.

    Nothing of the person's environment reaches it: no `AZURE_*`, no `KEY_VAULT_NAME`, no settings, no history.

    Args:
        theme: `"light"` or `"dark"`.
        save_widget_state: JupyterLab's "Save Widget State Automatically".
        autosave: Seconds between two automatic saves; None for never, so that a test knows when the file is written.
        log_level: The server's, for `server.log`: `"DEBUG"`, `"INFO"`, ... The kernels write into it, too.
        environment: Further environment variables.
    """

    def __init__(
        self,
        browser: Browser,
        folder: Path,
        *,
        theme: str = "light",
        save_widget_state: bool = False,
        autosave: int | None = None,
        log_level: str = "INFO",
        environment: dict[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.notebooks = folder / "project/notebooks"
        self.practice = folder / "practice"
        self.log = folder / "server.log"
        for name in ("notebooks", "helpers"):
            self._copy(name)
        for name in ("config/labconfig", "data", "runtime", "tmp", *OF_A_PERSON):
            (folder / name).mkdir(parents=True)
        settings = _settings(theme, save_widget_state, autosave)
        (folder / "config/labconfig/default_setting_overrides.json").write_text(json.dumps(settings))
        self._context = browser.new_context(service_workers="block")
        self._opened: list[Notebook] = []
        self._idle: Page | None = None  # with JupyterLab in it, and no notebook
        self._server, self.url = _serve(self, log_level, environment or {})

    def open(self, name: str, width: int = 1280, height: int = 800) -> "Notebook":
        """Open a notebook (its name, without `.ipynb`) in a tab of its own, and wait until its kernel is ready."""
        page, self._idle = self._idle or self._context.new_page(), None
        page.set_viewport_size({"width": width, "height": height})
        self._opened.append(Notebook(self, page, name))
        return self._opened[-1]

    def saved(self, name: str) -> nbformat.NotebookNode:
        """The notebook as it is on the disk now."""
        return nbformat.read(self.notebooks / f"{name}.ipynb", as_version=4)

    def clean(self) -> None:
        """Close what is open, end the kernels, and put back the notebooks, the vault and the home as they were.

        One page stays for the next notebook: to load JupyterLab takes a browser longer than all that most tests do.
        """
        cookies = {cookie["name"]: cookie["value"] for cookie in self._context.cookies()}
        for notebook in self._opened:
            notebook.leave()
        self._opened.clear()
        for page in self._context.pages:
            if self._idle is None and page.locator(".jp-Dialog").count() == 0:
                page.evaluate(_AS_IT_WAS)
                expect(page.locator(".jp-Notebook")).to_have_count(0)
                self._idle = page
            else:
                page.close()
        request = self._context.request
        for session in request.get(f"{self.url}/api/sessions").json():
            answer = request.delete(
                f"{self.url}/api/sessions/{session['id']}", headers={"X-XSRFToken": cookies["_xsrf"]}
            )
            assert answer.ok, answer.text()
        for name in OF_A_PERSON:
            shutil.rmtree(self.folder / name)
            (self.folder / name).mkdir()
        shutil.rmtree(self.practice, ignore_errors=True)
        shutil.rmtree(self.notebooks)
        self._copy("notebooks")

    def _copy(self, name: str) -> None:
        left_out = shutil.ignore_patterns(".*", "__pycache__")
        shutil.copytree(notebooks.PROJECT / name, self.folder / "project" / name, ignore=left_out)

    def stop(self) -> None:
        """Close the pages, and stop the server and all its kernels. A second call does nothing."""
        self._context.close()
        if self._server.poll() is None:
            below = psutil.Process(self._server.pid).children(recursive=True)
            self._server.terminate()
            _, left = psutil.wait_procs([psutil.Process(self._server.pid), *below], timeout=20)
            for process in left:
                process.kill()
            self._server.wait()


class Notebook:
    """A notebook in a page. Cells go by their place in the file, from 0, Markdown cells as well."""

    def __init__(self, lab: Lab, page: Page, name: str) -> None:
        self.lab = lab
        self.page = page
        self.name = name
        self.console_errors: list[str] = []
        self.requests_elsewhere: list[str] = []
        page.set_default_timeout(PATIENCE)
        self._listeners = {
            "console": self._look_at_console,
            "pageerror": lambda error: self.console_errors.append(str(error)),
            "request": lambda request: self._look_where(request.url),
        }
        for event, listener in self._listeners.items():
            page.on(event, listener)
        if page.url.startswith(lab.url):
            page.evaluate(
                "path => window.jupyterapp.commands.execute('docmanager:open', { path })", f"notebooks/{name}.ipynb"
            )
        else:
            workspace = re.sub("[^a-z]", "", name)  # of its own: another tab's notebooks are not opened here as well
            page.goto(f"{lab.url}/lab/workspaces/{workspace}/tree/notebooks/{name}.ipynb?reset")
        self.cells = page.locator(".jp-Notebook > .jp-WindowedPanel-outer .jp-Cell")
        file = lab.saved(name).cells
        self._code = {index: cell.source for index, cell in enumerate(file) if cell.cell_type == "code"}
        expect(self.cells).to_have_count(len(file), timeout=PATIENCE)
        self._wait_for_kernel()

    def leave(self) -> None:
        """Hear no more of what happens in the page."""
        for event, listener in self._listeners.items():
            self.page.remove_listener(event, listener)

    def place(self, code: str) -> int:
        """The place of the first code cell that has this in it (as the notebook came, before any typing)."""
        return next(index for index, source in self._code.items() if code in source)

    def cell(self, index: int) -> Locator:
        """A cell, with its outputs."""
        return self.cells.nth(index)

    def active(self) -> int:
        """The place of the cell that Shift+Enter runs next."""
        return self.cells.evaluate_all("cells => cells.findIndex(cell => cell.classList.contains('jp-mod-active'))")

    def select(self, index: int) -> None:
        """Make a cell the active one, by a click beside it."""
        self.cell(index).locator(".jp-Collapser").first.scroll_into_view_if_needed()
        self.cell(index).locator(".jp-InputPrompt").click()

    def run_next(self) -> int:
        """Run the active cell with Shift+Enter, wait until it is done, and give back its place."""
        index = self.active()
        if "jp-CodeCell" not in self.cell(index).get_attribute("class"):
            self.page.keyboard.press("Shift+Enter")
            return index
        for _ in range(3):
            self._mark([index])
            self.page.keyboard.press("Shift+Enter")
            with contextlib.suppress(PlaywrightTimeout):
                # Looked at with each frame of the page; `expect` looks again after longer and longer pauses.
                self.page.wait_for_function(_RUNS, arg=self._prompt(index).element_handle(), timeout=10_000)
                break
            # A page may seem ready before it is connected to its kernel; JupyterLab then drops a run without a word.
            self.select(index)
        self._wait_until_done()
        return index

    def run_to(self, index: int) -> None:
        """Run from the active cell up to, but without, this one."""
        while self.active() < index:
            self.run_next()

    def run(self, index: int) -> None:
        """Select a cell, run it, and wait until it is done."""
        self.select(index)
        self.run_next()

    def run_all(self) -> None:
        """Run > Run All Cells, and wait until all are done, or an error has stopped them."""
        self._mark(list(self._code))
        self.choose("Run", "Run All Cells")
        self._wait_until_done()

    def run_all_above(self) -> None:
        """Run > Run All Above Selected Cell, and wait until all are done, or an error has stopped them."""
        self._mark([index for index in self._code if index < self.active()])
        self.choose("Run", "Run All Above Selected Cell")
        self._wait_until_done()

    def prompt(self, index: int) -> str:
        """What stands before a code cell: "[ ]:", "[*]:" or "[5]:"."""
        return self._prompt(index).text_content()

    def _prompt(self, index: int) -> Locator:
        return self.cell(index).locator(".jp-InputPrompt")

    def output(self, index: int) -> Locator:
        """A cell's outputs."""
        return self.cell(index).locator(".jp-OutputArea-output")

    def text(self, index: int) -> str:
        """A cell's outputs as a person reads them."""
        self.cell(index).scroll_into_view_if_needed()  # what is off the screen is not laid out, and has no text
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        return "\n".join(self.output(index).all_inner_texts())

    def errors(self) -> list[str]:
        """All error outputs of the notebook, and all that was written to stderr."""
        kinds = '[data-mime-type="application/vnd.jupyter.error"], [data-mime-type="application/vnd.jupyter.stderr"]'
        return self.page.locator(kinds).all_text_contents()

    def field(self, label: str) -> Locator:
        """A form's field, found as a screen reader finds it: by its label."""
        return self.page.get_by_label(label, exact=True)

    def type_into(self, label: str, text: str) -> None:
        """Put text into a field in place of what it holds, and press Enter.

        It goes in at once, as from a clipboard: key by key, the last ones may reach the kernel after the next cell has
        begun to run.
        """
        self.field(label).fill(text)
        self.page.keyboard.press("Enter")

    def write(self, index: int, code: str) -> None:
        """Put code into a cell in place of what it holds, and leave the cell active."""
        self.cell(index).locator(".cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(code)
        self.page.keyboard.press("Escape")

    def save(self) -> None:
        """Save, and wait until the file is written."""
        with self.page.expect_response(lambda r: r.request.method == "PUT" and "/api/contents/" in r.url):
            self.choose("File", "Save Notebook")

    def restart_kernel(self) -> None:
        """Kernel > Restart Kernel…, say yes, and wait until it is ready."""
        self.choose("Kernel", "Restart Kernel…")
        with self.page.expect_response(lambda r: r.request.method == "POST" and "/restart" in r.url):
            self.page.get_by_role("button", name="Confirm Kernel Restart").click()
        self._wait_for_kernel()

    def choose(self, menu: str, entry: str) -> None:
        """Choose an entry of the menu bar."""
        self.page.locator("#jp-menu-panel").get_by_role("menuitem", name=menu, exact=True).click()
        self.page.locator(".lm-Menu").get_by_text(entry, exact=True).click()

    def _wait_for_kernel(self) -> None:
        expect(self.page.locator(".jp-Notebook-ExecutionIndicator")).to_have_attribute(
            "data-status", "idle", timeout=PATIENCE
        )
        expect(self.page.locator("#jp-main-statusbar")).to_contain_text("| Idle", timeout=PATIENCE)

    def _look_at_console(self, said: ConsoleMessage) -> None:
        # A mistake of the server (jupyter_server 2.21): asked for its kernels while one of them starts, it fails to say
        # when that one was last used ("The 'last_activity' trait expected a datetime"). JupyterLab asks again.
        if said.type == "error" and not re.search(r"/api/kernels\?\d+$", said.location["url"]):
            self.console_errors.append(f"{said.text} {said.location['url']}")

    def _look_where(self, url: str) -> None:
        if not url.startswith((f"{self.lab.url}/", "data:", "blob:")):
            self.requests_elsewhere.append(url)

    def _mark(self, indexes: list[int]) -> None:
        # A cell that runs again may get the number that it has. So its prompt is made another one first.
        for index in indexes:
            self.cell(index).locator(".jp-InputPrompt").evaluate("prompt => { prompt.textContent = '[…]:' }")

    def _wait_until_done(self) -> None:
        # The prompt is "[*]:" until all outputs are there, or until an error in a cell above has stopped the run.
        self.page.wait_for_function(
            "() => ![...document.querySelectorAll('.jp-InputPrompt')].some(prompt => /[*…]/.test(prompt.textContent))"
        )


def _settings(theme: str, save_widget_state: bool, autosave: int | None) -> dict[str, dict]:
    """JupyterLab's settings, by plug-in."""
    return {
        "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
        "@jupyterlab/apputils-extension:themes": {"theme": f"JupyterLab {theme.capitalize()}"},
        "@jupyterlab/docmanager-extension:plugin": {"autosave": bool(autosave), "autosaveInterval": autosave or 120},
        "@jupyter-widgets/jupyterlab-manager:plugin": {"saveState": save_widget_state},
    }


def _serve(lab: Lab, log_level: str, further: dict[str, str]) -> tuple[subprocess.Popen, str]:
    """Start the server, and wait until it answers. Gives the process and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "SYSTEMROOT") if name in os.environ}
    own = {
        "HOME": "home",
        "USERPROFILE": "home",
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "IPYTHONDIR": "ipython",
        "TMPDIR": "tmp",
        "PRACTICE_CLOUD_HOME": "practice",
    }
    environment = kept | {name: str(lab.folder / folder) for name, folder in own.items()} | further
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "ServerApp.root_dir": lab.folder / "project",
        "ServerApp.open_browser": False,
        "ServerApp.allow_root": True,
        "IdentityProvider.token": "",
        "Application.log_level": log_level,
        "LabApp.news_url": "",
        "LabApp.expose_app_in_browser": True,  # a test opens the next notebook in a page that is loaded
    }
    with lab.log.open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *(f"--{option}={value}" for option, value in options.items())],
            env=environment,
            cwd=lab.folder / "project",
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url, server)
    except BaseException:
        server.kill()
        print(lab.log.read_text())
        raise
    return server, url


def _wait_for(url: str, server: subprocess.Popen) -> None:
    end = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < end and server.poll() is None:
        try:
            with urlopen(f"{url}/api"):  # noqa: S310 - our own server
                return
        except URLError:
            time.sleep(0.05)  # nothing tells when it is ready
    pytest.fail("JupyterLab did not start. Its log is above.")
