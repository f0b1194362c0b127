"""`_toc.yml`: the pages of a book in their order, with what is wrong in it."""

from __future__ import annotations

import fnmatch
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any
from unicodedata import normalize

from scripts.book.config import GLOB, MAP, TOC, WORDS, YES, inside, read_file
from scripts.core.files import other_files
from scripts.core.problems import Place, Problem, did_you_mean
from scripts.core.untrusted.schema import FLAG, TEXT, Schema, divided, mapping
from scripts.core.untrusted.yaml_data import Yaml

# Sphinx writes these pages over those of a book; of `genindex` that is what books want.
RESERVED = {"search", "modindex", "py-modindex"}
SUFFIXES = (".md", ".ipynb", ".rst", ".myst", ".txt")

OPTIONS: dict[str, Schema] = {
    "caption": WORDS,
    **dict.fromkeys(("hidden", "reversed", "titlesonly"), FLAG),
    "restart_numbering": YES,
    "maxdepth": {"type": "integer", "minimum": -1, "maximum": 100},
    "numbered": {"type": ["boolean", "integer"], "minimum": 0, "maximum": 999},
    "style": {"type": ["string", "array"]},
}
NAME: Schema = {**TEXT, "title": "name of a page", "maxLength": 500}
# The keys of parts, of what they hold, and of what that holds: by the format of the contents.
FORMATS = {
    "jb-book": ("parts", "chapters", "sections"),
    "jb-article": ("subtrees", "sections", "sections"),
    "default": ("subtrees", "entries", "entries"),
}


def schema(form: str) -> Schema:
    """The schema of a table of contents, by its format."""
    parts, first, deeper = FORMATS[form]

    def list_of(kind: str) -> Schema:
        return {"type": "array", "minItems": 1, "items": {"$ref": f"#/$defs/{kind}"}}

    def part(key: str) -> Schema:
        return mapping([key], **OPTIONS, **{key: list_of("entry")})

    own: dict[str, Schema] = {"title": WORDS, "options": mapping(**OPTIONS)}
    entry = mapping(
        file=NAME, glob=GLOB, url=TEXT, **own,
        **{deeper: list_of("entry"), "subtrees": list_of("part")},
    )  # fmt: skip
    entry["if"] = {"type": "object"}
    entry["then"] = {
        "oneOf": [{"required": [key]} for key in ("file", "glob", "url")],
        "dependentRequired": {key: ["file"] for key in (deeper, "subtrees")},
    }
    top = mapping(
        ["root"], root=NAME, format={"enum": list(FORMATS)}, meta=MAP, defaults=mapping(**OPTIONS),
        **own, **{first: list_of("entry"), parts: list_of("first")},
    )  # fmt: skip
    top["description"] = "It begins with lines such as 'format: jb-book' and 'root: index'."
    return {**top, "$defs": {"entry": entry, "part": part(deeper), "first": part(first)}}


def read_toc(root: Path, config: dict[str, Any]) -> tuple[list[str], list[Problem], list[Problem]]:
    """Source paths in the order of the contents, then those that Jupyter Book builds besides; what
    is wrong with the contents, and their unknown keys."""
    yaml, problems = read_file(root, TOC)
    given = yaml.data.get("format", "default") if isinstance(yaml.data, dict) else None
    form = given if isinstance(given, str) and given in FORMATS else "jb-book"
    wrong, unknown = divided(yaml, schema(form), TOC)
    problems += wrong
    known = {problem.line for problem in problems}
    paths: dict[str, None] = {}
    besides = _sources(root, config.get("exclude_patterns") or [])
    for place, kind, name in _entries(yaml.data):
        if yaml.place(place).line in known:
            continue
        found = _globbed(besides, name) if kind == "glob" else [source_path(root, name) or ""]
        wrong = _entry(root, kind, name, found, paths, yaml.place(place))
        problems += wrong
        paths |= {} if wrong else dict.fromkeys(found)
    if yaml.readable and not problems:
        problems += _refused(yaml)
    if not config.get("only_build_toc_files"):
        paths |= {path: None for path in besides if path.endswith((".md", ".ipynb"))}
    for path in paths:
        if (root / path).is_symlink() and not inside(root, path):
            right = "Put the file itself here."
            problems.append(Problem(path, 0, "a link that leads out of the book", right))
    return list(paths), problems, unknown


def _entries(node: Any, place: str = "") -> Iterator[tuple[str, str, str]]:
    """Place, kind and value of every page and pattern, whatever else is wrong."""
    if isinstance(node, dict):
        for kind in ("root", "file", "glob"):
            if isinstance(node.get(kind), str) and node[kind].strip():
                yield f"{place}{kind}", kind, node[kind]
        for key in ("parts", "subtrees", "chapters", "sections", "entries"):
            yield from _entries(node.get(key), f"{place}{key}.")
    elif isinstance(node, list):
        for number, child in enumerate(node):
            yield from _entries(child, f"{place}{number}.")


def _entry(
    root: Path, kind: str, name: str, found: list[str], before: Collection[str], at: Place
) -> list[Problem]:
    """What is wrong with one entry, of which these sources were found."""
    if not inside(root, name) or ".." in name.split("/"):
        right = "Pages lie below the book's folder: 'file: folder/page'."
        return [Problem.at(TOC, at, f"'{name}' lies outside of the book", right)]
    if kind == "glob":
        return []
    if "" in found:
        near: list[str] = []
        with suppress(OSError):
            near = [p.stem for p in (root / name).parent.iterdir() if p.suffix in SUFFIXES]
        last = name.rsplit("/", 1)[-1]
        alike = [stem for stem in near if normalize("NFC", stem) == normalize("NFC", last)]
        hint = did_you_mean(last, near)
        if alike:  # which no reader could tell from what is there
            hint = "A file's name looks the same, but composes its accents otherwise: rename it."
        right = f"Create {name}.md or take the entry out. {hint}"
        return [Problem.at(TOC, at, f"'{name}' has no file", right)]
    if found[0] in before:
        return [Problem.at(TOC, at, f"'{name}' stands twice", "Every page has one place.")]
    if found[0].rpartition(".")[0] in RESERVED:
        what = f"'{name}' is the name of a page that the site makes itself"
        return [Problem.at(TOC, at, what, "Give the file another name.")]
    return []


def _refused(yaml: Yaml) -> list[Problem]:
    """What Sphinx' own reading of the contents refuses: the build would stop there."""
    from sphinx_external_toc.parsing import MalformedError, parse_toc_data

    try:
        parse_toc_data(yaml.data)
    except MalformedError as error:
        what, _, rest = str(error).partition(" @ '")
        place, _, reason = rest.partition("'")
        at = yaml.place(".".join(part for part in place.split("/") if part))
        return [Problem.at(TOC, at, f"malformed: {what}{reason}")]
    return []


def _sources(root: Path, patterns: list[str]) -> list[str]:
    """All sources of the folder but those left out; what is hidden isn't walked, as an environment
    has tens of thousands of files."""
    paths = [p for p in other_files(root, {"_build"}) if PurePosixPath(p).suffix in SUFFIXES]
    return [p for p in paths if not any(fnmatch.fnmatch(p, pattern) for pattern in patterns)]


def _globbed(paths: list[str], pattern: str) -> list[str]:
    """The sources whose docnames fit, as Sphinx finds them; each docname once."""
    from sphinx.util.matching import patfilter

    by_name = {path.rpartition(".")[0]: path for path in reversed(paths)}
    return [by_name[name] for name in sorted(patfilter(by_name, pattern))]


def source_path(root: Path, docname: str) -> str | None:
    """The source of a page under the root, or None."""
    for name in (docname, *(docname + suffix for suffix in SUFFIXES)):
        with suppress(OSError):  # a name too long
            if (root / name).is_file():
                return name
    return None
