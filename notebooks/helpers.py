"""Lets a notebook find the project's `helpers`, whichever kernel it runs in: they are in the folder above."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
del sys.modules["helpers"]  # this file, so that the next line finds the folder instead
import helpers  # noqa: E402, F401
