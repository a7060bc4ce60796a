"""What forms, the button of `reveal` and the vault of `show_vault` are on a page.

These are their traits, with the JavaScript and the CSS beside this file.
Traits are widget state, which JupyterLab can save in the notebook: so no trait ever holds a secret.
"""

from pathlib import Path
from typing import Any

import anywidget
from traitlets import Bool, List, Unicode, default

from .language import _

_FOLDER = Path(__file__).parent


class FieldWidget(anywidget.AnyWidget):
    """A field that hands over what is typed, and what it says.

    What is typed is no trait: the page could save it, always with a kernel that does not answer, and between Enter and
    the answer with one that does, as it saves what is typed into an ipywidgets Password.
    """

    _esm = _FOLDER / "field.js"
    _css = _FOLDER / "widgets.css"
    label = Unicode().tag(sync=True)
    kind = Unicode().tag(sync=True)
    said = Unicode().tag(sync=True)
    problem = Bool(False).tag(sync=True)
    busy = Unicode().tag(sync=True)
    lost = Unicode().tag(sync=True)

    @default("busy")
    def _busy(self) -> str:
        return _(
            "No answer from the kernel yet, and the field has been cleared. If a cell is running, wait for it to "
            "finish. If none is, this form has lost its kernel: start again at Connect, then run the cell that makes "
            "the form."
        )

    @default("lost")
    def _lost(self) -> str:
        return _("✗ This form has lost its kernel. Start again at Connect, then run the cell that makes the form.")


class KeptFieldWidget(FieldWidget):
    """A field whose content stays in it and is no secret: a name, or one of some options."""

    content = Unicode().tag(sync=True)
    options = List(Unicode()).tag(sync=True)

    @default("busy")
    def _busy(self) -> str:
        return _(
            "The kernel hasn't looked at this yet. If a cell is running, the kernel will look once the cell finishes."
        )


class HoldToShow(anywidget.AnyWidget):
    """A button. What it shows comes in a message when it is pressed."""

    _esm = _FOLDER / "hold_to_show.js"
    _css = _FOLDER / "widgets.css"
    label = Unicode().tag(sync=True)
    mask = Unicode().tag(sync=True)
    busy = Unicode().tag(sync=True)
    lost = Unicode().tag(sync=True)

    @default("busy")
    def _busy(self) -> str:
        return _(
            "No answer from the kernel yet. If a cell is running, wait for it to finish. If none is, this button has "
            "lost its kernel: start again at Connect, then run the cell that makes the button."
        )

    @default("lost")
    def _lost(self) -> str:
        return _("✗ This button has lost its kernel. Start again at Connect, then run the cell that makes the button.")


class VaultWidget(anywidget.AnyWidget):
    """A vault's names and states, and whether they are still kept up to date."""

    _esm = _FOLDER / "vault_view.js"
    _css = _FOLDER / "widgets.css"
    content = Unicode().tag(sync=True)
    said = Unicode().tag(sync=True)
    lost = Unicode().tag(sync=True)

    @default("lost")
    def _lost(self) -> str:
        return _(
            "✗ No longer live: its kernel has stopped, and this is the vault as it was then. To see it as it is now, "
            "start again at Connect, then run this cell."
        )


def shown(widget: Any, text: str) -> dict[str, Any]:
    """What a cell shows of a widget, by kind: the widget, and a text for a page that has none."""
    bundle = widget._repr_mimebundle_()
    return {**(bundle[0] if isinstance(bundle, tuple) else bundle), "text/plain": text}
