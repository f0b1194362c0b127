"""What servers said, told as what an editor wants to know: good, moved, gone, or can't be told."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from itertools import pairwise
from typing import Literal, NamedTuple
from urllib.parse import urldefrag, urlsplit

from scripts.book.checks.addresses import untracked
from scripts.core.problems import Problem
from scripts.links.named import Named

Kind = Literal["good", "moved", "gone", "unknown"]
DAY = 24 * 3600
# Seconds for which an answer counts. What is gone is asked again soon: it may be back.
HOLDS: dict[Kind, float] = {"good": 30 * DAY, "moved": 7 * DAY, "unknown": DAY, "gone": 3600}

FOR_GOOD = {301, 308}
REDIRECTS = FOR_GOOD | {302, 303, 307}
GONE = {404, 410}
# They know a work, or don't, and send on to whoever has it now, as often as that changes.
RESOLVERS = {"doi.org", "dx.doi.org", "www.doi.org", "hdl.handle.net"}


class Reply(NamedTuple):
    """A server's answer: status, where it sends on to, seconds after which it may be asked again
    (None: it says nothing of that)."""

    status: int
    location: str = ""
    wait: float | None = None


class Failure(NamedTuple):
    """Why there was no answer: of what kind, and in words."""

    kind: Literal["no host", "certificate", "unreachable", "cut", "offline"]
    what: str


class Step(NamedTuple):
    """An address that was asked, and what came of it."""

    address: str
    said: Reply | Failure


@dataclass(frozen=True)
class Answer:
    """What is known of an address: ``what`` says why, ``to`` where it moved for good. ``asked`` is
    in seconds of the epoch; 0: it was not asked."""

    kind: Kind
    what: str = ""
    to: str = ""
    asked: float = 0.0

    def holds(self, now: float) -> bool:
        """Whether it needn't be asked again."""
        return 0 <= now - self.asked < HOLDS[self.kind]


def judged(steps: Sequence[Step], now: float) -> Answer:
    """The answer of an address that led along these steps, the first of which is its own."""
    first, last = steps[0].address, steps[-1]
    away = "" if len(steps) == 1 else f"it leads to {last.address}, and there "
    if isinstance(last.said, Failure):
        gone = last.said.kind in ("no host", "certificate")
        return Answer("gone" if gone else "unknown", away + last.said.what, asked=now)
    status = last.said.status
    if status in GONE:
        return Answer("gone", f"{away}the server says {_status(status)}", asked=now)
    if not (200 <= status < 300 or _resolved(last)):
        what = "it leads round in a circle, or too far" if status in REDIRECTS else ""
        return Answer("unknown", what or f"{away}the server says {_status(status)}", asked=now)
    to = first
    for step, following in pairwise(steps):
        if not (isinstance(step.said, Reply) and step.said.status in FOR_GOOD):
            break
        to = following.address
    return Answer("good", asked=now) if to == first else Answer("moved", to=to, asked=now)


def _resolved(step: Step) -> bool:
    return isinstance(step.said, Reply) and bool(step.said.location) and resolves(step.address)


def resolves(address: str) -> bool:
    """Whether it is an address of a resolver, whose redirect is its answer."""
    return urlsplit(address).hostname in RESOLVERS


def _status(status: int) -> str:
    try:
        return f"{status} ({HTTPStatus(status).phrase})"
    except ValueError:
        return str(status)


class Told(NamedTuple):
    """What is wrong; what could be better; what can't be told, once for each address."""

    problems: list[Problem]
    moved: list[Problem]
    unknown: list[Problem]


def told(named: Mapping[str, Sequence[Named]], answers: Mapping[str, Answer]) -> Told:
    """What there is to say of the addresses of a book."""
    result = Told([], [], [])
    good = [a for a in named if a in answers and answers[a].kind in ("good", "moved")]
    hosts = {urlsplit(address).hostname or "" for address in good}
    for address, places in named.items():
        answer = answers[address]
        if answer.kind == "gone":
            result.problems.extend(_gone(address, places, answer, hosts))
        elif answer.kind == "moved":
            result.moved.extend(_moved(places, answer))
        elif answer.kind == "unknown":
            more = f" (and {len(places) - 1} more)" if len(places) > 1 else ""
            what = f"{address} can't be told: {answer.what}{more}"
            result.unknown.append(Problem.at(places[0].path, places[0].place, what))
    return Told(*(sorted(set(found)) for found in result))


def _gone(
    address: str, places: Iterable[Named], answer: Answer, hosts: Iterable[str]
) -> Iterator[Problem]:
    near = difflib.get_close_matches(urlsplit(address).hostname or "", hosts, n=1, cutoff=0.8)
    right = f"Look for an old copy: https://web.archive.org/web/*/{address}"
    if near and near[0] != urlsplit(address).hostname:
        right = f"Did you mean '{near[0]}'? {right}"
    for path, place, written in places:
        yield Problem.at(path, place, f"the link '{written}' is broken: {answer.what}", right)


def _moved(places: Iterable[Named], answer: Answer) -> Iterator[Problem]:
    to = untracked(answer.to)
    parts = urlsplit(to)
    for path, place, written in places:
        anchor = urldefrag(written).fragment
        whole = f"{to}#{anchor}" if anchor and "#" not in to else to
        right = f"Write {whole}"
        if parts.path in ("", "/") and urlsplit(written).path not in ("", "/"):
            right = f"It leads to the front page {to} now: is there what was meant?"
        yield Problem.at(path, place, f"the link '{written}' has moved for good", right)
