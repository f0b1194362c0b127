"""A book with every kind of block, and Sphinx as the render stage runs it."""

from __future__ import annotations

import base64
import json
import logging
import re
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml
from conftest import ROOT
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen


def tiny_font(path: Path, family: str, text: str) -> None:
    """A font of boxes for the characters of a text."""
    names = [".notdef", *(f"u{ord(c):04X}" for c in text)]
    pen = TTGlyphPen(None)
    pen.moveTo((50, 0)), pen.lineTo((50, 700)), pen.lineTo((450, 700)), pen.lineTo((450, 0))
    pen.closePath()
    box = pen.glyph()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(c): f"u{ord(c):04X}" for c in text})
    builder.setupGlyf(dict.fromkeys(names, box))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (500, 50)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": family, "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=800, usWinAscent=800, usWinDescent=200)
    builder.setupPost()
    path.parent.mkdir(parents=True, exist_ok=True)
    builder.save(path)


def png(width: int, height: int) -> bytes:
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (width, height), "#2A9D80").save(out, "PNG")
    return out.getvalue()


FRAME = (
    '<div><style scoped>td {color: red}</style><table border="1" class="dataframe"><thead>'
    '<tr style="text-align: right;"><th></th><th>alpha</th></tr></thead><tbody>'
    "<tr><th>row one</th><td>1.25</td></tr></tbody></table></div>"
)


CHECK = (
    '<div class="nl-check" data-verdict="fails"><svg viewBox="0 0 16 16"><path d="M0 0"/></svg>'
    "<strong>fails</strong>&ensp;The claim that was tested. Measured 2 "
    '<span class="nl-rule">(rule: measured &gt; 3)</span></div>'
)


def cell(source: str, *outputs: dict[str, Any]) -> dict[str, Any]:
    return {
        "cell_type": "code", "id": f"c{abs(hash(source)) % 10**6}", "metadata": {},
        "execution_count": 1, "source": source, "outputs": list(outputs),
    }  # fmt: skip


def shown(**data: str) -> dict[str, Any]:
    bundle = {key.replace("_", "/", 1): value for key, value in data.items()}
    return {"output_type": "display_data", "data": bundle, "metadata": {}}


META = {
    "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
    "language_info": {"name": "python", "pygments_lexer": "ipython3"},
}


def notebook() -> str:
    figure = cell("draw()", shown(image_png=base64.b64encode(png(400, 200)).decode()))
    figure["metadata"] = {
        "mystnb": {
            "figure": {"caption": "Drawn in a cell.\n", "name": "fig-cell"},
            "image": {"alt": "A green plane"},
        }
    }
    cells = [
        {"cell_type": "markdown", "id": "m", "metadata": {}, "source": "# Cells and outputs"},
        cell(
            "def f(x):\n    return 'a string'  # " + "long comment " * 9,
            {"output_type": "stream", "name": "stdout", "text": "printed " + "z" * 120},
            {"output_type": "stream", "name": "stderr", "text": "\x1b[31mwarned\x1b[0m"},
        ),
        cell("frame", shown(text_plain="   alpha", text_html=FRAME)),
        cell("check()", shown(text_plain="fails: ...", text_html=CHECK)),
        cell("widget", shown(text_plain="plain form", text_html="<script>alert(1)</script><p>x")),
        cell("latex", shown(text_plain="x", text_latex=r"$\displaystyle \frac{p}{q}$")),
        cell(
            "1 / 0",
            {
                "output_type": "error", "ename": "ZeroDivisionError", "evalue": "division by zero",
                "traceback": ["ZeroDivisionError: division by zero"],
            },
        ),
        figure,
    ]  # fmt: skip
    return json.dumps({"cells": cells, "metadata": META, "nbformat": 4, "nbformat_minor": 5})


KITCHEN = r"""# Kitchen sink

(my-anchor)=
## Formulas

Inline $\frac{a}{b}$, $\nu \qquad \ln \rho$ and $\R^d$ cost \$5 and `code_with_$dollar`.

$$
\mathrm{Attention}(Q, K, V) = \text{softmax}\left(\frac{QK^\top}{\sqrt{d_k}}\right) V
$$ (attention)

As {eq}`attention` says, and {numref}`fig-plot`, {numref}`tab-results`, {numref}`fig-cell`.

```{figure} plot.svg
:name: fig-plot
:alt: A rising line

What to see, with {cite}`vaswani2017`.
```

```{table} Results
:name: tab-results
| model | BLEU |
| :--- | ---: |
| base | 27.3 |
```

| a | b | c | d | e | f | g | h |
|---|---|---|---|---|---|---|---|
| CELL | CELL | CELL | CELL | CELL | CELL | CELL | unbelievablylongwordthatmustbreakapart |

## Boxes and lists

:::{admonition} Corrected.
:class: correction
Was 64 GB, is 16 GB.
:::

```{note}
A note with

    preformatted text that is longer than the box in which it stands, and therefore must be wrapped
```

```{admonition} Answer
:class: dropdown
Forty-two.
```

1. one
   - nested

Term
: Definition.

:field: value

```{sidebar} Beside
Sidebar text.
```

Emoji 📙 🎨 ⚙️ ⭐️ and 中文 and العربية, Łukasz.[^n]

العربية نص كامل من اليمين.

```{index} hashing
```

Links: [out](https://example.org/x?y=1&z=2), [in](intro.md), {ref}`my-anchor`, {doc}`cells`.
{download}`the data <plot.svg>`. Raw:<br>next line.
Special: # * _ ` ~ @ < > [ ] { } \\ // -- "q" = + -

```{code-block} python
:linenos:
:caption: A listing
:name: list-a
x: int = 3
```

[^n]: The footnote's text.
""".replace("CELL", "a cell with text")


def make_book(root: Path, **config: Any) -> Path:
    """A Jupyter Book with parts, notebooks and every kind of block, nothing to execute."""
    root.mkdir(parents=True)
    (root / "_config.yml").write_text(
        yaml.safe_dump(
            {
                "title": "A book of kinds", "author": "Ada, Łukasz",
                "execute": {"execute_notebooks": "off"},
                "bibtex_bibfiles": ["references.bib"],
                "html": {"baseurl": "https://example.org/book"},
                "parse": {"myst_enable_extensions": [
                    "colon_fence", "dollarmath", "amsmath", "deflist", "fieldlist"]},
                "sphinx": {
                    "extra_extensions": ["scripts.pdf"],
                    "config": {
                        "mathjax3_config": {"tex": {"macros": {"R": r"\mathbb{R}"}}},
                        "numfig_format": {"figure": "Figure %s", "table": "Table %s"},
                        "typst_fonts": ["more-fonts"],
                        "typst_documents": [
                            {"name": "whole", "subtitle": "All of it", "date": "2020-01-19"},
                            {"name": "one", "docnames": ["kitchen"], "date": "2020-01-19"},
                        ],
                        **config,
                    },
                },
            }
        )
    )  # fmt: skip
    (root / "_toc.yml").write_text(
        "format: jb-book\nroot: intro\nparts:\n- caption: First part\n  chapters:\n"
        "  - file: kitchen\n    sections:\n    - file: nested\n- caption: Second part\n"
        "  chapters:\n  - file: cells\n  - file: references\n"
    )
    (root / "intro.md").write_text("# Welcome\n\nGo to {doc}`kitchen` or {ref}`my-anchor`.\n")
    (root / "kitchen.md").write_text(KITCHEN)
    (root / "nested.md").write_text("# Nested\n\nBelow the kitchen.\n\n## Inside\n\nText.\n")
    (root / "cells.ipynb").write_text(notebook())
    (root / "references.md").write_text("# References\n\n```{bibliography}\n```\n")
    (root / "references.bib").write_text(
        "@article{vaswani2017, title={Attention is all you need}, author={Vaswani, Ashish}, "
        "journal={NeurIPS}, year={2017}}\n"
    )
    (root / "plot.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="160"><path '
        'd="M10 150 L390 20" stroke="#3D57D6" fill="none"/></svg>'
    )
    tiny_font(root / "more-fonts" / "cjk.ttf", "Boxes", "中文")
    if (ROOT / "_static" / "fonts").is_dir():
        shutil.copytree(ROOT / "_static" / "fonts", root / "_static" / "fonts")
    return root


def build(root: Path, builder: str = "typst", **over: Any) -> Any:
    """Build as the render stage does; the result has app, text of warnings, folder."""
    import io

    from jupyter_book.config import get_final_config
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    logging.getLogger("fontTools").setLevel(logging.WARNING)
    config, _ = get_final_config(
        user_yaml=root / "_config.yml",
        cli_config={"latex_individualpages": False, "external_toc_path": str(root / "_toc.yml")},
        sourcedir=root,
    )
    config.update(over)
    out, status, warnings = root / "_build", io.StringIO(), io.StringIO()
    with patch_docutils(), docutils_namespace():
        app = Sphinx(root, None, out / builder, out / "doctrees", builder, config, status, warnings)
        app.build()
    text = re.sub(r"\x1b\[[0-9;]*m", "", warnings.getvalue())
    return SimpleNamespace(
        app=app, warnings=text, status=status.getvalue(), folder=out / builder, root=root
    )
