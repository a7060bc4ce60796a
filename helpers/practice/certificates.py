"""The files that have a program trust the practice cloud beside all that it trusted before, and the variables for them.

Every language has a variable of its own for this. Each gets what was in force there, with one certificate added.
"""

import os
import re
import ssl
from collections.abc import Mapping
from pathlib import Path

import certifi

from . import java

_CERTIFICATE = re.compile(rb"-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]+-----END (?:TRUSTED )?CERTIFICATE-----")

# Where GNU wget looks for everybody's settings: as Linux has it, built by hand, on a Mac.
_WGETRC = ("/etc/wgetrc", "/usr/local/etc/wgetrc", "/opt/homebrew/etc/wgetrc")


def write(earlier: Mapping[str, str], ca: bytes, folder: Path) -> dict[str, str]:
    """Write the files, and return the variables that lead to them.

    Args:
        earlier: The environment as it was; the certificates that it names stay in force.
        ca: The practice cloud's CA certificate, in PEM.
        folder: Where to write.

    Raises:
        OSError: a file cannot be written.
    """
    ssl_bundle = _of_openssl(earlier)
    bundles = {
        # The order in which Requests looks ("SSL Cert Verification" in its documentation).
        "REQUESTS_CA_BUNDLE": _read(
            earlier.get("REQUESTS_CA_BUNDLE") or earlier.get("CURL_CA_BUNDLE") or certifi.where()
        ),
        "SSL_CERT_FILE": ssl_bundle,
        # Without this one, an SSL_CERT_DIR keeps an older curl from SSL_CERT_FILE ("ENVIRONMENT" in curl's manual).
        "CURL_CA_BUNDLE": _read(earlier["CURL_CA_BUNDLE"]) if earlier.get("CURL_CA_BUNDLE") else ssl_bundle,
        "NODE_EXTRA_CA_CERTS": _read(earlier.get("NODE_EXTRA_CA_CERTS")),
    }
    variables = {}
    for name, certificates in bundles.items():
        file = folder / f"{name.lower()}.pem"
        file.write_bytes(certificates + ca)
        variables[name] = str(file)
    wgetrc = folder / "wgetrc"
    wgetrc.write_bytes(_wget_settings(earlier) + f"ca_certificate = {variables['SSL_CERT_FILE']}\n".encode())
    variables["SYSTEM_WGETRC"] = str(wgetrc)
    if java.is_installed(earlier):
        options = java.options(earlier.get("JAVA_TOOL_OPTIONS", ""), _CERTIFICATE.findall(ssl_bundle), ca, folder)
        variables["JAVA_TOOL_OPTIONS"] = options
    return variables


def _of_openssl(earlier: Mapping[str, str]) -> bytes:
    """OpenSSL looks in a file and in folders; whatever was built on it, and Go, does the same."""
    file = _read(earlier.get("SSL_CERT_FILE") or ssl.get_default_verify_paths().cafile or certifi.where())
    folders = earlier.get("SSL_CERT_DIR")
    if not folders:
        return file
    found = _CERTIFICATE.findall(file + b"".join(_read(folder) for folder in folders.split(os.pathsep)))
    return b"".join(one + b"\n" for one in dict.fromkeys(found))  # a folder often has a certificate under three names


def _read(path: str | None) -> bytes:
    """The certificates in a PEM file, or in all files of a folder; none if it cannot be read."""
    if not path:
        return b""
    place = Path(path)
    try:
        files = sorted(place.iterdir()) if place.is_dir() else [place]
        contents = [file.read_bytes().rstrip() + b"\n" for file in files if file.is_file()]
    except OSError:
        return b""
    # Whatever else lies in the folder, OpenSSL might refuse the whole bundle for it.
    return b"".join(content for content in contents if b"-----BEGIN " in content)


def _wget_settings(earlier: Mapping[str, str]) -> bytes:
    """Everybody's settings for wget, which has no variable for certificates. The person's own are read after them."""
    for place in (earlier.get("SYSTEM_WGETRC"), *_WGETRC):
        if place and Path(place).is_file():
            try:
                return Path(place).read_bytes().rstrip() + b"\n"
            except OSError:
                return b""
    return b""
