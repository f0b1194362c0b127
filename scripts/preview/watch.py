"""See an issue while it is written: serve the book, render again what was edited, and have the
browser load it.

One process serves; this one waits for an edit and has it rendered in a fork of its own, which
shares no state with the fork before it. What an edit doesn't change is worked out before there is
one: by this process what all forks can use, by the fork the rest. The page that is open is shown as
soon as it is written. PDFs, other editions and the search are those of the last build.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import signal
import sys
import time
from contextlib import contextmanager, suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote

from scripts.core.files import Stamp, stamps
from scripts.core.options import Options
from scripts.core.problems import BookError, Problem
from scripts.core.system import lock
from scripts.core.system.forks import Fork
from scripts.preview.server import Folders, Message, listen, serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection

INTERVAL = 0.1  # seconds between two looks at the sources
FEW = 6  # so many pages or notebooks aren't named in a line
ASSETS = ("_static/", "_images/")
GONE: tuple[Stamp, bytes] = ((0, 0, 0), b"")

Files = dict[str, tuple[Stamp, bytes]]  # what the site holds: stamp and digest by path


class Work(Protocol):
    """What renders the book, in this order; all but the first in a fork."""

    def look_through(self) -> None:
        """Work out what an edit doesn't change; nothing is written."""

    def get_ready(self) -> None:
        """The same of what a fork can't hand on."""

    def render(self, browser: Browser) -> None:
        """Render what changed. Raises `BookError` for what keeps pages from being made."""


class Browser:
    """All open pages, and the terminal."""

    def __init__(self, server: Connection, html: Path) -> None:
        self.server, self.html, self.files = server, html, Files()
        self.out = sys.stdout  # which is silenced while Sphinx works
        self.running, self.began, self.told = "", 0.0, False

    def look(self) -> None:
        """Take the site as it is for what the browser has."""
        self.files = looked_at(self.html, self.files)

    def shown(self) -> None:
        """Another process told the browser of the site as it is."""
        self.look()
        self.told = True

    def pages(self) -> set[str]:
        """The docnames of the pages that are open."""
        self.server.send(None)
        names: list[str] = self.server.recv()
        return {name.removesuffix(".html") for name in names}

    def begin(self) -> None:
        """An edit was seen."""
        self.running, self.began, self.told = "", time.monotonic(), False

    def run(self, notebooks: list[str]) -> None:
        """Say what is executed now; the pages say so until it is ``done``."""
        which = _named(notebooks, "notebooks")
        self.say(f"running {which}")
        whose = "its" if len(notebooks) == 1 else "their"
        self.running = f"Running {which}: {whose} outputs are those of the run before."
        self.server.send(Message([], [], self.running))

    def done(self) -> None:
        """Nothing is executed any more."""
        self.running = ""

    def show(self, problems: list[Problem]) -> None:
        """Tell of the pages that aren't as they were, and of what is wrong."""
        before = self.files
        self.look()
        changed = changed_pages(self.html, before, self.files)
        self.server.send(Message(changed, [str(problem) for problem in problems], self.running))
        for problem in problems:
            self.say(f"error: {problem}")
        if changed:
            self.say(f"{_named(changed, 'pages')}: {time.monotonic() - self.began:.1f} s")
        self.told = self.told or bool(changed or problems)

    def say(self, line: str) -> None:
        """A line in the terminal."""
        print(line, file=self.out, flush=True)


def _named(names: list[str], kind: str) -> str:
    return ", ".join(names) if len(names) < FEW else f"{len(names)} {kind}"


def preview(options: Options, port: int, work: Work) -> None:
    """Serve, and have ``work`` done after every edit, until Ctrl-C. Raises `BookError` if the port
    is taken."""
    interrupted = False

    def interrupt(*_: object) -> None:
        nonlocal interrupted
        interrupted = True  # for a library, while it is imported, may swallow the exception
        raise KeyboardInterrupt

    with serving(options, port) as browser:
        signal.signal(signal.SIGINT, interrupt)
        print(f"http://127.0.0.1:{port}/ (Ctrl-C ends it)", flush=True)
        seen: dict[str, Stamp] = {}
        good = False
        browser.look()
        while not interrupted:
            waiting, edited = multiprocessing.Pipe(duplex=False)
            job = partial(update, options.root, browser, work, waiting, ready=good)
            with waiting, edited, Fork(job) as working:
                while not interrupted and (now := sources(options.root)) == seen:
                    time.sleep(INTERVAL)
                if interrupted:
                    break
                seen = now
                edited.send(None)
                try:
                    loaded, good = working.result(), True
                    browser.look()
                except BookError as error:  # it was ended from outside, whatever it had written
                    browser.show(error.problems)
                    loaded, good, browser.files = [], False, Files()
            for name in loaded:  # so that the next fork has it
                with suppress(Exception):
                    import_module(name)
            if good:
                with lock.only_builder(options.root, wait=True):
                    work.look_through()


def update(
    root: Path, browser: Browser, work: Work, waiting: Connection, *, ready: bool
) -> list[str]:
    """Get ready if the book was looked through, wait for an edit, and render what changed. Returns
    the names of the modules that this took."""
    if ready:
        with lock.only_builder(root, wait=True):
            work.get_ready()
    waiting.recv()
    browser.begin()
    try:
        with lock.only_builder(root, wait=True), unvanished():
            work.render(browser)
    except BookError as error:
        browser.done()
        browser.show(error.problems)
    if not browser.told:
        browser.say(f"no page changed: {time.monotonic() - browser.began:.1f} s")
    return list(sys.modules)


@contextmanager
def unvanished() -> Iterator[None]:
    """A file that isn't there any more when it is read (editors write some beside those that they
    save) is a problem until the next look, which sees that it is gone. Raises `BookError`."""
    try:
        yield
    except FileNotFoundError as error:
        what = "it was taken away while it was read"
        raise BookError([Problem(str(error.filename), 0, what)]) from None


def looked_at(html: Path, known: Files) -> Files:
    """The files of a site; those whose stamps are ``known`` are not read again."""
    found: Files = {}
    for path, stamp in stamps(html).items() if html.is_dir() else ():
        entry = known.get(path)
        if entry is None or entry[0] != stamp:
            with suppress(FileNotFoundError):  # of a process that was killed
                entry = stamp, hashlib.blake2b((html / path).read_bytes()).digest()
                found[path] = entry
        else:
            found[path] = entry
    return found


def changed_pages(html: Path, before: Files, now: Files) -> list[str]:
    """The pages that a browser has to load again: those that are others or gone, and those that
    name a picture, script or style sheet which is another one. What no page names (a font) belongs
    to all."""
    others = {path for path in before | now if before.get(path, GONE)[1] != now.get(path, GONE)[1]}
    changed = {path for path in others if is_page(path)}
    assets = [path for path in others if path.startswith(ASSETS) and path in before and path in now]
    if assets:
        pages = {path: (html / path).read_text("utf-8") for path in now if is_page(path)}
        for asset in assets:
            name = quote(asset.rpartition("/")[2])
            changed |= {page for page, text in pages.items() if name in text} or pages.keys()
    return sorted(changed)


def is_page(path: str) -> bool:
    """Whether a file of the site is a page, and none of those that the theme brings along."""
    return path.endswith(".html") and not path.startswith(ASSETS)


def sources(root: Path) -> dict[str, Stamp]:
    """Size and time of every file that a build may read."""
    return stamps(root, lambda path: path == "_build" or path.rsplit("/", 1)[-1].startswith("."))


@contextmanager
def serving(options: Options, port: int) -> Iterator[Browser]:
    """A process that serves the pages, above the last build's site; it is told what was written."""
    try:
        sockets = listen(port)
    except OSError as error:
        right = f"Choose another: --port {port + 1}"
        what = f"the port {port} can't be had: {error.strerror}"
        raise BookError([Problem("preview", 0, what, right)]) from None
    theirs, ours = multiprocessing.Pipe()
    folders = Folders(options.work, options.site)
    process = multiprocessing.Process(
        target=serve, args=(sockets, folders, theirs, os.getpid()), daemon=True
    )
    process.start()
    theirs.close()
    for socket in sockets:
        socket.close()
    try:
        yield Browser(ours, options.work / "html")
    finally:
        process.terminate()
        process.join()
