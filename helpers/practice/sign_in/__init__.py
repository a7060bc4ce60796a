"""`login.microsoftonline.com`, and the same for other clouds: who somebody is.

`routes` has the HTTP, `tokens` the rules, `errors` the words.
"""

from .routes import SignIn

__all__ = ["SignIn"]
