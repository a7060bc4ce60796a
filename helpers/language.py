"""The language of the notebook: what the helpers say to its reader, in the words of the notebook's edition.

`notebooks/helpers.py` hands over the texts of the edition that it lies in, before a notebook imports anything else. So
the notebook chooses the language, and not the computer. The texts are a PO file, gettext's own format.
"""

from functools import cache
from pathlib import Path

_texts: Path | None = None


def _(text: str) -> str:
    """The text in the notebook's language; the text itself if it has no translation, or if the notebook is English."""
    return _translations(_texts).get(text, text)


def use_texts(file: Path) -> None:
    """From now on, speak with the translations of a PO file, as soon as there is something to say."""
    global _texts
    _texts = file


@cache
def _translations(file: Path | None) -> dict[str, str]:
    if file is None:
        return {}
    from babel.messages.pofile import read_po

    with file.open("rb") as opened:
        catalog = read_po(opened)
    return {str(one.id): str(one.string) for one in catalog if one.id and one.string and not one.fuzzy}
