"""What a plain ``jupyter-book build .`` lacks: kernels that find our modules.

Our own build hands a notebook the modules that it imports. Where Sphinx executes pages, they find
them here, so that no page has to look for them.
"""

from __future__ import annotations

import os
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config


def let_kernels_import(app: Sphinx, config: Config) -> None:
    """Put the root and its notebooks on the path of kernels (event ``config-inited``)."""
    if config["nb_execution_mode"] == "off":
        return
    folders = [str(app.srcdir), str(Path(app.srcdir, "notebooks"))]
    known = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    paths = dict.fromkeys([*folders, *filter(None, known)])
    os.environ["PYTHONPATH"] = os.pathsep.join(paths)
