"""The cards of pages (see `pages.cards`), 1200 by 630, drawn by Typst.

A card is drawn once and kept under the hash of what it says and of what it is drawn with, so that
an unchanged title costs nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from scripts.core.files import write_atomic
from scripts.pages.cards import SIZE, Card

AT_ONCE = 50  # cards in a run of Typst, each with a drawing of up to some 100 KB
# Of what the PDFs are set with (see `pdf.builder`), the files that a card uses.
SOURCES = ("card.typ", "base.typ", "fonts.json", "verdicts.json")


def draw(cards: Mapping[str, Card], press: Path, kept: Path) -> dict[str, Path]:
    """The drawn cards: ``kept`` has those of earlier builds and afterwards these and no others.

    ``press`` is the folder in which the PDFs were set: templates, fonts and marks lie there.
    Raises `typst.TypstError` if the template is wrong.
    """
    tools = _digest(press)
    paths = {}
    for name, card in cards.items():
        said = json.dumps(asdict(card), sort_keys=True)
        paths[name] = kept / f"{hashlib.sha256(f'{tools}{said}'.encode()).hexdigest()[:20]}.png"
    missing = {path: card for name, card in cards.items() if not (path := paths[name]).exists()}
    for start in range(0, len(missing), AT_ONCE):
        group = dict(list(missing.items())[start : start + AT_ONCE])
        for path, picture in zip(group, _set(list(group.values()), press), strict=True):
            write_atomic(path, picture)
    for stale in set(kept.glob("*")) - set(paths.values()):
        stale.unlink()
    return paths


def _digest(press: Path) -> str:
    """Of everything that a card is drawn with; the fonts' names hold hashes of their content."""
    files = [press / name for name in SOURCES] + sorted((press / "marks").glob("*.svg"))
    found = [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]
    found += sorted(path.name for path in (press / "fonts").glob("*.ttf"))
    return f"{version('typst')}{SIZE}{found}"


def _set(cards: list[Card], press: Path) -> list[bytes]:
    """One PNG for each card, in one run of Typst."""
    # Imported late: most builds draw none.
    import typst

    from scripts.pdf.fonts import only

    compiler = typst.Compiler(
        input=str(press / "card.typ"),
        root=str(press),
        font_paths=only([press / "fonts"]),
        sys_inputs={"cards": json.dumps([asdict(card) for card in cards])},
    )
    pages = compiler.compile(format="png", ppi=72)
    assert pages is not None
    return pages if isinstance(pages, list) else [pages]
