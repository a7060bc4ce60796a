"""The card that shows which exercises are solved."""

from ..cards import Card
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
        rows.append((notebook, f"{marks} {len(done)} of {len(exercises)}"))
    return Card(f"You've solved {count} of {total} exercises", rows, mark="info")
