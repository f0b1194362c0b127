"""Whatever is edited is seen: the right pages load again, and hold what a build would give them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import make_tiny, scripts
from watched import PATIENCE, Preview, begun, processes, unversioned

Edit = Callable[[Path, str, str], None]
ISSUE, OTHER, NOTEBOOK = "issues/001.html", "issues/002.html", "notebooks/averages.html"
DOT = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle r="{}"/></svg>\n'


@pytest.fixture(scope="module")
def preview(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    root = tmp_path_factory.mktemp("seen") / "tiny"
    shutil.copytree(built, root, copy_function=shutil.copy2)
    with begun(root) as found:
        yield found


def after(preview: Preview, page: str, change: Callable[[], object]) -> str:
    """A page that is open, as it is when it was loaded again after a change, with nothing wrong
    and nothing executed any more."""
    processes(preview)
    before = preview.version(page)
    change()
    preview.wait(
        page,
        before,
        lambda event: event["again"] and not event["problems"] and not event["running"],
    )
    return preview.get(f"/{page}")[1]


def untouched(preview: Preview, page: str, version: int) -> None:
    """A page is told of nothing new."""
    processes(preview)
    preview.wait(page, version, lambda event: not event["again"])


def test_code_is_executed_and_said(preview: Preview, edit: Edit) -> None:
    source, other = preview.root / "issues/001.md", preview.version(OTHER)
    before = preview.version(ISSUE)
    edit(source, '* 0 + factor, "times"', '* 0 + 7 * factor, "times"')
    preview.wait(ISSUE, before, lambda event: "issues/001.md" in event["running"])
    preview.wait(ISSUE, before, lambda event: event["again"] and not event["running"])
    assert "14 times 2" in preview.get(f"/{ISSUE}")[1]
    untouched(preview, OTHER, other)


def test_words_are_shown_before_the_cells_have_run(preview: Preview, edit: Edit) -> None:
    """An issue is handed how many words it has; it is executed again, but nobody waits for that."""
    source, before = preview.root / "issues/002.md", preview.version(OTHER)
    edit(source, '"Σ = 和 ="', '__import__("time").sleep(4) or "Σ = 和 ="')
    preview.wait(OTHER, before, lambda event: event["again"] and not event["running"])
    processes(preview)
    before = preview.version(OTHER)
    edit(source, "Größe, naïve,", "Größe, naïve, and many more words,")
    preview.wait(OTHER, before, lambda event: event["again"])
    page = preview.get(f"/{OTHER}")[1]
    assert "many more words" in page and "Σ = 和 = 1" in page
    before = preview.version(OTHER)
    preview.wait(OTHER, before, lambda event: "issues/002.md" in event["running"])
    preview.wait(OTHER, before, lambda event: not event["running"])


def test_a_module_of_the_notebooks(preview: Preview, edit: Edit) -> None:
    style = preview.root / "notebooks/style.py"
    found = re.search(r'^BLUE\b.*?"(#\w{6})"', style.read_text("utf-8"), re.M)
    assert found is not None
    page = after(
        preview, NOTEBOOK, lambda: edit(style, found[0], found[0].replace(found[1], "#123456"))
    )
    (picture,) = set(re.findall(r'src="\.\./(_images/[^"]+?)(?<!-dark)\.svg"', page))
    assert "#123456" in preview.get(f"/{picture}.svg")[1]


def test_a_style_sheet(preview: Preview) -> None:
    sheet = preview.root / "_static/site.css"
    rule = ".of-this-test { color: inherit; }"

    def change() -> None:
        sheet.write_text(f"{sheet.read_text('utf-8')}\n{rule}\n", "utf-8")

    page, others = after(preview, ISSUE, change), preview.version(OTHER)
    (address,) = re.findall(r'href="\.\./(_static/style\.css\?v=\w+)"', page)
    assert rule in preview.get(f"/{address}")[1]
    preview.wait("index.html", 0, lambda event: event["again"])
    preview.wait(OTHER, 0, lambda event: event["again"])
    assert others > 0


def test_a_template(preview: Preview, edit: Edit) -> None:
    layout = preview.root / "_templates/layout.html"
    page = after(preview, ISSUE, lambda: edit(layout, "</body>", "<!-- a new frame --></body>"))
    assert "<!-- a new frame -->" in page


def test_a_picture(preview: Preview, edit: Edit) -> None:
    picture, source = preview.root / "dot.svg", preview.root / "issues/002.md"

    def show() -> None:
        picture.write_text(DOT.format(2))
        edit(source, "Größe, naïve,", "![A dot](../dot.svg)\n\nGröße, naïve,")

    assert "_images/dot.svg" in after(preview, OTHER, show)
    other = preview.version(ISSUE)
    after(preview, OTHER, lambda: picture.write_text(DOT.format(4)))
    assert 'r="4"' in preview.get("/_images/dot.svg")[1]
    untouched(preview, ISSUE, other)


def test_a_font_belongs_to_all_pages(preview: Preview) -> None:
    fonts, named = preview.root / "_static/fonts", preview.get(f"/{ISSUE}")[1]
    one, other = [path for path in sorted(fonts.glob("*.woff2")) if path.name not in named][:2]
    after(preview, ISSUE, lambda: shutil.copyfile(one, other))


def test_a_bibliography(preview: Preview, edit: Edit) -> None:
    works = preview.root / "references.bib"
    found = re.search(r"student1908probable,.*?title\s*=\s*\{(.*?)\}", works.read_text(), re.S)
    assert found is not None
    page = after(preview, "references.html", lambda: edit(works, found[1], "The error of pigeons"))
    assert "The error of pigeons" in page


def test_the_configuration(preview: Preview, edit: Edit) -> None:
    def change() -> None:
        edit(preview.root / "_config.yml", "title: A tiny", "title: A very tiny")
        edit(preview.root / "_config.yml", "project: A tiny", "project: A very tiny")

    assert "A very tiny newsletter" in after(preview, ISSUE, change)


def test_a_page_comes_and_goes(preview: Preview, edit: Edit) -> None:
    toc, page = preview.root / "_toc.yml", preview.root / "about.md"
    assert preview.get("/about.html")[0] == 404

    def come() -> None:
        page.write_text("---\ndescription: Who we are.\n---\n\n# About us\n\nPigeons.\n")
        edit(toc, "      - file: references", "      - file: references\n      - file: about")

    assert "Pigeons." in after(preview, "about.html", come)
    processes(preview)
    before = preview.version("about.html")
    page.unlink()
    edit(toc, "\n      - file: about", "")
    preview.wait("about.html", before, lambda event: event["again"])
    status, said = preview.get("/about.html")
    assert status == 404 and 'href="/"' in said and "Pigeons" not in said


def test_a_page_of_the_last_build_goes(preview: Preview, edit: Edit) -> None:
    """The site that was built still has it."""
    toc = preview.root / "_toc.yml"
    assert (preview.root / "_build/html/start.html").exists()

    def go() -> None:
        (preview.root / "start.md").rename(preview.root / "start.txt")
        edit(toc, "      - file: start\n", "")

    after(preview, "ledger.html", go)  # which named it beside its text
    assert preview.get("/start.html")[0] == 404

    def come() -> None:
        (preview.root / "start.txt").rename(preview.root / "start.md")
        edit(toc, "      - file: ledger\n", "      - file: ledger\n      - file: start\n")

    assert 'href="/"' not in after(preview, "start.html", come)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("issues/001.md", "issue: 1", "issues: 1", "issues/001.md:"),
        ("issues/001.md", "tags: [statistics]", "tags: [statistics", "issues/001.md:"),
        ("_toc.yml", "file: ledger", "file: ledgers", "_toc.yml:"),
        ("_config.yml", "title: A", "titles: A", "_config.yml:"),
        ("references.bib", "@", "@@", "references.bib:"),
        ("notebooks/averages.md", "import style\n", "import styles\n", "notebooks/averages.md:"),
        ("issues/001.md", "A lead of", "{unknown-role}`A` lead of", "issues/001.md:"),
    ],
)
def test_what_is_wrong_is_said_until_it_is_mended(
    preview: Preview, edit: Edit, file: str, old: str, new: str, said: str
) -> None:
    processes(preview)
    good = unversioned(preview.get(f"/{OTHER}")[1])
    edit(preview.root / file, old, new)
    place = re.compile(re.escape(said) + r"\d+")
    preview.wait(OTHER, 10**9, lambda event: any(map(place.match, event["problems"])))
    assert unversioned(preview.get(f"/{OTHER}")[1]) == good
    edit(preview.root / file, new, old)
    preview.wait(OTHER, 10**9, lambda event: not event["problems"] and not event["running"])


@pytest.mark.browser
def test_an_open_page_follows(preview: Preview, browser: Any, edit: Edit) -> None:
    """In a browser: the style of an open page, an address whose page comes and goes."""
    processes(preview)
    tab = browser.new_context(bypass_csp=True).new_page()
    tab.goto(f"http://127.0.0.1:{preview.port}/{ISSUE}")
    sheet = preview.root / "_static/site.css"
    sheet.write_text(f"{sheet.read_text('utf-8')}\nh1 {{ letter-spacing: 7px }}\n", "utf-8")
    tab.wait_for_function(
        "getComputedStyle(document.querySelector('h1')).letterSpacing === '7px'",
        timeout=PATIENCE * 1000,
    )
    tab.goto(f"http://127.0.0.1:{preview.port}/later.html")
    assert tab.get_by_role("link", name="home page").get_attribute("href") == "/"
    (preview.root / "later.md").write_text("---\ndescription: Late.\n---\n\n# Later\n\nText.\n")
    toc = preview.root / "_toc.yml"
    edit(toc, "      - file: references", "      - file: references\n      - file: later")
    tab.get_by_role("heading", name="Later").wait_for(timeout=PATIENCE * 1000)
    (preview.root / "later.md").unlink()
    edit(toc, "\n      - file: later", "")
    tab.get_by_role("heading", name="No such page").wait_for(timeout=PATIENCE * 1000)
    tab.close()


def test_after_all_that_the_pages_are_those_of_a_build(preview: Preview, tmp_path: Path) -> None:
    """What edit after edit left is what a build makes of the same sources from nothing."""
    processes(preview)
    clean = make_tiny(tmp_path / "clean")
    for path in preview.root.rglob("*"):
        name = path.relative_to(preview.root)
        if path.is_file() and name.parts[0] not in ("_build", ".cache"):
            shutil.copyfile(path, clean / name)
    (clean / ".cache").mkdir()
    shutil.copytree(preview.root / ".cache/runs", clean / ".cache/runs")
    assert scripts("build", "--root", clean).returncode == 0
    ours, theirs = (
        {p.relative_to(root): p.read_bytes() for p in (root / ".cache/render-book/html").rglob("*")
         if p.is_file() and p.suffix in (".html", ".css", ".js", ".svg", ".json")}
        for root in (preview.root, clean)
    )  # fmt: skip
    assert {name for name in theirs if ours.get(name) != theirs[name]} == set()
    assert {name for name in ours if name.suffix == ".html"} <= theirs.keys()
