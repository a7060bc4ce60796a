"""The notebooks' editions in other languages: `notebooks/<language>/`, made of the English notebooks and of texts.

The texts are the PO files in the edition's folder `texts/`: one for each notebook that the edition has, and one each
for the index, the README, the pictures and the helpers. Everything else in the folder is made from them.
"""

import ast
import os
import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import nbformat
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from tests import notebooks, translation

ENGLISH = "English"
UNTRANSLATED = "*[en]* "  # stands before what has no translation yet

_ASIDE = ("index", "readme", "pictures", "helpers")  # the files of texts that belong to no notebook
_IN_PICTURE = re.compile(r"<style>.*?</style>|(?<=>)[^<>\n]*[A-Za-z][^<>\n]*(?=<)", re.DOTALL)
# What marks a text in the helpers. The practice cloud stands alone, and its errors are marked by being errors.
_MARKS = dict.fromkeys(("_", "N_", "PracticeError", "UnreadableStateError"))
_FIELDS = ("Choice", "ErrorMessage", "SecretName", "SecretValue", "VaultName")
_HEADER = """\
# The texts of the edition in this language. After a change to the English ones, run
# `uv run python -m tests.refresh_editions`: it brings the new ones in, and marks as fuzzy what has to be looked at.
msgid ""
msgstr ""
"Language: {language}\\n"
"Content-Type: text/plain; charset=utf-8\\n"

"""


class Edition:
    """An edition, by its language, such as "zh-TW"."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.folder = notebooks.FOLDER / language
        self.title = (self.folder / "texts" / "name.txt").read_text(encoding="utf-8").strip()

    @property
    def names(self) -> list[str]:
        """The notebooks that it has."""
        return [name for name in notebooks.NAMES if self.file(name).exists()]

    @property
    def files(self) -> list[str]:
        """Its files of texts, without `.po`."""
        return [*self.names, *_ASIDE]

    def file(self, name: str) -> Path:
        """The file of texts of a notebook, or of "index", "readme", "pictures" or "helpers"."""
        return self.folder / "texts" / f"{name}.po"

    def catalog(self, name: str) -> Catalog:
        """The texts of a file with their translations."""
        if not self.file(name).exists():
            return Catalog(locale=_locale(self.language))
        with self.file(name).open("rb") as opened:
            return read_po(opened, locale=_locale(self.language))

    def updated(self, name: str) -> bytes:
        """A file of texts with the English texts of today. What looks like an earlier one is fuzzy: to be looked at."""
        today = Catalog(locale=_locale(self.language))
        for text in english(name):
            today.add(text)
        catalog = self.catalog(name)
        catalog.update(today)
        catalog.obsolete.clear()
        written = BytesIO()
        write_po(written, catalog, width=0, no_location=True, omit_header=True)
        return _HEADER.format(language=self.language).encode() + written.getvalue()

    def missing(self, name: str) -> list[str]:
        """The English texts of today that a file has no translation of."""
        catalog = self.catalog(name)
        return [text for text in english(name) if not _translation(catalog, text)]

    def made(self) -> dict[Path, str]:
        """What is made from the texts: each file with what it holds. The outputs are those that are there."""
        names = (notebooks.FOLDER / "helpers.pyi").read_text(encoding="utf-8")
        return {
            **{self.folder / f"{name}.ipynb": self._notebook(name) for name in (*self.names, "index")},
            **{self.folder / "pictures" / path.name: self._picture(path) for path in self._pictures()},
            notebooks.PROJECT / f"README.{self.language}.md": self._readme(),
            self.folder / "helpers.py": self._finder(),
            self.folder / "kv_secrets.py": (notebooks.FOLDER / "kv_secrets.py").read_text(encoding="utf-8"),
            self.folder / "helpers.pyi": names.replace("from ..", "from ..."),
        }

    def _translate(self, name: str) -> Callable[[str], str]:
        catalog = self.catalog(name)
        return lambda text: _translation(catalog, text) or _marked(text)

    def _notebook(self, name: str) -> str:
        made, translate, place = _read(name), self._translate(name), self._place(notebooks.FOLDER)
        path = self.folder / f"{name}.ipynb"
        earlier = {cell.id: cell for cell in nbformat.read(path, as_version=4).cells} if path.exists() else {}
        for cell in made.cells:
            if cell.cell_type == "markdown":
                text = translation.translated(without_languages(cell.source), translate)
                cell.source = translation.relinked(text, place)
            elif cell.id in earlier and earlier[cell.id].source == cell.source:
                cell.outputs = earlier[cell.id].outputs
        made.cells[0].source = with_languages(made.cells[0].source, self._languages(name))
        return nbformat.writes(made) + "\n"

    def _readme(self) -> str:
        text = (notebooks.PROJECT / "README.md").read_text(encoding="utf-8")
        made = translation.translated(without_languages(text), self._translate("readme"))
        relinked = translation.relinked(made, self._place(notebooks.PROJECT))
        return with_languages(relinked, f"[{ENGLISH}](README.md) · {self.title}")

    def _finder(self) -> str:
        """The file that finds the package. What it says where there is none can't come from the package's texts."""
        lines, written = _finder()
        said = _translation(self.catalog("helpers"), ast.literal_eval(written))
        if said:
            sentences = re.findall(r".+?(?:。|\. |$)", said)
            lines[written.lineno - 1 : written.end_lineno] = [
                f'{" " * written.col_offset}"{sentence}"' for sentence in sentences
            ]
        return "\n".join(lines)

    def _pictures(self) -> Iterator[Path]:
        catalog = self.catalog("pictures")
        for path in sorted((notebooks.FOLDER / "pictures").glob("*.svg")):
            if all(_translation(catalog, text) for text in _texts_of_picture(path)):
                yield path

    def _picture(self, path: Path) -> str:
        translate = self._translate("pictures")
        # A browser chooses the shapes of some Chinese characters and punctuation by the language.
        text = path.read_text(encoding="utf-8").replace("<svg ", f'<svg xml:lang="{self.language}" ', 1)
        return _IN_PICTURE.sub(lambda found: found[0] if found[0].startswith("<") else translate(found[0]), text)

    def _place(self, folder: Path) -> Callable[[str], str]:
        """What says where a link from this folder leads to in the edition: to its own file if it has one."""
        pictures = {f"pictures/{path.name}" for path in self._pictures()}
        own = {f"{name}.ipynb" for name in (*self.names, "index")} | pictures
        here = folder if folder == notebooks.PROJECT else self.folder

        def place(target: str) -> str:
            path, hash_sign, anchor = target.partition("#")
            of_notebooks = os.path.relpath(folder / path, notebooks.FOLDER)
            made = self.folder / of_notebooks if of_notebooks in own else folder / path
            return Path(os.path.relpath(made, here)).as_posix() + hash_sign + anchor

        return place

    def _languages(self, name: str) -> str:
        others = [f"[{ENGLISH}](../{name}.ipynb)"]
        for edition in editions():
            link = f"[{edition.title}](../{edition.language}/{name}.ipynb)"
            others += [edition.title if edition.language == self.language else link] if name in edition.files else []
        return " · ".join(others)


def editions() -> list[Edition]:
    """All editions but the English one."""
    return [Edition(path.parent.name) for path in sorted(notebooks.FOLDER.glob("*/texts"))]


def english(name: str) -> list[str]:
    """The English texts that a file of texts translates."""
    if name == "helpers":
        return list(dict.fromkeys(_texts_of_helpers()))
    if name == "pictures":
        pictures = sorted((notebooks.FOLDER / "pictures").glob("*.svg"))
        return list(dict.fromkeys(text for path in pictures for text in _texts_of_picture(path)))
    if name == "readme":
        sources = [(notebooks.PROJECT / "README.md").read_text(encoding="utf-8")]
    else:
        sources = [cell.source for cell in _read(name).cells if cell.cell_type == "markdown"]
    found = [text for source in sources for text in translation.texts(without_languages(source))]
    return list(dict.fromkeys(found))


def languages_of(name: str) -> str:
    """The line of an English notebook, or of the README, that leads to its other editions; "" if there are none."""
    links = []
    for edition in editions():
        if name in edition.files:
            target = f"README.{edition.language}.md" if name == "readme" else f"{edition.language}/{name}.ipynb"
            links.append(f"[{edition.title}]({target})")
    return " · ".join([ENGLISH, *links]) if links else ""


def with_languages(source: str, line: str) -> str:
    """A source with this line of languages beneath its title, in place of the one that is there."""
    title, _, rest = without_languages(source).partition("\n\n")
    return "\n\n".join([title, line, rest] if line else [title, rest])


def without_languages(source: str) -> str:
    """A source without its line of languages."""
    title, _, rest = source.partition("\n\n")
    line, _, after = rest.partition("\n\n")
    return f"{title}\n\n{after}" if line.startswith((f"{ENGLISH} · ", f"[{ENGLISH}](")) else source


def _read(name: str) -> nbformat.NotebookNode:
    return nbformat.read(notebooks.FOLDER / f"{name}.ipynb", as_version=4)


def _translation(catalog: Catalog, text: str) -> str:
    found = catalog.get(text)
    return str(found.string) if found and found.string and not found.fuzzy else ""


def _marked(text: str) -> str:
    """A text in English, marked as such; in a row of a table, its first cell is."""
    return f"| {UNTRANSLATED}{text[2:]}" if text.startswith("| ") else UNTRANSLATED + text


def _finder() -> tuple[list[str], ast.expr]:
    """The lines of the file that finds the package, and among them the text of the error for where there is none."""
    source = (notebooks.FOLDER / "helpers.py").read_text(encoding="utf-8")
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    [text] = [call.args[0] for call in calls if getattr(call.func, "id", "") == "ModuleNotFoundError"]
    return source.split("\n"), text


def _texts_of_helpers() -> Iterator[str]:
    yield ast.literal_eval(_finder()[1])
    for path in sorted((notebooks.PROJECT / "helpers").rglob("*.py")):
        with path.open("rb") as opened:
            for _line, text, _comments, _context in extract("python", opened, keywords=_MARKS):
                yield text if isinstance(text, str) else text[0]
    for name in notebooks.NAMES:
        for cell in notebooks.code_cells(_read(name)):
            if any(field in cell.source for field in _FIELDS):
                yield from _labels(ast.parse(cell.source))


def _labels(tree: ast.AST) -> Iterator[str]:
    """The labels of a cell's fields, and the options of its choices: code, but the helpers show them translated."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in _FIELDS:
            label, *others = call.args
            yield ast.literal_eval(label)
            if call.func.id == "Choice":
                yield from ast.literal_eval(others[0])


def _texts_of_picture(path: Path) -> list[str]:
    return [text for text in _IN_PICTURE.findall(path.read_text(encoding="utf-8")) if not text.startswith("<")]


def _locale(language: str) -> str:
    return language.replace("-", "_")
