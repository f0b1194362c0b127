"""The builder's side of warm workers: one server for each set of modules, started when needed."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psutil

from scripts.core.files import TOOLCHAIN
from scripts.core.forks import FORKS
from scripts.execution.progress import Tell
from scripts.worker.notebook import adopt, end
from scripts.worker.process import begin, kernel_environment
from scripts.worker.warm_server import READY

PATIENCE = 2.0  # seconds
TOOLS = TOOLCHAIN.parent  # where `python -m scripts...` is understood


class Worker(Protocol):
    """A worker at work on a request."""

    @property
    def pid(self) -> int: ...

    def wait(self, seconds: float) -> bool:
        """Whether it ended within ``seconds``."""
        ...


class PlainWorker:
    """A process of its own, started from nothing: where nothing can be forked safely."""

    def __init__(self, paths: Mapping[str, str], environment: Mapping[str, str]) -> None:
        request, result, log = (Path(paths[key]) for key in ("request", "result", "log"))
        self._process = begin(request, result, log, TOOLS, environment)
        self.pid = self._process.pid

    def wait(self, seconds: float) -> bool:
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True


@dataclass(frozen=True)
class ForkedWorker:
    """A fork of a server. Its socket closes when it ends, however it ends."""

    pid: int
    client: socket.socket

    def wait(self, seconds: float) -> bool:
        self.client.settimeout(seconds)
        try:
            return self.client.recv(1) == b""
        except TimeoutError:
            return False
        except ConnectionError:
            return True


class Server:
    """One process of `worker.warm_server`; ``error`` says why it can't serve, "" if it can."""

    def __init__(self, modules: tuple[str, ...], environment: Mapping[str, str]) -> None:
        self._control, theirs = socket.socketpair()
        self._lock = threading.Lock()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "scripts.worker.warm_server", str(theirs.fileno()), *modules],
            cwd=TOOLS,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
        theirs.close()
        answer = self._control.recv(4096)
        self.error = "" if answer == READY else answer.decode(errors="replace") or "it died"

    def start(self, request: Mapping[str, object]) -> ForkedWorker:
        """Fork a worker for ``request``; raises OSError when the server is gone."""
        ours, theirs = socket.socketpair()
        with self._lock:
            socket.send_fds(self._control, [b"w"], [theirs.fileno()])
        theirs.close()
        ours.sendall(json.dumps(request).encode() + b"\n")
        with ours.makefile("r", encoding="utf-8") as lines:
            line = lines.readline()
        if not line:
            raise ConnectionError("the server of warm workers ended")
        return ForkedWorker(int(line), ours)

    def close(self) -> None:
        """End the server."""
        self._control.close()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:  # in the middle of an import, say
            self.process.kill()
            self.process.wait()


class Servers:
    """All servers of one build. ``warm`` False: kernels start plainly, only workers are forked."""

    def __init__(self, scratch: Path, tell: Tell, warm: bool = True) -> None:
        self.environment = kernel_environment(scratch)
        self._tell, self._warm = tell, warm
        self._others = {child.pid for child in psutil.Process().children()}
        adopt()  # what a killed worker leaves behind
        self._servers: dict[tuple[str, ...], Server] = {}
        self._lock = threading.Lock()

    def start(self, modules: tuple[str, ...], request: Mapping[str, str]) -> Worker:
        """A worker for ``request`` ({request, result, log}: paths), its kernel warmed by
        ``modules`` where that can be."""
        if not FORKS:
            return PlainWorker(request, self.environment)
        warm = self._warm and not self._server(modules).error
        server = self._server(modules if warm else ())
        try:
            return server.start({**request, "warm": warm})
        except OSError:  # the server was killed
            return PlainWorker(request, self.environment)

    def _server(self, modules: tuple[str, ...]) -> Server:
        with self._lock:
            if modules not in self._servers:
                self._servers[modules] = server = Server(modules, self.environment)
                if server.error:
                    names = ", ".join(modules)
                    self._tell(f"warning: kernels start plainly, preload of {names} failed: "
                               f"{server.error}")  # fmt: skip
            return self._servers[modules]

    def close(self) -> None:
        """End all servers with their workers, and what killed workers left to us."""
        servers = {server.process.pid for server in self._servers.values()}
        for child in psutil.Process().children():
            if child.pid not in self._others:
                end(child.pid, itself=child.pid not in servers)
        for server in self._servers.values():
            server.close()
