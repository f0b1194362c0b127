"""Plain Markdown newsletters of many habits become issues: nothing is lost, all is in order."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup
from conftest import make_tiny, scripts

from scripts.book.outline import outline
from scripts.drafts.languages import language_of
from scripts.drafts.losses import lost
from scripts.drafts.newsletter import newsletter
from scripts.drafts.spans import inline

FOLDER = Path(__file__).parent / "newsletters"
NEWSLETTERS = sorted(FOLDER.glob("*.md"))
DAY = datetime.date(2027, 2, 3)


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", NEWSLETTERS, ids=lambda path: path.stem)
def test_no_word_and_no_address_is_lost(path: Path) -> None:
    source = read(path)
    made = newsletter(source, path.name, 3, DAY, "en")
    words, addresses = lost(made.source, made.body, [made.title, *made.remarks])
    assert (words, addresses) == ([], [])


def test_the_proof_itself_notices() -> None:
    source = "A [link](https://example.org/a), ![alt](https://example.org/b.png) twice twice."
    assert lost(source, source) == ([], [])
    assert lost(source, "A link, alt twice.") == (
        ["twice"], ["https://example.org/a", "https://example.org/b.png"],
    )  # fmt: skip


@pytest.mark.parametrize("path", NEWSLETTERS, ids=lambda path: path.stem)
def test_an_imported_newsletter_is_in_order(path: Path, tmp_path: Path) -> None:
    root = make_tiny(tmp_path / "tiny")
    done = scripts("import", path, "--root", root)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "lost" not in done.stdout
    lines = read(root / "issues" / "003.md").split("\n")
    for number in map(int, re.findall(r"to decide: issues/003\.md:(\d+):", done.stdout)):
        assert number <= len(lines) and "".join(lines[number - 1 : number + 30]).strip()
    checked = scripts("check", "--root", root)
    assert checked.returncode == 0, checked.stderr


def test_imported_newsletters_build_and_their_links_lead_on(tiny: Path) -> None:
    """Those in Latin letters, for whose signs the tiny newsletter has fonts."""
    wanted = [
        "2020-03-02-medium", "headings", "html", "signs", "bold_and_titles", "references", "markup",
        "code", "notes", "toml.en", "specials", "2020-04-10-comments_[PT-BR]", "turkish_TR",
    ]  # fmt: skip
    for name in wanted:
        done = scripts("import", FOLDER / f"{name}.md", "--root", tiny)
        assert done.returncode == 0, done.stderr
        assert "no font" not in done.stdout
    built = scripts("build", "--root", tiny)
    assert built.returncode == 0, built.stdout + built.stderr
    for number, name in enumerate(wanted, 3):
        page = (tiny / "_build" / "html" / "issues" / f"{number:03}.html").read_text("utf-8")
        there = {
            unquote(str(a["href"])) for a in BeautifulSoup(page, "html.parser")("a", href=True)
        }
        made = newsletter(read(FOLDER / f"{name}.md"), f"{name}.md", number, DAY, "en")
        links = [link.href for link in outline(made.body).links]
        assert [link for link in links if unquote(link) not in there] == []


def test_signs_without_a_font_are_asked_for(tmp_path: Path) -> None:
    root = make_tiny(tmp_path / "tiny")
    said = scripts("import", FOLDER / "weekly.md", "--root", root).stdout
    (number,) = re.findall(r"to decide: issues/003\.md:(\d+): no font of the book has ", said)
    line = (root / "issues" / "003.md").read_text(encoding="utf-8").split("\n")[int(number) - 1]
    assert line.startswith("title: ") and "周刊" in line


def shape(name: str) -> list[str]:
    made = newsletter(read(FOLDER / name), name, 3, DAY, "en")
    return [line for line in made.body.split("\n") if line.startswith(("(", "#"))]


def test_sections_and_items_have_anchors() -> None:
    assert shape("2020-03-02-medium.md") == [
        "(i003-publications)=", "## Publications 📙",
        "(i003-on-trusting-owls)=", "### On trusting owls",
        "(i003-systematic-otters)=", "### Systematic otters",
        "(i003-a-tokenizer-that-costs-5)=", r"### A tokenizer that costs \$5, or \$10",
        "(i003-tools-and-datasets)=", "## Tools and Datasets ⚙️",
        "(i003-otter)=", "### Otter",
    ]  # fmt: skip


def test_bold_lines_are_titles_where_nothing_else_is() -> None:
    assert "### 1.1 Otter: a model of the river" in shape("2020-02-17-numbered_CH.md")
    made = shape("bold_and_titles.md")
    assert [line for line in made if line.startswith("###")] == [
        "### Owls, again", "### Otters", "### Owls, again",
    ]  # fmt: skip
    assert "(i003-owls-again-2)=" in made


def test_headings_of_any_form_and_level() -> None:
    assert [line for line in shape("headings.md") if line.startswith("#")] == [
        "## Papers", "### A title that is a link", "#### A deeper heading",
        "### Second, with *emphasis* and `code`", "## Events", "### Third",
    ]  # fmt: skip


def test_front_matter_says_what_it_can() -> None:
    made = newsletter(read(FOLDER / "headings.md"), "headings.md", 3, DAY, "en")
    assert made.title == "Weekly: a colon that YAML refuses"
    assert made.date == "2021-05-06" and made.tags == ["owls", "otters"]
    assert made.original == {
        "title": made.title, "author": "Ada Lovelace", "url": "https://example.org/weekly/12/",
        "date": "2021-05-06",
    }  # fmt: skip
    french = newsletter(read(FOLDER / "2020-03-16-jekyll_FR.md"), "2020-03-16-x.md", 3, DAY, "en")
    assert (french.date, french.lang) == ("2020-03-16", "fr") and french.original is None
    assert "% Of the original: author: lbour" in french.body
    assert french.description == "Un numéro sur les loutres et les hiboux."


@pytest.mark.parametrize(
    ("name", "lang"),
    [
        ("2020-02-17-numbered_CH", "zh"), ("newsletter_AR", "ar"), ("turkish_TR", "tr"),
        ("spanish", "es"), ("portuguese_PT-BR", "pt-BR"), ("2020-03-16-jekyll_FR", "fr"),
        ("html", "en"), ("signs", "en"),
    ],
)  # fmt: skip
def test_languages(name: str, lang: str) -> None:
    made = newsletter(read(FOLDER / f"{name}.md"), f"{name}.md", 3, DAY, "en")
    assert made.lang == lang
    assert made.prefix == ("i003" if lang == "en" else f"{lang[:2]}-i003")
    assert language_of("", "", "tout est bien", lang) == lang  # too little to tell


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("$5 or $10", r"\$5 or \$10"),
        ("$O(n^2)$", "$O(n^2)$"),
        ("{ref}`x`", r"\{ref}`x`"),
        ("`{ref}` and `$5$`", "`{ref}` and `$5$`"),
        ("a<b and 3 < 4", r"a\<b and 3 \< 4"),
        ('<a href="https://example.org/?a=1&amp;b=2">x</a>', "[x](https://example.org/?a=1&b=2)"),
        ("see https://example.org/a.", "see <https://example.org/a>."),
        ("[x](https://example.org/a_(b))", "[x](https://example.org/a_(b))"),
        ("[x](ttps://example.org)", r"[x\] (`ttps://example.org`)"),
        ("[x](https://x.com/a/1?s=20&b=2#c)", "[x](https://x.com/a/1?b=2#c)"),
        ("<b>x</b><br>y", "**x**\\\ny"),
        ("![](https://example.org/a.png) *text*", " *text*"),
    ],
)
def test_inline_text(source: str, wanted: str) -> None:
    assert inline(source).text == wanted


def test_each_doubt_stands_at_its_line(tmp_path: Path) -> None:
    root = make_tiny(tmp_path / "tiny")
    said = scripts("import", FOLDER / "html.md", "--root", root).stdout
    lines = read(root / "issues" / "003.md").split("\n")
    for sign, what in (
        ("ttps://example.org/typo", "leads to 'ttps://example.org/typo'"),
        ("/relative/path.html", "leads to '/relative/path.html'"),
        ("embed/x1", "something is embedded"),
    ):
        (number,) = re.findall(rf"to decide: issues/003\.md:(\d+): .*{re.escape(what)}", said)
        assert sign in lines[int(number) - 1]


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    root = make_tiny(tmp_path / "tiny")
    (tmp_path / "empty.md").write_text(" \n", encoding="utf-8")
    (tmp_path / "latin.md").write_bytes("# Caf\xe9\n".encode("latin-1"))
    for name, what in (("empty", "it is empty"), ("latin", "not UTF-8")):
        done = scripts("import", tmp_path / f"{name}.md", "--root", root)
        assert done.returncode == 1 and what in done.stderr
    assert not (root / "issues" / "003.md").exists()


def test_fixtures_are_a_dozen() -> None:
    assert len(NEWSLETTERS) >= 12
