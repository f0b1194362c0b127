"""What stands around a page's text: bar, side columns, way through the issues, sources.

The cost of a page doesn't grow with the archive: the side columns hold the newest issues, this
issue's notebooks around the current one, and links to the rest. Pure: from the book's environment
and the navigation data (see `page_context.load`) to plain data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from docutils import nodes
from sphinx import addnodes
from sphinx.environment import BuildEnvironment

from scripts.core.words import month, without_emoji

NEWEST, WINDOW = 3, 7  # issues and notebooks in the side column


WIDE = ("ledger", "archive")  # and what lies below them: no side columns
ABOUT = (
    ("ledger", "All claims"),
    ("archive", "All issues"),
    ("method", "How a claim is checked"),
    ("timings", "What a build costs"),
    ("references", "References"),
)


@dataclass(frozen=True)
class Link:
    """One entry of a navigation list; ``target`` is a docname with an optional anchor."""

    title: str
    target: str
    current: bool = False
    children: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Group:
    title: str
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Surroundings:
    """Everything around one page, as plain data."""

    kind: str
    bar: tuple[Link, ...] = ()
    trail: tuple[Link, ...] = ()
    left: tuple[Group, ...] = ()
    contents: tuple[Link, ...] = ()
    previous: Link | None = None
    next: Link | None = None
    word: str = ""  # "issue" or "notebook", for previous and next
    source: str = ""
    edit: str = ""
    report: str = ""
    repository: str = ""
    feeds: tuple[tuple[str, str], ...] = ()
    built: str = ""


def kind_of(env: BuildEnvironment, data: dict[str, Any], docname: str) -> str:
    """``home``, ``issue``, ``notebook``, ``wide``, ``lost`` (404) or ``page``."""
    meta = env.metadata.get(docname, {})
    issue = _issue_of(data, docname)
    if issue is not None:  # staged notebooks have no front matter
        return "issue" if issue["page"] == f"/{docname}" else "notebook"
    if docname == env.config.root_doc:
        return "home"
    if docname == "404":
        return "lost"
    if docname.split("/")[0] in WIDE:
        return "wide"
    return "issue" if "issue" in meta else "notebook" if "item" in meta else "page"


def contents_of(toc: nodes.Node | None) -> tuple[Link, ...]:
    """The headings of a page below its title, two levels deep."""
    if toc is None or not len(toc.children):
        return ()
    top = toc.children[0]
    lists = [c for c in top.children if isinstance(c, nodes.bullet_list)]
    return _headings(lists[0], 2) if lists else ()


def _headings(entries: nodes.bullet_list, depth: int) -> tuple[Link, ...]:
    found = []
    for item in entries.children:
        if not isinstance(item, nodes.list_item) or not item.children:
            continue
        reference = item.next_node(nodes.reference)
        if reference is None or isinstance(item.children[0], addnodes.toctree):
            continue
        title = without_emoji(reference.astext())
        below = [c for c in item.children if isinstance(c, nodes.bullet_list)]
        children = _headings(below[0], depth - 1) if below and depth > 1 else ()
        found.append(Link(title, str(reference.get("anchorname", "")), children=children))
    return tuple(found)


def _issue_of(data: dict[str, Any], docname: str) -> dict[str, Any] | None:
    """The issue to which a page belongs: itself, or the one of a companion notebook."""
    if "owners" not in data:  # once for all pages
        notebooks = data.get("notebooks", {})
        data["owners"] = {
            page: issue
            for issue in data.get("issues", [])
            for page in (issue["page"], *(n["page"] for n in notebooks.get(issue["page"], [])))
        }
    owner = data["owners"].get(f"/{docname}")
    return dict(owner) if owner else None


def _window(entries: list[dict[str, Any]], docname: str) -> list[dict[str, Any]]:
    """A few entries around the current one."""
    here = next((i for i, e in enumerate(entries) if e["page"] == f"/{docname}"), 0)
    start = max(0, min(here - WINDOW // 2, len(entries) - WINDOW))
    return entries[start : start + WINDOW]


def _neighbours(entries: list[dict[str, Any]], docname: str) -> tuple[Link | None, Link | None]:
    here = next((i for i, e in enumerate(entries) if e["page"] == f"/{docname}"), None)
    if here is None:
        return None, None

    def at(place: int) -> Link | None:
        if not 0 <= place < len(entries):
            return None
        return Link(entries[place]["title"], entries[place]["page"].lstrip("/"))

    return at(here - 1), at(here + 1)


def surroundings_of(
    env: BuildEnvironment, data: dict[str, Any], docname: str, *, own: bool = True
) -> Surroundings:
    """All of one page's surroundings, from the book's environment and the navigation data; ``own``
    False leaves the page's own headings out, which nothing else can change."""
    kind = kind_of(env, data, docname)
    found = env.found_docs
    root = str(env.config.root_doc)
    issues = data.get("issues", [])
    issue = _issue_of(data, docname)
    # Without the data, links that Jupyter Book's own table of contents gives.
    newest = issues[0]["page"].lstrip("/") if issues else ""
    newest = newest or max((d for d in found if kind_of(env, data, d) == "issue"), default="")
    bar = []
    if newest:
        archive = next((d for d in ("issues/index", "archive") if d in found), newest)
        current = kind == "issue"
        bar.append(Link("Issues", newest if archive == "archive" else archive, current))
    listed = data.get("notebooks", {}).get(f"/{newest}")
    if listed:
        bar.append(Link("Notebooks", f"{root}#notebooks", kind == "notebook"))
    for name, title in (
        ("ledger", "Ledger"),
        ("archive", "Archive"),
        ("method", "Method"),
        ("references", "References"),
    ):
        if name in found and len(bar) < 4:
            bar.append(Link(title, name, docname.split("/")[0] == name))

    contents = contents_of(env.tocs.get(docname)) if own else ()
    left: list[Group] = []
    trail: list[Link] = []
    before = after = None
    if kind == "issue":
        number = issue["number"] if issue else env.metadata[docname].get("issue", "")
        left.append(Group(f"Issue {number}", tuple(Link(c.title, c.target) for c in contents)))
        trail = [Link("Issues", f"{root}#earlier-issues" if len(issues) > 1 else root),
                 Link(f"Issue {number}", "")]  # fmt: skip
        before, after = _neighbours(issues[::-1], docname)
    elif kind == "notebook" and issue:
        entries = data["notebooks"].get(issue["page"], [])
        links = [
            Link(e["title"], e["page"].lstrip("/"), e["page"] == f"/{docname}")
            for e in _window(entries, docname)
        ]
        if len(entries) > WINDOW:
            every = f"{root}#notebooks" if issue["page"] == f"/{newest}" else issue["page"]
            links.append(Link(f"All {len(entries)}", every.lstrip("/")))
        left.append(Group(f"Notebooks of issue {issue['number']}", tuple(links)))
        trail = [Link(f"Issue {issue['number']}", issue["page"].lstrip("/"))]
        before, after = _neighbours(entries, docname)
    elif kind in ("page", "wide", "lost"):
        trail = [Link("Home", root)]
        above, _, below = docname.partition("/")
        if kind == "wide" and below and above in found:
            trail.append(Link(dict(ABOUT)[above], above))
        links = [Link(t, d, d == docname) for d, t in ABOUT if d in found]
        left.append(Group("About", tuple(links)))
    if issues:
        links = [
            Link(f"{i['number']}, {month(str(i['date']))}", i["page"].lstrip("/"),
                 i["page"] == f"/{docname}")
            for i in issues[:NEWEST]
        ]  # fmt: skip
        if len(issues) > NEWEST:
            every = "archive" if "archive" in found else f"{root}#earlier-issues"
            links.append(Link("All issues", every))
        left.append(Group("Newest issues", tuple(links)))
    return Surroundings(
        kind=kind,
        bar=tuple(bar),
        trail=tuple(trail),
        left=tuple(left),
        contents=contents,
        previous=before,
        next=after,
        word=kind,
        **_addresses(data, docname),
    )


def _addresses(data: dict[str, Any], docname: str) -> dict[str, Any]:
    """Links to the source of a page and to where errors are reported."""
    addresses = data.get("addresses")
    if not addresses:
        return {}
    repository = addresses["repository"].rstrip("/")
    inner = "/".join(filter(None, (addresses.get("path", ""), data["sources"].get(docname, ""))))
    place = f"{addresses['branch']}/{inner}"
    known = docname in data["sources"]
    feeds = data.get("feeds", [])
    names = {"feed.atom": "Atom", "feed.rss": "RSS", "feed.json": "JSON feed"}
    return {
        "repository": repository,
        "source": f"{repository}/blob/{place}" if known else "",
        "edit": f"{repository}/edit/{place}" if known else "",
        "report": f"{repository}/issues/new?title={quote(f'Error on the page {docname}')}",
        "feeds": tuple((names.get(f, f), f) for f in feeds),
        "built": str(data.get("built", "")),
    }


def surroundings_of_generated(
    env: BuildEnvironment, data: dict[str, Any], pagename: str
) -> Surroundings:
    """The surroundings of a page that Sphinx makes itself: the search."""
    page = surroundings_of(env, data, str(env.config.root_doc))
    return Surroundings(
        kind="search" if pagename == "search" else "page",
        bar=page.bar,
        left=page.left,
        repository=page.repository,
        report=page.report,
        feeds=page.feeds,
        built=page.built,
    )
