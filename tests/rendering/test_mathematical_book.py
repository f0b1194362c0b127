"""A book of dense mathematics, as lectures are written: what its formulas share, and its proofs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup
from conftest import scripts
from pdf_reader import outside, text_of

pytest.importorskip("sphinx_proof")

CONFIG = {
    "title": "Dense",
    "author": "Ada",
    "execute": {"execute_notebooks": "off"},
    "parse": {"myst_enable_extensions": ["amsmath", "dollarmath", "colon_fence"]},
    "sphinx": {
        "extra_extensions": ["sphinx_proof"],
        "config": {"mathjax_config": {"TeX": {"Macros": {"Leb": "\\mathcal{L}"}}}},
    },
}
PAGES = {
    "labels": r"""
\begin{equation}\label{first}
a = b
\end{equation}

\begin{align}
c &= d \label{second} \\
e &= f \label{third}
\end{align}

\begin{equation}
u = v
\end{equation}

$$
g = h \label{fourth}
$$

By {eq}`first`, $\eqref{second}$, \eqref{third}, (\ref{fourth}) and {eq}`gone`.
""",
    "spaces": r"""
```{math}
x_t = \sum_{j=0}^{t-1} e_{t-j}\
```

$$
m \\
n \\
$$
""",
    "macros": r"""
$$
\newcommand{\half}[1]{\tfrac{#1}{2}}
\renewcommand{\vec}[1]{\underline{#1}}
$$

Known from there on: $\half{w}$ and $\vec{z}$, and in the whole book $\Leb$.
""",
    "proofs": r"""
```{prf:definition} Smooth
:nonumber: true
:label: smooth

Words.
```

```{prf:proof}
\begin{equation*}
q = r
\end{equation*}

Thence $\lost{x}$.
```

```{prf:proof}
:class: dropdown

Plain words stand beside it.
```

```{prf:lemma}
:label: bounded

More, by {prf:ref}`smooth`.
```
""",
    "wide": r"""
$$
d(L) d(L^{-1}) + h = \bigl( d_0 + d_1 L + \ldots + d_m L^m \bigr) \bigl( d_0 + d_1 L^{-1} + \ldots
+ d_m L^{-m} \bigr) + h = c_0^2 (1 - \lambda_1 z)(1-\lambda_2 z) \cdots (1 - \lambda_m z)
(1-\lambda_1 z^{-1})(1-\lambda_2 z^{-1})\cdots(1-\lambda_m z^{-1})
$$ (product)

$$
\begin{bmatrix} m_{11} & m_{12} & m_{13} & m_{14} & m_{15} & m_{16} & m_{17} & m_{18} & m_{19} \\
\vdots & & & & & & & & \vdots \end{bmatrix}
\begin{bmatrix} k_1 + \theta_0 k_{-1} + \theta_1 k_{-2} \\ \vdots \end{bmatrix} = x
$$

$$
P(\text{ill} \mid \text{tested}) = \frac{P(\text{tested} \mid \text{ill}) P(\text{ill})}
{P(\text{tested} \mid \text{ill}) P(\text{ill}) + P(\text{tested} \mid \text{well}) P(\text{well})}
= \frac{0.99 \times 0.01}{0.99 \times 0.01 + 0.05 \times 0.99}
$$
""",
    "dollars": r"""
Within a line $$p = q$$ it is none.

Nor here,
$$
s = t
$$
without a blank line.
""",
    "fences": """
```{prf:theorem}
:label: short

Its fence is as short as that in it.

```{math}
y = z
```
```

```{prf:proof} Swallowed.
```
""",
}


@pytest.fixture(scope="module")
def dense(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("dense") / "book"
    root.mkdir()
    (root / "_config.yml").write_text(yaml.safe_dump(CONFIG), encoding="utf-8")
    chapters = "".join(f"- file: {name}\n" for name in PAGES)
    (root / "_toc.yml").write_text(f"format: jb-book\nroot: intro\nchapters:\n{chapters}")
    (root / "intro.md").write_text("# Welcome\n\nWords.\n")
    for name, text in PAGES.items():
        (root / f"{name}.md").write_text(f"# Page {name}\n{text}", encoding="utf-8")
    done = scripts("build", "--root", root)
    assert done.returncode == 0, done.stdout + done.stderr
    (root / "said.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
    return root


def line_of(page: str, words: str) -> int:
    text = f"# Page {page}\n{PAGES[page]}"
    return text[: text.index(words)].count("\n") + 1


def pdf(root: Path) -> str:
    return re.sub(r"\s+", " ", text_of(root / "_build" / "pdf" / "book.pdf"))


def page(root: Path, name: str) -> BeautifulSoup:
    text = (root / "_build" / "html" / f"{name}.html").read_text("utf-8")
    return BeautifulSoup(text, "html.parser")


def test_labels_within_formulas_lead_to_their_equations(dense: Path) -> None:
    found = [(a.get_text(), a["href"]) for a in page(dense, "labels").select("p a.reference")]
    targets = ("first", "second", "third", "fourth")
    assert found == [
        (number, f"#equation-{name}")
        for number, name in zip(("(1)", "(2)", "(2)", "(4)"), targets, strict=True)
    ]
    ids = {tag["id"] for tag in page(dense, "labels").select("[id]")}
    assert {f"equation-{name}" for name in targets} <= ids
    assert "By (1), (2), (2), (4) and gone." in pdf(dense)


def test_ids_of_unlabelled_environments_are_the_same_in_each_build(dense: Path) -> None:
    ids = [tag["id"] for tag in page(dense, "labels").select("div.math[id], span[id^=equation]")]
    assert ids
    assert not any(re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", each) for each in ids)


def test_macros_hold_from_the_formula_that_defines_them_through_the_page(dense: Path) -> None:
    said = (dense / "said.txt").read_text("utf-8")
    assert "macros.md" not in said
    text = pdf(dense)
    assert "in the whole book ℒ" in text and "newcommand" not in text


def test_a_space_at_the_end_of_a_formula_is_not_taken_for_its_end(dense: Path) -> None:
    first, second = (tag.get_text() for tag in page(dense, "spaces").select("div.math"))
    assert first.strip().endswith("e_{t-j}\\]")
    assert second.count("\\\\") == 2  # which ends a row
    assert "\\" not in pdf(dense).partition("Page spaces")[2].partition("Page macros")[0]


def test_a_formula_that_begins_a_proof_is_a_formula(dense: Path) -> None:
    assert len(page(dense, "proofs").select("div.proof div.math")) == 1
    text = pdf(dense)
    assert re.search("Proof. 𝑞 ?= ?𝑟", text) and "Proof. Plain words" in text


def test_lines_within_proofs_are_those_of_the_file(dense: Path) -> None:
    at = line_of("proofs", "Thence")
    assert f"proofs.md:{at}: warning: formula shown as code (unknown command \\lost)" in (
        dense / "said.txt"
    ).read_text("utf-8")


def test_ids_stand_once_in_a_page_of_theorems(dense: Path) -> None:
    ids = [tag["id"] for tag in page(dense, "proofs").select("[id]")]
    assert {"smooth", "bounded"} <= set(ids)
    assert sorted(ids) == sorted(set(ids))


def test_no_formula_leaves_the_page(dense: Path) -> None:
    assert outside(dense / "_build" / "pdf" / "book.pdf") == []


def test_what_is_swallowed_or_no_formula_is_named(dense: Path) -> None:
    said = (dense / "said.txt").read_text("utf-8")
    for where in (
        f"fences.md:{line_of('fences', '```{math}')}: the block that begins with",
        f"labels.md:{line_of('labels', 'By {eq}')}: warning: equation not found: gone",
        f"dollars.md:{line_of('dollars', 'Within')}: warning: '$$' within a line",
        f"dollars.md:{line_of('dollars', '$$' + chr(10) + 's')}: warning: '$$' within a line",
    ):
        assert where in said
