"""The secret behind a certificate, which holds it with its private key: made as PFX, given as PFX or PEM.

All else of certificates is left out: a lesson reads one as a secret, and no client here makes or changes one.
"""

import base64
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
from cryptography.x509.oid import NameOID

from ..state.transaction import Transaction
from ..state.vaults import Vault
from . import errors, secrets
from .secrets import Changes, SecretVersion

PFX = "application/x-pkcs12"
PEM = "application/x-pem-file"

# As recorded: a certificate that the vault signs itself counts from ten minutes ago, for a year from now.
_EARLIER = timedelta(minutes=10)
_VALID = timedelta(days=365)


def add(state: Transaction, vault: Vault, name: str) -> SecretVersion:
    """Save a new certificate, signed by itself: its secret, that is.

    Raises:
        ServiceError: the name cannot be used.
    """
    now = datetime.fromtimestamp(int(state.now), timezone.utc)
    start, end = now - _EARLIER, now + _VALID
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "practice.example")])
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number(), start, end)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("practice.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    # Whatever password an imported one had, its secret has none ("Export certificates from Azure Key Vault").
    pfx = pkcs12.serialize_key_and_certificates(None, key, certificate, None, NoEncryption())
    changes = Changes(PFX, not_before=int(start.timestamp()), expires=int(end.timestamp()))
    return secrets.set_secret(state, vault, name, base64.b64encode(pfx).decode(), changes, managed=True)


def converted(secret: SecretVersion, form: str) -> SecretVersion:
    """A certificate's secret, in the form that `outContentType` names, or as it is if that is empty.

    Raises:
        ServiceError: the form is neither PFX nor PEM.
    """
    if form in ("", PFX):
        return secret
    if form != PEM:
        raise errors.unsupported_conversion(form)
    bundle = pkcs12.load_pkcs12(base64.b64decode(secret.value), None)
    assert bundle.key is not None
    assert bundle.cert is not None
    key = bundle.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return replace(secret, value=(key + bundle.cert.certificate.public_bytes(Encoding.PEM)).decode(), content_type=PEM)
