"""`*.vault.azure.net`, and the same for other clouds: the vaults.

`routes` has the HTTP, `secrets` the rules, `permissions` who may, `errors` the words. Of certificates there is only
the secret behind one (`certificates`).
"""

from .routes import KeyVault

__all__ = ["KeyVault"]
