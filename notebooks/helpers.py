"""Lets a notebook find the project's `helpers`, whichever kernel it runs in: they are in the folder above."""

import sys
from pathlib import Path

project = Path(__file__).resolve().parent.parent
if not (project / "helpers" / "__init__.py").is_file():
    raise ModuleNotFoundError(
        "The notebook was moved out of its folder. Open it in the folder `notebooks` of the project, beside `helpers`."
    )
sys.path.insert(0, str(project))
del sys.modules["helpers"]  # this file, so that the next line finds the folder instead
import helpers  # noqa: E402, F401
