"""The environment variables that lead a program to the practice cloud: all that tells practice from Azure."""

import os
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from . import certificates
from .errors import PracticeError
from .front_door import AZURE_HOSTS
from .identities import (
    CHINA_VAULT,
    DEFAULT_VAULT,
    GOVERNMENT_VAULT,
    GUARDED_VAULT,
    PRACTICE,
    PROGRAMS,
    SECOND_VAULT,
    STORAGE_ACCOUNT,
    TENANT_ID,
)

MARKER = "PRACTICE_CLOUD"

# Each of these would lead azure-identity away from the practice cloud's client secret, or to another sign-in host.
# (Source: "Environment variables" in azure-identity's README.)
_SET_ASIDE = ("AZURE_TOKEN_CREDENTIALS", "AZURE_AUTHORITY_HOST", "AZURE_REGIONAL_AUTHORITY_NAME")

# `az` prefers AZURE_<SECTION>_<OPTION> to its configuration file ("Azure CLI configuration" in its documentation):
# another cloud, a group that is not here, questions at the sign-in.
_AZ_SECTIONS = ("AZURE_CORE_", "AZURE_CLOUD_", "AZURE_DEFAULTS_", "AZURE_EXTENSION_")

# No question, and no word to anybody: no usage data, no choice among subscriptions at the sign-in, no account window of
# Windows in place of the sign-in, no extension that a command's name seems to ask for.
_AZ_CONFIGURATION = """\
[core]
collect_telemetry = false
login_experience_v2 = off
enable_broker_on_windows = false
[extension]
use_dynamic_install = no
[output]
show_survey_link = no
"""


def settings(
    earlier: Mapping[str, str],
    *,
    proxy_url: str,
    ca: bytes,
    folder: Path,
    az_folder: Path,
    client_secrets: Mapping[str, str],
) -> dict[str, str | None]:
    """The variables to set, and (as None) those to remove, for a program that is to talk to the practice cloud.

    Args:
        earlier: The environment as it was; what it says of proxies and certificates is kept in force.
        proxy_url: The front door's address, with its user and password.
        ca: The practice cloud's CA certificate, in PEM.
        folder: Where to write the certificates.
        az_folder: Where `az` keeps its configuration and who is signed in, apart from the person's own.
        client_secrets: The client secret of each of the programs, by its name.

    Raises:
        PracticeError: the Azure CLI's settings cannot be kept.
        OSError: the certificates cannot be written.
    """
    trusting = certificates.write(earlier, ca, folder)
    _prepare_az(az_folder)

    no_proxy = _no_proxy_but_azure(_value(earlier, "NO_PROXY")) or None
    chosen: dict[str, str | None] = {
        MARKER: "on",
        "KEY_VAULT_NAME": DEFAULT_VAULT,
        "AZURE_TENANT_ID": TENANT_ID,
        "AZURE_CLIENT_ID": PRACTICE.client_id,
        "AZURE_CLIENT_SECRET": client_secrets[PRACTICE.name],
        "AZURE_CONFIG_DIR": str(az_folder),
        # In GitHub Codespaces, `az login` opens no browser: it would open the real sign-in's page.
        "CODESPACES": "true",
        "HTTPS_PROXY": proxy_url,
        "NO_PROXY": no_proxy,
        # Node's own `fetch` reads HTTPS_PROXY only then, from Node.js 22.21 and 24.5 on.
        "NODE_USE_ENV_PROXY": "1",
        **trusting,
        **dict.fromkeys(_SET_ASIDE),
        **dict.fromkeys(name for name in earlier if name.startswith(_AZ_SECTIONS)),
        **_lesson_settings(client_secrets),
    }
    # Python and curl prefer the variables' lower-case names, and wget reads no others. Python takes any other spelling
    # as well. On Windows they are all one variable.
    if os.name != "nt":
        spellings = {name for name in earlier if name.lower() in ("https_proxy", "no_proxy")}
        chosen |= dict.fromkeys(spellings - {"HTTPS_PROXY", "NO_PROXY"})
        chosen |= {"https_proxy": proxy_url, "no_proxy": no_proxy}
    return chosen


def _lesson_settings(client_secrets: Mapping[str, str]) -> dict[str, str]:
    """For lessons that take more than one vault, more than one program, or storage."""
    lesson = {
        "LESSON_SECOND_VAULT": SECOND_VAULT,
        "LESSON_GUARDED_VAULT": GUARDED_VAULT,
        "LESSON_GOVERNMENT_VAULT": GOVERNMENT_VAULT,
        "LESSON_CHINA_VAULT": CHINA_VAULT,
        "LESSON_STORAGE_ACCOUNT": STORAGE_ACCOUNT,
    }
    for program in PROGRAMS:
        if program != PRACTICE:
            lesson[f"LESSON_{program.name.upper()}_CLIENT_ID"] = program.client_id
            lesson[f"LESSON_{program.name.upper()}_CLIENT_SECRET"] = client_secrets[program.name]
    return lesson


def _prepare_az(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # What the person has `az` write there since (`az config set`) stays.
        with suppress(FileExistsError), (folder / "config").open("x", encoding="utf-8") as file:
            file.write(_AZ_CONFIGURATION)
    except OSError as error:
        raise PracticeError(
            "The practice cloud can't keep the Azure CLI's settings in {folder} ({reason}). Make "
            "sure you can write to it, or set PRACTICE_CLOUD_HOME to another folder, then start "
            "again.",
            folder=folder,
            reason=error.strerror,
        ) from None


def earlier_proxy(earlier: Mapping[str, str]) -> tuple[str | None, str]:
    """The person's own HTTPS proxy (a URL) or None, and the hosts that it is not for, as `NO_PROXY` lists them."""
    proxy = _value(earlier, "HTTPS_PROXY") or _value(earlier, "ALL_PROXY") or _system_proxy()
    if proxy and "://" not in proxy:
        proxy = f"http://{proxy}"
    # Past a SOCKS proxy, which the relay does not speak, and past one that is no URL, it reaches other hosts directly.
    return proxy if _is_http_address(proxy) else None, _value(earlier, "NO_PROXY")


def _system_proxy() -> str:
    """The HTTPS proxy in the settings of Windows or a Mac: Python's clients go by them where no variable names one."""
    for name in ("getproxies_registry", "getproxies_macosx_sysconf"):  # each is there on its own system only
        if hasattr(urllib.request, name):
            return str(getattr(urllib.request, name)().get("https", ""))
    return ""


def _is_http_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _value(earlier: Mapping[str, str], name: str) -> str:
    spelled_otherwise = next((value for key, value in earlier.items() if value and key.upper() == name), "")
    return earlier.get(name.lower()) or earlier.get(name) or spelled_otherwise


def _no_proxy_but_azure(no_proxy: str) -> str:
    """`NO_PROXY` without the entries that would lead past the front door to Azure."""
    return ",".join(entry for entry in no_proxy.split(",") if entry.strip() and not _covers_azure(entry.strip()))


def _covers_azure(entry: str) -> bool:
    name = entry.partition(":")[0].removeprefix("*").removeprefix(".").lower()
    if not name:
        return True  # "*": no proxy for any host. The front door relays those that are not Azure's.
    # A vault's own name lies under its host, so an entry may be longer than the host as well as shorter. Requests
    # compares the ends of names without regard to dots.
    return any(azure.endswith(name) or name.endswith(azure) for azure in AZURE_HOSTS)
