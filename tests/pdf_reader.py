"""What tests ask of a PDF, by poppler-utils and pypdf."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

# The text area of the PDF's pages in points: see scripts/pdf/typst/template.typ.
LEFT, RIGHT, BOTTOM = 32 / 25.4 * 72, (32 + 150) / 25.4 * 72, 841.89 - 40
MARGIN = 42  # item numbers hang in the margin
TEX = re.compile(r"\\(frac|text|sqrt|left|mathrm|begin|operatorname|sum|R)\b|\$\$")


def poppler(program: str, *arguments: Any) -> str:
    """What a program of poppler-utils prints; the test is skipped where it is missing."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is missing: apt-get install poppler-utils")
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)
    return done.stdout


def reader(path: Path) -> Any:
    """The PDF as pypdf reads it."""
    return pytest.importorskip("pypdf", reason="pypdf reads the PDFs").PdfReader(path)


def text_of(path: Path) -> str:
    """The text of all pages, laid out."""
    return poppler("pdftotext", "-layout", path, "-")


def fonts_of(path: Path) -> list[str]:
    """A line for each font."""
    return poppler("pdffonts", path).splitlines()[2:]


def embedded(line: str) -> bool:
    """Whether the font of a line of `pdffonts` is embedded."""
    return bool(re.search(r"\byes (yes|no)\s+yes\b", line))


def links(path: Path) -> list[Any]:
    """All link annotations."""
    notes = (n.get_object() for page in reader(path).pages for n in page.get("/Annots", []))
    return [n for n in notes if n.get("/Subtype") == "/Link"]


def outside(path: Path) -> list[str]:
    """Words that leave the text area, with their page."""
    found = []
    pages = poppler("pdftotext", "-bbox", path, "-").split("<page ")[1:]
    for number, page in enumerate(pages, 1):
        for x0, x1, y1, word in re.findall(
            r'<word xMin="([\d.-]+)" yMin="[\d.-]+" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>',
            page,
        ):
            inside = float(x0) > LEFT - MARGIN and float(x1) <= RIGHT + 1 and float(y1) < BOTTOM
            if not inside:
                found.append(f"page {number}: {word}")
    return found


def spoken_of(path: Path, kind: str) -> list[str]:
    """What is said in the place of each tag of a kind (`/Figure`, `/Formula`): its alternative."""
    found: list[str] = []

    def walk(node: Any) -> None:
        if isinstance(node, list):
            for child in node:
                walk(child.get_object())
        elif isinstance(node, dict):
            if node.get("/S") == kind:
                found.append(str(node.get("/Alt", "")))
            walk(node.get("/K"))

    walk(reader(path).trailer["/Root"]["/StructTreeRoot"])
    return found
