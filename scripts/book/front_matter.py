"""The head of a page in YAML, and the strict schema that issues and companion notebooks have.

The schema is fixed: every later notebook uses these keys and no others. Keys that Jupyter,
jupytext and MyST own are let through. Pages that are neither issue nor companion notebook have
no schema.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from scripts.core.problems import Problem, did_you_mean
from scripts.core.yaml_data import LOADER, plain_data


@dataclass(frozen=True)
class FrontMatter:
    """Front matter as data, with the 1-based line of each key (nested ones dotted:
    ``profiles.smoke.parameters.steps``)."""

    data: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    end: int = 0  # number of lines that it takes, both fences included
    bare_dates: tuple[str, ...] = ()  # keys whose value YAML reads as a date, not as text


def front_matter(text: str, path: str) -> tuple[FrontMatter, list[Problem]]:
    """The YAML block at the head of ``text``, or an empty one, and what is wrong with it."""
    match = re.match(r"---[ \t]*\n(.*?\n)?---[ \t]*(\n|$)", text, re.S)
    if not match:
        if text.startswith("---\n"):
            right = "Close it with a line of three hyphens before the text begins."
            return FrontMatter(), [Problem(path, 1, "the front matter is never closed", right)]
        return FrontMatter(), []
    source = match.group(1) or ""
    end = match.group(0).count("\n")
    try:
        node = yaml.compose(source, Loader=LOADER)
        data = yaml.load(source, Loader=LOADER) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else 1
        reason = getattr(error, "problem", None) or str(error)
        problem = Problem(
            path,
            line,
            f"the front matter is not valid YAML: {reason}",
            "Put text that holds ': ', '#' or quotes between double quotes.",
        )
        return FrontMatter(end=end), [problem]
    if not isinstance(data, dict):
        what = f"the front matter is a {type(data).__name__}, not a mapping"
        return FrontMatter(end=end), [Problem(path, 2, what, "Write lines such as 'title: ...'.")]
    lines: dict[str, int] = {}
    problems: list[Problem] = []
    _key_lines(node, "", lines, path, problems)
    bare = tuple(key for key, value in data.items() if isinstance(value, datetime.date))
    return FrontMatter(plain_data(data), lines, end, bare), problems


def _key_lines(
    node: yaml.Node | None, prefix: str, lines: dict[str, int], path: str, problems: list[Problem]
) -> None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            name, line = f"{prefix}{key.value}", key.start_mark.line + 2
            if name in lines:
                what = f"'{name}' stands twice in the front matter"
                problems.append(Problem(path, line, what, "Keep one of the two."))
            lines[name] = line
            _key_lines(value, f"{name}.", lines, path, problems)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            lines[f"{prefix}{index}"] = value.start_mark.line + 2
            _key_lines(value, f"{prefix}{index}.", lines, path, problems)


# The schema --------------------------------------------------------------------------------------

Schema = dict[str, Any]

TEXT: Schema = {"type": "string", "minLength": 1}
TEXTS: Schema = {"type": "array", "items": TEXT, "uniqueItems": True}
DATE: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"}
SECONDS: Schema = {"type": "number", "exclusiveMinimum": 0}
MEBIBYTES: Schema = {"type": "integer", "exclusiveMinimum": 0}
ANCHOR: Schema = {"type": "string", "pattern": r"^([a-z]{2}-)?i\d{3,}-[a-z0-9]+(-[a-z0-9]+)*$"}


def mapping(required: list[str], **properties: Schema) -> Schema:
    """A closed mapping: unknown keys are errors."""
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


NEEDS: dict[str, Schema] = {
    "deadline": SECONDS,  # for the whole notebook
    "memory": MEBIBYTES,  # peak resident memory of the kernel
    "gpu": {"type": "boolean"},
    "datasets": TEXTS,  # names that the notebook passes to `data.fetch`
}
PROFILE_SETTINGS = mapping([], parameters={"type": "object"}, **NEEDS)
COMMON: dict[str, Schema] = {
    "title": TEXT,
    "description": TEXT,  # one sentence
    "date": DATE,  # first published
    "updated": DATE,
    "authors": {
        "type": "array",
        "minItems": 1,
        "items": mapping(["name"], name=TEXT, url=TEXT, affiliation=TEXT),
    },
    "tags": TEXTS,
    "lang": {"type": "string", "pattern": "^[a-z]{2}(-[A-Z]{2})?$"},
    "translates": TEXT,  # docname of the page that this one translates
    "bibliography": TEXTS,  # keys of references.bib
    "profiles": mapping(
        [], smoke=PROFILE_SETTINGS, full=PROFILE_SETTINGS
    ),  # `book`: the notebook's own defaults
    "preload": TEXTS,  # modules worth importing before a kernel starts
    "kernelspec": {"type": "object", "required": ["name", "language", "display_name"]},
    "jupytext": {"type": "object"},
    "myst": {"type": "object"},
    "mystnb": {"type": "object"},
    **NEEDS,
}
ALWAYS = ["title", "description", "date", "authors", "tags", "kernelspec"]
SCHEMAS: dict[str, Schema] = {
    "issue": mapping(
        ["issue", "original", *ALWAYS],
        issue={"type": "integer", "minimum": 1},
        original=mapping(
            ["title", "author", "url", "date"],
            title=TEXT,
            author=TEXT,
            publisher=TEXT,
            url=TEXT,
            date=DATE,
        ),
        **COMMON,
    ),
    "notebook": mapping(
        ["item", "level", "bibliography", "profiles", "deadline", "memory", *ALWAYS],
        item=ANCHOR,
        level={"enum": ["beginner", "intermediate", "advanced"]},
        prerequisites=TEXTS,
        **COMMON,
    ),
}


def validate(front: dict[str, Any], lines: dict[str, int], kind: str, path: str) -> list[Problem]:
    """Everything in ``front`` that the schema of ``kind`` forbids, with its line."""
    errors = Draft202012Validator(SCHEMAS[kind]).iter_errors(front)
    return [problem for error in errors for problem in _problems(error, lines, path)]


def _problems(error: ValidationError, lines: dict[str, int], path: str) -> list[Problem]:
    place = ".".join(map(str, error.absolute_path))
    line = lines.get(place, 1)
    where = f"front matter, '{place}'" if place else "front matter"
    if error.validator == "additionalProperties":
        known = error.schema["properties"]
        unknown = sorted(set(error.instance) - set(known))
        prefix = f"{place}." if place else ""
        return [
            Problem(
                path,
                lines.get(prefix + key, line),
                f"{where}: unknown key '{key}'",
                did_you_mean(key, known),
            )
            for key in unknown
        ]
    if error.validator == "required":
        required = error.validator_value
        assert isinstance(required, list) and isinstance(error.instance, dict)
        # jsonschema reports each missing key on its own; the message names it in quotes.
        key = next(k for k in required if f"'{k}'" in error.message and k not in error.instance)
        return [Problem(path, line, f"{where}: '{key}' is missing", EXAMPLES.get(key, ""))]
    return [
        Problem(path, line, f"{where}: {error.message}", EXAMPLES.get(place.split(".")[-1], ""))
    ]


EXAMPLES = {
    "title": "For example 'title: Attention by hashing'.",
    "description": "One sentence: 'description: What the notebook shows.'",
    "date": "A date such as 2020-01-19.",
    "updated": "A date such as 2020-01-19.",
    "authors": "A list such as 'authors: [{name: Ada Lovelace}]'.",
    "tags": "A list such as 'tags: [vision, training]'.",
    "level": "One of beginner, intermediate, advanced.",
    "item": "The anchor of an item, such as i002-reformer.",
    "issue": "The number of the issue, such as 'issue: 2'.",
    "bibliography": "A list of keys of references.bib; [] if none.",
    "profiles": "At least 'profiles: {smoke: {parameters: {}}}'.",
    "deadline": "Seconds for the whole notebook, such as 'deadline: 120'.",
    "memory": "Peak memory in MiB, such as 'memory: 1024'.",
    "original": "A mapping of title, author, url and date.",
    "kernelspec": "{display_name: Python 3, language: python, name: python3}",
}
