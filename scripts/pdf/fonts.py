"""Fonts for Typst: unpack the book's woff2 files, sort them by voice, know what they cover.

Typst reads TTF and OTF only, and no instances of variable fonts. The site's woff2 files are the one
source; their TTF twins are products. Every file gets a family name of its own script range
("Literata", "Literata Ext"), because Typst takes one file per family, weight and style.

Typst is given these fonts and no others: not the system's, nor those inside its wheel, which don't
tell what they cover, and missing glyphs must be found before it runs. The last to be asked, for
symbols and other scripts, are fonts that come with matplotlib.
"""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import typst
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

WEIGHTS = (400, 600)
STYLE_NAMES = {400: "Regular", 600: "SemiBold", 700: "Bold"}
HOUSE = Path(__file__).parents[2] / "_static" / "fonts"  # the voices that a book lacks
# The last families of each voice, and the files that have them.
FALLBACK = {
    "serif": ["DejaVu Serif", "STIXGeneral", "DejaVu Sans", "DejaVu Sans Mono"],
    "sans": ["DejaVu Sans", "DejaVu Serif", "STIXGeneral", "DejaVu Sans Mono"],
    "mono": ["DejaVu Sans Mono", "DejaVu Sans", "STIXGeneral"],
    "math": ["STIXGeneral", "DejaVu Sans"],
}
FALLBACK_FILES = (
    "DejaVuSans", "DejaVuSans-Bold", "DejaVuSansMono", "DejaVuSansMono-Bold", "DejaVuSerif",
    "DejaVuSerif-Bold", "DejaVuSerif-Italic", "STIXGeneral", "STIXGeneralBol", "STIXGeneralItalic",
)  # fmt: skip
# Combining characters, and what they look like alone.
ACCENTS = {
    0x300: 0x60, 0x301: 0xB4, 0x302: 0x2C6, 0x303: 0x2DC, 0x304: 0xAF, 0x306: 0x2D8, 0x307: 0x2D9,
    0x308: 0xA8, 0x30A: 0x2DA, 0x30C: 0x2C7,
}  # fmt: skip
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
    chars: frozenset[int]


def collect(sources: Iterable[Path], extra: Iterable[Path], cache: Path) -> FontSet:
    """The fonts of ``sources`` (woff2, ttf, otf, any depth) and ``extra`` folders, ready to use.

    ``sources`` set the publication's voices (those that they lack are our own); families of
    ``extra`` only fill gaps (further scripts). Unpacked files go to ``cache``, named by content, so
    a second call converts nothing.
    """
    cache.mkdir(parents=True, exist_ok=True)
    faces = _faces(_files(sources), cache)
    voices = {face.voice for face in faces}
    faces += [face for face in _faces(_files([HOUSE]), cache) if face.voice not in voices]
    further = _faces(_files(extra), cache)
    last = {_copied(path, cache): path for path in _fallback()}
    for stale in set(cache.iterdir()) - {face.path for face in (*faces, *further)} - last.keys():
        stale.unlink()
    emoji = next((f for f in (*faces, *further) if f.voice == "emoji"), None)
    spare = [f.family for f in further if f.voice != "emoji"]
    families: dict[str, list[str]] = {}
    for voice, fallback in FALLBACK.items():
        own = sorted({f.family for f in faces if f.voice == voice})
        families[voice] = list(dict.fromkeys([*own, *spare, *fallback]))
    # Digits and the like have emoji shapes in some fonts; text keeps its own.
    chars = (
        frozenset(c for c in emoji.chars if c > 0x2FF and c not in _JOINERS)
        if emoji
        else frozenset()
    )
    covered = set(chars).union(*(TTFont(path, lazy=True).getBestCmap() for path in last.values()))
    for face in (*faces, *further):
        if face.voice != "emoji":
            covered |= face.chars
    return FontSet((cache,), families, emoji.family if emoji else "", chars, frozenset(covered))


def lacking(text: str, folders: Iterable[Path]) -> list[str]:
    """The characters of a text that no font of these folders has, nor those of every book."""
    files = [*_files([*folders, HOUSE]), *_fallback()]
    covered = set().union(*(TTFont(path, lazy=True).getBestCmap() for path in files))
    seen = (c for c in sorted(set(text)) if unicodedata.category(c) not in INVISIBLE)
    return [char for char in seen if ord(char) not in covered and ord(char) not in _JOINERS]


def only(folders: Iterable[Path]) -> typst.Fonts:
    """The fonts of these folders, and no others, for a compiler of Typst."""
    paths = [str(folder) for folder in folders]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=paths)


INVISIBLE = {"Cc", "Cf", "Zs", "Zl", "Zp"}  # categories of signs that no font needs
_JOINERS = {0x200C, 0x200D, 0xFE0E, 0xFE0F, 0x20E3}


def digest(folders: Iterable[Path]) -> str:
    """Digest of all font files below the folders, and of those that every book has."""
    found = hashlib.sha256()
    for path in [*_files([*folders, HOUSE]), *_fallback()]:
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
            digest = hashlib.sha256(data + f"{name}/{weight}/4".encode()).hexdigest()[:12]
            target = cache / f"{name.replace(' ', '')}-{weight}-{digest}.ttf"
            if not target.exists():
                _unpack(data, name, weight, italic, target)
            faces.append(_Face(target, name, _voice(font), frozenset(font.getBestCmap())))
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
    if "MATH" in font:
        _add_accents(font)
    font.flavor = None
    font.save(target)


def _add_accents(font: TTFont) -> None:
    """Accents over letters, which Typst looks for as combining characters, from their twins that
    stand alone. Those of another font have no place in this one's table, and stand beside it."""
    chars = font.getBestCmap()
    for table in font["cmap"].tables:
        if table.isUnicode():
            found = {mark: chars[alone] for mark, alone in ACCENTS.items() if alone in chars}
            table.cmap = {**found, **table.cmap}


def _fallback() -> list[Path]:
    spec = find_spec("matplotlib")
    assert spec is not None and spec.origin is not None
    folder = Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"
    return [folder / f"{name}.ttf" for name in FALLBACK_FILES]


def _copied(path: Path, cache: Path) -> Path:
    """The file in the cache, named by its content: its folder has fonts that nobody wants."""
    name = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    target = cache / f"{path.stem}-{name}.ttf"
    if not target.exists():
        shutil.copyfile(path, target)
    return target
