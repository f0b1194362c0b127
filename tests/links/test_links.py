"""`check --links`, as an editor runs it, and what of it is pure: which addresses, which words."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import scripts
from samples import book
from sites import Site, serving

from scripts.book.model import Book, page_of
from scripts.core.addresses import Addresses
from scripts.core.problems import Place
from scripts.links.answers import DAY, HOLDS, Answer, Failure, Reply, Step, judged, told
from scripts.links.kept import FILE, keep, read_kept
from scripts.links.named import Named, named

AUTHORS = [{"name": "N", "url": "https://n.org/"}, {"name": "M", "url": "https://[c.org/"}]
FRONT = {"authors": AUTHORS, "title": "https://no link"}
TEXT = """\
[a](https://a.org/x#one) and [again](https://a.org/x#two), <https://b.org>.
[own](https://x.org/page.html) [code](https://github.com/a/b/blob/main/x) [near](page.md#a)
[mail](mailto:a@b.org) [secret](https://me:word@c.org) ![p](http://p.org/p.png)
"""


def sample() -> Book:
    page = page_of("a.md", "a", "page", TEXT, FRONT, places={"authors.0.url": Place(4, 14)})
    works = {"w": {"url": "https://w.org/", "doi": "10.1/x"}, "v": {"url": "https://w.org/"}}
    entries = {"w": ("r.bib", Place(1, 1)), "v": ("r.bib", Place(9, 1))}
    return replace(book(page), bibliography=works, entries=entries)


def test_the_addresses_of_other_sites_that_a_book_names() -> None:
    found = named(sample())
    assert list(found) == [
        "https://n.org/", "https://a.org/x", "https://b.org", "http://p.org/p.png",
        "https://w.org/", "https://doi.org/10.1/x",
    ]  # fmt: skip
    assert found["https://a.org/x"] == [
        Named("a.md", Place(1, 1), "https://a.org/x#one"),
        Named("a.md", Place(1, 30), "https://a.org/x#two"),
    ]
    assert found["https://n.org/"][0].place == (4, 14)
    assert [one.place.line for one in found["https://w.org/"]] == [1, 9]


def test_a_books_own_addresses_are_only_those_below_them() -> None:
    page = page_of("a.md", "a", "page", "<https://x.organ/> <https://x.org>", {})
    assert list(named(book(page))) == ["https://x.organ/"]
    nowhere = replace(book(page), addresses=Addresses("", "", "main"))
    assert len(named(nowhere)) == 2


NOW = 1000 * DAY


def one(address: str, answer: Answer, *written: str) -> list[str]:
    places = [Named("a.md", Place(n, 2), each) for n, each in enumerate(written or [address], 1)]
    return [
        str(problem) for found in told({address: places}, {address: answer}) for problem in found
    ]


def test_what_is_gone_is_said_of_each_place() -> None:
    first, second = one(
        "https://a.org/x", Answer("gone", "no"), "https://a.org/x", "https://a.org/x#b"
    )
    assert first.startswith("a.md:1:2: the link 'https://a.org/x' is broken: no\n")
    assert second.startswith("a.md:2:2: the link 'https://a.org/x#b' is broken: no\n")
    assert "https://web.archive.org/web/*/https://a.org/x" in first


def test_a_host_that_is_nearly_one_that_answers_is_taken_for_a_slip() -> None:
    places = {
        a: [Named("a.md", Place(1, 1), a)] for a in ("https://arxvi.org/1", "https://arxiv.org/")
    }
    answers = {"https://arxvi.org/1": Answer("gone", "no"), "https://arxiv.org/": Answer("good")}
    (problem,) = told(places, answers).problems
    assert problem.right.startswith("Did you mean 'arxiv.org'?")


@pytest.mark.parametrize(
    ("written", "to", "right"),
    [
        ("http://a.org/x#b", "https://a.org/x", "Write https://a.org/x#b"),
        ("http://a.org/x#b", "https://a.org/x#c", "Write https://a.org/x#c"),
        ("http://a.org/x", "https://a.org/y?utm_source=z", "Write https://a.org/y"),
        ("http://a.org/", "https://b.org/", "Write https://b.org/"),
        ("http://a.org/x", "https://b.org/", "the front page https://b.org/ now"),
    ],
)
def test_what_moved_is_a_suggestion(written: str, to: str, right: str) -> None:
    places = {"u": [Named("a.md", Place(1, 2), written)]}
    found = told(places, {"u": Answer("moved", to=to)})
    assert not found.problems and right in found.moved[0].right and found.moved[0].column == 2


def test_what_cannot_be_told_is_said_once() -> None:
    found = one("https://a.org/x", Answer("unknown", "403"), "https://a.org/x", "https://a.org/x#b")
    assert found == ["a.md:1:2: https://a.org/x can't be told: 403 (and 1 more)"]


def test_a_resolver_that_sends_on_knows_the_work() -> None:
    def steps(*said: tuple[str, Reply | Failure]) -> Answer:
        return judged([Step(*each) for each in said], NOW)

    doi, to = "https://doi.org/10.1/x", Reply(302, "https://publisher.org/")
    assert steps((doi, to)).kind == "good"
    assert steps((doi, Reply(404))).kind == "gone"
    moved = steps(("http://doi.org/10.1/x", Reply(301, doi)), (doi, to))
    assert moved == Answer("moved", to=doi, asked=NOW)
    assert steps(("https://a.org/", to)).kind == "unknown", "no other host's redirect is an answer"


def test_answers_are_kept_for_their_time_and_no_longer(tmp_path: Path) -> None:
    for kind, seconds in HOLDS.items():
        answer = Answer(kind, "w", "t", asked=NOW)
        keep(tmp_path, {"u": answer}, NOW)
        assert read_kept(tmp_path, NOW + seconds - 1) == {"u": answer}
        assert read_kept(tmp_path, NOW + seconds + 1) == {} == read_kept(tmp_path, NOW - 9)
    keep(tmp_path, {"u": Answer("unknown", "not asked")}, NOW)
    assert json.loads((tmp_path / FILE).read_text()) == {}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"u": 3}', '{"u": {"kind": "odd"}}', "\udcff"])
def test_a_damaged_file_of_answers_is_as_good_as_none(text: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(text.encode("utf-8", "surrogateescape"))
    assert read_kept(tmp_path, NOW) == {}


# As an editor runs it -----------------------------------------------------------------------------


def write(root: Path, text: str) -> None:
    root.mkdir(exist_ok=True)
    (root / "_config.yml").write_text("title: B\nbibtex_bibfiles: [references.bib]\n")
    (root / "_toc.yml").write_text("format: jb-book\nroot: index\n")
    (root / "references.bib").write_text("")
    (root / "index.md").write_text(text)


def text_of(site: Site) -> str:
    return (
        f"# Home\n\nA [good]({site.at('/good')}) one,\nand [gone]({site.at('/gone#there')}) and\n"
        f"again [gone]({site.at('/gone')}), [moved]({site.at('/moved#a')}),\n"
        f"[closed]({site.at('/closed')}).\n"
    )


def test_links_are_asked_told_and_remembered(tmp_path: Path) -> None:
    root = tmp_path / "book"
    moved = (301, {"Location": "/good"})
    with serving(good=200, gone=404, moved=moved, closed=403, later=200) as site:
        write(root, text_of(site))
        result = scripts("check", "--links", "--root", root)
        assert result.returncode == 1, result.stdout + result.stderr
        for place, link in (("4:5", "/gone#there"), ("5:7", "/gone")):
            said = f"error: index.md:{place}: the link '{site.at(link)}' is broken: the server says"
            assert f"{said} 404 (Not Found)" in result.stderr
        assert "2 problems" in result.stderr
        assert (
            f"warning: index.md:5:{text_of(site).splitlines()[4].index('[moved') + 1}: the link"
            in (result.stdout)
        )
        assert f"Write {site.at('/good')}#a" in result.stdout
        assert f"unknown: index.md:6:1: {site.at('/closed')} can't be told" in result.stdout
        assert "4 addresses of other sites, 4 of them asked now: 1 good, 1 moved, 1 broken" in (
            result.stdout
        )
        paths = [asked.path for asked in site.asked]
        assert sorted(set(paths)) == ["/closed", "/gone", "/good", "/moved"]

        site.asked.clear()
        again = scripts("check", "--links", "--root", root)
        assert again.returncode == 1 and again.stderr == result.stderr and not site.asked

        write(root, f"# Home\n\n[good]({site.at('/good')}) [moved]({site.at('/moved')}) "
              f"[later]({site.at('/later')})\n")  # fmt: skip
        mended = scripts("check", "--links", "--root", root)
        assert mended.returncode == 0, mended.stderr
        assert "1 page" in mended.stdout and [asked.path for asked in site.asked] == ["/later"]
    assert scripts("check", "--root", root).returncode == 0


def test_all_problems_are_said_at_once(tmp_path: Path) -> None:
    root = tmp_path / "book"
    with serving(gone=404) as site:
        write(root, f"# Home\n\n![a](../out.png) [gone]({site.at('/gone')})\n")
        result = scripts("check", "--links", "--root", root)
        assert "lies outside of the book" in result.stderr and "is broken" in result.stderr
        assert scripts("check", "--root", root).stderr.count("error:") == 1
