"""TeX prepared once for both writers: macros expanded, in the dialect of the converter.

The converter (latex2mathml) knows some of several names for one thing, so the others are written as
those; what is only for pages of LaTeX goes.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from scripts.rendering.formulas.environments import lifted, rows_of
from scripts.rendering.formulas.macros import Macros, argument, expand, group_end, taken_out
from scripts.rendering.formulas.texts import spelled
from scripts.rendering.formulas.unconvertible import Unconvertible

LONGEST = 10_000  # characters of a formula, its macros expanded: five pages of a print
DEEPEST = 40  # groups, fractions and fences inside one another; the converter goes down to each

# The converter makes of these what it makes of an operator that is none of them.
_STANDARD: Macros = {"mathrel": [r"\;{#1}\;", 1]}
_NESTING = re.compile(r"(?<!\\)[{}]|\\(?:begin|end|left|right)(?![A-Za-z])")
_ROWS = re.compile(r"(?<!\\)&|\\\\")
# What the converter takes for something else, without a word, and why it can't be shown.
_MISTAKEN = re.compile(
    r"\\(?:wideparen|[lr]lap|math[lr]lap|above|abovewithdelims|class|cssId|style|unicode|fcolorbox)"
    r"(?![A-Za-z])"
)
# Older names of environments, which hold their rows in braces.
_OLD = re.compile(r"\\(p?matrix|cases|eqalign|displaylines|substack)\s*(?=\{)")
_VARIED: dict[str, str] = {
    "sup": r"\mathop{\overline{\operatorname{lim}}}",
    "inf": r"\mathop{\underline{\operatorname{lim}}}",
}
_SPELLINGS: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"\\(?:label|require)\s*\{[^}]*\}|\\(?:nonumber|notag)(?![A-Za-z])", ""),
    (r"\\rule\s*(?:\[[^\]]*\])?\s*\{\s*0\s*[a-z]*\s*\}\s*\{[^}]*\}", ""),  # only takes room
    (r"(\\colorbox\s*\{[^}]*\}\s*)\{\$([^$]*)\$\}", r"\1{\2}"),
    (r"\\(?:bm|pmb)(?![A-Za-z])", r"\\boldsymbol"),
    (r"\\math(?:bbm|ds)(?![A-Za-z])", r"\\mathbb"),
    (r"\\mathnormal(?![A-Za-z])", ""),
    (r"\\buildrel(.*?)\\over(?![A-Za-z])\s*(\\[A-Za-z]+|\\.|.)", r"\\overset{\1}{\2}"),
    (r"\\varlim(sup|inf)(?![A-Za-z])", lambda m: _VARIED[m[1]]),
    (r"\\cfrac(?![A-Za-z])(?:\s*\[[lcr]\])?", r"\\dfrac"),
    (r"\\mathrm\{([A-Za-z])\}", r"\\mathrm{ \1}"),  # or it comes out slanted
    (r"\\([bB]igg?)m(?![A-Za-z])\s*(\\[A-Za-z]+|\\.|.)", r"\\;\\\1\2\\;"),
    (r"(\\[A-Za-z]+)\s*\\nolimits(?![A-Za-z])", r"{\1}"),  # in braces it is as a letter
    (r"\\(left|right|middle|[bB]igg?[lrm]?)\s*<", r"\\\1\\langle "),
    (r"\\(left|right|middle|[bB]igg?[lrm]?)\s*>", r"\\\1\\rangle "),
    (r"\\lt(?![A-Za-z])", "<"),
    (r"\\gt(?![A-Za-z])", ">"),
    (r"\\bmod(?![A-Za-z])", r"\\operatorname{mod}"),
    (
        r"\\pmod\s*(\{(?:[^{}]|\{[^{}]*\})*\}|\\[A-Za-z]+|[^\s{}])",
        r"\\quad(\\operatorname{mod}\\,\1)",
    ),
    (r"\\pod\s*(\{(?:[^{}]|\{[^{}]*\})*\}|\\[A-Za-z]+|[^\s{}])", r"\\quad(\1)"),
    (r"\\mod(?![A-Za-z])", r"\\quad\\operatorname{mod}\\,"),
    (r"\\([lr])Vert(?![A-Za-z])", r"\\Vert"),
    (r"\\operatorname\s*\*?\s*\{arg\s*(?:\\[,;]|~)?\s*(max|min)\}", r"\\arg\1"),
    (r"\\arg(?:\\[,;!])?\s*\\(max|min)(?![A-Za-z])", r"\\arg\1"),
    (r"\\arg(?![A-Za-z])", r"\\operatorname{arg}"),
    (r"\\math(?:ord|open|close|inner|punct|clap)(?![A-Za-z])|\\(?:clap|smash)(?![A-Za-z])", ""),
    (r"\\d(d?)ag(?![A-Za-z])", r"\\d\1agger "),
    (r"\\vcentcolon(?![A-Za-z])", ":"),
    (r"\\(d{1,2})ag(?![A-Za-z])", r"\\\1agger "),
    (r"\\enskip(?![A-Za-z])", r"\\enspace "),
    (r"\\mathellipsis(?![A-Za-z])", r"\\ldots "),
    (r"\\P(?![A-Za-z])", "¶"),
    (r"\\copyright(?![A-Za-z])", "©"),
    (r"\\(begin|end)\{(?:equation|displaymath|math)\*?\}", ""),
)
_TAKING = re.compile(r"\\(tag\s*\*?|[sS]et|Bra(?:ket)?|Ket|genfrac|cancelto)(?![A-Za-z])\s*")
_MODELS = re.compile(r"\\(textcolor|color)\s*\[(\w+)\]\s*\{([^}]*)\}")


def prepare(tex: str, macros: Macros | None = None) -> str:
    """TeX in one line, as the converter reads it; empty if there is nothing to show. Raises
    Unconvertible for what the converter would take for something else, and for more than it reads
    in a second."""
    measure(tex)
    tex = re.sub(r"(?<!\\)%.*", "", tex)
    tex = re.sub(r"(?<!\\)((?:\\\\)*)\\(?:\s+|$)", r"\1~", tex)  # a space, which isn't stripped
    tex, own = taken_out(tex)
    tex = expand(tex, {**_STANDARD, **(macros or {}), **own}, measure)
    if private := re.search("[\ue000-\uf8ff]", tex):
        raise Unconvertible(f"a character for private use, U+{ord(private[0]):04X}")
    if group_end("{" + tex, 0) <= len(tex) or group_end("{" + tex + "}", 0) != len(tex) + 2:
        raise Unconvertible("its braces don't match")
    if mistaken := _MISTAKEN.search(tex):
        raise Unconvertible(f"{mistaken[0]} can't be shown here")
    tex = _taken(tex)
    for pattern, spelling in _SPELLINGS:
        tex = re.sub(pattern, spelling, tex)
    tex = _MODELS.sub(_coloured, tex)
    tex = spelled(_modern(_operators(tex)))
    if re.search(r"(?<!\\)(?:\\\\)*\$", tex):
        raise Unconvertible("a dollar sign: does '$$' stand within a line?")
    # Blank lines part equations, as two backslashes part lines.
    tex = r" \\ ".join(part.strip() for part in re.split(r"\n\s*\n", tex) if part.strip())
    tex = re.sub(r"[ \t\r\n]+", " ", tex.strip())
    _go_down(tex)
    outside, _ = lifted(tex)
    if len(rows_of(outside)) > 1 or _ROWS.search(outside):
        name = "align*" if "&" in outside else "gather*"
        tex = rf"\begin{{{name}}} {tex} \end{{{name}}}"
    return tex


def measure(tex: str) -> None:
    """Raise Unconvertible for more than is read in a second."""
    if len(tex) > LONGEST:
        raise Unconvertible(f"{len(tex):,} characters, more than {LONGEST:,}")


def _go_down(tex: str) -> None:
    depth = 0
    for mark in _NESTING.finditer(tex):
        depth += -1 if mark[0].startswith(("}", r"\e", r"\r")) else 1
        if depth > DEEPEST:
            raise Unconvertible(f"more than {DEEPEST} groups inside one another")


def _taken(tex: str) -> str:
    """Commands that take groups, by others; what stands in these may hold such commands, too."""
    while match := _TAKING.search(tex):
        name, end = re.sub(r"\s", "", match[1]), match.end()
        given = []
        for _ in range({"genfrac": 6, "cancelto": 2}.get(name, 1)):
            end += len(tex[end:]) - len(tex[end:].lstrip())
            stop = group_end(tex, end)
            given.append(argument(tex[end:stop]))
            end = stop
        written, rest = _written(name, given), tex[end:]
        if name.startswith("tag"):  # stands at the end of its row, wherever it is written
            row, rest = rest[: (stop := _row_end(rest))], rest[stop:]
            written = f"{row.rstrip()} {written}"
        tex = tex[: match.start()] + written + rest
        measure(tex)
    return tex


def _row_end(tex: str) -> int:
    """Where the row ends that goes on with this TeX: its line break or its environment's end."""
    depth = 0
    for mark in re.finditer(r"\\(?:begin|end)\s*\{|\\\\|\\.|[{}]", tex):
        if depth == 0 and mark[0].startswith((r"\\", r"\end", "}")):
            return mark.start()
        if mark[0].startswith((r"\begin", r"\end")):  # with the brace of its name
            depth += 2 if mark[0].startswith(r"\begin") else 0
            continue
        depth += {"{": 1, "}": -1}.get(mark[0], 0)
    return len(tex)


def _written(name: str, given: list[str]) -> str:
    first, last = given[0], given[-1]
    if name == "genfrac":
        return _fraction(*given)
    if name == "cancelto":
        return rf"{{\cancel{{{last}}}}}^{{\nearrow {first}}}"
    if name.startswith("tag"):
        return rf"\qquad\text{{{first}}}" if name == "tag*" else rf"\qquad\text{{({first})}}"
    if name == "set":
        return rf"\{{{first}\}}"
    count = 1 if name == "Set" else 0
    grown = re.sub(r"(?<!\\)\|", r"\\,\\middle|\\,", first, count=count)
    opening, closing = {"Set": (r"\{", r"\}"), "Bra": (r"\langle", "|"), "Ket": ("|", r"\rangle"),
                        "Braket": (r"\langle", r"\rangle")}[name]  # fmt: skip
    return rf"\left{opening} {grown} \right{closing}"


def _fraction(opening: str, closing: str, line: str, style: str, above: str, below: str) -> str:
    """``\\genfrac``. Raises Unconvertible for a line of another width than LaTeX's or none."""
    if line.strip() and not re.fullmatch(r"0(?:\.0*)?\s*(?:pt|em|ex|mm|cm|in|mu)?", line.strip()):
        raise Unconvertible(f"\\genfrac with a line of {line}")
    made = rf"{{{above} \atop {below}}}" if line.strip() else rf"\frac{{{above}}}{{{below}}}"
    styles = ("display", "text", "script", "scriptscript")
    if style.strip() in ("0", "1", "2", "3"):
        made = rf"{{\{styles[int(style)]}style {made}}}"
    if opening.strip() or closing.strip():
        made = rf"\left{opening.strip() or '.'} {made} \right{closing.strip() or '.'}"
    return made


def _operators(tex: str) -> str:
    """Operators by name; the converter keeps none but a thin space in it. With a star one takes its
    script below, which is what the converter's ``\\mathop`` does."""
    out, place = [], 0
    for match in re.finditer(r"\\operatorname\s*(\*?)\s*(?=\{)", tex):
        if match.start() < place:
            continue
        end = group_end(tex, match.end())
        name = re.sub(r"(?:\\[,;:! ]|~|\s)+", "\u2009", argument(tex[match.end() : end]).strip())
        plain = re.fullmatch(r"[A-Za-z\u2009]+", name)
        said = rf"\operatorname{{{name}}}" if plain else f"{{{name.replace(chr(0x2009), ' ')}}}"
        out += [tex[place : match.start()], rf"\mathop{{{said}}}" if match[1] else said]
        place = end
    return "".join(out) + tex[place:]


def _modern(tex: str) -> str:
    """Old environments by their newer names."""
    while match := _OLD.search(tex):
        end = group_end(tex, match.end())
        name, body = match[1], argument(tex[match.end() : end])
        if name == "cases":  # the second column is words
            rows = (row.partition("&") for row in rows_of(body))
            body = r"\\".join(f"{a}{sign}" + rf"\text{{{b}}}" * bool(sign) for a, sign, b in rows)
        newer = {"eqalign": "aligned", "displaylines": "gather", "substack": "subarray"}
        name = newer.get(name, name)
        given = "{c}" if name == "subarray" else ""
        tex = f"{tex[: match.start()]}\\begin{{{name}}}{given}{body}\\end{{{name}}}{tex[end:]}"
    return tex


def _coloured(match: re.Match[str]) -> str:
    """A colour in numbers, as browsers write it."""
    command, model, given = match.groups()
    try:
        if model == "HTML":
            parts = [int(given.strip()[place : place + 2], 16) for place in (0, 2, 4)]
        else:
            whole = {"rgb": 255.0, "RGB": 1.0}[model]
            parts = [round(float(part) * whole) for part in given.split(",")]
        red, green, blue = parts
    except (KeyError, ValueError) as error:
        raise Unconvertible(f"colour [{model}]{{{given}}}") from error
    return f"\\{command}{{#{red:02x}{green:02x}{blue:02x}}}"
