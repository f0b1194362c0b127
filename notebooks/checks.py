"""Checks: a claim, a measurement, a rule, and a verdict that the build compares.

    check("i002-demo-speed", "The short cut is faster.", source="Table 2",
          reported=3.0, measured=2.4, rule="measured > 1", unit="x")

Its kind says whose sentence it tests: a `claim` is the source's, a `finding` ours; `arithmetic` is
recomputed from the source's own numbers, `exactness` compares our code with a reference.

The rule is text over `measured`, `reported` and `spread`. It is evaluated and shown, so what is
tested and what is printed cannot differ. `stands` is the verdict that the authors committed to; a
check never raises because the verdict found is another one: the build compares the two.

    check(..., values=[2.2, 2.4, 2.6], statistic="median")

keeps the number of each seed. It is measured by their statistic (the mean, if none is named), their
range is the spread, and readers of the site can leave one out.

    learned("i002-demo-arm-learned", "The short cut", values=[81, 83], chance=50, best=100)
    disjoint("i002-demo-disjoint", training=rows, testing=others)

say that an arm of a comparison is better than guessing, and that sets have no row in common.

    glue("copied", accuracy)

keeps a number for the prose, which asks for it: {glue:text}`copied:.1f`.
"""

from __future__ import annotations

import ast
import html
import math
import os
import re
import statistics
from dataclasses import asdict, dataclass, replace
from typing import Any

MIME = "application/vnd.nlp-newsletter.checks+json"
KINDS = ("claim", "finding", "arithmetic", "exactness")
GLUE = "application/papermill.record/"  # before the MIME type of what is kept, not shown
HOLDS, FAILS, UNTESTABLE, NOT_RUN = "holds", "fails", "not testable here", "not run"
STATISTICS: dict[str, Any] = {
    "mean": lambda values: sum(values) / len(values),
    "median": statistics.median,
    "min": min,
    "max": max,
}
NAMES = ("measured", "reported", "spread")
FUNCTIONS = {f.__name__: f for f in (abs, all, any, len, max, min, round, sorted, sum, zip)}

# A mark for each verdict, and its colour, which tells no more. The site draws its own.
MARKS = {
    HOLDS: ("✓", "#2A9D80"),
    FAILS: ("✗", "#B5452F"),
    UNTESTABLE: ("◌", "#707D78"),
    NOT_RUN: ("–", "#707D78"),
}
_seen: dict[str, tuple[object, object]] = {}  # id -> (cell, execution) that declared it


@dataclass(frozen=True)
class Check:
    """One check as the ledger keeps it. `expected` is the rule, `reason` the `why`."""

    id: str
    kind: str
    claim: str
    source: str
    reported: Any
    measured: Any
    unit: str
    spread: Any
    expected: str
    verdict: str
    stands: str
    reason: str
    values: Any = None
    statistic: str = ""


def check(
    id: str,
    claim: str,
    *,
    source: str,
    measured: Any = ...,
    rule: str,
    reported: Any = None,
    unit: str = "",
    spread: Any = None,
    values: Any = None,
    statistic: str = "mean",
    stands: str = HOLDS,
    why: str = "",
    kind: str = "claim",
) -> None:
    """Test one claim and display the verdict.

    measured, reported, spread: numbers, texts, or lists of them, in `unit`. `measured=None` says
    that the claim cannot be tested here; `why` then gives the reason. `values`, a number for each
    seed, stands in place of measured and spread. Under the profile `smoke` (environment
    NEWSLETTER_PROFILE) claims and findings are not run. Raises ValueError on misuse, and never
    because of the verdict.
    """
    declared = Check(
        id, kind, claim, source, reported, measured, unit, spread, rule.strip(), "", stands, why
    )
    if values is not None:
        declared = _of_seeds(declared, values, statistic)
    elif measured is ...:
        raise ValueError(f"check {id!r}: neither `measured` nor `values` is given")
    found = evaluate(declared, os.environ.get("NEWSLETTER_PROFILE") or "book")
    _declare(id)
    _show(found)


def exact(
    id: str,
    claim: str,
    *,
    measured: Any,
    rule: str,
    source: str = "",
    unit: str = "",
    why: str = "",
) -> None:
    """Test that our implementation equals a reference; evaluated under every profile."""
    check(
        id, claim, source=source, measured=measured, rule=rule, unit=unit, why=why, kind="exactness"
    )


def learned(
    id: str,
    arm: str,
    *,
    values: Any,
    chance: float,
    best: float,
    share: float = 0.25,
    unit: str = "",
) -> None:
    """Test that an arm of a comparison has learned: the worst of its runs has come a `share` of
    the way from `chance` (guessing) to `best`, which may be the lower number, as of a loss.

    values: a number for each run, in `unit`. A finding, so not run under the profile `smoke`.
    """
    bound = float(f"{chance + share * (best - chance):.4g}")
    sign, worst = (">=", "min") if best > chance else ("<=", "max")
    rule = f"measured {sign} {bound:g}"
    claim = f"{arm} has learned: the worst run counts."
    check(
        id, claim, source="", values=values, statistic=worst, rule=rule, unit=unit, kind="finding"
    )


def disjoint(id: str, /, **sets: Any) -> None:
    """Test that no row (an index, a text, a sentence of numbers) is in two of the `sets`, and that
    none of them is empty; evaluated under every profile."""
    kept = [{repr(plain(row)) for row in rows} for rows in sets.values()]
    shared = sum(map(len, kept)) - len(set().union(*kept))
    names = f"{', '.join(list(sets)[:-1])} and {list(sets)[-1]}"
    exact(
        id,
        f"{names[0].upper()}{names[1:]} have no row in common.",
        measured=[shared, min(map(len, kept))],
        rule="measured[0] == 0 and measured[1] > 0",
        unit="rows shared, rows in the smallest",
    )


def glue(name: str, value: Any) -> None:
    """Keep a number or a text under a name for prose, captions and alt texts, as MyST-NB's `glue`
    does; nothing is shown. Raises ValueError for NaN and for what JSON cannot hold."""
    kept = {f"{GLUE}text/plain": repr(plain(value, f"the value {name!r}"))}
    if _shell() is not None:
        from IPython.display import display

        display(kept, raw=True, metadata={"scrapbook": {"name": name, "mime_prefix": GLUE}})


def evaluate(c: Check, profile: str) -> Check:
    """Validated copy of a check with its verdict under a profile. Raises ValueError on misuse."""
    exactness, untested = c.kind == "exactness", c.measured is None
    always = c.kind in ("arithmetic", "exactness")  # whatever the size of the run
    words = (HOLDS, FAILS, UNTESTABLE)

    def need(ok: bool, problem: str) -> None:
        if not ok:
            raise ValueError(f"check {c.id!r}: {problem}")

    need(bool(re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", c.id)), "ids look like 'i002-name-what'")
    need(bool(c.claim.strip()), "the claim is empty")
    need(c.kind in KINDS, f"kind is one of {', '.join(KINDS)}, not {c.kind!r}")
    need(c.stands in words, f"stands is one of {words}, not {c.stands!r}")
    need(not exactness or c.stands == HOLDS, "an exactness check always stands as 'holds'")
    need(not exactness or not untested, "an exactness check needs a measurement")
    need(
        bool(c.reason.strip()) or (c.stands == HOLDS and not untested),
        "say in `why` for what reason it fails or cannot be tested here",
    )
    need(bool(c.expected) or untested, "the rule is empty")
    rule = _compiled(c)
    if profile == "smoke" and not always:
        # The numbers of a run of seconds mean nothing and may be NaN: they are not kept.
        reported = plain(c.reported, f"check {c.id!r}: reported")
        c = replace(c, measured=None, spread=None, values=None, statistic="")
        return replace(c, reported=reported, verdict=NOT_RUN)
    values = {name: plain(getattr(c, name), f"check {c.id!r}: {name}") for name in NAMES}
    if untested:
        return replace(c, **values, verdict=UNTESTABLE)
    try:
        # One mapping for everything: generator expressions in a rule see globals only.
        result = eval(rule, {"__builtins__": {}, **FUNCTIONS, **values})
    except Exception as error:
        raise ValueError(
            f"check {c.id!r}: rule {c.expected!r} cannot be evaluated with {values}: {error}"
        ) from error
    need(isinstance(result, bool), f"rule {c.expected!r} gives {result!r}, not True or False")
    return replace(c, **values, verdict=HOLDS if result else FAILS)


def _of_seeds(c: Check, values: Any, statistic: str) -> Check:
    """The check with what the values of the seeds give: their statistic and their range."""
    if c.measured is not ... or c.spread is not None:
        raise ValueError(f"check {c.id!r}: `values` stands in place of `measured` and `spread`")
    found = [float(value) for value in values]
    if not found or statistic not in STATISTICS:
        known = ", ".join(STATISTICS)
        raise ValueError(f"check {c.id!r}: a number for each seed, and a statistic of {known}")
    measured, spread = STATISTICS[statistic](found), [min(found), max(found)]
    return replace(c, measured=measured, spread=spread, values=found, statistic=statistic)


def _compiled(c: Check) -> Any:
    """Code of the rule; a rule has no names but NAMES, FUNCTIONS and its own loop variables."""
    try:
        tree = ast.parse(c.expected or "None", mode="eval")
    except SyntaxError as error:
        raise ValueError(f"check {c.id!r}: rule {c.expected!r} is no expression") from error
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    bound = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    strange = {node.id for node in names} - bound - set(NAMES) - set(FUNCTIONS)
    if strange or any(isinstance(node, ast.Attribute) for node in ast.walk(tree)):
        allowed = ", ".join((*NAMES, *FUNCTIONS))
        raise ValueError(f"check {c.id!r}: rule {c.expected!r} may only use {allowed}")
    return compile(tree, "<rule>", "eval")


def plain(value: Any, what: str = "value") -> Any:
    """Value as plain JSON, with NumPy and PyTorch scalars and arrays converted.

    Raises ValueError for NaN, infinity and everything else that JSON cannot hold.
    """
    if hasattr(value, "tolist"):  # a NumPy scalar or array, a PyTorch tensor
        value = value.tolist()
    if value is None or isinstance(value, bool | str | int):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{what} is {value}, which is no measurement")
        return value
    if isinstance(value, list | tuple):
        return [plain(v, what) for v in value]
    raise ValueError(f"{what} is a number, a text or a list of them, not {type(value).__name__}")


def as_text(value: Any, unit: str = "") -> str:
    """A value as a reader sees it: about four digits, thousands apart, its unit behind."""
    if isinstance(value, bool) or value is None:
        text = {True: "yes", False: "no", None: "none"}[value]
    elif isinstance(value, int | float):
        whole = isinstance(value, int) or abs(value) >= 1e4
        text = f"{value:,.0f}" if whole and abs(value) < 1e15 else f"{value:.4g}"
    elif isinstance(value, list):
        nested = any(isinstance(v, list) for v in value)
        text = ("; " if nested else ", ").join(as_text(v) for v in value)
    else:
        text = value
    return text + ("" if unit in ("", "%") else " ") + unit


def numbers(c: Check) -> str:
    """The measured and the reported value in words; empty where there is neither."""
    parts = []
    if c.measured is not None:
        parts.append(f"measured {as_text(c.measured, c.unit)}")
        if isinstance(c.spread, list):
            parts[0] += f" ({' to '.join(as_text(v) for v in c.spread)})"
        elif c.spread is not None:
            parts[0] += f" ± {as_text(c.spread)}"
    if c.reported is not None:
        parts.append(f"reported {as_text(c.reported, c.unit)}")
    said = ", ".join(parts)
    return f" {said[0].upper()}{said[1:]}" if said else ""


def bundle(c: Check) -> dict[str, Any]:
    """The MIME bundle of one check: a line of text, a line of HTML, and the data."""
    said = numbers(c)
    note = f"rule: {c.expected}" if c.verdict in (HOLDS, FAILS) else c.reason
    if c.verdict == NOT_RUN:
        note = f"{c.kind}s are not run under this profile"
    differs = c.verdict in (HOLDS, FAILS, UNTESTABLE) and c.verdict != c.stands
    if differs:
        note += f"; committed as: {c.stands}"
    elif c.verdict == FAILS:
        note += f"; {c.reason}"
    mark, colour = MARKS[c.verdict]
    line = (
        f'<div><span style="color:{colour}" aria-hidden="true">{mark}</span> '
        f"<strong>{html.escape(c.verdict)}</strong> {html.escape(c.claim + said)} "
        f"<small>({html.escape(note)})</small></div>"
    )
    text = f"{c.verdict}: {c.claim}{said} [{note}]"
    data = {k: v for k, v in asdict(c).items() if c.values or k not in ("values", "statistic")}
    return {
        "text/plain": " ".join(text.split()),
        "text/html": line,
        MIME: {"checks": [data]},
    }


def _shell() -> Any:
    """The IPython shell that runs us, or None in a plain program."""
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    return get_ipython()


def _declare(id: str) -> None:
    """Refuse a second check of the same id, unless its cell was run again."""
    shell, cell, execution = _shell(), object(), object()
    if shell is not None:
        header = shell.get_parent() if hasattr(shell, "get_parent") else {}
        history = shell.user_ns.get("In") or [""]
        # Not every front end names its cells; the text of the cell is then its name.
        cell = ((header or {}).get("metadata") or {}).get("cellId") or history[-1]
        execution = shell.execution_count
    if id in _seen and (_seen[id][0] != cell or _seen[id][1] == execution):
        raise ValueError(
            f"check {id!r} was declared before: give each check its own id (after an edit of its "
            "cell, restart the kernel)"
        )
    _seen[id] = (cell, execution)


def _show(c: Check) -> None:
    """Display the check in a notebook; print its line in a plain program."""
    if _shell() is None:
        print(bundle(c)["text/plain"])
        return
    from IPython.display import display

    display(bundle(c), raw=True)
