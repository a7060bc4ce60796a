"""Run every notebook and keep its outputs: `uv run python tests/refresh_outputs.py` after a change to a notebook.

Widget state and views, which belong to one browser, are left out. Outputs that differ only where the tests allow it
(tests/sanitize.cfg) stay as they were. If one differs otherwise, all are taken from the new run, so that a made-up name
is the same in all of them.
"""

import configparser
import json
import os
import re
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def main(names: list[str]) -> None:
    """Refresh the notebooks of these names, or all of them, in every language."""
    for language in sorted({path.parent for path in [*NOTEBOOKS.glob("*.ipynb"), *NOTEBOOKS.glob("*/[!.]*.ipynb")]}):
        with tempfile.TemporaryDirectory() as folder:
            os.environ["PRACTICE_CLOUD_HOME"] = folder
            for path in sorted(language.glob("*.ipynb")):
                if not names or path.name in names or path.stem in names:
                    refresh(path)


def refresh(path: Path) -> None:
    """Run one notebook in a fresh kernel, in its own folder, and write it back with its outputs."""
    notebook = nbformat.read(path, as_version=4)
    earlier = [cell.get("outputs") for cell in notebook.cells]
    client = NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
    )
    client.execute()
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            # A view without its kernel shows as an error; the text form beside it is what a reader sees instead.
            output.get("data", {}).pop(WIDGET_VIEW, None)
    now = [cell.get("outputs") for cell in notebook.cells]
    if sanitized(now) == sanitized(earlier):
        for cell, outputs in zip(notebook.cells, earlier, strict=True):
            if outputs is not None:
                cell.outputs = outputs
    nbformat.validate(notebook)
    nbformat.write(notebook, path)
    print(path.name)


def comparable(outputs: list) -> str:
    """A cell's outputs, for a comparison with those of another place: without counts, views and drawings."""
    for output in outputs:
        output.pop("execution_count", None)
        for kind in (WIDGET_VIEW, "image/png"):  # a picture's bytes differ with the fonts of a computer
            output.get("data", {}).pop(kind, None)
    return sanitized(outputs)


def sanitized(outputs: list) -> str:
    """A cell's outputs as nbval compares them."""
    rules = configparser.RawConfigParser()
    rules.read(Path(__file__).with_name("sanitize.cfg"), encoding="utf-8")
    text = json.dumps(outputs, ensure_ascii=False, sort_keys=True).replace("\\n", "\n")  # lines begin as lines
    for rule in rules.sections():
        text = re.sub(rules[rule]["regex"], rules[rule]["replace"], text)
    return text


if __name__ == "__main__":
    main(sys.argv[1:])
