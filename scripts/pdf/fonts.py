"""Fonts for Typst: unpack the book's woff2 files, sort them by voice, know what they cover.

Typst reads TTF and OTF only, and no instances of variable fonts. The site's woff2 files are the one
source; their TTF twins are products. Every file gets a family name of its own script range
("Literata", "Literata Ext"), because Typst takes one file per family, weight and style.
"""

from __future__ import annotations

import hashlib
import io
import json
import mmap
import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

WEIGHTS = (400, 600)
STYLE_NAMES = {400: "Regular", 600: "SemiBold", 700: "Bold"}
EMBEDDED = {
    "serif": ["Libertinus Serif"],
    "sans": ["Libertinus Serif"],
    "mono": ["DejaVu Sans Mono"],
    "math": ["New Computer Modern Math"],
}
FALLBACK = ["Libertinus Serif", "New Computer Modern", "New Computer Modern Math"]
_WORDS = re.compile(
    r"\b(Thin|Light|Regular|Book|Medium|Semi ?Bold|Bold|Black|Italic|Variable)\b", re.I
)


@dataclass(frozen=True)
class FontSet:
    """What a compilation needs to know: folders, families by voice, covered characters."""

    folders: tuple[Path, ...]
    families: dict[str, list[str]]  # serif, sans, mono, math: each complete, best first
    emoji: str  # family of the colour emoji font, or ""
    emoji_chars: frozenset[int]
    covered: frozenset[int]


@dataclass(frozen=True)
class _Face:
    path: Path
    family: str
    voice: str
    weight: int
    italic: bool
    chars: frozenset[int]


def collect(sources: Iterable[Path], extra: Iterable[Path], cache: Path) -> FontSet:
    """The fonts of ``sources`` (woff2, ttf, otf, any depth) and ``extra`` folders, ready to use.

    ``sources`` set the publication's voices; families of ``extra`` only fill gaps (further
    scripts). Unpacked files go to ``cache``, named by content, so a second call converts nothing.
    """
    cache.mkdir(parents=True, exist_ok=True)
    faces = _faces(_files(sources), cache)
    further = _faces(_files(extra), cache)
    keep = {face.path for face in (*faces, *further)} | {cache / "embedded.json"}
    for stale in set(cache.iterdir()) - keep:
        stale.unlink()
    emoji = next((f for f in (*faces, *further) if f.voice == "emoji"), None)
    families: dict[str, list[str]] = {}
    spare = [f.family for f in further if f.voice != "emoji"]
    for voice, embedded in EMBEDDED.items():
        own = sorted({f.family for f in faces if f.voice == voice})
        # DejaVu Sans Mono has letters of many scripts, but of one width: it comes last.
        order = [*own, *embedded, *FALLBACK, *spare, *EMBEDDED["mono"]]
        families[voice] = list(dict.fromkeys(order))
    # Digits and the like have emoji shapes in some fonts; text keeps its own.
    chars = (
        frozenset(c for c in emoji.chars if c > 0x2FF and c not in _JOINERS)
        if emoji
        else frozenset()
    )
    covered = set(_embedded_chars(cache / "embedded.json")) | chars
    for face in (*faces, *further):
        if face.voice != "emoji":
            covered |= face.chars
    return FontSet((cache,), families, emoji.family if emoji else "", chars, frozenset(covered))


_JOINERS = {0x200C, 0x200D, 0xFE0E, 0xFE0F, 0x20E3}


def digest(folders: Iterable[Path]) -> str:
    """Digest of all font files below the folders."""
    found = hashlib.sha256()
    for path in _files(folders):
        found.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def _files(folders: Iterable[Path]) -> list[Path]:
    found = (p for folder in folders if folder.is_dir() for p in sorted(folder.rglob("*")))
    return [p for p in found if p.suffix.lower() in (".woff2", ".woff", ".ttf", ".otf")]


def _faces(files: list[Path], cache: Path) -> list[_Face]:
    """Unpack the files; number the families whose weight and style occur more than once."""
    opened = []
    for path in files:
        data = path.read_bytes()
        font = TTFont(io.BytesIO(data))
        basic = ord("a") not in font.getBestCmap()  # the file with the letters keeps the name
        opened.append((_family(font), basic, path.name, data, font))
    opened.sort(key=lambda entry: entry[:3])
    taken: dict[tuple[str, int, bool], int] = {}
    faces = []
    for family, _, _, data, font in opened:
        italic = bool(font["OS/2"].fsSelection & 1)
        weights = WEIGHTS if "fvar" in font else (int(font["OS/2"].usWeightClass),)
        for weight in weights:
            rank = taken.get((family, weight, italic), 0)
            taken[family, weight, italic] = rank + 1
            name = family + ("" if rank == 0 else " Ext" if rank == 1 else f" Ext {rank}")
            digest = hashlib.sha256(data + f"{name}/{weight}/3".encode()).hexdigest()[:12]
            target = cache / f"{name.replace(' ', '')}-{weight}-{digest}.ttf"
            if not target.exists():
                _unpack(data, name, weight, italic, target)
            faces.append(
                _Face(target, name, _voice(font), weight, italic, frozenset(font.getBestCmap()))
            )
    return faces


def _family(font: TTFont) -> str:
    names = font["name"]
    raw = names.getDebugName(16) or names.getDebugName(1) or "Unnamed"
    return " ".join(_WORDS.sub("", raw).split()) or raw


def _voice(font: TTFont) -> str:
    family = _family(font).lower()
    if {"CBDT", "COLR", "sbix"} & set(font.keys()) or "emoji" in family:
        return "emoji"
    if "MATH" in font:
        return "math"
    if font["post"].isFixedPitch or "mono" in family:
        return "mono"
    return "sans" if "sans" in family else "serif"


def _unpack(data: bytes, family: str, weight: int, italic: bool, target: Path) -> None:
    """Write one static face under its own names. Same bytes in, same bytes out."""
    font = TTFont(io.BytesIO(data), recalcTimestamp=False)
    if "fvar" in font:
        limits = {axis.axisTag: axis.defaultValue for axis in font["fvar"].axes}
        font = instancer.instantiateVariableFont(font, {**limits, "wght": weight})
        font.recalcTimestamp = False
    style = (STYLE_NAMES.get(weight, str(weight)) + (" Italic" if italic else "")).strip()
    full = f"{family} {style}"
    postscript = full.replace(" ", "")
    names = font["name"]
    names.names = [n for n in names.names if n.nameID in (0, 5, 13, 14)]
    for key, value in ((1, family), (2, style), (3, postscript), (4, full), (6, postscript)):
        names.setName(value, key, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight
    font.flavor = None
    font.save(target)


def embedded_fonts(binary: Path) -> Iterator[TTFont]:
    """The fonts that the Typst wheel carries inside its extension module, each once."""
    # Typst doesn't tell what its own fonts cover, and missing glyphs must be found before it runs.
    head = re.compile(
        rb"(?:OTTO|\x00\x01\x00\x00)\x00[\x06-\x20].{6}(?=BASE|CFF |FFTM|GDEF|OS/2)", re.S
    )
    seen = set()
    with binary.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as memory:
        for match in head.finditer(memory):
            start = match.start()
            count = struct.unpack(">H", memory[start + 4 : start + 6])[0]
            rows = [
                struct.unpack(">4sLLL", memory[start + 12 + 16 * i : start + 28 + 16 * i])
                for i in range(count)
            ]
            if {b"cmap", b"name"} - {row[0] for row in rows}:
                continue
            end = max(row[2] + row[3] for row in rows)
            font = TTFont(io.BytesIO(memory[start : start + end]), lazy=True)
            name = font["name"].getDebugName(4)
            if name in seen:  # the module holds the collection twice
                return
            seen.add(name)
            yield font


def _embedded_chars(cached: Path) -> set[int]:
    """Characters that the wheel's own fonts cover, kept in a small file per version."""
    import typst

    binary = next(Path(typst.__file__).parent.glob("_typst*"))
    key = f"{binary.name}/{binary.stat().st_size}"
    if cached.exists():
        kept: dict[str, Any] = json.loads(cached.read_text())
        if kept["key"] == key:
            return {c for first, last in kept["ranges"] for c in range(first, last + 1)}
    chars: set[int] = set()
    for font in embedded_fonts(binary):
        chars |= set(font.getBestCmap())
    ranges: list[list[int]] = []
    for c in sorted(chars):
        if ranges and ranges[-1][1] == c - 1:
            ranges[-1][1] = c
        else:
            ranges.append([c, c])
    cached.write_text(json.dumps({"key": key, "ranges": ranges}))
    return chars
