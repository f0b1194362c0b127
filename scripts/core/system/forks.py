"""Work in a second process, a fork of this one, while this one goes on.

Rendering is one long piece of Python, so threads would not use a second core. A fork has the book
and Sphinx's environment at once and for nothing; it hands back what its function returned, and what
it remembered (`memo`). Where a system has no fork, the work is done when it is asked for.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from multiprocessing.connection import Connection
from typing import Generic, Self, TypeVar

from scripts.core import memo
from scripts.core.problems import BookError, Problem
from scripts.core.system.signals import die_with

Q = TypeVar("Q")
T = TypeVar("T")

FORKS = sys.platform == "linux"  # macOS: its own libraries don't outlive a fork
MANY = 10  # questions that are worth further processes


class Fork(Generic[T]):
    """A function at work in a process of its own; leaving the context ends it."""

    def __init__(self, work: Callable[[], T]) -> None:
        self.work = work
        self.process: multiprocessing.process.BaseProcess | None = None
        if FORKS:
            context = multiprocessing.get_context("fork")
            self.answer, theirs = context.Pipe(duplex=False)
            self.process = context.Process(target=_done, args=(work, theirs, os.getpid()))
            self.process.start()
            theirs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.join()

    def result(self) -> T:
        """What the function returned; raises what it raised. `BookError` if it was killed."""
        if self.process is None:
            return self.work()
        try:
            raised, value, answers = pickle.loads(self.answer.recv_bytes())
        except EOFError:
            self.process.join()
            what = f"a process of the build was ended from outside ({self.process.exitcode})"
            right = "Often memory ran out: see the system's log, and build again."
            raise BookError([Problem("build", 0, what, right)]) from None
        self.process.join()
        memo.learn(answers)
        if raised is not None:
            raise raised
        found: T = value
        return found


def remember_each(name: str, questions: Sequence[Q], work: Callable[[Q], T]) -> list[T]:
    """`memo.remember` for each question (plain data), by all cores if many are new."""

    def answer(question: Q) -> T:
        return memo.remember(name, question, partial(work, question))

    new = [question for question in questions if not memo.known(name, question)]
    cores = os.cpu_count() or 1
    if FORKS and memo.remembers() and len(new) >= MANY:
        with ExitStack() as stack:
            parts = [new[number::cores] for number in range(cores)]
            others = [stack.enter_context(Fork(partial(_each, answer, part))) for part in parts[1:]]
            _each(answer, parts[0])
            for other in others:
                other.result()  # with what it remembered
    return [answer(question) for question in questions]


def _each(answer: Callable[[Q], object], part: Sequence[Q]) -> None:
    for question in part:
        answer(question)


def in_fork() -> bool:
    """Whether this is such a process."""
    return multiprocessing.parent_process() is not None


def leave_with(parent: int) -> None:
    """In a second process: end when the first, ``parent``, does. Ctrl-C reaches both; the first
    decides."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    die_with(parent)


def _done(work: Callable[[], T], answer: Connection, parent: int) -> None:
    """The second process: work, and send the exception, the result and what was remembered."""
    leave_with(parent)
    known = memo.used()
    raised: Exception | None = None
    value: T | None = None
    try:
        value = work()
    except Exception as error:
        raised = error
        raised.add_note(traceback.format_exc())  # where it was, which pickling forgets
    new = {question: text for question, text in memo.used().items() if question not in known}
    try:
        sent = pickle.dumps((raised, value, new), pickle.HIGHEST_PROTOCOL)
    except Exception:  # of a class that can't be sent: in words
        sent = pickle.dumps((RuntimeError(traceback.format_exc()), None, {}))
    answer.send_bytes(sent)
    answer.close()
