"""The card that shows which exercises are solved."""

from ..cards import Card
from ..language import _
from . import BY_NOTEBOOK
from .record import solved


def progress() -> Card:
    """Show which exercises you have solved on this computer, notebook by notebook."""
    names = solved()
    rows, count, total = [], 0, 0
    for notebook, exercises in BY_NOTEBOOK.items():
        done = [exercise for exercise in exercises if exercise.__name__ in names]
        count, total = count + len(done), total + len(exercises)
        marks = " ".join("✓" if exercise in done else "○" for exercise in exercises)
        solved_here = _("{marks} {count} of {total}").format(marks=marks, count=len(done), total=len(exercises))
        rows.append((notebook, solved_here))
    return Card(_("You've solved {count} of {total} exercises").format(count=count, total=total), rows, mark="info")
