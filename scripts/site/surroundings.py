"""What stands around a page's text: bar, side columns, way through the issues, sources.

The cost of a page doesn't grow with the archive: the side columns hold the newest issues, this
issue's notebooks around the current one, and links to the rest. Pure: from the book's environment
and the frame (see `core.frame_data`) to plain data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from docutils import nodes
from sphinx import addnodes
from sphinx.environment import BuildEnvironment

from scripts.core.languages.speech import ENGLISH, Speech, speech
from scripts.core.page_data.frame import Frame, IssueName, PageName
from scripts.core.words import without_emoji

NEWEST, WINDOW = 3, 7  # issues and notebooks in the side column
WIDE = ("ledger", "archive")  # and what lies below them: no side columns
BAR = (("ledger", "Ledger"), ("archive", "Archive"), ("method", "Method"),
       ("references", "References"))  # fmt: skip
BAR_LENGTH = 4
START = "start"  # the page of all notebooks, for those who learn


@dataclass(frozen=True)
class Link:
    """One entry of a navigation list; ``target`` is a docname with an optional anchor."""

    title: str
    target: str
    current: bool = False
    children: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Group:
    """Links under a heading."""

    title: str
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Way:
    """The way to a page and on from it; ``left`` are the groups of its kind."""

    trail: tuple[Link, ...] = ()
    left: tuple[Group, ...] = ()
    previous: Link | None = None
    next: Link | None = None


@dataclass(frozen=True)
class Surroundings:
    """Everything around one page, as plain data; ``kind`` names it for previous and next."""

    kind: str
    bar: tuple[Link, ...] = ()
    trail: tuple[Link, ...] = ()
    left: tuple[Group, ...] = ()
    contents: tuple[Link, ...] = ()
    previous: Link | None = None
    next: Link | None = None
    source: str = ""
    edit: str = ""
    report: str = ""
    repository: str = ""


def kind_of(env: BuildEnvironment, frame: Frame, docname: str) -> str:
    """``home``, ``issue``, ``notebook``, ``wide``, ``lost`` (404) or ``page``."""
    issue = frame.owners.get(f"/{docname}")
    if issue is not None:  # staged notebooks have no front matter
        return "issue" if f"/{docname}" in (issue.page, *issue.languages) else "notebook"
    if docname == env.config.root_doc:
        return "home"
    if docname == "404":
        return "lost"
    if docname.split("/")[0] in WIDE:
        return "wide"
    meta = env.metadata.get(docname, {})
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


def speech_of(env: BuildEnvironment, docname: str) -> Speech:
    """The edition's words in the language of a page."""
    return speech(env.metadata.get(docname, {}).get("lang") or env.config.language or ENGLISH)


def surroundings_of(
    env: BuildEnvironment, frame: Frame, docname: str, *, own: bool = True
) -> Surroundings:
    """All of one page's surroundings; ``own`` False leaves the page's own headings out, which
    nothing else can change."""
    kind, say = kind_of(env, frame, docname), speech_of(env, docname)
    contents = contents_of(env.tocs.get(docname)) if own else ()
    way = Way()
    if kind == "issue":
        way = _way_of_issue(env, frame, docname, contents, say)
    elif kind == "notebook" and f"/{docname}" in frame.owners:
        way = _way_of_notebook(env, frame, docname, say)
    elif kind in ("page", "wide", "lost"):
        way = _way_of_page(env, frame, docname, say)
    return Surroundings(
        kind=kind,
        bar=_bar(env, frame, docname, kind, say),
        trail=way.trail,
        left=(*way.left, *_newest_issues(env, frame, docname, say)),
        contents=contents,
        previous=way.previous,
        next=way.next,
        **_addresses(frame, docname),
    )


def surroundings_of_generated(env: BuildEnvironment, frame: Frame, pagename: str) -> Surroundings:
    """The surroundings of a page that Sphinx makes itself: the search."""
    home = surroundings_of(env, frame, str(env.config.root_doc))
    kind = "search" if pagename == "search" else "page"
    return Surroundings(
        kind, home.bar, left=home.left, repository=home.repository, report=home.report
    )


def _bar(
    env: BuildEnvironment, frame: Frame, docname: str, kind: str, say: Speech
) -> tuple[Link, ...]:
    """The links of the bar: newest issue, its notebooks, and pages that a book may have."""
    found, bar = env.found_docs, []
    # Without the frame, the newest issue that Jupyter Book's own table of contents gives.
    newest = _docname(frame.issues[0].page) if frame.issues else ""
    newest = newest or max((d for d in found if kind_of(env, frame, d) == "issue"), default="")
    if newest:
        index = "issues/index" if "issues/index" in found else newest
        bar.append(Link(say("Issues"), index, kind == "issue"))
    if frame.notebooks.get(f"/{newest}"):
        every = START if START in found else f"{env.config.root_doc}#notebooks"
        bar.append(Link(say("Notebooks"), every, kind == "notebook" or docname == START))
    others = [Link(say(title), d, docname.split("/")[0] == d) for d, title in BAR if d in found]
    return tuple([*bar, *others][:BAR_LENGTH])


def _way_of_issue(
    env: BuildEnvironment, frame: Frame, docname: str, contents: Sequence[Link], say: Speech
) -> Way:
    root, issue = str(env.config.root_doc), frame.owners.get(f"/{docname}")
    number = issue.number if issue else env.metadata[docname].get("issue", "")
    name = say("Issue {n}", n=number)
    above = f"{root}#earlier-issues" if len(frame.issues) > 1 else root
    before, after = _neighbours(frame.issues[::-1], docname)
    return Way(
        trail=(Link(say("Issues"), above), Link(name, "")),
        left=(Group(name, tuple(Link(c.title, c.target) for c in contents)),),
        previous=before,
        next=after,
    )


def _way_of_notebook(env: BuildEnvironment, frame: Frame, docname: str, say: Speech) -> Way:
    issue = frame.owners[f"/{docname}"]
    entries = frame.notebooks.get(issue.page, [])
    links = [
        Link(e.title, _docname(e.page), e.page == f"/{docname}") for e in _window(entries, docname)
    ]
    if len(entries) > WINDOW:
        newest = issue == frame.issues[0]
        every = f"{env.config.root_doc}#notebooks" if newest else _docname(issue.page)
        links.append(Link(say("All {n}", n=len(entries)), every))
    before, after = _neighbours(entries, docname)
    return Way(
        trail=(Link(say("Issue {n}", n=issue.number), _docname(issue.page)),),
        left=(Group(say("Notebooks of issue {n}", n=issue.number), tuple(links)),),
        previous=before,
        next=after,
    )


def _way_of_page(env: BuildEnvironment, frame: Frame, docname: str, say: Speech) -> Way:
    trail = [Link(say("Home"), str(env.config.root_doc))]
    above, _, below = docname.partition("/")
    if above in WIDE and below and above in env.found_docs:
        trail.append(Link(env.titles[above].astext(), above))
    links = [Link(e.title, _docname(e.page), e.page == f"/{docname}") for e in frame.about]
    return Way(trail=tuple(trail), left=(Group(say("About"), tuple(links)),))


def _newest_issues(
    env: BuildEnvironment, frame: Frame, docname: str, say: Speech
) -> tuple[Group, ...]:
    if not frame.issues:
        return ()
    links = [
        Link(f"{i.number}{say(', ')}{say.month(i.date)}", _docname(i.page), i.page == f"/{docname}")
        for i in frame.issues[:NEWEST]
    ]
    if len(frame.issues) > NEWEST:
        earlier = f"{env.config.root_doc}#earlier-issues"
        links.append(Link(say("All issues"), "archive" if "archive" in env.found_docs else earlier))
    return (Group(say("Newest issues"), tuple(links)),)


def _docname(page: str) -> str:
    return page.lstrip("/")


def _window(entries: Sequence[PageName], docname: str) -> Sequence[PageName]:
    """A few entries around the current one."""
    here = next((i for i, e in enumerate(entries) if e.page == f"/{docname}"), 0)
    start = max(0, min(here - WINDOW // 2, len(entries) - WINDOW))
    return entries[start : start + WINDOW]


def _neighbours(
    entries: Sequence[PageName | IssueName], docname: str
) -> tuple[Link | None, Link | None]:
    here = next((i for i, e in enumerate(entries) if e.page == f"/{docname}"), None)
    if here is None:
        return None, None

    def at(place: int) -> Link | None:
        if not 0 <= place < len(entries):
            return None
        return Link(entries[place].title, _docname(entries[place].page))

    return at(here - 1), at(here + 1)


def _addresses(frame: Frame, docname: str) -> dict[str, Any]:
    """Links to the source of a page and to where errors are reported."""
    repository = frame.repository
    if repository is None:
        return {}
    known = frame.sources.get(docname, "")
    place = "/".join(filter(None, (repository.branch, repository.path, known)))
    return {
        "repository": repository.address,
        "source": f"{repository.address}/blob/{place}" if known else "",
        "edit": f"{repository.address}/edit/{place}" if known else "",
        "report": f"{repository.address}/issues/new?title={quote(f'Error on the page {docname}')}",
    }
