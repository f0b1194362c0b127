"""MyST to plain Markdown: every role and directive, and everything that must stay as it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT

from scripts.book import myst
from scripts.book.model import Book, page_of
from scripts.core.addresses import Addresses
from scripts.core.problems import BookError
from scripts.editions.plain.blocks import convert, plain
from scripts.editions.plain.references import Context, CorrectionOfItem, Target, contexts

SITE = "https://site.example"
CONTEXT = Context(
    path="issues/002.md",
    bibliography={
        "three": {"author": "Kitaev, Kaiser and Levskaya", "title": "Reformer", "year": "2020",
                  "url": "https://arxiv.org/abs/2001.04451"},
        "two": {"author": "Wang and Li", "title": "On [two]", "year": "2019", "url": "https://t.w/o"},
        "many": {"author": "Clark et al.", "title": "ELECTRA", "year": "2020", "url": ""},
    },
    labels={
        "i002-a": Target("Attention by_hash", f"{SITE}/issues/002.html#i002-a"),
        "fig-a": Target("Figure 1", f"{SITE}/notebooks/a.html#fig-a"),
        "eq-a": Target("(2)", f"{SITE}/notebooks/a.html#equation-eq-a"),
    },
    pages={
        "issues/002": Target("Issue two", f"{SITE}/issues/002.html"),
        "notebooks/a": Target("Notebook A", f"{SITE}/notebooks/a.html"),
    },
    source="https://git.example/raw/main",
    references=f"{SITE}/references.html",
    corrections=(
        CorrectionOfItem("corrected", "First: one", f"{SITE}/issues/002.html#i002-a"),
        CorrectionOfItem("slip", "Second", f"{SITE}/issues/002.html#i002-b"),
    ),
)  # fmt: skip
KITAEV = "[Kitaev et al., 2020](https://arxiv.org/abs/2001.04451)"
A = f"[Attention by\\_hash]({SITE}/issues/002.html#i002-a)"


def leftovers(text: str) -> list[str]:
    """What of MyST is still in a text."""
    found = []
    for token in myst.tokens(text):
        if token.type in ("myst_target", "myst_block_break", "myst_line_comment", "front_matter"):
            found.append(token.type)
        if myst.directive(token) or token.type in ("colon_fence", "math_block_label"):
            found.append(token.type)
        roles = (child.meta["name"] for child in token.children or [] if child.type == "myst_role")
        found += roles
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("So {cite}`three`.", f"So ({KITAEV})."),
        ("{cite:p}`three,two`", f"({KITAEV}; [Wang and Li, 2019](https://t.w/o))"),
        ("(as in {cite}`three`)", f"(as in {KITAEV})"),
        ("{cite:t}`two` say", "[Wang and Li (2019)](https://t.w/o) say"),
        (
            "{cite:t}`three,two` say",
            "[Kitaev et al. (2020)](https://arxiv.org/abs/2001.04451) and "
            "[Wang and Li (2019)](https://t.w/o) say",
        ),
        ("{cite}`many`", f"([Clark et al., 2020]({SITE}/references.html))"),
        ("{ref}`i002-a`", A),
        ("{ref}`*that* one <i002-a>`", f"[*that* one]({SITE}/issues/002.html#i002-a)"),
        ("{numref}`fig-a`", f"[Figure 1]({SITE}/notebooks/a.html#fig-a)"),
        ("{numref}`Fig. %s <fig-a>`", f"[Fig. 1]({SITE}/notebooks/a.html#fig-a)"),
        ("by {eq}`eq-a`", f"by [(2)]({SITE}/notebooks/a.html#equation-eq-a)"),
        ("{doc}`../notebooks/a`", f"[Notebook A]({SITE}/notebooks/a.html)"),
        ("{doc}`it </notebooks/a.md>`", f"[it]({SITE}/notebooks/a.html)"),
        ("{math}`\\alpha_1`", "$\\alpha_1$"),
        ("{abbr}`LSH (locality-sensitive hashing)`", "LSH (locality-sensitive hashing)"),
        ("two {ref}`i002-a`, {cite}`three`!", f"two {A}, ({KITAEV})!"),
        ("{ref}`over\nlines <i002-a>` on", f"[over lines]({SITE}/issues/002.html#i002-a) on"),
        ("注意{ref}`i002-a`的哈希。", f"注意{A}的哈希。"),
        ("**bold {cite}`three`**", f"**bold ({KITAEV})**"),
        ("[a {ref}`i002-a` b](https://e.x)", "[a Attention by\\_hash b](https://e.x)"),
    ],
)
def test_roles(text: str, expected: str) -> None:
    assert plain(text, CONTEXT) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[x](../notebooks/a.md)", f"[x]({SITE}/notebooks/a.html)"),
        ("[x](../notebooks/a.md#fig-a)", f"[x]({SITE}/notebooks/a.html#fig-a)"),
        ("[x](../notebooks/a.md#Some_Part 'T')", f'[x]({SITE}/notebooks/a.html#some-part "T")'),
        ("[x](/notebooks/a.ipynb)", f"[x]({SITE}/notebooks/a.html)"),
        ("[x](#i002-a)", f"[x]({SITE}/issues/002.html#i002-a)"),
        ("[x](i002-a)", f"[x]({SITE}/issues/002.html#i002-a)"),
        ("[](#i002-a) [](../notebooks/a.md)", f"{A} [Notebook A]({SITE}/notebooks/a.html)"),
        ("[x](../LICENSE)", "[x](https://git.example/raw/main/LICENSE)"),
        ("![alt](../_static/a b.svg)", "![alt](../_static/a b.svg)"),  # no image in Markdown
        ("![alt](<../_static/a b.svg>)", "![alt](https://git.example/raw/main/_static/a%20b.svg)"),
        ("<https://e.x> [m](mailto:a@b.c)", "<https://e.x> [m](mailto:a@b.c)"),
        (
            "[x][r] [r]\n\n[r]: ../notebooks/a.md 'T'",
            f'[x][r] [r]\n\n[r]: {SITE}/notebooks/a.html "T"',
        ),
        ("![attached](attachment:a.png)", "![attached](attachment:a.png)"),
    ],
)
def test_links(text: str, expected: str) -> None:
    assert plain(text, CONTEXT) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Plain *words*, `code`, \\{ref}`x`, a {brace} and {cite} alone.",
        "``{cite}`three` `` and `(x)=` and `{ref}`",
        "```python\n{cite}`three`\n(x)=\n+++\n% no comment\n:::{note}\n```",
        "````markdown\n```{note}\nShown.\n```\n````",
        "    (indented)=\n    {ref}`code`",
        "$a_{1} \\\\ {cite}`x`$ costs $5 \\{x\\}$",
        "$$\n\\frac{a}{b} \\\\\n{ref}`x`\n$$",
        "- a\n  - b\n\n    c\n1. d\n2) e",
        "| a | b |\n|:--|--:|\n| `x\\|y` | 中文 |",
        "Foot[^1] and ^[no MyST].\n\n[^1]: Note\n\n    more\n",
        "<details>\n<summary>x</summary>\n\ny\n\n</details>",
        "Setext\n======\n\ntwo  \nlines\\\nthree ~~struck~~\n\n***",
        "",
    ],
)
def test_what_is_no_myst_stays(text: str) -> None:
    assert convert(text, CONTEXT) == convert(text, replace(CONTEXT, labels={}))
    assert plain(text, CONTEXT) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("```{note}\nA {cite}`three`.\n```", f"> **Note.** A ({KITAEV})."),
        ("```{tip} On one\nline.\n```", "> **Tip.** On one\n> line."),
        (":::{warning}\n- list\n:::", "> **Warning**\n>\n> - list"),
        (":::{important}\nA\n\nB\n:::", "> **Important.** A\n>\n> B"),
        (":::{seealso}\n{ref}`i002-a`\n:::", f"> **See also.** {A}"),
        (":::{correction}\nNo.\n:::", "> **Corrected.** No."),
        (":::{admonition} My `title`\nText\n:::", "> **My `title`**\n>\n> Text"),
        (
            ":::{admonition} Is *x* > `y`?\n:class: tip dropdown\nYes.\n:::",
            "<details>\n<summary>Is <em>x</em> &gt; <code>y</code>?</summary>\n\n"
            "Yes.\n\n</details>",
        ),
        (
            "::::{note}\n:::{tip}\ninner\n:::\n::::",
            "> **Note**\n>\n> > **Tip.** inner",
        ),
        ("```{math}\na \\\\ b\n```", "$$\na \\\\ b\n$$"),
        ("```{math}\n:label: eq-a\na\n```", "$$\na\n\\tag{2}\n$$"),
        ("$$\na\n$$ (eq-a)", "$$\na\n\\tag{2}\n$$"),
        ("\\begin{align}\na &= b\n\\end{align}", "$$\n\\begin{align}\na &= b\n\\end{align}\n$$"),
        (
            "```{figure} ../_static/a.svg\n:name: fig-a\n:alt: An [alt]\n\nSee {ref}`i002-a`.\n```",
            "![An \\[alt\\]](https://git.example/raw/main/_static/a.svg)\n\n"
            f"**Figure 1.** See {A}.",
        ),
        (
            "```{image} https://e.x/a.png\n:alt: A\n```",
            "![A](https://e.x/a.png)",
        ),
        ("```{home}\n{\"a\": 1}\n```", ""),
        ("````{companion}\n{}\n````", ""),
        ("```{code-block} python\n:linenos:\nx = '{ref}'\n```", "```python\nx = '{ref}'\n```"),
        (
            "```{corrections}\n```",
            f"- Corrected: [First]({SITE}/issues/002.html#i002-a).\n"
            f"- Slip: [Second]({SITE}/issues/002.html#i002-b).",
        ),
        (
            "```{bibliography}\n```",
            "- Clark et al. (2020). ELECTRA.\n"
            "- Kitaev, Kaiser and Levskaya (2020). [Reformer](https://arxiv.org/abs/2001.04451).\n"
            "- Wang and Li (2019). [On \\[two\\]](https://t.w/o).",
        ),
    ],
)  # fmt: skip
def test_directives(text: str, expected: str) -> None:
    assert plain(text, CONTEXT) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(x)=\n# Title #", "# Title #"),
        ("a\n\n(x)=\n## B\n\nc", "a\n\n## B\n\nc"),
        ("a\n\n% comment\n% more\n\nb", "a\n\nb"),
        ('a\n\n+++ {"k": 1}\n\nb', "a\n\nb"),
        ("a\n(x)=\nb", "a\n\nb"),
        ("---\ntitle: t\n---\n\n# T", "# T"),
        ("a\n```{note}\nn\n```\nb", "a\n\n> **Note.** n\n\nb"),
        ("- one\n  ```{note}\n  n\n  ```\n- two", "- one\n\n  > **Note.** n\n\n- two"),
        ("- ```{note}\n  n\n\n  m\n  ```\n- two", "- > **Note.** n\n  >\n  > m\n\n- two"),
        ("1. {cite}`three`\n   {ref}`i002-a`", f"1. ({KITAEV})\n   {A}"),
        ("> q {ref}`i002-a`\n> {abbr}`r`\n>\n> (x)=\n> s", f"> q {A}\n> r\n>\n> s"),
        ("> a\n> ```{tip}\n> n\n> ```\n> b", "> a\n>\n> > **Tip.** n\n>\n> b"),
        ("## {abbr}`H` in {cite:t}`two` ##", "## H in [Wang and Li (2019)](https://t.w/o) ##"),
        ("{abbr}`H`\n=====", "H\n====="),
        (
            "| {abbr}`a` | b |\n|---|:-:|\n| {ref}`i002-a` | `x\\|y` |\n| 1 |",
            f"| a | b |\n|---|:-:|\n| {A} | `x\\|y` |\n| 1 |  |",
        ),
        ("F[^1].\n\n[^1]: N {abbr}`n`\n\n    m {abbr}`m`", "F[^1].\n\n[^1]: N n\n\n    m m"),
        ("- $$\n  a\n  $$ (eq-a)\n- b", "- $$\n  a\n  \\tag{2}\n  $$\n\n- b"),
        ("{abbr}`一` *二*\n三{abbr}`四`", "一 *二*\n三四"),
    ],
)
def test_structure(text: str, expected: str) -> None:
    result = plain(text, CONTEXT)
    assert result == expected
    assert not leftovers(result)
    assert plain(result, CONTEXT) == result


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("a\n\n{strange}`b`", 12, "the role {strange} has no plain form"),
        ("a\n{ref}`i002-b`", 11, "{ref} points at 'i002-b', which is no label"),
        ("{doc}`nowhere`", 10, "{doc} points at 'nowhere', which is no page"),
        ("a\nb {cite}`thre`", 11, "the citation 'thre' has no entry in the bibliography"),
        ("a\n\n```{mystery}\nx\n```", 12, "the directive {mystery} has no plain form"),
        ("a\n\n:::{note}\n\nb\n{strange}`c`\n:::", 15, "the role {strange} has no plain form"),
        (":::\nx\n:::", 10, "a colon fence without a directive"),
        ("| a |\n|---|\n| {strange}`x` |", 12, "the role {strange} has no plain form"),
    ],
)
def test_problems_name_their_place(text: str, line: int, what: str) -> None:
    result = convert(text, replace(CONTEXT, line=10))
    assert [(p.path, p.line, p.what) for p in result.problems] == [("issues/002.md", line, what)]
    assert not leftovers(result.text)
    with pytest.raises(BookError, match=what.split()[-1]):
        plain(text, CONTEXT)


def test_an_unknown_directive_is_kept_as_quoted_text() -> None:
    result = convert("```{mystery} arg\nx `` ``` y\n```", CONTEXT)
    assert result.text == "```\narg\nx `` ``` y\n```"
    assert convert("`````{strange}\n```python\nx\n```\n`````", CONTEXT).text == (
        "````\n```python\nx\n```\n````"
    )


def test_malformed_options_are_a_problem() -> None:
    result = convert("```{note}\n---\na: [\n---\nx\n```", CONTEXT)
    assert "not YAML" in result.problems[0].what


def test_labels_of_a_book_are_counted_through_each_page() -> None:
    text = (
        "(top)=\n# Title *x*\n\n(sec-a)=\n## Part {abbr}`A`\n\n(para)=\nwords\n\n"
        "```{figure} a.svg\n:name: fig-one\nCaption\n```\n\n$$\na\n$$ (eq-one)\n\n"
        ":::{note}\n```{math}\n:label: eq-two\nb\n```\n:::\n\n"
        "(fig-two)=\n```{figure} b.svg\nCaption\n```\n"
    )
    page = page_of("notebooks/a.md", "notebooks/a", "page", text, {"title": "Page A"})
    book = Book(Path(), {}, (page,), Addresses(SITE, "https://git.example", "main"))
    context = contexts(book)["notebooks/a"]
    url = f"{SITE}/notebooks/a.html"
    assert context.labels == {
        "top": (("Title x"), f"{url}#top"),
        "sec-a": ("Part A", f"{url}#sec-a"),
        "para": ("Page A", f"{url}#para"),
        "fig-one": ("Figure 1", f"{url}#fig-one"),
        "eq-one": ("(1)", f"{url}#equation-eq-one"),
        "eq-two": ("(2)", f"{url}#equation-eq-two"),
        "fig-two": ("Figure 2", f"{url}#fig-two"),
    }
    assert context.source == "https://git.example/raw/main"
    result = plain(text, context)
    assert "\\tag{1}" in result and "**Figure 1.** Caption" in result
    assert not leftovers(result)


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("issues/*.md")) + sorted(ROOT.glob("notebooks/*.md"))
)
def test_our_own_pages_leave_nothing_of_myst(path: Path) -> None:
    from scripts.book.read import read

    book, _ = read(ROOT)
    about = contexts(book)
    page = next((p for p in book.pages if p.path == path.relative_to(ROOT).as_posix()), None)
    if page is None or page.notebook is None:
        pytest.skip("not in the table of contents")
    for cell in page.notebook.cells:
        if cell.cell_type == "markdown":
            assert not leftovers(convert(cell.source, about[page.docname]).text)
