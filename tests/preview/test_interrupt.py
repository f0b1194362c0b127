"""Ctrl-C ends the preview although what it imports swallows the exception."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

from conftest import ROOT

CODE = """
import sys
from pathlib import Path
from scripts.core.options import Options
from scripts.preview import watch

class Work:
    def look_through(self): pass
    def get_ready(self): pass
    def render(self, browser):
        import swallows

watch.preview(Options(Path(sys.argv[1])), int(sys.argv[2]), Work())
"""
SWALLOWS = """
import os, signal, time
try:
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(0.2)
except BaseException:
    pass
"""


def test_an_import_that_swallows_it(tmp_path: Path) -> None:
    (tmp_path / "swallows.py").write_text(SWALLOWS)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    path = os.pathsep.join([str(ROOT), str(tmp_path)])
    command = [sys.executable, "-c", CODE, str(tmp_path), str(port)]
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, timeout=20
    )
    assert done.returncode == 0, done.stderr
