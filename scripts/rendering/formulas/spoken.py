"""How formulas are read aloud: a book's own file of words, keyed by TeX.

TeX is no speech, and no library of Python makes any of it. `tests/spoken.py` lets MathJax's speech
rule engine write the file, for which it needs Node; a build only reads it.
"""

from __future__ import annotations

import json
from pathlib import Path

from scripts.core.problems import BookError, Problem

FILE = "spoken.json"  # in the book's root


def key(tex: str) -> str:
    """The name of a formula in the file: its TeX as one line."""
    return " ".join(tex.split())


def read_words(root: Path) -> dict[str, str]:
    """The words of a book's formulas; none without a file. Raises `BookError` for one that isn't an
    object of texts."""
    path = root / FILE
    if not path.is_file():
        return {}
    try:
        words = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise BookError([_wrong(getattr(error, "lineno", 1), f"not JSON: {error}")]) from error
    if not isinstance(words, dict) or not all(isinstance(said, str) for said in words.values()):
        raise BookError([_wrong(1, 'not an object of texts, such as {"x^2": "x squared"}')])
    return words


def _wrong(line: int, what: str) -> Problem:
    return Problem(FILE, line, what)
