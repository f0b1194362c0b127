"""Other code of ours, and Sphinx reads all pages again."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from scripts.core import memo
from scripts.core.files import TOOLCHAIN


def said(root: Path) -> str:
    """What Sphinx says of a build."""
    status = io.StringIO()
    config = {"extensions": ["scripts.rendering.start_over"]}
    with patch_docutils(), docutils_namespace():
        app = Sphinx(root, None, root / "out", root / "trees", "dummy", config, status, None)
        app.build()
    return status.getvalue()


def test_pages_are_read_again_when_our_code_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "index.rst").write_text("Title\n=====\n")
    said(tmp_path)
    assert "0 added, 0 changed, 0 removed" in said(tmp_path)
    monkeypatch.setattr("scripts.rendering.start_over.toolchain", lambda: "of another version")
    again = said(tmp_path)
    assert "newsletter_toolchain" in again and "1 added" in again


@pytest.mark.parametrize("suffix", [".py", ".typ", ".css"])
def test_the_digest_covers_every_file_of_the_toolchain(
    suffix: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = next(p for p in sorted(TOOLCHAIN.rglob(f"*{suffix}")) if "__pycache__" not in str(p))
    before = memo.toolchain.__wrapped__()
    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda p: read(p) + b"#" if p == path else read(p))
    assert memo.toolchain.__wrapped__() != before
