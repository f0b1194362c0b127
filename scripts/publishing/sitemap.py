"""For robots: which pages there are, when each changed, and what may be kept of them. Pure."""

from __future__ import annotations

from xml.sax.saxutils import escape

from scripts.book.model import Book

# A robot that may not read a page can't read that it says "noindex" either.
TRIAL = "# A trial build: every page says noindex, which a robot must be able to read.\n"


def files(book: Book, *, public: bool) -> dict[str, bytes]:
    """``robots.txt``, and of a public site with an address ``sitemap.xml``."""
    if not public or not book.addresses.site:
        return {"robots.txt": f"{'' if public else TRIAL}User-agent: *\nDisallow:\n".encode()}
    place = f"{book.addresses.site}/sitemap.xml"
    return {
        "robots.txt": f"User-agent: *\nDisallow:\n\nSitemap: {place}\n".encode(),
        "sitemap.xml": sitemap(book).encode(),
    }


def sitemap(book: Book) -> str:
    """Every page with an address, and the day of its last change where its front matter (for the
    home page: that of any page) says one."""
    lines = []
    for page in book.pages:
        address = book.address(page)
        if not address:
            continue
        pages = book.pages if page.docname == book.home else (page,)
        day = max(each.changed for each in pages)
        last = f"<lastmod>{day}</lastmod>" if day else ""
        lines.append(f"<url><loc>{escape(address)}</loc>{last}</url>")
    inside = "\n".join(lines)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{inside}\n</urlset>\n'
    )
