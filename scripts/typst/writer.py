"""The writer: one resolved doctree in, Typst markup out."""

from __future__ import annotations

from .publication import Publication
from .tables import Tables


class Writer(Publication, Tables):
    """Everything that can be written: see `Core.page`."""
