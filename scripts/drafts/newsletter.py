"""A plain Markdown newsletter -> the source of an issue, and what an editor has to decide. Pure."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from scripts.book.front_matter import front_matter
from scripts.core.words import month
from scripts.drafts.anchors import Anchors, words_of
from scripts.drafts.blocks import Block, blocks
from scripts.drafts.languages import language_of, said_of
from scripts.drafts.levels import levelled
from scripts.drafts.references import TEXT

KNOWN = (
    "title", "author", "excerpt", "description", "date", "tags", "url", "canonical_url", "lang",
)  # fmt: skip
DAY = re.compile(r"(\d{4})[-_/.](\d{1,2})[-_/.](\d{1,2})(?!\d)")


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
    remarks: list[str] = field(default_factory=list)  # lines of the comments in the text


def newsletter(text: str, name: str, number: int, today: datetime.date, own: str) -> Newsletter:
    """Read a newsletter; ``name``: its file's, which may begin with its day; ``number``: of the
    issue that it becomes; ``own``: the publication's language."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    front, start = head(text)
    body = "\n".join(text.split("\n")[start:])
    found = blocks(body)
    given = _plain(str(front.get("title") or ""))
    found = levelled(found, given, f"Issue {number}")
    named = [block for block in found if block.kind == "title"]
    title = given or next(filter(None, (words_of(b.text) for b in named)), "") or f"Issue {number}"
    lang = language_of(f"{name} {title}", said_of(front), body, own)
    prefix = ("" if lang == own else f"{lang[:2]}-") + f"i{number:03}"
    day = _day(front, name)
    result = Newsletter(
        title, _plain(str(front.get("excerpt") or front.get("description") or "")),
        day or today.isoformat(), lang, _tags(front), _original(front, title, day), prefix, body,
    )  # fmt: skip
    pieces = [_remarks_of(front, result), *found]
    _write(result, pieces)
    result.description = result.description or f"Issue {number}, {month(result.date)}."
    result.questions += _unknown(front, named, day, result)
    return result


def _unknown(
    front: Mapping[str, Any], named: list[Block], day: str, result: Newsletter
) -> Iterator[Question]:
    """What the newsletter doesn't say."""
    if not front.get("title") and not named:
        yield Question(0, "its title isn't known", "Write it: title: … and as the heading.")
    if not day:
        yield Question(0, "its day isn't known: today's stands for it", 'Write date: "2020-01-31".')
    if result.original is None:
        what = "where the original stands isn't known, or who wrote it"
        right = "Add original: {title, author, url, date} to the front matter, if it is an edition."
        yield Question(0, what, right)
    if "\n### " not in f"\n{result.body}":
        right = "Write '### …' with an anchor above each."
        yield Question(0, "no title of an item was found", right)


def head(text: str) -> tuple[Mapping[str, Any], int]:
    """The front matter and the number of its lines. What isn't YAML (a title with a colon) is read
    line by line."""
    toml = re.match(r"\+\+\+[ \t]*\n(.*?\n)?\+\+\+[ \t]*(?:\n|$)", text, re.S)
    if toml:
        with suppress(tomllib.TOMLDecodeError):
            return tomllib.loads(toml[1] or ""), toml[0].count("\n")
    found, problems = front_matter(text, "")
    if not problems:
        return found.data, found.end
    match = toml or re.match(r"---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|$)", text, re.S)
    if not match:
        return {}, 0
    pairs = (re.split(r"\s*[:=]\s*", line, maxsplit=1) for line in (match[1] or "").split("\n"))
    data = {pair[0].strip(): pair[1].strip().strip("\"'") for pair in pairs if len(pair) == 2}
    return data, match[0].count("\n")


def _plain(text: str) -> str:
    return " ".join(text.split())


def _day(front: Mapping[str, Any], name: str) -> str:
    """The day that the front matter names, or the file's name at its beginning; '' if none does."""
    for text in (str(front.get("date") or ""), name):
        found = DAY.match(text)
        with suppress(ValueError):
            if found:
                return datetime.date(*map(int, found.groups())).isoformat()
    return ""


def _tags(front: Mapping[str, Any]) -> list[str]:
    tags = front.get("tags") or []
    tags = re.split(r"[,\s]+", tags.strip("[] ")) if isinstance(tags, str) else tags
    tags = tags if isinstance(tags, (list, dict)) else [tags]
    words = (_plain(str(tag).replace("_", " ").strip(" \"'")) for tag in tags)
    return list(dict.fromkeys(filter(None, words)))


def _original(front: Mapping[str, Any], title: str, day: str) -> dict[str, str] | None:
    url, author = front.get("canonical_url") or front.get("url"), front.get("author")
    if not (isinstance(url, str) and isinstance(author, str) and day):
        return None
    known = re.fullmatch(r"https?://\S+", url) and author.strip()
    return {"title": title, "author": _plain(author), "url": url, "date": day} if known else None


def _remarks_of(front: Mapping[str, Any], result: Newsletter) -> Block:
    """What else the front matter says, as comments: nothing is lost."""
    left = {key: value for key, value in front.items() if key not in KNOWN and value is not None}
    left |= {} if result.original else {
        key: front[key] for key in ("author", "url", "canonical_url") if front.get(key)
    }  # fmt: skip
    lines = [f"{key}: {line}" for key, v in left.items() for line in str(v).split("\n")]
    return Block("text", "", 1, [f"Of the original: {line}" for line in lines])


def _write(result: Newsletter, pieces: list[Block]) -> None:
    """The text, and at which of its lines something is in doubt."""
    lines: list[str] = []
    anchors = Anchors(result.prefix)
    of = {id(piece): anchors.of(piece) for piece in pieces if piece.kind in ("section", "item")}
    level = 1  # of the last heading: none may be left out
    for piece in pieces:
        here = len(lines) + 1
        anchors.lead(piece)
        if piece.kind == "heading" and level == 2:
            piece.kind = "item"
            of[id(piece)] = anchors.of(piece)
        if piece.kind in ("section", "item"):
            level = 2 if piece.kind == "section" else 3
            lines += [
                f"({of[id(piece)]})=",
                f"{'#' * level} {_heading(piece)}",
                "",
                *_linked(piece),
            ]
        elif piece.kind == "heading":
            level = min(level + 1, 2 + piece.depth, 6)
            lines += [f"{'#' * level} {_heading(piece)}", "", *_linked(piece)]
        elif _said(piece, result.title):
            lines += _linked(piece)
        elif piece.text.strip():
            lines += [*piece.text.split("\n"), ""]
        if piece.remarks:
            lines += [*(f"% {line}" for line in piece.remarks), ""]
        result.remarks += piece.remarks
        for what, right in piece.doubts:
            result.questions.append(Question(_line_of(what, lines, here), what, right))
    result.body = "\n".join(lines).rstrip() + "\n"


def _line_of(what: str, lines: list[str], start: int) -> int:
    """Where from the line ``start`` on stands what a question names."""
    named = re.search(r"'(.+)'|(https?://\S+)", what, re.S)
    sought = (named[1] or named[2]).split("\n")[0] if named else ""
    return next((n for n in range(start, len(lines) + 1) if sought in lines[n - 1]), start)


def _said(piece: Block, title: str) -> bool:
    """Whether it is the title, which stands above all; one that the front matter words differently
    is kept."""
    return piece.kind == "title" and words_of(piece.text) == title


TO = r"(<[^<>]*>|(?:https?:|mailto:|#)[^)\s]*(?:\([^)]*\)[^)\s]*)*)"
LINK = re.compile(rf"\[({TEXT})\]\({TO}\)", re.I)
WHOLE = re.compile(r"(\*\*\*|\*\*|\*|___|__|_)(?!\s)([^*_]+?)(?<!\s)\1")


def _heading(piece: Block) -> str:
    """What a heading says, without its links, on one line; emphasis of the whole means nothing."""
    said = _plain(LINK.sub(r"\1", piece.text))
    whole = WHOLE.fullmatch(said)
    said = whole[2] if whole else said
    return re.sub(r"(#+)$", r"\\\1", said.removesuffix("\\")) or "…"


def _linked(piece: Block) -> list[str]:
    """The links of a heading, which stand below it."""
    found = [f"[{text}]({to})" for text, to in LINK.findall(piece.text)]
    return [" · ".join(found), ""] if found else []
