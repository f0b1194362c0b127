"""A plain Markdown newsletter -> the source of an issue, and what an editor has to decide. Pure."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scripts.book.front_matter import front_matter
from scripts.core.words import month
from scripts.drafts.blocks import Block, blocks
from scripts.drafts.languages import language_of

KNOWN = ("title", "author", "excerpt", "description", "date", "tags", "url", "canonical_url")
NAMED = re.compile(r"(\d{4})-(\d{2})-(\d{2})-")


@dataclass(frozen=True)
class Question:
    """What an editor has to decide: the line of the new file (0: the file as a whole), what it is
    about, what would be right."""

    line: int
    what: str
    right: str


@dataclass
class Newsletter:
    """What a newsletter says of itself, its text as MyST, and the questions about it, whose lines
    count from the text's first."""

    title: str
    description: str
    date: str
    lang: str
    tags: list[str]
    original: dict[str, str] | None
    prefix: str  # of its anchors
    source: str  # the original's text, without its front matter
    body: str = ""
    questions: list[Question] = field(default_factory=list)


def newsletter(text: str, name: str, number: int, today: datetime.date, own: str) -> Newsletter:
    """Read a newsletter; ``name``: its file's, which may begin with its day; ``number``: of the
    issue that it becomes; ``own``: the publication's language."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    front, start = head(text)
    body = "\n".join(text.split("\n")[start:])
    found = blocks(body)
    named = [block for block in found if block.kind == "title"]
    title = _plain(str(front.get("title") or "")) or (named[0].text if named else f"Issue {number}")
    lang = language_of(f"{name} {title}", body, own)
    prefix = ("" if lang == own else f"{lang[:2]}-") + f"i{number:03}"
    day = _day(front, name) or today.isoformat()
    result = Newsletter(
        title, _plain(str(front.get("excerpt") or front.get("description") or "")), day, lang,
        _tags(front), _original(front, title, day), prefix, body,
    )  # fmt: skip
    pieces = [_remarks_of(front, result), *_title_kept(named, title), *found]
    _write(result, [piece for piece in pieces if piece.kind != "title"])
    result.description = result.description or f"Issue {number}, {month(day)}."
    if result.original is None:
        what = "where the original stands isn't known, or who wrote it"
        right = "Add original: {title, author, url, date} to the front matter, if it is an edition."
        result.questions.append(Question(0, what, right))
    return result


def head(text: str) -> tuple[Mapping[str, Any], int]:
    """The front matter and the number of its lines. What isn't YAML (a title with a colon) is read
    line by line."""
    found, problems = front_matter(text, "")
    if not problems:
        return found.data, found.end
    match = re.match(r"---[ \t]*\n(.*?\n)---[ \t]*(?:\n|$)", text, re.S)
    if not match:
        return {}, 0
    pairs = (line.partition(":") for line in match[1].split("\n") if ":" in line)
    data = {key.strip(): value.strip().strip("\"'") for key, _, value in pairs}
    return data, match[0].count("\n")


def _plain(text: str) -> str:
    return " ".join(text.split())


def _day(front: Mapping[str, Any], name: str) -> str:
    given = re.match(r"\d{4}-\d{2}-\d{2}", str(front.get("date") or ""))
    found = NAMED.match(name)
    text = given[0] if given else "-".join(found.groups()) if found else ""
    try:
        return datetime.date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        return ""


def _tags(front: Mapping[str, Any]) -> list[str]:
    tags = front.get("tags") or []
    tags = re.split(r"[,\s]+", tags.strip("[] ")) if isinstance(tags, str) else tags
    return list(dict.fromkeys(str(tag).replace("_", " ") for tag in tags)) if tags else []


def _original(front: Mapping[str, Any], title: str, day: str) -> dict[str, str] | None:
    url = str(front.get("canonical_url") or front.get("url") or "")
    author = str(front.get("author") or "")
    if not (url.startswith("http") and author):
        return None
    return {"title": title, "author": author, "url": url, "date": day}


def _remarks_of(front: Mapping[str, Any], result: Newsletter) -> Block:
    """What else the front matter says, as comments: nothing is lost."""
    left = {key: value for key, value in front.items() if key not in KNOWN and value is not None}
    left |= {} if result.original else {
        key: front[key] for key in ("author", "url", "canonical_url") if front.get(key)
    }  # fmt: skip
    lines = [f"{key}: {line}" for key, v in left.items() for line in str(v).split("\n")]
    return Block("text", "", 1, [f"Of the original: {line}" for line in lines])


def _title_kept(named: list[Block], title: str) -> list[Block]:
    """A title above the text that the front matter words differently."""
    return [Block("text", block.text, block.line) for block in named if block.text != title]


def _write(result: Newsletter, pieces: list[Block]) -> None:
    """The text, and at which of its lines something is in doubt."""
    lines: list[str] = []
    taken: set[str] = set()
    sections = items = 0
    level = 1  # of the last heading: none may be left out
    for piece in pieces:
        here = len(lines) + 1
        if piece.kind == "section":
            sections += 1
            anchor = _anchor(piece.text, result.prefix, f"section-{sections}", taken)
            lines += [f"({anchor})=", f"## {_heading(piece)}", "", *_linked(piece)]
            level = 2
        elif piece.kind == "item":
            items += 1
            anchor = _anchor(piece.text, result.prefix, f"item-{items}", taken)
            lines += [f"({anchor})=", f"### {_heading(piece)}", ""]
            if not sections:
                piece.doubts.append(("an item before the first section", "Put '## …' above it."))
            lines += _linked(piece)
            level = 3
        elif piece.kind == "heading":
            level = min(level + 1, 2 + piece.depth, 6)
            lines += [f"{'#' * level} {_heading(piece)}", "", *_linked(piece)]
        elif piece.text.strip():
            lines += [*piece.text.split("\n"), ""]
        if piece.remarks:
            lines += [*(f"% {line}" for line in piece.remarks), ""]
        result.questions += [Question(here, what, right) for what, right in piece.doubts]
    result.body = "\n".join(lines).rstrip() + "\n"


LINK = re.compile(r"\[([^\]]*)\]\(([^)\s]*(?:\([^)]*\)[^)\s]*)*)\)")


def _heading(piece: Block) -> str:
    """What a heading says, without its links, on one line."""
    return _plain(LINK.sub(r"\1", piece.text)) or "…"


def _linked(piece: Block) -> list[str]:
    """The links of a heading, which stand below it."""
    found = [f"[{text}]({to})" for text, to in LINK.findall(piece.text)]
    return [" · ".join(found), ""] if found else []


def _anchor(title: str, prefix: str, otherwise: str, taken: set[str]) -> str:
    """An anchor of a few words of a title, which no other has; ``otherwise`` where it has no
    letters that an anchor may have."""
    plain = unicodedata.normalize("NFKD", LINK.sub(r"\1", title)).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain.lower())
    short = "-".join(words[:5])[:48].strip("-")
    enough = sum(map(len, words)) * 2 >= sum(char.isalpha() for char in title)
    name = short if short and enough else otherwise
    anchor, count = f"{prefix}-{name}", 1
    while anchor in taken:
        count += 1
        anchor = f"{prefix}-{name}-{count}"
    taken.add(anchor)
    return anchor
