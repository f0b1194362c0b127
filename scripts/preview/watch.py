"""See an issue while it is written: serve the book, render again what was edited, and have the
browser load it.

One process serves; this one waits for an edit and then works in a fork of its own, which has the
whole stack imported and shares no state with the fork before it. A page is shown as soon as it is
written. PDFs, other editions and the search are those of the last build.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager, suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from scripts.core.files import Stamp, stamps
from scripts.core.options import Options
from scripts.core.problems import BookError, Problem
from scripts.core.system import lock
from scripts.core.system.forks import Fork
from scripts.preview.server import Message, listen, serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection

# Renders what changed, and calls back with the problems as soon as the pages are there.
Render = Callable[[Options, Callable[[list[Problem]], None]], None]

INTERVAL = 0.2  # seconds between two looks at the sources


def preview(options: Options, port: int, render: Render) -> None:
    """Serve, and ``render`` after every edit, until Ctrl-C. Raises `BookError` if the port is
    taken."""
    interrupted = False

    def interrupt(*_: object) -> None:
        nonlocal interrupted
        interrupted = True  # for a library, while it is imported, may swallow the exception
        raise KeyboardInterrupt

    with serving(options, port) as browser:
        signal.signal(signal.SIGINT, interrupt)
        print(f"http://127.0.0.1:{port}/ (Ctrl-C ends it)", flush=True)
        while not interrupted:
            seen, shown = sources(options.root), digests(options.work / "html")
            with Fork(partial(update, options, shown, browser, render)) as working:
                try:
                    loaded = working.result()
                except BookError as error:  # it was ended from outside
                    tell(browser, [], error.problems, sys.stdout)
                    loaded = []
            for name in loaded:  # so that the next fork has it
                with suppress(Exception):
                    import_module(name)
            while not interrupted and sources(options.root) == seen:
                time.sleep(INTERVAL)


def update(
    options: Options, shown: dict[str, bytes], browser: Connection, render: Render
) -> list[str]:
    """Render what changed, and tell the browser and the terminal which pages are not as they were
    ``shown``. Returns the names of the modules that this took."""
    began, clock, out = time.time(), time.monotonic(), sys.stdout  # silenced while Sphinx works

    def show(problems: list[Problem]) -> None:
        # Sphinx writes some pages in any case, the home page for one.
        new = digests(options.work / "html", since=began)
        changed = sorted(name for name in new if new[name] != shown.get(name))
        tell(browser, changed, problems, out)
        if changed:
            which = ", ".join(changed) if len(changed) < 6 else f"{len(changed)} pages"
            print(f"{which}: {time.monotonic() - clock:.1f} s", file=out, flush=True)

    try:
        with lock.only_builder(options.root, wait=True):
            render(options, show)
    except BookError as error:
        show(error.problems)
    return list(sys.modules)


def digests(pages: Path, since: float = 0.0) -> dict[str, bytes]:
    """Of the pages that were written since then, by their paths."""
    return {
        path.relative_to(pages).as_posix(): hashlib.blake2b(path.read_bytes()).digest()
        for path in pages.rglob("*.html")
        if path.stat().st_mtime >= since
    }


def tell(browser: Connection, changed: list[str], problems: list[Problem], out: TextIO) -> None:
    """Say which pages changed and what is wrong."""
    browser.send(Message(changed, [str(problem) for problem in problems]))
    for problem in problems:
        print(f"error: {problem}", file=out, flush=True)


def sources(root: Path) -> dict[str, Stamp]:
    """Size and time of every file that a build may read."""
    return stamps(root, lambda path: path == "_build" or path.rsplit("/", 1)[-1].startswith("."))


@contextmanager
def serving(options: Options, port: int) -> Iterator[Connection]:
    """A process that serves the pages, above the last build's site; it is told what was written."""
    try:
        sockets = listen(port)
    except OSError as error:
        right = f"Choose another: --port {port + 1}"
        what = f"the port {port} can't be had: {error.strerror}"
        raise BookError([Problem("preview", 0, what, right)]) from None
    theirs, ours = multiprocessing.Pipe(duplex=False)
    folders = [options.work / "html", options.site]
    process = multiprocessing.Process(
        target=serve, args=(sockets, folders, theirs, os.getpid()), daemon=True
    )
    process.start()
    theirs.close()
    for socket in sockets:
        socket.close()
    try:
        yield ours
    finally:
        process.terminate()
        process.join()
