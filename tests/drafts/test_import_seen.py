"""Imported newsletters as their readers see them: rendered by Sphinx, and read by another parser of
Markdown than the one that imports them."""

from __future__ import annotations

import datetime
import re
import subprocess
import sys
from collections import Counter
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import mistune
import pytest
import yaml
from bs4 import BeautifulSoup, Comment
from conftest import ROOT
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from scripts.book import myst
from scripts.drafts.habits import escaped
from scripts.drafts.losses import lost
from scripts.drafts.newsletter import Newsletter, newsletter

NEWSLETTERS = sorted((Path(__file__).parent / "newsletters").glob("*.md"))
DAY = datetime.date(2027, 2, 3)
APART = re.compile("^(br|p|div|[uo]l|li|t[dhr]|summary|h[1-6]|d[td]|figcaption|pre|section)$")
FRONT = re.compile(r"---\n.*?\n---\n|\+\+\+\n.*?\n\+\+\+\n", re.S)
TEMPLATES = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{:?#?[^}\n]*\}", re.S)


def made(path: Path, number: int = 3) -> Newsletter:
    return newsletter(path.read_text(encoding="utf-8"), path.name, number, DAY, "en")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, BeautifulSoup]:
    """Every newsletter's page by its name, of a plain Sphinx with the publication's dialect."""
    folder = tmp_path_factory.mktemp("pages")
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    dialect = config["parse"]["myst_enable_extensions"]
    settings = f"extensions = ['myst_parser']\nmyst_enable_extensions = {dialect}\n"
    (folder / "conf.py").write_text(settings, encoding="utf-8")
    (folder / "index.md").write_text("# All\n\n```{toctree}\n:glob:\n\n*\n```\n", encoding="utf-8")
    for number, path in enumerate(NEWSLETTERS):
        read = made(path, number)
        text = f"# {escaped(read.title)}\n\n{read.body}"
        (folder / f"{number}.md").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "sphinx", "-q", str(folder), str(folder / "html")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    found = {}
    for number, path in enumerate(NEWSLETTERS):
        html = (folder / "html" / f"{number}.html").read_text(encoding="utf-8")
        body = BeautifulSoup(html, "html.parser").find("div", class_="body")
        assert body is not None
        found[path.stem] = body
    return found


def text_of(soup: BeautifulSoup) -> str:
    for tag in soup.find_all(APART):
        tag.insert_before(" ")
        tag.insert_after(" ")
    for tag in soup.find_all(["script", "style"]):
        tag.extract()
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    return soup.get_text()


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", unquote(text))


@pytest.mark.parametrize("path", NEWSLETTERS, ids=lambda path: path.stem)
def test_readers_see_every_word_and_every_link(path: Path, pages: dict[str, BeautifulSoup]) -> None:
    text = FRONT.sub("", path.read_text(encoding="utf-8").lstrip("\ufeff"), count=1)
    text = TEMPLATES.sub(" ", re.sub(r"(?m)\\\\\s*$", "", text).replace("\u200b", ""))
    render = mistune.create_markdown(escape=False, plugins=["table", "footnotes"])
    source = BeautifulSoup(str(render(text)), "html.parser")
    read, page = made(path), pages[path.stem]
    remarks = "\n".join([read.title, *read.remarks])
    links = {tag["href"] for tag in source.find_all("a") if tag.get("href")}
    asked, seen = text_of(source), f"{text_of(page)} {remarks}"
    missing = Counter("".join(words(asked))) - Counter("".join(words(seen)))
    assert not missing, Counter(words(asked)) - Counter(words(seen))
    squeezed = "".join(words(seen))
    assert [word for word in words(asked) if word not in squeezed] == []

    # A plain MyST writes ampersands as entities twice; `rendering/links.py` undoes it.
    there = {unquote(unescape(tag["href"])) for tag in page.find_all("a")}
    noted = {unquote(line.removeprefix("As it was: ")) for line in read.remarks}
    for link in links:
        if re.match(r"https?:|mailto:", link):
            assert unquote(link) in there | noted, link
    for address in re.findall(r"https?://[\w./-]+\w", text.replace("\\_", "_")):
        assert address in f"{there} {seen}", address
    assert all(re.match(r"https?:|mailto:|#", href) for href in there), there
    assert not page.find_all(["img", "iframe", "script", "form", "input", "object", "video"])


def heads(name: str) -> list[str]:
    path = next(path for path in NEWSLETTERS if path.stem.startswith(name))
    return [line for line in made(path).body.split("\n") if re.match(r"#+ ", line)]


def test_items_of_any_level_and_form() -> None:
    assert heads("2020-05-01-levels") == [
        "## 1、Publications 📙", "### 1.1 Counting owls", "### 1.2 水獭",
        "## 2、Tools 🔧", "### 2.1 河流", "## 更新",
    ]  # fmt: skip
    assert heads("weekly") == [
        "## 资讯", "### 1、最长的水獭", "### 2、猫头鹰（英文）", "## 文章", "### 3、夜",
    ]  # fmt: skip
    assert heads("toml") == [
        r"## Front matter in TOML: owls \& \*otters\*", "### First before any section",
        "### Second before any section", "## A section at last", "### Third", "## Named",
        "### Fourth",
    ]  # fmt: skip
    assert heads("markup") == ["## Owls in HTML", "## Links"]
    assert heads("2020-04-10-comments") == [
        "## Atualizações 🔬", "## Pesquisas 📙", "### Reprodução",
    ]  # fmt: skip


def test_links_within_a_newsletter_lead_to_its_anchors() -> None:
    read = made(next(path for path in NEWSLETTERS if path.stem == "toml.en"))
    for wanted in (
        "[the owls](#i003-first-before-any-section)", "[the section](#i003-a-section-at-last)",
        "[that place](#i003-named)", r"[nothing\] (`#nowhere`)",
    ):  # fmt: skip
        assert wanted in read.body


def test_code_stays_as_it_is_and_never_runs() -> None:
    read = made(next(path for path in NEWSLETTERS if path.stem == "code"))
    assert 'print("never run", "$5", "![no](https://cdn.example.com/no.png)")' in read.body
    assert 'owl = "{{ owl }}"  # **not bold**' in read.body
    assert not myst.flow(read.body).directives
    assert read.body.endswith('print("the last line")\n```\n')


SIGNS = st.text(alphabet="ab *_`[](){}!$%\\#:-+|~=<>&^\n\"'/.1é中,@", max_size=40)
HABITS = st.sampled_from([
    "***A title***\n", "**Bold**\n\n", "\n\n", "\n", "# H 📙\n", "## H\n", "Head\n===\n",
    "### [T](https://x.org/t)\n", "[a](https://x.org/a_(b))", "[x](#h)", "[ ](https://x.org/e)",
    "[r]", "[t][r]", "![i][r]", "\n\n[r]: https://x.org/r\n\n", "[^1]", "\n\n[^1]: note\n",
    "![p](https://x.org/p.png)", "[![p](https://x.org/p.png)](https://x.org/l)",
    "https://x.org/u", " https://x.org/v.", "<https://x.org/au>", "<me@x.org>",
    "<b>", "</b>", '<a href="https://x.org/h">', "</a>", "<p>", "</p>\n", "<div>\n", "</div>\n",
    "<li>", "<!-- c -->", "<!--", "-->", "<pre>", "</pre>\n", "<script>", "</script>\n",
    '<img src="https://x.org/i.png" alt="alt">', "&amp;", "\\\\\n", "```\n", "~~~\n", "- ", "1. ",
    "> ", "---\n", "***\n", "    ", "\t", "% c\n", "+++\n", "(x)=\n", ":::\n", "{ref}`x`",
    "{{ y }}", "{% z %}", "{: .c}", "$x_1$", "$$", "$5", "| a | b |\n|---|---|\n", "word",
    "\\begin{align}\n",
])  # fmt: skip


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.one_of(SIGNS, HABITS), max_size=14).map("".join))
def test_any_text_is_kept_and_nothing_of_it_is_swallowed(source: str) -> None:
    assume(
        not re.search(r"<!--(?!.*-->)|<[!?](?!--)|</(?!\w)|&#|%\W*\d", source, re.S)
    )  # which HTML's parser reads in its own way
    read = newsletter(source, "x.md", 3, DAY, "en")
    assert lost(read.source, read.body, [read.title, *read.remarks]) == ([], [])
    flow = myst.flow(read.body)
    assert (flow.faults, flow.directives) == ([], [])
    anchors = re.findall(r"(?m)^\(([^()\n]+)\)=$", read.body)
    assert len(set(anchors)) == len(anchors)
    lines = len(read.body.split("\n"))
    assert all(0 <= question.line <= lines for question in read.questions)
