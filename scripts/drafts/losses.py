"""What of a text was lost on the way to another form: its words and its addresses. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from html import unescape
from urllib.parse import unquote

from bs4 import BeautifulSoup, Comment

from scripts.book.myst import DIRECTIVE, new_parser
from scripts.drafts.habits import commonmark, parser
from scripts.drafts.spans import TAIL, URL

ADDRESS = re.compile(URL)
APART = re.compile("^(br|p|div|li|t[dhr]|summary|details|img|iframe|h[1-6]|d[td]|pre|figcaption)$")
NOTE = re.compile(r"(?m)^\[\^([^\]]+)\]:")
ATTRIBUTES = ("href", "src", "data-src", "poster", "srcset")


def lost(source: str, result: str, remarks: Iterable[str] = ()) -> tuple[list[str], list[str]]:
    """Words of a Markdown ``source`` that a reader of the ``result``, which is MyST, sees less
    often than there or in our ``remarks``, and addresses that don't stand in it at all."""
    asked = Counter(words(shown(source)))
    left = " ".join(remarks)
    noted = Counter(words(left)) | Counter(words(shown(left)))
    missing = asked - Counter(words(seen(result))) - noted
    if missing:  # where a word ends, signs around it decide that may read differently there
        letters = Counter("".join(words(shown(source))))
        links = _page(result).find_all("a", href=True)  # a text that looks like one became one
        targets = " ".join(str(link["href"]) for link in links)
        letters -= Counter("".join(words(f"{seen(result)} {left} {targets}")))
        missing = missing if letters else Counter()
    whole = unquote(f"{result}\n{left}")
    forms = whole, unescape(whole), re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", whole)
    gone = [one for one in addresses(source) if not any(unquote(one) in form for form in forms)]
    return sorted(missing), sorted(set(gone))


def words(text: str) -> list[str]:
    """Its runs of letters and digits; those of addresses may be written by their numbers."""
    return re.findall(r"[^\W_]+", unquote(text))


def shown(source: str) -> str:
    """The text that a reader of the page sees, comments and all; code, too."""
    return _text(_soup(source))


def seen(result: str) -> str:
    """The text that a reader of a page in MyST sees: neither comments nor what a directive makes of
    its lines."""
    notes = " ".join(NOTE.findall(result))  # their names, which a page counts anew
    return f"{_text(_page(result))} {notes}"


def _page(result: str) -> BeautifulSoup:
    md = new_parser()
    tokens = [
        token for token in md.parse(result)
        if token.type not in ("myst_line_comment", "myst_target")
        and not (token.type in ("fence", "colon_fence") and DIRECTIVE.match(token.info.strip()))
    ]  # fmt: skip
    return BeautifulSoup(md.renderer.render(tokens, md.options, {}), "html.parser")


def _text(soup: BeautifulSoup) -> str:
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
    soup = _soup(source)
    tags = soup.find_all(True)
    found = [str(tag[name]) for tag in tags for name in ATTRIBUTES if tag.get(name)]
    found = [one for one in found if not one.startswith("#")]  # it stays within the page
    found += [match.rstrip(TAIL) for match in ADDRESS.findall(soup.get_text(" "))]
    return [one.removeprefix("mailto:") for one in found]


def _soup(source: str) -> BeautifulSoup:
    html = parser().render("\n".join(commonmark(source)))
    return BeautifulSoup(html, "html.parser")
