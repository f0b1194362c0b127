"""Kernels that start at once: forked from a process that has imported their modules already.

A waiting kernel is a child that was forked before this process had any thread, event loop or
socket. It blocks on a pipe until Jupyter's kernel-provisioner interface tells it to start.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import sys
import threading
import traceback
import warnings
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any, ClassVar

from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner

from scripts.worker.process import guard

LAUNCHER = ["-m", "ipykernel_launcher"]
TOOLS = str(Path(__file__).parents[2])


class WaitingKernel:
    """A forked child that becomes an IPython kernel when it is told to.

    ``filters`` are the warning filters that it shall have: libraries that were imported for the
    worker's sake may have changed them. ``close`` are the worker's own file descriptors.
    """

    def __init__(self, filters: list[Any], close: tuple[int, ...] = ()) -> None:
        read, self._orders = os.pipe()
        self.pid = os.fork()
        self.returncode: int | None = None
        # What `LocalProvisioner` closes in the end; a forked child has none of them.
        self.stdin = self.stdout = self.stderr = None
        if self.pid == 0:
            try:
                for descriptor in (self._orders, *close):
                    os.close(descriptor)
                _await(read, filters)
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(1)
        os.close(read)

    def start(self, arguments: list[str], environment: dict[str, str], cwd: str) -> None:
        """Become the kernel that ``python -m ipykernel_launcher ARGUMENTS`` would be."""
        order = {"arguments": arguments, "environment": environment, "cwd": cwd}
        with os.fdopen(self._orders, "w", encoding="utf-8") as pipe:
            json.dump(order, pipe)

    def dismiss(self) -> None:
        """Let a kernel go that was never started."""
        os.close(self._orders)
        self.wait()

    def poll(self) -> int | None:
        """The exit code, as of `subprocess.Popen`; None while it runs."""
        if self.returncode is None:
            with contextlib.suppress(ChildProcessError):
                pid, status = os.waitpid(self.pid, os.WNOHANG)
                if pid:
                    self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self) -> int | None:
        """Wait for its end, and give the exit code."""
        if self.returncode is None:
            with contextlib.suppress(ChildProcessError):
                self.returncode = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def _await(orders: int, filters: list[Any]) -> None:
    """In the child: wait for the order, then be a kernel until it is shut down."""
    os.setsid()
    with os.fdopen(orders, encoding="utf-8") as pipe:
        text = pipe.read()
    if not text:
        os._exit(0)
    order = json.loads(text)
    os.environ.clear()
    os.environ.update(order["environment"])
    os.chdir(order["cwd"])
    _forget(filters)
    guard(closed=False)
    sys.argv = ["ipykernel_launcher.py", *order["arguments"]]
    from ipykernel.kernelapp import launch_new_instance

    with contextlib.suppress(SystemExit):
        # ipykernel reads the parent's number from the environment when it is imported: long ago.
        launch_new_instance(parent_handle=os.getppid())
    atexit._run_exitfuncs()
    threading._shutdown()  # type: ignore[attr-defined]
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _forget(filters: list[Any]) -> None:
    """Leave nothing behind by which the notebook's code could tell a warm start from a plain one:
    not the toolchain's modules and folder, not its warning filters, not a random state that two
    kernels would share (Python's own `random` sees to itself after a fork)."""
    sys.path[:] = [path for path in sys.path if path not in ("", TOOLS)]
    for name in [name for name in sys.modules if name.partition(".")[0] == "scripts"]:
        del sys.modules[name]
    warnings.filters[:] = filters  # type: ignore[index]
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()


class WarmProvisioner(LocalProvisioner):
    """Starts an IPython kernel of this interpreter in the waiting child, any other kernel, and
    any second one, as `LocalProvisioner` does."""

    waiting: ClassVar[WaitingKernel | None] = None

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        kernel, WarmProvisioner.waiting = WarmProvisioner.waiting, None
        if kernel is None:
            return await super().launch_kernel(cmd, **kwargs)
        if cmd[0] != sys.executable or cmd[1:3] != LAUNCHER:
            kernel.dismiss()
            return await super().launch_kernel(cmd, **kwargs)
        self.cwd = kwargs.get("cwd") or Path.cwd()
        environment = {**(kwargs.get("env") or os.environ), "JPY_PARENT_PID": str(os.getpid())}
        kernel.start(cmd[3:], environment, str(self.cwd))
        self.process = kernel  # type: ignore[assignment]
        self.pid = self.pgid = kernel.pid
        return self.connection_info


def register() -> None:
    """Make `WarmProvisioner` the one that Jupyter uses in this process and its forks."""
    factory = KernelProvisionerFactory.instance()  # it looks through all installed packages
    name, group = "warm-provisioner", KernelProvisionerFactory.GROUP_NAME
    factory.provisioners[name] = EntryPoint(name, f"{__name__}:WarmProvisioner", group)
    factory.default_provisioner_name = name
