"""The real newsletter: every notebook under `smoke`, every learners' copy alone, every link."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT
from pdf_reader import TEX, embedded, fonts_of, links, outside, reader, text_of

from scripts.book.model import Book
from scripts.book.read import read

BOOK: Book = read(ROOT)[0]
RUNNABLE = [page for page in BOOK.pages if page.notebook is not None]

ALONE = """
import json, sys
import papermill
assert not any("scripts" == m.split(".")[0] for m in sys.modules)
papermill.execute_notebook(
    sys.argv[1], "out.ipynb", parameters=json.loads(sys.argv[2]), progress_bar=False,
    kernel_name="python3",
)
"""


def test_issue_2_has_its_36_items_in_order() -> None:
    issue = next(i for i in BOOK.issues if i.front["issue"] == 2)
    sections: dict[str, int] = {}
    for item in issue.items:
        sections[item.section] = sections.get(item.section, 0) + 1
    assert sections == {
        "Publications 📙": 6, "Creativity and Society 🎨": 5, "Tools and Datasets ⚙️": 3,
        "Ethics in AI 🚨": 3, "Articles and Blog posts ✍️": 5, "Education 🎓": 8,
        "Notable Mentions ⭐️": 6,
    }  # fmt: skip
    assert issue.items[0].anchor == "i002-uncertainty-under-shift"
    assert issue.items[-1].anchor == "i002-neural-data-server"
    assert issue.text.count("dair.ai/NLP_Newsletter_Reformer") >= 2, "the original is linked"


def test_records_of_every_notebook(smoke: Path) -> None:
    for page in RUNNABLE:
        record = json.loads((smoke / "records" / f"{page.name}.smoke.json").read_text())
        assert record["outcome"] == "ok"
        assert record["memory"] <= 1024, f"{page.name} took {record['memory']} MiB under smoke"


def test_exactness_checks_hold_and_claims_wait(smoke: Path) -> None:
    checks = json.loads((smoke / "checks.json").read_text())
    assert checks
    for check in checks:
        allowed = {"not run", "not testable here"}
        if check["kind"] == "exactness":
            allowed = {"holds"}
        elif check["kind"] == "arithmetic":  # a source's own numbers may contradict each other
            allowed = {check["stands"]}
        assert check["verdict"] in allowed, check["id"]


def test_no_cell_writes_to_stderr(smoke: Path) -> None:
    """Warnings in front of readers are noise: mend them or say why they are there."""
    for page in RUNNABLE:
        path = smoke / "notebooks" / f"{page.name}.executed.ipynb"
        cells = json.loads(path.read_text())["cells"]
        for cell in cells:
            for output in cell.get("outputs", []):
                assert output.get("name") != "stderr", f"{page.name}: {output['text']}"


@pytest.mark.parametrize("name", [page.name for page in RUNNABLE])
def test_learners_copy_alone(smoke: Path, tmp_path: Path, name: str) -> None:
    page = next(p for p in RUNNABLE if p.name == name)
    profiles = page.front.get("profiles", {})
    parameters = profiles.get("smoke", {}).get("parameters", {})
    environment = {
        key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "HOME")
    }
    environment |= {"HOME": str(tmp_path), "NEWSLETTER_PROFILE": "smoke"}
    environment["MPLCONFIGDIR"] = str(
        ROOT / ".cache" / "matplotlib"
    )  # its list of fonts, made once
    source = smoke / "notebooks" / f"{name}.ipynb"
    result = subprocess.run(
        [sys.executable, "-c", ALONE, str(source), json.dumps(parameters)],
        cwd=tmp_path, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr[-3000:]


@pytest.mark.parametrize("name", [page.name for page in RUNNABLE])
def test_learners_copy_is_plain(smoke: Path, name: str) -> None:
    notebook = json.loads((smoke / "notebooks" / f"{name}.ipynb").read_text())
    assert set(notebook["metadata"]) <= {"kernelspec", "language_info", "title"}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            text = "".join(cell["source"])
            for trace in ("{cite}", "{ref}", "{numref}", ":::", "```{", ")=\n", "+++"):
                assert trace not in text, f"{trace} in {text[:200]}"
        else:
            assert cell["outputs"] == [] and cell["execution_count"] is None
        assert "nlp-newsletter.checks" not in json.dumps(cell.get("outputs", ""))


@pytest.mark.long
@pytest.mark.parametrize("name", [page.name for page in RUNNABLE])
def test_program_alone(smoke: Path, tmp_path: Path, name: str) -> None:
    """The `.py` edition runs by plain Python, at the `book` profile's own values."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    environment |= {"HOME": str(tmp_path), "MPLBACKEND": "agg"}
    result = subprocess.run(
        [sys.executable, str(smoke / "notebooks" / f"{name}.py")],
        cwd=tmp_path, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr[-3000:]


def test_downloads_are_linked_and_open(site: Path) -> None:
    """Home and issue pages link every other edition, with its size, and each link leads there."""
    issue = next(iter(BOOK.issues))
    for name in ("index.html", f"{issue.docname}.html"):
        text = (site / name).read_text()
        for file in (
            "downloads/002.pdf", "downloads/nlp-newsletter.pdf", "markdown/002.md",
            "downloads/notebooks.zip", "downloads/checks.json",
        ):  # fmt: skip
            path = site / file
            assert re.search(rf'href="(\.\./)?{re.escape(file)}"', text), f"{name} -> {file}"
            size = rf'data-file="{re.escape(file)}">(<span[^>]*>)?,?\s*(</span>)?[\d.]+ (B|KB|MB)<'
            assert re.search(size, text), f"{name}: size of {file}"
            assert path.stat().st_size > 500
    assert (site / "downloads/002.pdf").read_bytes().startswith(b"%PDF-")
    with zipfile.ZipFile(site / "downloads/notebooks.zip") as archive:
        assert archive.testzip() is None
        names = [Path(n).name for n in archive.namelist()]
        assert "resnet18_cifar10.ipynb" in names and "requirements.txt" in names


def test_no_trace_of_this_machine(smoke: Path) -> None:
    needles = [str(ROOT).encode(), str(Path.home()).encode() + b"/"]
    for path in (smoke / "html").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not any(needle in content for needle in needles), path


PDFS = ["nlp-newsletter", *(issue.name for issue in BOOK.issues)]


@pytest.mark.parametrize("name", PDFS)
def test_pdf(smoke: Path, name: str) -> None:
    """Tagged, outlined, fonts embedded, emoji in colour, no raw TeX, nothing outside the page."""
    path = smoke / "pdf" / f"{name}.pdf"
    pdf = reader(path)
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == "en"
    assert pdf.outline
    lines = fonts_of(path)
    assert lines and all(map(embedded, lines))
    assert any("Type 3" in line for line in lines), "colour glyphs"
    text = text_of(path)
    assert not TEX.search(text)
    assert "📙" in text and "\ufffd" not in text
    assert outside(path) == []
    inside = [link for link in links(path) if "/URI" not in link.get("/A", {})]
    assert inside and all(n.get("/Dest") is not None or "/D" in n.get("/A", {}) for n in inside)


def test_pdf_contents_name_their_pages(smoke: Path) -> None:
    pdf = reader(smoke / "pdf" / "nlp-newsletter.pdf")
    contents = "\n".join(page.extract_text() for page in pdf.pages[1:3])  # it fills two pages
    for title in ("Notable Mentions", "This issue, counted", "How a claim is checked"):
        number = re.search(rf"{title}\D*?(\d+)", contents)
        assert number, title
        assert title in pdf.pages[int(number[1]) - 1].extract_text()
