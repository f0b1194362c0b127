"""For robots: which pages there are, when each changed, and what may be kept of them. Pure."""

from __future__ import annotations

from xml.sax.saxutils import escape

from scripts.book.model import Page
from scripts.shelf import Shelf

# A robot that may not read a page can't read that it says "noindex" either.
TRIAL = "# A trial build: every page says noindex, which a robot must be able to read.\n"


def files(shelf: Shelf, *, public: bool) -> dict[str, bytes]:
    """``robots.txt``, and of a public site with an address ``sitemap.xml``."""
    if not public or not shelf.book.addresses.site:
        return {"robots.txt": f"{'' if public else TRIAL}User-agent: *\nDisallow:\n".encode()}
    place = f"{shelf.book.addresses.site}/sitemap.xml"
    return {
        "robots.txt": f"User-agent: *\nDisallow:\n\nSitemap: {place}\n".encode(),
        "sitemap.xml": sitemap(shelf).encode(),
    }


def sitemap(shelf: Shelf) -> str:
    """Every page with an address, and the day of its last change where its front matter (for the
    home page: that of any page) says one."""
    lines = []
    for page in shelf.book.pages:
        address = shelf.address(page)
        if not address:
            continue
        pages = shelf.book.pages if page.docname == shelf.home else (page,)
        day = max(map(changed, pages))
        last = f"<lastmod>{day}</lastmod>" if day else ""
        lines.append(f"<url><loc>{escape(address)}</loc>{last}</url>")
    inside = "\n".join(lines)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{inside}\n</urlset>\n'
    )


def changed(page: Page) -> str:
    """The day of a page's last change as its front matter has it, else ''."""
    return str(page.front.get("updated") or page.front.get("date") or "")
