"""What a page offers to others and what it asks of them, from its text alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile, zip_longest
from typing import Any, NamedTuple

from docutils.nodes import make_id
from markdown_it.token import Token
from nbformat import NotebookNode

from scripts.book import myst
from scripts.book.dialect import Fault, Finder, Unreadable
from scripts.core.problems import Place


class Link(NamedTuple):
    """A link: where it leads, where it stands, whether nothing stands in its brackets."""

    href: str
    place: Place
    empty: bool = False


@dataclass
class Outline:
    """What one page offers and what it asks for, each with its place."""

    labels: dict[str, Place] = field(default_factory=dict)
    repeated: list[tuple[str, Place]] = field(default_factory=list)
    roles: list[tuple[str, str, Place]] = field(default_factory=list)  # name, target; cited keys
    links: list[Link] = field(default_factory=list)
    pictures: list[tuple[str, str, Place]] = field(default_factory=list)  # source, alt
    files: list[tuple[str, Place]] = field(default_factory=list)  # that become part of the page
    faults: list[Fault] = field(default_factory=list)
    headings: list[tuple[str, str, str, int]] = field(default_factory=list)  # tag, title, label

    def offer(self, label: str, place: Place) -> None:
        if label in self.labels:
            self.repeated.append((label, place))
        self.labels.setdefault(label, place)


def outline(text: str) -> Outline:
    """The labels, references, links and pictures of a MyST text."""
    found = myst.flow(text)
    result, finder = Outline(faults=found.faults), Finder(found.lines)
    target = ""
    for token in found.flat:
        line = token.map[0] + 1 if token.map else 0
        if token.type == "myst_target":
            target = token.content
            result.offer(target, _piece(found.lines, line, f"({target})="))
        elif token.type in ("h1", "h2", "h3", "h4"):
            result.headings.append((token.type, token.content, target, line))
            target = ""
        elif token.type == "paragraph_open":
            target = ""
        elif token.type == "math_block_label":
            last = token.map[1] if token.map else 0  # the line that ends the block
            result.offer(token.info, _piece(found.lines, last, f"({token.info})", line))
        elif token.type in ("amsmath", "math_block"):
            for label in equation_labels(token.content):
                result.offer(label, _piece(found.lines, line, f"{{{label}}}"))
        elif token.type == "inline":
            _inline(token, finder.find(token), result)
    for block in found.directives:
        _directive(block, result)
    return result


def equation_labels(tex: str) -> list[str]:
    """The labels that an equation names in its TeX; all lead to the equation."""
    return [label.strip() for label in re.findall(r"\\label\s*\{([^{}]+)\}", tex)]


def target_of(role: str) -> str:
    """What a role points at: ``file`` of ``words <file>``."""
    found = re.search(r"<([^<>]+)>$", role)
    return found[1] if found else role


def _inline(token: Token, place: Callable[[int], Place], result: Outline) -> None:
    children = token.children or []
    for number, child in enumerate(children):
        if "span" not in child.meta:
            continue
        start, end = child.meta["span"]
        if child.type == "myst_role":
            name = child.meta["name"]
            if name.startswith("cite"):
                at = token.content.index("`", start)
                at += len(token.content[at:end]) - len(token.content[at:end].lstrip("`"))
                for key in child.content.split(","):
                    ahead = len(key) - len(key.lstrip())
                    result.roles.append((name, key.strip(), place(at + ahead)))
                    at += len(key) + 1
                continue
            result.roles.append((name, child.content, place(start)))
            if name == "download":
                result.files.append((target_of(child.content), place(start)))
        elif child.type == "link_open":
            inner = takewhile(lambda one: one.type != "link_close", children[number + 1 :])
            empty = not any(one.content.strip() or one.type == "image" for one in inner)
            href = str(child.attrGet("href") or "")
            result.links.append(Link(href, place(start), empty))
        elif child.type == "image":
            source = str(child.attrGet("src") or "")
            result.pictures.append((source, child.content, place(start)))


def _piece(lines: Sequence[str], line: int, piece: str, otherwise: int = 0) -> Place:
    """The place of a piece in its line, or the line alone."""
    at = lines[line - 1].find(piece) if 0 < line <= len(lines) else -1
    return Place(line, at + 1) if at >= 0 else Place(otherwise or line)


def _directive(block: myst.Directive, result: Outline) -> None:
    options = block.options
    if block.name in ("figure", "image"):  # docutils takes out the blanks
        source = "".join(block.argument.split())
        result.pictures.append((source, str(options.get("alt") or ""), block.place))
    if block.name in ("include", "literalinclude"):
        result.files.append((block.argument, block.place))
    if options.get("file"):
        result.files.append((str(options["file"]), block.option("file")))
    named = {key: options.get(key) for key in ("name", "label")}
    named["mystnb.figure.name"] = figure_in(options).get("name")
    for key, name in named.items():
        if name:
            result.offer(str(name), block.option(key))


class Label(NamedTuple):
    """Where a label leads within its page: its title as plain words, the anchor's name."""

    title: str
    anchor: str


def labels(text: str, title: str, notebook: NotebookNode | None) -> dict[str, Label]:
    """The labels of a page of this text, title and notebook. Named figures and labelled equations
    are counted through the page, and their titles are ``Figure 1`` and ``(1)``: the numbers that
    the plain editions print."""
    counter = _Counter(title)
    if notebook is None:
        counter.walk(myst.flow(text).tokens)
        return counter.labels
    lead = figure_of(lead_of(notebook)).get("name")  # stands at the top: the first figure
    if lead:
        counter.figure(str(lead))
    for number, cell in enumerate(notebook.cells, 1):
        figure = figure_of(cell)
        if figure.get("name"):
            if figure["name"] == lead:
                continue
            counter.figure(str(figure["name"]))
        elif cell.cell_type == "markdown":
            try:
                counter.walk(myst.tokens(cell.source))
            except Unreadable as error:  # in JSON: those of MyST text were read as a whole
                what = f"cell {number}: {error.fault.what}"
                raise Unreadable(error.fault._replace(line=0, what=what)) from None
    return counter.labels


LEAD = "lead"  # the tag of the cell whose figure is shown at the top of its page
FULL_SIZE = "full-size"  # the tag of the cells that work under the profile `full` alone


def is_full_size(cell: Any) -> bool:
    """Whether a cell works under the profile `full` alone."""
    return FULL_SIZE in (cell["metadata"].get("tags") or ())


def lead_of(notebook: NotebookNode) -> NotebookNode | None:
    """The code cell that draws the lead figure."""
    code = (cell for cell in notebook.cells if cell.cell_type == "code")
    return next((cell for cell in code if LEAD in (cell.metadata.get("tags") or ())), None)


def opening_of(text: str) -> int:
    """1-based line before which a page's opening ends: that of its first section (or of the label
    above it) or of its first cell."""
    lines, fence = text.split("\n"), ""
    for number, line in enumerate(lines, 1):
        mark = re.match(r"`{3,}|:{3,}|~{3,}", line)
        if mark and not fence:
            if re.match(r"`{3,}\{code-cell\}", line):
                return number
            fence = mark[0]
        elif fence and line.rstrip() == fence:
            fence = ""
        elif not fence and re.match(r"## +\S", line):
            above = number - 1
            return above if above and re.match(r"\([\w-]+\)=\s*$", lines[above - 1]) else number
    return len(lines)


def figure_of(cell: Any) -> dict[str, Any]:
    """The ``figure`` of a code cell's MyST-NB metadata (caption, name), or an empty one."""
    return figure_in(cell.metadata) if cell is not None and cell.cell_type == "code" else {}


def figure_in(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """The ``figure`` of the options of a code cell, or an empty one."""
    render = metadata.get("mystnb")
    figure = render.get("figure") if isinstance(render, Mapping) else None
    return dict(figure) if isinstance(figure, Mapping) else {}


class _Counter:
    """Walks the tokens of one page and collects its labels."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.labels: dict[str, Label] = {}
        self.figures = self.equations = 0
        self.waiting: list[str] = []  # targets that name whatever block comes next

    def add(self, label: str, title: str, prefix: str = "") -> None:
        self.labels[label] = Label(title, f"{prefix}{make_id(label)}")

    def figure(self, label: str) -> None:
        self.figures += 1
        self.add(label, f"Figure {self.figures}")

    def equation(self, *labels: str) -> None:
        self.equations += bool(labels)
        for label in labels:
            self.add(label, f"({self.equations})", "equation-")

    def settle(self, title: str) -> None:
        for label in self.waiting:
            self.add(label, title)
        self.waiting = []

    def walk(self, tokens: list[Token], depth: int = 0) -> None:
        for token, following in _pairs(tokens):
            if token.type == "myst_target":
                self.waiting.append(token.content)
            elif token.type == "heading_open" and following is not None:
                self.settle(myst.plain_text(following) or self.title)
            elif token.type == "math_block_label":
                self.equation(token.info)
            elif token.type in ("amsmath", "math_block"):
                self.equation(*equation_labels(token.content))
            elif (block := myst.directive(token)) is not None:
                self.directive(block, depth)
            elif token.nesting == 1:
                self.settle(self.title)

    def directive(self, block: myst.Directive, depth: int) -> None:
        name = str(block.options.get("name") or block.options.get("label") or "")
        if block.name == "figure" and (name or self.waiting):
            self.figures += 1
            self.settle(f"Figure {self.figures}")
            if name:
                self.add(name, f"Figure {self.figures}")
        elif block.name == "math":
            if name:
                self.equation(name)
        else:
            title = block.argument or self.title
            self.settle(title)
            if name:
                self.add(name, title)
            if block.name not in ("code-cell", "code", "code-block"):
                myst.allow(block, depth)
                self.walk(myst.tokens(block.body), depth + 1)


def _pairs(tokens: list[Token]) -> Iterator[tuple[Token, Token | None]]:
    yield from zip_longest(tokens, tokens[1:])
