"""What the e-mail about an issue says: not all of it, but enough to know what to open. Pure: the
issue, its runs and its Markdown edition in, plain data out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from docutils.nodes import make_id
from markdown_it.token import Token

from scripts.book.model import Book, Item, Page, checks_of
from scripts.book.outline import LEAD
from scripts.core import words
from scripts.core.record import Runs
from scripts.core.verdicts import SIGNS, TESTED
from scripts.editions.html import parsed
from scripts.pages.lists.home import finding, statement
from scripts.pages.outputs import lead_drawing

FINDINGS = 6  # told in full, those that fail first
ENOUGH = 110  # characters: a shorter first sentence is told with the second
CITED = re.compile(r"\s*\((?:\[[^\]]*\]\([^()\s]*\)(?:[,;] )?)+\)")  # a bracket of links alone
# After these, and after an initial, a full stop ends no sentence.
SHORT = ("al", "vs", "e.g", "i.e", "cf", "No", "Fig", "Eq", "Dr", "Prof", "Mr", "Mrs", "Ms", "St")
SENTENCE = re.compile(
    r"(?<=[.!?])"
    + "".join(rf"(?<!\b{re.escape(word)}\.)" for word in SHORT)
    + r"(?<!\b[A-Z]\.)\s+(?=[A-Z0-9])"
)


@dataclass(frozen=True)
class Told:
    """Something with its address, and a sentence or two about it; ``run``: its notebook."""

    title: str
    address: str
    text: str
    run: str = ""


@dataclass(frozen=True)
class Found:
    """What a notebook found: verdict and its sign, the sentence, the notebook."""

    verdict: str
    sign: str
    text: str
    title: str
    address: str


@dataclass(frozen=True)
class Section:
    """A section's name, without its emoji for those who hear it, and its items."""

    name: str
    emoji: str
    items: list[Told]


@dataclass(frozen=True)
class Original:
    """What the issue is an edition of."""

    title: str
    author: str
    url: str


@dataclass(frozen=True)
class Digest:
    """An issue in short. ``chart`` is a drawing (SVG) with its words, of the notebook named
    ``chart_title``."""

    newsletter: str
    home: str
    number: int
    title: str
    address: str
    day: str
    date: str
    lead: str
    statement: str
    findings: list[Found]
    more: int  # findings that are not told
    sections: list[Section]
    minutes: int
    original: Original | None
    chart: str = ""
    chart_alt: str = ""
    chart_title: str = ""
    chart_address: str = ""


def digest_of(book: Book, runs: Runs, issue: Page, text: str) -> Digest:
    """The digest of an issue; ``text``: its Markdown edition."""
    about = first_words(text)
    findings = _findings(book, runs, issue)
    chart = _chart(book, runs, issue)
    return Digest(
        newsletter=book.title,
        home=f"{book.addresses.site}/",
        number=issue.front["issue"],
        title=issue.title,
        address=book.address(issue),
        day=words.day(issue.published),
        date=issue.published,
        lead=book.description(issue),
        statement=statement(book, runs, issue),
        findings=findings[:FINDINGS],
        more=len(findings[FINDINGS:]),
        sections=[
            Section(words.without_emoji(name), "".join(words.EMOJI.findall(name)), [
                _told(book, issue, item, about.get(_bare(item.title), "")) for item in items
            ])
            for name, items in _by_section(issue).items()
        ],
        minutes=round(book.statistics(issue)["minutes"]),
        original=_original(issue),
        **chart,
    )  # fmt: skip


def _original(issue: Page) -> Original | None:
    told = issue.front.get("original")
    return Original(*(str(told[key]) for key in ("title", "author", "url"))) if told else None


def _by_section(issue: Page) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = {}
    for item in issue.items:
        found.setdefault(item.section, []).append(item)
    return found


def _told(book: Book, issue: Page, item: Item, text: str) -> Told:
    notebook = book.notebook_of(item.anchor)
    place = f"{book.address(issue)}#{make_id(item.anchor)}"
    return Told(_bare(item.title), place, text, book.address(notebook) if notebook else "")


def _findings(book: Book, runs: Runs, issue: Page) -> list[Found]:
    """What the notebooks found, those whose check fails first."""
    found = []
    for _, notebook in book.notebooks_of(issue):
        said = finding(notebook, checks_of(book, runs, notebook))
        if said.verdict in TESTED:
            place = book.address(notebook) + (f"#{make_id(said.anchor)}" if said.anchor else "")
            sign = SIGNS[said.verdict]
            found.append(Found(said.verdict, sign, _bare(said.text), notebook.title, place))
    return sorted(found, key=lambda one: one.verdict != "fails")


def _chart(book: Book, runs: Runs, issue: Page) -> dict[str, str]:
    """The lead figure of the first notebook that has one."""
    for _, notebook in book.notebooks_of(issue):
        drawing = lead_drawing(runs[notebook.docname]) if notebook.docname in runs else ""
        if drawing:
            return {
                "chart": drawing, "chart_alt": _alt(notebook),
                "chart_title": notebook.title, "chart_address": book.address(notebook),
            }  # fmt: skip
    return {}


def _alt(notebook: Page) -> str:
    """The words of the lead figure."""
    cells = notebook.notebook.cells if notebook.notebook is not None else []
    for cell in sorted(cells, key=lambda c: LEAD not in c.metadata.get("tags", [])):
        alt = ((cell.metadata.get("mystnb") or {}).get("image") or {}).get("alt")
        if alt:
            return _bare(str(alt))
    return ""


def first_words(text: str) -> dict[str, str]:
    """By the title of each third heading of a Markdown edition, the first sentence below it (two,
    if the first is short), without its citations."""
    found: dict[str, str] = {}
    title = ""
    tokens = parsed(text)
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            title = plain(tokens[place + 1]) if token.tag == "h3" else ""
        elif token.type == "paragraph_open" and title and not token.level:
            sentences = SENTENCE.split(_bare(CITED.sub("", tokens[place + 1].content)))
            short = len(sentences[0]) < ENOUGH
            found[title] = " ".join(sentences[: 2 if short else 1])
            title = ""
    return found


def _bare(text: str) -> str:
    """Inline Markdown as the words that it shows."""
    tokens = parsed(text)
    return " ".join(plain(token) for token in tokens if token.type == "inline")


def plain(token: Token) -> str:
    """The words of an inline token."""
    said = [
        part.content if part.type not in ("softbreak", "hardbreak") else " "
        for part in token.children or ()
        if part.type != "html_inline"
    ]
    return " ".join("".join(said).split())
