"""What Sphinx keeps of pages follows from our own code, and from files as they are, whatever the
clock says: if one changed, it reads a page again.

An extension, for our builds and for a plain ``jupyter-book build .``: Sphinx compares the values of
its configuration with those that it kept, but asks of files only whether they are younger.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from scripts.core.memo import toolchain

STAMPS = "file-stamps"  # of the page and of what it includes, among its metadata


def setup(app: Sphinx) -> dict[str, Any]:
    """Make the digest of our source a value of the configuration (Sphinx calls this)."""
    app.add_config_value("newsletter_toolchain", toolchain(), "env", str)
    app.connect("doctree-read", note)
    app.connect("env-get-outdated", outdated)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def note(app: Sphinx, _doctree: nodes.document) -> None:
    """Keep the stamps of the page that was read (event ``doctree-read``)."""
    env = app.env
    env.metadata[env.docname][STAMPS] = stamps(env, env.docname)


def outdated(
    _app: Sphinx,
    env: BuildEnvironment,
    _added: AbstractSet[str],
    _changed: AbstractSet[str],
    removed: AbstractSet[str],
) -> list[str]:
    """The known pages whose files are not those that were read (event ``env-get-outdated``)."""
    known = env.all_docs.keys() - removed
    return [name for name in known if env.metadata[name].get(STAMPS) != stamps(env, name)]


def stamps(env: BuildEnvironment, docname: str) -> dict[str, tuple[int, int]]:
    """Size in bytes and time in nanoseconds of a page's source and of the files it includes."""
    paths = [env.doc2path(docname), *sorted(map(str, env.dependencies[docname]))]
    found = {}
    for path in paths:
        file = Path(env.srcdir, path)
        if file.is_file():
            status = file.stat()
            found[str(path)] = (status.st_size, status.st_mtime_ns)
    return found
