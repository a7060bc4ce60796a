"""The pictures beside the notebooks: whole in themselves, readable by all, and alike."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

PICTURES = sorted((Path(__file__).parent.parent / "notebooks" / "pictures").glob("*.svg"))
SVG = "{http://www.w3.org/2000/svg}"
DRAWN = {"svg", "title", "desc", "style", "defs", "marker", "g", "use"} | {
    "path", "rect", "circle", "ellipse", "polygon", "text", "tspan"}  # fmt: skip

each_picture = pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.name)


def parse(path):
    return ET.fromstring(path.read_text(encoding="utf-8"))  # noqa: S314 - our own files


def rules(root):
    """The class rules of the picture's own style sheet: {class: {property: value}}."""
    sheet = {}
    for selector, body in re.findall(r"\.?([\w-]+) \{([^}]*)\}", root.find(f"{SVG}style").text):
        sheet[selector] = dict(re.findall(r"([\w-]+): ([^;]+);", body))
    return sheet


def look(element, sheet, name):
    """The value of a style property on an element; a later rule of the sheet wins, as in CSS."""
    classes = element.get("class", "").split()
    values = [rule[name] for selector, rule in sheet.items() if selector in classes and name in rule]
    tag = element.tag.removeprefix(SVG)
    return values[-1] if values else sheet.get(tag, {}).get(name)


def extent(shape):
    """Left, top, right, bottom of a shape that can lie behind text."""
    number = {name: float(value) for name, value in shape.items() if re.fullmatch(r"-?[\d.]+", value)}
    match shape.tag.removeprefix(SVG):
        case "rect":
            x, y = number["x"], number["y"]
            return x, y, x + number["width"], y + number["height"]
        case "circle":
            x, y, r = number["cx"], number["cy"], number["r"]
            return x - r, y - r, x + r, y + r
        case "polygon":
            points = [float(n) for n in re.findall(r"[\d.]+", shape.get("points"))]
            return min(points[::2]), min(points[1::2]), max(points[::2]), max(points[1::2])


def texts(root):
    """Each text with the shape drawn last behind its anchor, and that shape's extent."""
    shapes = []
    for element in root:
        if element.tag == f"{SVG}text":
            x, y = float(element.get("x")), float(element.get("y")) - 5
            behind = [(s, e) for s, e in shapes if e[0] <= x <= e[2] and e[1] <= y <= e[3]]
            assert behind, f"no panel behind {''.join(element.itertext())!r}"
            yield element, *behind[-1]
        elif box := extent(element):
            shapes.append((element, box))


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_as_wcag_defines_it():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_the_pictures_that_the_notebooks_show_are_there():
    assert {path.stem for path in PICTURES} >= {"parts", "sign-in", "secret-life", "practice-cloud"}


@each_picture
def test_a_screen_reader_finds_title_and_description(path):
    root = parse(path)
    assert root.get("role") == "img"
    labels = [root.find(f"{SVG}{name}") for name in ("title", "desc")]
    assert root.get("aria-labelledby").split() == [label.get("id") for label in labels]
    assert all(label.text.strip() for label in labels)


@each_picture
def test_the_picture_is_whole_in_itself(path):
    source, root = path.read_text(encoding="utf-8"), parse(path)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= DRAWN  # no script, no raster image
    names = {name for element in root.iter() for name in element.keys()}  # noqa: SIM118 - not a mapping
    assert not {name for name in names if name.startswith("on") or name == "src"}
    assert "@import" not in source
    ids = {element.get("id") for element in root.iter()}
    used = re.findall(r'href="([^"]*)"', source) + re.findall(r"url\(([^)]*)\)", source)
    assert all(target[0] == "#" and target[1:] in ids for target in used)


@each_picture
def test_it_scales_and_fills_its_panel(path):
    root = parse(path)
    left, top, width, height = map(float, root.get("viewBox").split())
    assert (left, top, width) == (0, 0, 760)
    panel = root.find(f"{SVG}rect")  # its own background: readable on a light and on a dark page
    assert panel.get("class") == "panel"
    assert extent(panel) == (1, 1, width - 1, height - 1)


@each_picture
def test_text_is_large_has_contrast_and_stays_in_its_box(path):
    root = parse(path)
    sheet = rules(root)
    for element, shape, (left, _, right, _) in texts(root):
        words = "".join(element.itertext())
        assert contrast(look(element, sheet, "fill"), look(shape, sheet, "fill")) >= 4.5, words
        size = float((look(element, sheet, "font-size") or sheet["text"]["font"]).split("px")[0])
        assert size >= 15, words
        wide = 0.6 * size * len(words)  # about the widest of the fonts that systems fall back to
        shift = {"middle": 0.5, "end": 1}.get(look(element, sheet, "text-anchor"), 0)
        start = float(element.get("x")) - shift * wide
        assert left < start, words
        assert start + wide < right, words


def test_all_pictures_share_one_look():
    looks = [re.search(r"<style>.*?</style>.*?</marker>", p.read_text(encoding="utf-8"), re.S)[0] for p in PICTURES]
    assert len(set(looks)) == 1
