"""The preview's server: pages as they are on disk, with a script that loads them again.

Only this machine may ask, and only under its own name, so that no page elsewhere can read drafts.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import socket
from dataclasses import dataclass, field
from html import escape
from mimetypes import guess_type
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

from tornado.httpserver import HTTPServer
from tornado.iostream import StreamClosedError
from tornado.netutil import bind_sockets
from tornado.web import Application, HTTPError, RequestHandler, StaticFileHandler

from scripts.core.bare_page import bare_page
from scripts.core.system.forks import leave_with

HERE = Path(__file__).parent
OWN = "preview"  # the addresses of script, style and events begin with it
MISSING = bare_page(
    "No such page", '<h1>No such page</h1>\n<p><a href="/">To the home page</a></p>'
)
HOSTS = r"(127\.0\.0\.1|localhost)"


class Message(NamedTuple):
    """What the browser is told: the pages that changed, what is wrong, what is being executed."""

    changed: list[str]
    problems: list[str]
    running: str


@dataclass
class News:
    """How often there was any, when each page changed for the last time, what is wrong and what is
    being executed now, and who reads it."""

    version: int = 0
    changed: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    running: str = ""
    readers: set[Events] = field(default_factory=set)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self, message: Message) -> None:
        """Wake all that wait."""
        self.version += 1
        self.changed |= dict.fromkeys(message.changed, self.version)
        self.problems, self.running = message.problems, message.running
        self.arrived.set()
        self.arrived = asyncio.Event()


class Folders(NamedTuple):
    """Where what is served lies: the work folder and the last build's site."""

    work: Path
    site: Path

    def holding(self, name: str) -> list[Path]:
        """The folders to look in for a file. A page is never the last build's: it may be gone; what
        else is HTML (letters, addresses that moved) lies in the work folder, too."""
        pages = [self.work / "html"]
        others = [self.work / "derived", self.work / "redirects"]
        return pages + (others if name.endswith(".html") else [self.site])


class Files(RequestHandler):
    """A file of the first folder that has it; pages get our script. Nothing is to be cached."""

    def initialize(self, folders: Folders, news: News) -> None:
        self.folders, self.news = folders, news

    def get(self, path: str) -> None:
        name = path + "index.html" if path.endswith("/") or not path else path
        try:
            file = self._find(name)
            content = file.read_bytes() if file is not None else b""
        except (OSError, ValueError):  # no name that a file can have, or none that may be read
            file = None
        self.set_header("Cache-Control", "no-store")
        if file is None and name.endswith(".html"):  # shown as soon as it is there
            self.set_status(404)
            self.finish(self._live(name, MISSING.encode()))
        elif file is None:
            raise HTTPError(404)
        else:
            self.set_header("Content-Type", guess_type(file.name)[0] or "application/octet-stream")
            self.finish(self._live(name, content) if file.suffix == ".html" else content)

    def _find(self, name: str) -> Path | None:
        for folder in map(Path.resolve, self.folders.holding(name)):
            file = (folder / name).resolve()
            if file.is_relative_to(folder) and file.is_file():
                return file
        return None

    def _live(self, name: str, content: bytes) -> bytes:
        page, version = escape(name), self.news.version
        ours = (
            f'<link rel="stylesheet" href="/{OWN}/preview.css"><script src="/{OWN}/preview.js"'
            f' data-page="{page}" data-version="{version}" defer></script></head>'
        )
        return content.replace(b"</head>", ours.encode(), 1)


class Events(RequestHandler):
    """Server-sent events for one open page: whether to load it again, and what is wrong."""

    def initialize(self, news: News) -> None:
        self.news = news

    async def get(self) -> None:
        page, asked = self.get_argument("page"), self.get_argument("version")
        if not re.fullmatch(r"\d{1,18}", asked, re.A):
            raise HTTPError(400)
        version, self.page = int(asked), page
        self.news.readers.add(self)
        self.set_header("Content-Type", "text/event-stream")
        self.set_header("Cache-Control", "no-store")
        while True:
            arrived = self.news.arrived
            again = self.news.changed.get(page, 0) > version
            news = {"problems": self.news.problems, "running": self.news.running}
            said = json.dumps({"again": again, **news})
            self.write(f"data: {said}\n\n")
            try:
                await self.flush()
            except StreamClosedError:
                return
            await arrived.wait()

    def on_connection_close(self) -> None:
        """The page is closed, or loads again."""
        self.news.readers.discard(self)


def listen(port: int) -> list[socket.socket]:
    """The sockets to serve on; raises `OSError` if the port is taken."""
    return bind_sockets(port, "127.0.0.1")


def application(folders: Folders, news: News) -> Application:
    """What answers requests."""
    app = Application()
    routes: list[Any] = [
        (f"/{OWN}/events", Events, {"news": news}),
        (rf"/{OWN}/(preview\.js|preview\.css)", StaticFileHandler, {"path": str(HERE)}),
        (r"/(.*)", Files, {"folders": folders, "news": news}),
    ]
    app.add_handlers(HOSTS, routes)
    return app


def serve(sockets: list[socket.socket], folders: Folders, heard: Connection, parent: int) -> None:
    """Serve until this process is ended; ``heard`` brings each `Message`, or None, which asks for
    the pages that are open."""
    leave_with(parent)
    logging.getLogger("tornado.access").setLevel(logging.ERROR)  # a page that isn't there says so
    news = News()

    def hear() -> None:
        message = heard.recv()
        if message is None:
            heard.send(sorted({reader.page for reader in news.readers}))
        else:
            news.take(message)

    async def main() -> None:
        server = HTTPServer(application(folders, news))
        server.add_sockets(sockets)
        asyncio.get_running_loop().add_reader(heard.fileno(), hear)
        await asyncio.Event().wait()

    asyncio.run(main())
