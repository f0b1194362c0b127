"""The preview: an edited page is shown, with what is wrong, and to this machine only."""

from __future__ import annotations

import shutil
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from conftest import make_tiny, scripts
from watched import PATIENCE, Preview, begun, processes, unversioned, waiting

from scripts.core.system import lock


@pytest.fixture(scope="module")
def preview(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    root = tmp_path_factory.mktemp("preview") / "tiny"
    shutil.copytree(built, root, copy_function=shutil.copy2)
    with begun(root) as found:
        yield found


def test_an_edit_is_shown(preview: Preview, edit: Callable[[Path, str, str], None]) -> None:
    page, other = "issues/001.html", "issues/002.html"
    before, untouched = preview.version(page), preview.get(f"/{other}")[1]
    assert "Some <code" in preview.get(f"/{page}")[1]
    edit(preview.root / "issues/001.md", "Some `code`", "Another `code`")
    preview.wait(page, before, lambda event: bool(event["again"]))
    assert "Another <code" in preview.get(f"/{page}")[1]
    for untouched_page in (other, "index.html"):
        preview.wait(untouched_page, before, lambda event: not event["again"])
    assert unversioned(preview.get(f"/{other}")[1]) == unversioned(untouched)


def test_what_is_wrong_is_said(preview: Preview, edit: Callable[[Path, str, str], None]) -> None:
    page, source = "issues/002.html", preview.root / "issues/002.md"
    before, good = preview.version(page), preview.get(f"/{page}")[1]
    edit(source, "### Softmax", "### [Softmax](nowhere.md)")
    preview.wait(
        page, before, lambda event: any("issues/002.md:" in text for text in event["problems"])
    )
    now = preview.version(page)
    assert unversioned(preview.get(f"/{page}")[1]) == unversioned(good), (
        "the last good page is gone"
    )
    edit(source, "### [Softmax](nowhere.md)", "### The softmax")
    preview.shows(page, now, "The softmax")


def test_it_waits_for_another_build(
    preview: Preview, edit: Callable[[Path, str, str], None]
) -> None:
    page, source = "issues/001.html", preview.root / "issues/001.md"
    processes(preview)
    before = preview.version(page)
    with lock.only_builder(preview.root):
        edit(source, "A lead of", "The lead of")
        time.sleep(2)
        assert preview.version(page) == before
    preview.shows(page, before, "The lead of")


def test_it_outlives_a_process_that_was_killed(
    preview: Preview, edit: Callable[[Path, str, str], None]
) -> None:
    page, source = "issues/001.html", preview.root / "issues/001.md"
    working = processes(preview)[1:]
    before = preview.version(page)
    edit(source, "lead of a few words", "lead of some words")
    while not working or working[0].cpu_percent(0.05) < 10:
        working = waiting(preview).children()[1:]
    for process in working:
        process.kill()
    preview.wait(page, before, lambda event: any("from outside" in p for p in event["problems"]))
    edit(source, "lead of some words", "lead of other words")
    preview.shows(page, before, "lead of other words")


def test_only_this_machine_and_only_the_book(preview: Preview) -> None:
    assert preview.get("/")[0] == 200
    assert preview.get("/", Host=f"localhost:{preview.port}")[0] == 200
    assert preview.get("/", Host=f"elsewhere.example:{preview.port}")[0] == 404
    for path in ("/../doctrees/environment.pickle", "/..%2f..%2fmemo.pickle", "//etc/passwd"):
        assert preview.get(path)[0] == 404, path
    # Other editions are those of the last build.
    assert preview.get("/downloads/claims.csv")[0] == 200
    addresses = {
        entry.laddr.ip
        for child in processes(preview)
        for entry in child.net_connections()
        if entry.status == psutil.CONN_LISTEN
    }
    assert addresses == {"127.0.0.1"}


@pytest.mark.parametrize(
    "path",
    ["/%00", "/a%00.html", "/%ff%fe", "/%E0%A4%A", "/" + "x" * 5000, "/" + "a/" * 5000, "/..", "/.",
     "/%2e%2e/%2e%2e/memo.pickle", "/..\\..\\memo.pickle", "//localhost/x", "/index.html/x",
     "/preview/events", "/preview/events?page=x&version=", "/preview/events?page=x&version=%00",
     "/preview/events?page=x&version=1e9", "/preview/events?page=%ff&version=1", "/%0a", "/?%00"],
)  # fmt: skip
def test_odd_addresses_lead_nowhere(preview: Preview, path: str) -> None:
    status, _ = preview.get(path)
    assert status in ((200,) if path == "/?%00" else (400, 404, 414)), status


def test_a_build_after_it_is_as_if_it_had_not_been(
    built_copy: Path, tmp_path: Path, edit: Callable[[Path, str, str], None]
) -> None:
    """After an edit that was followed to its end, and one that was cut off when it was shown."""

    def change(root: Path, number: int) -> None:
        old, new = {1: ("Some `code`", "Other `code`"), 2: ("### Softmax", "### The softmax")}[
            number
        ]
        edit(root / f"issues/00{number}.md", old, new)

    with begun(built_copy) as preview:
        for number in (1, 2):
            processes(preview)
            page = f"issues/00{number}.html"
            before = preview.version(page)
            change(built_copy, number)
            preview.wait(page, before, lambda event: bool(event["again"]))
        children = psutil.Process(preview.process.pid).children(recursive=True)
        preview.process.send_signal(signal.SIGINT)
        assert preview.process.wait(PATIENCE) == 0
    assert not [child for child in children if child.is_running()]
    assert scripts("build", "--root", built_copy).returncode == 0
    clean = make_tiny(tmp_path / "clean")
    for number in (1, 2):
        change(clean, number)
    (clean / ".cache").mkdir()
    (built_copy / ".cache" / "runs").rename(clean / ".cache" / "runs")
    assert scripts("build", "--root", clean).returncode == 0
    ours, theirs = (
        {p.relative_to(root): p.read_bytes() for p in (root / "_build/html").rglob("*.*")
         if p.is_file()}
        for root in (built_copy, clean)
    )  # fmt: skip
    assert {
        name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name)
    } == set()


def test_a_port_in_use_is_said(tiny: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = scripts("preview", "--root", tiny, "--port", port)
    assert result.returncode == 1
    assert f"the port {port} can't be had" in result.stderr and "--port" in result.stderr


@pytest.mark.browser
def test_the_browser_loads_the_page_again(
    preview: Preview, browser: Any, edit: Callable[[Path, str, str], None]
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 500})
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
    page.goto(f"http://127.0.0.1:{preview.port}/issues/001.html")
    page.evaluate("scrollTo(0, 400)")
    source = preview.root / "issues/001.md"
    edit(source, "Without a notebook", "Without one")
    page.get_by_role("heading", name="Without one").wait_for(timeout=PATIENCE * 1000)
    page.wait_for_function("scrollY > 300")
    edit(source, "Without one", "[Without](nowhere.md)")
    box = page.get_by_role("status").filter(has_text="nowhere.md")
    box.wait_for(timeout=PATIENCE * 1000)
    assert "issues/001.md:" in box.inner_text()
    edit(source, "[Without](nowhere.md)", "Mended")
    page.get_by_role("heading", name="Mended").wait_for(timeout=PATIENCE * 1000)
    assert box.count() == 0 and wrong == []
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("page", ["ledger.html", "issues/001.html", "archive.html"])
def test_an_address_with_a_malformed_anchor_is_a_page(
    preview: Preview, browser: Any, page: str
) -> None:
    tab = browser.new_page()
    wrong: list[str] = []
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    for anchor in ("%E0%A4%A", "%", "%ff", "%00", "a%20b"):
        tab.goto(f"http://127.0.0.1:{preview.port}/{page}#{anchor}")
        tab.reload()
    tab.close()
    assert wrong == []
