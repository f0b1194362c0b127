"""Addresses of other sites: what in them tells who sent the reader and nothing of the page, what
was typed or pasted wrongly, and what stands twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

from scripts.book.model import Page
from scripts.book.outline import Link
from scripts.core.problems import Problem

# Parameters that follow people from one site to the next; some only on sites that mean it so.
ANYWHERE = re.compile(
    "utm_[a-z_]+|fbclid|gclid|gbraid|wbraid|dclid|msclkid|yclid|twclid|igshid|mc_[ce]id|ref_src|"
    "ref_url|_hsenc|_hsmi|vero_id|mkt_tok|oly_(anon|enc)_id|linkId|sf[0-9]{6,}"
)
THERE = {
    "twitter.com": {"s", "t"}, "x.com": {"s", "t"}, "youtube.com": {"feature", "si", "pp"},
    "youtu.be": {"feature", "si"}, "medium.com": {"source", "sk"}, "linkedin.com": {"trk"},
}  # fmt: skip


def untracked(address: str) -> str:
    """The address without such parameters; all else stays as it is written."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    kept = [pair for pair in parts.query.split("&") if not _tracks(host, pair.partition("=")[0])]
    if not parts.query or len(kept) == len(parts.query.split("&")):
        return address
    return urlunsplit(parts._replace(query="&".join(kept)))


def _tracks(host: str, name: str) -> bool:
    return bool(ANYWHERE.fullmatch(name)) or name in THERE.get(host, ())


DOUBLED = re.compile(r"(?:https?:/*)+(?=https?:/*[^/])", re.I)
BARE = re.compile(r"www\.[^\s/]+\.[^\s/]+", re.I)


def fault(href: str) -> tuple[str, str] | None:
    """What is wrong with an address in itself, and what would be right."""
    try:
        parts = urlsplit(href)
    except ValueError:
        return f"the link '{href}' is malformed", "Look at its brackets."
    if doubled := DOUBLED.match(href):
        right = re.sub(r"^(https?):/*", r"\1://", href[doubled.end() :])
        return f"the link '{href}' begins twice", f"Write {right}"
    if BARE.match(href):
        return f"the link '{href}' would lead to a file of this name", f"Write https://{href}"
    if parts.scheme in ("http", "https") and "@" in parts.netloc:
        right = f"Write {urlunsplit(parts._replace(netloc=parts.netloc.rpartition('@')[2]))}"
        return "the link holds somebody's name or password", right
    if untracked(href) != href:
        return f"the link '{href}' says where its reader comes from", f"Write {untracked(href)}"
    return None


def wrong(page: Page) -> Iterator[Problem]:
    """Addresses without words that a reader could follow, and those that one item has twice, each
    time spelled otherwise."""
    seen: dict[tuple[str, str], Link] = {}
    for link in page.outline.links:
        href, at, empty = link
        if not href.lower().startswith(("http://", "https://")):
            continue
        if empty:
            right = f"Write [what is there]({href}), or <{href}>."
            yield Problem.at(page.path, at, f"the link '{href}' has no words", right)
        line = at.line
        item = next((item.anchor for item in page.items if item.line <= line < item.end), "")
        twin = seen.setdefault((_alike(href), item), link)
        if (item or not page.items) and twin.href != href:
            what = f"the link '{href}' stands in line {twin.place.line} as '{twin.href}'"
            yield Problem.at(page.path, at, what, "Write both alike.")


def _alike(href: str) -> str:
    """An address without what leads to the same page in any case."""
    bare = re.sub(r"^https?://(www\.)?([^/?#]*)", lambda m: m[2].lower(), href, flags=re.I)
    return re.sub(r"/(?=#|$)", "", bare)
