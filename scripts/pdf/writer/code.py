"""Code as coloured lines of Typst, wrapped with a visible mark. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator

from pygments.lexers import get_lexer_by_name
from pygments.lexers.special import TextLexer
from pygments.token import Comment, Generic, Keyword, Name, Number, Operator, String, Token
from pygments.util import ClassNotFound

from scripts.pdf.writer.markup import addresses, string

CHARACTER = 0.6 * 8.5  # width of one character of the mono face at its size, in points
_COLOURS = (
    (Comment, "co"),
    (Keyword, "kw"),
    (Operator.Word, "kw"),
    (String, "st"),
    (Number, "nu"),
    (Name.Tag, "kw"),
    (Generic.Error, "er"),
    (Generic.Traceback, "er"),
)
_ALIASES = {"ipython": "ipython3", "default": "python", "none": "text", "mystnb": "text"}


def write(
    text: str,
    language: str,
    columns: int,
    first: int | None = None,
    hot: Collection[int] = (),
) -> str:
    """Markup of a listing of at most `columns` characters a line.

    first: number of the first line, None for no numbers. hot: lines to highlight, from 1.
    """
    out = []
    for i, line in enumerate(_lines(text.rstrip("\n"), language)):
        rows = list(wrap(line, columns))
        for j, row in enumerate(rows):
            body = "".join(_piece(kind, part) for kind, part in row)
            if j:
                body = f"#cut;{body}"
            if i + 1 in hot:
                body = f"#hot[{body}];"
            if first is not None:
                body = f'#ln("{i + first if j == 0 else ""}");{body}'
            out.append(body or '#"";')
    return " \\\n".join(out)


def _piece(kind: str, part: str) -> str:
    colour, _, url = kind.partition(" ")
    shown = f"{colour}({string(part)})" if colour else string(part)
    return f"#link({string(url)}, {shown});" if url else f"#{shown};"


def _lines(text: str, language: str) -> Iterator[list[tuple[str, str]]]:
    """Lines of (colour, text) pieces; behind the colour of an address, and a space, it stands."""
    for line in _coloured(text, language):
        yield [
            (f"{colour} {url}".rstrip(), piece)
            for colour, part in line
            for piece, url in (addresses(part) if "://" in part else [(part, "")])
        ]


def _coloured(text: str, language: str) -> Iterator[list[tuple[str, str]]]:
    text = text.expandtabs(4)
    line: list[tuple[str, str]] = []
    for kind, value in _tokens(text, language):
        colour = next((name for parent, name in _COLOURS if kind in parent), "")
        for i, part in enumerate(value.split("\n")):
            if i:
                yield line
                line = []
            if part:
                if line and line[-1][0] == colour:
                    line[-1] = (colour, line[-1][1] + part)
                else:
                    line.append((colour, part))
    yield line


def _tokens(text: str, language: str) -> list[tuple[type, str]]:
    name = _ALIASES.get(language, language)
    try:
        lexer = get_lexer_by_name(name, stripnl=False, stripall=False, ensurenl=False)
    except ClassNotFound:
        lexer = TextLexer(stripnl=False, ensurenl=False)
    tokens = list(lexer.get_tokens(text))
    if "".join(value for _, value in tokens) != text:  # a lexer that changes what it reads
        return [(Token.Text, text)]
    return tokens


def cells(char: str) -> int:
    """Columns that a character takes in the mono face."""
    if unicodedata.combining(char) or unicodedata.category(char) in ("Cf", "Mn"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1


def wrap(line: list[tuple[str, str]], columns: int) -> Iterator[list[tuple[str, str]]]:
    """Cut a line of pieces; continued rows leave two columns for the mark."""
    row: list[tuple[str, str]] = []
    used = 0
    for kind, text in line:
        part = ""
        for char in text:
            width = cells(char)
            if used + width > columns:
                if part:
                    row.append((kind, part))
                yield row
                row, part, used = [], "", 2
            part += char
            used += width
        if part:
            row.append((kind, part))
    yield row
