"""What answers in a page: 'Judge it yourself' and figures with a slider, with a browser."""

from __future__ import annotations

import functools
import gzip
import http.server
import json
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import scripts

CELLS = """
## What the number of draws does

```{code-cell} ipython3
---
tags: [hide-input]
mystnb:
  figure:
    caption: Means of more numbers lie closer together.
    name: fig-averages-draws
  image:
    alt: A histogram with one hump.
---
drawn = {}
for draws in (1, 10, 100):
    drawn[draws], ax = plt.subplots()
    ax.hist(rng.standard_normal((repeats, draws)).mean(axis=1), color=style.BLUE)
    ax.set_xlim(-3, 3)
words = {draws: f"Means of {draws}." for draws in (1, 10)}
style.steps(drawn, over="numbers in a <mean>", chosen=10, alts=words)
```

```{code-cell} ipython3
check(
    "averages-seeds", "Three seeds agree.", source="own", values=[0.2, 0.3, 0.7], unit="points",
    statistic="median", rule="measured < 0.4 and max(spread) > 0.5",
)
```
"""


@pytest.fixture(scope="module")
def answering(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny newsletter with steps and with a check that keeps its seeds."""
    root = tmp_path_factory.mktemp("answering") / "tiny"
    shutil.copytree(built, root, copy_function=shutil.copy2)
    source = root / "notebooks" / "averages.md"
    source.write_text(source.read_text("utf-8") + CELLS, "utf-8")
    result = scripts("build", "--root", root)
    assert result.returncode == 0, result.stdout + result.stderr
    return root / "_build"


@pytest.fixture(scope="module")
def address(answering: Path) -> Iterator[str]:
    handler = functools.partial(
        http.server.SimpleHTTPRequestHandler, directory=str(answering / "html")
    )
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/notebooks/averages.html"
        server.shutdown()


Opened = Callable[..., Any]


@pytest.fixture
def opened(address: str, browser: Any) -> Iterator[Opened]:
    contexts: list[Any] = []
    wrong: list[str] = []

    def open_(**options: Any) -> Any:
        window = {"viewport": {"width": 390, "height": 800}}
        contexts.append(browser.new_context(**{**window, **options}))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
        page.goto(address, wait_until="load")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert [line for line in wrong if "404" not in line] == []  # a favicon


def test_pages_and_editions_hold_what_they_should(answering: Path) -> None:
    page = (answering / "html/notebooks/averages.html").read_text("utf-8")
    whole = page[
        page.index('<div class="steps ') : page.index("<figcaption>", page.index('"steps '))
    ]
    alts = re.findall(r'only-light.*?|alt="([^"]*)"', whole)
    shown = list(dict.fromkeys(filter(None, alts)))
    assert shown == [
        "numbers in a &lt;mean&gt;: 1. Means of 1.",
        "numbers in a &lt;mean&gt;: 10. Means of 10.",
        "numbers in a &lt;mean&gt;: 100. A histogram with one hump.",
    ]
    assert whole.count("only-dark") == 3, "each has its dark version"
    assert page.count("Means of more numbers lie closer together") == 1
    markdown = (answering / "html/markdown/averages.md").read_text("utf-8")
    assert "numbers in a &lt;mean&gt;: 10" in markdown or "numbers in a <mean>: 10" in markdown
    copy = json.loads((answering / "notebooks/averages.executed.ipynb").read_text("utf-8"))
    bundles = [o["data"] for c in copy["cells"] for o in c.get("outputs", []) if "data" in o]
    assert sum("image/svg+xml" in data for data in bundles) == 2
    assert not any("nlp-newsletter" in mime for data in bundles for mime in data)


def test_a_page_grows_by_little(answering: Path) -> None:
    images = sorted((answering / "html/_images").glob("*.svg"))
    light = [path for path in images if not path.stem.endswith("-dark")]
    assert sum(len(gzip.compress(path.read_bytes())) for path in light) < 150_000
    page = (answering / "html/notebooks/averages.html").read_text("utf-8")
    assert sum(map(len, re.findall(r'data-judge="[^"]*"', page))) < 40_000


@pytest.mark.browser
def test_slider_by_keyboard(opened: Opened) -> None:
    page = opened()
    slider = page.get_by_role("slider", name="numbers in a <mean>")
    figure = page.locator("figure", has=slider)
    assert slider.get_attribute("aria-valuetext") == "10"
    before = figure.bounding_box()["height"]
    picture = figure.get_by_role("img").filter(visible=True)
    assert picture.count() == 1
    assert figure.locator(".steps-row").evaluate("(row) => getComputedStyle(row).overflow") == (
        "visible"  # a figure reaches into the margins of a telephone
    )
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert figure.locator("output").text_content() == "100"
    assert slider.get_attribute("aria-valuetext") == "100"
    assert picture.get_attribute("alt").startswith("numbers in a <mean>: 100.")
    picture.evaluate("(image) => image.decode()")
    page.keyboard.press("Home")
    assert picture.get_attribute("alt") == "numbers in a <mean>: 1. Means of 1."
    assert figure.bounding_box()["height"] == pytest.approx(before, abs=0.1), "nothing moves"


@pytest.mark.browser
def test_steps_in_a_row_without_script_and_one_in_print(opened: Opened) -> None:
    for scripted, media, count in ((False, "screen", 3), (False, "print", 1), (True, "print", 1)):
        page = opened(java_script_enabled=scripted)
        page.emulate_media(media=media)
        assert page.locator(".steps img:visible").count() == count
        assert page.locator(".step-value:visible").count() == count
        assert not page.locator(".steps input").is_visible()
        assert not page.locator("details.judge").first.is_visible()
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert media == "print" or wide <= 0


@pytest.mark.browser
def test_the_dark_theme_has_dark_steps(opened: Opened) -> None:
    page = opened(color_scheme="dark")
    assert page.locator(".steps img:visible").get_attribute("src").endswith("-dark.svg")


def judge(page: Any, id: str) -> Any:
    row = page.locator(f"tr#{id}")
    fold = row.locator("xpath=ancestor::details").locator("summary").first
    if not row.is_visible():
        fold.click()
    row.locator("summary", has_text="Judge it yourself").press("Enter")
    return row.locator("details.judge")


@pytest.mark.browser
def test_a_threshold_is_moved_by_keyboard(opened: Opened) -> None:
    page = opened()
    fold = judge(page, "averages-spread")
    result, slider = fold.locator("output"), fold.get_by_role("slider")
    assert "holds, as on this page" in result.text_content()
    slider.press("Home")
    assert "fails; on this page it holds." in result.text_content()
    assert fold.get_by_role("spinbutton").input_value() == "0"
    assert fold.locator("code").text_content() == "abs(measured - reported) < 0"
    fold.get_by_role("spinbutton").fill("5")
    assert "holds, as on this page." in result.text_content()
    fold.get_by_role("button").press("Enter")
    assert fold.locator("code").text_content() == "abs(measured - reported) < 0.1"
    assert fold.get_by_role("button").is_disabled()


@pytest.mark.browser
def test_a_seed_is_left_out(opened: Opened) -> None:
    page = opened(has_touch=True)
    fold = judge(page, "averages-seeds")
    result, seeds = fold.locator("output"), fold.get_by_label("Leave out")
    assert seeds.locator("option").all_text_contents() == [
        "no seed", "seed 1 (0.2)", "seed 2 (0.3)", "seed 3 (0.7)",
    ]  # fmt: skip
    seeds.select_option("0")  # the median of the others is 0.5
    assert result.text_content() == " fails; on this page it holds. Without that seed 0.5 points."
    seeds.select_option("2")  # and without the third no seed is above 0.5
    assert result.text_content() == " fails; on this page it holds. Without that seed 0.25 points."
    seeds.select_option("1")
    page.get_by_label("Threshold 1 of 2", exact=True).fill("0.46")
    assert result.text_content() == " holds, as on this page. Without that seed 0.45 points."
