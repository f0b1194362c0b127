"""Many TeX formulas as Typst, with a guard that proves that nothing was lost on the way.

Each result is compiled to MathML by Typst, and its characters, fractions, roots, accents and rules
are compared with those of the tree that it was written from. A formula that fails is a problem,
which the caller names with file and line.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree import ElementTree

import typst

from scripts.rendering.formulas.guard import differ
from scripts.rendering.formulas.macros import Macros
from scripts.rendering.formulas.mathml_to_typst import Unsupported, to_typst
from scripts.rendering.formulas.tex import prepare
from scripts.rendering.formulas.tree import tree
from scripts.rendering.formulas.unconvertible import Unconvertible


@dataclass(frozen=True)
class Formula:
    """One formula: its Typst (without dollar signs), or the reason why there is none."""

    typst: str
    problem: str = ""


def convert(formulas: Iterable[str], macros: Macros | None = None) -> dict[str, Formula]:
    """Typst of every TeX formula, keyed by the TeX as given."""
    done: dict[str, Formula] = {}
    references: dict[str, ElementTree.Element] = {}
    tried: dict[str, str] = {}
    for tex in dict.fromkeys(formulas):
        try:
            prepared = prepare(tex, macros)
            if not prepared:
                done[tex] = Formula('""')
                continue
            references[tex] = tree(prepared, block=True)
            tried[tex] = to_typst(references[tex])
        except (Unconvertible, Unsupported, RecursionError) as error:
            done[tex] = Formula("", str(error))
    for tex, result in _mathml_of(tried).items():
        problem = result if isinstance(result, str) else differ(references[tex], result, tried[tex])
        done[tex] = Formula("" if problem else tried[tex], problem)
    return done


def _mathml_of(sources: dict[str, str]) -> dict[str, ElementTree.Element | str]:
    """MathML of every Typst formula, or what Typst says against it."""
    # Markup needs no glyphs, so no fonts.
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False)
    compiler = typst.Compiler(font_paths=fonts)
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
                found[keys[0]] = f"Typst: {error.message}"
                return
            run(keys[: len(keys) // 2])
            run(keys[len(keys) // 2 :])
            return
        assert isinstance(page, bytes)
        bodies = re.findall(r"<section>(.*?)</section>", page.decode(), re.S)
        for key, body in zip(keys, bodies, strict=True):
            found[key] = ElementTree.fromstring(f"<x>{_xml(body)}</x>")

    if sources:
        run(list(sources))
    return found


def _xml(body: str) -> str:
    """HTML as XML: no named characters but XML's own, no attributes without a value."""
    body = re.sub(r"&(?!amp;|lt;|gt;|quot;|apos;|#)\w+;", lambda m: html.unescape(m[0]), body)
    return re.sub(r"(<[^>]*?\s)([a-z]+)(?=[\s/>])(?!=)", r"\1", body)


def _literal(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
