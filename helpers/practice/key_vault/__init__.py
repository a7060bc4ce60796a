"""`*.vault.azure.net`, and the same for other clouds: the vaults.

`routes` has the HTTP, `secrets` the rules, `permissions` who may, `errors` the words.
"""

from .routes import KeyVault

__all__ = ["KeyVault"]
