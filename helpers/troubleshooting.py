"""Which of the ten steps of notebook 14 fits an error message, whatever program it comes from.

One place for what to do about an error: `error_display` says it under an error, `find_entry` for a pasted message.
"""

import re
from dataclasses import dataclass

from .cards import Card


@dataclass(frozen=True)
class Entry:
    """One step of notebook 14: its number and heading there, what such an error means, and what to do about it."""

    step: int
    title: str
    means: str
    to_do: str


ENTRIES = {
    entry.step: entry
    for entry in (
        Entry(
            1,
            "have no sign-in at all",
            "Azure Identity looked everywhere a sign-in could be and didn't find one.",
            "Run `az login` in a terminal, then try again. For a program that runs on its own, set `AZURE_TENANT_ID`, "
            "`AZURE_CLIENT_ID` and `AZURE_CLIENT_SECRET`, all three, before it starts.",
        ),
        Entry(
            2,
            "let the wrong sign-in win",
            "There's a sign-in, but it isn't the one you meant. The first one in the order wins.",
            "Find out which one won: `azure.identity` logs it at INFO. Then remove what's left over, such as "
            "`AZURE_CLIENT_ID`, or name the one you mean in `AZURE_TOKEN_CREDENTIALS`.",
        ),
        Entry(
            3,
            "be signed in and refused",
            "The vault knows who's asking, and that caller isn't allowed to do this here.",
            "Ask for a role on this vault that allows it, for the caller that the message names. A new role takes a "
            "few minutes to work.",
        ),
        Entry(
            4,
            "save under a deleted name",
            "A deleted secret that can still be recovered has this name.",
            "A deleted secret keeps its name. Take another name, or recover or purge the deleted one.",
        ),
        Entry(
            5,
            "purge what can't be purged",
            "Either the vault keeps deleted secrets until their time is up, or it's still busy with this name.",
            "If the message speaks of purge protection, wait until the scheduled purge date, or take another name. If "
            "a deletion or recovery is under way, wait a moment and try again.",
        ),
        Entry(
            6,
            "call a vault that is not there",
            "No host has the name in the address, so nothing was sent.",
            "Check the vault's name for a typo, then check your network. A vault that was deleted or never created "
            "can't be found either.",
        ),
        Entry(
            7,
            "come from another tenant",
            "You signed in to one tenant and the vault belongs to another, or the tenant you asked doesn't know you.",
            "Sign in to the vault's own tenant: `az login --tenant`, or `AZURE_TENANT_ID`. The message names it after "
            "`Expected one of` or after `tokens for tenant`.",
        ),
        Entry(
            8,
            "call the vault by another address",
            "That isn't the vault's own address, so the SDK didn't hand it a token.",
            "Use the address `https://<name>.vault.azure.net`, without a port, even through a private link. Switch the "
            "check off with `verify_challenge_resource=False` only for a host of your own, such as an emulator.",
        ),
        Entry(
            9,
            "give a bare name in place of the URL",
            "The address doesn't begin with https, so the SDK may not send a token there, and it didn't.",
            "The vault's address must be a whole URL: `https://<name>.vault.azure.net`.",
        ),
        Entry(
            10,
            "have a proxy in between",
            "There's something between you and Azure: a proxy that wants a password, or one with its own certificate.",
            "For a certificate, set `REQUESTS_CA_BUNDLE` to a file that has your company's in it. For a proxy, put its "
            "user and password in `HTTPS_PROXY`. Never switch the certificate check off.",
        ),
    )
}

# Words by which to know each, in the order in which to look: a message may have those of several, as when a chain of
# sign-ins fails for a certificate. "..." stands for anything in between. The sources are in tests/pasted_errors.json.
_RULES = (
    (9, "not permitted for non-TLS protected"),
    (9, "require a URL using the HTTPS protocol scheme"),
    (9, "vault_url must be the URL of an Azure Key Vault"),
    (8, "challenge resource ... match the requested domain"),
    (8, "the challenge contains invalid scope"),
    (8, "privatelink.vaultcore"),
    (7, "AKV10032"),
    (7, "not configured to acquire tokens for tenant"),
    (7, "AADSTS700016"),  # the application was not found in the directory
    (7, "AADSTS90002"),  # the tenant was not found
    (7, "AADSTS50020"),  # the user does not exist in the tenant
    (7, "AADSTS500011"),  # the resource was not found in the tenant
    (5, "purge protection is enabled"),
    (5, 'Operation "purge" is not'),
    (5, 'Operation is not allowed. Operation: "purge"'),
    (5, "DeletedVaultPurge"),
    (5, "ObjectIsBeingDeleted"),
    (5, "currently being deleted"),
    (5, "ObjectIsBeingRecovered"),
    (5, "currently being recovered"),
    (4, "deleted but recoverable"),
    (4, "already exists in deleted state"),
    (4, "conflict while creating/updating your secret"),
    (2, "Access denied to first party service"),
    (2, "EnvironmentCredential: Authentication failed ... AADSTS"),
    (2, "EnvironmentCredential authentication failed ... AADSTS"),
    (2, "Invalid value for AZURE_TOKEN_CREDENTIALS"),
    (2, "AZURE_TOKEN_CREDENTIALS environment variable is required"),
    (2, "Multiple accounts were found in the cache"),
    (3, "ForbiddenByRbac"),
    (3, "ForbiddenByPolicy"),
    (3, "not authorized to perform action on resource"),
    (3, "does not have ... permission on key vault"),
    (3, "not found on any access policy"),
    (3, "does not have authorization to perform action 'Microsoft.KeyVault"),
    (6, "does not resolve in the practice cloud"),
    (10, "CERTIFICATE_VERIFY_FAILED"),
    (10, "certificate signed by unknown authority"),
    (10, "self signed certificate"),
    (10, "unable to get local issuer certificate"),
    (10, "unable to verify the first certificate"),
    (10, "unable to find valid certification path"),
    (10, "SSL connection could not be established"),
    (10, "Proxy Authentication Required"),
    (10, "connect to proxy"),
    (10, "Tunnel connection failed"),
    (10, "proxy tunnel request"),
    (6, "Failed to resolve"),
    (6, "could not be resolved"),
    (6, "Could not resolve host"),
    (6, "Name or service not known"),
    (6, "Temporary failure in name resolution"),
    (6, "nodename nor servname provided"),
    (6, "No address associated with hostname"),
    (6, "getaddrinfo failed"),
    (6, "getaddrinfo ENOTFOUND"),
    (6, "no such host"),  # Go; .NET on Windows: "No such host is known"
    (6, "NameResolutionFailure"),
    (6, "attempting to connect to Vault"),  # az
    (1, "failed to retrieve a token from the included credentials"),
    (1, "failed to acquire a token ... Attempted credentials"),
    (1, "Environment variables are not fully configured"),
    (1, "Please run 'az login'"),
    (1, "EnvironmentCredential is unavailable"),
    (1, "no response from the IMDS endpoint"),
    (1, "No identity has been assigned"),
    (1, "Identity not found"),
    (1, "Azure CLI not found on path"),
    # Programs that leave out what the service said: the likeliest of what such a code can be.
    (3, "invalid status code 'Forbidden'"),
    (4, "invalid status code 'Conflict'"),
)

# What a code of the service means where none of the ten fits, or where it says enough. Sources: azure-keyvault-secrets'
# TROUBLESHOOTING.md, the answers that its tests recorded, and "Azure Key Vault REST API error codes".
CODES = {
    "SecretNotFound": "This vault has no secret of that name. Check the name. If the secret was deleted, you may still "
    "be able to recover it.",
    "SecretDisabled": "This version is disabled. Enable it, or ask for another version.",
    "SecretTooLarge": "A value has at most 25,600 characters. Save a shorter one.",
    "BadParameter": "The vault can't use what you sent. A name has 1 to 127 letters, digits and dashes.",
    "ForbiddenByFirewall": "The vault's firewall doesn't let your network in. Ask whoever runs the vault to add it, or "
    "call from a network that's allowed.",
    "ForbiddenByConnection": "The vault is closed to the public network. Call it from its virtual network or through "
    "its private link.",
    "AADSTS7000215": "The client secret is wrong. Set `AZURE_CLIENT_SECRET` to the secret's value, not to its ID.",
    "AADSTS7000222": "The client secret has expired. Make a new one, and set `AZURE_CLIENT_SECRET` to it.",
    "Throttled": "Too many requests came in a short time. Wait, then ask less often, and hold on to the values you "
    "have.",
    "PracticeStateUnusable": "The message above says how to fix it. Nothing you saved before is lost.",
    "Forbidden": "You're signed in, but this isn't allowed here. The words after the code say why: a missing role, a "
    "network that's shut out, or the state of the secret.",
    "Unauthorized": "The vault doesn't accept this sign-in. Check that you signed in to the vault's own tenant.",
    "Conflict": "Something else is using this name at the moment. Wait a moment, or take another name.",
}

# Words by which to know some of them where a program leaves the code out.
_SAID = {
    "SecretNotFound": "was not found in this key vault",
    "SecretDisabled": "not allowed on a disabled secret",
    "ForbiddenByFirewall": "Client address is not authorized",
    "ForbiddenByConnection": "Public network access is disabled",
    "Throttled": "too many requests were received",
}

_WHERE_TO_LOOK = (
    "the last lines of the traceback. The word before the colon is the kind of error, and the code in parentheses is "
    "the service's own."
)
_BY_STATUS = (
    "400 is about the request, 401 the sign-in, 403 a permission or a network, 404 and 409 a name, 429 too many "
    "requests, and 5xx the service."
)
_ASK = "step 11 shows what to collect before you ask for help."

# The smallest of Azure's roles that allows a data action on secrets ("Azure built-in roles", Security).
_SMALLEST = {"getSecret": "Key Vault Secrets User", "readMetadata": "Key Vault Reader"}
_ANY_OTHER = "Key Vault Secrets Officer"
_ACTIONS = ("getSecret", "setSecret", "readMetadata", "update", "delete", "backup", "restore", "recover", "purge")


def find_entry(message: str) -> Card:
    """Say which step of notebook 14 fits an error message, or where to look if none does.

    The message may hold IDs, so nothing of it is repeated, only words that this module knows.
    """
    entry = diagnose(message)
    found = _bare(message)
    known = [(f"`{code}`", CODES[code]) for code in CODES if _has(found, code) or _has(found, _SAID.get(code, code))]
    if entry is None:
        rows = [*known[:1], ("Look at", _WHERE_TO_LOOK), ("By its number", _BY_STATUS), ("Then", _ASK)]
        return Card("None of the ten fits", rows, mark="info")
    rows = [("It means", entry.means), ("Do this", entry.to_do)]
    if entry.step == 3 and (missing := missing_permission(message)):
        rows.append(("It lacks", missing))
    if entry.step == 2:  # the number says what is wrong with the sign-in that won
        rows += [row for row in known if "AADSTS" in row[0]]
    return Card(f"Step {entry.step}: {entry.title}", rows, mark="info")


def diagnose(message: str) -> Entry | None:
    """The entry that fits an error message; None if none does.

    Line breaks, colors, frames, quotes and escapes in the message don't matter, nor do capital letters.
    """
    found = _bare(message)
    return next((ENTRIES[step] for step, words in _RULES if _has(found, words)), None)


def missing_permission(message: str) -> str:
    """What the refused caller lacks, and the smallest role that allows it; "" if the message doesn't say."""
    found = _bare(message)
    for action in _ACTIONS:
        if _has(found, f"Microsoft.KeyVault/vaults/secrets/{action}"):
            return f"`{action}`. The smallest role with it is {_SMALLEST.get(action, _ANY_OTHER)}."
    if policy := re.search("doesnothavesecrets(get|list|set|delete|backup|restore|recover|purge)permission", found):
        return f"the secret permission `{policy[1]}` in an access policy of the vault."
    return ""


def _has(found: str, words: str) -> bool:
    """Whether the parts of `words` occur in order."""
    place = 0
    for part in map(_bare, words.split("...")):
        place = found.find(part, place)
        if place < 0:
            return False
        place += len(part)
    return True


def _bare(text: str) -> str:
    """The letters and digits alone, in lower case, however the message was wrapped, quoted or colored."""
    text = re.sub(r"(?:\x1b|\\x1b|\\u001b|\\e|\\033)\[[0-9;]*[A-Za-z]", "", text)  # colors, also as a log escapes them
    text = re.sub(r"\\+[nrt]", " ", text)  # line breaks, as JSON writes them
    return re.sub(r"[\W_]+", "", text).lower()
