"""What Sphinx keeps of pages follows from our own code too: other code, and it reads all again.

An extension, for our builds and for a plain ``jupyter-book build .``: Sphinx compares the values of
its configuration with those that it kept.
"""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx

from scripts.core.memo import toolchain


def setup(app: Sphinx) -> dict[str, Any]:
    """Make the digest of our source a value of the configuration (Sphinx calls this)."""
    app.add_config_value("newsletter_toolchain", toolchain(), "env", str)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
