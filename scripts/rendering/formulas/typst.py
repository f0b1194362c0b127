"""TeX formulas as Typst, with a guard that proves nothing was lost on the way.

tylax converts; but it drops things silently. So each result is compiled to MathML by Typst and its
characters and its fractions, roots and rows are compared with those of latex2mathml. Where they
differ, latex2mathml's own tree is written as Typst and compared again. A formula that passes
neither is a problem, which the caller names with file and line.
"""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree import ElementTree

import latex2mathml.converter
import tylax
import typst

from . import mathml_to_typst
from .guard import differ
from .tex import prepare

# Nothing in Typst or MathML stands for these; both converters drop them or fail.
_NEVER = re.compile(r"\\(rule|ce|pu|href|includegraphics|class|style|unicode|require|cssId|bbox)\b")
_PRECISE = re.compile(r"\\(color|textcolor|hline|boxed|middle)\b|\\begin\{array\}\{[^}]*\|")


@dataclass(frozen=True)
class Formula:
    """One formula: its Typst (without dollar signs), or the reason why there is none."""

    typst: str
    problem: str = ""


def convert(formulas: Iterable[str], macros: dict[str, object] | None = None) -> dict[str, Formula]:
    """Typst of every TeX formula, keyed by the TeX as given."""
    todo = {tex: prepare(tex, macros) for tex in dict.fromkeys(formulas)}
    done: dict[str, Formula] = {}
    references: dict[str, ElementTree.Element] = {}
    for tex, prepared in list(todo.items()):
        never = _NEVER.search(prepared)
        if never:
            done[tex] = Formula("", f"\\{never[1]} has no counterpart in Typst")
        elif not prepared:
            done[tex] = Formula('""')
        else:
            try:
                references[tex] = _reference(prepared)
            except Exception as error:  # latex2mathml raises many kinds, some of them bare
                done[tex] = Formula("", f"it can't be checked: {_said(error)}")
    why: dict[str, str] = {}
    for route in (_by_tylax, _by_mathml):
        tried: dict[str, str] = {}
        for tex, reference in references.items():
            if tex not in done:
                try:
                    tried[tex] = route(todo[tex], reference)
                except Exception as error:
                    why[tex] = _said(error)
        for tex, result in _mathml_of(tried).items():
            difference = (
                result if isinstance(result, str) else differ(references[tex], result, tried[tex])
            )
            if difference:
                why[tex] = difference
            else:
                done[tex] = Formula(tried[tex])
    for tex in todo:
        done.setdefault(tex, Formula("", why.get(tex, "unknown reason")))
    return done


def _said(error: Exception) -> str:
    return f"{type(error).__name__} {error}".strip().splitlines()[0]


def _operator(match: re.Match[str]) -> str:
    """An operator's name without spaces, which would make it single letters."""
    name = re.sub(r"\\[,;:! ]|~", "", match[1])
    return rf"\operatorname{{{name}}}"


def _reference(prepared: str) -> ElementTree.Element:
    tex = prepared.replace("{aligned}", "{align*}")
    tex = re.sub(r"\\operatorname\s*\*?\s*\{([^{}]*)\}", _operator, tex)
    tex = re.sub(
        r"\\(arg|Pr|injlim|projlim|varlimsup|varliminf)(?![A-Za-z])", r"\\operatorname{\1}", tex
    )
    tex = re.sub(r"\\lt(?![A-Za-z])", "<", re.sub(r"\\gt(?![A-Za-z])", ">", tex))
    tex = re.sub(r"\\bmod(?![A-Za-z])", r"\\operatorname{mod}", tex)
    tree = ElementTree.fromstring(latex2mathml.converter.convert(tex, display="block"))
    raw = re.search(r"\\[A-Za-z]+", "".join(tree.itertext()))
    if raw:
        raise ValueError(f"{raw[0]} is unknown to latex2mathml")
    return tree


def _by_tylax(prepared: str, reference: ElementTree.Element) -> str:
    del reference
    if _PRECISE.search(prepared):
        raise ValueError("tylax loses rules, colours and inner delimiters")
    # Spaces at the ends of \text{ if } vanish in tylax; a space beside it doesn't.
    tex = re.sub(r"\\(text|mathrm|textrm)\{\s+", r"\\;\\\1{", prepared)
    tex = re.sub(r"(\\(?:text|textrm)\{[^{}]*?)\s+\}", r"\1}\\;", tex)
    result = tylax.latex_to_typst_diagnostics(tex)
    if result.warnings:
        raise ValueError(result.warnings[0].message)
    out = re.sub(r"#text\[([^\[\]\"\\]*)\]", r'"\1"', result.output.strip())
    if re.search(r"\\[A-Za-z]{2,}|/\*|<[a-z-]+>|#[a-gi-z]|#hide", out):
        raise ValueError("tylax left TeX behind")
    return _spaced(_fenced(out))


def _spaced(typst_math: str) -> str:
    """Cases with room between the two columns, which Typst sets side by side."""
    start = typst_math.find("cases(")
    if start < 0:
        return typst_math
    depth, end = 0, len(typst_math)
    for i in range(start + 5, len(typst_math)):
        depth += {"(": 1, ")": -1}.get(typst_math[i], 0)
        if depth == 0:
            end = i
            break
    inside = typst_math[start:end].replace(" & ", " & quad ")
    return typst_math[:start] + inside + typst_math[end:]


def _fenced(typst_math: str) -> str:
    """Pairs of bars as fences: tylax writes them as relations, with space around."""
    for bar in ("bar.v.double", "bar.v"):
        pattern = re.compile(rf"(?<![\w.]){re.escape(bar)}(?![A-Za-z0-9.])")
        if len(pattern.findall(typst_math)) % 2 == 0 and "lr(" not in typst_math:
            pieces = pattern.split(typst_math)
            fences = (f'class("{side}", {bar})' for side in itertools.cycle(("opening", "closing")))
            typst_math = pieces[0] + "".join(next(fences) + piece for piece in pieces[1:])
    return typst_math


def _by_mathml(prepared: str, reference: ElementTree.Element) -> str:
    del prepared
    return mathml_to_typst.to_typst(reference)


def _mathml_of(sources: dict[str, str]) -> dict[str, ElementTree.Element | str]:
    """MathML of every Typst formula, or what Typst says against it."""
    compiler = typst.Compiler(ignore_system_fonts=True)
    found: dict[str, ElementTree.Element | str] = {}

    def run(keys: list[str]) -> None:
        lines = [
            f'#html.elem("section", math.equation(block: true, alt: "x", '
            f'eval({_literal(sources[key])}, mode: "math")))'
            for key in keys
        ]
        try:
            page = compiler.compile("\n".join(lines).encode(), format="html")
        except typst.TypstError as error:
            if len(keys) == 1:
                found[keys[0]] = f"Typst: {error.message or _said(error)}"
                return
            run(keys[: len(keys) // 2])
            run(keys[len(keys) // 2 :])
            return
        assert isinstance(page, bytes)
        bodies = re.findall(r"<section>(.*?)</section>", page.decode(), re.S)
        for key, body in zip(keys, bodies, strict=True):
            plain = re.sub(
                r"&(?!amp;|lt;|gt;|quot;|apos;|#)\w+;", lambda m: html.unescape(m[0]), body
            )
            plain = re.sub(r"(<[^>]*?\s)([a-z]+)(?=[\s/>])(?!=)", r"\1", plain)
            found[key] = ElementTree.fromstring(f"<x>{plain}</x>")

    if sources:
        run(list(sources))
    return found


def _literal(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
