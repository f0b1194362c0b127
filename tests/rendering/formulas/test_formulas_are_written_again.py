"""Pages and PDFs are written again when the code of formulas changes."""

from __future__ import annotations

from pathlib import Path

from scripts.rendering.formulas import tex
from scripts.site import assets
from scripts.typst import outdated


def test_the_digests_of_pages_and_pdfs_cover_this_room() -> None:
    room = Path(tex.__file__).parent
    assert room == assets.FORMULAS
    assert room in outdated.CODE
