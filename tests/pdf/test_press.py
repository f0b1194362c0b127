"""Typst in its own process: ended when it takes too long, told of by page and line."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path
from typing import Any

import psutil
import pytest
from kitchen import build, make_book, png

from scripts.pdf import press, stops
from scripts.pdf.press import Answer, Job, Press, Said
from scripts.pdf.writer import markup
from scripts.pdf.writer.publication import Writer

ENDLESS = "#for i in range(99999) { for j in range(99999) { let k = i * j } }"


def printed(work: Path, *texts: str) -> list[Answer]:
    (work / "fonts").mkdir(exist_ok=True)
    found = []
    with Press(work) as running:
        for number, text in enumerate(texts):
            (work / f"{number}.typ").write_text(text)
            running.begin(Job(str(number), str(work / f"{number}.pdf"), 0, True))
            found.append(running.answer())
        process = running.process
    assert process is None or process.poll() is not None
    return found


def test_what_never_ends_is_ended_and_the_next_document_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(press, "PATIENCE", 3.0)
    late, good = printed(tmp_path, ENDLESS, "#set document(title: [T])\n= T")
    assert [said.text for said in late.errors] == ["Typst had not set it after 3 seconds"]
    assert good.errors == [] and (tmp_path / "1.pdf").read_bytes().startswith(b"%PDF")
    assert not (tmp_path / "0.pdf").exists()


def test_a_breakdown_costs_one_document(tmp_path: Path) -> None:
    (tmp_path / "0.typ").write_text(ENDLESS)
    with Press(tmp_path) as running:
        running.begin(Job("0", str(tmp_path / "0.pdf"), 0, True))
        assert running.process is not None
        os.kill(running.process.pid, signal.SIGKILL)
        answer = running.answer()
        assert answer.broken and "broke down (-9)" in answer.errors[0].text
        (tmp_path / "0.typ").write_text("#set document(title: [T])\n= T")
        running.begin(Job("0", str(tmp_path / "0.pdf"), 0, True))
        assert running.answer() == Answer()


def test_typst_works_with_one_thread(tmp_path: Path) -> None:
    """Several can wait for each other for ever. It begins them with its first document."""
    (tmp_path / "0.typ").write_text("#set document(title: [T])\n= T\n" + "#pagebreak()\n" * 9)
    with Press(tmp_path) as running:
        running.begin(Job("0", str(tmp_path / "0.pdf"), 0, True))
        assert running.answer() == Answer() and running.process is not None
        assert psutil.Process(running.process.pid).num_threads() <= 2, "its own and Python's"


def test_errors_and_what_is_not_ua_have_their_place(tmp_path: Path) -> None:
    wrong, plain = printed(tmp_path, "Text.\n\n#nonsense()", "= One\n\n=== Three")
    assert wrong.errors == [Said("unknown variable: nonsense", 3, 1)]
    assert plain.errors == [] and plain.not_ua and (tmp_path / "1.pdf").exists()


def test_places_of_lines_that_only_typst_ends() -> None:
    pieces = ["head\n", markup.mark("a/b", 0), "one\u2028", markup.mark("a/b", 7), "two ",
              markup.mark("c", 3), "three\x85\nfour"]  # fmt: skip
    text, places = markup.unmarked("".join(pieces))
    assert text == "head\none\u2028two three\x85\nfour"
    assert places.of(1, 0) is None and places.of(0, 0) is None and places.of(99, 0) is None
    assert [places.of(2, 0), places.of(3, 0)] == [("a/b", 0), ("a/b", 7)]
    assert [places.of(3, 4), places.of(5, 0)] == [("c", 3), ("c", 3)]


PAGE = "# Kitchen sink\n\nFirst.\n\n- one\n- two\n\n  ***\n\n(my-anchor)=\n## End\n\nText.\n"


@pytest.mark.parametrize("strict", [False, True])
def test_what_stops_typst_is_named_by_page_and_line(
    strict: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_book(tmp_path / "book")
    (root / "kitchen.md").write_text(PAGE)
    monkeypatch.setattr(Writer, "on_transition", lambda *_: "#nonsense()\n")
    documents: list[dict[str, Any]] = [{"name": "whole"}, {"name": "n", "docnames": ["nested"]}]
    found = build(root, typst_documents=documents, typst_strict=strict)
    level = "ERROR" if strict else "WARNING"
    said = f"kitchen.md:8: {level}: whole.pdf: not made: unknown variable: nonsense"
    assert said in found.warnings
    assert [path.name for path in found.folder.glob("*.pdf")] == ["n.pdf"]


def test_what_typst_cannot_name_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "PATIENCE", 4.0)
    monkeypatch.setattr(stops, "ALONE", 4.0)
    root = make_book(tmp_path / "book")
    (root / "kitchen.md").write_text(PAGE)
    monkeypatch.setattr(Writer, "on_transition", lambda *_: f"{ENDLESS}\n")
    found = build(root, typst_documents=[{"name": "whole"}])
    assert "kitchen.md: WARNING: whole.pdf: not made: Typst had not set it" in found.warnings
    assert not list((root / "_build" / "doctrees" / "_typst").glob("*alone*"))


@pytest.mark.parametrize("name", ["cut.png", "broken.svg", "empty.png"])
def test_a_picture_that_typst_cannot_read_is_named_and_left_out(name: str, tmp_path: Path) -> None:
    root = make_book(tmp_path / "book")
    whole = png(300, 200)
    (root / "cut.png").write_bytes(whole[: len(whole) // 2])
    (root / "broken.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"><g></svg>')
    (root / "empty.png").write_bytes(b"\x89PNG")
    text = (
        f"# Kitchen sink\n\nFirst.\n\n![What it shows]({name})\n\n(my-anchor)=\n## End\n\nText.\n"
    )
    (root / "kitchen.md").write_text(text)
    found = build(root)
    assert re.search(rf"kitchen.md:5: WARNING: picture that can.*: {name}", found.warnings)
    assert {path.name for path in found.folder.glob("*.pdf")} == {"whole.pdf", "one.pdf"}
    strict = build(root, typst_strict=True)
    assert re.search(rf"kitchen.md:5: ERROR: picture that can.*: {name}", strict.warnings)
