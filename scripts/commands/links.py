"""Ask the addresses of other sites that a book names."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from scripts.book.model import Book
from scripts.core.options import Options
from scripts.core.problems import Problem
from scripts.links.answers import told
from scripts.links.ask import Asker
from scripts.links.kept import keep, read_kept
from scripts.links.named import named
from scripts.links.survey import Heard, Offline, survey

NAME = "book-link-check/1"
OFTEN = 10.0  # seconds between two lines of progress in a log


def ask_links(book: Book, options: Options, tell: Callable[[str], None]) -> list[Problem]:
    """The links that are broken, or that there is no network. What moved and what can't be told is
    told. Answers are kept, so that the next time asks what it must."""
    addresses, began = named(book), time.time()
    answers = read_kept(options.cache, began)
    left = [address for address in addresses if address not in answers]
    where = book.addresses.repository or book.addresses.site
    asker = Asker(f"{NAME} (+{where})" if where else NAME)
    try:
        with shown(tell) as heard:
            survey(left, asker.ask, answers, heard)
    except Offline as error:
        what = f"the addresses of other sites can't be asked: {error}"
        return [Problem("the network", 0, what, "Connect this machine, and ask again.")]
    finally:
        keep(options.cache, answers, time.time())
    found = told(addresses, answers)
    for problem in found.unknown:
        tell(f"unknown: {problem}")
    for problem in found.moved:
        tell(f"warning: {problem}")
    kinds = [answers[address].kind for address in addresses]
    tell(
        f"{len(kinds)} addresses of other sites, {len(left)} of them asked now: "
        f"{kinds.count('good')} good, {kinds.count('moved')} moved, {kinds.count('gone')} broken, "
        f"{kinds.count('unknown')} that can't be told"
    )
    return found.problems


@contextmanager
def shown(tell: Callable[[str], None]) -> Iterator[Heard]:
    """How far it is: a bar on a terminal, now and then a line elsewhere."""
    if not sys.stdout.isatty():
        yield _Lines(tell)
        return
    from rich.progress import Progress

    with Progress(transient=True) as bar:
        task = bar.add_task("asking", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


class _Lines:
    def __init__(self, tell: Callable[[str], None]) -> None:
        self.tell, self.last = tell, time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        if time.monotonic() - self.last >= OFTEN:
            self.last = time.monotonic()
            self.tell(f"{done} of {total} addresses asked")
