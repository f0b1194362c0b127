"""An issue in another language: what `new` writes, what its page says, and what it lacks."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from conftest import make_tiny, scripts

from scripts.book.read import read
from scripts.drafts.contents import with_translation


def new(root: Path, *words: str) -> None:
    done = scripts("new", "--root", root, "--translation", *words)
    assert done.returncode == 0, done.stdout + done.stderr


def edited(path: Path, *pairs: tuple[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for old, other in pairs:
        assert old in text
        text = text.replace(old, other)
    path.write_text(text, encoding="utf-8")


def checked(root: Path) -> str:
    done = scripts("check", "--root", root)
    assert done.returncode == 1, done.stdout
    return done.stderr


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    return make_tiny(tmp_path / "tiny")


def front(path: Path) -> dict[str, object]:
    found: dict[str, object] = yaml.safe_load(path.read_text("utf-8")[4:].split("\n---\n")[0])
    return found


def test_the_original_stands_in_it_with_anchors_of_its_own(fresh: Path) -> None:
    # A plain build counts the page itself.
    edited(fresh / "issues" / "001.md", ("statistics = None", 'statistics = None  # of "001.md"'))
    before = (fresh / "issues" / "001.md").read_bytes()
    new(fresh, "pt-BR", "--issue", "1")
    path = fresh / "issues" / "001.pt-BR.md"
    head, original = front(path), front(fresh / "issues" / "001.md")
    assert head["lang"] == "pt-BR" and head["translates"] == "issues/001"
    assert {k: head[k] for k in ("issue", "title", "date")} == {
        k: original[k] for k in ("issue", "title", "date")
    }
    text = path.read_text(encoding="utf-8")
    assert "(pt-i001-averages)=" in text and '"001.pt-BR.md"' in text
    assert not re.search(r"\((#?)i001-", text)
    assert (fresh / "issues" / "001.md").read_bytes() == before
    assert scripts("check", "--root", fresh).returncode == 0


def test_an_original_may_be_in_another_language_than_the_book(fresh: Path) -> None:
    path = fresh / "issues" / "001.md"
    text = path.read_text(encoding="utf-8").replace("i001-", "de-i001-")
    path.write_text(text.replace("issue: 1\n", "issue: 1\nlang: de\n"), encoding="utf-8")
    notebook = fresh / "notebooks" / "averages.md"
    edited(notebook, ("item: i001-", "item: de-i001-"))
    assert "i001-" in (fresh / "issues" / "002.md").read_text("utf-8")
    edited(fresh / "issues" / "002.md", ("<i001-", "<de-i001-"))
    new(fresh, "fr", "--issue", "1")
    assert "(fr-i001-averages)=" in (fresh / "issues" / "001.fr.md").read_text("utf-8")
    done = scripts("check", "--root", fresh)
    assert done.returncode == 0 and "to translate" not in done.stdout, done.stderr
    book, _ = read(fresh)
    (translation,) = book.translations
    assert [item.original for item, _ in book.notebooks_of(translation)] == ["i001-averages"]


def test_it_stands_behind_its_original_in_the_contents() -> None:
    toc = "chapters:\n  - file: issues/2\n    sections:\n      - file: n\n\n  - file: a # x\n"
    assert with_translation(toc, "issues/2.fr", "issues/2") == (
        "chapters:\n  - file: issues/2\n    sections:\n      - file: n\n"
        "  - file: issues/2.fr\n\n  - file: a # x\n"
    )
    assert with_translation(toc, "b.fr", "b") is None


@pytest.mark.parametrize("lang", ["en", "french", "FR", "../fr"])
def test_what_is_no_other_language_is_refused(fresh: Path, lang: str) -> None:
    done = scripts("new", "--root", fresh, "--translation", lang)
    assert done.returncode == 1 and "can't be its language" in done.stderr


def test_one_that_is_there_is_not_written_over(fresh: Path) -> None:
    new(fresh, "fr")
    done = scripts("new", "--root", fresh, "--translation", "fr")
    assert done.returncode == 1 and "it is there already" in done.stderr


def test_pages_in_two_languages(tiny: Path) -> None:
    new(tiny, "ar", "--issue", "1")
    new(tiny, "fr", "--issue", "1")
    edited(
        tiny / "issues" / "001.md",
        ("It has become [one]", "It became [one]"),
    )
    edited(
        tiny / "issues" / "001.fr.md",
        ("### Without a notebook\n", "### Sans carnet\n"),
        ("title: Averages and what they hide", "title: Les moyennes"),
        ("# Averages and what they hide", "# Les moyennes"),
    )
    built = scripts("build", "--root", tiny)
    assert built.returncode == 0, built.stdout + built.stderr
    html = tiny / "_build" / "html"
    original, french, arabic = (
        (html / "issues" / f"001{tongue}.html").read_text("utf-8") for tongue in ("", ".fr", ".ar")
    )
    assert '<html lang="ar" dir="rtl"' in arabic and '<html lang="fr" data' in french
    assert 'dir="rtl"' not in original + french
    for page in (original, french, arabic):
        found = re.findall(r'rel="alternate" hreflang="([\w-]+)" href="([^"]+)"', page)
        assert [lang for lang, _ in found] == ["en", "fr", "ar", "x-default"]
        assert found[1][1].endswith("/issues/001.fr.html") and found[0][1] == found[3][1]
    assert re.search(
        r'<a [^>]*href="001.fr.html"[^>]*lang="fr" hreflang="fr">français</a>', original
    )
    # The edition's words, days and captions are the page's, a notebook's are its own.
    assert "Ce qui a tenu" in french and "Notebook d’accompagnement" in french
    assert "5 janvier 2020" in french and "5 يناير 2020" in arabic
    assert '<p class="card-title" lang="en">' in french and "Corrigé." in french
    english = {
        "What held up",
        "Companion notebook",
        "On this page",
        "Report an error",
        "Corrected",
    }
    assert not [text for text in english if text in french or text in arabic]
    # What changed since, item by item; a number that was measured anew is no change.
    for page in (french, arabic):
        assert 'class="outdated' in page and "001.html#i001-second" in page
    behind = french[french.index("behind") : french.index("</div>", french.index("behind"))]
    assert "#fr-i001-second" in behind and "i001-averages" not in behind
    # Its own editions; it is in no list of issues, and its counts lead to its original's claims.
    plain = (html / "markdown" / "001.fr.md").read_text(encoding="utf-8")
    assert "Numéro 1 de" in plain and "**Corrigé.**" in plain and "Affirmations : tient 1" in plain
    assert not (html / "downloads" / "001.fr.pdf").exists()
    assert "001.fr" not in (html / "feed.atom").read_text("utf-8")
    assert "issue=Issue+1" in french
    # One index for all pages: in one of its own a translation would be found only from there.
    index = json.loads((html / "pagefind" / "pagefind-entry.json").read_text("utf-8"))
    assert list(index["languages"]) == ["en"]


def test_what_a_translation_says_wrongly_is_named(fresh: Path) -> None:
    new(fresh, "fr", "--issue", "1")
    path = fresh / "issues" / "001.fr.md"
    good = path.read_text(encoding="utf-8")
    for old, other, said in (
        ("translates: issues/001", "translates: issues/01", "is no issue of the book"),
        ("lang: fr", "lang: en", "is the language of the original"),
        ("\nissue: 1", "\nissue: 3", "has the number 1"),
        ("(fr-i001-second)=", "(fr-i001-secnd)=", "translates no item of issues/001.md"),
        ("(fr-i001-second)=", "(i001-zweite)=", "no anchor that starts with 'fr-i001-'"),
        ("  i001-second: v", "  i001-third: v", "'i001-third' is no item"),
        ("  i001-second: v", "  i001-second: w", "translated"),
    ):
        path.write_text(good.replace(old, other), encoding="utf-8")
        assert said in checked(fresh), other


def test_what_is_to_translate_is_told_with_the_line_to_write(fresh: Path) -> None:
    new(fresh, "fr", "--issue", "1")
    assert "to translate" not in scripts("check", "--root", fresh).stdout
    edited(fresh / "issues" / "001.md", ("A mean of ten has", "The mean of ten has"))
    told = scripts("check", "--root", fresh)
    assert told.returncode == 0 and told.stdout.count("to translate") == 1
    version = re.findall(r"Then write '(i001-averages: v[0-9a-f]{8})'", told.stdout)
    path = fresh / "issues" / "001.fr.md"
    path.write_text(re.sub(r"i001-averages: v\w+", version[0], path.read_text("utf-8")), "utf-8")
    assert "to translate" not in scripts("check", "--root", fresh).stdout
    text = path.read_text(encoding="utf-8")
    start, end = text.index("(fr-i001-second)="), text.index("```{code-cell}")
    rest = re.sub(r"\| \[[^\n]*#fr-i001-second[^\n]*\n", "", text[:start] + text[end:])
    path.write_text(rest, encoding="utf-8")
    assert "'i001-second' is not translated yet" in scripts("check", "--root", fresh).stdout


def test_versions_follow_from_what_is_written(fresh: Path) -> None:
    path = fresh / "issues" / "001.md"

    def versions() -> dict[str, str]:
        book, problems = read(fresh)
        assert not problems
        return next(page for page in book.issues if page.docname == "issues/001").versions

    before = versions()
    edited(path, ("They are *not*", "They\nare   *not*"))
    assert versions() == before  # lines are broken elsewhere
    edited(path, ("They\nare   *not*", "They are never"))
    assert {key for key in before if versions()[key] != before[key]} == {"i001-averages"}
    edited(path, ("A lead of a few", "A lead of some"))
    assert {key for key in before if versions()[key] != before[key]} == {"i001-averages", "text"}
