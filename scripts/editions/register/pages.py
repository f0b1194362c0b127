"""What stands at the address that each claim keeps: a page that leads to where the claim stands
now, or tells that it was withdrawn; and the claim's own part of the register."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from docutils.nodes import make_id

from scripts.book.kept.verdicts import History, Noted
from scripts.book.model import Book
from scripts.core import words
from scripts.core.bare_page import bare_page
from scripts.core.files import to_json
from scripts.editions.register.claims import Registered, file_of, numbers
from scripts.editions.register.formats import claim_of, withdrawn_of


def pages(book: Book, found: list[Registered], gone: Mapping[str, History]) -> dict[str, bytes]:
    """The files of every claim, by their paths below the site's root."""
    files = {}
    for claim in found:
        check, path = claim.row.check, file_of(claim.row.check.id)
        place = f"..{claim.row.page}.html#{make_id(check.id)}"
        files[f"{path}.json"] = to_json(claim_of(book, claim))
        files[f"{path}.html"] = _page(check.claim, claim.verdicts, place, claim.place)
    for name, history in gone.items():
        path = file_of(name)
        files[f"{path}.json"] = to_json(withdrawn_of(book, name, history))
        files[f"{path}.html"] = _page(history.claim, history.verdicts)
    return {path: text.encode() for path, text in files.items()}


def _page(claim: str, verdicts: Iterable[Noted], place: str = "", canonical: str = "") -> str:
    """``place``: where browsers go on to; none of a claim that was withdrawn."""
    now = f'It <a href="{escape(place)}">stands here</a>.' if place else "It was withdrawn."
    history = "\n".join(
        f"      <li>{words.day(noted.date)}: {noted.verdict}. {escape(numbers(noted))}</li>"
        for noted in verdicts
    )
    body = f"""\
    <h1>{escape(claim)}</h1>
    <p>{now} Its verdicts, the newest last:</p>
    <ul>
{history}
    </ul>"""
    return bare_page(f"Claim: {claim}", body, place, canonical)
