"""`management.azure.com`: groups, vaults and roles. `routes` has the HTTP, `rules` the rules, `errors` the words."""

from .routes import HOST, ResourceManager

__all__ = ["HOST", "ResourceManager"]
