"""What is wrong, where, and what would be right: the one form of every error message."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Self


class Place(NamedTuple):
    """Where something stands in a file: line and column, in characters, from 1; 0 where that isn't
    known."""

    line: int
    column: int = 0


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in one place.

    ``path`` is relative to the book's root, ``line`` counts from 1 (0: the file as a whole),
    ``what`` says what is wrong and ``right`` what would be right. ``column`` counts characters from
    1 (0: the line as a whole, or it isn't known).
    """

    path: str
    line: int
    what: str
    right: str = ""
    column: int = 0

    @classmethod
    def at(cls, path: str, place: Place, what: str, right: str = "") -> Self:
        """The same of a place."""
        return cls(path, place.line, what, right, place.column)

    def __lt__(self, other: Problem) -> bool:
        return self._order < other._order

    @property
    def _order(self) -> tuple[str, int, int, str, str]:
        return self.path, self.line, self.column, self.what, self.right

    @property
    def place(self) -> str:
        """``file:line:column``, as far as it is known: editors open it."""
        return ":".join([self.path, *(str(n) for n in (self.line, self.column) if n)])

    def __str__(self) -> str:
        lines = [f"{self.place}: {self.what}", *([self.right] if self.right else [])]
        return "\n    ".join(map(printable, lines))


MOST = 2000  # characters of a message; a cell may raise one of megabytes


def printable(text: str) -> str:
    """A message as a terminal and a build log may show it: what controls either is marked, further
    lines are indented, so that none passes for a line of its own, and a long one is cut."""
    cut = text if len(text) <= MOST else f"{text[:MOST]} … ({len(text):,} characters)"
    plain = "".join(c if c.isprintable() or c in " \n" else "\ufffd" for c in cut.expandtabs())
    return plain.replace("\n", "\n    ")


class BookError(Exception):
    """The book can't be built; carries every problem that was found, each once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
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
    try:
        if not path.is_file():
            return None, [Problem(name, 0, "it is no file that can be read", "Put a file there.")]
        raw = path.read_bytes()
    except OSError as error:
        return None, [Problem(name, 0, f"it cannot be read: {error.strerror}")]
    try:
        text = raw.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        what = f"not UTF-8: byte 0x{raw[error.start]:02x} cannot be read"
        return None, [Problem(name, line, what, "Save the file as UTF-8.")]
    return text.removeprefix("\ufeff"), []
