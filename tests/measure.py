"""Measure the engine: ``python tests/measure.py``. No test: times depend on the machine and on its
other work, so everything is compared within one run, in turns, and printed.
"""

from __future__ import annotations

import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import psutil
import yaml

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT)] * (str(ROOT) not in sys.path)  # run as a program, it stands in tests/

from books import make_book  # noqa: E402
from generate import generate  # noqa: E402
from watched import begun, processes  # noqa: E402

IMPORTS = "import torch, matplotlib.pyplot"
WORK = "total = sum(i * i for i in range(50_000_000))"


class Cost(NamedTuple):
    """Seconds of the clock and of all processors, and the peak of the first process and of all
    together, MiB; what they share counts once."""

    wall: float
    cpu: float
    peak: float
    whole: float


def cost(command: list[str], cwd: Path = ROOT) -> Cost:
    """What a command and everything below it costs."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL)
    peaks = [0, 0]

    def watch() -> None:
        first = psutil.Process(process.pid)
        while process.poll() is None:
            whole = 0
            with suppress(psutil.Error):
                for one in (first, *first.children(recursive=True)):
                    with suppress(psutil.Error):
                        memory = one.memory_full_info()
                        peaks[0] = max(peaks[0], memory.rss)
                        whole += getattr(memory, "pss", memory.uss)
            peaks[1] = max(peaks[1], whole)
            time.sleep(0.05)

    thread = threading.Thread(target=watch)
    thread.start()
    code = process.wait()
    thread.join()
    assert code == 0, command
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(time.monotonic() - began, cpu, peaks[0] / 2**20, peaks[1] / 2**20)


def run(root: Path, *options: str) -> Cost:
    """A run of everything under ``root``, nothing cached."""
    subprocess.run(["rm", "-rf", str(root / ".cache" / "runs")], check=True)
    return cost([sys.executable, "-m", "scripts", "run", "--root", str(root), *options])


def speed_up(folder: Path, rounds: int = 3) -> None:
    """Eight equal notebooks, two processes against one; in turns with the same work as scripts,
    which shows what the machine gives two processes at once: cores may share what they compute
    with, and other work comes and goes."""
    root = make_book(folder, {f"n{i}": [f"{WORK}  # {i}"] for i in range(8)}, timeout=600)

    def scripts(jobs: int) -> float:
        began = time.monotonic()
        with ThreadPoolExecutor(jobs) as pool:
            list(pool.map(lambda _: cost([sys.executable, "-c", WORK]), range(8)))
        return time.monotonic() - began

    for _ in range(rounds):
        one, two = run(root, "--jobs", "1").wall, run(root, "--jobs", "2").wall
        limit = scripts(1) / scripts(2)
        print(f"--jobs 2 against 1: {one:.1f} s against {two:.1f} s, {one / two:.2f} times faster; "
              f"plain scripts, two at a time: {limit:.2f}")  # fmt: skip


def imports(folder: Path, number: int = 60) -> None:
    """Notebooks that only import: processor seconds beyond those of the same plain scripts."""
    pages = {f"n{i}": [f"{IMPORTS}  # {i}"] for i in range(number)}
    root = make_book(folder, pages, preload="torch, matplotlib.pyplot", timeout=600)
    script = statistics.mean(cost([sys.executable, "-c", IMPORTS]).cpu for _ in range(8))
    print(f"plain script: {script:.2f} s of processor")
    for name, options in (("warm", []), ("plain kernels", ["--cold"])):
        found = run(root, *options)
        extra = found.cpu / number - script
        print(f"{number} notebooks, {name}: {found.wall:.0f} s, {found.cpu:.0f} s of processor, "
              f"{extra:+.2f} s a notebook")  # fmt: skip
    few = max(number // 10, 1)
    notebooks = [folder / f"{name}.ipynb" for name in list(pages)[:few]]
    for page in notebooks:
        subprocess.run(
            [sys.executable, "-m", "jupytext", "--to", "ipynb", page.with_suffix(".md")],
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
    papermill = [sys.executable, "-m", "papermill", "--no-progress-bar", "--log-level", "ERROR"]
    extra = statistics.mean(cost([*papermill, str(page), str(page)]).cpu for page in notebooks)
    print(f"papermill one by one: {extra - script:+.2f} s a notebook ({few} of them)")
    for page in notebooks:
        page.unlink()
    jupyter_book = Path(sys.executable).with_name("jupyter-book")
    whole = cost([str(jupyter_book), "build", str(root), "--quiet"])
    extra = whole.cpu / number - script
    print(f"jupyter-book, execute_notebooks: force, rendering included: {whole.wall:.0f} s, "
          f"{whole.cpu:.0f} s of processor, {extra:+.2f} s a notebook")  # fmt: skip


def first_cell(folder: Path, number: int = 9) -> None:
    """From the request for a worker to the end of the first cell, its imports being preloaded."""
    cell = f"{IMPORTS}, time\nprint(time.monotonic())"
    pages = {f"n{i}": [f"{cell}  # {i}"] for i in range(number)}
    root = make_book(folder, pages, preload="torch, matplotlib.pyplot")
    sys.path.insert(0, str(ROOT))
    from scripts.book.read import read
    from scripts.execution.local import execute
    from scripts.execution.plan import plan
    from scripts.execution.workers import Servers

    found: dict[bool, list[float]] = {True: [], False: []}
    for warm in (True, False):
        servers = Servers(folder, print, warm)
        for task in plan(read(root)[0], "book"):
            began = time.monotonic()
            run = execute(task, servers)
            (done,) = [c for c in run.notebook["cells"] if c["cell_type"] == "code"]
            found[warm].append(float(done["outputs"][0]["text"]) - began)
        servers.close()
    for warm, seconds in found.items():
        name = "warm" if warm else "plain"
        usual, longest = statistics.median(seconds[1:]), max(seconds[1:])
        print(f"request to first cell done, {name}: first {seconds[0]:.2f} s, "
              f"then median {usual:.2f} s, longest {longest:.2f} s")  # fmt: skip


def memory(folder: Path) -> None:
    """The builder's own memory with few and with many trivial notebooks."""
    peaks = []
    for number in (3, 300):
        pages = {f"n{i}": [f"print({i})"] for i in range(number)}
        found = run(make_book(folder / str(number), pages))
        peaks.append(found.peak)
        print(f"{number} trivial notebooks: {found.wall:.1f} s, {found.cpu:.1f} s of processor, "
              f"builder's peak {found.peak:.0f} MiB")  # fmt: skip
    print(f"growth: {peaks[1] - peaks[0]:.0f} MiB")


def nothing_changed() -> None:
    """`build` of our own book a second time."""
    command = [sys.executable, "-m", "scripts", "build"]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    walls = [cost(command).wall for _ in range(5)]
    print(f"no-change build of the book: {', '.join(f'{w:.2f}' for w in walls)} s")


def preview(root: Path, source: str, edits: int = 3, profile: str = "book") -> list[float]:
    """Seconds from the edit of a source until the browser, in which its page is open, hears of it
    from the preview of a built book."""
    page, text = source.replace(".md", ".html"), (root / source).read_text("utf-8")
    took = []
    with begun(root, "--profile", profile) as at_work:
        for number in range(edits):
            processes(at_work)
            version, edited = at_work.version(page), text + "\nOne more sentence.\n" * (number + 1)
            moments: list[float] = []

            def edit(text: str = edited, moments: list[float] = moments) -> None:
                (root / source).write_text(text, "utf-8")
                moments.append(time.monotonic())

            threading.Timer(1.0, edit).start()  # when the page is open
            at_work.wait(page, version, lambda event: bool(event["again"]))
            took.append(time.monotonic() - moments[0])
            processes(at_work)  # an issue's cells have run
    (root / source).write_text(text, "utf-8")
    return took


def edited() -> None:
    """An edit of our own book in the preview, of a notebook and of an issue."""
    command = [sys.executable, "-m", "scripts", "build", "--profile", "smoke"]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    for source in ("notebooks/electra.md", "issues/002.md"):
        took = preview(ROOT, source, profile="smoke")
        print(f"{source} in the preview, s:", [round(s, 2) for s in took], flush=True)


def stock(folder: Path) -> None:
    """A page of generated issues in our build and in a plain Jupyter Book that renders the same
    texts without our extensions, templates and editions; and one edited issue in both, and in our
    preview."""
    folder.mkdir()
    for count in (100, 200, 400):
        ours, plain = generate(folder / f"ours{count}", count), folder / f"plain{count}"
        shutil.copytree(ours, plain, ignore=shutil.ignore_patterns("_static", "_templates"))
        config = yaml.safe_load((plain / "_config.yml").read_text())
        for key in ("sphinx", "pdf_name", "redirects"):
            config.pop(key, None)
        config["execute"] = {"execute_notebooks": "off"}
        (plain / "_config.yml").write_text(yaml.safe_dump(config, sort_keys=False))
        for name, root, command in (
            ("ours", ours, [sys.executable, "-m", "scripts", "build", "--root", str(ours)]),
            (
                "stock",
                plain,
                [str(Path(sys.executable).with_name("jb")), "build", "-qq", str(plain)],
            ),
        ):
            whole = cost(command)
            with (root / f"issues/{count // 2:03d}.md").open("a") as issue:
                issue.write("\nOne more sentence.\n")
            edit = cost(command)
            print(f"{count} issues, {name}: {whole.cpu / count:.2f} s of processor an issue, "
                  f"{whole.wall:.0f} s; one edited {edit.wall:.0f} s", flush=True)  # fmt: skip
        took = preview(ours, f"issues/{count - 1:03d}.md")
        print("in the preview, s:", [round(seconds, 1) for seconds in took], flush=True)


def shares() -> None:
    """The whole book, nothing cached, and where its time goes."""
    subprocess.run(["rm", "-rf", str(ROOT / ".cache"), str(ROOT / "_build")], check=True)
    whole = cost([sys.executable, "-m", "scripts", "build"])
    records = [json.loads(p.read_text()) for p in (ROOT / "_build/records").glob("*.json")]
    kernels = sum(r["kernel_start"] for r in records)
    cells = sum(r["seconds"] for r in records) - kernels
    print(f"whole book, cold: {whole.wall:.0f} s, {whole.cpu:.0f} s of processor; one after the "
          f"other, kernel starts {kernels:.1f} s and cells {cells:.0f} s")  # fmt: skip


if __name__ == "__main__":
    wanted = sys.argv[1:] or ["speed_up", "imports", "first_cell", "memory", "nothing_changed"]
    for name in wanted:
        with tempfile.TemporaryDirectory() as scratch:
            function = globals()[name]
            folder = Path(scratch) / "book"
            own = name in ("nothing_changed", "shares", "edited")
            function() if own else function(folder)
