"""A limit to what one thing may cost: `within`."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class OutOfTime(BaseException):
    """Something took longer than it may; no `Exception`, which libraries catch."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise `OutOfTime` in this block after so many seconds of processor time: a busy machine
    changes nothing. Holds in a main thread, where the system has such a clock (not on Windows)."""
    main = threading.current_thread() is threading.main_thread()
    if not main or not hasattr(signal, "setitimer"):
        yield
        return

    def stop(*_: object) -> None:
        raise OutOfTime

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
