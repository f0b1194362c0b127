"""What a page offers to others and what it asks of them, from its text alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from markdown_it.token import Token

from scripts import myst


@dataclass
class Outline:
    """What one page offers (labels, with their lines) and what it asks for."""

    labels: dict[str, int] = field(default_factory=dict)
    repeated: list[tuple[str, int]] = field(default_factory=list)
    roles: list[tuple[str, str, int]] = field(default_factory=list)  # name, target, line
    links: list[tuple[str, int]] = field(default_factory=list)
    pictures: list[tuple[str, str, int]] = field(default_factory=list)  # source, alt, line
    faults: list[tuple[str, int]] = field(default_factory=list)
    headings: list[tuple[str, str, str, int]] = field(default_factory=list)  # tag, title, label

    def offer(self, label: str, line: int) -> None:
        if label in self.labels:
            self.repeated.append((label, line))
        self.labels.setdefault(label, line)


def outline(text: str) -> Outline:
    """The labels, references, links and pictures of a MyST text."""
    result = Outline()
    target = ""
    tokens, flat = myst.flow(text)
    for token in flat:
        line = token.map[0] + 1 if token.map else 0
        if token.type == "myst_target":
            target = token.content
            result.offer(target, line)
        elif token.type in ("h1", "h2", "h3", "h4"):
            result.headings.append((token.type, token.content, target, line))
            target = ""
        elif token.type == "paragraph_open":
            target = ""
        elif token.type == "math_block_label":
            result.offer(token.info, line)
        elif token.type == "inline":
            _inline(token, line, result)
    for token in tokens:
        block = myst.directive(token)
        if block is not None:
            _directive(block, result)
    return result


def _inline(token: Token, line: int, result: Outline) -> None:
    at = line
    for child in token.children or []:
        if child.type in ("softbreak", "hardbreak"):
            at += 1
        elif child.type == "myst_role":
            result.roles.append((child.meta["name"], child.content, at))
        elif child.type == "link_open":
            result.links.append((str(child.attrGet("href") or ""), at))
        elif child.type == "image":
            result.pictures.append((str(child.attrGet("src") or ""), child.content, at))


def _directive(block: myst.Directive, result: Outline) -> None:
    options: dict[str, Any] = block.options
    if block.fault:
        result.faults.append((block.fault, block.line))
    if block.name in ("figure", "image"):
        result.pictures.append((block.argument, str(options.get("alt") or ""), block.line))
    render = options.get("mystnb") or {}
    names = [options.get("name"), options.get("label")]
    names.append((render.get("figure") or {}).get("name"))
    for name in names:
        if name:
            result.offer(str(name), block.line)
