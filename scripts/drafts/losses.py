"""What of a text was lost on the way to another form: its words and its addresses. Pure."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from urllib.parse import unquote

from bs4 import BeautifulSoup, Comment
from markdown_it import MarkdownIt

from scripts.drafts.spans import BARE

ADDRESS = re.compile(rf"https?://{BARE}+(?:\([^\s()]*\))?")
APART = re.compile("^(br|p|div|li|t[dhr]|summary|details|img|iframe|h[1-6]|d[td])$")
ATTRIBUTES = ("href", "src", "data-src", "poster", "srcset")


def lost(source: str, result: str) -> tuple[list[str], list[str]]:
    """Words of a Markdown ``source`` that stand less often in the ``result``, and addresses that
    don't stand there at all."""
    asked = Counter(words(shown(source)))
    # As it is read, and as it is written: a comment's words are in one, a code's in the other.
    missing = (asked - Counter(words(shown(result)))) & (asked - Counter(words(result)))
    forms = result, unescape(result)
    gone = [one for one in addresses(source) if not any(one in form for form in forms)]
    return sorted(missing), sorted(set(gone))


def words(text: str) -> list[str]:
    """Its runs of letters and digits."""
    return re.findall(r"[^\W_]+", text)


def shown(source: str) -> str:
    """The text that a reader of the page sees, comments and all; code, too."""
    soup = _soup(source)
    alts = [str(image.get("alt") or "") for image in soup.find_all("img")]
    remarks = [
        str(remark) for remark in soup.find_all(string=lambda text: isinstance(text, Comment))
    ]
    for tag in soup.find_all(APART):  # what stands in two of them isn't one word
        tag.insert_before(" ")
        tag.insert_after(" ")
    return " ".join([soup.get_text(), *remarks, *alts])


def addresses(source: str) -> list[str]:
    """Every address in it, whatever leads there."""
    tags = _soup(source).find_all(True)
    found = [str(tag[name]) for tag in tags for name in ATTRIBUTES if tag.get(name)]
    found += [match.rstrip(".,;:!?") for match in ADDRESS.findall(shown(source))]
    return [_as_written(address, source) for address in found]


def _soup(source: str) -> BeautifulSoup:
    html = MarkdownIt("commonmark").enable("table").render(source)
    return BeautifulSoup(html, "html.parser")


def _as_written(address: str, source: str) -> str:
    """An address as the source has it: a renderer writes other signs for some."""
    return next((form for form in (address, unquote(address)) if form in source), address)
