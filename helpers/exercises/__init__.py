"""The exercises, by the notebook that they belong to."""

from .async_and_many import AtMostFour, SayWhichAreMissing
from .back_up_and_restore import BackUpTagged, CopyToSecondVault
from .exercise import NOT_YET, RIGHT, WRONG, Exercise
from .list_and_describe import AddATag, FindByTag
from .quickstart import DeleteAndWait, FollowTheTrail, Rename, SaveTwice, SignIn
from .recover_and_purge import RecoverTagged, StartAfresh
from .secrets_in_your_code import MoveDotEnv, OutliveARotation
from .versions_and_rotation import MayBeUsed, Rotate
from .when_it_goes_wrong import FixTheSettings, SaveAnyway
from .who_may_do_what import GiveTheSmallestRole, ReadTheRefusal

__all__ = [
    "BY_NOTEBOOK",
    "NOT_YET",
    "RIGHT",
    "WRONG",
    "AddATag",
    "AtMostFour",
    "BackUpTagged",
    "CopyToSecondVault",
    "DeleteAndWait",
    "Exercise",
    "FindByTag",
    "FollowTheTrail",
    "GiveTheSmallestRole",
    "MayBeUsed",
    "FixTheSettings",
    "MoveDotEnv",
    "OutliveARotation",
    "ReadTheRefusal",
    "RecoverTagged",
    "Rename",
    "Rotate",
    "SaveAnyway",
    "SaveTwice",
    "SayWhichAreMissing",
    "SignIn",
    "StartAfresh",
]

BY_NOTEBOOK: "dict[str, list[type[Exercise]]]" = {
    "01-authenticate": [SignIn],
    "02-save-a-secret": [SaveTwice],
    "03-retrieve-a-secret": [FollowTheTrail],
    "04-delete-a-secret": [DeleteAndWait],
    "05-put-it-together": [Rename],
    "06-list-and-describe": [AddATag, FindByTag],
    "07-versions-and-rotation": [Rotate, MayBeUsed],
    "08-recover-and-purge": [RecoverTagged, StartAfresh],
    "09-back-up-and-restore": [CopyToSecondVault, BackUpTagged],
    "10-secrets-in-your-code": [MoveDotEnv, OutliveARotation],
    "12-async-and-many": [SayWhichAreMissing, AtMostFour],
    "13-who-may-do-what": [ReadTheRefusal, GiveTheSmallestRole],
    "14-when-it-goes-wrong": [SaveAnyway, FixTheSettings],
}
