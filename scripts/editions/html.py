"""The Markdown edition of a page -> HTML for places that know neither our styles nor our scripts:
feeds, letters, the EPUB."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from scripts.core.untrusted.sanitize import cleaned

Formula = Callable[[str, bool], str]  # TeX, whether it stands by itself -> HTML
# Signs for private use stand for formulas while all else is cleaned: no text of ours has them.
PLACE = re.compile("\ue000(\\d+)\ue001")
# An element with all that it holds, or what begins it.
PLAYED = re.compile(
    r"<(iframe|video|audio|embed|object|canvas|svg)\b([^>]*)>(?:(.*?)</\1>)?", re.S | re.I
)
PRIVATE = re.compile("[\ue000\ue001]")


@lru_cache(1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.use(dollarmath_plugin, allow_space=False, double_inline=True)
    for kind in ("math_inline", "math_inline_double", "math_block", "math_block_label"):
        parser.add_render_rule(kind, _placed)
    return parser


def _placed(_self: Any, tokens: Sequence[Token], place: int, _options: Any, env: Any) -> str:
    formulas: list[tuple[str, bool]] = env.setdefault("formulas", [])
    formulas.append((tokens[place].content.strip(), tokens[place].block))
    text = f"\ue000{len(formulas) - 1}\ue001"
    return f"<p>{text}</p>\n" if tokens[place].block else text


def _told(match: re.Match[str]) -> str:
    """What no other program plays or draws: a link to it, or its name."""
    said = dict(re.findall(r"""([\w-]+)\s*=\s*["']([^"']*)["']""", match[2]))
    inner = re.search(r"<title>(.*?)</title>", match[3] or "", re.S)
    source = said.get("src") or said.get("data") or ""
    name = said.get("title") or said.get("aria-label") or (inner[1].strip() if inner else source)
    if re.match("https?:", source):
        return f'<a href="{source}">{name}</a>'
    return f"[{name or match[1]}]"


def parsed(text: str) -> list[Token]:
    """The blocks of a Markdown edition."""
    return _parser().parse(PRIVATE.sub("\ufffd", text))


def as_code(tex: str, _block: bool) -> str:
    """A formula as it is written: most readers of feeds take MathML apart."""
    return f"<code>{escape(tex)}</code>"


def html_of(text: str, address: Callable[[str], str], formula: Formula = as_code) -> str:
    """``text`` without its title, as HTML; ``address`` says where a link or a picture leads. What
    could run or load anything but pictures is gone, as from outputs of cells."""
    tokens = parsed(text)
    if tokens and tokens[0].tag == "h1":
        del tokens[:3]
    for token in tokens:
        for part in (token, *(token.children or ())):
            if part.type in ("html_block", "html_inline"):
                part.content = PLAYED.sub(_told, part.content)
            for name in ("href", "src"):
                if name in part.attrs:
                    part.attrs[name] = address(str(part.attrs[name]))
    env: dict[str, Any] = {}
    html = cleaned(str(_parser().renderer.render(tokens, _parser().options, env)))
    formulas = [formula(*each) for each in env.get("formulas", ())]
    return PLACE.sub(lambda match: formulas[int(match[1])], html)
