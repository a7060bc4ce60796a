"""The accounts of a class on one machine: made before it, one for each learner, and removed after it.

As root on Linux: `python -m classroom.accounts add names.txt` and `python -m classroom.accounts remove`.
"""

import argparse
import compileall
import os
import pwd
import re
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
FOLDER_VARIABLE = "CLASSROOM_FOLDER"
READER = "key-vault-class"  # the account that reads the records of solved exercises, and may read nothing else

_NAME = re.compile(r"[a-z][a-z0-9-]{0,19}")  # what every Linux takes, and short enough for the path of a socket


class ClassroomError(Exception):
    """Something about the class has to be put right first. The message says what."""


def class_folder() -> Path:
    """Where the class keeps all it has: `CLASSROOM_FOLDER`, or /srv/key-vault-class."""
    return Path(os.environ.get(FOLDER_VARIABLE, "/srv/key-vault-class"))


def home(name: str) -> Path:
    """A learner's home. Nobody else can read it."""
    return class_folder() / "home" / name


def record_folder(name: str) -> Path:
    """Where a learner's notebooks keep which exercises are solved, and nothing else."""
    return class_folder() / "records" / name


def runtime_folder(name: str) -> Path:
    """Where a learner's kernels have their sockets, whose paths must be short."""
    return class_folder() / "run" / name


def names() -> list[str]:
    """Everyone in the class, the teacher first.

    Raises:
        ClassroomError: there is no class.
    """
    try:
        return (class_folder() / "names.txt").read_text(encoding="utf-8").split()
    except FileNotFoundError:
        raise ClassroomError(
            f"There is no class in {class_folder()}. Make one with `python -m classroom.accounts add names.txt`."
        ) from None


def add(file: Path) -> list[str]:
    """Make an account for each name in a file that has none yet. The class's first name is the teacher's.

    Returns:
        The names that are new.

    Raises:
        ClassroomError: a name can't be used, or the accounts can't run this project.
    """
    wanted = read_names(file)
    for name in wanted:
        if _exists(name) and Path(pwd.getpwnam(name).pw_dir) != home(name):
            raise ClassroomError(f"{name!r} is another account on this machine. Choose another name for the learner.")
    new = [name for name in wanted if not _exists(name)]
    _make_folders()
    for name in new:
        _add_account(name)
    before = names() if (class_folder() / "names.txt").exists() else []
    list_of_names = class_folder() / "names.txt"
    list_of_names.write_text("\n".join(dict.fromkeys(before + wanted)) + "\n", encoding="utf-8")
    shutil.chown(list_of_names, group=READER)
    list_of_names.chmod(0o640)
    compileall.compile_dir(PROJECT / "helpers", quiet=1)  # a learner can't keep what their kernels compile there
    _check_that_it_runs(wanted[0])
    return new


def remove() -> list[str]:
    """Remove every account of the class, with its home and its records, and what the hub has kept.

    Returns:
        The names that are gone.

    Raises:
        ClassroomError: there is no class, or something of a learner is still running.
    """
    gone = names()
    for name in [*gone, READER]:
        if _exists(name) and (name == READER or Path(pwd.getpwnam(name).pw_dir) == home(name)):
            finished = subprocess.run(["userdel", name], capture_output=True, text=True)
            if finished.returncode != 0:
                raise ClassroomError(f"{finished.stderr.strip()}. Stop the hub, then run this again.")
    for part in ("home", "records", "run", "hub"):
        shutil.rmtree(class_folder() / part, ignore_errors=True)
    (class_folder() / "names.txt").unlink()
    if not any(class_folder().iterdir()):
        class_folder().rmdir()
    return gone


def read_names(file: Path) -> list[str]:
    """The names in a file, one on each line; empty lines don't count.

    Raises:
        ClassroomError: the file can't be read, has no name, or has one that can't be an account's.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ClassroomError(f"The list of names can't be read ({error}).") from None
    found = [line.strip() for line in lines if line.strip()]
    for name in found:
        if not _NAME.fullmatch(name) or name == READER:
            raise ClassroomError(
                f"{name!r} can't be the name of an account. Use small letters, digits and hyphens, a letter first, "
                "and at most 20 of them."
            )
    if not found:
        raise ClassroomError(f"There are no names in {file}. Write one on each line, the teacher's first.")
    return list(dict.fromkeys(found))


def _make_folders() -> None:
    for part, mode in {"": 0o711, "home": 0o711, "records": 0o711, "run": 0o711, "hub": 0o700}.items():
        folder = class_folder() / part
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(mode)
    if not _exists(READER):
        nowhere = ["--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin"]
        _run("useradd", "--system", "--user-group", *nowhere, READER)


def _add_account(name: str) -> None:
    _run("useradd", "--create-home", "--home-dir", str(home(name)), "--user-group", "--shell", "/bin/bash", name)
    home(name).chmod(0o700)
    for folder, group, mode in ((record_folder(name), READER, 0o2750), (runtime_folder(name), name, 0o700)):
        folder.mkdir(exist_ok=True)
        shutil.chown(folder, user=name, group=group)
        folder.chmod(mode)


def _check_that_it_runs(name: str) -> None:
    """A learner must reach this Python and the project's files; in somebody's home, nobody else does."""
    command = [sys.executable, "-c", "import helpers, jupyterhub"]
    try:
        finished = subprocess.run(
            command, user=name, group=name, extra_groups=[], cwd="/", env={}, capture_output=True, text=True
        )
    except OSError as error:
        said = str(error)
    else:
        said = finished.stderr.strip().rpartition("\n")[2] if finished.returncode else ""
    if said:
        raise ClassroomError(
            f"A learner can't run this project ({said}). Put its folder where everybody can read it, such as in /opt, "
            "and use a Python that everybody can run, such as the system's."
        )


def _exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _run(*command: str) -> None:
    finished = subprocess.run(command, capture_output=True, text=True)
    if finished.returncode != 0:
        raise ClassroomError(f"{command[0]} failed: {finished.stderr.strip()}")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m classroom.accounts", description=__doc__.partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("add", help="make the accounts").add_argument("names", type=Path, help="a file of names")
    commands.add_parser("remove", help="remove the accounts and all that they have")
    chosen = parser.parse_args()
    if os.geteuid() != 0:
        parser.exit(1, "Only root can make and remove accounts. Run this with sudo.\n")
    try:
        done = add(chosen.names) if chosen.command == "add" else remove()
    except ClassroomError as error:
        parser.exit(1, f"{error}\n")
    print(f"{'Added' if chosen.command == 'add' else 'Removed'}: {', '.join(done) or 'nobody'}")


if __name__ == "__main__":
    main()
