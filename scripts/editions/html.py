"""The Markdown edition of a page -> HTML for places that know neither our styles nor our scripts:
feeds. Links and pictures lead to the site; a formula stays in TeX, for most readers of feeds take
MathML apart."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import urljoin

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from scripts.core.untrusted.sanitize import cleaned


@lru_cache(1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.use(dollarmath_plugin, allow_space=False, double_inline=True)
    for kind in ("math_inline", "math_inline_double", "math_block", "math_block_label"):
        parser.add_render_rule(kind, _formula)
    return parser


def _formula(_self: Any, tokens: Sequence[Token], place: int, _options: Any, _env: Any) -> str:
    code = f"<code>{escape(tokens[place].content.strip())}</code>"
    return f"<p>{code}</p>\n" if tokens[place].block else code


def parsed(text: str) -> list[Token]:
    """The blocks of a Markdown edition."""
    return _parser().parse(text)


def html_of(text: str, base: str) -> str:
    """``text`` without its title, as HTML; relative addresses are of ``base``. What could run or
    load anything but pictures is gone, as from outputs of cells."""
    tokens = parsed(text)
    if tokens and tokens[0].tag == "h1":
        del tokens[:3]
    for token in tokens:
        for part in (token, *(token.children or ())):
            for name in ("href", "src"):
                if name in part.attrs:
                    part.attrs[name] = urljoin(base, str(part.attrs[name]))
    return cleaned(str(_parser().renderer.render(tokens, _parser().options, {})))
