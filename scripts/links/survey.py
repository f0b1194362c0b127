"""All addresses of a book -> their answers: some hosts at once, each host one address at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, Queue
from typing import NamedTuple
from urllib.parse import urlsplit

from scripts.links.answers import Answer, Failure, Reply, Step, judged

TOGETHER = 8  # hosts at once
LIMIT = 900.0  # seconds for all; what is left is asked the next time
PATIENCE = 120.0  # seconds for one address, with all to which it leads
UP = "the time was up; ask again for it"
ENOUGH = 5  # hosts that can't be reached, before any could: there is no network

Ask = Callable[[str], Sequence[Step]]
Heard = Callable[[int, int], None]  # how many addresses have their answer, and of how many


class Offline(Exception):
    """There is no network; says by what that is known."""


@dataclass(frozen=True)
class Limits:
    """How many hosts are asked at once; seconds for all addresses, and for one."""

    together: int = TOGETHER
    seconds: float = LIMIT
    patience: float = PATIENCE


@dataclass
class _Turn:
    """The addresses of one host, which one thread asks one after the other. ``since`` is when the
    present one was begun, on `time.monotonic`."""

    addresses: list[str]
    since: float = 0.0
    given_up: bool = False


class _Said(NamedTuple):
    """What a thread heard."""

    host: str
    turn: _Turn
    address: str
    steps: Sequence[Step]


@dataclass
class _State:
    answers: dict[str, Answer]
    waiting: dict[str, list[str]]  # by host
    running: dict[str, _Turn] = field(default_factory=dict)
    heard: bool = False  # whether any server said anything
    unreached: set[str] = field(default_factory=set)  # hosts


def survey(
    addresses: Iterable[str],
    ask: Ask,
    answers: dict[str, Answer],
    heard: Heard = lambda _done, _all: None,
    limits: Limits = Limits(),
) -> None:
    """Ask each address and add what is known of it then to ``answers``. Raises `Offline`; what was
    heard until then is there. A host that doesn't answer within its patience is left alone, and so
    is one that says it is asked too much."""
    state = _State(answers, _by_host(addresses))
    try:
        _ask_all(state, ask, heard, limits)
    finally:
        for host in list(state.running):
            _leave(state, host, UP)
    for address in (a for left in state.waiting.values() for a in left):
        answers[address] = Answer("unknown", UP)


def _ask_all(state: _State, ask: Ask, heard: Heard, limits: Limits) -> None:
    said: Queue[_Said] = Queue()
    total, before = sum(map(len, state.waiting.values())), len(state.answers)
    end = time.monotonic() + limits.seconds
    while (state.waiting or state.running) and time.monotonic() < end:
        while state.waiting and len(state.running) < limits.together:
            host = next(iter(state.waiting))
            state.running[host] = _begun(host, state.waiting.pop(host), ask, said)
        with suppress(Empty):
            host, turn, address, steps = said.get(timeout=0.1)
            if not turn.given_up:
                _hear(state, host, address, steps)
                if address == turn.addresses[-1] or _too_much(steps):
                    _leave(state, host, "its host was asked too much already")
        _give_up(state, limits.patience)
        heard(len(state.answers) - before, total)


def _by_host(addresses: Iterable[str]) -> dict[str, list[str]]:
    """Addresses by host, those of the host with the most first: it takes longest."""
    found: dict[str, list[str]] = {}
    for address in addresses:
        found.setdefault(urlsplit(address).hostname or "", []).append(address)
    return dict(sorted(found.items(), key=lambda entry: -len(entry[1])))


def _begun(host: str, addresses: list[str], ask: Ask, said: Queue[_Said]) -> _Turn:
    """A thread that asks. It doesn't keep the process from ending: a server may hold it."""
    turn = _Turn(addresses, time.monotonic())

    def work() -> None:
        for address in addresses:
            if turn.given_up:
                return
            turn.since = time.monotonic()
            try:
                steps = ask(address)
            except Exception as error:  # a fault of ours is no verdict on the link
                steps = [Step(address, Failure("cut", f"asking failed: {type(error).__name__}"))]
            said.put(_Said(host, turn, address, steps))
            if _too_much(steps):
                return

    threading.Thread(target=work, daemon=True, name=f"links {host}").start()
    return turn


def _too_much(steps: Sequence[Step]) -> bool:
    """Whether the host itself, and none to which it led, says that it is asked too much."""
    said = steps[-1].said
    return len(steps) == 1 and isinstance(said, Reply) and said.status == 429


def _hear(state: _State, host: str, address: str, steps: Sequence[Step]) -> None:
    for step in steps:
        if isinstance(step.said, Reply):
            state.heard = True
        elif step.said.kind == "offline":
            raise Offline(step.said.what)
    if isinstance(steps[0].said, Failure) and steps[0].said.kind in ("unreachable", "no host"):
        state.unreached.add(host)
    if not state.heard and len(state.unreached) >= ENOUGH:
        raise Offline(f"none of the first {ENOUGH} hosts can be reached")
    state.answers[address] = judged(steps, time.time())


def _give_up(state: _State, patience: float) -> None:
    """Leave hosts whose present address takes too long."""
    late = [h for h, r in state.running.items() if time.monotonic() - r.since > patience]
    for host in late:
        _leave(state, host, f"no answer within {patience:.0f} s")


def _leave(state: _State, host: str, why: str) -> None:
    """End a host's turn; what it wasn't asked, or didn't answer, can't be told."""
    turn = state.running.pop(host)
    turn.given_up = True
    for address in turn.addresses:
        state.answers.setdefault(address, Answer("unknown", why))
