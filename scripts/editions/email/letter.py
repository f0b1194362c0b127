"""A digest as a letter: HTML that mail programs show, a text that reads well without it, and one
message (RFC 5322) with both and the picture, which a mailing service sends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
from pathlib import Path
from textwrap import fill
from typing import Any

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from scripts.core import files
from scripts.core.palette import PAPER
from scripts.core.problems import Problem
from scripts.editions.email.digest import Digest
from scripts.pdf.writer.markup import string

MOST = 80_000  # bytes of the HTML; Gmail cuts at about 102 KB
WIDTH = 552  # of the picture, CSS pixels; twice as many in the file
COLUMNS = 72


@dataclass(frozen=True)
class Mailing:
    """`mailing:` of ``_config.yml``: who sends the letter, the list's id (RFC 2919), and where one
    leaves it (RFC 8058). What isn't given is left out."""

    sender: str = ""
    list_id: str = ""
    unsubscribe: str = ""

    @classmethod
    def of(cls, config: dict[str, Any]) -> Mailing:
        given = config.get("mailing") or {}
        named = {"sender": "from", "list_id": "list_id", "unsubscribe": "unsubscribe"}
        return cls(**{ours: str(given.get(theirs) or "") for ours, theirs in named.items()})


def letter(said: Digest, mailing: Mailing, name: str, lang: str) -> dict[str, bytes]:
    """The letter ``name`` (``002``) in each form by file name, with its picture."""
    site = said.home.rstrip("/")
    subject = f"{said.newsletter}, issue {said.number}: {said.title}"
    about = {
        "d": said, "lang": lang, "subject": subject, "unsubscribe": mailing.unsubscribe,
        "letter": f"{site}/email/{name}.html",
    }  # fmt: skip
    made: dict[str, bytes] = {}
    if said.chart:
        made[f"{name}.png"] = png(said.chart)
    html = _html({**about, "picture": f"{site}/email/{name}.png" if said.chart else ""})
    text = _templates().get_template("letter.txt").render(about).strip() + "\n"
    enclosed = _html({**about, "picture": f"cid:{name}.png" if said.chart else ""})
    message = _message(said, mailing, subject, text, enclosed, name, made.get(f"{name}.png"))
    made |= {f"{name}.html": html.encode(), f"{name}.txt": text.encode(), f"{name}.eml": message}
    return made


def too_heavy(html: bytes, said: Digest, path: str) -> list[Problem]:
    """Whether a letter is larger than mail programs show, and what weighs most in it."""
    if len(html) <= MOST:
        return []
    weights = {
        section.name: sum(
            len(f"{i.title}{i.text}{i.address}{i.run}".encode()) for i in section.items
        )
        for section in said.sections
    }
    weights["What we found"] = sum(len(f"{f.text}{f.title}{f.address}") for f in said.findings)
    heavy = sorted(weights, key=lambda name: -weights[name])[:3]
    listed = ", ".join(f"'{name}' {weights[name] / 1000:.0f} KB" for name in heavy)
    what = (
        f"the letter has {len(html) / 1000:.0f} KB, at most {MOST / 1000:.0f} are shown: {listed}"
    )
    return [Problem(path, 1, what, "Say less in the first sentences of items, or in titles.")]


def _html(about: dict[str, Any]) -> str:
    page = _templates().get_template("letter.html").render(about)
    return _inliner().inline(page)


@lru_cache(1)
def _templates() -> Environment:
    found = Environment(
        loader=FileSystemLoader(Path(__file__).parent), undefined=StrictUndefined,
        autoescape=lambda name: str(name).endswith(".html"), keep_trailing_newline=True,
    )  # fmt: skip
    found.filters["fill"] = lambda text: fill(text, COLUMNS, break_long_words=False)
    return found


@lru_cache(1)
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(
        keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False
    )


def _message(
    said: Digest, mailing: Mailing, subject: str, text: str, html: str, name: str,
    picture: bytes | None,
) -> bytes:  # fmt: skip
    """The message; its boundaries are made of its content, so that the same letter has the same
    bytes."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = subject
    if mailing.sender:
        shown, _, address = mailing.sender.rpartition(" ")  # a name may hold commas
        message["From"] = Address(shown, addr_spec=address.strip("<>"))
    moment = datetime.fromisoformat(said.date).replace(tzinfo=UTC)
    message["Date"] = format_datetime(moment)
    mark = files.digest(f"{subject}{text}{html}")[:32]
    message["Message-ID"] = f"<{name}.{mark[:16]}@{mailing.list_id or 'localhost'}>"
    if mailing.list_id:
        message["List-Id"] = f'"{said.newsletter}" <{mailing.list_id}>'
    if mailing.unsubscribe:
        message["List-Unsubscribe"] = f"<{mailing.unsubscribe}>"
        if mailing.unsubscribe.startswith("https:"):
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    if picture is not None:
        part = message.get_payload()[1]  # type: ignore[index]
        part.add_related(  # type: ignore[union-attr]
            picture, "image", "png", cid=f"<{name}.png>", filename=f"{name}.png"
        )
        part.set_boundary(f"related-{mark}")  # type: ignore[union-attr]
    message.set_boundary(f"letter-{mark}")
    return message.as_bytes()


def png(drawing: str) -> bytes:
    """A drawing as PNG on white, twice as large as it is shown: mail programs show no SVG, and in
    the dark none of the figures' own ink would be legible on their ground."""
    import typst  # most builds have the picture

    source = f"""
#set page(width: {WIDTH}pt, height: auto, margin: 8pt, fill: rgb("{PAPER[0]}"))
#image(bytes({string(drawing)}), format: "svg", width: 100%)
"""
    found = typst.compile(source.encode(), format="png", ppi=144)
    assert isinstance(found, bytes)
    return found
