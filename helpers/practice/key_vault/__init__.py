"""`*.vault.azure.net`: the vaults.

`routes` has the HTTP, `secrets` the rules, `permissions` who may, `errors` the words.
"""

from .routes import HOST_SUFFIX, KeyVault

__all__ = ["HOST_SUFFIX", "KeyVault"]
