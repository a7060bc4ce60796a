"""Every script of `notebooks/snippets.md` runs as the page shows it, with what the page says it takes."""

import importlib.metadata
import re
import subprocess
import sys

import pytest
from azure.keyvault.secrets import SecretClient

from helpers import practice
from tests import recipes
from tests.notebooks import FOLDER, Snippet
from tests.script_of_snippets import assemble, tidy
from tests.scripts import Scripts

PAGE = (FOLDER / "snippets.md").read_text(encoding="utf-8")
SECTION = re.compile(r"^### (.+)\n\n((?:- .+\n)+)\n```python\n((?:(?!```).*\n)+)```$", re.MULTILINE)
SECTIONS = {want: {"about": about, "script": script} for want, about, script in SECTION.findall(PAGE)}
# Values are made by token_urlsafe(24). A version's ID is as long, but hexadecimal.
LOOKS_LIKE_A_VALUE = re.compile(r"(?<![\w-])(?![0-9a-f]{32}(?![\w-]))[\w-]{32}(?![\w-])")


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """The environment of a program that a practice cloud serves, one cloud for all scripts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRACTICE_CLOUD_HOME", str(tmp_path_factory.mktemp("state")))
        with practice.PracticeCloud() as cloud:
            yield {**cloud.environment(), "MPLBACKEND": "Agg"}  # elsewhere, a chart would open a window and wait


@pytest.fixture(scope="module")
def scripts():
    """What runs the scripts."""
    with Scripts() as scripts:
        yield scripts


@pytest.mark.parametrize("want", SECTIONS)
def test_runs_as_the_page_shows_it(want: str, scripts: Scripts, environment, tmp_path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SECTIONS[want]["script"], encoding="utf-8")
    finished = scripts.run(script, environment, folder=tmp_path)
    assert (finished.returncode, finished.stderr) == (0, "")
    assert finished.stdout.strip()
    assert not LOOKS_LIKE_A_VALUE.search(finished.stdout)


def test_the_page_has_every_task_and_nothing_else() -> None:
    wants = [task.want for tasks in recipes.GROUPS.values() for task in tasks]
    assert list(SECTIONS) == wants
    assert len(wants) == len(set(wants)) == PAGE.count("```python")


def test_the_list_at_the_top_leads_to_every_task() -> None:
    links = re.findall(r"^- \[(.+)\]\(#(.+)\)$", PAGE, re.MULTILINE)
    assert [want for want, _ in links] == list(SECTIONS)
    assert len({anchor for _, anchor in links}) == len(links)
    for want, anchor in links:
        assert re.fullmatch(r"[a-z0-9 -]+", want), "GitHub and JupyterLab make different anchors of anything else"
        assert anchor == want.replace(" ", "-")


def test_all_that_the_client_can_do_is_in_some_script() -> None:
    methods = [method for method in dir(SecretClient) if not method.startswith("_")]
    assert len(methods) > 12
    closed_by_with = {"close"}
    assert [method for method in methods if not re.search(rf"\.{method}\b", PAGE)] == [*closed_by_with]


def test_a_script_imports_once_and_first_and_leaves_no_name_open(tmp_path) -> None:
    for number, section in enumerate(SECTIONS.values()):
        (tmp_path / f"script_{number}.py").write_text(section["script"], encoding="utf-8")
    rules = "F,E402,E9"  # names without a meaning, imports without a use or in the middle
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--select", rules, str(tmp_path)]
    checked = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60)
    assert checked.returncode == 0, checked.stdout


def test_a_script_runs_every_coroutine_that_it_defines() -> None:
    for want, section in SECTIONS.items():
        for name in re.findall(r"async def (\w+)", section["script"]):
            calls = re.findall(rf"(?<!def )\b{name}\(", section["script"])
            assert calls, f"{want!r} defines {name} and doesn't call it"


def test_a_script_speaks_of_nothing_that_only_a_notebook_has() -> None:
    of_a_notebook = re.compile(r"\b(?:step \d|cells?|notebooks?|form above|exercises?\.)", re.IGNORECASE)
    for want, section in SECTIONS.items():
        found = of_a_notebook.search(section["script"])
        assert found is None, f"{want!r} says {found[0]!r}: say it in the snippet so that it's right in a script, too"


def test_the_packages_that_the_page_names_are_those_that_a_script_imports() -> None:
    bring = importlib.metadata.packages_distributions()
    for want, section in SECTIONS.items():
        install = re.search(r"Packages: (?:`pip install (.+)`|none)", section["about"])[1]
        named = install.split() if install else []
        assert ("azure-identity" in named) == ("from azure.identity" in section["script"])
        assert ("azure-keyvault-secrets" in named) == ("from azure.keyvault.secrets" in section["script"])
        assert ("aiohttp" in named) == (".aio import" in section["script"])
        for module in re.findall(r"^(?:from|import) (\w+)", section["script"], re.MULTILINE):
            if module not in sys.stdlib_module_names:
                assert {*named} & {name.lower() for name in bring[module]}, f"{module} in {want!r}"


def test_the_variables_that_the_page_names_are_those_that_a_script_reads() -> None:
    for section in SECTIONS.values():
        named = re.findall(r"`([A-Z_]+)` \(", section["about"])
        assert {*named} == {*re.findall(r"\b(?:KEY_VAULT_NAME|LESSON_\w+)\b", section["script"])}


SNIPPETS = {
    "client": Snippet(
        "client",
        (),
        "# snippet: client\nimport os\n\nfrom it import SecretClient\n\nclient = SecretClient(\n    os.sep,\n)",
    ),
    "made": Snippet("made", ("client",), '# snippet: made\nimport os\n\nit = """\nits\n"""\nclient.put(it)'),
    "use": Snippet("use", ("client", "made"), "# snippet: use | needs: client, made\nimport re\n\nre.sub(os.sep, it)"),
    "call": Snippet(
        "call",
        (),
        "# snippet: call\nimport asyncio\n\n\nasync def call():\n    pass\n\n\n"
        "# In a notebook: await call() | in a script: asyncio.run(call())",
    ),
}


def test_a_script_has_its_imports_first_and_the_rest_in_the_block_of_its_client() -> None:
    [script] = tidy([assemble("use it", ["use"], SNIPPETS, ["made"])])
    assert script == (
        "import os\nimport re\n\nfrom it import SecretClient\n\nwith SecretClient(\n    os.sep,\n) as client:\n"
        "    # Something to try it on. In your own script, leave this part out.\n"
        '    it = """\nits\n"""\n    client.put(it)\n\n'
        "    # Use it.\n    re.sub(os.sep, it)"
    )


def test_a_script_runs_what_a_notebook_awaits() -> None:
    [script] = tidy([assemble("call", ["call"], SNIPPETS, [])])
    assert script == "import asyncio\n\n\nasync def call():\n    pass\n\n\nasyncio.run(call())"


def test_a_name_that_no_snippet_makes_is_told() -> None:
    with pytest.raises(ValueError, match=r"These snippets don't make a script: .*F821 Undefined name `it`"):
        tidy(["print(it)\n"])


def test_a_snippet_that_is_gone_is_told(monkeypatch) -> None:
    monkeypatch.setitem(recipes.GROUPS, "Read", [recipes.Task("read a secret", ("gone",))])
    with pytest.raises(ValueError, match="names the snippet 'gone', which no notebook has"):
        recipes.recipes()


def test_what_nobody_explained_is_told() -> None:
    with pytest.raises(ValueError, match=r"imports left_pad\. Say in tests/recipes\.py, PACKAGES"):
        recipes.packages("import left_pad")
    with pytest.raises(ValueError, match=r"reads LESSON_ELSE\. Say in tests/recipes\.py, VARIABLES"):
        recipes.variables("os.environ['LESSON_ELSE']")
