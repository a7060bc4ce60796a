"""What an error message means and what to do about it, whatever program it comes from.

One place for it: `error_display` says it under an error, `find_entry` for a pasted message. The messages are in
`known_errors`.
"""

import re
from dataclasses import dataclass
from functools import cache

from .cards import Card
from .known_errors import CHAIN, ENTRIES, RULES, Entry, Rule
from .language import N_, _

__all__ = ["ENTRIES", "Diagnosis", "advise", "diagnose", "find_entry", "missing_permission"]

_ENOUGH = 24  # letters in a row; shorter runs are also in messages of another kind

_WHERE_TO_LOOK = N_(
    "the last lines of the traceback. The word before the colon is the kind of error, and the code in parentheses is "
    "the service's own."
)
_BY_STATUS = N_(
    "400 is about the request, 401 the sign-in, 403 a permission or a network, 404 and 409 a name, 429 too many "
    "requests, and 5xx the service."
)
_BY_NUMBER = N_("the number after AADSTS, at `https://login.microsoftonline.com/error`.")
_ASK = N_("step 11 shows what to collect before you ask for help.")

# The smallest of Azure's roles that allows a data action on secrets ("Azure built-in roles", Security).
_SMALLEST = {"getSecret": "Key Vault Secrets User", "readMetadata": "Key Vault Reader"}
_ANY_OTHER = "Key Vault Secrets Officer"
_DO = N_("Do this")
_ACTIONS = ("getSecret", "setSecret", "readMetadata", "update", "delete", "backup", "restore", "recover", "purge")


@dataclass(frozen=True)
class Diagnosis:
    """What an error message is: the rule that decides it, and what to do.

    `to_do` is one or two sentences, "" if no rule fits. `advice` says it in full: pairs of a place, or "Do this", and
    what to do there.
    """

    rule: Rule | None = None
    to_do: str = ""
    advice: tuple[tuple[str, str], ...] = ()

    @property
    def entry(self) -> Entry | None:
        """The step or notebook that shows such an error, if one does."""
        return ENTRIES[self.rule.entry] if self.rule and self.rule.entry else None


def find_entry(message: str) -> Card:
    """Say which step of notebook 19 fits an error message, or what else to do about it.

    The message may hold IDs, so nothing of it is repeated, only words that this package knows.
    """
    diagnosis = advise(message)
    entry = diagnosis.entry
    if diagnosis.rule is None:
        number = [(_("Look up"), _(_BY_NUMBER))] if re.search("aadsts[0-9]", _bare(message)) else []
        rows = [*number, (_("Look at"), _(_WHERE_TO_LOOK)), (_("By its status"), _(_BY_STATUS)), (_("Then"), _(_ASK))]
        return Card(_("None of the ten steps fits"), rows, mark="info")
    if entry is None:
        rows = [*diagnosis.advice, (_("If it persists"), _(_ASK))]
        return Card(_("A known error, but not one of the ten steps"), rows, mark="info")
    rows = [(_("It means"), _(entry.means)), *diagnosis.advice]
    if entry.step == 3 and (missing := missing_permission(message)):
        rows.append((_("What's missing"), missing))
    return Card(_("{term}: {text}").format(term=entry.name, text=_(entry.title)), rows, mark="info")


def diagnose(message: str) -> Entry | None:
    """The entry that fits an error message; None if none does."""
    return advise(message).entry


def advise(message: str) -> Diagnosis:
    """What an error message is, and what to do about it.

    A part of the message is enough. Line breaks, colors, frames, quotes and escapes in it don't matter, nor do capital
    letters. A number alone counts as the sign-in's (AADSTS) or the vault's (AKV).
    """
    found = _bare(message)
    if re.fullmatch("[0-9]{5,7}", found):
        found = f"aadsts{found} akv{found}"
    found = re.sub(r"errorcodes([0-9]+)", r"\g<0> aadsts\1", found)
    fitting = [rule for rule in RULES if _fits(found, rule)]
    return _decide(fitting) if fitting else Diagnosis()


def missing_permission(message: str) -> str:
    """What the refused caller lacks, and the smallest role that allows it; "" if the message doesn't say."""
    found = _bare(message)
    for action in _ACTIONS:
        if _bare(f"vaults/secrets/{action}") in found:
            role = _SMALLEST.get(action, _ANY_OTHER)
            return _("`{action}`. The smallest role that has it is {role}.").format(action=action, role=role)
    if policy := re.search("secrets(get|list|set|delete|backup|restore|recover|purge)permission", found):
        return _("the secret permission `{permission}` in an access policy of the vault.").format(permission=policy[1])
    return ""


def _decide(fitting: list[Rule]) -> Diagnosis:
    """What the first of the rules says; what others that fit add to it."""
    rule = fitting[0]
    if rule.entry is not None and rule in CHAIN:
        return _decide_chain(rule, ENTRIES[rule.entry], [each for each in fitting if each.entry == rule.entry])
    if rule.entry is None or rule.to_do:
        return _diagnosis(rule, rule.to_do, {rule.place or _DO: rule.to_do})
    entry = ENTRIES[rule.entry]
    advice = {_DO: entry.to_do, **entry.places}
    if entry.step == 1:
        del advice[_DO]  # the places say the same, one by one
    numbers = [each.to_do for each in fitting if each.to_do and "AADSTS" in each.words]
    if entry.step == 2 and numbers:  # the number says what is wrong with the sign-in that won
        return _diagnosis(rule, numbers[0], {**advice, N_("About the AADSTS number"): numbers[0]})
    return _diagnosis(rule, entry.to_do, advice)


def _decide_chain(rule: Rule, entry: Entry, fitting: list[Rule]) -> Diagnosis:
    """The advice for each place: that of the chain's members, and the entry's own where none says more."""
    said = {each.place: each.to_do for each in reversed(fitting) if each.place}
    if len(said) == 1 and all(each.place for each in fitting):
        return _diagnosis(rule, rule.to_do, {rule.place: rule.to_do})
    return _diagnosis(rule, entry.to_do, {**entry.places, **said})


def _diagnosis(rule: Rule, to_do: str, advice: dict[str, str]) -> Diagnosis:
    """A diagnosis in the notebook's language."""
    return Diagnosis(rule, _(to_do), tuple((_(place), _(text)) for place, text in advice.items()))


def _fits(found: str, rule: Rule) -> bool:
    return any(
        _has_run(found, *parts) if len(parts) == 1 else _has_all(found, parts) for parts in _alternatives(rule.words)
    )


@cache
def _alternatives(words: str) -> list[list[str]]:
    """For each of the alternatives in a rule's words, its bare parts."""
    return [[_bare(part) for part in alternative.split("...")] for alternative in words.split(" | ")]


def _has_run(found: str, words: str) -> bool:
    """Whether a run of the words is there that is long enough; of shorter words, whether all are."""
    if len(words) > _ENOUGH:
        return any(words[start : start + _ENOUGH] in found for start in range(len(words) - _ENOUGH + 1))
    if words[-1].isdigit():  # AADSTS70021 is not the beginning of AADSTS700213
        return words in found and re.search(f"{words}(?![0-9])", found) is not None
    return words in found


def _has_all(found: str, parts: list[str]) -> bool:
    """Whether all of the parts are there, whole and in order."""
    place = 0
    for part in parts:
        place = found.find(part, place)
        if place < 0:
            return False
        place += len(part)
    return True


def _bare(text: str) -> str:
    """The letters and digits alone, in lower case, however the message was wrapped, quoted or colored.

    Two numbers stay apart, unless the end of a line cut one in two.
    """
    text = re.sub(r"(?:\x1b|\\x1b|\\u001b|\\e|\\033)\[[0-9;]*[A-Za-z]", "", text)  # colors, also as a log escapes them
    text = re.sub(r"\\+[nrt]", " ", text)  # line breaks, as JSON writes them
    text = re.sub(r"(?<=[0-9])[ \t]*\r?\n[ \t│|>]*(?=[0-9])", "", text)
    text = re.sub(r"(?<=[0-9])[\W_]+(?=[0-9])", " ", text)
    return re.sub(r"(?! )[\W_]+|(?<![0-9]) | (?![0-9])", "", text).lower()
