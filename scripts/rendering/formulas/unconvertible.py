"""What every step says of a formula that it can't bring further."""

from __future__ import annotations


class Unconvertible(ValueError):
    """A formula that can't be written as MathML."""
