"""Starts a learner's server, as the learner: it copies the notebooks, limits the memory, and becomes the server.

`python classroom/learner.py jupyterhub-singleuser`; a hub adds options of its own, and they go to the server.
"""

import os
import resource
import shutil
import sys
from pathlib import Path

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"


def copy_missing(source: Path, target: Path) -> None:
    """Copy what isn't there yet. A notebook that the learner has worked in stays as it is."""
    for path in sorted(source.rglob("*")):
        copy = target / path.relative_to(source)
        if path.is_file() and not copy.exists() and not {"__pycache__", ".ipynb_checkpoints"} & set(path.parts):
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)


def limit_memory(size: int) -> None:
    """Let this process, and each one that it begins, have so many bytes of memory of its own, and no more.

    In a notebook that asks for more, the cell ends with a MemoryError, and everyone else's go on.
    """
    resource.setrlimit(resource.RLIMIT_DATA, (size, size))


def main() -> None:
    """Prepare, then become the program that the first argument names, with the others."""
    copy_missing(NOTEBOOKS, Path.home() / "notebooks")
    if "MEM_LIMIT" in os.environ:  # JupyterHub sets it, in bytes, and leaves it to others to see that it's kept
        limit_memory(int(os.environ["MEM_LIMIT"]))
    program = str(Path(sys.executable).with_name(sys.argv[1]))
    os.execv(program, [program, *sys.argv[2:]])  # noqa: S606


if __name__ == "__main__":
    main()
