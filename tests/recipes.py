"""The tasks of `notebooks/snippets.md`: what a reader wants to do, and the snippets that do it."""

import ast
import re
import sys
from dataclasses import dataclass

from tests import notebooks
from tests.script_of_snippets import assemble, tidy

PACKAGES = {  # what a script imports, and what brings it; azure.core comes with the two others of Azure
    "azure.identity": "azure-identity",
    "azure.keyvault.secrets": "azure-keyvault-secrets",
    "azure.storage.blob": "azure-storage-blob",
    "azure.core": "",
    "aio": "aiohttp",
    "cryptography": "cryptography",
    "httpx": "httpx",
    "jwt": "pyjwt",
    "matplotlib": "matplotlib",
    "pandas": "pandas",
    "pydantic": "pydantic",
    "pydantic_settings": "pydantic-settings",
    "sqlalchemy": "sqlalchemy",
    "trustme": "trustme",
}
VARIABLES = {  # what a script reads from its environment, and what it stands for
    "KEY_VAULT_NAME": "your vault's name",
    "LESSON_SECOND_VAULT": "the name of a second vault in the same subscription and geography",
    "LESSON_GUARDED_VAULT": "the name of a vault with purge protection",
    "LESSON_STORAGE_ACCOUNT": "the name of a storage account, where files are saved and a vault's log goes",
}

# What makes something to try a task on.
TO_TRY_ON = [
    *("name-and-value", "save", "save-with-tags", "update-properties", "lose-tags", "disabled-and-deleted"),
    *("three-versions", "made-up-service", "save-with-dates", "three-secrets", "recovery-level", "delete-three"),
    *("two-keys", "save-key"),
    *("save-json", "pem", "save-pem", "save-binary", "pem-accidents"),
    *("with-history", "several", "dotenv", "save-two", "settings-secrets", "server", "hundred", "save-all"),
    *("db-url", "check-token", "play-db"),
]


@dataclass(frozen=True)
class Task:
    """What a reader wants ("I want to …"), and the snippets that do it, in order.

    The words are a heading and the target of a link: lower-case letters, digits, spaces and hyphens, which GitHub and
    JupyterLab make the same anchor of.
    """

    want: str
    snippets: tuple[str, ...]


def _task(want: str, snippets: str) -> Task:
    return Task(want, tuple(snippets.split()))


GROUPS = {
    "Sign in": [
        _task("sign in and make a client", "client first-call"),
        _task("find out which credential signed in", "which-credential-won"),
        _task("find out who is signed in", "who-am-i"),
        _task("choose which credentials are tried", "shorten-the-chain"),
        _task("insist on a chosen credential in a deployed program", "choose-sign-in"),
    ],
    "Save": [
        _task("save a secret", "name-and-value save describe"),
        _task("save a new value under the same name", "save-again"),
        _task("save secrets with tags and a content type", "save-with-tags"),
        _task("save secrets that expire on a certain day", "save-with-dates"),
        _task("save many secrets at once", "hundred save-all"),
        _task("save a login with several fields in one secret", "save-json read-json"),
        _task("save a private key with its line breaks", "save-pem"),
        _task("save a file that is not text", "save-binary"),
    ],
    "Read": [
        _task("read a secret", "retrieve"),
        _task("read an older version of a secret", "retrieve-version"),
        _task("find out whether a secret exists", "not-there"),
        _task("read one secret in an async program", "async-first-call"),
        _task("read many secrets at once in an async program", "keep-errors"),
        _task("read many secrets at once with threads", "read-all"),
        _task("read each value in the shape that its content type says", "read-value read-each"),
        _task("read a certificate and its private key", "certificate-name load-certificate certificate-as-pem"),
    ],
    "List and find": [
        _task("list the secrets in a vault", "list-secrets"),
        _task("list the secrets in a vault page by page", "list-by-page"),
        _task("find secrets by tag and read their values", "find-by-tag values-of-found"),
        _task("see a vault as a table and count by tag", "secrets-table count-by-tag"),
        _task("draw a chart of a vault", "chart-of-counts"),
        _task("see which secrets expire soon", "expires-soon"),
    ],
    "Change and rotate": [
        _task("change the content type of a secret", "update-properties"),
        _task("add a tag and keep the others", "add-tag"),
        _task("change one field of a login and keep the others", "change-json"),
        _task("list the versions of a secret from oldest to newest", "versions-by-time oldest-version"),
        _task("disable a version", "disable-older-version"),
        _task("rotate a password without downtime", "rotate-password"),
        _task("rotate a key when an event says that it expires soon", "other-key rotate event deliver"),
    ],
    "Delete and recover": [
        _task("delete a secret and wait until it is gone", "begin-delete get-deleted"),
        _task("list the deleted secrets", "list-deleted"),
        _task("recover a deleted secret", "recover recovered"),
        _task("purge a deleted secret and use its name again", "purge when-purged name-is-free"),
        _task("delete many secrets at once", "delete-all"),
        _task("find every secret that these scripts made", "find-ours"),
    ],
    "Back up and copy": [
        _task("back up a secret to a file", "back-up to-file"),
        _task("copy a secret and its history to another vault", "restore compare-copies"),
        _task("copy all secrets with a tag to another vault", "restore-all"),
        _task("put a lost secret back from its backup", "back-up to-file lose-it purge-it put-back"),
    ],
    "Use secrets in a program": [
        _task("use a secret without showing it", "use"),
        _task("move secrets from a dotenv file to the vault", "dotenv-entries move-entries"),
        _task("take a connection string apart", "connection-string"),
        _task("keep values in a cache", "cache count-calls rotate-cached"),
        _task("connect to a database with a password from the vault", "cache engine read-table"),
        _task("connect again after the password was rotated", "cache engine retry rotate-db"),
        _task("call a web service with a key from the vault", "cache key-from-vault call-an-api"),
        _task("fill a settings class from the vault", "vault-source settings read-settings"),
        _task("find out whether the vault or the environment wins", "vault-source settings who-wins"),
        _task("count the calls that settings from the vault take", "vault-source settings count-requests"),
        _task("keep secrets out of the errors of a settings class", "vault-source settings hide-input"),
        _task("make settings again after a rotation", "vault-source settings rotate-settings"),
        _task("find key vault references that were not resolved", "unresolved"),
    ],
    "Use no secret": [
        _task("save a file in a storage account without a key", "storage save-a-file"),
        _task("connect to a database with a token in place of a password", "token-engine query-db"),
        _task("check a token as a server does", "db-token check-token old-token"),
    ],
    "See who read what": [
        _task("read the audit log of a vault", "newest-record"),
        _task("see who read which secret", "who-read"),
        _task("see which calls failed and why", "what-failed"),
        _task("find out who read a secret for the first time", "first-reads"),
        _task("find callers that list a vault again and again", "many-lists"),
        _task("find callers that were refused again and again", "often-refused"),
    ],
    "Handle trouble": [
        _task("tell a disabled secret from other errors", "get-disabled"),
        _task("handle a name that a deleted secret still holds", "name-is-taken"),
        _task("see which requests are sent and switch retries off", "watch see-retries no-retries"),
        _task("give up on an answer that takes too long", "read-timeout"),
        _task("see the headers of an answer", "raw-answer"),
        _task("find out what copying has done to a value", "damage find-damage check-pasted"),
        _task("give a private key its lost line breaks again", "restore-pem"),
        _task("find out at which address a vault sees you", "my-address"),
        _task("see the network rules of a vault", "show-rules"),
        _task("log every request without logging a secret", "log-without-secrets"),
    ],
}


@dataclass(frozen=True)
class Recipe:
    """A task with all that the page says of it."""

    want: str
    script: str
    packages: tuple[str, ...]
    variables: tuple[str, ...]
    notebook: str


def recipes() -> dict[str, list[Recipe]]:
    """All recipes by group, made from the notebooks as they are now.

    Raises:
        ValueError: a task names a snippet that no notebook has, or a script needs what this file doesn't know.
    """
    every, home = {}, {}
    for notebook in notebooks.NAMES:
        for snippet in notebooks.snippets(notebook):
            every.setdefault(snippet.name, snippet)
            home.setdefault(snippet.name, notebook)
    _check_names(set(every))
    tasks = [task for group in GROUPS.values() for task in group]
    scripts = tidy([assemble(task.want, task.snippets, every, TO_TRY_ON) for task in tasks])
    made = {
        task: Recipe(task.want, script, packages(script), variables(script), home[task.snippets[-1]])
        for task, script in zip(tasks, scripts, strict=True)
    }
    return {name: [made[task] for task in group] for name, group in GROUPS.items()}


def packages(script: str) -> tuple[str, ...]:
    """What `pip install` has to bring for a script, the two packages of Azure first.

    Raises:
        ValueError: the script imports something that PACKAGES doesn't know.
    """
    needed = set()
    for module in _imported(script):
        if module.partition(".")[0] in sys.stdlib_module_names:
            continue
        known = [start for start in PACKAGES if f"{module}.".startswith(f"{start}.")]
        if not known:
            raise ValueError(f"A script imports {module}. Say in tests/recipes.py, PACKAGES, what brings it.")
        needed |= {PACKAGES[known[0]], PACKAGES["aio"] if module.endswith(".aio") else ""}
    return tuple(sorted(needed - {""}, key=lambda name: (not name.startswith("azure"), name)))


def variables(script: str) -> tuple[str, ...]:
    """The environment variables that a script reads.

    Raises:
        ValueError: it reads one that VARIABLES doesn't explain.
    """
    read = re.findall(r"""os\.environ(?:\.get\(|\[)\s*f?["']([^"']+)["']""", script)
    unknown = [name for name in read if name not in VARIABLES]
    if unknown:
        raise ValueError(f"A script reads {unknown[0]}. Say in tests/recipes.py, VARIABLES, what it stands for.")
    return tuple(dict.fromkeys(read))


def _imported(script: str) -> list[str]:
    """The modules that a script imports, wherever in it."""
    modules = []
    for node in ast.walk(ast.parse(script)):
        if isinstance(node, ast.Import):
            modules += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules.append(node.module)
    return modules


def _check_names(there: set[str]) -> None:
    for task in (task for tasks in GROUPS.values() for task in tasks):
        for name in task.snippets:
            if name not in there:
                raise ValueError(
                    f"The task {task.want!r} in tests/recipes.py names the snippet {name!r}, which no notebook has. "
                    "Name the one that took its place."
                )
    for name in TO_TRY_ON:
        if name not in there:
            raise ValueError(f"TO_TRY_ON in tests/recipes.py names the snippet {name!r}, which no notebook has.")
