"""Pictures that can be published: drawings without a program, photographs that are whole.

Opened by itself, an SVG file is a page without a policy. So none is published as it came: it is
read as XML and drawn again from what is listed here, without a declaration, a program, a frame, an
animation or an address of another file. What can't be shown so is left out; what can't be read,
would never come to an end or is too large for its readers is refused.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element, ParseError, SubElement, tostring

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_NAMED = """svg g defs symbol use switch title desc style path rect circle ellipse line polyline
    polygon text tspan textPath image clipPath mask pattern marker linearGradient radialGradient
    stop"""
_STYLED = """fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap
    stroke-linejoin stroke-miterlimit stroke-dasharray stroke-dashoffset opacity color display
    visibility overflow background background-color font font-family font-size font-style
    font-weight font-variant font-stretch text-anchor text-align text-decoration letter-spacing
    word-spacing dominant-baseline alignment-baseline baseline-shift writing-mode direction
    clip-path clip-rule mask mask-type marker marker-start marker-mid marker-end stop-color
    stop-opacity shape-rendering text-rendering image-rendering paint-order vector-effect
    mix-blend-mode isolation transform transform-origin transform-box"""
_PLACED = """id class lang role aria-label aria-hidden aria-labelledby version systemLanguage
    viewBox preserveAspectRatio width height x y x1 y1 x2 y2 cx cy r rx ry fx fy fr dx dy d points
    pathLength transform gradientUnits gradientTransform spreadMethod offset patternUnits
    patternContentUnits patternTransform clipPathUnits maskUnits maskContentUnits markerUnits
    markerWidth markerHeight refX refY orient textLength lengthAdjust rotate startOffset"""
_CALLED = """rgb rgba hsl hsla matrix translate translatex translatey scale scalex scaley rotate
    skewx skewy calc"""
ELEMENTS, PROPERTIES = set(_NAMED.split()), set(_STYLED.split())
ATTRIBUTES, FUNCTIONS = set(_PLACED.split()), set(_CALLED.split())
TEXTS = {"text", "tspan", "textPath"}
# A reader of drawings goes down as deep as they are nested, and draws what they refer to each time.
DEEPEST = 100  # elements and references inside one another; real drawings need some twenty
MOST_PARTS = 2_000_000  # elements and points to draw, each time they are: 20 seconds of Typst
LONGEST = 10_000  # characters of one text: Typst takes a minute for 300,000
MOST_PIXELS = 64_000_000  # of a photograph: 256 MB when it is unpacked; a camera's have 24 million
LARGEST = 100_000  # of a drawing's sides, in any unit

_SELECTOR = re.compile(r"[\w\s.#*,>+~:()\[\]=\"'-]+")
_NAMES = re.compile(r"\s*[.#][\w-]+(?:\s*,\s*[.#][\w-]+)*\s*")  # of classes and elements
_INSIDE = re.compile(r"""url\(\s*["']?#([^"')]*)""")
_BREAKS = dict.fromkeys((0x85, 0x2028, 0x2029), " ")  # MyST-NB makes ends of lines of them
_THEME = re.compile(r"\s*\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)\s*", re.I)
_DATA = re.compile(r"\s*data:image/(?:png|jpe?g|gif|webp);base64,", re.I)
_SIDE = re.compile(r"\s*(\d{1,9}(?:\.\d*)?|\.\d+)\s*(?:%|[a-z]{2,3})?\s*")
_SIGNED = r"[+-]?(?:\d{1,9}(?:\.\d*)?|\.\d+)(?:e[+-]?\d)?"
_BOX = re.compile(rf"\s*{_SIGNED}(?:[\s,]+{_SIGNED}){{3}}\s*", re.I)


class Unreadable(ValueError):
    """A picture that can't be published; the message says what is wrong with it."""


def redrawn(source: str | bytes) -> str:
    """An SVG file drawn again from what is listed in this module. Raises `Unreadable`."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        given = fromstring(source)
        if _name(given) != "svg":
            raise Unreadable(f"is no SVG, but begins with <{given.tag[-80:]}>")
        root = Element("svg", {"xmlns": SVG, "xmlns:xlink": XLINK, **_attributes(given)})
        _sized(root)
        _fill(root, given, 0)
        _count(root)
        _name_once(root)
        return tostring(root, encoding="unicode").translate(_BREAKS)
    except DefusedXmlException as error:
        raise Unreadable("declares entities of its own, which no drawing needs") from error
    except (ParseError, RecursionError) as error:
        raise Unreadable(f"is not well-formed XML, or too deep ({error})") from error
    except (ValueError, LookupError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable("is not text in the encoding that it names") from error


def _name_once(root: Element) -> None:
    """Take ids away that stand already: what points at one means the first. Matplotlib names
    pictures after their content, and a figure may show one twice."""
    seen: set[str] = set()
    for element in root.iter():
        if (id := element.get("id")) in seen:
            del element.attrib["id"]
        elif id is not None:
            seen.add(id)


def _name(element: Element) -> str:
    """The name of an element of SVG; empty for one of another language."""
    space, _, name = element.tag.rpartition("}")
    return name if space in ("", f"{{{SVG}") else ""


def _fill(target: Element, source: Element, depth: int) -> None:
    """Put into an element what may be kept of another one's content."""
    if depth > DEEPEST:
        raise Unreadable(f"has more than {DEEPEST} elements inside one another")
    target.text = source.text
    if target.tag == "style":
        target.text = "\n".join(_rules("".join(source.itertext())))
        return
    within = target.tag in TEXTS
    for child in source:
        name = _name(child)
        if name == "a":  # what it shows, without where it leads
            name = "tspan" if within else "g"
        if name in ELEMENTS:
            new = SubElement(target, name, _attributes(child))
            _fill(new, child, depth + 1)
            new.tail = child.tail
        elif within:  # the text behind it stays
            SubElement(target, "tspan").tail = child.tail


def _attributes(element: Element) -> dict[str, str]:
    kept: dict[str, str] = {}
    for name, value in element.attrib.items():
        if name in ("href", f"{{{XLINK}}}href"):
            if _leads_inside(_name(element), value):
                kept["href" if name == "href" else "xlink:href"] = value.strip()
        elif name == "style":
            if style := _declarations(value):
                kept["style"] = style
        elif name == SPACE:
            kept["xml:space"] = value
        elif name in ATTRIBUTES:
            kept[name] = value
        elif name in PROPERTIES and (said := _declarations(f"{name}:{value}")):
            kept[name] = said.partition(": ")[2]
    return kept


def _leads_inside(name: str, address: str) -> bool:
    """Whether an address is a part of the same drawing, or a picture that stands in it."""
    if name != "image":
        return address.strip().startswith("#")
    if not (start := _DATA.match(address)):
        return False
    try:
        data = base64.b64decode(address[start.end() :])
    except ValueError as error:
        raise Unreadable("holds a picture that is not base64") from error
    if wrong := fault(data):
        raise Unreadable(f"holds a picture that {wrong}")
    return True


def _sized(root: Element) -> None:
    """Leave sizes to a drawing that are sizes."""
    for side in ("width", "height"):
        found = _SIDE.fullmatch(root.get(side, ""))
        if not found or not 0 < float(found[1]) <= LARGEST:
            root.attrib.pop(side, None)
    box = root.get("viewBox", "")
    sides = re.split(r"[\s,]+", box.strip())[2:] if _BOX.fullmatch(box) else []
    if not sides or not all(0 < float(side) <= 1e9 for side in sides):
        root.attrib.pop("viewBox", None)


@lru_cache(4096)  # a figure says the same of many lines
def _declarations(text: str) -> str:
    """What may be kept of the declarations of a style."""
    import tinycss2

    kept = []
    for each in tinycss2.parse_blocks_contents(text, skip_comments=True, skip_whitespace=True):
        if each.type == "declaration" and each.lower_name in PROPERTIES and _harmless(each.value):
            value = tinycss2.serialize(each.value).strip()
            kept.append(f"{each.lower_name}: {value}" + " !important" * each.important)
    return "; ".join(kept)


def _harmless(tokens: Iterable[Any], depth: int = 0) -> bool:
    """Whether a value holds nothing but words, numbers, colours and parts of the same drawing."""
    for token in tokens:
        if token.type == "url" or (token.type == "function" and token.lower_name == "url"):
            inner = [token] if token.type == "url" else token.arguments
            said = [t.value for t in inner if t.type in ("url", "string")]
            if len(said) != 1 or not re.fullmatch(r"#[\w.:-]+", said[0]):
                return False
        elif token.type == "function":
            if token.lower_name not in FUNCTIONS or depth > 3:
                return False
            if not _harmless(token.arguments, depth + 1):
                return False
        elif token.type == "literal" or token.type == "string":
            if re.search(r"[^\w\s.,/+*'-]", token.value):
                return False
        elif token.type not in (
            "ident", "number", "percentage", "dimension", "hash", "whitespace",
        ):  # fmt: skip
            return False
    return True


def _rules(sheet: str) -> Iterable[str]:
    """What may be kept of a style sheet, a line each: rules, and those for a dark theme."""
    import tinycss2

    for rule in tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True):
        if rule.type == "at-rule" and rule.lower_at_keyword == "media" and rule.content:
            theme = _THEME.fullmatch(tinycss2.serialize(rule.prelude))
            inner = _rules(tinycss2.serialize(rule.content)) if theme else ()
            if said := " ".join(line for line in inner if line[0] != "@" and "url(" not in line):
                yield f"@media (prefers-color-scheme: {theme[1]}) {{{said}}}"  # type: ignore[index]
        if rule.type != "qualified-rule":
            continue
        selector = tinycss2.serialize(rule.prelude).strip()
        declarations = _declarations(tinycss2.serialize(rule.content))
        # Whose parts are drawn by a reference must be known, to count them.
        if "url(" in declarations and not _NAMES.fullmatch(selector):
            continue
        if declarations and _SELECTOR.fullmatch(selector):
            yield f"{selector} {{{declarations}}}"


def _count(root: Element) -> int:
    """How much a reader draws. Raises `Unreadable` for too many, or without end."""
    parts = {each.get("id"): each for each in root.iter() if each.get("id")}
    sheets: dict[str, list[str]] = {}
    for style in root.iter("style"):
        for line in (style.text or "").split("\n"):
            selector, _, said = line.partition("{")
            for name in re.split(r"\s*,\s*", selector.strip()) if "url(" in said else ():
                sheets.setdefault(name, []).extend(_INSIDE.findall(said))
    counts: dict[Element, int] = {}

    def referred(element: Element) -> Iterable[Element]:
        names = [_INSIDE.findall(v) for k, v in element.items() if "url(" in v and k != "id"]
        for word in (*element.get("class", "").split(), f"#{element.get('id')}"):
            names.append(sheets.get(word if word[0] == "#" else f".{word}", []))
        return [parts[name] for each in names for name in each if name in parts]

    def count(element: Element, depth: int) -> int:
        if element in counts:
            if counts[element] < 0:
                raise Unreadable("refers to itself")
            return counts[element]
        if depth > DEEPEST:
            raise Unreadable(f"refers through more than {DEEPEST} of its elements")
        if element.tag == "text" and sum(map(len, element.itertext())) > LONGEST:
            raise Unreadable(f"has a text of more than {LONGEST:,} characters")
        counts[element] = -1
        points = len(element.get("d", "") + element.get("points", "")) // 2
        total = 1 + points // 10 + sum(count(child, depth + 1) for child in element)
        target = parts.get((element.get("href") or element.get("xlink:href") or "")[1:])
        total += count(target, depth + 1) if target is not None else 0
        # What a group is painted with, its parts are; a mark is drawn at each point.
        for part in referred(element):
            times = points + 1 if part.tag == "marker" else 1
            total += total * times * count(part, depth + 1)
        if total > MOST_PARTS:
            raise Unreadable(f"draws more than {MOST_PARTS:,} elements and points")
        counts[element] = total
        return total

    return count(root, 0)


def whole(data: bytes | str, *, drawing: bool = False) -> bytes:
    """A picture as it may be shown: an SVG redrawn, a PNG, JPEG, GIF or WebP as it is. Raises
    `Unreadable`."""
    from PIL import Image

    if drawing or isinstance(data, str):
        return redrawn(data).encode()
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "GIF", "WEBP")) as image:
            large = image.width * image.height > MOST_PIXELS
            if not large:
                image.load()
    except Exception as error:  # what Pillow raises for damaged files is of many kinds
        words = re.sub(r" <.*?>|\s+", " ", str(error)).strip()[:80]  # no addresses in memory
        raise Unreadable(f"is cut short or damaged ({words})") from error
    if large:
        raise Unreadable(f"has {image.width:,} times {image.height:,} pixels, too many")
    return data


def fault(data: bytes | str, *, drawing: bool = False) -> str:
    """What is wrong with a picture: the end of a sentence about it, empty if nothing is."""
    try:
        whole(data, drawing=drawing)
    except Unreadable as error:
        return str(error)
    return ""
