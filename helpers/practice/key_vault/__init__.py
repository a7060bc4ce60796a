"""`*.vault.azure.net`: the vaults.

`routes` has the HTTP, `secrets` the rules, `permissions` who may, `errors` the words. Of certificates there is only
the secret behind one (`certificates`).
"""

from .routes import HOST_SUFFIX, KeyVault

__all__ = ["HOST_SUFFIX", "KeyVault"]
