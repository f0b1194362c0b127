"""Reading statistics of an issue, counted from its own text.

Words are those a reader reads: headings, paragraphs, lists, tables and admonitions, without
code, formulas and addresses. Minutes follow from 238 words a minute, the mean silent reading
rate of adults for English non-fiction (Brysbaert 2019, doi:10.1016/j.jml.2019.104047).
"""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from scripts.book import myst
from scripts.book.front_matter import front_matter

WORDS_PER_MINUTE = 238

# The first match decides; hosts without one are plain sites.
KINDS = [
    (
        "paper",
        r"arxiv\.org|openreview\.net|aclweb\.org|aclanthology\.org|doi\.org|nature\.com/articles"
        r"|papers\.nips|proceedings\.|pmlr|thecvf\.com|jmlr\.org|ieee|acm\.org|science\.org|pnas\.org"
        r"|biorxiv\.org|\.pdf$",
    ),
    ("code", r"github\.com|gitlab\.com|colab\.research|gist\."),
    ("video", r"youtube\.com|youtu\.be|vimeo\.com"),
    ("course", r"coursera|edx\.org|udemy|fast\.ai|\.edu/.*(course|class|cs\d)|phontron\.com/class"),
    ("dataset", r"kaggle\.com|/datasets?/|data\."),
    ("tool", r"pypi\.org|pytorch\.org|tensorflow\.org|readthedocs|docs\."),
    (
        "article",
        r"blog|medium\.com|towardsdatascience|news|\.substack|post|nytimes|theguardian|wired|technologyreview"
        r"|venturebeat|bbc\.|wikipedia\.org",
    ),
]


def kind_of(url: str) -> str:
    """What an address leads to, judged by the address alone."""
    return next((kind for kind, pattern in KINDS if re.search(pattern, url, re.I)), "site")


def words_in(text: str) -> int:
    """Number of words: runs of letters or digits, inner apostrophes and hyphens included."""
    return len(re.findall(r"\w+(?:['’.\-]\w+)*", text))


class Counts(NamedTuple):
    """What follows from an issue's text alone: words, minutes, items, sections and sources; and
    the item that first cites each work."""

    numbers: dict[str, Any]
    cited: dict[str, str]


def statistics(found: Counts, date: str, bibliography: dict[str, dict[str, str]]) -> dict[str, Any]:
    """Reading statistics of an issue (see the module's docstring).

    ``found`` is what its text says; ``date`` is the day of publication (ISO); ``bibliography``
    maps keys to fields, of which ``title`` and ``date`` are read. Returns plain data: words,
    minutes, items, sections, sources and works, as `issues/*.md` receive them in their parameter
    ``statistics``.
    """
    published = datetime.date.fromisoformat(date)
    works = [
        _work(key, item, bibliography[key], published)
        for key, item in found.cited.items()
        if bibliography.get(key, {}).get("date")
    ]
    return {**found.numbers, "works": works}


def count(text: str) -> Counts:
    """What follows from an issue's MyST text alone."""
    sections: list[dict[str, Any]] = []
    sources: list[dict[str, str]] = []
    cited: dict[str, str] = {}
    words: dict[str, int] = defaultdict(int)
    items: dict[str, int] = defaultdict(int)
    section = item = target = ""
    for token in myst.flow(text).flat:
        if token.type == "myst_target":
            target = token.content
        elif token.type == "h2":
            section, item = token.content, ""
            sections.append({"title": section, "anchor": target})
            target = ""
        elif token.type == "h3":
            item, target = target, ""
            items[section] += 1
        if token.type == "inline":
            words[section] += words_in(myst.plain_text(token))
            for child in token.children or []:
                href = str(child.attrGet("href") or "")
                if child.type == "link_open" and href.startswith(("http://", "https://")):
                    place = {"item": item, "section": section}
                    host = urlsplit(href).netloc.removeprefix("www.")
                    source = {"url": href, "host": host, "kind": kind_of(href), **place}
                    if item and source not in sources:
                        sources.append(source)
                elif child.type == "myst_role" and child.meta["name"].startswith("cite"):
                    for key in child.content.split(","):
                        cited.setdefault(key.strip(), item)
    for entry in sections:
        count = words[entry["title"]]
        entry.update(words=count, minutes=_minutes(count), items=items[entry["title"]])
    total = sum(words.values())
    result = {
        "words": total,
        "minutes": _minutes(total),
        "items": sum(items.values()),
        "sections": sections,
        "sources": sources,
    }
    return Counts(result, cited)


def _minutes(words: int) -> float:
    return round(words / WORDS_PER_MINUTE, 1)


def _work(key: str, item: str, fields: dict[str, str], published: datetime.date) -> dict[str, Any]:
    day = datetime.date.fromisoformat(fields["date"])
    age = (published - day).days
    return {
        "key": key, "title": fields.get("title", key), "date": fields["date"], "days": age,
        "item": item,
    }  # fmt: skip


def page_statistics(path: str) -> dict[str, Any]:
    """Statistics of one issue's source file, for a plain ``jupyter-book build`` (which hands
    nothing over): looks for ``references.bib`` in the folder above the file's."""
    from scripts.book.bibliography import read_bibliography

    source = Path(path)
    text = source.read_text(encoding="utf-8")
    head, _ = front_matter(text, path)
    works = read_bibliography(source.resolve().parent.parent, ["references.bib"]).works
    return statistics(count(text), head.data["date"], works)
