"""YAML as data that JSON could hold, with the place of every key: the one reading for all files.

Read event by event with libyaml, so that nothing is built of what is refused: tags, keys that stand
twice or aren't text, numbers and dates that are none, a second document, and what would grow beyond
every measure by aliases, depth or size.
"""

from __future__ import annotations

import datetime
import math
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.constructor import SafeConstructor
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    ScalarEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from yaml.resolver import Resolver

from scripts.core.problems import Place, Problem

# libyaml where PyYAML was built with it: ten times as fast, and as safe.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

DEEPEST = 50  # levels; Sphinx reads the same files again, and needs Python's stack for each
MOST = 200_000  # values, those of aliases each time; a contents of 1,000 issues has 25,000
LONGEST = 2_000_000  # characters
TAG = "tag:yaml.org,2002:"
TEXT = TAG + "str"
SCALARS = {TAG + name for name in ("str", "int", "float", "bool", "null", "timestamp")}
CONTROL = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
QUOTES = "Put text that holds ': ', '#', '@' or quotes between double quotes."


@dataclass
class Yaml:
    """What a text of YAML says, and where each key and entry stands; their names are dotted:
    ``profiles.smoke.steps``, ``chapters.0.file``."""

    data: Any = None
    places: dict[str, Place] = field(default_factory=dict)
    dates: dict[str, str] = field(default_factory=dict)  # places of dates without quotes, as text
    faulty: set[int] = field(default_factory=set)  # lines where something is wrong already
    readable: bool = True  # False: the problems say why there are no data

    def place(self, name: str = "") -> Place:
        """Where a name stands, or the nearest one around it; ``""`` is the whole."""
        while name and name not in self.places:
            name = name.rpartition(".")[0]
        return self.places.get(name, Place(0))


def read_yaml(
    text: str, path: str, first: int = 1, margins: Sequence[int | None] = ()
) -> tuple[Yaml, list[Problem]]:
    """The one document that stands in ``text``, whose first line is ``first`` of the file
    ``path``, and everything that is wrong with it. ``margins``: how many characters of the file
    stand left of each line, if any do (None: that isn't known, and neither is a column)."""
    reader = _Reader(text, path, first, margins)
    try:
        reader.result.data = reader.document()
    except _Unreadable as stop:
        problem = Problem.at(path, *stop.args)
    except yaml.MarkedYAMLError as error:
        problem = reader.malformed(error)
    else:
        reader.result.faulty = {problem.line for problem in reader.problems}
        return reader.result, reader.problems
    return Yaml(places={"": Place(first)}, readable=False), [*reader.problems, problem]


class _Unreadable(Exception):
    """Nothing more can be read: place, what is wrong, what would be right."""


class _Reader:
    def __init__(self, text: str, path: str, first: int, margins: Sequence[int | None]) -> None:
        self.text, self.path, self.first, self.margins = text, path, first, margins
        self.result = Yaml(places={"": Place(first)})
        self.problems: list[Problem] = []
        self.anchors: dict[str, tuple[Any, int] | None] = {}  # value and size; None: still open
        self.count = 0
        # Editors count line feeds only, libyaml also U+2028 and its like.
        self.ends = [m.start() for m in re.finditer("\n", text)]

    def place(self, mark: Any) -> Place:
        return self.at(mark.index)

    def at(self, index: int) -> Place:
        above = bisect_right(self.ends, index - 1)
        margin = self.margins[above] if above < len(self.margins) else 0
        column = index - (self.ends[above - 1] if above else -1)
        return Place(self.first + above, 0 if margin is None else margin + column)

    def wrong(self, mark: Any, what: str, right: str) -> None:
        self.problems.append(Problem.at(self.path, self.place(mark), what, right))

    def malformed(self, error: yaml.MarkedYAMLError) -> Problem:
        """A fault in the form, where it began if its end is that of the text."""
        reason, mark = str(error.problem), error.problem_mark
        if error.context_mark is not None and ("end of stream" in reason or "flow" in str(error)):
            mark = error.context_mark
        place = self.place(mark) if mark is not None else Place(self.first)
        if mark is not None and self.text[mark.index : mark.index + 1] == "\t":
            return Problem.at(self.path, place, "not valid YAML: a tab", "Indent with blanks.")
        return Problem.at(self.path, place, f"not valid YAML: {reason}", QUOTES)

    def document(self) -> Any:
        if len(self.text) > LONGEST:
            what = f"{len(self.text):,} characters of YAML"
            raise _Unreadable(Place(self.first), what, f"At most {LONGEST:,} are read.")
        if found := CONTROL.search(self.text):
            what = f"the character U+{ord(found[0]):04X} cannot stand in YAML"
            raise _Unreadable(self.at(found.start()), what, "Take it out.")
        self.events = yaml.parse(self.text, Loader=LOADER)
        next(self.events)  # the stream's beginning
        if isinstance(next(self.events), StreamEndEvent):
            return None
        value = self.node(next(self.events), "", 0)
        next(self.events)  # the document's end
        if isinstance(event := next(self.events), DocumentStartEvent):
            self.wrong(event.start_mark, "a second document begins", "A file holds one: no '---'.")
        return value

    def node(self, event: Any, place: str, depth: int) -> Any:
        if isinstance(event, AliasEvent):
            return self.alias(event)
        before = self.count
        self.counted(event, 1)
        if event.anchor:
            self.anchors[event.anchor] = None
        if depth > DEEPEST:
            at = self.place(event.start_mark)
            raise _Unreadable(at, f"more than {DEEPEST} levels", "Nest less deeply.")
        if isinstance(event, ScalarEvent):
            self.tagged(event, SCALARS)
            self.counted(event, len(event.value) // 100)
            value = self.scalar(event, place)
        elif isinstance(event, SequenceStartEvent):
            self.tagged(event, {TAG + "seq"})
            value = self.sequence(place, depth)
        else:
            self.tagged(event, {TAG + "map"})
            value = self.mapping(place, depth)
        if event.anchor:
            self.anchors[event.anchor] = value, self.count - before
        return value

    def tagged(self, event: Any, known: set[str]) -> None:
        if event.tag and event.tag != "!" and event.tag not in known:
            what = f"the tag '{event.tag}' means nothing here"
            self.wrong(event.start_mark, what, "Write plain text, numbers, lists and mappings.")

    def counted(self, event: Any, number: int) -> None:
        self.count += number
        if self.count > MOST:
            at = self.place(event.start_mark)
            raise _Unreadable(at, f"more than {MOST:,} values, aliases included", "Write fewer.")

    def alias(self, event: AliasEvent) -> Any:
        known = self.anchors.get(event.anchor, ())
        if not known:
            what = f"the alias '*{event.anchor}' " + (
                "stands inside of what it names" if known is None else "names nothing"
            )
            raise _Unreadable(self.place(event.start_mark), what, "Write out what is meant.")
        value, size = known
        self.counted(event, size)
        return value

    def children(self) -> Iterator[Any]:
        for event in self.events:
            if isinstance(event, CollectionEndEvent):
                return
            yield event

    def sequence(self, place: str, depth: int) -> list[Any]:
        values: list[Any] = []
        for event in self.children():
            name = f"{place}{len(values)}"
            self.result.places[name] = self.place(event.start_mark)
            values.append(self.node(event, f"{name}.", depth + 1))
        return values

    def mapping(self, place: str, depth: int) -> dict[str, Any]:
        values: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        where: dict[str, Place] = {}
        for event in self.children():
            at = self.place(event.start_mark)
            merges = isinstance(event, ScalarEvent) and event.value == "<<" and event.implicit[0]
            key = "<<" if merges else self.key(event, depth)
            if key in where:
                what = f"'{key}' stands twice, in line {where[key].line} and here"
                self.wrong(event.start_mark, what, "Keep one of the two.")
            where[key] = at
            self.result.places.setdefault(place + key, at)
            value = self.node(next(self.events), "" if merges else f"{place}{key}.", depth + 1)
            if not merges:
                values.setdefault(key, value)
                continue
            parts = value if isinstance(value, list) else [value]
            if all(isinstance(part, dict) for part in parts):
                merged = {k: v for part in reversed(parts) for k, v in part.items()}
            else:
                self.wrong(event.start_mark, "'<<' takes a mapping", "Write '<<: *name'.")
        return merged | values

    def key(self, event: Any, depth: int) -> str:
        if isinstance(event, ScalarEvent) and _tag_of(event) == TEXT:
            return str(self.node(event, "", depth + 1))
        shown = event.value if isinstance(event, ScalarEvent) else "of several parts"
        what = f"the key {shown} is not text"
        self.wrong(event.start_mark, what, "Put it between quotes, if it is meant.")
        if not isinstance(event, ScalarEvent):
            self.node(event, "", depth + 1)
        return str(shown)

    def scalar(self, event: ScalarEvent, place: str) -> Any:
        text, tag = str(event.value), _tag_of(event)
        if tag == TEXT or tag not in SCALARS:
            if CONTROL.search(text):
                what = "an escape that stands for a control character"
                self.wrong(event.start_mark, what, "Take it out.")
            if tag in (TAG + "value", TAG + "merge"):
                self.wrong(event.start_mark, f"'{text}' alone means nothing", QUOTES)
            return text
        try:
            value = _value(text, tag)
        except (ArithmeticError, AttributeError, LookupError, ValueError):
            kind = "date" if tag.endswith("timestamp") else "number that can be kept"
            what = f"'{text[:40]}{'…' * (len(text) > 40)}' is no {kind}"
            self.wrong(event.start_mark, what, "Put it between quotes, if it is meant as text.")
            return text
        if isinstance(value, datetime.date):
            self.result.dates[place.rstrip(".")] = value.isoformat()
            return value.isoformat()
        return value


_SAFE = SafeConstructor()
_IMPLICIT = Resolver.yaml_implicit_resolvers


def _tag_of(event: ScalarEvent) -> str:
    """Its own tag, or that of text without quotes as YAML 1.1 has it."""
    if event.tag not in (None, "!") or not event.implicit[0]:
        return str(event.tag or TEXT)
    for tag, pattern in _IMPLICIT.get(event.value[:1], ()):
        if pattern.match(event.value):
            return str(tag)
    return TEXT


def _value(text: str, tag: str) -> Any:
    """What text means under a tag; raises what PyYAML raises, and ValueError for numbers that no
    JSON could hold."""
    if len(text) > 100:  # to find its value would take longer the longer it is
        raise ValueError
    value = SafeConstructor.yaml_constructors[tag](_SAFE, yaml.ScalarNode(tag, text))
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError
    if isinstance(value, int) and abs(value) >= 2**63:
        raise ValueError
    return value
