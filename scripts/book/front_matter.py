"""The head of a page in YAML, and the strict schema that issues and companion notebooks have.

The schema is fixed: every later notebook uses these keys and no others. Keys that Jupyter,
jupytext and MyST own are let through. Of pages that are neither issue nor companion notebook, these
alone are looked at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from scripts.core.problems import Place, Problem
from scripts.core.untrusted.schema import DATE, FLAG, TEXT, TEXTS, Schema, faults, mapping
from scripts.core.untrusted.yaml_data import Yaml, read_yaml


@dataclass(frozen=True)
class FrontMatter:
    """The front matter of a page; ``yaml`` has its places."""

    data: dict[str, Any] = field(default_factory=dict)
    yaml: Yaml = field(default_factory=Yaml)
    end: int = 0  # number of lines that it takes, both fences included


HEAD = re.compile(r"---[ \t]*\n(.*?\n)?---[ \t]*(\n|$)", re.S)


def without_head(text: str) -> tuple[int, list[str]]:
    """How many lines the front matter takes, and the lines below it."""
    match = HEAD.match(text)
    end = match.group(0).count("\n") if match else 0
    return end, text.split("\n")[end:]


def front_matter(text: str, path: str) -> tuple[FrontMatter, list[Problem]]:
    """The YAML block at the head of ``text``, or an empty one, and what is wrong with it."""
    match = HEAD.match(text)
    if not match:
        if text.startswith("---\n"):
            right = "Close it with a line of three hyphens before the text begins."
            return FrontMatter(yaml=Yaml(readable=False)), [
                Problem(path, 1, "the front matter is never closed", right)
            ]
        return FrontMatter(), []
    end = match.group(0).count("\n")
    yaml, problems = read_yaml(match.group(1) or "", path, 2)
    yaml.places[""] = Place(1)
    problems = [replace(p, what=f"front matter: {p.what}") for p in problems]
    if yaml.data is not None and not isinstance(yaml.data, dict):
        problems += faults(yaml, {"type": "object", "description": NO_MAPPING}, path, WHERE)
        yaml = Yaml(places=yaml.places, readable=False)
    return FrontMatter(yaml.data or {}, yaml, end), problems


WHERE = "front matter"
NO_MAPPING = "Write lines such as 'title: ...'."


def validate(head: FrontMatter, kind: str, path: str) -> list[Problem]:
    """Everything in a front matter that the schema of ``kind`` forbids, with its line."""
    yaml = head.yaml
    problems = faults(yaml, SCHEMAS[kind], path, WHERE) if head.data else []
    for place, text in yaml.dates.items() if kind != "page" else ():
        what = f"{WHERE}, '{place}': a date without quotes"
        key = place.rpartition(".")[2]
        right = f'Write {key}: "{text}"; Jupyter\'s own tools cannot store a YAML date.'
        problems.append(Problem.at(path, yaml.place(place), what, right))
    return problems


# The schema --------------------------------------------------------------------------------------

SECONDS: Schema = {
    "type": "number",
    "exclusiveMinimum": 0,
    "maximum": 30 * 24 * 3600,
    "description": "Seconds, such as 'deadline: 120'.",
}
MEBIBYTES: Schema = {
    "type": "integer",
    "exclusiveMinimum": 0,
    "maximum": 2**24,
    "description": "Peak memory in MiB, such as 'memory: 1024'.",
}
ANCHOR: Schema = {
    "type": "string",
    "title": "anchor of an item",
    "pattern": r"\A([a-z]{2}-)?i[0-9]{3,}-[a-z0-9]+(-[a-z0-9]+)*\Z",
    "description": "The anchor of an item, such as i002-reformer.",
}


NEEDS: dict[str, Schema] = {
    "deadline": SECONDS,  # for the whole notebook
    "memory": MEBIBYTES,  # peak resident memory of the kernel
    "gpu": FLAG,
    "datasets": TEXTS,  # names that the notebook passes to `data.fetch`
}
PROFILE_SETTINGS = mapping(parameters={"type": "object"}, **NEEDS)
MAPPING: Schema = {"type": "object"}
KERNEL: Schema = {
    "type": "object",
    "properties": dict.fromkeys(["name", "language", "display_name"], TEXT),
    "description": "{display_name: Python 3, language: python, name: python3}",
}
JUPYTER: dict[str, Schema] = {
    "kernelspec": KERNEL,
    **dict.fromkeys(["jupytext", "myst", "mystnb"], MAPPING),
}
COMMON: dict[str, Schema] = {
    "title": {**TEXT, "description": "For example 'title: Attention by hashing'."},
    "description": {**TEXT, "description": "One sentence: 'description: What it shows.'"},
    "date": DATE,  # first published
    "updated": DATE,
    "authors": {
        "type": "array",
        "minItems": 1,
        "items": mapping(["name"], name=TEXT, url=TEXT, affiliation=TEXT),
        "description": "A list such as 'authors: [{name: Ada Lovelace}]'.",
    },
    "tags": {**TEXTS, "description": "A list such as 'tags: [vision, training]'."},
    "lang": {
        "type": "string",
        "title": "language",
        "pattern": r"\A[a-z]{2}(-[A-Z]{2})?\Z",
        "description": "Such as en or de-AT.",
    },
    "bibliography": {**TEXTS, "description": "A list of keys of references.bib; [] if none."},
    "profiles": {  # `book`: the notebook's own defaults
        **mapping(smoke=PROFILE_SETTINGS, full=PROFILE_SETTINGS),
        "description": "At least 'profiles: {smoke: {parameters: {}}}'.",
    },
    "preload": TEXTS,  # modules worth importing before a kernel starts
    **JUPYTER,
    "kernelspec": {**KERNEL, "required": ["name", "language", "display_name"]},
    **NEEDS,
}
LEVELS = ["beginner", "intermediate", "advanced"]  # the easiest first
ALWAYS = ["title", "description", "date", "authors", "tags", "kernelspec"]
SCHEMAS: dict[str, Schema] = {
    "page": {"type": "object", "properties": JUPYTER},
    "issue": mapping(
        ["issue", *ALWAYS],
        issue={
            "type": "integer",
            "minimum": 1,
            "maximum": 99_999,
            "description": "The number of the issue, such as 'issue: 2'.",
        },
        original={  # what it is an edition of; an issue of our own has none
            **mapping(
                ["title", "author", "url", "date"],
                title=TEXT,
                author=TEXT,
                publisher=TEXT,
                url=TEXT,
                date=DATE,
            ),
            "description": "A mapping of title, author, url and date.",
        },
        edition=DATE,  # when it appeared here; `date` is the original's day
        translates=TEXT,  # docname of the issue that this is in another language
        translated={  # the version of each of its items that was translated, by its anchor
            "type": "object",
            "additionalProperties": {"type": "string", "pattern": r"\Av[0-9a-f]{8}\Z"},
            "description": "Versions by anchor, as `new --translation` writes them.",
        },
        **COMMON,
    ),
    "notebook": mapping(
        ["item", "level", "bibliography", "profiles", "deadline", "memory", *ALWAYS],
        item=ANCHOR,
        level={
            "enum": LEVELS,
            "description": f"One of {', '.join(LEVELS)}.",
        },
        prerequisites=TEXTS,  # what its text takes for known
        after={  # those that teach it
            **TEXTS,
            "description": "Names of notebooks that teach what it takes for known.",
        },
        finding={**TEXT, "description": "One sentence with its number: 'finding: What came out.'"},
        full_size={**TEXT, "description": "One sentence: what the recorded run found."},
        finding_check={**TEXT, "description": "The id of the check that the finding is about."},
        **COMMON,
    ),
}
