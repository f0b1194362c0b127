"""Icons and the marks of verdicts as one inline sprite: nothing to request."""

from __future__ import annotations

from scripts.core.verdicts import SHAPES, slug

_LINES = {
    "search": '<circle cx="8" cy="8" r="4.7"/><path d="M11.6 11.6 15.5 15.5"/>',
    "sun": '<circle cx="9" cy="9" r="3"/><path d="M9 1.8v1.7M9 14.5v1.7M1.8 9h1.7M14.5 9h1.7'
    'M3.9 3.9l1.2 1.2M12.9 12.9l1.2 1.2M3.9 14.1l1.2-1.2M12.9 5.1l1.2-1.2"/>',
    "moon": '<path d="M14.8 10.9A6.3 6.3 0 0 1 7.1 3.2a6.3 6.3 0 1 0 7.7 7.7z"/>',
    "menu": '<path d="M2.5 4.5h13M2.5 9h13M2.5 13.5h13"/>',
    "close": '<path d="M4 4l10 10M14 4 4 14"/>',
    "sort": '<path d="M5.5 7 9 3.5 12.5 7M5.5 11 9 14.5 12.5 11"/>',
    "sort-up": '<path d="M5.5 7 9 3.5 12.5 7M9 3.5v11"/>',
    "sort-down": '<path d="M5.5 11 9 14.5 12.5 11M9 3.5v11"/>',
    "link": '<path d="M7.6 10.4a3 3 0 0 0 4.3 0l2.4-2.4a3 3 0 0 0-4.3-4.3l-1 1"/>'
    '<path d="M10.4 7.6a3 3 0 0 0-4.3 0L3.7 10A3 3 0 0 0 8 14.3l1-1"/>',
    "copy": '<rect x="6" y="6" width="9.5" height="9.5" rx="1"/>'
    '<path d="M12 6V3.5a1 1 0 0 0-1-1H3.5a1 1 0 0 0-1 1V11a1 1 0 0 0 1 1H6"/>',
    "check": '<path d="M3 9.5 7 13.5 15 4.5"/>',
    "download": '<path d="M9 2.5v8.8M5.4 7.9 9 11.5l3.6-3.6M3 15.2h12"/>',
    "play": '<path d="M5 3.2v11.6L14.2 9z"/>',
    "chevron": '<path d="M6.5 3.5 12 9l-5.5 5.5"/>',
    "flag": '<path d="M4 16V2.8M4 3.2h10l-2.4 3.4L14 10H4"/>',
}


def sprite() -> str:
    """All icons as symbols of one hidden drawing at the head of the page's body."""
    symbols = [
        f'<symbol id="icon-{name}" viewBox="0 0 18 18"><g fill="none" stroke="currentColor" '
        f'stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round">{path}</g></symbol>'
        for name, path in _LINES.items()
    ]
    symbols += [
        f'<symbol id="mark-{slug(verdict)}" viewBox="0 0 16 16">{shape}</symbol>'
        for verdict, shape in SHAPES.items()
    ]
    return f'<svg width="0" height="0" class="sprite" aria-hidden="true">{"".join(symbols)}</svg>'


def icon(name: str) -> str:
    """An icon of the sprite; beside it stands its name, so it has none of its own."""
    return (
        f'<svg class="icon icon-{name}" aria-hidden="true" focusable="false">'
        f'<use href="#icon-{name}"/></svg>'
    )


def mark(kind: str) -> str:
    """A verdict's mark (``kind`` is the verdict with hyphens)."""
    return (
        f'<svg class="mark mark-{kind}" aria-hidden="true" focusable="false">'
        f'<use href="#mark-{kind}"/></svg>'
    )
