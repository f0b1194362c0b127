"""Numbers, dates and durations as people write them: the same words in every edition."""

from __future__ import annotations

import ast
import math
import re
from datetime import date
from typing import Any

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
EMOJI = re.compile(r"[\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff][\ufe0f\u200d]*|\ufe0f")
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07\x1b]*\x07")
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def without_emoji(text: str) -> str:
    """A heading's words; its emoji is decoration, for the heading itself."""
    return " ".join(EMOJI.sub("", text).split())


def without_escapes(text: str) -> str:
    """What a program printed, without the sequences by which terminals colour and move."""
    return ESCAPES.sub("", text)


# Counts ---------------------------------------------------------------------------------------


def plural(count: int, word: str) -> str:
    """``1 item``, ``2 items``."""
    return f"{count} {word}" + ("" if count == 1 else "s")


def spelled(count: int) -> str:
    """Small numbers as words."""
    return NUMBERS[count] if 0 <= count < len(NUMBERS) else str(count)


# Days -----------------------------------------------------------------------------------------


def date_of(text: str) -> date | None:
    """The day that an ISO date or time names, if it is one."""
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return None


def day(text: str, *, weekday: bool = False) -> str:
    """``2020-01-19`` (or a full time) as ``19 January 2020``; other text stays as it is."""
    found = date_of(text)
    if found is None:
        return str(text)
    return (f"{found:%A} " if weekday else "") + f"{found.day} {found:%B %Y}"


def month(text: str) -> str:
    """``2020-01-19`` as ``January 2020``; other text stays as it is."""
    found = date_of(text)
    return f"{found:%B %Y}" if found else str(text)


def short_day(text: str) -> str:
    """``2020-01-19`` as ``19 Jan``, where the year stands above it; other text stays as it is."""
    found = date_of(text)
    return f"{found.day} {found:%b}" if found else str(text)


# Durations and sizes --------------------------------------------------------------------------


def duration(seconds: float) -> str:
    """``26 s``, ``3 min``, ``2 h 5 min``; at least one second."""
    if seconds < 100:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def at_most(seconds: float) -> str:
    """A duration that another machine will hardly exceed: ``about 35 seconds``."""
    if seconds < 10:
        return "less than ten seconds"
    if seconds < 95:
        return f"about {5 * math.ceil(seconds / 5)} seconds"
    return f"about {math.ceil(seconds / 60)} minutes"


def minutes(value: float) -> str:
    """``14 minutes``; at least one."""
    return plural(max(1, round(float(value))), "minute")


def memory(mebibytes: float) -> str:
    """``310 MiB`` or ``1.2 GiB``."""
    return f"{mebibytes / 1024:.1f} GiB" if mebibytes >= 1000 else f"{round(mebibytes)} MiB"


def file_size(size: int) -> str:
    """Bytes as people write them: ``812 B``, ``41 KB``, ``3.1 MB``."""
    if size < 1000:
        return f"{size} B"
    if size < 1_000_000:
        return f"{round(size / 1000)} KB"
    return f"{size / 1_000_000:.1f} MB"


# Measurements ---------------------------------------------------------------------------------

SHOWN = 4  # numbers of a list that are shown
COMPARED = {
    ast.GtE: "at least {}", ast.Gt: "more than {}", ast.LtE: "at most {}", ast.Lt: "less than {}",
    ast.Eq: "exactly {}",
}  # fmt: skip
TURNED = {ast.GtE: ast.LtE, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.Lt: ast.Gt, ast.Eq: ast.Eq}
# What a rule looks at, as words before the comparison.
LOOKED_AT = {
    "measured": "",
    "abs(measured)": "either way ",
    "abs(measured - reported)": "the distance to the reported ",
    "min(spread)": "the lowest ",
    "max(spread)": "the highest ",
    "min(measured)": "the smallest ",
    "max(measured)": "the largest ",
}


def number(value: Any, unit: str = "") -> str:
    """A measured or reported value as text, with its unit: four significant digits; numbers that
    are compared as ``0.3 → 0.4``, of many only the ends, of equal ones one."""
    if value is None or isinstance(value, str):
        return str(value)
    if not isinstance(value, list):
        return _with(unit, _plain(value))
    each = [number(v) for v in value]
    if len(each) > 1 and len(set(each)) == 1:
        return f"{_with(unit, each[0])} ({'both' if len(each) == 2 else f'all {len(each)}'})"
    if any(isinstance(v, list) for v in value):
        return _with(unit, "; ".join(each))
    if len(each) > SHOWN:
        return f"{_with(unit, f'{each[0]} → … → {each[-1]}')} ({len(each)} values)"
    return _with(unit, " → ".join(each))


def _with(unit: str, text: str) -> str:
    if unit == "ratio":
        return f"ratio {text}"
    return text + (unit if unit in ("", "%") else f" {unit}")


def spread(value: Any, around: Any = None) -> str:
    """How far runs lie apart, for behind their number: ``± 0.2``, ``(0.2 to 0.4)``; empty where
    they don't, all being ``around``."""
    if value is None or isinstance(value, str):
        return str(value or "")
    if not isinstance(value, list):
        return f"± {_plain(value)}"
    pairs = value if value and isinstance(value[0], list) else [value]
    if all(v in (around, pairs[0][0]) for pair in pairs for v in pair):
        return ""
    return f"({'; '.join(' to '.join(map(_plain, pair)) for pair in pairs)})"


def measured(value: Any, unit: str = "", around: Any = None) -> str:
    """A measurement with its spread: ``0.3 s (0.2 to 0.4)``."""
    return f"{number(value, unit)} {spread(around, value)}".rstrip()


def rule(text: str, unit: str = "", reported: Any = None) -> str:
    """The rule of a check in words (``measured >= 5``: ``at least 5 points``); empty where only
    its code can say it."""
    try:
        node = ast.parse(text, mode="eval").body
    except SyntaxError:
        return ""
    if not isinstance(node, ast.Compare):
        return ""
    sides, signs = [node.left, *node.comparators], [type(sign) for sign in node.ops]
    seen = [n for n, side in enumerate(sides) if ast.unparse(side) in LOOKED_AT]
    if len(seen) != 1 or not set(signs) <= set(COMPARED):
        return ""
    limits: dict[str, None] = {}
    for n, side in enumerate(sides):
        if n != seen[0]:
            at = n - 1 if n > seen[0] else n
            sign = signs[at] if n > seen[0] else TURNED[signs[at]]
            value = _limit(side, reported)
            if value is None:
                return ""
            limits[COMPARED[sign].format(number(value, unit))] = None
    return LOOKED_AT[ast.unparse(sides[seen[0]])] + " and ".join(limits)


def _limit(side: ast.expr, reported: Any) -> Any:
    """What a rule compares with: a number or a list of them, or what the source reports."""
    if isinstance(side, ast.Name) and side.id == "reported":
        return reported
    try:
        return ast.literal_eval(side)
    except ValueError:
        return None


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        text = f"{value:,}" if abs(value) >= 10000 else str(value)
    elif isinstance(value, float):
        text = _rounded(value)
    else:
        return str(value)
    return text.replace("-", "−", 1)


def _rounded(value: float) -> str:
    if value == 0:
        return "0"
    if 1e-4 <= abs(value) < 1e6:
        digits = f"{value:.4g}"
        return digits if "e" not in digits else f"{value:,.0f}"
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa.removesuffix('.0')} × 10{str(int(exponent)).translate(RAISED)}"
