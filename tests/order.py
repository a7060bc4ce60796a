"""How the tests are shared out among workers: in which units, and in which order."""

import pytest

# Each test of these files is a unit of its own. They take seconds each, and share nothing that is dear to make.
ALONE = (
    "tests/browser/test_access.py",
    "tests/browser/test_learner.py",
    "tests/browser/test_mistakes.py",
    "tests/practice/test_model.py",
    "tests/test_every_cell.py::test_runs_twice_in_a_row",
    "tests/test_run_all.py",
)
# The files that take longest. Those of the browser stand together: the browser is closed before other tests begin.
FIRST = (
    "tests/browser/test_leaks.py",
    "tests/browser/test_learner.py",
    "tests/browser/",
    "tests/clients/test_az",
    "tests/test_every_cell.py",
    "tests/test_run_all.py",
    "tests/test_recipes.py",
    "tests/exercises/test_delete_and_script.py",
    "tests/practice/test_model.py",
    "tests/practice/test_fuzz.py",
    "tests/clients/test_javascript.py",
    "notebooks/",
    "tests/test_show_requests.py",
    "tests/test_snippets.py",
    "tests/test_style.py",
)


def unit(nodeid: str) -> str:
    """The unit of work that a test belongs to: itself, its class, or its file. A notebook's cells are one unit."""
    return nodeid if nodeid.startswith(ALONE) else nodeid.rsplit("::", 1)[0]


def units(argument: str) -> int:
    """How many units an argument of pytest's command line chooses, about: one for a file, or for a test in it."""
    path, _, test = argument.partition("::")
    return 1 if path.endswith((".py", ".ipynb")) and (test or not path.endswith(ALONE)) else 100


def place(nodeid: str) -> int:
    """Where a test stands; the first is 0. The later notebooks are the longer ones."""
    first = next((number for number, start in enumerate(FIRST) if nodeid.startswith(start)), len(FIRST))
    [learner] = [number for number, start in enumerate(FIRST) if start.endswith("test_learner.py")]
    found = nodeid.partition("[")[2]
    return first * 100 - (int(found[:2]) if first == learner and found[:2].isdigit() else 0)


def scheduler(config: pytest.Config, log: object) -> object:
    """pytest-xdist's scheduler of units, with these."""
    from xdist.scheduler import LoadScopeScheduling

    class Scheduler(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return unit(nodeid)

    config.option.loadscopereorder = False  # it would put first what has the most tests, not the longest
    return Scheduler(config, log)
