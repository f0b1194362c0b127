"""What is wrong, where, and what would be right: the one form of every error message."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong in one place.

    ``path`` is relative to the book's root, ``line`` counts from 1 (0: the file as a whole),
    ``what`` says what is wrong and ``right`` what would be right.
    """

    path: str
    line: int
    what: str
    right: str = ""

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.what}" + (f"\n    {self.right}" if self.right else "")


class BookError(Exception):
    """The book can't be built; carries every problem that was found, each once. ``reported`` says
    that the report holds them already."""

    def __init__(self, problems: Iterable[Problem], *, reported: bool = False) -> None:
        self.problems = sorted(set(problems))
        self.reported = reported
        super().__init__("\n".join(map(str, self.problems)))


MANY = 24  # a longer list of known words helps nobody


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint such as ``Did you mean 'title'?``, or the known words if none is close."""
    known = sorted(known)
    close = difflib.get_close_matches(word, known, n=1)
    if close:
        return f"Did you mean '{close[0]}'?"
    if len(known) > MANY:
        return f"Known: {', '.join(known[:MANY])} and {len(known) - MANY} more."
    return f"Known: {', '.join(known)}." if known else ""


def read_text(path: Path, name: str) -> tuple[str | None, list[Problem]]:
    """The text of a UTF-8 file with plain newlines; None, and what is wrong, if it isn't one."""
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8").replace("\r\n", "\n").removeprefix("\ufeff"), []
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        what = f"not UTF-8: byte 0x{raw[error.start]:02x} cannot be read"
        return None, [Problem(name, line, what, "Save the file as UTF-8.")]
