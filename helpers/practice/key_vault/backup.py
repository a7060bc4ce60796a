"""A secret's backup: an encrypted text that this practice cloud's vaults can restore, and nobody can read or change.

The form is the recorded one: a mark and a compact JWE (RFC 7516), in base64url without padding.
"""

import base64
import json
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from . import errors

_MARK = b")AzureKeyVaultSecretBackupV1.microsoft.com"
_HEADER = json.dumps({"alg": "dir", "enc": "A256GCM"}, separators=(",", ":")).encode()
_NONCE_BYTES = 12
_TAG_BYTES = 16


def seal(key: bytes, content: dict[str, Any]) -> str:
    """Encrypt what a backup holds, with a key of 32 bytes."""
    header, nonce = _encoded(_HEADER), os.urandom(_NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, json.dumps(content).encode(), header)
    parts = (header, b"", _encoded(nonce), _encoded(sealed[:-_TAG_BYTES]), _encoded(sealed[-_TAG_BYTES:]))
    return _encoded(_MARK + b".".join(parts)).decode()


def unseal(key: bytes, backup: str) -> dict[str, Any]:
    """What a backup holds.

    Raises:
        ServiceError: it is no backup, was changed, or is another practice cloud's.
    """
    try:
        decoded = _decoded(backup.encode("ascii"))
        if not decoded.startswith(_MARK):
            raise ValueError
        header, _, nonce, ciphertext, tag = decoded[len(_MARK) :].split(b".")
        content: dict[str, Any] = json.loads(
            AESGCM(key).decrypt(_decoded(nonce), _decoded(ciphertext) + _decoded(tag), header)
        )
        return content
    except (ValueError, InvalidTag):
        raise errors.malformed_backup() from None


def _encoded(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")


def _decoded(text: bytes) -> bytes:
    # Without `validate`, what is no base64 would be skipped, and a changed backup pass as the old one.
    return base64.b64decode(text + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
