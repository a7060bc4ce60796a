"""What a cell shows its reader when it runs: a result, one helpful sentence, or a traceback that helps nobody."""

import json
import re
from collections.abc import Iterable

from jupyter_client import KernelClient

from tests import notebooks

LINES = 3  # what a reader takes in as one sentence: its kind, the sentence, and where more of it stands
_COLORS = re.compile(r"\x1b\[[0-9;]*m")

# Run in a kernel, this gives a function that runs a cell in a copy of the kernel as it is then: a fork, which shares
# nothing of what the cell does. Its names are not the user's.
_IN_A_COPY = """
import asyncio, json, os
from IPython.utils.capture import capture_output

def run_in_a_copy(shell, source):
    reads, writes = os.pipe()
    child = os.fork()
    if child:
        os.close(writes)
        with open(reads, encoding="utf-8") as said:
            text = said.read()
        os.waitpid(child, 0)
        return json.loads(text)
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # ipykernel says there that a copy sends no messages to the page
        tracebacks = []
        shell._showtraceback = lambda etype, evalue, lines: tracebacks.append("\\n".join(map(str, lines)))
        with capture_output() as captured:
            transformed = shell.transform_cell(source)
            asyncio.run(shell.run_cell_async(source, store_history=False, transformed_cell=transformed))
        with open(writes, "w", encoding="utf-8") as say:
            json.dump({"tracebacks": tracebacks, "stderr": captured.stderr}, say)
    finally:
        os._exit(0)
"""


def unhelpful(outputs: Iterable[dict]) -> str:
    """What of a cell's outputs is neither a result nor one sentence; "" if all is well."""
    errors = ["\n".join(output["traceback"]) for output in outputs if output["output_type"] == "error"]
    stderr = "".join(output["text"] for output in outputs if output.get("name") == "stderr")
    return unhelpful_text(errors, stderr)


def unhelpful_text(errors: list[str], stderr: str) -> str:
    """The same, of the errors that are shown, and what stands on stderr."""
    for text in (_COLORS.sub("", one).strip() for one in (*errors, stderr)):
        if text.startswith("---") or "Traceback (most recent call last)" in text or len(text.splitlines()) > LINES:
            return text
    return ""


def run_each_alone(name: str, kernel: KernelClient) -> dict[str, str]:
    """Run each code cell of a notebook as the first one after a kernel's start; what is unhelpful, by its cell."""
    cells = [cell.source for cell in notebooks.code_cells(notebooks.read(name))]
    code = (
        f"_copies = {{}}\nexec({_IN_A_COPY!r}, _copies)\n"
        "_run, _shell = _copies['run_in_a_copy'], get_ipython()\ndel _copies\n"
        f"print(__import__('json').dumps([_run(_shell, source) for source in {cells!r}]))"
    )
    said = []
    reply = kernel.execute_interactive(
        code, timeout=120, output_hook=lambda message: said.append(message["content"].get("text", ""))
    )
    assert reply["content"]["status"] == "ok", reply["content"]
    found = {
        source: unhelpful_text(one["tracebacks"], one["stderr"])
        for source, one in zip(cells, json.loads("".join(said)), strict=True)
    }
    return {source: text for source, text in found.items() if text}
