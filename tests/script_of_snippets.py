"""One script out of several snippets: imports once and first, then what is defined, then what happens, in order.

A client is closed by a `with` block, and a coroutine that a notebook awaits is run with `asyncio.run`.
"""

import ast
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.notebooks import Snippet

AWAITED = re.compile(r"\n# In a notebook: (?P<cell>await (?P<call>.+)) \| in a script: (?P<line>.+)$")

_HEADER = re.compile(r"# snippet: .*\n")
_TO_TRY_ON = "# Something to try it on. In your own script, leave this part out."
_GO_ON = "# Back to the task."


def assemble(title: str, names: Iterable[str], every: Mapping[str, Snippet], to_try_on: Iterable[str]) -> str:
    """The script that does a task, not yet tidy.

    Args:
        title: what the task is called; it stands above the task itself, where other snippets come before it.
        names: the snippets that do the task.
        every: all snippets by name, for those that the task's need.
        to_try_on: the snippets that make something to try a task on.
    """
    names = list(names)
    headings = iter([f"# {title[:1].upper()}{title[1:]}."])
    imports, definitions, body, was_trying = [], [], [], False
    for name in _with_needs(names, every):
        is_trying, steps = name in to_try_on and name not in names, []
        for statement, source in _statements(_as_in_a_script(every[name].code)):
            if isinstance(statement, ast.Import | ast.ImportFrom):
                imports.append(source)
            elif _stands_alone(statement) and not is_trying:
                definitions.append(source)
            else:
                steps.append((statement, source if steps else source.lstrip("\n")))
        if steps:
            body.append((None, ""))
            if is_trying != was_trying:
                body.append((None, _TO_TRY_ON if is_trying else next(headings, _GO_ON)))
            body += steps
            was_trying = is_trying
    return "\n".join([*dict.fromkeys(imports), *definitions, *_closing_clients(body)]) + "\n"


def tidy(scripts: list[str]) -> list[str]:
    """The scripts with their imports in order, each once, and as ruff lays them out.

    Raises:
        ValueError: one of them is no Python, or has a name that nothing makes.
    """
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, f"script_{number}.py") for number, _ in enumerate(scripts)]
        for file, script in zip(files, scripts, strict=True):
            file.write_text(script, encoding="utf-8")
        for arguments in (
            ["check", "--select", "I,F", "--fix", "--quiet"],
            ["format", "--line-length", "88", "--quiet"],
        ):
            command = [sys.executable, "-m", "ruff", *arguments, "--isolated", "--no-cache", folder]
            done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60)
            if done.returncode != 0:
                raise ValueError(f"These snippets don't make a script: {done.stdout.strip() or done.stderr.strip()}")
        return [file.read_text(encoding="utf-8").strip() for file in files]


def _with_needs(names: Iterable[str], every: Mapping[str, Snippet]) -> list[str]:
    """The snippets after those that they need, each once."""
    return list(dict.fromkeys(each for name in names for each in (*every[name].needs, name)))


def _as_in_a_script(code: str) -> str:
    code = _HEADER.sub("", code, count=1)
    awaited = AWAITED.search(code)
    return AWAITED.sub(f"\n{awaited['line']}", code) if awaited else code


def _statements(code: str) -> list[tuple[ast.stmt, str]]:
    """Each statement of a module with its source: the lines before it are its own, be they blank or comments."""
    lines, found, end = code.splitlines(), [], 0
    for statement in ast.parse(code).body:
        found.append((statement, "\n".join(lines[end : statement.end_lineno])))
        end = statement.end_lineno
    return found


def _stands_alone(statement: ast.stmt) -> bool:
    """Whether it defines something and makes use of nothing but imports: its place in the script doesn't matter."""
    defines = isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    return defines and all(isinstance(decorator, ast.Name) for decorator in statement.decorator_list)


def _closing_clients(body: list[tuple[ast.stmt | None, str]]) -> list[str]:
    """The lines of the script, where all that comes after a client stands in its `with` block."""
    done, depth = [], 0
    for statement, source in body:
        assigned = _client_of(statement)
        if assigned:
            source = source.replace(f"{assigned} = ", "with ", 1) + f" as {assigned}:"
        done.append(_indented(source, depth))
        depth += 1 if assigned else 0
    return done


def _client_of(statement: ast.stmt | None) -> str | None:
    """The variable, if the statement makes a client for one."""
    if isinstance(statement, ast.Assign) and ast.unparse(statement.value).startswith("SecretClient("):
        return ast.unparse(statement.targets[0])
    return None


def _indented(source: str, depth: int) -> str:
    """The source, some levels deeper; what stands inside of a text of several lines is left as it is."""
    texts = [
        node
        for node in ast.walk(ast.parse(f"{source}\n    pass" if source.endswith(":") else source))
        if isinstance(node, ast.Constant | ast.JoinedStr) and node.end_lineno > node.lineno
    ]
    within = {number for node in texts for number in range(node.lineno + 1, node.end_lineno + 1)}
    lines = enumerate(source.splitlines(), start=1)
    return "\n".join(line if number in within or not line else "    " * depth + line for number, line in lines)
