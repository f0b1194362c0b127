"""Inline text of a plain Markdown newsletter as MyST: what reads the same stays the same. Pure.

Kramdown, GitHub and Medium read signs as text that MyST takes for formulas, roles, comments or
substitutions, and let HTML through, which our pages don't. Links keep their form; pictures on other
hosts, which our pages may not load, become remarks to the editor.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from scripts.drafts.references import CODE, TEXT
from scripts.drafts.tags import SOUND, Converted, Tags
from scripts.rendering.formulas.mathml import mathml
from scripts.rendering.formulas.unconvertible import Unconvertible

# An address between parentheses, which it may hold in pairs, or a template's tag.
LIQUID = r"\{\{[^{}\n]*\}\}|\{%[^{}\n]*%\}"
TO = rf"(?:<[^<>\n]*>|(?:{LIQUID}|[^\s()<>{{]|\{{(?![{{%])|\((?:[^\s()]|\([^\s()]*\))*\))+)"
TITLE = r"(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^)]*\)))?"
# A sign of an address without brackets.
BARE = (
    r"(?:[^\s!<>\[\](){}\"'`*|\\，。；、：！？（）【】《》「」『』“”‘’]"
    r"|!(?!\[)|\*(?=\w)|\\[!-/:-@\[-`{-~])"
)
URL = rf"(?<![A-Za-z0-9_/@])https?://{BARE}+(?:\([^\s()]*\){BARE}*)?"
TAIL = ".,;:!?_~"  # what at its end belongs to the sentence
SPAN = re.compile(
    rf"""
      (?P<escape> \\[!-/:-@\[-`{{-~] )
    | (?P<code> {CODE} )
    | !\[ (?P<alt>{TEXT}) \] \( \s* (?P<src>{TO}) (?P<title>{TITLE}) \s* \)
      (?P<extra>\{{[^}}\n]*\}}(?!`))?
    | \] \( \s* (?P<to>{TO}) {TITLE} \s* \)
    | (?P<nowhere> \] \( \s* \) )
    | < (?P<autolink> [a-zA-Z][a-zA-Z0-9+.-]+ : [^<>\s]* | [\w.+-]+@[\w-]+(?:\.[\w-]+)+ ) >
    | (?P<comment> <!-- .*? --> )
    | (?P<script> < (?P<kind>script|style) \b [^>]* > .*? </ (?P=kind) \s* > )
    | < (?P<close>/?) (?P<tag>[a-zA-Z][\w-]*) (?P<attributes>(?:\s[^<>]*?)?) \s* /? >
    | (?P<liquid> \{{%.*?%\}} | \{{\{{.*?\}}\}} | \{{:[^}}\n]*\}} )
    | (?P<url> {URL} )
    | (?P<role> \{{ [\w:.+-]+ \}} (?=`) | (?<=[`)\]]) \{{ )
    | (?P<display> \$\$ (?P<tex> [^$]*? [\\^_=] [^$]*? ) \$\$ )
    | (?P<sign> [$<] )
    """,
    re.X | re.S | re.I,
)
EMPTY = re.compile(r"(?<!!)\[\s*\]\((<[^<>\n]*>|[^\s()<>]+)\)")  # a link without a text
GONE = "\ue001"  # in place of what is left out at the beginning of a line
FIRST = re.compile(r"\s*(?:\d{1,9}[.)]|[-+*]|#{1,6})?")
BEGUN = re.compile(
    rf"(?m)(?:^[ \t]*(?P<n>\d{{0,9}})(?P<sign>[.)+*#-]){GONE}|"
    rf"{GONE}[ \t{GONE}]*(?P<number>\d{{0,9}})(?P<other>(?<=\d)[.)]|(?<!\d)(?:```|~~~|[#>+=-])))"
)
WITHIN = re.compile(rf"\[{TEXT}\](?=\()", re.S)  # a link's text
MATH = re.compile(r"\$(?=\S)[^$`\n]*?[\\^_][^$`\n]*?(?<=\S)\$(?!\d)")


def inline(text: str, *, apart: bool = False) -> Converted:
    """One block's inline text; ``apart``: it is a block of HTML, whose tags part paragraphs."""
    done = Converted()
    tags = Tags(done, apart=apart)
    maths = {m.start(): m.end() for m in MATH.finditer(text) if _formula(m[0].strip("$"))}
    texts = [(m.start(), m.end()) for m in WITHIN.finditer(text)]

    def replaced(match: re.Match[str]) -> str:
        found = made_of(match)
        before = text[: match.start()].rpartition("\n")[2]
        return GONE if not found.strip() and FIRST.fullmatch(before) else found

    def made_of(match: re.Match[str]) -> str:
        for names, act in ACTIONS:
            if any(match[name] is not None for name in names):
                return act(match, done)
        start = match.start()
        if match["url"]:
            # In a link's text it leads nowhere by itself.
            inside = any(first < start < last for first, last in texts)
            return match[0] if inside else _url(match, done)
        if match["tag"]:
            return tags.tag(match["tag"], match["attributes"] or "", closes=bool(match["close"]))
        if match["sign"] == "$" and any(m <= start < end for m, end in maths.items()):
            if start in maths:
                _asked(text[start : maths[start]], done)
            return "$"
        return f"\\{match[0]}"

    made = BEGUN.sub(_begun, SPAN.sub(replaced, text)).replace(GONE, "")
    made = made.rstrip() + tags.rest()
    if apart:  # a link's text, which HTML's lines and breaks would part
        made = WITHIN.sub(lambda match: " ".join(match[0].replace("\\\n", " ").split()), made)
    done.text = EMPTY.sub(done.bare, made)
    if re.search(r"\]\s+\(\s*(?:https?|ttps?):", text):
        what = "a space stands between a link's text and its address"
        done.doubts.append((what, "Write [text](address)."))
    return done


def _begun(match: re.Match[str]) -> str:
    """A sign that begins a line only because what stood before it is gone, as text."""
    return f"{match['n'] or match['number'] or ''}\\{match['sign'] or match['other']}"


def _kept(match: re.Match[str], _done: Converted) -> str:
    return match[0]


def _autolink(match: re.Match[str], done: Converted) -> str:
    to = match["autolink"]
    if SOUND.fullmatch(to):
        return f"<{done.clean(to)}>"
    if ":" not in to:
        return match[0]  # somebody's mail
    return done.unsound(to)


def _picture(match: re.Match[str], done: Converted) -> str:
    text, start, end = match.string, match.start(), match.end()
    done.picture(match["alt"], f"{match['src']}{match['title']}", match["extra"] or "")
    linked = text[max(0, start - 3) : start].rstrip().endswith("[")
    linked = linked and text[end : end + 3].lstrip().startswith("]")
    return (" ".join(match["alt"].split()) or "picture") if linked else ""


def _link(match: re.Match[str], done: Converted) -> str:
    given = match["to"].strip("<>")
    whole = given.replace(" ", "%20")
    to = whole if SOUND.fullmatch(whole) else given
    if to.startswith("#") and len(to) > 1:
        return done.here(to)
    if not SOUND.fullmatch(to):
        return f"\\] ({done.unsound(to)})"
    return match[0].replace(given, done.clean(to))


def _nowhere(_match: re.Match[str], done: Converted) -> str:
    done.doubts.append(("a link leads nowhere", "Give it an address, or take its brackets away."))
    return "\\]"


def _url(match: re.Match[str], done: Converted) -> str:
    address = re.sub(r"\\(.)", r"\1", match["url"])
    bare = address.rstrip(TAIL)
    if match.string[: match.start()].endswith("]("):
        what = f"a link is never closed: {bare}"
        done.doubts.append((what, "Write [text](address)."))
    if not SOUND.fullmatch(bare):
        return done.unsound(bare) + address[len(bare) :]
    return f"<{done.clean(bare)}>{address[len(bare) :]}"


def _comment(match: re.Match[str], done: Converted) -> str:
    done.remarks += [line.strip() for line in match["comment"].split("\n") if line.strip()]
    return ""


def _script(match: re.Match[str], done: Converted) -> str:
    done.remarks += [line.strip() for line in match["script"].split("\n") if line.strip()]
    done.doubts.append(
        (f"a {match['kind'].lower()}, which our pages don't take", "Say it in words.")
    )
    return ""


def _liquid(match: re.Match[str], done: Converted) -> str:
    done.remarks += match["liquid"].split("\n")
    if not match["liquid"].startswith("{:"):
        what = f"'{match['liquid']}' is a template's tag, which only its own site understands"
        done.doubts.append((what, "Write what it stands for."))
    return ""


def _role(match: re.Match[str], _done: Converted) -> str:
    return f"\\{match[0]}"


def _display(match: re.Match[str], done: Converted) -> str:
    """Kramdown's formulas, which have two dollars even within a line."""
    tex = " ".join(match["tex"].split())
    if not _formula(tex):
        return match[0].replace("$", r"\$")
    alone = match[0] == match.string.strip()
    _asked(f"${tex}$", done)
    return f"$$\n{tex}\n$$" if alone else f"${tex}$"


def _formula(tex: str) -> bool:
    """Whether the publication's pages can show this TeX."""
    try:
        mathml(tex)
    except Unconvertible:
        return False
    return tex.count("{") == tex.count("}")


def _asked(formula: str, done: Converted) -> None:
    done.doubts.append((f"'{formula}' was taken for a formula", r"Write \$ where it is money."))


ACTIONS: list[tuple[tuple[str, ...], Callable[[re.Match[str], Converted], str]]] = [
    (("escape", "code"), _kept),
    (("src",), _picture),
    (("to",), _link),
    (("nowhere",), _nowhere),
    (("autolink",), _autolink),
    (("comment",), _comment),
    (("script",), _script),
    (("liquid",), _liquid),
    (("role",), _role),
    (("display",), _display),
]
