"""Books that an attacker, or a tired author, might hand in: valid ones, and strategies that damage
them. What is drawn is a list of plain data, so that hypothesis can make it smaller."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from conftest import TINY
from hypothesis import strategies as st

PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'


def _output(kind: str, **fields: Any) -> dict[str, Any]:
    more = {"metadata": {}} if "data" in fields else {}
    return {"output_type": kind, **more, **fields}


def _code(source: str, *outputs: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    return {
        "cell_type": "code", "execution_count": 1, "id": source.replace("/", "-"),
        "metadata": metadata, "source": source, "outputs": list(outputs),
    }  # fmt: skip


NOTEBOOK = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python"},
    },
    "cells": [
        {"cell_type": "markdown", "id": "m1", "metadata": {}, "source": "# Data\n\nText $a^2$."},
        _code("one", _output("stream", name="stdout", text="1\n"), tags=["hide-input"]),
        _code("fig", _output("display_data", data={"image/png": PNG, "text/plain": "fig"})),
        _code("draw", _output("display_data", data={"image/svg+xml": SVG})),
        _code("table", _output("execute_result", execution_count=1, data={
            "text/html": "<table><tr><td>1</td></tr></table>", "text/latex": "$1$"})),
        _code("1/0", _output("error", ename="E", evalue="v", traceback=["\x1b[31mE\x1b[0m: v"])),
    ],
}  # fmt: skip

BOOK = {
    "_config.yml": """\
title: Book
author: Somebody
only_build_toc_files: true
exclude_patterns: [drafts]
execute: {execute_notebooks: "off", timeout: 30}
repository: {url: "https://github.com/nobody/book", branch: main}
html: {baseurl: "https://nobody.github.io/book", favicon: "", use_edit_page_button: false}
launch_buttons: {binderhub_url: "https://mybinder.org"}
bibtex_bibfiles: [references.bib]
parse: {myst_enable_extensions: [colon_fence, dollarmath, deflist]}
sphinx: {config: {language: en, numfig: true}}
""",
    "_toc.yml": """\
format: jb-book
root: index
parts:
  - caption: Part
    chapters:
      - file: page
        sections: [{file: cells}]
      - file: data
      - url: https://example.org
        title: Elsewhere
""",
    "index.md": "# Home\n\nText with a [link](page.md).\n",
    "page.md": """\
---
title: Page
---

(anchor)=
# Page

Text *with* {ref}`anchor`, {cite}`knuth1984`, $x^2$ and ``code``[^note].

[^note]: A note.

```{figure} picture.svg
:name: picture
:alt: A square

A caption.
```

:::{note}
Something.
:::

$$
\\frac{a}{b} = \\sum_{i=1}^n i
$$ (sum)

| a | b |
| - | - |
| 1 | 2 |

Term
: Definition

- one
  1. two

> quoted

<div class="x">html</div>

{numref}`picture`, {eq}`sum`, [](#anchor)

```{bibliography}
```
""",
    "cells.md": """\
---
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {display_name: Python 3, language: python, name: python3}
---

# Cells

```{code-cell} ipython3
:tags: [hide-input, parameters]
n = 1
```

```{code-cell} ipython3
---
tags: [remove-output]
mystnb:
  figure: {caption: A figure., name: fig}
  image: {alt: A figure}
---
print(n)
```
""",
    "references.bib": """\
@article{knuth1984,
  author = {Knuth, Donald E.},
  title = {Literate {P}rogramming},
  journal = {The Computer Journal},
  year = {1984}, month = may, day = {1},
  doi = {10.1093/comjnl/27.2.97}
}
""",
    "picture.svg": SVG,
    "data.ipynb": json.dumps(NOTEBOOK, indent=1),
}
NEWSLETTER = {
    path.relative_to(TINY).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted(TINY.rglob("*"))
    if path.suffix in (".md", ".yml", ".bib") and "extra" not in path.parts
}

TOKENS = [
    *"{}[]()<>`~:;,.*_#!&|%@^$\\\"'-+=?/",
    *("\n", "\n\n", " ", "\t", "    ", "\r", "\r\n", "\0", "\x0b", "\x0c", "\x1b[31m", "\x85"),
    *("\u2028", "\ufeff", "\u202e", "\udcff", "\ud800", "ä", "𝔘", "🎨", "٣", "é", "עברית"),
    *("---\n", "...\n", "```", "````", ":::", "::::{note}\n", "```{code-cell}\n"),
    *("```{figure} x\n", "~~~", "+++\n", "% x\n", "(a)=\n"),
    *(":tags: [a", ":tags: 3", ":tags: {a: b}", "mystnb: hello", "figure: text", ":name: a b"),
    *("&a [*a]", "*a", "!!set {a}", "!!binary x", "!!python/object:os.x {}", "? a", "<<: *a"),
    *("null", "true", ".nan", ".inf", "1e999", "0x1f", "2020-13-45", "2020-02-31", "9" * 400, "-0"),
    *("{ref}`x`", "{cite}`x`", "{cite}``", "{doc}`/x`", "{download}`../../x`", "{eq}`x`", "{x}`y`"),
    *("$$", "$", "\\frac", "\\begin{align}", "\\end{x}", "{{ x }}", "\\def\\a{\\a\\a}\\a", "^{^{"),
    *("```{include} /etc/hostname\n```", "```{raw} html\n<script>\n```", "```{toctree}\nx\n```"),
    *("![](../../x.png)", "![a](a%20b.png)", "[a](file:///etc)", "[a](javascript:x)", "<!--"),
    *("<script>", "</div>", "<div>", "<svg onload=x>", "&#x0;", "&lt;", "]]>", "<?x", "<![CDATA["),
    *("@string{a = b # c}", "@comment{", "year = {20--21}", "month = {13}", "@article{a,", "# {x}"),
    *("- file: index\n", "- glob: '*'\n", "- file: ../x\n", "[^a]: x", "| a " * 40, "> " * 60),
]  # fmt: skip

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(), st.sampled_from(TOKENS),
    st.text(max_size=12), st.sampled_from(list(BOOK)),
)  # fmt: skip
KEYS = st.text(max_size=6)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)


@dataclass(frozen=True)
class Splice:
    """``size`` characters at ``at`` (a share of the file's length) are replaced by ``text``."""

    file: str
    at: float
    size: int
    text: str

    def apply(self, text: str) -> str:
        start = int(self.at * len(text))
        return text[:start] + self.text + text[start + self.size :]


@dataclass(frozen=True)
class Replace:
    """A value inside of structured data (``steps`` lead to it, modulo what is there) becomes
    ``value``, or goes where ``gone``."""

    file: str
    steps: tuple[int, ...]
    value: Any
    gone: bool

    def apply(self, text: str) -> str:
        structured = self.file.endswith(".ipynb")
        loads, dumps = (json.loads, json.dumps) if structured else (yaml.safe_load, yaml.safe_dump)
        try:
            data = loads(text)
        except Exception:  # damaged before
            return text
        place, key = None, None
        for step in self.steps:
            here = data if place is None else place[key]
            if not isinstance(here, dict | list) or not here:
                break
            keys = list(here) if isinstance(here, dict) else range(len(here))
            place, key = here, keys[step % len(keys)]
        if place is None:
            return dumps(self.value)
        if self.gone:
            del place[key]
        else:
            place[key] = self.value
        try:
            return dumps(data)
        except Exception:  # what this format can't say
            return text


def damages(book: dict[str, str]) -> st.SearchStrategy[list[Splice | Replace]]:
    """Strategy for what may be wrong with a book: one to four places of it."""
    splice = st.builds(
        Splice,
        st.sampled_from(list(book)),
        st.floats(0, 1),
        st.integers(0, 30),
        st.sampled_from(TOKENS) | st.text(max_size=20),
    )
    replace = st.builds(
        Replace,
        st.sampled_from([name for name in book if name.endswith((".yml", ".ipynb"))]),
        st.lists(st.integers(0, 9), min_size=1, max_size=6).map(tuple),
        VALUES,
        st.booleans(),
    )
    return st.lists(splice | replace, min_size=1, max_size=4)


def write_book(root: Path, book: dict[str, str], damage: list[Splice | Replace]) -> None:
    """Write a book with this damage below ``root``. Lone surrogates aren't UTF-8."""
    texts = dict(book)
    for each in damage:
        texts[each.file] = each.apply(texts[each.file])
    for name, text in texts.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text.encode("utf-8", "surrogatepass"))
