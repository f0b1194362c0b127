"""Addresses of other sites: what in them tells who sent the reader, and nothing of the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

from scripts.book.model import Page
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


def tracked(page: Page) -> Iterator[Problem]:
    """The links of a page that have one."""
    for href, at, _ in page.outline.links:
        if untracked(href) != href:
            what = f"the link '{href}' says where its reader comes from"
            yield Problem.at(page.path, at, what, f"Write {untracked(href)}")
