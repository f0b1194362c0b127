"""Feeds as their formats have them: Atom (RFC 4287), RSS 2.0 (rssboard.org) and JSON Feed 1.1
(jsonfeed.org). Pure: a feed as plain data in, bytes out; the same feed gives the same bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from scripts.core.files import to_json

ATOM = "http://www.w3.org/2005/Atom"
MODULES = {  # of RSS
    "xmlns:atom": ATOM,
    "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
}
VERSION = "https://jsonfeed.org/version/1.1"
# XML 1.0 has no place for these, not even written as numbers.
_UNFIT = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Entry:
    """One entry. ``id`` never changes; days are ISO dates; ``html`` is all of it, ``summary`` a
    sentence or two of plain text; ``image`` the address of the picture that stands for it."""

    id: str
    address: str
    title: str
    summary: str
    html: str
    published: str
    updated: str
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    image: str = ""


@dataclass(frozen=True)
class Feed:
    """A feed of one newsletter. ``name`` is that of its files, below ``site``."""

    name: str
    title: str
    description: str
    site: str  # no trailing slash
    home: str  # the page that shows the same
    author: str
    language: str
    rights: str
    entries: tuple[Entry, ...] = field(default=())

    @property
    def updated(self) -> str:
        """The day of the newest change; that of nothing, while there is no entry."""
        return max((entry.updated for entry in self.entries), default="1970-01-01")


def files(feed: Feed) -> dict[str, bytes]:
    """The feed in each format, by path below the site's root."""
    return {
        f"{feed.name}.atom": atom(feed),
        f"{feed.name}.rss": rss(feed),
        f"{feed.name}.json": json_feed(feed),
    }


def put(parent: Element, tag: str, text: str = "", **attributes: str) -> Element:
    """A new element with its text."""
    found = SubElement(parent, tag, {name: _fit(value) for name, value in attributes.items()})
    found.text = _fit(text) or None
    return found


def atom(feed: Feed) -> bytes:
    """RFC 4287."""
    place = f"{feed.site}/{feed.name}.atom"
    root = Element("feed", {"xmlns": ATOM, "xml:lang": feed.language})
    put(root, "id", place)
    put(root, "title", feed.title)
    put(root, "subtitle", feed.description)
    put(root, "updated", _time(feed.updated))
    put(put(root, "author"), "name", feed.author)
    put(root, "link", rel="self", type="application/atom+xml", href=place)
    put(root, "link", rel="alternate", type="text/html", href=feed.home)
    put(root, "rights", feed.rights)
    for entry in feed.entries:
        one = put(root, "entry")
        put(one, "id", entry.id)
        put(one, "title", entry.title)
        put(one, "link", rel="alternate", type="text/html", href=entry.address)
        put(one, "published", _time(entry.published))
        put(one, "updated", _time(entry.updated))
        for name in entry.authors:
            put(put(one, "author"), "name", name)
        for tag in entry.tags:
            put(one, "category", term=tag)
        put(one, "summary", entry.summary)
        put(one, "content", entry.html, type="html")
    return _xml(root)


def rss(feed: Feed) -> bytes:
    """RSS 2.0, its contents and authors in the modules that readers know."""
    root = Element("rss", {"version": "2.0", **MODULES})
    channel = put(root, "channel")
    put(channel, "title", feed.title)
    put(channel, "link", feed.home)
    put(channel, "description", feed.description)
    put(channel, "language", feed.language)
    put(channel, "copyright", feed.rights)
    put(channel, "lastBuildDate", format_datetime(_moment(feed.updated)))
    put(
        channel, "atom:link", rel="self", type="application/rss+xml",
        href=f"{feed.site}/{feed.name}.rss",
    )  # fmt: skip
    for entry in feed.entries:
        one = put(channel, "item")
        put(one, "title", entry.title)
        put(one, "link", entry.address)
        put(one, "guid", entry.id, isPermaLink="true" if entry.id == entry.address else "false")
        put(one, "pubDate", format_datetime(_moment(entry.published)))
        for name in entry.authors or (feed.author,):
            put(one, "dc:creator", name)
        for tag in entry.tags:
            put(one, "category", tag)
        put(one, "description", entry.summary)
        put(one, "content:encoded", entry.html)
    return _xml(root)


def json_feed(feed: Feed) -> bytes:
    """JSON Feed 1.1."""
    items: list[dict[str, Any]] = []
    for entry in feed.entries:
        item: dict[str, Any] = {
            "id": entry.id,
            "url": entry.address,
            "title": entry.title,
            "content_html": entry.html,
            "summary": entry.summary,
            "image": entry.image,
            "date_published": _time(entry.published),
            "date_modified": _time(entry.updated),
            "authors": [{"name": name} for name in entry.authors],
            "tags": list(entry.tags),
        }
        items.append({key: value for key, value in item.items() if value})
    told = to_json(
        {
            "version": VERSION,
            "title": feed.title,
            "home_page_url": feed.home,
            "feed_url": f"{feed.site}/{feed.name}.json",
            "description": feed.description,
            "authors": [{"name": feed.author}],
            "language": feed.language,
            "items": items,
        }
    )
    return _fit(told).encode()


def _moment(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def _time(day: str) -> str:
    """The beginning of a day, as RFC 3339 has it."""
    return f"{_moment(day):%Y-%m-%dT%H:%M:%SZ}"


def _fit(text: str) -> str:
    return _UNFIT.sub("\ufffd", text)


def _xml(root: Element) -> bytes:
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()
