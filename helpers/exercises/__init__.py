"""The exercises, by the notebook that they belong to."""

from ..packages import check_packages

check_packages()  # before the SDK is imported: what's missing is said in words

from .async_and_many import AtMostFour, SayWhichAreMissing
from .back_up_and_restore import BackUpTagged, CopyToSecondVault
from .delete_and_script import DeleteAndWait, DeleteIfThere, Rename, WriteAStatusLine
from .exercise import NOT_YET, RIGHT, WRONG, Exercise
from .first_steps import FindTheNewcomer, NameTheCredential, SaveThree, SignAMessage
from .hands_off_rotation import PickTheIdleKey, RotateOnce
from .list_and_describe import AddATag, FindByTag
from .networks import LetOneJobIn, ReadTheAddress
from .quickstart import FollowTheTrail, SaveTwice, SignIn
from .recover_and_purge import RecoverTagged, StartAfresh
from .secrets_in_your_code import MoveDotEnv, OutliveARotation
from .settings_from_the_vault import FillASettingsClass, RepairTheReferences
from .test_and_deploy import ChooseTheSignIn, NoticeTheMistakes
from .use_no_secret_at_all import BringATokenAlong, DecideWhatItNeeds
from .values_of_every_shape import FindTheDamage, SaveALogin
from .versions_and_rotation import MayBeUsed, Rotate
from .when_it_goes_wrong import FixTheSettings, SaveAnyway
from .who_may_do_what import GiveTheSmallestRole, ReadTheRefusal
from .who_read_what import FindTheRefused, NameTheReader

__all__ = [
    "BY_NOTEBOOK",
    "NOT_YET",
    "RIGHT",
    "WRONG",
    "AddATag",
    "AtMostFour",
    "BackUpTagged",
    "BringATokenAlong",
    "ChooseTheSignIn",
    "CopyToSecondVault",
    "DecideWhatItNeeds",
    "DeleteAndWait",
    "DeleteIfThere",
    "Exercise",
    "FillASettingsClass",
    "FindByTag",
    "FindTheDamage",
    "FindTheNewcomer",
    "FindTheRefused",
    "FixTheSettings",
    "FollowTheTrail",
    "GiveTheSmallestRole",
    "LetOneJobIn",
    "MayBeUsed",
    "MoveDotEnv",
    "NameTheCredential",
    "NameTheReader",
    "NoticeTheMistakes",
    "OutliveARotation",
    "PickTheIdleKey",
    "ReadTheAddress",
    "ReadTheRefusal",
    "RecoverTagged",
    "Rename",
    "RepairTheReferences",
    "Rotate",
    "RotateOnce",
    "SaveALogin",
    "SaveAnyway",
    "SaveThree",
    "SaveTwice",
    "SayWhichAreMissing",
    "SignAMessage",
    "SignIn",
    "StartAfresh",
    "WriteAStatusLine",
]

BY_NOTEBOOK: dict[str, list[type[Exercise]]] = {
    "00-set-up": [FindTheNewcomer],
    "01-authenticate": [SignIn, NameTheCredential],
    "02-save-a-secret": [SaveTwice, SaveThree],
    "03-retrieve-a-secret": [FollowTheTrail, SignAMessage],
    "04-delete-a-secret": [DeleteAndWait, DeleteIfThere],
    "05-put-it-together": [Rename, WriteAStatusLine],
    "06-list-and-describe": [AddATag, FindByTag],
    "07-versions-and-rotation": [Rotate, MayBeUsed],
    "08-recover-and-purge": [RecoverTagged, StartAfresh],
    "09-back-up-and-restore": [CopyToSecondVault, BackUpTagged],
    "10-secrets-in-your-code": [MoveDotEnv, OutliveARotation],
    "11-values-of-every-shape": [SaveALogin, FindTheDamage],
    "12-settings-from-the-vault": [FillASettingsClass, RepairTheReferences],
    "13-async-and-many": [SayWhichAreMissing, AtMostFour],
    "14-test-and-deploy": [NoticeTheMistakes, ChooseTheSignIn],
    "15-use-no-secret-at-all": [BringATokenAlong, DecideWhatItNeeds],
    "16-hands-off-rotation": [RotateOnce, PickTheIdleKey],
    "17-who-read-what": [NameTheReader, FindTheRefused],
    "18-who-may-do-what": [ReadTheRefusal, GiveTheSmallestRole],
    "19-when-it-goes-wrong": [SaveAnyway, FixTheSettings],
    "20-reach-a-vault-behind-a-firewall": [ReadTheAddress, LetOneJobIn],
}
