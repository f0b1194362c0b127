"""Write what README shows of the site: ``make readme``, after ``make book``. No test.

Its findings are sentences of this file, filled from the build's checks; its picture is the home
page and a companion notebook's, as Chromium draws them.
"""

from __future__ import annotations

import functools
import http.server
import io
import json
import re
import shutil
import textwrap
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from scripts.book.kept.runs import read_recorded
from scripts.core.verdicts import SIGNS, UNTESTABLE, VERDICTS, count_verdicts
from scripts.core.words import number

ROOT = Path(__file__).parent.parent
README, PICTURE = ROOT / "README.md", ROOT / ".github" / "site.webp"
BEGIN = "<!-- findings: written by `make readme` -->"
END = "<!-- end of the findings -->"


class Finding(NamedTuple):
    """A check, the verdict for which its sentences were written, and these, with the names of
    what is filled in: ``reported``, ``measured``, those of ``others`` as ``other``."""

    check: str
    verdict: str
    text: str
    other: str = ""


# One finding a notebook, and one check at least that fails. What is no measurement of a check, the
# size of a miniature say, is told without numbers, for nothing here would keep them right.
FINDINGS = (
    Finding(
        "i002-reformer-copy-bought",
        "holds",
        "Attention by hashing is cheap and misses things; more rounds of hashing buy the accuracy "
        "back, even after training. Kitaev and colleagues taught a model to copy with full "
        "attention and read it with one, two, four and eight rounds: accuracies of {reported}. "
        "Our miniature copies far shorter sequences and reaches {measured}.",
    ),
    Finding(
        "i002-uncertainty-ensemble-vanilla",
        "holds",
        "When the data drift, an average of several networks knows better than one network how "
        "far to trust itself. Ovadia and colleagues damaged photographs, and the average's "
        "median calibration error was {reported} times that of one network. On our small digits, "
        "damaged too, it is {measured} times: the same direction, and a smaller gain.",
    ),
    Finding(
        "i002-resnet18-drops-weights",
        "fails",
        "We expected a learning rate that drops twice to find better weights. In our miniature the "
        "drops bring {other} of accuracy. Measure the averages of batch normalisation anew in both "
        "arms, and the gain is {measured}: what the drops repair there is the averages, not the "
        "weights. About training at full length this says nothing.",
        other="i002-resnet18-drops",
    ),
)


def findings(checks: Iterable[dict[str, Any]], root: Path = ROOT) -> str:
    """The part of README between the marks. Raises ValueError where a verdict is another one than
    that for which a sentence was written."""
    known = {check["id"]: check for check in checks}
    claims = [check for check in known.values() if check["kind"] == "claim"]
    count = dict.fromkeys(VERDICTS, 0) | count_verdicts(check["verdict"] for check in claims)
    opening = (
        f"The companion notebooks name {len(claims)} claims: {count['holds']} hold, "
        f"{count['fails']} fail, and {count[UNTESTABLE]} can't be tested on a laptop in minutes. "
        f"{at_full_size(claims, root)}Three of their findings:"
    )
    lines = [*textwrap.wrap(opening, 116, break_on_hyphens=False), ""]
    for finding in FINDINGS:
        check = known[finding.check]
        if check["verdict"] != finding.verdict:
            raise ValueError(f"{finding.check}: '{check['verdict']}', not '{finding.verdict}'")
        page = f"notebooks/{check['notebook']}.md"
        title = re.search(r'^title: "?(.+?)"?$', (root / page).read_text("utf-8"), re.M)
        assert title is not None, page
        said = finding.text.format(
            reported=number(check["reported"], check["unit"]),
            measured=number(check["measured"], check["unit"]),
            other=number(known[finding.other]["measured"], known[finding.other]["unit"])
            if finding.other
            else "",
        )
        verdict = f"{SIGNS[check['verdict']]} **{check['verdict'].capitalize()}.**"
        line = f"- {verdict} {said} ([{title[1]}]({page}))"
        lines += textwrap.wrap(line, 116, subsequent_indent="  ", break_on_hyphens=False)
    return "\n".join(lines) + "\n"


def at_full_size(claims: Iterable[dict[str, Any]], root: Path = ROOT) -> str:
    """What recorded runs found for the claims that a `book` run can't test, in a sentence."""
    untested = {check["id"] for check in claims if check["verdict"] == UNTESTABLE}
    runs, _ = read_recorded(root, {path.stem for path in (root / "notebooks").glob("*.md")})
    found = count_verdicts(
        c.verdict for run in runs.values() for c in run.checks if c.id in untested
    )
    held, failed = found.get("holds", 0), found.get("fails", 0)
    return f"Recorded runs at full size tested {held + failed} of these: {held} hold. " * bool(runs)


def with_findings(readme: str, text: str) -> str:
    """README with this text between the marks."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{text}{END}{after}"


# The picture ----------------------------------------------------------------------------------

PAGES = ("index.html", "notebooks/reformer.html")
WINDOW = (1000, 980)  # of each page, in CSS pixels
WIDTH, GAP = 1600, 20  # of the picture: the pages stand side by side in it
GROUND, FRAME = "#e4ece8", "#c3d0c9"
LIMIT = 150_000  # bytes


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder and says nothing."""

    def log_message(self, *arguments: object) -> None:
        pass


@contextmanager
def served(site: Path) -> Iterator[str]:
    """The address of a site while it is served."""
    handler = functools.partial(Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def photographs(site: Path, pages: Sequence[str]) -> list[bytes]:
    """The pages as PNG, twice as large as in CSS, in daylight."""
    from playwright.sync_api import sync_playwright

    names = ("chromium", "chromium-browser", "google-chrome")
    program = next(filter(None, map(shutil.which, names)), None)
    if program is None:
        raise SystemExit("no Chromium here (Debian: apt install chromium)")
    with served(site) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        context = browser.new_context(
            viewport={"width": WINDOW[0], "height": WINDOW[1]},
            device_scale_factor=2,
            color_scheme="light",
            reduced_motion="reduce",
        )
        page = context.new_page()
        found = []
        for name in pages:
            page.goto(address + name, wait_until="networkidle")
            page.evaluate("document.fonts.ready")
            found.append(page.screenshot(animations="disabled"))
        browser.close()
    return found


def side_by_side(pictures: Iterable[bytes]) -> bytes:
    """Pictures of one size as one WebP, on a ground of our colours."""
    from PIL import Image, ImageOps

    opened = [Image.open(io.BytesIO(data)).convert("RGB") for data in pictures]
    width = (WIDTH - GAP * (len(opened) + 1)) // len(opened)
    height = round(width * opened[0].height / opened[0].width)
    whole = Image.new("RGB", (WIDTH, height + 2 * GAP), GROUND)
    for place, picture in enumerate(opened):
        small = picture.resize((width - 2, height - 2), Image.Resampling.LANCZOS)
        whole.paste(ImageOps.expand(small, 1, FRAME), (GAP + place * (width + GAP), GAP))
    buffer = io.BytesIO()
    whole.save(buffer, "WEBP", quality=82, method=6)
    return buffer.getvalue()


def main() -> None:
    """Write both from the products of the last build."""
    build = ROOT / "_build"
    if not (build / "checks.json").is_file():
        raise SystemExit("there is no site yet: make book")
    checks = json.loads((build / "checks.json").read_text("utf-8"))
    README.write_text(with_findings(README.read_text("utf-8"), findings(checks)), "utf-8")
    picture = side_by_side(photographs(build / "html", PAGES))
    if len(picture) > LIMIT:
        raise SystemExit(f"{PICTURE.name} would have {len(picture):,} bytes, at most {LIMIT:,}")
    PICTURE.write_bytes(picture)
    print(f"README.md, {PICTURE.relative_to(ROOT)} ({len(picture):,} bytes)")


if __name__ == "__main__":
    main()
