"""Lets the Key Vault notebooks find their `helpers`: in a folder above, or else where this kernel has packages.

The helpers then speak the language of the notebooks in this folder.
"""


def _import_helpers() -> None:
    # All names are in here, so that after `from helpers import ` Tab shows none of them.
    import sys
    from pathlib import Path

    here = Path(__file__).resolve().parent
    project = next((folder for folder in here.parents if (folder / "helpers/__init__.py").is_file()), here.parent)
    earlier = sys.path.copy()
    # This file has the package's name and is found first, so its folder is left out while the package is imported.
    sys.path[:] = [str(project), *(entry for entry in earlier if Path(entry).resolve() != here)]
    del sys.modules["helpers"]
    try:
        import helpers

        found = "connect" in dir(helpers)  # and isn't somebody else's
    except ModuleNotFoundError:
        found = False
    finally:
        sys.path[:] = earlier
    if not found:
        error = ModuleNotFoundError(
            "筆記本從資料夾移走了，所以找不到 `helpers`。"
            "請從專案的 `notebooks` 資料夾開啟它，或在專案的資料夾執行 `pip install -e .`，再重新啟動核心。"
        )
        error._render_traceback_ = lambda: [str(error)]  # IPython shows it in place of the traceback
        raise error
    if (here / "texts").is_dir():
        from helpers.language import use_texts

        use_texts(here / "texts/helpers.po")


_import_helpers()
