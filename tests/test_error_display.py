"""How errors show in a notebook: the SDK's with what to do, the reader's own as usual, and none with values."""

import re

import nbformat
import pytest
from nbclient import NotebookClient

CONNECT = "from helpers import connect\nconnect()"
CLIENT = """import os
from azure.identity import DefaultAzureCredential
from azure.keyvault.secrets import SecretClient
client = SecretClient(f"https://{os.environ['KEY_VAULT_NAME']}.vault.azure.net", DefaultAzureCredential())"""
OWN = "1 / 0"
DELETED = "client.set_secret('gone', 'fake-value'); client.begin_delete_secret('gone').wait()"
DISABLED = "client.set_secret('off', 'fake-value', enabled=False) and None"
ELSEWHERE = "lost = SecretClient('https://no-such-vault.vault.azure.net', DefaultAzureCredential(), retry_total=0)"
BARE_NAME = "bare = SecretClient(os.environ['KEY_VAULT_NAME'], DefaultAzureCredential(), retry_total=0)"
WRONG = """os.environ["AZURE_CLIENT_SECRET"] = "fake-wrong"
wrong = SecretClient(client.vault_url, DefaultAzureCredential())"""
NOBODY = """for name in [name for name in os.environ if name.startswith("AZURE_")]:
    del os.environ[name]
os.environ["PATH"] = ""
os.environ["AZURE_TOKEN_CREDENTIALS"] = "AzureCliCredential"
nobody = SecretClient(client.vault_url, DefaultAzureCredential())"""

AS = """import os
from azure.identity import ClientSecretCredential
def as_program(name, tenant=os.environ["AZURE_TENANT_ID"], vault_url=client.vault_url):
    known = [os.environ[f"LESSON_{name}_CLIENT_{key}"] for key in ("ID", "SECRET")]
    return SecretClient(vault_url, ClientSecretCredential(tenant, *known))"""
GUARDED = """url = f"https://{os.environ['LESSON_GUARDED_VAULT']}.vault.azure.net"
guarded = SecretClient(url, DefaultAzureCredential())
guarded.set_secret("kept", "fake-value"); guarded.begin_delete_secret("kept").wait()"""
STRICT = """import certifi
strict = SecretClient(client.vault_url, DefaultAzureCredential(), connection_verify=certifi.where(), retry_total=0)"""
TUNNEL = "tunnel = SecretClient(client.vault_url + ':8443', DefaultAzureCredential(), retry_total=0)"
EXPIRED = """from azure.core.exceptions import ClientAuthenticationError
def expired(): raise ClientAuthenticationError(message="AADSTS99999: Words of a number that nobody knows.")"""

# what was done before, the call that fails, the error's class, and words of what to do
CASES = {
    "unknown": ([], "client.get_secret('nope')", "ResourceNotFoundError", "This vault has no secret of that name"),
    "taken": ([DELETED], "client.set_secret('gone', 'x')", "ResourceExistsError", "A deleted secret keeps its name"),
    "disabled": ([DISABLED], "client.get_secret('off')", "HttpResponseError", "This version is disabled"),
    "illegal": ([], "client.set_secret('not a name', 'x')", "HttpResponseError", "letters, digits and dashes"),
    "too large": ([], "client.set_secret('big', 'x' * 25_601)", "HttpResponseError", "at most 25,600 characters"),
    "too small a role": (
        [AS],
        "as_program('AUDITOR').get_secret('x')",
        "HttpResponseError",
        "You lack `getSecret`. The smallest role that has it is Key Vault Secrets User. ",
    ),
    "no role": (
        [AS],
        "as_program('NEWCOMER').set_secret('x', 'y')",
        "HttpResponseError",
        "is Key Vault Secrets Officer",
    ),
    "no policy": (
        [AS, GUARDED],
        "as_program('APP', vault_url=guarded.vault_url).set_secret('x', 'y')",
        "HttpResponseError",
        "You lack the secret permission `set` in an access policy of the vault. For the caller that the message names, "
        "ask for a role on this vault that allows it, or for a permission if the vault uses access policies.",
    ),
    "purge protection": (
        [],
        "guarded.purge_deleted_secret('kept')",
        "HttpResponseError",
        "wait until the scheduled purge date",
    ),
    "another tenant": (
        [AS],
        "as_program('APP', '99999999-9999-4999-8999-999999999999').get_secret('x')",
        "ClientAuthenticationError",
        "Sign in to the vault's own tenant",
    ),
    "certificate": ([STRICT], "strict.get_secret('x')", "ServiceRequestError", "set `REQUESTS_CA_BUNDLE`"),
    "another address": ([TUNNEL], "tunnel.get_secret('x')", "ValueError", "without a port"),
    "refused by the sign-in": (
        [EXPIRED],
        "expired()",
        "ClientAuthenticationError",
        "Look up the number after AADSTS",
    ),
    "no vault": ([ELSEWHERE], "lost.get_secret('x')", "ServiceRequestError", "Check the vault's name"),
    "bare name": ([BARE_NAME], "bare.get_secret('x')", "ServiceRequestError", "must be a whole URL"),
    "wrong secret": ([WRONG], "wrong.get_secret('x')", "ClientAuthenticationError", "The client secret is wrong"),
    "no sign-in": ([NOBODY], "nobody.get_secret('x')", "ClientAuthenticationError", "Run `az login`"),
}


@pytest.fixture(scope="module")
def shown() -> dict[str, nbformat.NotebookNode]:
    """For each case, the error output of its call; one kernel runs them all, in order."""
    cells = [CONNECT, CLIENT, OWN]
    for before, call, *_ in CASES.values():
        cells += [*before, call]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, timeout=60, kernel_name="python3", allow_errors=True).execute()
    outputs = {cell.source: cell.outputs for cell in notebook.cells}
    assert [outputs[cell] for cell in (CLIENT, DELETED, DISABLED, ELSEWHERE, NOBODY)] == [[]] * 5
    shown = {}
    for case, (_, call, *_) in {"own": ([], OWN), **CASES}.items():
        [shown[case]] = outputs[call]
    return shown


@pytest.mark.parametrize("case", CASES)
def test_says_what_to_do(case: str, shown: dict[str, nbformat.NotebookNode]) -> None:
    _, _, name, words = CASES[case]
    output = shown[case]
    assert output.ename == name
    message, what_to_do = output.traceback
    assert message.startswith(f"{name}: ")
    assert what_to_do.startswith("What to do: ")
    assert words in what_to_do
    assert "fake-" not in str(output)


@pytest.mark.parametrize(
    ("case", "step"),
    [("taken", 4), ("too small a role", 3), ("no vault", 6), ("bare name", 9), ("no sign-in", 1), ("unknown", None)],
)
def test_leads_to_the_step_that_shows_such_an_error(
    case: str, step: int | None, shown: dict[str, nbformat.NotebookNode]
) -> None:
    _, what_to_do = shown[case].traceback
    found = re.findall(r"\(See step (\d+) of notebook 19\.\)$", what_to_do)
    assert found == ([] if step is None else [str(step)])


def test_an_error_of_the_readers_own_keeps_its_traceback(shown: dict[str, nbformat.NotebookNode]) -> None:
    assert shown["own"].ename == "ZeroDivisionError"
    assert len(shown["own"].traceback) > 2


# The reader's own errors

VALUE = "fake-value-in-a-variable"
USE = f"""def use(value):
    again = value + "-again"
    return len(again) / 0
made = "{VALUE[:10]}" + "{VALUE[10:]}"
use(made)"""
IN_CALLBACK = """import ipywidgets
box = ipywidgets.Text()
box.observe(lambda change: use(change["new"]), names="value")
box.value = made"""
KEEP_THEIR_TRACEBACK = ["int('fake')"]
HELD = "%xmode Context\n%xmode Verbose\nuse(made)"


def run(*cells: str) -> dict[str, nbformat.NotebookNode]:
    """Run the cells in one kernel; for each, what it showed as an error."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, timeout=60, kernel_name="python3", allow_errors=True).execute()
    return {
        cell.source: [output for output in cell.outputs if output.output_type != "stream"] for cell in notebook.cells
    }


@pytest.fixture(scope="module")
def own() -> dict[str, nbformat.NotebookNode]:
    """What cells show after `connect()`, with `%xmode Verbose` before and after it."""
    cells = [USE, "%tb", IN_CALLBACK, HELD, "%config InteractiveShell.xmode = 'Verbose'", "use(made) # once more"]
    return run("%xmode Verbose", CONNECT, "connect()", *cells, *KEEP_THEIR_TRACEBACK)


@pytest.mark.parametrize("cell", [USE, "%tb", IN_CALLBACK, HELD, "use(made) # once more"])
def test_no_traceback_shows_the_value_of_a_variable(cell: str, own: dict[str, nbformat.NotebookNode]) -> None:
    shown = str(own[cell])
    assert "ZeroDivisionError" in shown
    assert "Traceback (most recent call last)" in shown, "it is the usual traceback"
    assert VALUE not in shown


def test_without_connect_it_would() -> None:
    assert VALUE in str(run("%xmode Verbose", USE)[USE])


@pytest.mark.parametrize("cell", KEEP_THEIR_TRACEBACK)
def test_an_error_of_the_same_class_keeps_its_traceback(cell: str, own: dict[str, nbformat.NotebookNode]) -> None:
    [output] = own[cell]
    assert "What to do" not in str(output)
    assert "Traceback (most recent call last)" in str(output.traceback)
