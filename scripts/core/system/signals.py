"""Ctrl-C, SIGTERM and SIGHUP end a command within two seconds, whatever it is doing.

A Python program learns of a signal between two of its own steps, by an exception: not while a
library computes, and never if whatever is being imported swallows it. So a second process does the
work, and the first one does nothing but wait, for its end or for a signal.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PATIENCE = 1.0  # seconds for the second process to leave everything in order
STOPPED = "stopped; the last good site is as it was"
SHOW_CURSOR = "\x1b[?25h"
# Of Linux' prctl(2):
DIE_WITH_PARENT, SUBREAPER = 1, 36


class Stopped(KeyboardInterrupt):
    """One of `STOPS` came; ``code`` is the exit code by which shells know it."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.code = 128 + number


_came: list[int] = []  # the signal that stops this process, once it has come


@contextmanager
def stops_first() -> Iterator[None]:
    """Whatever a stop sets off on its way out, such as an archive that can't be closed half
    written, is the stop: what is raised inside after one came leaves as `Stopped`."""
    try:
        yield
    except BaseException:
        if _came:
            raise Stopped(_came[0]) from None
        raise


def supervise() -> None:
    """Go on in a second process, and end this one as that one ends; once only, before anything is
    imported that takes long. Elsewhere than on Linux this process goes on itself."""
    stops = [number for number in STOPS if signal.getsignal(number) != signal.SIG_IGN]  # nohup
    if sys.platform == "linux":
        first = os.getpid()
        signal.pthread_sigmask(signal.SIG_BLOCK, [*stops, signal.SIGCHLD])
        second = os.fork()
        if second:
            ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
            os._exit(_wait_for(second, stops))
        die_with(first)
    for number in stops:
        signal.signal(number, _stop)
    if sys.platform == "linux":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [*stops, signal.SIGCHLD])


def die_with(parent: int) -> None:
    """Have the system end this process when its parent has ended, however it did (Linux)."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:  # it was quicker
        os._exit(1)


def _stop(number: int, _: FrameType | None) -> None:
    for each in STOPS:  # the first decides; what it sets off shall not be broken off
        signal.signal(each, signal.SIG_IGN)
    _came.append(number)
    raise Stopped(number)


def _wait_for(second: int, stops: list[signal.Signals]) -> int:
    """The exit code of the second process, with all that it started ended."""
    stopped, ends, status = 0, float("inf"), None
    while status is None:
        left = min(max(ends - time.monotonic(), 0.0), 3600.0)
        came = signal.sigtimedwait([*stops, signal.SIGCHLD], left)
        if came is not None and came.si_signo != signal.SIGCHLD and not stopped:
            stopped, ends = came.si_signo, time.monotonic() + PATIENCE
            os.kill(second, stopped)
        if time.monotonic() >= ends:
            os.kill(second, signal.SIGKILL)
        status = _reaped().get(second)
    _end_all()
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        if sys.stdout.isatty():  # the live view hides it
            os.write(1, SHOW_CURSOR.encode())
        name = signal.Signals(-code).name
        said = STOPPED if stopped else f"error: the command was ended from outside by {name}"
        os.write(2, f"{said}\n".encode())
    if stopped and code:
        return 128 + stopped
    return code if code >= 0 else 128 - code


def _reaped() -> dict[int, int]:
    """The children that have ended, by their number, and how. This process adopts what the second
    one and its children leave."""
    found = {}
    with suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            found[ended[0]] = ended[1]
    return found


def _end_all() -> None:
    """Kill what the second process left."""
    ends = time.monotonic() + PATIENCE
    while _has_children() and time.monotonic() < ends:
        import psutil

        for child in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):
                child.kill()
        time.sleep(0.01)
        _reaped()


def _has_children() -> bool:
    with suppress(ChildProcessError):
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        return True
    return False
