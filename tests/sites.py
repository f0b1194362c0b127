"""A web server on this machine that answers as it is told, and notes how it was asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Asked:
    """A request: method, path, headers; when it came and when it was answered."""

    method: str
    path: str
    headers: dict[str, str]
    began: float
    ended: float = 0.0


@dataclass
class Site:
    """``answers`` holds, by path, one answer or a list of them, one for each request (the last for
    all that follow): a status, or a status with headers, by method where it matters."""

    port: int = 0
    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    slow: float = 0.0  # seconds before it answers
    lock: threading.Lock = field(default_factory=threading.Lock)

    def at(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def answer(self, method: str, path: str) -> tuple[int, dict[str, str]]:
        found = self.answers.get(path, 404)
        if isinstance(found, list):
            found = found.pop(0) if len(found) > 1 else found[0]
        if isinstance(found, dict):
            found = found[method]
        return (found, {}) if isinstance(found, int) else found


CUT, ENDLESS, MUTE = 0, 1, 2  # no status: the connection is cut, the body has no end, nothing comes


class Handler(BaseHTTPRequestHandler):
    site: Site
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        site = self.site
        with site.lock:
            one = Asked(
                self.command,
                self.path,
                {name.lower(): value for name, value in self.headers.items()},
                time.monotonic(),
            )
            site.asked.append(one)
            status, headers = site.answer(self.command, self.path)
        time.sleep(site.slow)
        one.ended = time.monotonic()
        if status == CUT:
            self.close_connection = True
        elif status == MUTE:
            time.sleep(3)
        elif status == ENDLESS:
            self.endless()
        else:
            self.send_response(status)
            for name, value in {"Content-Length": "0", **headers}.items():
                self.send_header(name, value)
            self.end_headers()

    do_HEAD = do_GET

    def endless(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.close_connection = True
        try:
            while self.command == "GET":
                self.wfile.write(b"x" * 65536)
        except OSError:
            pass

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(**answers: Any) -> Iterator[Site]:
    """A site whose path ``/name`` gives ``answers["name"]``."""
    site = Site(answers={f"/{name}": answer for name, answer in answers.items()})
    handler = type("Own", (Handler,), {"site": site})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        site.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield site
        server.shutdown()
