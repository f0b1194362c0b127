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

import html
import math
import os
import statistics
from typing import Any

MIME = "application/vnd.nlp-newsletter.checks+json"
GLUE = "application/papermill.record/"  # before the MIME type of what is kept, not shown
HOLDS, FAILS, UNTESTABLE, NOT_RUN = "holds", "fails", "not testable here", "not run"
STATISTICS: dict[str, Any] = {
    "mean": lambda values: sum(values) / len(values),
    "median": statistics.median,
    "min": min,
    "max": max,
}
FUNCTIONS = {f.__name__: f for f in (abs, all, any, len, max, min, round, sorted, sum, zip)}
# The site draws marks of its own.
MARKS = {HOLDS: "✓", FAILS: "✗", UNTESTABLE: "◌", NOT_RUN: "–"}


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
    values: Any = ...,
    statistic: str = "mean",
    stands: str = HOLDS,
    why: str = "",
    kind: str = "claim",
) -> None:
    """Test one claim and display the verdict.

    measured, reported, spread: numbers, texts, or lists of them, in `unit`. `measured=None` says
    that the claim cannot be tested here; `why` then gives the reason. `values`, a number for each
    seed, stands in place of measured and spread, and None for `measured=None`. Under the profile
    `smoke` (environment NEWSLETTER_PROFILE) claims and findings are not run. Raises ValueError for
    a rule that gives neither True nor False and for what is no measurement, and never because of
    the verdict.
    """
    found = {"id": id, "kind": kind, "claim": claim, "source": source}
    found |= {"unit": unit, "expected": rule.strip(), "stands": stands, "reason": why}
    if values is None and measured is ...:
        measured = None
    elif values is not ...:
        values = [] if values is None else [float(value) for value in values]
        if measured is not ... or spread is not None or not values or statistic not in STATISTICS:
            known = ", ".join(STATISTICS)
            raise ValueError(
                f"check {id!r}: `values` holds a number for each seed, in place of `measured` and "
                f"`spread`, and `statistic` is one of {known}"
            )
        measured, spread = STATISTICS[statistic](values), [min(values), max(values)]
    elif measured is ...:
        raise ValueError(f"check {id!r}: neither `measured` nor `values` is given")
    if os.environ.get("NEWSLETTER_PROFILE") == "smoke" and kind in ("claim", "finding"):
        # The numbers of a run of seconds mean nothing and may be NaN: they are not kept.
        measured, spread, values, verdict = None, None, ..., NOT_RUN
    else:
        verdict = UNTESTABLE if measured is None else ""
    numbers = {"measured": measured, "reported": reported, "spread": spread}
    numbers = {name: plain(value, f"check {id!r}: {name}") for name, value in numbers.items()}
    if not verdict:
        verdict = HOLDS if _judge(id, rule.strip(), numbers) else FAILS
    found |= numbers | {"verdict": verdict}
    _show(
        found
        if values is None or values is ...
        else found | {"values": values, "statistic": statistic}
    )


def _judge(id: str, rule: str, numbers: dict[str, Any]) -> bool:
    try:
        # One mapping for everything: generator expressions in a rule see globals only.
        result = eval(rule, {"__builtins__": {}, **FUNCTIONS, **numbers})
    except Exception as error:
        raise ValueError(
            f"check {id!r}: rule {rule!r} cannot be evaluated with {numbers}: {error}"
        ) from error
    if not isinstance(result, bool):
        raise ValueError(f"check {id!r}: rule {rule!r} gives {result!r}, not True or False")
    return result


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
    why: str = "",
) -> None:
    """Test that an arm of a comparison has learned: the worst of its runs has come a `share` of
    the way from `chance` (guessing) to `best`, which may be the lower number, as of a loss.

    values: a number for each run, in `unit`; None where the arm is not trained, as `why` says. A
    finding, so not run under the profile `smoke`.
    """
    bound = float(f"{chance + share * (best - chance):.4g}")
    sign, worst = (">=", "min") if best > chance else ("<=", "max")
    rule = f"measured {sign} {bound:g}"
    claim = f"{arm} has learned: the worst run counts."
    stands = UNTESTABLE if values is None else HOLDS
    check(
        id, claim, source="", values=values, statistic=worst, rule=rule, unit=unit, kind="finding",
        stands=stands, why=why,
    )  # fmt: skip


def disjoint(id: str, /, **sets: Any) -> None:
    """Test that no row (an index, a text, a sentence of numbers) is in two of the `sets`;
    evaluated under every profile. Raises ValueError for an empty set: it has nothing to share."""
    kept = [{repr(plain(row)) for row in rows} for rows in sets.values()]
    for name, rows in zip(sets, kept, strict=True):
        if not rows:
            raise ValueError(f"{id}: {name} holds no row")
    shared = sum(map(len, kept)) - len(set().union(*kept))
    names = f"{', '.join(list(sets)[:-1])} and {list(sets)[-1]}"
    exact(
        id,
        f"{names[0].upper()}{names[1:]} have no row in common.",
        measured=shared,
        rule="measured == 0",
        unit="rows in common",
    )


def glue(name: str, value: Any) -> None:
    """Keep a number or a text under a name for prose, captions and alt texts, as MyST-NB's `glue`
    does; nothing is shown. Raises ValueError for NaN and for what JSON cannot hold."""
    kept = {f"{GLUE}text/plain": repr(plain(value, f"the value {name!r}"))}
    if _shell() is not None:
        from IPython.display import display

        display(kept, raw=True, metadata={"scrapbook": {"name": name, "mime_prefix": GLUE}})


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


def bundle(c: dict[str, Any]) -> dict[str, Any]:
    """The MIME bundle of one check: a line of text, a line of HTML, and the data."""
    said = c["claim"]
    if c["measured"] is not None:
        said += f" Measured {as_text(c['measured'], c['unit'])}"
        if isinstance(c["spread"], list):
            said += f" ({' to '.join(as_text(v) for v in c['spread'])})"
        elif c["spread"] is not None:
            said += f" ± {as_text(c['spread'])}"
    if c["reported"] is not None:
        said += f"{' Reported' if c['measured'] is None else ', reported'} "
        said += as_text(c["reported"], c["unit"])
    verdict, note = c["verdict"], c["reason"]
    if verdict == NOT_RUN:
        note = f"{c['kind']}s are not run under this profile"
    elif verdict != c["stands"]:
        note = f"rule: {c['expected']}; committed as: {c['stands']}"
    elif verdict != UNTESTABLE:
        note = "; ".join(filter(None, (f"rule: {c['expected']}", verdict == FAILS and note)))
    shown = [html.escape(text) for text in (verdict, said, note)]
    return {
        "text/plain": " ".join(f"{verdict}: {said} [{note}]".split()),
        "text/html": "<div>{} <strong>{}</strong> {} <small>({})</small></div>".format(
            MARKS[verdict], *shown
        ),
        MIME: {"checks": [c]},
    }


def _shell() -> Any:
    """The IPython shell that runs us, or None in a plain program."""
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    return get_ipython()


def _show(c: dict[str, Any]) -> None:
    """Display the check in a notebook; print its line in a plain program."""
    if _shell() is None:
        print(bundle(c)["text/plain"])
        return
    from IPython.display import display

    display(bundle(c), raw=True)
