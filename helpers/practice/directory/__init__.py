"""`graph.microsoft.com`: persons and programs. `routes` has the HTTP, `rules` the rules, `errors` the words."""

from .routes import HOST, Directory

__all__ = ["HOST", "Directory"]
