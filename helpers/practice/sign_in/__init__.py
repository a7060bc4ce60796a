"""`login.microsoftonline.com`: who somebody is. `routes` has the HTTP, `tokens` the rules, `errors` the words."""

from .routes import HOST, SignIn

__all__ = ["HOST", "SignIn"]
