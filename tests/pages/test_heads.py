"""What machines read: heads, linked data, cards, the sitemap; and that trial builds have none."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import icons
import pytest
from bs4 import BeautifulSoup

from scripts.book.read import read
from scripts.core.page_data.frame import Frame
from scripts.core.palette import PAPER
from scripts.pages import heads
from scripts.pages.cards import SIZE
from scripts.pages.linked_data import linked_data
from scripts.publishing import sitemap
from scripts.site import content_policy, figures
from scripts.site.page_context import head_of

SITE = "https://nobody.github.io/tiny"


@pytest.fixture(scope="module")
def pages(built: Path) -> dict[str, BeautifulSoup]:
    """The parsed pages of the tiny newsletter, by path; letters, and
    what stands at a claim's address, are no pages."""
    html = built / "_build" / "html"
    return {
        path.relative_to(html).as_posix(): BeautifulSoup(path.read_text("utf-8"), "html.parser")
        for path in sorted(html.rglob("*.html"))
        if path.parent.name not in ("email", "claims")
    }


def metas(page: BeautifulSoup) -> dict[str, str]:
    found = page.head.find_all("meta", content=True)
    return {m.get("property") or m.get("name") or m.get("http-equiv"): m["content"] for m in found}


def data(page: BeautifulSoup) -> list[dict]:
    (script,) = page.head.find_all("script", type="application/ld+json")
    return json.loads(script.string)["@graph"]


def test_every_page_says_where_it_lives_and_what_it_is(built: Path, pages: dict) -> None:
    addresses = set()
    for name, page in pages.items():
        found = metas(page)
        expected = content_policy.policy_of(name.removesuffix(".html"))
        assert found["Content-Security-Policy"] == expected, name
        if name == "search.html":
            assert found["robots"] == "noindex"
            continue
        (canonical,) = page.head.find_all("link", rel="canonical")
        if name.startswith(("ledger/", "archive/")):  # pages that the build adds
            assert canonical["href"] == f"{SITE}/{name}" and found["description"]
            continue
        assert canonical["href"] == found["og:url"]
        assert canonical["href"] in (f"{SITE}/{name}", f"{SITE}/")
        assert found["description"] == found["og:description"] == found["twitter:description"]
        assert found["description"].strip()
        assert found["twitter:card"] == "summary_large_image"
        assert "robots" not in found
        image = found["og:image"].removeprefix(f"{SITE}/")
        assert figures.size(built / "_build" / "html" / image) == SIZE, name
        assert found["og:image:alt"] and "viewport" in found
        addresses.add(canonical["href"])
    tree = ElementTree.parse(built / "_build" / "html" / "sitemap.xml")
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    listed = {
        url.findtext("s:loc", "", space): url.findtext("s:lastmod", None, space)
        for url in tree.getroot()
    }
    assert set(listed) == addresses
    assert listed[f"{SITE}/issues/001.html"] == "2020-01-05"
    assert listed[f"{SITE}/"] == "2020-01-19", "the home page changes with the newest issue"
    assert listed[f"{SITE}/references.html"] is None
    robots = (built / "_build" / "html" / "robots.txt").read_text()
    assert f"Sitemap: {SITE}/sitemap.xml" in robots


def test_linked_data(pages: dict) -> None:
    issue, trail = data(pages["issues/002.html"])
    assert issue["@type"] == ["PublicationIssue", "Article"]
    assert (issue["issueNumber"], issue["datePublished"]) == (2, "2020-01-19")
    assert issue["isBasedOn"]["url"] == "https://example.org/tiny"
    assert [entry["position"] for entry in trail["itemListElement"]] == [1, 2]
    notebook, trail, *reviews = data(pages["notebooks/averages.html"])
    assert notebook["isPartOf"]["@id"] == f"{SITE}/issues/001.html"
    assert notebook["hasPart"]["programmingLanguage"]["name"] == "Python"
    assert notebook["citation"][0]["name"]
    assert len(trail["itemListElement"]) == 3
    (review,) = reviews  # the claim; an exactness check is no claim of anybody's
    assert review["reviewRating"]["alternateName"] == "holds"
    anchor = review["url"].removeprefix(f"{SITE}/notebooks/averages.html#")
    assert pages["notebooks/averages.html"].find(id=anchor)
    kinds = [node["@type"] for node in data(pages["index.html"])]
    assert kinds == ["WebSite", "Periodical"]


def test_an_edition_has_a_day_of_its_own(tiny: Path) -> None:
    """What is dated is this edition; what it is based on keeps the original's day."""
    path = tiny / "issues" / "002.md"
    path.write_text(path.read_text().replace("issue: 2\n", 'issue: 2\nedition: "2026-11-29"\n'))
    book, problems = read(tiny)
    assert not problems
    page = next(page for page in book.pages if page.name == "002")
    issue = linked_data(book, {}, page)["@graph"][0]
    assert (issue["datePublished"], issue["dateModified"]) == ("2026-11-29", "2026-11-29")
    assert issue["isBasedOn"]["datePublished"] == "2020-01-19"
    found = {name: content for _, name, content in heads.meta(book, {}, page)}
    assert found["article:published_time"] == "2026-11-29"
    assert "<lastmod>2026-11-29</lastmod>" in sitemap.sitemap(book)


def test_trial_builds_ask_for_no_visitors(tiny: Path) -> None:
    book, _ = read(tiny)
    for head in heads.heads(book, {}, public=False).values():
        assert head.robots == "noindex"
    files = sitemap.files(book, public=False)
    assert list(files) == ["robots.txt"]
    assert b"Disallow: /" not in files["robots.txt"], "then no robot would read the noindex"


def test_the_smoke_site_says_noindex(site: Path) -> None:
    for path in site.rglob("*.html"):
        page = BeautifulSoup(path.read_text("utf-8"), "html.parser")
        assert metas(page).get("robots") == "noindex", path
    assert not (site / "sitemap.xml").exists()


def test_no_text_ends_the_linked_data_early(tiny: Path) -> None:
    book, _ = read(tiny)
    issue = book.issues[0]
    issue.front["description"] = "</script><script>alert(1)</script> & <!--"
    found = Frame(heads={"issues/002": heads.head(book, {}, issue, True)})
    text = head_of(found, "issues/002", {}, {})["data"]
    assert "<" not in text and "&" not in text
    assert json.loads(text) == linked_data(book, {}, issue)


def test_without_an_address_nothing_is_invented(tiny: Path) -> None:
    config = tiny / "_config.yml"
    config.write_text(config.read_text().replace("baseurl", "announcement"))
    book, _ = read(tiny)
    head = heads.heads(book, {}, public=True)["issues/002"]
    assert head.canonical == "" and head.meta == [] and head.data is None
    assert list(sitemap.files(book, public=True)) == ["robots.txt"]


def test_who_wrote_a_page_and_how_to_cite_it(pages: dict) -> None:
    issue, notebook = metas(pages["issues/001.html"]), metas(pages["notebooks/averages.html"])
    book, _ = read(Path(__file__).parents[1] / "tiny")
    for found, page in ((issue, book.issues[-1]), (notebook, book.notebooks[0])):
        assert found["citation_title"] == page.title
        assert found["citation_author"] == found["author"] == page.front["authors"][0]["name"]
        assert found["citation_publication_date"] == page.published.replace("-", "/")
        assert found["citation_journal_title"] == book.title
        assert found["citation_issue"] == "1"
        assert found["citation_fulltext_html_url"] == f"{SITE}/{page.docname}.html"
    assert issue["citation_pdf_url"] == f"{SITE}/downloads/001.pdf"
    assert "citation_pdf_url" not in notebook, "a notebook has no PDF of its own"
    assert not [name for name in metas(pages["index.html"]) if name.startswith("citation_")]


def test_home_screens_and_browsers_have_icons_a_name_and_the_ground_of_the_page() -> None:
    root = Path(__file__).parents[2]
    manifest = json.loads((root / "_static" / "manifest.webmanifest").read_text("utf-8"))
    assert manifest["name"] == read(root)[0].title
    assert manifest["background_color"] == manifest["theme_color"] == PAPER[0]
    for name, picture in icons.drawn().items():
        assert (root / "_static" / name).read_bytes() == picture, "run tests/icons.py"
    for icon in manifest["icons"]:
        assert (root / "_static" / icon["src"]).is_file()


def test_every_page_names_the_colours_of_its_ground(pages: dict) -> None:
    for name, page in pages.items():
        grounds = page.head.find_all("meta", attrs={"name": "theme-color"})
        assert [g["content"] for g in grounds] == list(PAPER), name
        (manifest,) = page.head.find_all("link", rel="manifest")
        assert str(manifest["href"]).endswith("_static/manifest.webmanifest"), name
