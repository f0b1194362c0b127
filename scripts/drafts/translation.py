"""The source of an issue in another language: the original's text, ready to be translated. Pure."""

from __future__ import annotations

import datetime
import re

from scripts.book.config import TOC
from scripts.book.front_matter import without_head
from scripts.book.model import Book, Page
from scripts.core.problems import BookError, Problem, read_text
from scripts.drafts.contents import with_translation
from scripts.drafts.scaffold import Draft, taken

TAG = re.compile(r"[a-z]{2}(-[A-Z]{2})?")
OWN = {"lang", "translates", "translated", "edition", "updated"}  # keys that are not taken over


def translation(book: Book, issue: Page, lang: str, date: datetime.date) -> Draft:
    """The issue's text with anchors of the language's own, and in its head the version of each item
    that is there to translate. Raises `BookError` for what is no language's tag, for the language
    of the issue, and where there is one already."""
    path = f"{issue.docname}.{lang}.md"
    toc, problems = read_text(book.root / TOC, TOC)
    if not TAG.fullmatch(lang) or lang == book.language_of(issue):
        right = "Write the tag of another language, such as fr or pt-BR."
        problems.append(Problem(path, 0, f"'{lang}' can't be its language", right))
    new = with_translation(toc or "", f"{issue.docname}.{lang}", issue.docname)
    if new is None:
        right = f"Write '- file: {issue.docname}.{lang}' where it shall stand."
        problems.append(Problem(TOC, 0, f"'{issue.docname}' has no line of its own", right))
    problems += taken(book, path)
    if problems or new is None:
        raise BookError(problems)
    return Draft({path: translated(issue, lang, date)}, new)


def translated(issue: Page, lang: str, date: datetime.date) -> str:
    """The text of the translation before anybody has translated it."""
    above, body = without_head(issue.text)
    head = _without(issue.text.split("\n")[1 : above - 1], OWN)
    noted = [f"  {anchor}: {version}" for anchor, version in issue.versions.items()]
    own = [f'edition: "{date.isoformat()}"', f"lang: {lang}", f"translates: {issue.docname}"]
    text = "\n".join(["---", *head, *own, "translated:", *noted, "---", *body])
    text = _prefixed(text, list(issue.outline.labels), f"{lang[:2]}-")
    return text.replace(f'"{issue.name}.md"', f'"{issue.name}.{lang}.md"')


def _without(head: list[str], keys: set[str]) -> list[str]:
    """A front matter's lines without these keys and what belongs to them."""
    kept, inside = [], False
    for line in head:
        if key := re.match(r"[\w-]+(?=\s*:)", line):
            inside = key[0] in keys
        if not inside:
            kept.append(line)
    return kept


def _prefixed(text: str, labels: list[str], prefix: str) -> str:
    """Every label of the page with a prefix, where it is given and where something points at it:
    labels are unique in the book."""
    any_of = "|".join(sorted(map(re.escape, labels), key=len, reverse=True)) or "(?!)"
    ways = (
        rf"^\((?=(?:{any_of})\)=)",  # (label)=
        rf"^[ \t>]*\$\$ *\((?=(?:{any_of})\)\s*$)",  # of an equation
        rf"^[\t >:]*(?:name|label): *[\"']?(?=(?:{any_of})[\"']?\s*$)",
        rf"\(#(?=(?:{any_of})\))",  # [text](#label)
        rf"`(?=(?:{any_of})`)|<(?=(?:{any_of})>`)",  # {ref}`label`, {ref}`text <label>`
        rf"\\(?:label|eqref|ref) *\{{(?=(?:{any_of})\}})",  # in formulas
    )
    old = "(?:[a-z]{2}-(?=i[0-9]))?"  # the original's own language
    return re.sub(rf"(?m)({'|'.join(ways)}){old}", rf"\g<1>{prefix}", text)
