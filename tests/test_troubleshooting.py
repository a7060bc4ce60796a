"""Each error of notebook 19 is the one that the real service gives, its fix works, and its step is found.

The service's answers are in troubleshooting_answers.json, the messages that people pasted in pasted_errors.json, each
with its source; those collected after the rules had been written are "held_out". The ids and names are made up.
"""

import io
import json
import os
import re
import socket
import ssl
import threading
import time
from contextlib import contextmanager, redirect_stdout
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import azure.identity
import certifi
import pytest
import requests
import trustme
from azure.core.credentials import AccessToken
from azure.core.exceptions import AzureError
from azure.core.pipeline.transport import RequestsTransport
from azure.identity import ClientSecretCredential, DefaultAzureCredential
from azure.keyvault.secrets import SecretClient

from helpers import assign_role, known_errors, practice, troubleshooting
from tests import notebooks

NOTEBOOK = "19-when-it-goes-wrong"
VAULT = "https://my-vault.vault.azure.net"
ANSWERS = json.loads(Path(__file__).with_name("troubleshooting_answers.json").read_text(encoding="utf-8"))
PASTED = json.loads(Path(__file__).with_name("pasted_errors.json").read_text(encoding="utf-8"))
STEP_OF = {
    "no-sign-in": 1,
    "wrong-sign-in": 2,
    "refused": 3,
    "deleted-name": 4,
    "early-purge": 5,
    "no-purge": 5,
    "no-such-vault": 6,
    "another-tenant": 7,
    "invalid-issuer": 7,
    "another-address": 8,
    "bare-name": 9,
    "certificate-in-between": 10,
    "proxy-wants-a-password": 10,
}
CALLS = {
    "list": lambda client: list(client.list_properties_of_secrets()),
    "get": lambda client: client.get_secret("my-secret"),
    "set": lambda client: client.set_secret("my-secret", "fake-value"),
    "purge": lambda client: client.purge_deleted_secret("my-secret"),
}


def shown(snippet: str) -> str:
    """What the notebook's committed output says of an error."""
    for cell in notebooks.code_cells(notebooks.read(NOTEBOOK), "snippet"):
        if cell.source.startswith(f"# snippet: {snippet} "):
            return "".join(output.get("text", "") for output in cell.outputs)
    raise AssertionError(f"there is no snippet {snippet}")


def alike(message: str) -> str:
    """A message without what differs from vault to vault and from run to run."""
    message = message.replace("\r\n", "\n").strip()
    message = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", message)
    message = re.sub(r"\bmy-vault\b|\bpractice-(vault|guarded)\b", "VAULT", message)
    message = re.sub(r"\bmy-group\b|\bpractice-rg\b", "GROUP", message)
    message = re.sub(r"\bmy-secret\b|\btutorial-[0-9a-f]{6}\b", "NAME", message)
    message = re.sub(r"location=\w+", "location=PLACE", message)
    return re.sub(r"_ssl\.c:\d+|0x[0-9a-f]+", "N", message)


class Known:
    """A credential with a token at hand."""

    def get_token(self, *_scopes: str, **_options: object) -> AccessToken:
        return AccessToken("fake-token", int(time.time()) + 3600)


class Vault(requests.adapters.BaseAdapter):
    """A vault that asks for a token as the real one was recorded to, then gives one answer to everything."""

    def __init__(self, status: int = 200, body: "dict | None" = None) -> None:
        super().__init__()
        self._answer = status, body or {}

    def send(self, request: requests.PreparedRequest, **_options: object) -> requests.Response:
        missing = {"error": {"code": "Unauthorized", "message": "AKV10000: Request is missing a Bearer or PoP token."}}
        status, body = self._answer if "Authorization" in request.headers else (401, missing)
        response = requests.Response()
        response.status_code, response.request, response.url = status, request, request.url
        response.headers["Content-Type"] = "application/json; charset=utf-8"
        if status == 401:
            authority = "https://login.windows.net/00000000-0000-0000-0000-000000000001"
            challenge = f'Bearer authorization="{authority}", resource="https://vault.azure.net"'
            response.headers["WWW-Authenticate"] = challenge
        response.raw = io.BytesIO(json.dumps(body).encode())
        return response

    def close(self) -> None:
        """Nothing is open."""


def client_of(vault: Vault, url: str = VAULT, credential: object = None) -> SecretClient:
    session = requests.Session()
    session.mount("https://", vault)
    return SecretClient(url, credential or Known(), transport=RequestsTransport(session=session, session_owner=False))


def error_of(call, *arguments) -> str:
    """What the SDK raises, as the notebook shows it."""
    with pytest.raises((AzureError, ValueError)) as raised:
        call(*arguments)
    return f"{type(raised.value).__name__}: {raised.value}"


@pytest.fixture
def no_practice(monkeypatch, tmp_path):
    """An environment without a sign-in, a proxy or the practice cloud."""
    for name in list(os.environ):
        if name.startswith(("AZURE_", "LESSON_")) or name.upper().endswith("_PROXY") or "CA_BUNDLE" in name:
            monkeypatch.delenv(name)
    monkeypatch.setenv("PATH", "")


# Each error is the real one


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer["snippet"])
def test_an_error_of_the_service_is_what_the_sdk_makes_of_its_real_answer(answer: dict, no_practice) -> None:
    vault = Vault(answer["status"], answer["body"])
    said = error_of(CALLS[answer["call"]], client_of(vault))
    assert alike(said) == alike(shown(answer["snippet"]))


def test_no_sign_in_is_what_the_chain_says_where_there_is_none(no_practice) -> None:
    credential = DefaultAzureCredential(exclude_managed_identity_credential=True)
    said = error_of(CALLS["get"], client_of(Vault(), credential=credential))
    assert alike(said) == alike(shown("no-sign-in"))


def test_another_tenant_is_what_the_credential_says_after_a_real_challenge(no_practice) -> None:
    elsewhere = ClientSecretCredential("00000000-0000-0000-0000-000000000006", "fake-id", "fake-password")
    said = error_of(CALLS["list"], client_of(Vault(), credential=elsewhere))
    assert alike(said) == alike(shown("another-tenant"))


def test_another_address_is_what_the_sdk_says_after_a_real_challenge(no_practice) -> None:
    said = error_of(CALLS["get"], client_of(Vault(), url=f"{VAULT}:8443"))
    assert alike(said) == alike(shown("another-address"))
    private_link = client_of(Vault(), url="https://my-vault.privatelink.vaultcore.azure.net")
    assert error_of(CALLS["get"], private_link) == said, "a private link's own name meets the same check"


def test_bare_name_is_what_the_sdk_says_of_itself(no_practice) -> None:
    with SecretClient("my-vault", Known(), retry_total=0) as client:
        assert alike(error_of(CALLS["get"], client)) == alike(shown("bare-name"))


def test_no_such_vault_says_in_its_text_what_azure_says(no_practice, monkeypatch) -> None:
    def unknown(*_arguments: object, **_options: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with SecretClient("https://my-vaultx.vault.azure.net", Known(), retry_total=0) as client:
        on_azure = error_of(CALLS["get"], client)
    quoted = "Failed to resolve 'my-vaultx.vault.azure.net' ([Errno -2] Name or service not known)"
    assert on_azure.startswith("ServiceRequestError: ")
    assert on_azure.endswith(quoted)
    assert quoted in " ".join(notebooks.text(notebooks.read(NOTEBOOK)).split())
    in_practice = shown("no-such-vault")
    assert in_practice.startswith("ServiceRequestError: ")
    assert troubleshooting.diagnose(on_azure) == troubleshooting.diagnose(in_practice) == troubleshooting.ENTRIES[6]


def test_certificate_in_between_is_what_any_unknown_certificate_brings_about(no_practice) -> None:
    with answering(BaseHTTPRequestHandler, tls=True) as port:
        url = f"https://localhost:{port}"
        with SecretClient(url, Known(), connection_verify=certifi.where(), retry_total=0) as client:
            said = error_of(CALLS["get"], client)
    assert alike(said) == alike(shown("certificate-in-between"))


def test_proxy_wants_a_password_is_what_any_such_proxy_brings_about(no_practice) -> None:
    class Proxy(BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            self.send_response(407)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    with answering(Proxy) as port:
        proxies = {"https": f"http://127.0.0.1:{port}"}
        with SecretClient(VAULT, Known(), proxies=proxies, retry_total=0) as client:
            said = error_of(CALLS["get"], client)
    assert alike(said) == alike(shown("proxy-wants-a-password"))


@contextmanager
def answering(handler: type, tls: bool = False):
    """An HTTP server on this computer; its port."""
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        server.handle_error = lambda *_: None  # a client that does not trust it goes away
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            trustme.CA().issue_cert("localhost").configure_cert(context)
            server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


# Each fix works


def test_a_purge_that_succeeds_at_once_leaves_nothing_to_wait_for(started) -> None:
    started.conditions = practice.Conditions(delete_seconds=0)
    wanted = ("client", "name-and-value", "early-purge", "fix-early-purge")
    names: dict = {}
    with redirect_stdout(io.StringIO()) as out:
        for snippet in notebooks.snippets(NOTEBOOK):
            if snippet.name in wanted:
                exec(snippet.code, names)  # noqa: S102 - the notebook's own code
    assert "It's purged already." in out.getvalue()


@pytest.fixture(scope="module")
def printed(tmp_path_factory) -> "dict[str, str]":
    """What each snippet prints when all run in order, in one process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRACTICE_CLOUD_HOME", str(tmp_path_factory.mktemp("practice")))
        patch.setenv("PRACTICE_CLOUD_DELETE_SECONDS", "0.2")
        practice.start()
        names: dict = {}
        printed = {}
        for snippet in notebooks.snippets(NOTEBOOK):
            if snippet.name == "fix-refused":
                assign_role("auditor", "Key Vault Secrets User")
            with redirect_stdout(io.StringIO()) as out:
                exec(snippet.code, names)  # noqa: S102 - the notebook's own code
            printed[snippet.name] = out.getvalue()
        practice.stop()
    return printed


@pytest.mark.parametrize("snippet", STEP_OF)
def test_the_call_fails_first_and_its_fix_works(snippet: str, printed: "dict[str, str]") -> None:
    assert alike(printed[snippet]) == alike(shown(snippet))
    fixed = printed["fix-another-tenant" if snippet == "invalid-issuer" else f"fix-{snippet}"]
    assert fixed.startswith("Fixed: ")
    assert troubleshooting.diagnose(fixed) is None


def test_the_log_holds_no_secret(printed: "dict[str, str]") -> None:
    assert "Response status: 200\nThe value is in the log: False\n" in printed["log-without-secrets"]
    assert "'Authorization': 'REDACTED'" in printed["log-without-secrets"]


def test_the_raw_answer_has_what_a_support_case_needs(printed: "dict[str, str]") -> None:
    assert re.search(r"Request id: [0-9a-f-]{36}$", printed["raw-answer"], re.MULTILINE)
    assert "404 Not Found" in printed["raw-answer"]


# Each is found


def test_the_steps_are_those_of_the_notebook() -> None:
    text = notebooks.text(notebooks.read(NOTEBOOK))
    for entry in troubleshooting.ENTRIES.values():
        assert entry.step is None or f"## Step {entry.step}: {entry.title}\n" in text
    steps = [entry.step for entry in troubleshooting.ENTRIES.values() if entry.step]
    assert steps == list(range(1, 11)) == sorted(set(STEP_OF.values()))


@pytest.mark.parametrize("snippet", STEP_OF)
def test_what_the_notebook_shows_leads_to_its_own_step(snippet: str) -> None:
    found = troubleshooting.diagnose(shown(snippet))
    # From the message alone nobody can tell that the caller is not the one that was meant.
    assert found.step == (3 if snippet == "wrong-sign-in" else STEP_OF[snippet])


@pytest.mark.parametrize("pasted", PASTED, ids=lambda pasted: f"{pasted['step']} {pasted['source'][:60]}")
def test_a_pasted_message_leads_to_what_fits(pasted: dict) -> None:
    found = troubleshooting.advise(pasted["message"])
    assert (found.rule and found.rule.entry) == pasted["step"]
    if "advice" in pasted:
        assert found.rule.words.startswith(pasted["advice"])
        assert found.rule.to_do
    card = troubleshooting.find_entry(pasted["message"])
    if found.entry:
        title = f"{found.entry.name}: {found.entry.title}"
    else:
        title = "A known error, but not one of the ten steps" if found.rule else "None of the ten steps fits"
    assert card.title == f"Note: {title}"


def test_there_are_enough_pasted_messages() -> None:
    for step in (*troubleshooting.ENTRIES, None):
        assert len([pasted for pasted in PASTED if pasted["step"] == step]) >= 4
    assert len([pasted for pasted in PASTED if pasted.get("held_out")]) >= 30
    assert len({pasted["message"] for pasted in PASTED}) == len(PASTED) >= 150


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer["snippet"])
def test_how_a_message_was_wrapped_quoted_or_colored_does_not_matter(answer: dict) -> None:
    message = answer["body"]["error"]["message"]
    expected = troubleshooting.diagnose(message)
    for wide in (17, 40, 72):
        lines = [message[start : start + wide] for start in range(0, len(message), wide)]
        assert troubleshooting.diagnose("\n│ ".join(lines)) == expected
    colored = re.sub(r"(\w+)", "\x1b[1;31m\\1\x1b[0m", message)
    for changed in (colored, message.upper(), json.dumps(message), json.dumps(json.dumps(message)), f"> {message}"):
        assert troubleshooting.diagnose(changed) == expected


def test_a_refusal_is_found_with_what_is_missing_and_the_smallest_role() -> None:
    for action, role in (("getSecret", "Secrets User"), ("readMetadata", "Reader"), ("purge", "Secrets Officer")):
        card = troubleshooting.find_entry(
            f"ForbiddenByRbac Action: 'Microsoft.KeyVault/vaults/secrets/{action}/action'"
        )
        assert card.rows[-1] == ("What's missing", f"`{action}`. The smallest role that has it is Key Vault {role}.")
    card = troubleshooting.find_entry(
        "The user, group or application '' does not have secrets delete permission on key vault ''"
    )
    assert card.rows[-1] == ("What's missing", "the secret permission `delete` in an access policy of the vault.")
    assert [term for term, _ in troubleshooting.find_entry("ForbiddenByRbac").rows] == ["It means", "Do this"]


def test_left_over_variables_are_found_with_what_is_wrong_with_them() -> None:
    for number, words in (("7000222", "has expired"), ("7000215", "to the secret's value, not to its ID")):
        message = f"DefaultAzureCredential failed. EnvironmentCredential: Authentication failed: AADSTS{number}: Words."
        general, numbered = troubleshooting.find_entry(message).rows[1:]
        assert general == ("Do this", troubleshooting.ENTRIES[2].to_do)
        assert numbered[0] == "About the AADSTS number"
        assert words in numbered[1]


# What the issue's table and the variations of its kinds lead to: words of the advice that is right.
ADVICE = {
    # The vault's numbers
    "AKV10022: Invalid audience. Expected https://vault.azure.net, found: https://my-vault.vault.azure.net/": "scope",
    "(Unauthorized) Invalid audience. Expected https://vault.azure.net, found: https://management.azure.com/.": "scope",
    "AKV10022": "scope",
    "10022": "scope",
    "AKV10000: Request is missing a Bearer or PoP token.": "Send one in the header",
    "Request is missing a Bearer or PoP": "Send one in the header",
    "AKV10046: Unable to resolve the key used for signature valida": "who signed the token",
    # The sign-in's
    "AADSTS700082": "Sign in again",
    "700082": "Sign in again",
    '"error_codes":[700082],"timestamp":"2022-07-04': "Sign in again",
    "The refresh token has expired due to inactivity. The token was issued on": "Sign in again",
    "AADSTS50173: The provided grant has expired": "Sign in again",
    "aadsts70043": "Sign in again",
    "AADSTS50079": "follow the prompts in the browser",
    "AADSTS53003": "Conditional Access",
    "AADSTS1002012: The provided value for scope https://vault.azure.net is not valid.": "/.default",
    "AADSTS70011": "/.default",
    "AADSTS7000215": "not to its ID",
    "AADSTS700213: No matching federated identity record found": "letter by letter",
    "AADSTS700016": "the ID is the application's",
    "AADSTS90002": "no such tenant",
    "AADSTS65001": "Nobody has agreed",
    "AADSTS50105": "switched off",
    "Found multiple accounts with the same username": "az account clear",
    # The parameter that is meant
    "(BadParameter) The request URI contains an invalid name: my_secret": "letters, digits and dashes",
    "The request URI contains an invalid name: a b": "letters, digits and dashes",
    "(BadParameter) Property has invalid value\r\n": "at most 15 tags",
    "Property has invalid value": "at most 15 tags",
    '{"error":{"code":"BadParameter","message":"The property tags has a value that is not a string."}}': "15 tags",
    "(BadParameter) The property nbf is not a time in whole seconds since 1970.": "one of the dates",
    "The property exp is not a time in whole seconds": "one of the dates",
    "is not a time in whole seconds since 1970.": "one of the dates",
    "(BadParameter) The property contentType has more than 255 characters.": "at most 255 characters",
    "Secret is beyond the maximum permitted length of 25600 characters.": "25,600 characters",
    "The specified version (2099-01-01) is not recognized. Consider using": "`api-version`",
    "Consider using the latest supported version (7.6).": "`api-version`",
    "The parameter maxresults is 26; it must be from 1 to 25.": "size of a page",
    "(BadParameter) The property value is required, as a string.": "a string",
    "(BadParameter) Something that nobody has seen.": "The words after the code say what",
    "Cannot decrypt backup blob.": "same subscription",
    # A managed identity
    "ManagedIdentityCredential: ManagedIdentityCredential authentication unavailable. No identity has been assigned to "
    'this resource. Error: {"error":"invalid_request","error_description":"Identity not found"}': "AZURE_CLIENT_ID",
    'error":"invalid_request","error_description":"Identity not found"': "system-assigned identity",
    "ManagedIdentityCredential: no default identity is assigned to this resource": "system-assigned identity",
    "ManagedIdentityCredential authentication unavailable. The requested identity has not been assi": "AZURE_CLIENT_ID",
    "The managed identity endpoint is indicating there's no available identity. Message: undefined": "AZURE_CLIENT_ID",
    "Multiple user assigned identities exist, please specify the clientId / resourceId": "several managed identities",
    # The network
    "This TCP connection does not allow access": "Call from a network that the vault lets in",
    'innererror":{"code":"ForbiddenByConnection"': "Call from a network that the vault lets in",
    "lookup my-vault.privatelink.vaultcore.azure.net on 168.63.129.16:53: no such host": "private DNS zone",
    "getaddrinfo ENOTFOUND my-vault.privatelink.vaultcore.azure.net": "private DNS zone",
    "Failed to resolve 'my-vault.privatelink.vaultcore.azure.net' ([Errno -2] Name or service n": "private DNS zone",
    "** server can't find my-vault.privatelink.vaultcore.azure.net: NXDOMAIN": "private DNS zone",
    # The tables of azure-identity's and the Key Vault libraries' TROUBLESHOOTING pages
    "DefaultAzureCredential failed to retrieve a token from the included credentials.": "az login",
    "Environment variables aren't fully configured.": "az login",
    "AADSTS700027": "this certificate",
    "AADSTS50126": "service principal",
    "The requested identity hasn't been assigned to this resource.": "system-assigned identity",
    "The request failed due to a gateway error.": "NO_PROXY",
    "No response received from the managed identity endpoint.": "managed identity",
    "Multiple attempts failed to obtain a token from the managed identity endpoint.": "managed identity",
    "ManagedIdentityCredential authentication unavailable.": "managed identity",
    "no azure identity found for request clientID": "workload identity",
    "Failed To Read VS Code Credentials": "az login",
    "Azure CLI not installed": "az login",
    "Please run 'az login' to set up account": "az login",
    "PowerShell isn't installed. Az.Account module >= 2.2.0 isn't installed.": "az login",
    "Please run 'Connect-AzAccount' to set up account.": "az login",
    "AADSTS900023": "no such tenant",
    "No service connection found with identifier": "service connection",
    "Operation decrypt is not permitted on this key.": "a key, not a secret",
    "ManagedIdentityCredential.get_token failed: request() got an unexpected keyword argument 'tenant_id'": "--upgrade",
    "HTTP 429: Too many requests": "Too many requests",
}


@pytest.mark.parametrize("message", ADVICE)
def test_the_advice_is_the_one_that_fits(message: str) -> None:
    assert ADVICE[message] in troubleshooting.advise(message).to_do


# A message that each class of azure-identity gives when it can't sign in, and where its advice applies.
UNAVAILABLE = {
    "AzureCliCredential": ("Please run 'az login' to set up an account", "On your laptop"),
    "AzureDeveloperCliCredential": ("Please run 'azd auth login' from a command prompt", "On your laptop"),
    "AzurePipelinesCredential": ("Missing value for the SYSTEM_OIDCREQUESTURI environment variable", "In CI"),
    "AzurePowerShellCredential": ('Please run "Connect-AzAccount" to set up account', "On your laptop"),
    "DefaultAzureCredential": ("failed to retrieve a token from the included credentials", "On Azure"),
    "ChainedTokenCredential": ("failed to retrieve a token from the included credentials", "In CI"),
    "DeviceCodeCredential": ("Timed out waiting for user to authenticate", "On your laptop"),
    "EnvironmentCredential": ("Environment variables are not fully configured", "In CI"),
    "InteractiveBrowserCredential": ("Failed to open a browser", "On your laptop"),
    "ManagedIdentityCredential": ("authentication unavailable, no response from the IMDS endpoint", "On Azure"),
    "SharedTokenCacheCredential": ("No accounts were found in the cache", "On your laptop"),
    "VisualStudioCodeCredential": (
        "requires the user to be signed in to Azure via Visual Studio",
        "On your laptop",
    ),
    "WorkloadIdentityCredential": ("The workload options are not fully configured", "On Azure"),
    "ClientSecretCredential": ("secret should be a Microsoft Entra application's client secret", "Do this"),
}
NO_ADVICE = {
    "AuthorizationCodeCredential": "for web applications that sign users in; it fails with the numbers of AADSTS",
    "CertificateCredential": "fails with the numbers of AADSTS",
    "ClientAssertionCredential": "the assertion is the program's own; it fails with the numbers of AADSTS",
    "OnBehalfOfCredential": "for services behind a web application; it fails with the numbers of AADSTS",
    "UsernamePasswordCredential": "deprecated; it fails with the numbers of AADSTS",
}


def test_every_class_that_signs_in_has_advice_or_a_reason_why_not() -> None:
    classes = {name for name in azure.identity.__all__ if name.endswith("Credential")}
    assert classes == {*UNAVAILABLE, *NO_ADVICE}


@pytest.mark.parametrize("name", UNAVAILABLE)
def test_what_a_class_says_that_cannot_sign_in_leads_to_its_place(name: str) -> None:
    message, place = UNAVAILABLE[name]
    assert place in [place for place, _ in troubleshooting.advise(message).advice]
    package = Path(azure.identity.__file__).parent
    source = "".join(path.read_text(encoding="utf-8") for path in sorted(package.rglob("*.py")))
    assert letters(message).replace("systemoidcrequesturi", "") in letters(source).replace("systemoidcrequesturi", "")


def letters(text: str) -> str:
    return re.sub(r"[\W_]|\bf(?=[\"'])", "", text).lower()


def test_a_chain_gets_advice_for_each_place_and_what_its_members_add() -> None:
    rows = dict(troubleshooting.find_entry(PASTED[0]["message"]).rows)
    assert "Install the Azure CLI" in rows["On your laptop"]
    assert "`azure/login`" in rows["In CI"]
    assert "169.254.169.254" in rows["On Azure"]
    rows = dict(troubleshooting.find_entry('{"error_description":"Identity not found"}').rows)
    assert set(rows) == {"It means", "On Azure"}
    assert "az login" not in str(rows)


def test_a_shut_network_has_an_entry_of_its_own() -> None:
    card = troubleshooting.find_entry("Client address is not authorized and caller is not a trusted service.")
    assert card.title == "Note: Notebook 20: reach a vault behind a firewall"
    assert "runner" in dict(card.rows)["In CI"]
    assert {"On your laptop", "On Azure"} <= set(dict(card.rows))


def test_an_unknown_number_of_the_sign_in_is_at_least_named_as_one() -> None:
    for unknown in ("AADSTS7000829", "AADSTS70008299", "AADSTS99999: Words."):
        card = troubleshooting.find_entry(unknown)
        assert card.title == "Note: None of the ten steps fits"
        assert card.rows[0][0] == "Look up"


# The table


@pytest.mark.parametrize("rule", known_errors.RULES, ids=lambda rule: rule.words[:40])
def test_each_of_a_rules_words_leads_to_it(rule: known_errors.Rule) -> None:
    assert rule.to_do or rule.entry
    assert not rule.to_do or rule.to_do.endswith(".")
    assert rule.place in ("", known_errors.LAPTOP, known_errors.CI, known_errors.AZURE)
    for words in rule.words.split(" | "):
        assert troubleshooting.advise(words.replace("...", " 0000 ")).rule == rule


NUMBERS = re.findall(r"(AADSTS|AKV)(\d+)", " ".join(rule.words for rule in known_errors.RULES))


def test_a_number_is_found_however_it_is_pasted() -> None:
    assert len(set(NUMBERS)) == len(NUMBERS) >= 100
    for kind, number in NUMBERS:
        rule = troubleshooting.advise(f"{kind}{number}").rule
        half = len(number) // 2
        for pasted in (
            f"{kind.lower()}{number}: 2024-05-01 Words.",
            f"Error:  {kind} {number}.",
            f"xx {kind}{number[:half]}\n│ {number[half:]}: Words",
            f'{{\\"error_description\\":\\"{kind}{number}: Words.\\r\\nTrace ID: 0000',
            number,
        ):
            assert troubleshooting.advise(pasted).rule == rule, pasted
        assert troubleshooting.advise(f"{kind}{number}999").rule != rule


SENTENCES = {
    3: "Caller is not authorized to perform action on resource. If role assignments, deny assignments or role "
    "definitions were changed recently, please observe propagation time.",
    4: "is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can "
    "only be recovered or purged.",
    5: "is not allowed because purge protection is enabled for this vault. Key Vault service will automatically purge "
    "it after the retention period has passed.",
    "network": "Public network access is disabled and request is not from a trusted service nor via an approved "
    "private link.",
    None: "was not found in this key vault. If you recently deleted this secret you may be able to recover it using "
    "the correct recovery command.",
}


@pytest.mark.parametrize("step", SENTENCES)
def test_any_piece_of_what_the_service_says_is_enough(step: "int | str | None") -> None:
    sentence = SENTENCES[step]
    for start in range(len(sentence) - 45):
        found = troubleshooting.advise(sentence[start : start + 45]).rule
        assert found is not None, sentence[start : start + 45]
        assert found.entry == step


def test_nothing_of_a_pasted_message_is_repeated() -> None:
    for pasted in PASTED:
        marked = f"fake-sentinel-5d0c77 {pasted['message']} fake-sentinel-5d0c77"
        assert "5d0c77" not in repr(troubleshooting.find_entry(marked))
        assert "00000000-" not in repr(troubleshooting.find_entry(marked))


def test_an_empty_message_fits_none() -> None:
    assert troubleshooting.diagnose("") is None
    assert troubleshooting.diagnose(" \n\t│") is None
