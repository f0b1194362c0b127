"""What was worked out from a page's text in an earlier build, so that only edited pages cost.

Every stage that looks at pages one by one (parsing, statistics, the Markdown edition, the scan of
the finished HTML) asks `remember` with everything that its answer depends on; a build keeps the
answers that it used and forgets the others. Outside `opened` nothing is remembered: functions stay
pure, and tests call them as they are.
"""

from __future__ import annotations

import pickle
import platform
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from scripts.core.files import TOOLCHAIN, digest, other_files, write_atomic

T = TypeVar("T")


class Memo:
    """Answers by the digest of their question, pickled one by one, each with its question: each is
    a fresh object. The file begins with the digest of the rest: one that is not whole is as good as
    none. ``damaged`` is whether there was such a one."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.old: dict[str, bytes] = {}
        self.used: dict[str, bytes] = {}
        self.damaged = file.exists()
        try:
            whole, _, content = file.read_bytes().partition(b"\n")
            if whole == _digest(content):
                version, answers = pickle.loads(content)
                self.old = dict(answers) if version == toolchain() else {}
                self.damaged = False
        except Exception:  # whatever it holds
            self.old = {}

    def answer(self, question: str, work: Callable[[], T]) -> T:
        """The kept answer, or that of ``work``, which is kept."""
        kept = self.used.get(question) or self.old.get(question)
        if kept is not None:
            with suppress(Exception):  # no pickle, or one of another shape
                asked, found = pickle.loads(kept)
                if asked == question:
                    self.used[question] = kept
                    known: T = found
                    return known
        new = work()
        self.used[question] = pickle.dumps((question, new), pickle.HIGHEST_PROTOCOL)
        return new

    def close(self, *, forget: bool) -> None:
        """Keep what was used, and the rest as well unless it shall be forgotten. That it can't be
        kept costs the next build time, and this one nothing."""
        kept = self.used if forget else self.old | self.used
        if kept.keys() != self.old.keys():
            content = pickle.dumps((toolchain(), kept))
            with suppress(OSError):
                write_atomic(self.file, _digest(content) + b"\n" + content)


def _digest(content: bytes) -> bytes:
    return digest(content).encode()


# What a build remembers in, for the block of `opened`; forks of it have it too.
_OPEN: ContextVar[Memo | None] = ContextVar("memo", default=None)


@contextmanager
def opened(
    file: Path, tell: Callable[[str], None] = print, *, forget: bool = True
) -> Iterator[None]:
    """Remember in ``file``, of a cache that is this account's own (see `owner`), in this block.
    A block that goes through a part of a build only does not ``forget`` what it didn't ask for."""
    memo = Memo(file)
    if memo.damaged:
        tell(f"{file.name} can't be read: what it held is worked out anew")
    before = _OPEN.set(memo)
    try:
        yield
    finally:
        _OPEN.reset(before)
        memo.close(forget=forget)


def remember(name: str, question: Any, work: Callable[[], T]) -> T:
    """``work()``, or its answer to the same question (plain data) in an earlier build."""
    memo = _OPEN.get()
    return work() if memo is None else memo.answer(_key(name, question), work)


def known(name: str, question: Any) -> bool:
    """Whether `remember` would not have to work."""
    memo, key = _OPEN.get(), _key(name, question)
    return memo is not None and (key in memo.used or key in memo.old)


def _key(name: str, question: Any) -> str:
    text = question if isinstance(question, str) else repr(question)
    return f"{name} {digest(text)}"


def remembers() -> bool:
    """Whether anything is remembered: inside `opened`."""
    return _OPEN.get() is not None


def used() -> dict[str, bytes]:
    """The answers that this build asked for so far."""
    memo = _OPEN.get()
    return {} if memo is None else dict(memo.used)


def learn(answers: Mapping[str, bytes]) -> None:
    """Take over what another process of this build remembered."""
    memo = _OPEN.get()
    if memo is not None:
        memo.used.update(answers)


# By what was asked about: what the answer follows from, and the answer.
_LAST: ContextVar[dict[str, tuple[tuple[Any, ...], Any]] | None] = ContextVar("last", default=None)


@contextmanager
def lasting() -> Iterator[None]:
    """Have `again` remember in this block, which goes through a book more than once; forks have
    what was remembered before."""
    before = _LAST.set({})
    try:
        yield
    finally:
        _LAST.reset(before)


def again(about: str, given: tuple[Any, ...], work: Callable[[], T]) -> T:
    """``work()``, or inside `lasting` its last answer ``about`` something, if it follows from the
    same: equal texts, and objects that are the very ones. It is that answer itself, so nobody may
    change it; nor what was given."""
    last = _LAST.get()
    if last is None:
        return work()
    if not unchanged(about, given):
        last[about] = given, work()
    found: T = last[about][1]
    return found


def unchanged(about: str, given: tuple[Any, ...]) -> bool:
    """Whether `again` would not have to work."""
    before, _ = (_LAST.get() or {}).get(about, (None, None))
    return before is not None and all(
        a is b or (type(a) is type(b) is str and a == b) for a, b in zip(before, given, strict=True)
    )


@lru_cache(1)
def toolchain() -> str:
    """Digest of our own source: other code may give other answers."""
    names = [path for path in other_files(TOOLCHAIN, set()) if "__pycache__" not in path]
    parts = [f"{name} {digest((TOOLCHAIN / name).read_bytes())}" for name in names]
    return digest("\n".join([platform.python_version(), *parts]))
