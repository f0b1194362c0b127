"""Roles and links inside a line of MyST text -> plain Markdown; everything else is left as it is.

The parser notes where in the text each role, link and image stands, and only those places are
rewritten. So escapes, formulas, code spans and spelling reach the reader untouched.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import zip_longest

from markdown_it import MarkdownIt
from markdown_it.token import Token

from scripts.book.dialect import new_parser
from scripts.core.problems import Problem, did_you_mean
from scripts.editions.plain.references import Context, Target

# Roles whose words are set as code, and those that show a picture and nothing else.
AS_CODE = {
    "file", "samp", "command", "kbd", "guilabel", "menuselection", "program", "option", "envvar",
    "dfn", "code", "literal", "regexp", "func", "class", "mod", "meth", "attr", "obj", "exc",
    "data", "const",
}  # fmt: skip
SUBSTITUTION = re.compile(r"\{\{\s*([\w.-]+)\s*\}\}")
ICONS = ("octicon", "fa", "material-")


@lru_cache(1)
def parser() -> MarkdownIt:
    """The publication's dialect, with what stays as it stands."""
    md = new_parser()
    # Definitions and footnotes stay where they stand; ^[inline footnotes] are no MyST.
    md.options["inline_definitions"] = True
    md.disable(["footnote_inline", "footnote_tail"])
    return md


def escape(text: str) -> str:
    """Words as Markdown that shows exactly them."""
    return re.sub(r"([\\`*_\[\]<>$])", r"\\\1", text)


def linked(target: Target, text: str = "", *, inside: bool = False) -> str:
    """A link in Markdown, or its bare text where there is no address or a link around it."""
    shown = text or escape(target.title)
    return shown if inside or not target.url else f"[{shown}]({target.url})"


class Inline:
    """Rewrites the inline text of one page. ``problems`` fills up with what it could not do."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.problems: list[Problem] = []

    def problem(self, line: int, what: str, right: str = "") -> None:
        """Note a problem; ``line`` is 0-based within the context's text."""
        self.problems.append(Problem(self.context.path, self.context.line + line, what, right))

    def rewrite(self, token: Token, line: int) -> str:
        """The content of an inline token as plain Markdown; ``line`` is its first (0-based)."""
        content = token.content
        edits: list[tuple[int, int, str]] = []
        inside = 0
        children = token.children or []
        for child, following in zip_longest(children, children[1:]):
            inside += {"link_open": 1, "link_close": -1}.get(child.type, 0)
            if "span" not in child.meta:
                continue
            start, end = child.meta["span"]
            at = line + content.count("\n", 0, start)
            if child.type == "myst_role":
                before = content[:start]
                loose = before.count("(") <= before.count(")")
                edits.append((start, end, self.role(child, at, bool(inside), loose)))
            elif "label_end" in child.meta:
                empty = following is not None and following.type == "link_close"
                edits += self._destination(child, content, empty)
        for start, end, new in sorted(edits, reverse=True):
            content = content[:start] + new + content[end:]
        if self.context.substitutions:
            code = [child.content for child in children if child.type == "code_inline"]
            content = SUBSTITUTION.sub(lambda match: self._meant(match, code, line), content)
        return content

    def _meant(self, match: re.Match[str], code: list[str], line: int) -> str:
        """What a substitution in a line stands for; ``code`` is what isn't read."""
        if any(match[0] in text for text in code):
            return match[0]
        meaning = self.context.substitutions.get(match[1])
        if meaning is None or "\n" in meaning:
            right = did_you_mean(match[1], self.context.substitutions)
            self.problem(line, f"the substitution {match[0]} has no plain form", right)
            return match[0]
        return meaning

    def _destination(self, token: Token, content: str, empty: bool) -> list[tuple[int, int, str]]:
        """Edits that make the destination of a link or image absolute. Those by reference are
        left alone: their definition is rewritten where it stands."""
        (start, end), label_end = token.meta["span"], token.meta["label_end"]
        if content[label_end + 1 : label_end + 2] != "(" or end <= label_end + 1:
            return []
        old = str(token.attrGet("src" if token.type == "image" else "href") or "")
        target = self.context.resolve(old) if old else Target("", "")
        edits = []
        if old and not target.url and token.type == "link_open":  # its words alone
            edits += [(start, start + 1, ""), (label_end, end, "")]
        elif target.url != old:
            title = str(token.attrGet("title") or "").replace('"', '\\"')
            new = f'({target.url} "{title}")' if title else f"({target.url})"
            edits.append((label_end + 1, end, new))
        if empty and token.type == "link_open":
            edits.append((label_end, label_end, escape(target.title)))
        return edits

    def role(self, token: Token, line: int, inside: bool, loose: bool) -> str:
        """One role; ``inside`` a link only its text is left; ``loose``: not within parentheses."""
        name, content = token.meta["name"], token.content
        match = re.fullmatch(r"(.*?)\s*<([^<>]+)>", content, re.S)
        text, label = match.groups() if match else ("", content.strip())
        if name.rpartition(":")[2] in AS_CODE:
            content = text or content
            return f"`{re.sub('[{}]', '', content)}`" if "`" not in content else escape(content)
        if name.startswith(ICONS):
            return ""
        if name == "index" or name.startswith("bdg"):
            return escape(text or content)
        if name in ("download", "any", "prf:ref", "math:numref"):
            found = self.context.labels.get(label) or self.context.resolve(label)
            return linked(found, text, inside=inside)
        if name in ("cite", "cite:p", "cite:ps", "cite:t", "cite:ts"):
            works = [self._work(key.strip(), line, inside, name) for key in content.split(",")]
            if name.startswith("cite:t"):
                return " and ".join(filter(None, [", ".join(works[:-1]), works[-1]]))
            return f"({'; '.join(works)})" if loose else "; ".join(works)
        if name in ("ref", "std:ref", "numref", "eq"):
            target = self.context.labels.get(label)
            if target is None:
                right = did_you_mean(label, self.context.labels)
                self.problem(line, f"{{{name}}} points at '{label}', which is no label", right)
                return escape(text or label)
            if name == "numref" and text:
                number = target.title.split()[-1] if target.title else ""
                text = text.replace("%s", number).replace("{number}", number)
                text = text.replace("{name}", target.title)
            return linked(target, text, inside=inside)
        if name == "doc":
            path = self.context.inner(re.sub(r"\.(md|ipynb|rst)$", "", label))
            page = self.context.pages.get(path)
            if page is None:
                right = did_you_mean(path, self.context.pages)
                self.problem(line, f"{{doc}} points at '{label}', which is no page", right)
                return escape(text or label)
            return linked(page, text, inside=inside)
        if name == "math":
            return f"${content.strip()}$"
        if name == "read":
            return self.context.say("read: {how}", how=self.context.say(content))
        if name in ("abbr", "term"):
            return text or content
        if name in ("sub", "sup"):
            return f"<{name}>{html.escape(content)}</{name}>"
        self.problem(line, f"the role {{{name}}} has no plain form", "Write it without the role.")
        ticks = "`" * (max(map(len, re.findall(r"`+", content)), default=0) + 1)
        return f"{ticks}{content}{ticks}"

    def _work(self, key: str, line: int, inside: bool, role: str) -> str:
        entry = self.context.bibliography.get(key)
        if entry is None:
            right = did_you_mean(key, self.context.bibliography)
            self.problem(line, f"the citation '{key}' has no entry in the bibliography", right)
            return escape(key)
        author, year = escape(short_author(entry)), entry.get("year", "")
        if role.startswith("cite:t"):
            shown = f"{author} ({year})" if year else author
        else:
            shown = ", ".join(filter(None, [author, year]))
        url = entry.get("url") or self.context.references
        return linked(Target(shown, url), shown, inside=inside)


def short_author(entry: Mapping[str, str]) -> str:
    """`Kitaev et al.`, `Wang and Li` or `Wang` of a bibliography entry; its title if it has no
    author."""
    author = (entry.get("author") or "").strip()
    if not author:
        return entry.get("title") or ""
    if re.search(r"\bet al\.?$", author):
        return author
    names = [name for name in re.split(r",\s+|\s+and\s+", author) if name]
    return f"{names[0]} et al." if len(names) > 2 else author
