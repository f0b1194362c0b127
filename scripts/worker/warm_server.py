"""A server of workers: ``python -m scripts.worker.warm_server FD MODULE ...``.

It imports what workers and kernels need once, and forks a worker for each order on its socket,
which brings the worker's channel and log. So neither starts from nothing.

It only imports. It computes nothing, opens no socket but its own and starts no thread, so that a
fork of it is as good as a fresh process; a module that starts a Python thread when it is imported
is refused, and its notebooks start plainly.
"""

from __future__ import annotations

import gc
import importlib
import os
import socket
import sys
import threading
import traceback
import warnings
from typing import Any

from scripts.worker.process import guard

READY = b"ready"
WARM, PLAIN = b"w", b"p"  # an order: a worker, its kernel forked or started from nothing
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
    guard(closed=True)
    control.sendall(READY)
    while True:
        order, descriptors, *_ = socket.recv_fds(control, 1, 2)
        if not order:
            return
        if os.fork() == 0:
            # Its own child is the builder's then, which adopts it, and learns how it ended.
            if os.fork() == 0:
                control.close()
                channel, log = descriptors
                _work(channel, log, filters, order == WARM)
            os._exit(0)
        os.wait()
        for descriptor in descriptors:
            os.close(descriptor)


def _work(channel: int, log: int, filters: list[Any], warm: bool) -> None:
    """In the fork: tell the builder its number, do a request of its, and end."""
    code = 1
    try:
        os.setsid()
        for stream in (1, 2):
            os.dup2(log, stream)
        os.close(log)
        client = socket.socket(fileno=channel)
        client.sendall(f"{os.getpid()}\n".encode())
        from scripts.worker import notebook, warm_kernel

        if warm:
            waiting = warm_kernel.WaitingKernel(filters, close=(channel,))
            warm_kernel.WarmProvisioner.waiting = waiting
        notebook.answer(client)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main(sys.argv[1:])
