"""Make the editions in other languages: `uv run python -m tests.refresh_editions` after a change to an English text.

It brings the new English texts into each edition's files of texts, makes its notebooks, pictures and README, and says
how many texts have no translation. With `--missing`, it shows them.
"""

import sys

import nbformat

from tests import editions, notebooks


def main(show_missing: bool) -> None:
    """Refresh all editions, and the lines of the English notebooks that lead to them."""
    for edition in editions.editions():
        for name in edition.files:
            edition.file(name).write_bytes(edition.updated(name))
        for path, text in edition.made().items():
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        for name in edition.files:
            if missing := edition.missing(name):
                print(f"{edition.language}: {edition.file(name).name} lacks {len(missing)}")
                for text in missing if show_missing else []:
                    print(f"  {text}")
    for name in notebooks.NAMES:
        notebook = notebooks.read(name)
        first = notebook.cells[0]
        first.source = editions.with_languages(first.source, editions.languages_of(name))
        nbformat.write(notebook, notebooks.FOLDER / f"{name}.ipynb")
    readme = notebooks.PROJECT / "README.md"
    text = readme.read_text(encoding="utf-8")
    readme.write_text(editions.with_languages(text, editions.languages_of("readme")), encoding="utf-8")


if __name__ == "__main__":
    main("--missing" in sys.argv[1:])
