"""The finished site in a real browser: nothing missing, nothing foreign, nothing too wide."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml
from conftest import ROOT, scripts

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

pytestmark = pytest.mark.browser
WIDTHS, THEMES = (1280, 1000, 390), ("light", "dark")
# Pictures load when they come near the window.
SCROLL = """async () => {
  for (let y = 0; y < document.documentElement.scrollHeight; y += 500) {
    scrollTo(0, y);
    await new Promise((done) => setTimeout(done, 20));
  }
  await Promise.all([...document.images].filter((i) => i.offsetParent).map((i) => i.decode()));
  await document.fonts.ready;  // else leaving the page breaks a font's request off
  scrollTo(0, 0);
}"""
TOO_WIDE = """() => [...document.querySelectorAll("body *")].filter(
  (e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest("pre, .scrolls, .sprite")
).slice(0, 5).map((e) => `${e.tagName}.${e.getAttribute("class")}`)"""
UNLOADED = """() => [...document.images].filter(
  (i) => i.offsetParent && !(i.complete && i.naturalWidth > 0)).map((i) => i.src)"""
EMPTY_MATH = """() => [...document.querySelectorAll("math")].filter((m) => {
  const box = m.getBoundingClientRect();
  return m.checkVisibility() && !(box.width > 0 && box.height > 0);
}).map((m) => m.textContent)"""


# How much moves by itself, as a share of the window (Layout Instability API; 0.1 counts as good).
MOVED = """async () => {
  await document.fonts.ready;
  let moved = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) moved += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  await new Promise((done) => setTimeout(done, 50));
  return moved;
}"""


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves a folder under the path that the public address has."""

    prefix = urlsplit(yaml.safe_load((ROOT / "_config.yml").read_text())["html"]["baseurl"]).path

    def translate_path(self, path: str) -> str:
        return super().translate_path(path.removeprefix(self.prefix.rstrip("/")))

    def log_message(self, *arguments: object) -> None:
        """Keep the tests' output quiet."""


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    handler = functools.partial(Handler, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{Handler.prefix.rstrip('/')}/"
        server.shutdown()


def kinds(site: Path) -> list[str]:
    """One page of each kind that the site has."""
    pages = ["index.html"]
    for folder in ("issues", "notebooks"):
        pages += [p.relative_to(site).as_posix() for p in sorted(site.glob(f"{folder}/*.html"))[:1]]
    single = ("ledger.html", "archive.html", "timings.html", "method.html", "references.html",
              "404.html")  # fmt: skip
    return [*pages, *(n for n in single if (site / n).is_file()), "search.html?q=attention"]


def watch(page: sync_api.Page) -> list[str]:
    """Whatever goes wrong on a page from now on."""
    wrong: list[str] = []

    def route(route: sync_api.Route) -> None:
        url = route.request.url
        if urlsplit(url).hostname == "127.0.0.1" or url.startswith("data:"):
            route.continue_()
        else:
            wrong.append(f"another host: {url}")
            route.abort()

    page.route("**/*", route)
    page.on(
        "requestfailed",
        # Aborted ones were on their way when the test left the page, a favicon say.
        lambda r: None if r.failure == "net::ERR_ABORTED" else wrong.append(f"failed: {r.url}"),
    )
    page.on("response", lambda r: wrong.append(f"{r.status}: {r.url}") if r.status >= 400 else None)
    page.on("pageerror", lambda e: wrong.append(f"script: {e}"))
    page.on(
        "console",
        lambda m: wrong.append(f"console: {m.text}") if m.type in ("error", "warning") else None,
    )
    return wrong


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_kind_of_page(
    site: Path, address: str, browser: sync_api.Browser, width: int, theme: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
    page = context.new_page()
    wrong = watch(page)
    for name in kinds(site):
        page.goto(address + name, wait_until="load")
        if name.startswith("search"):
            page.locator("#search-results li a").first.wait_for()
        if (moved := page.evaluate(MOVED)) > 0.1:
            wrong.append(f"{name}: {moved:.4f} of the window moved")
        page.evaluate(SCROLL)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            wrong.append(f"{name}: {wide} px too wide: {page.evaluate(TOO_WIDE)}")
        wrong += [f"{name}: not loaded: {src}" for src in page.evaluate(UNLOADED)]
        wrong += [f"{name}: formula without size: {tex}" for tex in page.evaluate(EMPTY_MATH)]
        shown = page.evaluate("document.documentElement.dataset.theme")
        assert shown == theme, f"{name} doesn't follow the system's theme"
    context.close()
    assert not wrong, "\n".join(dict.fromkeys(wrong))


# 640 is what 1280 leaves at a zoom of 200 %.
@pytest.mark.parametrize("width", [320, 344, 360, 375, 640, 768, 1920])
def test_nothing_is_wider_than_the_window(
    width: int, site: Path, address: str, browser: sync_api.Browser
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    for name in kinds(site):
        page.goto(address + name)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        tools = page.locator(".bar-tools > :visible, .menu > summary:visible").all()
        assert all(t.bounding_box()["x"] + t.bounding_box()["width"] <= width for t in tools), name
    page.close()


SPIED = """async (hash) => {
  location.hash = "";
  location.hash = hash;
  let marked;
  for (let frames = 0; frames < 30 && !marked?.includes(hash); frames++) {  // half a second
    await new Promise(requestAnimationFrame);
    const links = [...document.querySelectorAll(".column [aria-current=location]")];
    marked = links.map((link) => link.getAttribute("href"));
  }
  return marked;
}"""


def test_the_columns_mark_the_section_that_was_followed(
    site: Path, address: str, browser: sync_api.Browser
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    for name in kinds(site):
        page.goto(address + name)
        links = page.locator(".column a[href^='#']:not([href='#'])")
        for link in dict.fromkeys(links.evaluate_all("all => all.map((a) => a.hash)")):
            assert link in page.evaluate(SPIED, link), f"{name}{link}"
    page.close()


# The headings below that of an anchor, as links name them.
ITEMS = """(hash) => {
  const section = document.getElementById(decodeURIComponent(hash.slice(1))).closest("section");
  return [...section.querySelectorAll(":scope > section > h3 > a.headerlink")].map((a) => a.hash);
}"""


def test_an_issues_right_column_has_the_items_of_the_section(
    site: Path, address: str, browser: sync_api.Browser
) -> None:
    """The sections stand in the left column already."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(address + next(n for n in kinds(site) if n.startswith("issues/")))
    with_items = 0
    for section in page.locator(".column.left a[href^='#']:not([href='#'])").all():
        assert section.get_attribute("href") in page.evaluate(SPIED, section.get_attribute("href"))
        names = page.locator(".column.right li.section > a:visible").all_text_contents()
        items = page.locator(".column.right li li a:visible")
        own = page.evaluate(ITEMS, section.get_attribute("href"))
        assert items.evaluate_all("all => all.map((a) => a.hash)") == own
        assert names == ([section.text_content()] if own else [])
        with_items += bool(own)
    assert with_items > 3
    page.close()


def test_items_stand_apart_and_hold_together(
    site: Path, address: str, browser: sync_api.Browser
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(address + next(n for n in kinds(site) if n.startswith("issues/")))
    gaps = page.locator(".item:has(> p > .read) + .item").evaluate_all("""(items) => items.map(
      (item) => {
        const before = item.previousElementSibling;
        const links = before.querySelector(":scope > p:has(> .read)");
        const text = links.previousElementSibling.getBoundingClientRect();
        return [item.getBoundingClientRect().top - before.getBoundingClientRect().bottom,
                links.getBoundingClientRect().top - text.bottom];
      })""")
    assert len(gaps) > 10
    assert all(outside >= 4 * inside for outside, inside in gaps), gaps
    page.close()


def test_counts_lead_to_their_claims(site: Path, address: str, browser: sync_api.Browser) -> None:
    page = browser.new_page()
    page.goto(address + next(n for n in kinds(site) if n.startswith("issues/")))
    for place in (".account-line", ".companion"):
        count = page.locator(f"{place} a.counted").first
        number = count.locator(".count").text_content()
        count.click()
        status = page.get_by_role("status").filter(has_text="claims shown")
        assert (status.text_content() or "").startswith(f"{number} of ")
        page.go_back()
    page.close()


def test_theme_button_and_its_memory(address: str, browser: sync_api.Browser) -> None:
    context = browser.new_context(color_scheme="light")
    page = context.new_page()
    page.goto(address + "index.html")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.get_by_role("button", name="Use the dark theme").click()
    dark = page.evaluate(ground)
    assert dark != light
    page.reload()
    assert page.evaluate(ground) == dark, "the choice is forgotten"
    context.close()


def test_without_script(site: Path, address: str, browser: sync_api.Browser) -> None:
    context = browser.new_context(java_script_enabled=False, color_scheme="dark")
    page = context.new_page()
    wrong = watch(page)
    for name in [n for n in kinds(site) if "?" not in n]:
        page.goto(address + name, wait_until="load")
        assert page.locator("h1").first.is_visible()
        assert page.locator("img.only-light:visible").count() == 0, "the light figures in the dark"
        page.screenshot()  # the colours come from style sheets alone
    context.close()
    assert not wrong, "\n".join(wrong)


def test_search_finds_and_links(address: str, browser: sync_api.Browser) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(address + "index.html")
    page.keyboard.press("/")
    page.keyboard.type("attention")
    page.keyboard.press("Enter")
    first = page.locator("#search-results li a").first
    first.wait_for()
    first.click()
    page.wait_for_load_state()
    assert "search.html" not in page.url
    assert page.locator("h1").first.is_visible()
    context.close()


def test_search_by_keyboard_says_what_it_found(address: str, browser: sync_api.Browser) -> None:
    """Counts are announced, a part of a page is linked by its anchor, and little is fetched."""
    context = browser.new_context()
    page = context.new_page()
    wrong, fetched = watch(page), []
    page.on("response", lambda r: fetched.append(len(r.body())) if "pagefind" in r.url else None)
    page.goto(address + "search.html?q=attention")
    first = page.locator("#search-results li a").first
    first.wait_for()
    assert "found for “attention”" in page.locator("#search-progress[role=status]").inner_text()
    assert page.locator("#search-results .part a[href*='#']").count()
    parts = page.locator("#search-results li:first-child .part").all_text_contents()
    assert first.text_content() not in parts, "the page's title once more as its own part"
    assert sum(fetched) < 300_000 and not wrong, wrong
    field = page.locator(".search-form input")
    assert field.input_value() == "attention"
    field.focus()
    field.fill("attention <i>")
    page.keyboard.press("Enter")
    page.get_by_text("found for “attention <i>”").wait_for()
    field.fill("xylophonist jabberwocky zzyzx")  # of one word a beginning is enough
    page.keyboard.press("Enter")
    page.wait_for_url("**xylophonist*")
    page.get_by_text("Nothing found for “xylophonist jabberwocky zzyzx”").wait_for()
    context.close()


@pytest.mark.parametrize(
    ("words", "page_of", "part"),
    [
        ("ELECTRA", "notebooks/electra.html", ""),
        ("wav2letter", "issues/002.html", "wav2letter"),
        ("active transfer learning", "notebooks/active_transfer_learning.html", ""),
        ("self-supervised", "notebooks/self_supervised_vision.html", ""),
    ],
)
def test_search_has_the_right_first_hit(
    words: str, page_of: str, part: str, address: str, browser: sync_api.Browser
) -> None:
    page = browser.new_page()
    page.goto(f"{address}search.html?q={words}")
    first = page.locator("#search-results > ul > li").first
    first.wait_for()
    assert (first.locator("> a").get_attribute("href") or "").endswith(page_of)
    if part:
        assert (first.locator(".part").first.text_content() or "").startswith(part)
    page.close()


def test_skip_link_comes_first(address: str, browser: sync_api.Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(address + "index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    context.close()


def test_ledger_filters_and_its_address(address: str, browser: sync_api.Browser) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(address + "ledger.html")
    rows, shown = page.locator(".ledger-table tbody tr"), ".ledger-table tbody tr:not([hidden])"
    total = rows.count()
    status = page.get_by_role("status").filter(has_text="claims shown")
    assert status.text_content() == f"{total} of {total} claims shown."
    page.get_by_label("Filter by words").fill("rounds accuracy")
    some = page.locator(shown).count()
    assert 0 < some < total
    assert status.text_content() == f"{some} of {total} claims shown."
    assert "q=rounds+accuracy" in page.url
    notebook = page.get_by_label("Notebook", exact=True)
    name = page.locator(f"{shown} .notebook").first.text_content()
    notebook.select_option(name)
    narrowed = page.locator(shown).count()
    page.goto(page.url)  # the address carries the view
    assert page.locator(shown).count() == narrowed
    assert notebook.input_value() == name
    page.get_by_role("button", name="Show all").press("Enter")
    assert page.locator(shown).count() == total and "?" not in page.url
    assert page.evaluate("document.activeElement.getAttribute('aria-pressed')") == "true"
    hidden = rows.last.get_attribute("id")
    page.goto(f"{address}ledger.html?q=nothing-like-it#{hidden}")
    assert page.locator(f"#{hidden}").is_visible(), "an address that names a row shows it"
    context.close()


def test_ledger_sorts_numbers_as_numbers(address: str, browser: sync_api.Browser) -> None:
    # Made-up rows and a script brought in by hand, which the page's own policy would not run.
    context = browser.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.goto(address + "ledger.html")
    values = ("Issue 10", "2", "3.1 × 10⁻⁷", "Issue 9", "−4")
    rows = "".join(f"<tr><td>{value}</td></tr>" for value in values)
    head = "<table class='sortable'><thead><tr><th>n</th></tr></thead>"
    page.set_content(f"{head}<tbody>{rows}</tbody></table>")
    page.add_script_tag(path=ROOT / "_static" / "tables.js")
    page.get_by_role("button").click()
    found = page.locator("td").all_text_contents()
    assert found == ["−4", "3.1 × 10⁻⁷", "2", "Issue 9", "Issue 10"]
    context.close()


def test_heads_that_sort_show_it(address: str, browser: sync_api.Browser) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    for name in ("ledger.html", "timings.html"):
        page.goto(address + name)
        heads = page.locator("table.sortable th")
        shown = "all => all.map((use) => use.getAttribute('href'))"
        found = heads.locator("use").evaluate_all(shown)
        assert found == ["#icon-sort"] * heads.count()
        heads.first.get_by_role("button").click()
        heads.first.get_by_role("button").click()
        assert heads.locator("use").evaluate_all(shown)[0] == "#icon-sort-down"
        assert heads.first.get_attribute("aria-sort") == "descending"
        tops = heads.locator("p").evaluate_all(
            "all => all.map((p) => p.getBoundingClientRect().top)"
        )
        assert max(tops) - min(tops) < 1, "the heads stand on one line"
    page.close()


def test_a_headings_link_is_copied(site: Path, address: str, browser: sync_api.Browser) -> None:
    issue = next(n for n in kinds(site) if n.startswith("issues/"))
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(address + issue)
    link = page.locator("h3 > a.headerlink").first
    assert link.get_attribute("aria-label") != "Link to "
    link.press("Enter")
    page.get_by_text("Link copied").wait_for(state="attached")
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    assert "#i0" in page.url, "the anchor that lasts"
    context.close()


def test_checks_stand_on_the_tint_alone(address: str, browser: sync_api.Browser) -> None:
    """The double rule is for outputs: beside a check, whose tint says it already, there is none."""
    page = browser.new_page()
    page.goto(address + "notebooks/adaptive_tutoring.html")
    ruled = """(outputs) => outputs.filter((output) =>
      [...output.children].every((child) => child.matches(".nl-check"))
    ).map((output) => getComputedStyle(output).borderLeftWidth)"""
    found = page.locator(".cell_output").evaluate_all(ruled)
    assert set(found) == {"0px"}
    page.close()


def test_one_button_opens_and_folds_all_code(
    site: Path, address: str, browser: sync_api.Browser
) -> None:
    notebook = address + next(n for n in kinds(site) if n.startswith("notebooks/"))
    page = browser.new_page()
    page.goto(notebook)
    shut, open_ = "details.hide:not([open])", "details.hide[open]"
    assert page.locator(shut).count() > 3 and page.locator(open_).count() == 0
    page.get_by_role("button", name="Show all code").press("Enter")
    assert page.locator(shut).count() == 0
    page.get_by_role("button", name="Fold all code").click()
    assert page.locator(open_).count() == 0
    page.close()
    plain = browser.new_context(java_script_enabled=False).new_page()
    plain.goto(notebook)
    assert not plain.locator(".code-switch").is_visible()
    plain.locator("details.hide > summary").first.click()
    assert plain.locator(open_).count() == 1
    plain.context.close()


def test_checks_are_blocks_on_a_tablet_and_all_open_on_paper(
    site: Path, address: str, browser: sync_api.Browser
) -> None:
    page = browser.new_page(viewport={"width": 960, "height": 900})
    page.goto(address + next(n for n in kinds(site) if n.startswith("notebooks/")))
    assert page.locator(".checks-table tbody tr").first.evaluate(
        "(row) => getComputedStyle(row).display"
    ) == "block"  # fmt: skip
    answer = page.locator("details.dropdown .answer").first
    assert not answer.is_visible()
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert answer.is_visible() and not page.locator("details.hide pre").first.is_visible()
    page.close()


def test_menu_on_a_phone_leads_on(site: Path, address: str, browser: sync_api.Browser) -> None:
    issue = next(n for n in kinds(site) if n.startswith("issues/"))
    context = browser.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(address + issue)
    page.locator(".menu > summary").click()
    assert page.locator(".menu-sheet a").first.is_visible()
    assert page.locator(".menu > summary use:visible").get_attribute("href") == "#icon-close"
    turned = "icon => getComputedStyle(icon).transform"
    assert page.locator(".menu > summary .icon:visible").evaluate(turned) == "none"
    apart = """(labels) => labels.map((label) => {
      const [above, own, below] = [label.previousElementSibling, label, label.nextElementSibling]
        .map((node) => node.getBoundingClientRect());
      return own.top - above.bottom > 2 * (below.top - own.bottom);
    })"""
    assert set(page.locator(".menu-sheet .label").evaluate_all(apart)) == {True}
    page.keyboard.press("Escape")
    assert not page.locator(".menu-sheet a").first.is_visible()
    context.close()


def test_no_line_of_the_trail_begins_with_its_stroke(
    site: Path, address: str, browser: sync_api.Browser
) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 800})
    page.goto(address + next(n for n in kinds(site) if n.startswith("notebooks/")))
    first, last = page.locator(".trail li").all()[:2]
    stroke = "(li, where) => getComputedStyle(li, where).content"
    assert "/" in first.evaluate(stroke, "::after") and "\u00a0" in first.evaluate(
        stroke, "::after"
    )
    assert last.evaluate(stroke, "::before") == "none"
    tall = page.locator(".trail").bounding_box()
    assert tall and tall["height"] > 40, "the way is longer than a line"
    page.close()


HOSTILE = """
## After the hostile cell

```{code-cell} ipython3
from IPython.display import HTML, Javascript, Markdown, display

ran = "window.ran = (window.ran || 0) + 1"
display(HTML(f"<script>{ran}</script><p>words</p>"))
display(HTML(f'<img src="data:," alt="none" onerror="{ran}"><b onclick="{ran}">bold'))
display(HTML(f'<iframe srcdoc="<script>parent.ran = 1</script>"></iframe>'))
display(HTML(f'</div></section></main></body><div style="position:fixed;inset:0"><i>open'))
display(HTML(f'<a href="javascript:{ran}">a link</a><style>main {{display: none}}</style>'))
display(HTML(f'<svg onload="{ran}"><title>A dot</title><script>{ran}</script><circle/></svg>'))
display(HTML('<table><tr><td>1'))
display(Javascript(ran))
display(Markdown(f"<script>{ran}</script> <b onclick='{ran}'>marked"))
```

## What follows

Still in its place.
"""


def test_hostile_outputs_run_nothing(built_copy: Path, browser: sync_api.Browser) -> None:
    """Neither with our cleaning nor, the policy alone, without it."""
    source = built_copy / "notebooks" / "averages.md"
    source.write_text(source.read_text() + HOSTILE)
    result = scripts("build", "--root", built_copy)
    assert result.returncode == 0, result.stdout + result.stderr
    html = built_copy / "_build" / "html"
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(html))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/notebooks/"
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        wrong = watch(page)
        page.goto(f"{address}averages.html", wait_until="load")
        for target in page.locator(".cell_output b, .cell_output a").all():
            target.click()
        assert page.evaluate("window.ran") is None
        assert page.locator("iframe, main script, main style, main [style]").count() == 0
        assert page.locator("main .cell_output", has_text="words").count() == 1
        assert page.locator("main section#what-follows > p").is_visible()
        assert page.locator("body > footer").count() == 1
        assert not wrong, "\n".join(wrong)
        # The second wall by itself.
        text = (html / "notebooks" / "averages.html").read_text()
        bad = "<script>window.ran = 1</script><img src='data:,' alt='' onerror='window.ran = 1'>"
        (html / "notebooks" / "open.html").write_text(text.replace("</h1>", f"</h1>{bad}", 1))
        page.goto(f"{address}open.html", wait_until="load")
        page.wait_for_timeout(200)
        assert page.evaluate("window.ran") is None
        assert any("Content Security Policy" in line for line in wrong)
        context.close()
        server.shutdown()
