"""Draws requests and their answers as a sequence diagram: an SVG on a panel of its own, for light and dark pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from .language import N_, _, in_a_row

# Your code stands beside both of the others, so no arrow crosses a line.
SIGN_IN, CODE, VAULT, OTHER = N_("Sign-in"), N_("Your code"), N_("Vault"), "Azure"
MOST = 8  # exchanges in one picture
_PLACES = {SIGN_IN: 115, CODE: 340, VAULT: 565, OTHER: 790}
_FILLS = {SIGN_IN: "#ffefcc", CODE: "#e0ebff", VAULT: "#dcf3e2", OTHER: "#f0e4fa"}
_WIDE, _LONGEST = 26, 36  # characters between two of the places: as they are, and squeezed
_WIDTH = 203  # of so many as they are
_FIRST, _STEP = 126, 98
_IN_WORDS = {
    SIGN_IN: N_("{number}: your code sends {request} to the sign-in ({carries}); the answer is {answer}."),
    VAULT: N_("{number}: your code sends {request} to the vault ({carries}); the answer is {answer}."),
    OTHER: N_("{number}: your code sends {request} to Azure ({carries}); the answer is {answer}."),
}
_STYLE = (
    "text{font:14px system-ui,sans-serif;fill:#172033;text-anchor:middle}.t{font-size:17px;font-weight:700}"
    ".m{font:13px ui-monospace,monospace}.n{fill:#fff;font-weight:700}.a{stroke:#23407a;stroke-width:2.5}"
    ".d{stroke-dasharray:7 5}.l{stroke:#8a96ad;stroke-width:2;stroke-dasharray:7 6}"
)


@dataclass(frozen=True)
class Exchange:
    """A request from your code to one of the others, what it carries, and the answer."""

    to: str
    request: str
    carries: str
    answer: str


def draw(exchanges: Iterable[Exchange]) -> str:
    """The first exchanges as an SVG, MOST at most, numbered from 1."""
    shown = list(exchanges)[:MOST]
    places = {name: x for name, x in _PLACES.items() if name != OTHER or any(one.to == OTHER for one in shown)}
    width, height = max(places.values()) + 115, _FIRST + _STEP * len(shown)
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' width='{width}' height='{height}'>",
        f"<style>{_STYLE}</style>",
        f"<rect x='1' y='1' width='{width - 2}' height='{height - 2}' rx='14' fill='#f6f8fc' stroke='#8a96ad'/>",
    ]
    for name, x in places.items():
        parts.append(f"<path class='l' d='M{x} 70V{height - 20}'/>")
        parts.append(
            f"<rect x='{x - 95}' y='22' width='190' height='48' rx='10' fill='{_FILLS[name]}' stroke='#23407a'/>"
        )
        parts.append(f"<text class='t' x='{x}' y='52'>{_(name)}</text>")
    for number, exchange in enumerate(shown, start=1):
        parts += _drawn(number, exchange, _FIRST + _STEP * (number - 1))
    return "".join([*parts, "</svg>"])


def describe(exchanges: Iterable[Exchange]) -> str:
    """The same exchanges in words, for those who don't see the picture."""
    shown = list(exchanges)[:MOST]
    sentences = [
        _(_IN_WORDS[one.to]).format(number=number, request=one.request, carries=one.carries, answer=one.answer)
        for number, one in enumerate(shown, start=1)
    ]
    return in_a_row(_("A sequence of requests."), *sentences)


def _drawn(number: int, exchange: Exchange, y: int) -> list[str]:
    code, other = _PLACES[CODE], _PLACES[exchange.to]
    near = _PLACES[VAULT] if exchange.to == OTHER else other  # the words stand beside your code
    middle, back = (code + near) // 2, y + 44
    return [
        f"<text class='m' x='{middle}' y='{y - 8}'{_squeezed(exchange.request)}>{_fitting(exchange.request)}</text>",
        _arrow(code, other, y, "a"),
        f"<circle cx='{code}' cy='{y}' r='12' fill='#23407a'/>",
        f"<text class='n' x='{code}' y='{y + 5}'>{number}</text>",
        f"<text x='{middle}' y='{y + 17}'>{_fitting(exchange.carries)}</text>",
        f"<text class='m' x='{middle}' y='{back - 7}'>{_fitting(exchange.answer)}</text>",
        _arrow(other, code, back, "a d"),
    ]


def _arrow(start: int, end: int, y: int, kind: str) -> str:
    back = -11 if end > start else 11
    head = f"<path d='M{end} {y}l{back} -6v12z' fill='#23407a'/>"
    return f"<path class='{kind}' d='M{start} {y}H{end + back}'/>{head}"


def _squeezed(text: str) -> str:
    return f" textLength='{_WIDTH}' lengthAdjust='spacingAndGlyphs'" if len(text) > _WIDE else ""


def _fitting(text: str) -> str:
    return escape(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…")
