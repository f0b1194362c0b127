"""MyST directives -> plain Markdown: admonitions, pictures, formulas, lists made by the build."""

from __future__ import annotations

import re
from collections.abc import Callable

from markdown_it import MarkdownIt

from scripts.book import myst
from scripts.core.page_data.directives import CORRECTED, CORRECTIONS, DIRECTIVES
from scripts.core.problems import did_you_mean
from scripts.editions.plain import others
from scripts.editions.plain.fences import fenced, quoted
from scripts.editions.plain.inline import escape, linked, parser
from scripts.editions.plain.references import Context, CorrectionOfItem, Target

ADMONITIONS = {
    name: name.capitalize()
    for name in (
        *("note", "tip", "warning", "important", "hint", "caution", "attention", "danger"),
        "error",
    )
} | {"correction": CORRECTED, "seealso": "See also"}
TITLED = {"admonition", "dropdown", "topic", "sidebar"}  # their argument is a title
QUOTES = {"margin", "epigraph", "pull-quote"}
PICTURES = {"figure", "image"}
CODE = {"code", "code-block", "sourcecode"}
# The build fills these from its own data; in a plain edition most have no place.
DROPPED = {"tableofcontents", *DIRECTIVES}
KNOWN = {
    *ADMONITIONS, *TITLED, *QUOTES, *PICTURES, *CODE, *DROPPED, "math", "corrections", "outcomes",
    "bibliography",
}  # fmt: skip


class Directives:
    """Writes the directives of one text. ``inner(text, line)`` converts a body (1-based line),
    ``problem(line, what, right)`` notes what has no plain form (0-based line)."""

    def __init__(
        self,
        context: Context,
        inner: Callable[[str, int], str],
        problem: Callable[[int, str, str], None],
    ) -> None:
        self.context, self.inner, self.problem = context, inner, problem

    def write(self, block: myst.Directive) -> str:
        """One directive as plain Markdown; empty if it is dropped."""
        name, options = block.name, block.options
        if name in DROPPED:
            return self.context.filled.get(name, "")
        if name in ADMONITIONS or name in TITLED:
            return self._admonition(block)
        if name == "outcomes":
            return self.inner(block.body, block.body_line)
        if name in QUOTES:
            return quoted(self.inner(_joined(block), block.line))
        if name == "math":
            label = str(options.get("label") or options.get("name") or "")
            return equation(_joined(block), self.context.labels.get(label))
        if name in PICTURES:
            return self._picture(block)
        if name == "corrections":
            return "\n".join(
                f"- {self.context.say(kind.capitalize())}: {', '.join(items)}."
                for kind in CORRECTIONS
                if (items := [_short(c) for c in self.context.corrections if c.kind == kind])
            )
        if name == "bibliography":
            return bibliography(self.context)
        if name in CODE:
            caption = self.inner(str(options.get("caption") or ""), block.line)
            said = f"{captioned(caption, self._label(block))}\n\n" if caption else ""
            return said + fenced(block.body, block.argument)
        if others.knows(name):
            return others.write(block, self.context, self.inner)
        self.problem(
            block.line - 1,
            f"the directive {{{name}}} has no plain form",
            did_you_mean(name, KNOWN | others.KNOWN),
        )
        return fenced("\n".join(filter(None, [block.argument, block.body])))

    def _admonition(self, block: myst.Directive) -> str:
        titled = block.name in TITLED
        title = block.argument if titled else self.context.say(ADMONITIONS[block.name])
        if block.name == "correction":
            titled, title = True, self.context.say((block.argument or CORRECTED).capitalize())
        body = self.inner(block.body if titled else _joined(block), block.body_line)
        title = self.inner(title, block.line) or block.name.capitalize()
        folded = "dropdown" in str(block.options.get("class", "")).split()
        if folded or block.name == "dropdown":
            summary = MarkdownIt("commonmark").renderInline(title)
            return f"<details>\n<summary>{summary}</summary>\n\n{body}\n\n</details>"
        if block.name in TITLED or not _begins_with_words(body):
            return quoted(f"**{title}**\n\n{body}" if body else f"**{title}**")
        return quoted(f"**{title}.** {body}")

    def _label(self, block: myst.Directive) -> Target | None:
        return self.context.labels.get(str(block.options.get("name") or ""))

    def _picture(self, block: myst.Directive) -> str:
        alt = str(block.options.get("alt") or "")
        target = self.context.resolve(block.argument)
        picture = f"![{escape(alt)}]({target.url})"
        caption = self.inner(block.body, block.body_line) if block.name == "figure" else ""
        label = self._label(block)
        if caption or (label and block.name == "figure"):
            picture += "\n\n" + captioned(caption, label)
        return picture


def captioned(caption: str, label: Target | None) -> str:
    """A figure's caption in plain Markdown, its number first."""
    return f"**{label.title}.** {caption}".strip() if label else caption


def bibliography(context: Context) -> str:
    """Every work of the book as a list, by author and year."""
    entries = sorted(
        context.bibliography.items(),
        key=lambda e: (e[1].get("author", "").casefold(), e[1].get("year", ""), e[0]),
    )
    lines = []
    for key, entry in entries:
        parts = [escape(entry.get("author", "")), f"({entry['year']})" if entry.get("year") else ""]
        head = " ".join(filter(None, parts))
        title = linked(Target(entry.get("title") or key, entry.get("url", "")))
        lines.append(f"- {head}. {title}." if head else f"- {title}.")
    return "\n".join(lines)


def equation(tex: str, tag: Target | None) -> str:
    """A displayed formula with its number, which stands within an environment of LaTeX."""
    number = f"\n\\tag{{{tag.title.strip('()')}}}" if tag and r"\tag" not in tex else ""
    inner, end, name = tex.strip().rpartition(r"\end{")
    if number and inner.startswith(r"\begin{") and re.fullmatch(r"[a-z]+\*?\}", name):
        return f"$$\n{inner.strip()}{number}\n{end}{name}\n$$"
    return f"$$\n{tex.strip()}{number}\n$$"


def _joined(block: myst.Directive) -> str:
    """The body of a directive whose first words may stand on its opening line."""
    return "\n".join(filter(None, [block.argument, block.body]))


def _begins_with_words(text: str) -> bool:
    tokens = parser().parse(text)
    return bool(tokens) and tokens[0].type == "paragraph_open"


def _short(correction: CorrectionOfItem) -> str:
    return linked(Target(correction.title.partition(":")[0], correction.url))
