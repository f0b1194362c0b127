"""What a page costs does not grow with the book, and an edit costs what was edited."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import unquote

import pytest
from conftest import FONTS, ROOT
from generate import generate, ordinary
from measure import cost
from pdf_reader import reader

from scripts.book.check import check
from scripts.book.model import Book, Page
from scripts.book.read import read
from scripts.core import memo
from scripts.core.addresses import Addresses
from scripts.pages.downloads import in_whole, left_out
from scripts.rendering.search_index import gather, reduced


def cpu(root: Path) -> float:
    """Seconds of all processors that a build takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "scripts", "build", "--root", str(root)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@pytest.mark.long
def test_a_page_costs_the_same_in_a_longer_book(tmp_path: Path) -> None:
    """From 20 to 60 issues a further page costs at most 1.3 times what it cost up to 20; an edit
    there costs less than five pages more than one in a book of 20."""
    seconds, edits = {}, {}
    for count in (2, 20, 60):
        root = generate(tmp_path / str(count), count)
        config = root / "_config.yml"  # a PDF of the whole book that is the same size in all three
        config.write_text(config.read_text() + "\npdf_issues: 1\n")
        if count > 2:  # fonts are unpacked once
            fonts = Path(".cache/render-book/doctrees/_typst/fonts")
            shutil.copytree(tmp_path / "2" / fonts, root / fonts)
        else:
            cpu(root)
            for made in ("_build", ".cache/memo.pickle", ".cache/render-book/html"):
                path = root / made
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            for path in (root / ".cache" / "render-book" / "doctrees").glob("*.pickle"):
                path.unlink()
        seconds[count] = cpu(root)
        page = root / "issues" / "002.md"
        page.write_text(page.read_text().replace("It follows", "It plainly follows"))
        edits[count] = cpu(root)
    early = (seconds[20] - seconds[2]) / 18
    late = (seconds[60] - seconds[20]) / 40
    print(f"{seconds} s; a further issue {early:.3f} s up to 20, {late:.3f} s up to 60; {edits} s")
    assert late <= 1.3 * early
    assert edits[60] <= edits[20] + 5 * late


def test_the_generator_is_deterministic_and_its_sources_are_sound(tmp_path: Path) -> None:
    one, two = generate(tmp_path / "one", 11), generate(tmp_path / "two", 12)
    for number in range(1, 12):
        name = f"issues/{number:03d}.md"
        assert (one / name).read_text() == (two / name).read_text()
    book, problems = read(one)
    assert not problems and not check(book)
    assert all(len(issue.items) == 36 for issue in book.issues) and len(book.notebooks) == 1


def test_issue_404_in_a_newsletter_without_code(built: Path, tmp_path: Path) -> None:
    """It is an issue like any other, not the page for unknown addresses; and where no page has
    code, nothing leads to notebooks."""
    root = generate(tmp_path / "book", 3)
    for folder in FONTS:
        shutil.copytree(built / folder, root / folder)
    text = (root / "issues/003.md").read_text().replace("i003", "i404")
    (root / "issues/404.md").write_text(text.replace("\nissue: 3\n", "\nissue: 404\n"))
    (root / "issues/003.md").unlink()
    toc = root / "_toc.yml"
    toc.write_text(toc.read_text().replace("issues/003", "issues/404"))
    cpu(root)
    html = root / "_build" / "html"
    assert (html / "markdown/404.md").is_file() and (html / "issues/404.html").is_file()
    assert "issues/404.html" in (html / "sitemap.xml").read_text()
    assert "noindex" not in (html / "issues/404.html").read_text()
    assert "noindex" in (html / "404.html").read_text()


def test_checks_of_a_long_book_are_not_quadratic() -> None:
    """2,000 pages with 20 anchors each are checked in seconds, not minutes."""
    body = "\n".join(f"(i{{n:04d}}-s{k})=\n## Section {k}\n" for k in range(20))
    pages = tuple(
        Page(f"p{n}.md", f"p{n}", "page", f"# Page\n\n{body.format(n=n)}", {}) for n in range(2000)
    )
    first = Page("i.md", "i", "issue", "# T\n", {"issue": 1, "title": "T"})
    book = Book(Path(), {}, (first, *pages), Addresses("", "", "main"))
    began = time.process_time()
    assert check(book) == []
    assert time.process_time() - began < 60


def test_memo_answers_once_and_forgets(tmp_path: Path) -> None:
    asked: list[str] = []

    def work(text: str) -> list[str]:
        return memo.remember("upper", text, lambda: asked.append(text) or [text.upper()])  # type: ignore[func-returns-value]

    assert work("a") == ["A"] and asked == ["a"]
    file = tmp_path / "memo.pickle"
    with memo.opened(file):
        work("a").append("changed by its caller")
        work("b")
        assert work("a") == ["A"], "each answer is a fresh object"
    assert asked == ["a", "a", "b"]
    with memo.opened(file):
        assert work("a") == ["A"]
    assert asked == ["a", "a", "b"]
    with memo.opened(file):
        work("b")  # no longer used by the last build, so no longer known
    assert asked == ["a", "a", "b", "b"]
    with memo.opened(file, forget=False):
        work("c")
    with memo.opened(file):
        assert work("b") + work("c") == ["B", "C"], "a part of a build forgets nothing"
    assert asked == ["a", "a", "b", "b", "c"]
    file.write_bytes(b"damaged")
    with memo.opened(file):
        assert work("b") == ["B"]


def test_only_the_newest_issues_are_in_the_whole_pdf() -> None:
    issues = [Page(f"{n}.md", str(n), "issue", "", {"issue": n}) for n in range(1, 16)]
    book = Book(Path(), {}, tuple(issues), Addresses("", "", "main"))
    assert [page.name for page in in_whole(book)] == [str(n) for n in range(15, 3, -1)]
    assert left_out(book) == ["1", "2", "3"]
    small = Book(Path(), {"pdf_issues": 2}, tuple(issues), Addresses("", "", "main"))
    assert [page.name for page in in_whole(small)] == ["15", "14"]


def test_search_reads_main_text_with_the_authors_anchors() -> None:
    page = (
        '<html lang="fr"><nav>Menu</nav><main id="main" data-pagefind-body><section class="item" '
        'id="made-of-the-title">\n<span id="i002-own"></span><h3>Title<a class="headerlink" '
        'href="#x">#</a></h3><p>Text &lt;b&gt;</p></section></main>Foot</html>'
    )
    found = reduced(page).decode()
    assert '<html lang="fr">' in found and '<h3 id="i002-own">Title</h3>' in found
    assert "Text &lt;b&gt;" in found
    assert not any(word in found for word in ("Menu", "Foot", "headerlink"))
    code = '<main data-pagefind-body><pre><span class="n">x</span> = turn(z, 12)</pre> I do</main>'
    assert b'<span class="n"> </span> = turn( , 12)</pre> I do' in reduced(code)
    assert reduced("<main id='main'>Home</main>") == b""


def test_the_indexer_gets_what_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    html, pages, bundle = tmp_path / "html", tmp_path / "pages", tmp_path / "bundle"
    html.mkdir()

    def write(name: str, text: str) -> None:
        (html / name).write_text(f'<main id="main" data-pagefind-body>{text}</main>')

    def outdated() -> bool:
        """Whether the index that was there is gone."""
        bundle.mkdir(exist_ok=True)
        gather(html, pages, bundle)
        return not bundle.exists()

    write("one.html", "first")
    write("two.html", "second")
    assert outdated() and "first" in (pages / "one.html").read_text()
    assert not outdated(), "nothing was written"
    write("one.html", "first")
    assert not outdated(), "it says the same"
    write("one.html", "third")
    assert outdated() and "third" in (pages / "one.html").read_text()
    (html / "two.html").unlink()
    assert outdated() and not (pages / "two.html").exists()
    write("one.html", "fourth")
    os.utime(html / "one.html", ns=(0, 0))  # the clock was ahead before
    assert outdated() and "fourth" in (pages / "one.html").read_text()
    assert not outdated()
    write("never.html", "between")
    write("two.html", "second")
    assert outdated()
    made = [(pages / name).stat().st_ctime_ns for name in ("never.html", "one.html", "two.html")]
    assert made == sorted(made), "in the order of a clean build, whenever a page came"
    monkeypatch.setattr("scripts.rendering.search_index.toolchain", lambda: "another")
    assert outdated() and "fourth" in (pages / "one.html").read_text()


@pytest.mark.long
def test_pdfs_are_written_again_only_when_they_change(built_copy: Path) -> None:
    pdf = built_copy / ".cache" / "render-book" / "pdf"
    page = built_copy / "issues" / "001.md"
    page.write_text(page.read_text().replace("A lead of a few words", "A lead of five words"))
    cpu(built_copy)  # the copy stands in another folder, so all of it is read again
    before = {path.name: path.stat().st_mtime_ns for path in pdf.glob("*.pdf")}
    page.write_text(page.read_text().replace("A lead of five words", "A lead of some words"))
    cpu(built_copy)
    after = {path.name: path.stat().st_mtime_ns for path in pdf.glob("*.pdf")}
    assert {name for name in after if after[name] != before[name]} == {"001.pdf", "tiny.pdf"}
    # A PDF that another page's heading is quoted in follows it.
    two = built_copy / "issues" / "002.md"
    two.write_text(
        two.read_text().replace("{ref}`the mean <i001-averages>`", "{ref}`i001-averages`")
    )
    cpu(built_copy)
    middle = (pdf / "002.pdf").stat().st_mtime_ns
    page.write_text(page.read_text().replace("### The mean of a sample", "### The sample's mean"))
    cpu(built_copy)
    assert (pdf / "002.pdf").stat().st_mtime_ns != middle


@pytest.mark.long
def test_500_pages_take_2_gb_and_no_longer_than_without_their_pdf(
    tmp_path: Path,
) -> None:
    """Another person's book, ours and a plain Jupyter Book that makes no PDF, side by side."""
    ours, plain = ordinary(tmp_path / "ours", 500), ordinary(tmp_path / "plain", 500)
    book = Path(sys.executable).with_name("jupyter-book")
    found = cost([sys.executable, "-m", "scripts", "build", "--root", str(ours)])
    stock = cost([str(book), "build", "-qq", str(plain)])
    print(f"ours {found}, a plain Jupyter Book {stock}")
    assert found.whole < 2048
    assert found.cpu < 1.1 * stock.cpu  # the clock's seconds are other work's, too
    pdfs = {path.name: reader(path) for path in ours.glob("_build/html/downloads/*.pdf")}
    assert len(pdfs) > 1 and sum(len(pdf.pages) for pdf in pdfs.values()) > 2500
    named = {name: set(pdf.named_destinations) for name, pdf in pdfs.items()}
    across = 0
    for name, pdf in pdfs.items():
        for note in (n.get_object() for page in pdf.pages for n in page.get("/Annots", ())):
            address = str(note.get("/A", {}).get("/URI", ""))
            if address.startswith("ours"):
                file, _, place = address.partition("#nameddest=")
                assert file != name and (not place or unquote(place) in named[file]), address
                across += bool(place)
    assert across > 2000
