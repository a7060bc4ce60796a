"""The exercises, by the notebook that they belong to."""

from .exercise import NOT_YET, RIGHT, WRONG, Exercise
from .list_and_describe import AddATag, FindByTag
from .quickstart import DeleteAndWait, FollowTheTrail, Rename, SaveTwice, SignIn
from .versions_and_rotation import MayBeUsed, Rotate

__all__ = [
    "BY_NOTEBOOK",
    "NOT_YET",
    "RIGHT",
    "WRONG",
    "AddATag",
    "DeleteAndWait",
    "Exercise",
    "FindByTag",
    "FollowTheTrail",
    "MayBeUsed",
    "Rename",
    "Rotate",
    "SaveTwice",
    "SignIn",
]

BY_NOTEBOOK: "dict[str, list[type[Exercise]]]" = {
    "01-authenticate": [SignIn],
    "02-save-a-secret": [SaveTwice],
    "03-retrieve-a-secret": [FollowTheTrail],
    "04-delete-a-secret": [DeleteAndWait],
    "05-put-it-together": [Rename],
    "06-list-and-describe": [AddATag, FindByTag],
}
