"""A server of workers: ``python -m scripts.worker.warm_server FD MODULE ...``.

It imports what workers and kernels need once, and forks a worker for each request, so that neither
starts from nothing.

It only imports. It computes nothing, opens no socket but its own and starts no thread, so that a
fork of it is as good as a fresh process; a module that starts a Python thread when it is imported
is refused, and its notebooks start plainly.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import socket
import sys
import threading
import traceback
import warnings
from typing import Any

READY = b"ready"
# What a kernel imports while it starts.
KERNEL = (
    "ipykernel.kernelapp", "ipykernel.kernelspec", "ipykernel.debugger",
    "IPython.core.completerlib", "IPython.core.logger", "IPython.core.oinspect",
    "IPython.extensions.storemagic", "tornado.platform.asyncio", "tornado.queues",
)  # fmt: skip


def main(arguments: list[str]) -> None:
    """Import, then serve until the other end of ``FD`` is closed: the builder has ended."""
    control = socket.socket(fileno=int(arguments[0]))
    try:
        for module in (*KERNEL, *arguments[1:]):
            importlib.import_module(module)
        if threading.active_count() > 1:
            raise RuntimeError(f"importing it started a thread: {threading.enumerate()[-1].name}")
        filters = list(warnings.filters)
        for module in ("papermill", "scripts.worker.warm_kernel", "scripts.worker.notebook"):
            importlib.import_module(module)
        sys.modules["scripts.worker.warm_kernel"].register()
        nbformat = sys.modules["nbformat"]
        nbformat.validate(nbformat.v4.new_notebook())  # compiles the schema: 0.1 s for each fork
    except BaseException as error:  # whatever a module does when it is imported
        control.sendall(f"{type(error).__name__}: {error}".encode()[:4096])
        return
    gc.collect()
    gc.freeze()  # so that the collector of a fork doesn't touch, and thereby copy, what is shared
    control.sendall(READY)
    while True:
        message, descriptors, *_ = socket.recv_fds(control, 1, 1)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:  # workers that have ended
                pass
        if not message:
            return
        if os.fork() == 0:
            control.close()
            _work(socket.socket(fileno=descriptors[0]), filters)
        os.close(descriptors[0])


def _work(client: socket.socket, filters: list[Any]) -> None:
    """In the fork: do one request, {request, result, log: paths, warm: bool}, and end. The client
    learns of the end by the socket's, whatever ends it."""
    code = 1
    try:
        os.setsid()
        with client.makefile("r", encoding="utf-8") as lines:
            request = json.loads(lines.readline())
        log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        for stream in (1, 2):
            os.dup2(log, stream)
        client.sendall(f"{os.getpid()}\n".encode())
        from scripts.worker import notebook, warm_kernel

        if request["warm"]:
            keep = client.detach()
            waiting = warm_kernel.WaitingKernel(filters, close=(keep, log))
            warm_kernel.WarmProvisioner.waiting = waiting
        notebook.main([request["request"], request["result"]])
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main(sys.argv[1:])
