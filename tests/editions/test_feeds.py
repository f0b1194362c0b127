"""Feeds: valid in every format, the same twice, one entry for a verdict that changed."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import partial
from pathlib import Path
from urllib.parse import urljoin

import feedparser
import pytest
from archives import book, check, run
from conftest import make_tiny, scripts
from lxml import etree

from scripts.book.kept.verdicts import NOTED, History, Noted, read_noted, write_noted
from scripts.book.model import Book
from scripts.core.record import Runs
from scripts.editions.feeds import entries
from scripts.editions.feeds import formats as feeds
from scripts.editions.html import html_of
from scripts.editions.register.claims import Registered, histories, register, withdrawn
from scripts.editions.register.formats import json_of

GRAMMAR = etree.RelaxNG(etree.parse(str(Path(__file__).parent / "atom.rng")))


def dated(day: str, *verdicts: str) -> tuple[Book, Runs]:
    """A book whose one notebook was changed on a day and has claims with these verdicts."""
    given, _ = book(1)
    pages = tuple(
        replace(page, front={**page.front, "date": "2026-11-30", "updated": day})
        if page.kind == "notebook"
        else page
        for page in given.pages
    )
    checks = [check(f"c{n}", verdict, claim=f"Claim {n}.") for n, verdict in enumerate(verdicts)]
    return replace(given, pages=pages), {"notebooks/1": run("notebooks/1", *checks)}


def noted(given: Book, found: list[Registered]) -> Book:
    return replace(given, noted=histories(given.noted, found))


def test_a_feed_that_holds_anything_is_valid_in_every_format() -> None:
    odd = "<b>&amp; ]]> 'x' \"y\" \x00\x0b\ud800\ufffe 日本 𝒳 \u202e"
    entry = feeds.Entry(
        "https://x.org/a", "https://x.org/a", odd, odd, f"<p>{odd}</p>", "2020-01-05",
        "2026-11-30", (odd, "B"), (odd,), "https://x.org/a.png",
    )  # fmt: skip
    feed = feeds.Feed("feed", odd, odd, "https://x.org", "https://x.org/", odd, "en", odd, (entry,))
    for given in (feed, replace(feed, entries=())):
        made = feeds.files(given)
        GRAMMAR.assertValid(etree.fromstring(made["feed.atom"]))
        for name in ("feed.atom", "feed.rss"):
            read = feedparser.parse(made[name])
            assert not read.bozo and len(read.entries) == len(given.entries), name
            for one in read.entries:
                assert one.id == one.link == "https://x.org/a"
                assert one.published_parsed[:3] == (2020, 1, 5)
                assert one.title.startswith("<b>&amp; ]]>") and "日本 𝒳" in one.title
        told = json.loads(made["feed.json"])
        assert told["version"] == "https://jsonfeed.org/version/1.1"
        assert [item["id"] for item in told["items"]] == [e.id for e in given.entries]


def test_the_grammar_refuses_what_is_no_atom() -> None:
    feed = feeds.Feed("f", "t", "d", "https://x.org", "https://x.org/", "a", "en", "r")
    text = feeds.atom(feed).decode()
    for wrong in (
        re.sub(r"<id>.*?</id>", "", text),
        text.replace("T00:00:00Z", ""),
        text.replace("</feed>", "<guid>1</guid></feed>"),
        text.replace('rel="self"', 'relation="self"'),
    ):
        assert wrong != text
        assert not GRAMMAR.validate(etree.fromstring(wrong.encode()))


def test_html_of_an_edition_leads_to_the_site_and_runs_nothing() -> None:
    text = (
        "# Title\n\nA [link](../x.html#a), [far](https://a.org), $x<y$ and `1 $ 2 $`.\n\n"
        "![A < B](n_files/f.svg)\n\n| a |\n| --- |\n| b |\n\n<script>alert(1)</script>\n\n"
        '<img src="x" onerror="alert(1)" alt="">\n\n[no](javascript:alert(1))\n'
    )
    found = html_of(text, partial(urljoin, "https://x.org/markdown/"))
    assert "Title" not in found, "the entry has it"
    assert 'href="https://x.org/x.html#a"' in found and 'href="https://a.org"' in found
    assert 'src="https://x.org/markdown/n_files/f.svg"' in found and 'alt="A &lt; B"' in found
    assert "<code>x&lt;y</code>" in found and "<code>1 $ 2 $</code>" in found
    assert "<table>" in found
    assert not re.search(r"<script|onerror|href=.javascript", found)


def test_a_new_claim_is_news_and_one_that_can_not_be_tested_is_not() -> None:
    given, runs = dated("2026-11-30", "holds", "not testable here", "fails", "not run")
    found, problems = register(given, runs)
    assert not problems
    feed = entries.verdicts(given, found)
    assert [entry.title for entry in feed.entries] == ["Holds: Claim 0.", "Fails: Claim 2."]
    assert feed.entries[0].address == "https://x.org/claims/c0.html"
    again = entries.verdicts(noted(given, found), register(noted(given, found), runs)[0])
    assert again == feed, "what was noted is told as it was"


def test_a_changed_verdict_makes_one_entry_and_an_unchanged_build_none() -> None:
    given, runs = dated("2026-11-30", "holds", "not testable here", "fails")
    first, _ = register(given, runs)
    before = {entry.id for entry in entries.verdicts(given, first).entries}
    later, runs = dated("2027-01-05", "fails", "holds", "fails")
    later = replace(later, noted=noted(given, first).noted)
    found, problems = register(later, runs)
    assert not problems
    new = [e for e in entries.verdicts(later, found).entries if e.id not in before]
    assert [entry.title for entry in new] == [
        "Now fails, before holds: Claim 0.",
        "Now holds, before not testable here: Claim 1.",
    ]
    assert len({e.id for e in entries.verdicts(later, found).entries}) == len(before) + 2
    third, runs = dated("2027-02-01", "holds", "holds", "fails")
    third = replace(third, noted=noted(later, found).noted)
    history = register(third, runs)[0][0].verdicts
    assert [(n.date, n.verdict) for n in history] == [
        ("2026-11-30", "holds"), ("2027-01-05", "fails"), ("2027-02-01", "holds"),
    ]  # fmt: skip


def test_a_change_of_no_later_day_is_a_problem() -> None:
    given, runs = dated("2026-11-30", "holds")
    known = noted(given, register(given, runs)[0])
    _, runs = dated("2026-11-30", "fails")
    _, problems = register(known, runs)
    (problem,) = problems
    assert problem.path == "notebooks/1.md" and "'holds', noted for 2026-11-30" in problem.what
    assert "updated:" in problem.right


def test_the_register_tells_history_and_what_was_withdrawn() -> None:
    given, runs = dated("2026-11-30", "holds", "fails")
    known = noted(given, register(given, runs)[0])
    _, fewer = dated("2026-11-30", "holds")
    found = register(known, fewer)[0]
    gone = withdrawn(known, fewer)
    told = json.loads(json_of(known, found, gone))
    (claim,) = told["claims"]
    assert claim["id"] == "c0" and claim["place"] == "https://x.org/notebooks/1.html#c0"
    assert claim["address"] == "https://x.org/claims/c0.html"
    assert [(n["date"], n["verdict"]) for n in claim["history"]] == [("2026-11-30", "holds")]
    (gone,) = told["withdrawn"]
    assert gone["id"] == "c1" and gone["claim"] == "Claim 1."
    assert gone["address"] == "https://x.org/claims/c1.html"
    assert not withdrawn(known, {}), "of what didn't run nobody knows"
    _, unevaluated = dated("2026-11-30", "holds", "not run")
    assert not withdrawn(known, unevaluated), "a quick run withdraws nothing"


def test_noted_verdicts_are_read_as_written_and_damage_is_named(tmp_path: Path) -> None:
    history = {"a": History("n", "A.", [Noted("2026-11-30", "holds", None, [1, 2.5], "%", "k")])}
    (tmp_path / "notebooks").mkdir()
    write_noted(tmp_path, history)
    assert read_noted(tmp_path) == (history, [])
    text = (tmp_path / NOTED).read_text("utf-8")
    empty = '{"a": {"notebook": "n", "claim": "A.", "verdicts": []}}'
    damaged = [text.replace(*pair) for pair in (("holds", "so"), ("-11-", "-13-"), ("key", "kay"))]
    for wrong in ("{", "[]", "\x00", empty, *damaged):
        (tmp_path / NOTED).write_text(wrong, encoding="utf-8")
        found, problems = read_noted(tmp_path)
        assert not found and [p.path for p in problems] == [NOTED], wrong


@pytest.fixture(scope="module")
def site(built: Path) -> Path:
    return built / "_build" / "html"


def test_feeds_of_a_built_site(site: Path) -> None:
    GRAMMAR.assertValid(etree.parse(str(site / "feed.atom")))
    GRAMMAR.assertValid(etree.parse(str(site / "verdicts.atom")))
    for name in ("feed", "verdicts"):
        read = [
            feedparser.parse((site / f"{name}.{kind}").read_bytes()) for kind in ("atom", "rss")
        ]
        told = json.loads((site / f"{name}.json").read_text("utf-8"))
        ids = [[entry.id for entry in each.entries] for each in read]
        assert ids[0] == ids[1] == [item["id"] for item in told["items"]] and ids[0]
        assert len(set(ids[0])) == len(ids[0])
    for entry in feedparser.parse((site / "feed.atom").read_bytes()).entries:
        html = entry.content[0].value
        assert len(html) > 200
        for address in re.findall(r'(?:href|src)="([^"]*)"', html):
            assert re.match(r"(https?|mailto):", address), address
            if address.startswith("https://nobody.github.io/tiny/"):
                path = address.removeprefix("https://nobody.github.io/tiny/").partition("#")[0]
                assert (site / (path or "index.html")).is_file(), address


def test_every_page_names_the_feeds(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text("utf-8")
        if 'http-equiv="refresh"' in text or page.parent.name == "email":
            continue
        links = re.findall(
            r'<link rel="alternate" type="([^"]+)" title="[^"]+" href="([^"]+)"', text
        )
        assert len(links) == 6, page
        for _, address in links:
            assert (page.parent / address).resolve().is_file() or page.name == "404.html"


def test_note_keeps_verdicts_once(built_copy: Path) -> None:
    first = scripts("note", "--root", built_copy)
    assert first.returncode == 0, first.stderr
    assert "1 claim noted" in first.stdout
    text = (built_copy / NOTED).read_text("utf-8")
    second = scripts("note", "--root", built_copy)
    assert "0 claims noted" in second.stdout
    assert (built_copy / NOTED).read_text("utf-8") == text
    assert list(json.loads(text)) == ["averages-spread"]


def test_no_address_no_feed(tmp_path: Path) -> None:
    root = make_tiny(tmp_path / "tiny")
    config = root / "_config.yml"
    config.write_text(config.read_text("utf-8").replace("nobody.github.io", "your-name.github.io"))
    from scripts.book.read import read
    from scripts.pages.navigation import feeds as links

    assert links(read(root)[0]) == []
    assert len(links(dated("2026-11-30")[0])) == 6
