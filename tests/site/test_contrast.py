"""Text inside figures against what it stands on, in both themes, as a browser draws it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from wcag import contrast

from scripts.core.palette import PAPER

pytestmark = pytest.mark.browser
ENOUGH = 4.5
# Matplotlib's names: texts and lines. Lines may cross a text; cells, bands and paper lie under it.
TEXTS = """() => {
  const found = [...document.querySelectorAll("g[id^=text_]")].map((group) => {
    const box = group.getBoundingClientRect();
    const shapes = [...group.querySelectorAll("path, use")].filter((s) => !s.closest("defs"));
    const fills = new Set(shapes.map((shape) => getComputedStyle(shape).fill));
    return { id: group.id, box: [box.left, box.top, box.right, box.bottom], fills: [...fills] };
  });
  for (const group of document.querySelectorAll("g[id^=text_], g[id^=line2d_]")) {
    group.style.visibility = "hidden";
  }
  return found;
}"""


def faint(page: Any, drawing: Path) -> list[str]:
    """The texts of a drawing that stand, by more than a tenth of their box, on a ground from which
    they hardly differ."""
    svg = drawing.read_text("utf-8")
    ground = PAPER[drawing.stem.endswith("-dark")]
    page.set_content(f"<body style='margin:0;background:{ground}'>{svg[svg.index('<svg') :]}")
    texts = page.evaluate(TEXTS)
    picture = Image.open(BytesIO(page.screenshot(full_page=True))).convert("RGB")
    found = []
    for text in texts:
        left, top, right, bottom = (round(side) for side in text["box"])
        under = picture.crop((left, top, max(right, left + 1), max(bottom, top + 1)))
        every = under.getcolors(under.width * under.height) or []
        for fill in set(text["fills"]) - {"none"}:  # of a box around a text
            colour = tuple(int(part) for part in fill[4:-1].split(","))
            bad = sum(n for n, pixel in every if contrast(colour, pixel) < ENOUGH)
            if bad > 0.1 * under.width * under.height:
                found.append(f"{drawing.name}: {text['id']}, {fill}")
    return found


def test_text_in_figures_is_legible(site: Path, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 800, "height": 600})
    drawings = [p for p in sorted(site.glob("_images/*.svg")) if 'id="text_' in p.read_text()]
    assert any(p.stem.endswith("-dark") for p in drawings)
    assert [what for drawing in drawings for what in faint(page, drawing)] == []
    page.close()
