"""The tiny newsletter built end to end, and what a rebuild does and leaves alone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT, make_tiny, scripts

from scripts.core.files import digest
from scripts.editions.lessons.dependencies import OLDEST, PYTHON

Edit = Callable[[Path, str, str], None]
JUPYTER_BOOK = str(Path(sys.executable).with_name("jupyter-book"))


def tree(folder: Path) -> dict[str, bytes]:
    """All files below ``folder`` by path."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def differing(one: dict[str, bytes], two: dict[str, bytes]) -> set[str]:
    return {path for path in one.keys() | two.keys() if one.get(path) != two.get(path)}


def test_every_product_is_at_its_place(built: Path) -> None:
    build = built / "_build"
    for path in (
        "html/index.html", "html/issues/001.html", "html/notebooks/averages.html",
        "html/references.html", "html/downloads/001.pdf", "html/downloads/tiny.pdf",
        "html/downloads/notebooks.zip", "html/downloads/notebooks/averages.ipynb",
        "html/downloads/checks.json", "html/markdown/001.md", "html/llms.txt",
        "pdf/tiny.pdf", "pdf/001.pdf", "notebooks/averages.ipynb",
        "notebooks/averages.executed.ipynb", "notebooks/averages.py", "notebooks/notebooks.zip",
        "notebooks/requirements.txt", "notebooks/README.md",
        "records/averages.json", "records/001.json", "checks.json", "report.md", "junit.xml",
    ):  # fmt: skip
        assert (build / path).is_file() and (build / path).stat().st_size, path
    assert not (build / ".html.new").exists() and not (build / ".html.old").exists()


def test_checks_json(built: Path) -> None:
    checks = json.loads((built / "_build" / "checks.json").read_text())
    by_id = {check["id"]: check for check in checks}
    spread = by_id["averages-spread"]
    assert spread["verdict"] == spread["stands"] == "holds"
    assert (spread["kind"], spread["notebook"], spread["item"]) == (
        "claim", "averages", "i001-averages"
    )  # fmt: skip
    assert spread["reported"] == 0.316 and abs(spread["measured"] - 0.316) < 0.1
    assert (spread["expected"], spread["cell"]) == ("abs(measured - reported) < 0.1", 4)
    assert by_id["averages-sum"]["kind"] == "exactness"
    assert set(spread) == {
        "id", "kind", "notebook", "item", "profile", "claim", "source", "reported", "measured",
        "unit", "spread", "expected", "verdict", "stands", "reason", "cell",
    }  # fmt: skip


def test_record(built: Path) -> None:
    record = json.loads((built / "_build" / "records" / "averages.json").read_text())
    assert record["outcome"] == "ok" and record["failure"] is None
    assert record["seconds"] > 0 and record["memory"] > 10
    assert record["packages"]["numpy"] and record["python"].startswith("3.")
    assert "notebooks/style.py" in record["parts"]["files"]


def test_a_notebooks_page_begins_with_its_answer(built: Path) -> None:
    page = (built / "_build/html/notebooks/averages.html").read_text()
    order = [
        "Student, 1908", "The newsletter said", 'alt="A histogram', "What held up",
        ">all 2 checks<", "Show all code", 'id="the-idea"', "is drawn here", "Half as wide",
        'id="all-checks"', 'id="averages-spread"', "exactness check, which holds",
        'id="run-provenance"',
    ]  # fmt: skip
    places = [page.find(words) for words in order]
    assert -1 not in places and places == sorted(places), dict(zip(order, places, strict=True))
    assert page.count("Means lie around nought") == 1, "the lead figure is shown once"
    assert page.count('class="claim">The spread of a mean is') == 1 and "nl-check" not in page
    assert "Code of 2 checks, 9 lines" in page
    assert page.count("four times as many numbers:") == 2, "the answer's code and its output"
    assert page.index(" s to run</span></summary>") < page.index("four times as many numbers:")


def test_a_copy_begins_with_its_introduction(built: Path) -> None:
    cells = json.loads((built / "_build/notebooks/averages.executed.ipynb").read_text())["cells"]
    first, lead, about, setup, *_, last = cells
    assert "".join(first["source"]).endswith("The newsletter said that means are exact.")
    assert list(lead["attachments"]["lead"]) == ["image/svg+xml"]
    assert "**Figure 1.** Means lie around nought" in "".join(lead["source"])
    assert "It runs in" in "".join(about["source"]) and "CC BY" in "".join(last["source"])
    oldest = ", ".join(f"{name} {version}" for name, version in OLDEST.items())
    assert f"It needs Python {PYTHON}, {oldest}, or newer." in "".join(about["source"])
    assert setup["metadata"] == {"cellView": "form", "jupyter": {"source_hidden": True}}
    assert "def label_lines" not in "".join(setup["source"]), "which the notebook doesn't use"


def test_measured_numbers_stand_in_every_edition(built: Path) -> None:
    """What a cell keeps is said in prose, caption and alt text, on its page and on another."""
    out = built / "_build"
    checks = json.loads((out / "checks.json").read_text())
    spread = next(check["measured"] for check in checks if check["id"] == "averages-spread")
    said = f"{spread:.2f}"
    for name, words in (
        ("html/notebooks/averages.html", "ours spread by {}"),
        ("html/notebooks/averages.html", 'alt="A histogram with one hump in the middle, {} to'),
        ("html/notebooks/averages.html", "Means lie around nought, {} to"),
        ("html/issues/001.html", "A mean of ten has an error of {}"),
        ("html/markdown/001.md", "A mean of ten has an error of {}"),
        ("html/markdown/averages.md", "![A histogram with one hump in the middle, {} to"),
        ("notebooks/averages.ipynb", "ours spread by {}"),
        ("notebooks/averages.py", "ours spread by {}"),
    ):
        assert words.format(said) in (out / name).read_text("utf-8"), (name, words)


def test_issue_page(built: Path) -> None:
    page = (built / "_build/html/issues/001.html").read_text()
    assert "2 times 2" in page, "the output of the issue's cell"
    assert "The mean of ten numbers" in page, "the companion's card"
    assert page.count("They are <em>not</em>") == 1, "the correction stands at its place"
    assert 'id="corrections-list"' in page and ">The mean of a sample</a>" in page
    assert "001.pdf" in page and "001.md" in page
    assert "statistics = None" not in page, "the parameters cell is removed"


def test_notebook_page(built: Path) -> None:
    page = (built / "_build/html/notebooks/averages.html").read_text()
    assert "averages-spread" in page and "A histogram with one hump" in page
    assert "colab.research.google.com/github/nobody/tiny/blob/notebooks/averages.ipynb" in page
    assert "injected-parameters" not in page


def test_sizes_are_filled_in(built: Path) -> None:
    page = (built / "_build/html/index.html").read_text()
    assert 'class="filesize"' in page
    assert "></span>" not in page.split('class="filesize"')[1].split("</a>")[0][:60]


def test_nothing_changed(built_copy: Path) -> None:
    first = scripts("build", "--root", built_copy)  # the copy's times are its own
    before = {p: p.stat().st_mtime_ns for p in (built_copy / "_build").rglob("*")}
    second = scripts("build", "--root", built_copy)
    assert (first.returncode, second.returncode) == (0, 0)
    assert "nothing changed" in second.stdout
    assert {p: p.stat().st_mtime_ns for p in (built_copy / "_build").rglob("*")} == before


def test_damaged_product_is_made_again(built_copy: Path) -> None:
    page = built_copy / "_build" / "html" / "issues" / "001.html"
    good = page.read_bytes()
    page.write_text("gone")
    result = scripts("build", "--root", built_copy)
    assert result.returncode == 0 and "nothing changed" not in result.stdout
    assert page.read_bytes() == good


def test_prose_edit_renders_one_page(built_copy: Path, edit: Edit) -> None:
    before = tree(built_copy / "_build" / "html")
    edit(built_copy / "notebooks/averages.md", "falls with", "shrinks with")
    result = scripts("build", "--root", built_copy)
    assert result.returncode == 0, result.stderr
    assert "[1/" not in result.stdout, "nothing is executed"
    changed = differing(before, tree(built_copy / "_build" / "html"))
    pages = {path for path in changed if path.endswith(".html")}
    # The home and issue pages show sizes of downloads, which may differ by a byte.
    assert "notebooks/averages.html" in pages
    assert pages <= {"notebooks/averages.html", "index.html", "issues/001.html"}
    assert "shrinks with" in (built_copy / "_build/html/notebooks/averages.html").read_text()
    assert (
        "shrinks with"
        in (built_copy / "_build/html/downloads/notebooks/averages.ipynb").read_text()
    )


def test_code_edit_runs_one_notebook(built_copy: Path, edit: Edit) -> None:
    edit(built_copy / "issues/001.md", '"times"', '"multiplied by"')
    result = scripts("build", "--root", built_copy)
    assert result.returncode == 0, result.stderr
    assert "[1/1] issues/001.md: ok" in result.stdout
    assert "2 multiplied by 2" in (built_copy / "_build/html/issues/001.html").read_text()


def test_clean_renders_are_byte_identical(built: Path, tmp_path: Path) -> None:
    """In another folder, too: no path of the machine is in the site. And however many processes
    read the pages."""
    other = make_tiny(tmp_path / "elsewhere" / "tiny")
    (other / ".cache").mkdir()
    shutil.copytree(built / ".cache" / "runs", other / ".cache" / "runs")
    jobs = 1 if (os.cpu_count() or 1) > 1 else 2
    result = scripts("build", "--root", other, "--jobs", jobs)
    assert result.returncode == 0, result.stderr
    assert "[1/" not in result.stdout
    one, two = tree(built / "_build" / "html"), tree(other / "_build" / "html")
    assert differing(one, two) == set()
    for path, content in two.items():
        assert str(ROOT).encode() not in content and str(tmp_path).encode() not in content, path


def test_only_leaves_the_site_alone(built_copy: Path) -> None:
    before = tree(built_copy / "_build" / "html")
    result = scripts("build", "--root", built_copy, "--only", "averages")
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip().splitlines()[-1] == "left unchecked: 002, 001"
    assert tree(built_copy / "_build" / "html") == before


def test_smoke_profile_has_its_own_site(built_copy: Path) -> None:
    result = scripts("build", "--root", built_copy, "--profile", "smoke")
    assert result.returncode == 0, result.stderr
    checks = json.loads((built_copy / "_build/smoke/checks.json").read_text())
    verdicts = {check["id"]: check["verdict"] for check in checks}
    assert verdicts == {"averages-spread": "not run", "averages-sum": "holds"}
    assert "1 times 2" in (built_copy / "_build/smoke/html/issues/001.html").read_text()
    assert (built_copy / "_build/smoke/records/averages.smoke.json").exists()


def test_two_builders(built_copy: Path) -> None:
    from filelock import FileLock

    with FileLock(built_copy / ".cache" / "lock"):
        result = scripts("build", "--root", built_copy)
    assert result.returncode == 1
    assert "another build of this root is running" in result.stderr


def test_clean(built_copy: Path) -> None:
    assert scripts("clean", "--root", built_copy).returncode == 0
    assert not (built_copy / "_build").exists()
    assert list((built_copy / ".cache" / "runs").glob("*.json"))
    assert scripts("clean", "--root", built_copy, "--cache").returncode == 0
    assert not (built_copy / ".cache" / "runs").exists()


def test_network_cut(built: Path, tmp_path: Path) -> None:
    """Run, rendered and derived without any network: the same site but for the clock's fields."""
    cut = ["unshare", "-rn", "sh", "-c", 'ip link set lo up 2>/dev/null; exec "$@"', "sh"]
    try:
        subprocess.run([*cut, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this machine lets nobody make a network namespace (unshare -rn)")
    root = make_tiny(tmp_path / "tiny")
    command = [*cut, sys.executable, "-m", "scripts", "build", "--root", str(root)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    one, two = tree(built / "_build" / "html"), tree(root / "_build" / "html")
    assert one.keys() == two.keys()


def test_search_knows_nothing_of_a_run(built_copy: Path) -> None:
    """Another day's run, slower and larger, on another machine: the same words are found."""
    before = {name for name in tree(built_copy / "_build" / "html") if "pagefind" in name}
    for path in (built_copy / ".cache" / "runs").glob("*.json"):
        kept = json.loads(path.read_text().partition("\n")[2])
        kept["record"] |= {"start": "2031-02-03T04:05:06+00:00", "machine": "Another, 96 cores"}
        for name in ("seconds", "cpu", "kernel_start", "memory"):
            kept["record"][name] = kept["record"][name] * 47 + 11
        for cell in kept["notebook"]["cells"]:
            if "seconds" in cell["metadata"]:
                cell["metadata"]["seconds"] = 77.0
        body = json.dumps(kept)
        path.write_text(f"{digest(body)}\n{body}")
    result = scripts("build", "--root", built_copy)
    assert result.returncode == 0, result.stdout + result.stderr
    page = (built_copy / "_build" / "html" / "notebooks" / "averages.html").read_text()
    assert "3 February 2031" in page and "77 s to run" in page
    assert {name for name in tree(built_copy / "_build" / "html") if "pagefind" in name} == before


def test_plain_jupyter_book(tiny: Path) -> None:
    """The root stays an ordinary Jupyter Book, which executes by itself."""
    command = [JUPYTER_BOOK, "build", str(tiny)]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{tiny / 'notebooks'}"}
    result = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert result.returncode == 0, result.stdout + result.stderr
    page = (tiny / "_build" / "html" / "notebooks" / "averages.html").read_text()
    assert "A histogram with one hump" in page


def test_stock_book(tmp_path: Path) -> None:
    """A stock `jupyter-book create` book: executed, site and PDF."""
    root = tmp_path / "stock"
    subprocess.run(
        [JUPYTER_BOOK, "create", str(root)],
        check=True, capture_output=True,
    )  # fmt: skip
    result = scripts("build", "--root", root)
    assert result.returncode == 0, result.stdout + result.stderr
    build = root / "_build"
    assert "<img" in (build / "html" / "notebooks.html").read_text(), "the notebook's figure"
    assert (build / "pdf" / "stock.pdf").read_bytes().startswith(b"%PDF")
    record = json.loads((build / "records" / "notebooks.json").read_text())
    assert record["outcome"] == "ok"


def test_full_disk(built: Path, tmp_path: Path, edit: Edit) -> None:
    """A clear error, and the last good site stays."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=14m", "tmpfs", str(disk)]
    script = """
        set -e; mount -t tmpfs -o size="$3" tmpfs "$1"; cp -a "$2"/. "$1"
        sed -i 's/falls with/sinks with/' "$1/notebooks/averages.md"
        md5sum "$1/_build/html/index.html" > "$1/../before"
        dd if=/dev/zero of="$1/ballast" 2>/dev/null || true
        set +e; "$4" -m scripts build --root "$1"; echo "exit $?"
        md5sum "$1/_build/html/index.html" | diff - "$1/../before" && echo untouched
    """
    command = ["unshare", "-rm", "sh", "-c", script, "sh", str(disk), str(built), "200m"]
    try:
        subprocess.run(["unshare", "-rm", *mount], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this machine lets nobody mount a tmpfs (unshare -rm)")
    result = subprocess.run(
        [*command, sys.executable], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert "exit 1" in result.stdout, result.stdout + result.stderr
    assert "No space left on device" in result.stderr
    assert "Traceback" not in result.stderr
    assert "untouched" in result.stdout


def test_incremental_equals_clean(built_copy: Path, tmp_path: Path, edit: Edit) -> None:
    """A changed figure, a changed title and a newly cited work leave nothing of the old site."""
    edit(
        built_copy / "references.bib", "@article", "@misc{anew2019,\n  title = {A New}\n}\n@article"
    )
    edit(built_copy / "issues/001.md", "Some `code`", "Some {cite}`anew2019` `code`")
    edit(built_copy / "notebooks/averages.md", "seed = 0", "seed = 5")
    edit(built_copy / "issues/002.md", "### Softmax", "### The softmax")
    assert scripts("build", "--root", built_copy).returncode == 0
    clean = make_tiny(tmp_path / "clean")
    for path in ("notebooks/averages.md", "issues/001.md", "issues/002.md", "references.bib"):
        shutil.copy(built_copy / path, clean / path)
    shutil.copytree(built_copy / ".cache" / "runs", clean / ".cache" / "runs")
    assert scripts("build", "--root", clean).returncode == 0
    one, two = tree(built_copy / "_build" / "html"), tree(clean / "_build" / "html")
    assert differing(one, two) == set()


@pytest.mark.long
def test_without_forks_all_is_the_same(built: Path, built_copy: Path) -> None:
    """Where a system has no fork, the PDFs come after the pages, from the environment as it was
    read."""
    work = Path(".cache/render-book")
    made = (work / name for name in ("doctrees/environment.pickle", "pdf", "html", "derived"))
    for name in (*made, ".cache/state-book.json"):
        path = built_copy / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    off = "from scripts.core.system import forks; forks.FORKS = False"
    code = f"{off}; from scripts import cli; cli.main()"
    command = [sys.executable, "-c", code, "build", "--root", str(built_copy)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    for folder in ("pdf", "html", "derived"):
        ours = {p.relative_to(built / work): p for p in (built / work / folder).rglob("*.*")}
        assert ours
        for name, path in ours.items():
            if path.is_file() and not path.name.startswith("."):
                assert (built_copy / work / name).read_bytes() == path.read_bytes(), name
