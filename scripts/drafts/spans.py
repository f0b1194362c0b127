"""Inline text of a plain Markdown newsletter as MyST: what reads the same stays the same. Pure.

Kramdown, GitHub and Medium read signs as text that MyST takes for formulas, roles, comments or
substitutions, and let HTML through, which our pages don't. Links keep their form; pictures on other
hosts, which our pages may not load, become remarks to the editor.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape

from scripts.book.checks.addresses import untracked

# An address between parentheses, which it may hold in pairs.
TO = r"(?:<[^<>\n]*>|(?:[^\s()<>]|\([^\s()]*\))+)"
TITLE = r"(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^)]*\)))?"
BARE = r"[^\s<>\[\]()\"'`*|\\，。；、：！？）】」》]"  # a sign of an address without brackets
SPAN = re.compile(
    rf"""
      (?P<escape> \\[!-/:-@\[-`{{-~] )
    | (?P<code> (?<!`)(?P<ticks>`+)(?!`) .+? (?<!`)(?P=ticks)(?!`) )
    | \[ !\[ (?P<alt1>[^\]]*) \] \( \s* (?P<src1>{TO}) {TITLE} \s* \)
      \] \( \s* (?P<to1>{TO}) {TITLE} \s* \)
    | !\[ (?P<alt>[^\]]*) \] \( \s* (?P<src>{TO}) {TITLE} \s* \)
    | \] \( \s* (?P<to>{TO}) {TITLE} \s* \)
    | (?P<nowhere> \] \( \s* \) )
    | (?P<autolink> < (?:https?|ftp|mailto): [^<>\s]* > )
    | (?P<comment> <!-- .*? --> )
    | < (?P<close>/?) (?P<tag>[a-zA-Z][\w-]*) (?P<attributes>(?:\s[^<>]*?)?) \s* /? >
    | (?P<liquid> \{{%.*?%\}} | \{{\{{.*?\}}\}} | \{{:[^}}\n]*\}} )
    | (?P<url> (?<![\w\]("'/@]) https?:// {BARE}+ (?:\([^\s()]*\))? )
    | (?P<role> \{{ [\w:.+-]+ \}} (?=`) )
    | (?P<sign> [$<] )
    """,
    re.X | re.S,
)
SOUND = re.compile(r"https?://[^\s/?#]+\.[^\s/?#]+\S*|mailto:\S+@\S+|#\S+")
MATH = re.compile(r"\$(?=\S)[^$\n]*?[\\^_][^$\n]*?(?<=\S)\$(?!\d)")
AROUND = {  # HTML -> what stands on both sides of its text in Markdown
    **dict.fromkeys(("b", "strong"), "**"),
    **dict.fromkeys(("i", "em", "ins", "u", "mark"), "*"),
    **dict.fromkeys(("del", "s"), "~~"),
    **dict.fromkeys(("code", "kbd", "tt"), "`"),
}
# HTML's tags that go, while their text stays.
DROPPED = re.compile(
    "abbr|article|big|blockquote|center|cite|div|dd|details|dl|dt|figcaption|figure|font|footer|"
    "header|hr|label|li|main|ol|p|picture|q|section|small|source|span|strike|sub|summary|"
    "sup|table|tbody|td|tfoot|th|thead|tr|ul|video|wbr|iframe|audio|object|embed"
)
FORMULA = ("what stands between dollars was taken for a formula", r"Write \$ where it is money.")
EMBEDDED = ("iframe", "embed", "video", "audio", "source", "object")


@dataclass
class Converted:
    """A text as MyST; ``remarks`` are lines of comments that go below it, ``doubts`` say what is
    wrong with a piece of it, and what would be right, in pairs."""

    text: str = ""
    remarks: list[str] = field(default_factory=list)
    doubts: list[tuple[str, str]] = field(default_factory=list)


def attribute(attributes: str, name: str) -> str:
    """The value of an HTML attribute, '' if it isn't there."""
    found = re.search(rf"\b{name}\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", attributes, re.I)
    return unescape(next((g for g in found.groups() if g is not None), "")) if found else ""


def inline(text: str) -> Converted:
    """One block's inline text."""
    done = Converted()
    opened: list[str] = []  # addresses of open <a>
    maths = [(m.start(), m.end()) for m in MATH.finditer(text)]

    def replaced(match: re.Match[str]) -> str:
        kind = match.lastgroup or ""
        for names, act in ACTIONS:
            if any(match[name] is not None for name in names):
                return act(match, done)
        if match["tag"]:
            return _tag(match, done, opened)
        if match["sign"] == "$":
            if any(start <= match.start() < end for start, end in maths):
                if match.start() in dict(maths):
                    done.doubts.append(FORMULA)
                return "$"
            return r"\$"
        return r"\<" if kind == "sign" else match[0]

    done.text = SPAN.sub(replaced, text)
    if re.search(r"\]\s+\(\s*(?:https?|ttps?):", text):
        what = "a space stands between a link's text and its address"
        done.doubts.append((what, "Write [text](address)."))
    return done


def _kept(match: re.Match[str], done: Converted) -> str:
    link = match["autolink"]
    return f"<{_clean(link[1:-1], done)}>" if link else match[0]


def _picture(match: re.Match[str], done: Converted) -> str:
    alt, src = match["alt"] or match["alt1"] or "", match["src"] or match["src1"]
    _remark_of_picture(alt, src, done)
    to = match["to1"]
    return f"[{alt or 'picture'}]({to})" if to and SOUND.fullmatch(to.strip("<>")) else ""


def _remark_of_picture(alt: str, src: str, done: Converted) -> None:
    done.remarks.append(f"![{' '.join(alt.split())}]({src})")
    right = "Draw or take one of your own, say what it shows, and take the '% ' away."
    done.doubts.append((f"a picture on another host: {src.strip('<>')}", right))


def _link(match: re.Match[str], done: Converted) -> str:
    to = match["to"].strip("<>")
    if not SOUND.fullmatch(to):
        done.doubts.append((f"a link leads to '{to}'", "Write its whole address: https://…"))
        return f"\\] (`{to}`)"
    if to.startswith("#"):
        done.doubts.append((f"a link leads to '{to}' in this page", "Name an anchor that is here."))
        return f"\\] (`{to}`)"
    return match[0].replace(to, _clean(to, done))


def _clean(to: str, done: Converted) -> str:
    """An address without what only follows its reader; as it was, it stands in a remark."""
    if untracked(to) != to:
        done.remarks.append(f"As it was: {to}")
    return untracked(to)


def _nowhere(_match: re.Match[str], done: Converted) -> str:
    done.doubts.append(("a link leads nowhere", "Give it an address, or take its brackets away."))
    return "\\]"


def _url(match: re.Match[str], done: Converted) -> str:
    address = match["url"]
    bare = address.rstrip(".,;:!?")
    return f"<{_clean(bare, done)}>{address[len(bare) :]}"


def _comment(match: re.Match[str], done: Converted) -> str:
    done.remarks += [line.strip() for line in match["comment"].split("\n") if line.strip()]
    return ""


def _liquid(match: re.Match[str], done: Converted) -> str:
    done.remarks += match["liquid"].split("\n")
    if not match["liquid"].startswith("{:"):
        what = "a template's tag, which only its own site understands"
        done.doubts.append((what, "Write what it stands for."))
    return ""


def _role(match: re.Match[str], _done: Converted) -> str:
    return f"\\{match[0]}"


ACTIONS: list[tuple[tuple[str, ...], Callable[[re.Match[str], Converted], str]]] = [
    (("escape", "code", "autolink"), _kept),
    (("src", "src1"), _picture),
    (("to",), _link),
    (("nowhere",), _nowhere),
    (("comment",), _comment),
    (("liquid",), _liquid),
    (("url",), _url),
    (("role",), _role),
]


def _tag(match: re.Match[str], done: Converted, opened: list[str]) -> str:
    """An HTML tag as Markdown; what has no counterpart goes, its text stays."""
    name, attributes = match["tag"].lower(), match["attributes"] or ""
    closes = bool(match["close"])
    if name == "a":
        if closes:
            to = opened.pop() if opened else ""
            return f"]({to})" if to else ""
        to = attribute(attributes, "href")
        if to and not SOUND.fullmatch(to):
            done.doubts.append((f"a link leads to '{to}'", "Write its whole address: https://…"))
            done.remarks.append(to)
            to = ""
        to = _clean(to, done)
        opened.append(f"<{to}>" if "(" in to or ")" in to else to)
        return "[" if to else ""
    if name == "img" or (name in EMBEDDED and attribute(attributes, "src")):
        src, alt = attribute(attributes, "src"), attribute(attributes, "alt")
        if name == "img":
            _remark_of_picture(alt, src, done)
            return ""
        done.doubts.append((f"something is embedded: {src}", "Its link stands in its place."))
        return f" <{src}> " if SOUND.fullmatch(src) else f" `{src}` "
    if name == "br":
        return "\\\n" if not closes else ""
    if name in AROUND:
        return AROUND[name]
    return "" if DROPPED.fullmatch(name) else "\\" + match[0]
