"""The storage account's blobs. `routes` has the HTTP, `bodies` the XML, `permissions` who may, `errors` the words."""

from .routes import HOST, Storage

__all__ = ["HOST", "Storage"]
