"""The options that lead a Java program to the practice cloud.

By itself, Azure's SDK for Java does not look at HTTPS_PROXY, and Java reads no certificates from PEM files.
"""

import os
import shlex
import shutil
import subprocess
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import PrivateFormat, pkcs12

# Java wants a password for a trust store, and its own has this one. It is no secret: what lies in there is public.
_PASSWORD = "changeit"  # noqa: S105

_TRUST_STORE = "-Djavax.net.ssl.trustStore"


def is_installed(environment: Mapping[str, str]) -> bool:
    """Whether there is a Java that the options would be for: the trust store takes time to write."""
    return bool(environment.get("JAVA_HOME")) or shutil.which("java", path=environment.get("PATH")) is not None


def options(earlier: str, trusted: Iterable[bytes], ca: bytes, folder: Path) -> str:
    """`JAVA_TOOL_OPTIONS` for a program that is to talk to the practice cloud.

    Args:
        earlier: The variable as it was. Its options stay, and of two for the same thing Java takes the last.
        trusted: The certificates that are in force, each in PEM, for when `earlier` names no trust store.
        ca: The practice cloud's CA certificate, in PEM.
        folder: Where to write the trust store.

    Raises:
        OSError: the trust store cannot be written.
    """
    store = folder / "java-trust-store"
    added = ["-Djava.net.useSystemProxies=true", f"{_TRUST_STORE}={store}"]
    if not _copy_own_store(earlier, ca, store):
        store.write_bytes(_make_store([*trusted, ca]))
        added += [f"{_TRUST_STORE}Type=PKCS12", f"{_TRUST_STORE}Password={_PASSWORD}"]
    quoted = [f'"{option}"' if " " in option else option for option in added]
    return " ".join([earlier.strip(), *quoted]).strip()


def _make_store(trusted: Iterable[bytes]) -> bytes:
    entries = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a certificate is of an odd make, which its maker has to fix
        for number, pem in enumerate(dict.fromkeys(trusted)):
            try:
                entries.append(pkcs12.PKCS12Certificate(x509.load_pem_x509_certificate(pem), str(number).encode()))
            except ValueError:
                continue  # Java would not read it either
        # One round, where the default is 20,000: to make a password hard to guess that is known to all is lost time.
        encryption = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(1).build(_PASSWORD.encode())
        return pkcs12.serialize_java_truststore(entries, encryption)


def _copy_own_store(options: str, ca: bytes, store: Path) -> bool:
    """Copy the trust store that the person's own options name, and add the practice cloud's CA. False without one."""
    given = dict(option.partition("=")[::2] for option in _split(options))
    own, keytool = Path(given.get(_TRUST_STORE, "")), shutil.which("keytool")
    if own.name in ("", store.name) or keytool is None:  # none, or that of a practice cloud around this one
        return False
    try:
        shutil.copyfile(own, store)
        add = "-importcert -noprompt -alias practice-cloud -storepass:env STORE_PASSWORD -keystore"
        subprocess.run(
            [keytool, *add.split(), store],
            env={**os.environ, "STORE_PASSWORD": given.get(f"{_TRUST_STORE}Password", _PASSWORD)},
            input=ca,
            capture_output=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return False  # as if it were not there; Java itself would say what is wrong with it
    return True


def _split(options: str) -> list[str]:
    """The options as Java takes them apart: at spaces, with quotes of both kinds and no escapes."""
    lexer = shlex.shlex(options, posix=True)
    lexer.whitespace_split, lexer.escape, lexer.commenters = True, "", ""
    try:
        return list(lexer)
    except ValueError:  # a quote that has no end: Java refuses it
        return []
