"""HTML's tags in a newsletter as Markdown, and what is kept of a text beside its words. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

from scripts.book.checks.addresses import untracked

SOUND = re.compile(r"https?://[^\s/?#]+\.[^\s/?#]+\S*|mailto:\S+@\S+", re.I)
HERE = "\ue000"  # before the name of a place in the same newsletter, until its anchor is known
AROUND = {  # HTML -> what stands on both sides of its text in Markdown
    **dict.fromkeys(("b", "strong"), "**"),
    **dict.fromkeys(("i", "em", "ins", "u", "mark"), "*"),
    **dict.fromkeys(("del", "s"), "~~"),
    **dict.fromkeys(("code", "kbd", "tt"), "`"),
}
# HTML's tags that go, while their text stays: within a line, and those that part paragraphs.
WITHIN = re.compile("abbr|big|cite|font|label|picture|q|small|source|span|strike|sub|sup|wbr|"
                    "audio|embed|iframe|object|param|track|video")  # fmt: skip
APART = re.compile(
    "article|aside|blockquote|body|caption|center|col|colgroup|dd|details|div|dl|dt|figcaption|"
    "figure|footer|h[1-6]|header|hr|html|li|main|nav|ol|p|section|summary|table|tbody|td|tfoot|th|"
    "thead|tr|ul"
)
EMBEDDED = ("iframe", "embed", "video", "audio", "source", "object", "track")
WHOLE = "Write its whole address: https://…"


@dataclass
class Converted:
    """A text as MyST; ``remarks`` are lines of comments that go below it, ``doubts`` say what is
    wrong with a piece of it, and what would be right, in pairs."""

    text: str = ""
    remarks: list[str] = field(default_factory=list)
    doubts: list[tuple[str, str]] = field(default_factory=list)

    def clean(self, to: str) -> str:
        """An address without what only follows its reader; as it was, it stands in a remark."""
        if untracked(to) != to and (note := f"As it was: {to}") not in self.remarks:
            self.remarks.append(note)
        return untracked(to)

    def unsound(self, to: str) -> str:
        """What stands in place of a link that a page can't have."""
        self.doubts.append((f"a link leads to '{to}'", WHOLE))
        return f"`` {to} ``" if "`" in to else f"`{to}`"

    def here(self, to: str) -> str:
        """The end of a link to a place in the same newsletter."""
        return f"](#{HERE}{to[1:].replace('(', '').replace(')', '')})"

    def picture(self, alt: str, src: str, extra: str = "") -> None:
        """A picture on another host, with what stands behind its address."""
        self.remarks.append(f"![{' '.join(alt.split())}]({' '.join(src.split())}){extra}")
        right = "Draw or take one of your own, say what it shows, and take the '% ' away."
        self.doubts.append((f"a picture on another host: {src.split()[0].strip('<>')}", right))

    def bare(self, match: re.Match[str]) -> str:
        """A link without a text, which nobody could see, as its address."""
        to = match[1].strip("<>")
        if to.startswith(f"#{HERE}"):
            return ""
        right = "Write what it leads to: [text](address)."
        self.doubts.append((f"a link has no text: {to}", right))
        return f"<{to}>"


@dataclass
class Tags:
    """The tags of one text; ``apart``: some of them part paragraphs; ``opened``: the addresses of
    links that are open."""

    done: Converted
    apart: bool = False
    opened: list[str] = field(default_factory=list)

    def tag(self, name: str, attributes: str, *, closes: bool) -> str:
        """A tag as Markdown; of one that has no counterpart the text stays."""
        given, name = name, name.lower()
        if name == "a":
            return self._closed() if closes else self._opened(attribute(attributes, "href"))
        if name == "img" and not closes:
            return self._image(attributes)
        if name in EMBEDDED and not closes:
            return self._embedded(attributes)
        if name == "br":
            return "" if closes else "\\\n"
        if name in AROUND:
            return AROUND[name]
        if WITHIN.fullmatch(name):
            return ""
        if not APART.fullmatch(name):
            return f"\\<{'/' if closes else ''}{given}{attributes}>"
        if name == "li" and self.apart and not closes:
            return "\n- "
        return "\n\n" if self.apart and name not in ("td", "th", "li") else " "

    def rest(self) -> str:
        """The ends of links that are open where the text ends."""
        return "".join(self._closed() for _ in range(len(self.opened)))

    def _opened(self, to: str) -> str:
        if to and not to.startswith("#") and not SOUND.fullmatch(to):
            self.done.unsound(to)
            self.done.remarks.append(to)
            to = ""
        self.opened.append(self.done.clean(to))
        return "[" if to else ""

    def _closed(self) -> str:
        to = self.opened.pop() if self.opened else ""
        if to.startswith("#"):
            return self.done.here(to)
        return f"](<{to}>)" if "(" in to or ")" in to else f"]({to})" if to else ""

    def _image(self, attributes: str) -> str:
        src = attribute(attributes, "src") or attribute(attributes, "data-src")
        alt = attribute(attributes, "alt")
        self.done.picture(alt, src)
        self._others(attributes)
        linked = self.opened and self.opened[-1]
        return (" ".join(alt.split()) or "picture") if linked else ""

    def _embedded(self, attributes: str) -> str:
        self._others(attributes)
        src = attribute(attributes, "src") or attribute(attributes, "data")
        if not src:
            return ""
        src = f"https:{src}" if src.startswith("//") else src
        self.done.doubts.append((f"something is embedded: {src}", "Its link stands in its place."))
        return f" <{src}> " if SOUND.fullmatch(src) else f" `{src}` "

    def _others(self, attributes: str) -> None:
        """The same in other sizes, and what stands for it while it loads."""
        for name in ("srcset", "poster", "data-src"):
            if attribute(attributes, name):
                self.done.remarks.append(f"{name}: {attribute(attributes, name)}")


def attribute(attributes: str, name: str) -> str:
    """The value of an HTML attribute on one line, '' if it isn't there."""
    pattern = rf"(?<![\w-]){name}\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))"
    found = re.search(pattern, attributes, re.I)
    value = next((g for g in found.groups() if g is not None), "") if found else ""
    return " ".join(unescape(value).split())
