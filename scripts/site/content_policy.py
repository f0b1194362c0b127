"""What a page may load and run, as its Content-Security-Policy tells the browser.

Nothing that stands in a page is ever run: scripts and styles are files of the site. So neither a
text nor a cell's output can bring in a program, whatever slips through `sanitize`.
"""

from __future__ import annotations

RULES = {
    "default-src": "'none'",  # frames, plugins, workers, media ...
    "script-src": "'self'",
    "style-src": "'self'",  # no style attributes either: `sanitize` takes them out of outputs
    "img-src": "'self' data:",  # pictures inside outputs, icons inside style sheets
    "font-src": "'self'",
    "connect-src": "'self'",  # the search, the ledger's data, a preview's reloading
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
}
SEARCH = {**RULES, "script-src": "'self' 'wasm-unsafe-eval'"}  # Pagefind is WebAssembly


def policy_of(pagename: str) -> str:
    """The policy of one page."""
    rules = SEARCH if pagename == "search" else RULES
    return "; ".join(f"{name} {sources}" for name, sources in rules.items())
