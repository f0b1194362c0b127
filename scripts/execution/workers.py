"""The builder's side of warm workers: one server for each set of modules, started when needed."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

import psutil

from scripts.core.files import TOOLCHAIN
from scripts.core.system.forks import FORKS
from scripts.core.system.lock import scratch_folder
from scripts.execution.progress import Tell
from scripts.worker.process import Worker, adopt, begin, end, guard, kernel_environment, new_log
from scripts.worker.warm_server import PLAIN, READY, WARM

IMPORTS = 120.0  # seconds for a server to import what notebooks need
PATIENCE = 15.0  # seconds for it to start a worker; a cell may have stopped it
TOOLS = TOOLCHAIN.parent  # where `python -m scripts...` is understood


class Server:
    """One process of `worker.warm_server`; ``error`` says why it can't serve, "" if it can."""

    def __init__(self, modules: tuple[str, ...], environment: Mapping[str, str]) -> None:
        self._control, theirs = socket.socketpair()
        self._control.settimeout(IMPORTS)
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
        try:
            answer = self._control.recv(4096)
            self.error = "" if answer == READY else answer.decode(errors="replace") or "it died"
        except OSError as error:
            self.error = f"it wasn't ready after {IMPORTS:g} s ({error})"
        self._control.settimeout(PATIENCE)
        if self.error:
            self.close()

    def start(self, *, warm: bool) -> Worker:
        """A worker that waits for its request. Raises OSError, and has ended the server, if it
        doesn't give one."""
        ours, theirs = socket.socketpair()
        ours.settimeout(PATIENCE)
        log = new_log()
        try:
            with theirs:
                order = [WARM if warm else PLAIN]
                socket.send_fds(self._control, order, [theirs.fileno(), log.fileno()])
            number = b""
            while not number.endswith(b"\n"):
                number += ours.recv(1) or b"no\n"
            return Worker(int(number), ours, log)
        except (OSError, ValueError) as error:
            ours.close()
            log.close()
            self.error = "it was stopped or ended from outside"
            self.close()
            raise OSError(self.error) from error

    def close(self) -> None:
        """End the server; its workers go on."""
        self._control.close()
        self.process.kill()
        self.process.wait()


class Servers:
    """All servers of one build. ``warm`` False: kernels start plainly, only workers are forked.
    ``cache`` is the root's; runs have their folders in ``folder``."""

    def __init__(self, cache: Path, tell: Tell, warm: bool = True) -> None:
        self.environment = kernel_environment(cache)
        self.folder = scratch_folder(cache)
        self._tell, self._warm = tell, warm
        self._others = {child.pid for child in psutil.Process().children()}
        adopt()  # what a killed worker leaves behind
        guard(closed=True)
        self._servers: dict[tuple[str, ...], Server] = {}
        self._lock = threading.Lock()

    def start(self, modules: tuple[str, ...]) -> Worker:
        """A worker that waits for its request, its kernel warmed by ``modules`` where that can
        be."""
        if FORKS:
            for warm in (True, False) if self._warm else (False,):
                server = self._server(modules if warm else ())
                try:
                    if not server.error:
                        return server.start(warm=warm)
                except OSError as error:
                    self._tell(f"warning: a notebook starts plainly, the server of workers can't "
                               f"start it: {error}")  # fmt: skip
        return begin(TOOLS, self.environment)

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
        for child in psutil.Process().children():
            if child.pid not in self._others:
                end(child.pid)
        for server in self._servers.values():
            server.close()
        shutil.rmtree(self.folder, ignore_errors=True)
