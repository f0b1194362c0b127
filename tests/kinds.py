"""A page for each kind of block and role that a Jupyter Book may hold, and the words of a page."""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from kitchen import png
from PIL import Image

# Each page is a fixture of its own: a title, the kind, and words that nothing else has.
PAGES = {
    "lists": """\
- apple
  - pear
    1. plum

3. third
4. fourth

- [ ] undone errand
- [x] finished errand

Gooseberry
: A sour fruit.

: A second meaning.

Quince
: ```python
  marmalade = 1
  ```

:author: Ada Lovelace
:licence: unrestricted
""",
    "glossary": """\
```{glossary}
Perceptron
  A linear threshold unit.

Backprop
  The chain rule, repeated.
```

See {term}`Perceptron` and {term}`learning by chains <Backprop>`.

```{index} single: hidden entry
```

An {index}`indexed phrase` in a line.
""",
    "asides": """\
```{sidebar} Sideways title
Sidebar sentence.
```

Beside it.

```{margin} Marginal title
Margin sentence.
```

:::{topic} Topical title
Topic sentence.
:::

```{epigraph}
Brevity is wit.

-- Polonius
```

```{pull-quote}
Pulled from within.
```

```{highlights}
Highlighted summary.
```

> Quoted plainly.
>
> > Quoted deeper.

""",
    "boxes": """\
```{note}
Noted sentence.
```

:::{warning} Warned at once
And later.
:::

```{admonition} Own title
:class: tip
Own sentence.
```

```{admonition} Folded question
:class: dropdown
Folded answer.
```

```{seealso}
Other places.
```

```{versionadded} 2.1
Fresh feature.
```

```{deprecated} 3.0
Stale feature.
```

````{important}
```{tip}
Nested advice.
```
````

```{rubric} Rubric heading
```

```{centered} Centred words
```
""",
    "designs": """\
::::{tab-set}
:::{tab-item} Linux
Penguin instructions.
:::
:::{tab-item} Windows
Pane instructions.
:::
::::

:::{dropdown} Concealed summary
Concealed body.
:::

::::{grid} 2
:::{grid-item-card} Carded title
Carded body.
+++
Carded footer.
:::
:::{grid-item}
Loose cell.
:::
::::

```{card} Lonely card
:header: Headed above
Lonely body.
```

```{button-link} https://example.org/press
Pressable label
```

{bdg-primary}`badge` and {octicon}`report;1em`.
""",
    "proofs": """\
````{prf:theorem} Pythagoras renamed
:label: thm-p

Squares on legs add: $a^2 + b^2 = c^2$.
````

```{prf:proof}
Rearrange triangles.
```

```{prf:definition}
:label: def-p
A hypotenuse faces the corner.
```

```{prf:algorithm} Euclid reversed
:label: alg-p
**Inputs** two numbers

1. Subtract repeatedly
```

See {prf:ref}`thm-p` and {prf:ref}`def-p`.
""",
    "exercises": """\
```{exercise} Drill title
:label: ex-one

Prove the obvious.
```

```{solution} ex-one
:label: sol-one

Trivial indeed.
```

```{exercise-start}
:label: ex-two
```

Gated question.

```{exercise-end}
```

```{solution-start} ex-two
:class: dropdown
```

Gated answer.

```{solution-end}
```

See {ref}`ex-one` and {ref}`sol-one`.
""",
    "listings": """\
```{code-block} python
:caption: Captioned listing
:name: list-one
:emphasize-lines: 2
:linenos:
first_line = 1
second_line = 2
```

```{literalinclude} extra.py
:lines: 1-2
:caption: Included listing
```

```{code} javascript
var unusual = 3;
```

    indented_code = 4

```{parsed-literal}
literal **emboldened**
```

See {numref}`list-one`. {download}`Downloadable file <extra.py>`. {file}`path/name`,
{kbd}`Ctrl+C`, {command}`sudo`,
{samp}`print {variable}`, {guilabel}`Cancel`, {menuselection}`File`.
""",
    "pictures": """\
```{image} photo.png
:alt: Portable picture
```

```{figure} drawing.svg
:name: fig-drawing
:alt: Scalable picture

Captioned drawing.

Legend sentence.
```

![Photographed picture](photo.jpg)
![Animated picture](moving.gif)
![Compact picture](modern.webp)

```{figure} photo.png
:figclass: margin
Marginal caption.
```

<figure><img src="https://example.org/far.png" alt="Handwritten picture">
<figcaption>Handwritten caption</figcaption></figure>

See {numref}`fig-drawing` and {numref}`Drawing %s <fig-drawing>`.
""",
    "html": """\
<div class="x"><p>Paragraph in <b>boldface</b> markup.</p></div>

<details><summary>Unfoldable</summary>Unfolded text.</details>

<table><tr><th>Headcell</th><td>Datacell</td></tr></table>

Water H<sub>2</sub>O, <kbd>Escape</kbd>, <mark>marked</mark>, <i>tilted</i> and
<a href="https://example.org/handmade">handmade link</a>, <span class="red">reddish</span>.

<iframe src="https://example.org/embedded" title="Framed player"></iframe>

```{raw} html
<p>Rawest words.</p>
<svg viewBox="0 0 9 9" width="90" height="90"><title>Circular drawing</title>
<circle cx="4" cy="4" r="4"/></svg>
```

<!-- unseen remark -->
% unseen comment
""",
    "tables": """\
| Left | Right |
| :--- | ---: |
| cell `code` | **strong** $x^2$ |

```{list-table} Listed caption
:header-rows: 1
:name: tab-listed

* - Column
  - Contents
* - Nested
  - | inner | grid |
    | --- | --- |
    | deepest | corner |
```

```{csv-table} Separated caption
:header: Alpha, Beta
1.5, "comma, within"
```

```{table} Tabled caption
:name: tab-tabled
| solo |
| --- |
| single |
```

```{eval-rst}
+-----------+----------+
| merged across        |
+===========+==========+
| lower     | corner2  |
+-----------+----------+
```

See {numref}`tab-listed` and {ref}`tab-tabled`.
""",
    "notes": """\
A claim.[^one] Another.[^two] Inline {sub}`below` and {sup}`above`,
{abbr}`HTML (hypertext language)`.
Emphasis *slanted*, **heavy**, ~~struck~~, `verbatim`, "quotes" -- dashes.

[^one]: First footnote.
[^two]: Second footnote.

    Continued paragraph.

Cited {cite}`vaswani2017`, {cite:t}`vaswani2017`.

Hard break\\
after it. <https://example.org/auto> and [named link](https://example.org/named "Tooltip").
{ref}`anchored place <notes-here>`, {doc}`lists`, [](lists.md), {any}`notes-here`.

(notes-here)=
## Anchored section

Opening words.

***

Closing words.
""",
    "formulas": """\
$$
E = mc^2
$$ (energy)

```{math}
:label: momentum
p = mv
```

\\begin{align}
a &= b \\\\
c &= d
\\end{align}

See {eq}`energy`, {math:numref}`momentum` and [](#energy). Inline $x_1$ and {math}`y_2`.
Cost \\$5.
""",
    "substitutions": """\
Value {{ chosen }} and block:

{{ longer }}
""",
    "restructured": """\
```{eval-rst}
.. note:: Restructured note

Definition list

term one
    Meaning one.

:Field name: Field body

*Emphasised* and **strengthened** with ``literal``.

.. epigraph::

   Rested words.

   -- Somebody

.. container::

   Contained sentence.

.. hlist::
   :columns: 2

   * horizontal one
   * horizontal two

-o FILE   Option meaning.

>>> doctest + 1
2

| Line block first
|   indented second

.. compound::

   Compound sentence.

.. py:function:: described(argument)

   Function meaning.

   :param argument: Parameter meaning.
```
""",
}
CONFIG = {
    "title": "A book of kinds",
    "author": "Ada",
    "execute": {"execute_notebooks": "off"},
    "bibtex_bibfiles": ["references.bib"],
    "html": {"baseurl": "https://example.org/book"},
    "parse": {
        "myst_enable_extensions": [
            "colon_fence", "dollarmath", "amsmath", "deflist", "fieldlist", "tasklist",
            "strikethrough", "substitution", "html_image", "smartquotes", "replacements",
        ],
        "myst_substitutions": {
            "chosen": "forty-three", "longer": "```{tip}\nSubstituted advice.\n```"
        },
    },
    "sphinx": {"config": {"numfig": True}},
}  # fmt: skip


def make_kinds(root: Path, extensions: tuple[str, ...] = (), names: tuple[str, ...] = ()) -> Path:
    """A book with a page for each kind (or for those named), nothing to execute."""
    root.mkdir(parents=True)
    needed = {"proofs": "sphinx_proof", "exercises": "sphinx_exercise"}
    pages = [n for n in names or PAGES if n not in needed or needed[n] in extensions]
    config = {**CONFIG, "sphinx": {**CONFIG["sphinx"], "extra_extensions": list(extensions)}}
    (root / "_config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    chapters = "".join(f"- file: {name}\n" for name in (*pages, "references"))
    (root / "_toc.yml").write_text(f"format: jb-book\nroot: intro\nchapters:\n{chapters}")
    (root / "intro.md").write_text("# Welcome\n\nIntroductory words.\n")
    (root / "references.md").write_text("# References\n\n```{bibliography}\n```\n")
    (root / "references.bib").write_text(
        "@article{vaswani2017, title={Attention is all you need}, author={Vaswani, Ashish}, "
        "journal={NeurIPS}, year={2017}}\n"
    )
    for name in pages:
        (root / f"{name}.md").write_text(f"# Kind {name}\n\n{PAGES[name]}", encoding="utf-8")
    (root / "extra.py").write_text("included_line = 5\nanother_line = 6\nomitted = 7\n")
    (root / "drawing.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="160"><path '
        'd="M10 150 L390 20" stroke="#3D57D6" fill="none"/></svg>'
    )
    (root / "photo.png").write_bytes(png(40, 20))
    picture = Image.new("RGB", (40, 20), "#2A9D80")
    for file in ("photo.jpg", "moving.gif", "modern.webp"):
        picture.save(root / file)
    return root


# Directives whose argument is no text that a reader sees.
_NAMED = (
    "index|literalinclude|raw|eval-rst|tab-set|grid|image|figure|code|code-block|button-link|"
    "solution|solution-start|card-header|grid-item|prompt|versionadded|deprecated"
)
_UNSEEN = (
    (r"(?s)<!--.*?-->", ""),
    (r"^%.*$", ""),
    (rf"^\s*[`:]{{3,}}\{{(?:{_NAMED})\}}.*$", ""),
    (r"^\s*(?::\s)?[`:]{3,}(?:\{[\w:-]+\}|\w*$)", ""),
    (r"^(\s*):(?:header|caption|author|licence|Field name|param \w+):", r"\1 "),
    (r"^\s*:[\w-]+:.*$", ""),
    (r"^\(.*\)=$|^\s*\.\. [\w:-]+::", ""),
    (r"\{(?:octicon|any|doc|eq|math|math:numref|cite|cite:t|prf:ref)\}`[^`]*`", ""),
    (r"\{(?:ref|numref)\}`[\w-]*`", ""),
    (r"\{[\w:-]+\}`([^`<]*)(?:<[^`>]*>)?`", r"\1"),
    (r"</?[a-z][^>]*>|<https?:[^>]*>", " "),
    (r"\]\([^)]*\)|\[\^\w+\]:?", " "),
    (r"\{\{.*?\}\}|\$[^$]*\$(?:\s\(\w+\))?|\\(?:begin|end)\{\w+\}", ""),
)


def words_of(source: str) -> list[str]:
    """The words of MyST that a reader is meant to see: those that aren't syntax."""
    for pattern, seen in _UNSEEN:
        source = re.sub(pattern, seen, source, flags=re.M)
    return re.findall(r"[^\W\d_]{4,}", source)
