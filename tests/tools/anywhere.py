"""A notebook outside of JupyterLab: `jupyter execute`, papermill, Notebook 7, and a Colab-like kernel with no folder.

`python -m tests.tools.anywhere` makes two environments in a folder for temporary files, with the newest packages of the
package index, and runs a notebook in each place. It prints the versions, and fails where a notebook doesn't come out
as it was committed.
"""

import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import nbformat
from playwright.sync_api import Page, expect, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests import notebooks
from tests.refresh_outputs import comparable

from .kills import clean_environment

NOTEBOOK = "02-save-a-secret"
# As in Colab's own list of packages, googlecolab/backend-info: its kernel is years older than what Jupyter has now.
COLAB = ("ipython==7.34.0", "ipykernel==6.17.1")
TYPED = "fake-value-typed"
PATIENCE_SECONDS = 60


def execute(program: list[str], name: str, folder: Path) -> None:
    """Run a notebook with a program that is given the notebook's path, in a folder that isn't the project's.

    Args:
        program: The command, with `{notebook}` and `{output}` where their paths go.
        name: The notebook's name, without `.ipynb`.
        folder: Where the program runs, and where what it writes is kept.

    Raises:
        AssertionError: It failed, or an output isn't the committed one.
    """
    output = folder / "out.ipynb"
    command = [part.format(notebook=notebooks.FOLDER / f"{name}.ipynb", output=output) for part in program]
    log = folder / "log.txt"
    with log.open("wb") as said:  # no pipe: a program that it begins could go on, and hold its end open
        done = subprocess.run(
            command, cwd=folder, env=environment(folder), stdout=said, stderr=said, timeout=300, check=False
        )
    assert done.returncode == 0, log.read_text(encoding="utf-8")
    for ran, committed in zip(_outputs(nbformat.read(output, 4)), _outputs(notebooks.read(name)), strict=True):
        assert ran == committed


def environment(folder: Path) -> dict[str, str]:
    """For a program that keeps all it writes in a folder."""
    return clean_environment(str(folder)) | {"HOME": str(folder), "USERPROFILE": str(folder)}


def in_notebook_7(python: Path, name: str, folder: Path) -> None:
    """Run all of a notebook in Notebook 7 in a browser, type a value into its form, and follow its link to the next.

    Raises:
        AssertionError: A cell failed, the form didn't take the value, or the link led nowhere.
    """
    shutil.copytree(notebooks.FOLDER, folder / "notebooks")
    file = folder / "notebooks" / f"{name}.ipynb"
    subprocess.run([python, "-m", "nbconvert", "--clear-output", "--inplace", file], check=True, capture_output=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    options = ("ServerApp.ip=127.0.0.1", f"ServerApp.port={url[17:]}", "IdentityProvider.token=")
    command = [str(python), "-m", "notebook", "--no-browser", "--allow-root", *(f"--{option}" for option in options)]
    with (
        Path(folder, "server.log").open("w") as log,
        subprocess.Popen(command, cwd=folder, env=environment(folder), stdout=log, stderr=log) as server,
        sync_playwright() as playwright,
    ):
        try:
            _wait_until(lambda: _answers(f"{url}/api"))
            program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
            chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
            _use(chromium.new_page(), f"{url}/notebooks/notebooks/{name}.ipynb", file)
            chromium.close()
        finally:
            server.terminate()


def run(name: str = NOTEBOOK) -> Iterator[str]:
    """Go from place to place, and say what came of each."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        # What repo2docker and a devcontainer do, too: the project is installed as a link to its folder.
        linked = _install(folder / "linked", "--editable", str(notebooks.PROJECT), "notebook>=7", "papermill")
        yield _versions(linked, "python", "nbclient", "papermill", "notebook", "jupyterlab", "ipykernel")
        programs = {
            "jupyter execute": ["-m", "jupyter", "execute", "--output={output}", "{notebook}"],
            "papermill": ["-m", "papermill", "{notebook}", "{output}"],
        }
        for title, program in programs.items():
            execute([str(linked), *program], name, _new(folder / title))
            yield f"{title}: {name} has the committed outputs"
        in_notebook_7(linked, name, _new(folder / "notebook-7"))
        yield f"Notebook 7: all cells of {name} ran, its form took a value, and its link opened the next notebook"

        copied = _install(folder / "copied", str(notebooks.PROJECT), *COLAB)
        yield _versions(copied, "ipython", "ipykernel", "ipywidgets")
        alone = _new(folder / "alone")
        shutil.copy(notebooks.FOLDER / f"{name}.ipynb", alone)
        program = [str(copied), "-m", "jupyter", "execute", "--output={output}", str(alone / f"{name}.ipynb")]
        execute(program, name, alone)
        yield f"A Colab-like kernel: {name} has the committed outputs with no project folder beside it"


def _outputs(notebook: nbformat.NotebookNode) -> list[str]:
    return [comparable(cell.outputs) for cell in notebooks.code_cells(notebook)]


def _use(page: Page, url: str, file: Path) -> None:
    page.set_default_timeout(PATIENCE_SECONDS * 1000)
    expect.set_options(timeout=PATIENCE_SECONDS * 1000)
    page.goto(url)
    expect(page.locator('[data-status="idle"]').first).to_be_visible()
    begun = page.locator(".jp-InputPrompt", has_text=re.compile(r"\[(\*|\d+)\]:")).first
    for _ in range(3):  # as in JupyterLab: a run before the page has its kernel is dropped without a word
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.locator(".lm-Menu-itemLabel", has_text=re.compile("^Run All Cells$")).click()
        with suppress(PlaywrightTimeout):
            begun.wait_for(state="attached", timeout=10_000)
            break
    field = page.get_by_label("Secret value", exact=True)
    field.fill(TYPED)
    field.press("Enter")
    expect(page.get_by_text("✓ Value received")).to_be_visible()
    expect(page.locator('[data-status="idle"]').first).to_be_visible()
    page.keyboard.press("Control+s")
    _wait_until(lambda: all(cell.execution_count for cell in notebooks.code_cells(nbformat.read(file, 4))))
    text = file.read_text(encoding="utf-8")
    assert '"output_type": "error"' not in text
    assert TYPED not in text
    with page.context.expect_page() as opened:
        page.locator("a[href*='.ipynb']").last.click()
    expect(opened.value.locator(".jp-Cell").first).to_be_visible()


def _answers(url: str) -> bool:
    with suppress(URLError), urlopen(url):  # noqa: S310 - our own server
        return True
    return False


def _wait_until(true: Callable[[], bool]) -> None:
    """For what nothing tells of: a server that is ready, a file that is saved."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < end, "Notebook 7 did not get that far."
        time.sleep(0.1)


def _install(folder: Path, *what: str) -> Path:
    """A virtual environment with the newest packages; its interpreter."""
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    # Without the project's settings for uv, which pin every version.
    install = ["uv", "pip", "install", "--no-config", "--quiet", "--python", str(python), *what]
    for command in (["uv", "venv", "--no-project", "--quiet", "--python", sys.executable, str(folder)], install):
        subprocess.run(command, check=True, timeout=900)
    return python


def _versions(python: Path, *names: str) -> str:
    code = (
        "import platform, sys\nfrom importlib.metadata import version\nprint(', '.join(f'{name} '"
        " + (platform.python_version() if name == 'python' else version(name)) for name in sys.argv[1:]))"
    )
    return subprocess.run([python, "-c", code, *names], check=True, capture_output=True, text=True).stdout.strip()


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder


def main(arguments: list[str] | None = None) -> None:
    """Read the command line, go from place to place, and print what came of each."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("notebook", nargs="?", default=NOTEBOOK, help=f"its name; {NOTEBOOK} if none is given")
    for said in run(parser.parse_args(arguments).notebook):
        print(said, flush=True)


if __name__ == "__main__":
    main()
