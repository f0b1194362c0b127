"""Contrast as WCAG 2 defines it."""

from __future__ import annotations

Colour = tuple[int, ...]  # red, green, blue, 0 to 255


def rgb(text: str) -> Colour:
    """``#rrggbb``."""
    return tuple(int(text[i : i + 2], 16) for i in (1, 3, 5))


def light(colour: Colour) -> float:
    """Relative luminance."""
    parts = [c / 255 for c in colour]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: Colour, other: Colour) -> float:
    """1 (the same) to 21 (black on white)."""
    brighter, darker = sorted((light(one), light(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)
