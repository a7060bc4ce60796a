"""The exercises, by the notebook that they belong to."""

from .exercise import NOT_YET, RIGHT, WRONG, Exercise
from .quickstart import DeleteAndWait, FollowTheTrail, Rename, SaveTwice, SignIn

__all__ = [
    "BY_NOTEBOOK",
    "NOT_YET",
    "RIGHT",
    "WRONG",
    "DeleteAndWait",
    "Exercise",
    "FollowTheTrail",
    "Rename",
    "SaveTwice",
    "SignIn",
]

BY_NOTEBOOK: "dict[str, list[type[Exercise]]]" = {
    "01-authenticate": [SignIn],
    "02-save-a-secret": [SaveTwice],
    "03-retrieve-a-secret": [FollowTheTrail],
    "04-delete-a-secret": [DeleteAndWait],
    "05-put-it-together": [Rename],
}
