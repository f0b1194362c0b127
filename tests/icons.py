"""The icons that home screens show, drawn from the favicon as it is in daylight:
`PYTHONPATH=. .venv/bin/python tests/icons.py` writes them into `_static/`."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import typst

STATIC = Path(__file__).parents[1] / "_static"
SIZES = (180, 192, 512)  # pixels: Apple's home screen, Android's, its start-up screen
DARK = re.compile(r"@media\(prefers-color-scheme:dark\)\{.*?\}\}")
PAGE = """#set page(width: 512pt, height: 512pt, margin: 44pt, fill: white)
#image("icon.svg", width: 100%)
"""


def drawn() -> dict[str, bytes]:
    """Each icon as PNG, by its file's name."""
    with TemporaryDirectory() as folder:
        favicon = (STATIC / "favicon.svg").read_text(encoding="utf-8")
        Path(folder, "icon.svg").write_text(DARK.sub("", favicon), encoding="utf-8")
        source = Path(folder, "icon.typ")
        source.write_text(PAGE, encoding="utf-8")
        pictures = {}
        for size in SIZES:
            picture = typst.compile(str(source), format="png", ppi=72 * size / 512)
            assert isinstance(picture, bytes)
            pictures[f"icon-{size}.png"] = picture
        return pictures


if __name__ == "__main__":
    for name, picture in drawn().items():
        (STATIC / name).write_bytes(picture)
