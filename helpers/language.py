"""The language of the notebook: what the helpers say to its reader, in the words of the notebook's edition.

`notebooks/helpers.py` hands over the texts of the edition that it lies in, before a notebook imports anything else. So
the notebook chooses the language, and not the computer. The texts are a PO file, gettext's own format.
"""

from functools import cache, reduce
from pathlib import Path

_texts: Path | None = None


def _(text: str) -> str:
    """The text in the notebook's language; the text itself if it has no translation, or if the notebook is English."""
    return _translations(_texts).get(text, text)


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for it
    """The text itself. It marks one that is written down in one place, and put through `_` where it is shown."""
    return text


def in_a_row(*sentences: str) -> str:
    """Sentences one after another, with what the language has between them: English a space, and Chinese nothing."""
    said = [sentence for sentence in sentences if sentence]
    return reduce(lambda before, after: _("{before} {after}").format(before=before, after=after), said) if said else ""


def use_texts(file: Path) -> None:
    """From now on, speak with the translations of a PO file, as soon as there is something to say."""
    global _texts
    _texts = file


@cache
def _translations(file: Path | None) -> dict[str, str]:
    if file is None:
        return {}
    try:
        from babel.messages.pofile import read_po
    except ImportError:  # in a kernel that lacks packages, it's said in English
        return {}
    with file.open("rb") as opened:
        catalog = read_po(opened)
    return {str(one.id): str(one.string) for one in catalog if one.id and one.string and not one.fuzzy}
