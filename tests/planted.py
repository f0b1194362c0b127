"""The bugs to plant in companion notebooks, as `tests/mutants/NAME.toml` lists them for NAME."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from scripts.book.cells import committed
from scripts.book.checks.parameters import parameter_names
from scripts.book.kept.bugs import PLANTED, planted_file, tried_of
from scripts.book.model import Book, Page
from scripts.core.problems import BookError, Place, Problem, did_you_mean
from scripts.core.untrusted.schema import TEXT, TEXTS, Schema, faults, mapping
from scripts.core.untrusted.yaml_data import Yaml

Profile = Literal["book", "smoke"]


@dataclass(frozen=True)
class Mutant:
    """A bug: ``find`` becomes ``replace``, and the checks in ``red`` must notice. Instead of red,
    the run stops (``crash``), or nothing can notice (``harmless`` says why)."""

    name: str
    find: str
    replace: str
    red: tuple[str, ...] = ()
    profile: Profile = "book"
    crash: bool = False
    harmless: str = ""


@dataclass(frozen=True)
class Planted:
    """The bugs of a notebook, and the parameters under which runs of the profile `book` look for
    them, where they aren't the notebook's own; ``digest``: that of its code and of their file."""

    page: Page
    mutants: tuple[Mutant, ...]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    digest: str = ""


# What the files may say -------------------------------------------------------------------------

PIECE: Schema = {"type": "string", "minLength": 1}
VALUE: Schema = {"type": ["number", "string", "boolean", "array"]}
MUTANT: Schema = {
    **mapping(
        ["name", "find", "replace"],
        name=TEXT,
        find={**PIECE, "description": "Text that stands exactly once in the notebook's code."},
        replace={"type": "string", "description": "What the bug makes of that text."},
        red={**TEXTS, "minItems": 1},
        profile={"enum": ["smoke"]},
        crash={
            "const": True,
            "title": "answer",
            "description": "Write crash = true or leave it out.",
        },
        harmless=PIECE,
    ),
    "oneOf": [{"required": [key]} for key in ("red", "crash", "harmless")],
    "description": "Name the checks that must notice it: red = [...]; else crash or harmless.",
}
SCHEMA = mapping(
    ["mutant"],
    parameters={"type": "object", "additionalProperties": VALUE},
    mutant={"type": "array", "items": MUTANT, "minItems": 1},
)


def planted(book: Book, names: Iterable[str] = ()) -> list[Planted]:
    """What stands in the files of these notebooks, or in all there are. Raises `BookError` with
    everything that is wrong in them."""
    known = {path.stem: path for path in sorted((book.root / PLANTED).glob("*.toml"))}
    problems: list[Problem] = []
    found: list[Planted] = []
    for name in names or known:
        if name not in known:
            right = did_you_mean(name, known)
            problems.append(Problem(PLANTED, 0, f"there is no file {name}.toml", right))
            continue
        text = known[name].read_text(encoding="utf-8")
        one, wrong = read_planted(book, name, text)
        problems += wrong
        if one:
            found.append(replace(one, digest=tried_of(book.root, name, one.page.small_sources)))
    if problems:
        raise BookError(problems)
    return found


def read_planted(book: Book, name: str, text: str) -> tuple[Planted | None, list[Problem]]:
    """The bugs that a file's text lists for the notebook ``name``, and all that is wrong with it;
    None if they can't be read."""
    path = planted_file(name)
    pages = {page.name: page for page in book.notebooks if page.notebook is not None}
    if name not in pages:
        what = f"no notebook is called '{name}'"
        return None, [Problem(path, 0, what, did_you_mean(name, pages))]
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        return None, [Problem(path, int(at[1]) if at else 0, f"no TOML: {error}")]
    lines = lines_of(text)
    problems = faults(Yaml(data, {key: Place(line) for key, line in lines.items()}), SCHEMA, path)
    if problems:
        return None, problems
    mutants = tuple(
        Mutant(**{**entry, "red": tuple(entry.get("red", ()))}) for entry in data["mutant"]
    )
    one = Planted(pages[name], mutants, data.get("parameters", {}))
    return one, [Problem(path, lines.get(at, 0), *said) for at, *said in _misfits(one)]


def lines_of(text: str) -> dict[str, int]:
    """The line of each place of a file, as `Yaml` names them: ``mutant.0``, ``mutant.0.find``."""
    found, where, count = {"": 1}, "", 0
    for number, line in enumerate(text.split("\n"), 1):
        if head := re.match(r"\[\[?(\w+)\]", line):
            where = head[1]
            found.setdefault(where, number)
            if where == "mutant":
                where, count = f"mutant.{count}", count + 1
                found[where] = number
        elif key := re.match(r"(\w+)\s*=", line):
            found.setdefault(f"{where}.{key[1]}".lstrip("."), number)
    return found


def _misfits(one: Planted) -> Iterator[tuple[str, str, str]]:
    """Where a file and its notebook don't fit: the place, what is wrong, what would be right."""
    names = parameter_names(one.page)
    for key in sorted(set(one.parameters) - names):
        what = f"the notebook has no parameter '{key}'"
        yield f"parameters.{key}", what, did_you_mean(key, names)
    sources = one.page.small_sources
    checks = list(committed(sources))
    taken: set[str] = set()
    for number, mutant in enumerate(one.mutants):
        at = f"mutant.{number}"
        if mutant.name in taken:
            what = f"a second mutant is called '{mutant.name}'"
            yield f"{at}.name", what, "Every mutant has a name of its own, which says the bug."
        taken.add(mutant.name)
        times = sum(source.count(mutant.find) for source in sources)
        if times != 1:
            where = f"stands {times} times" if times else "doesn't stand"
            what = f"'{mutant.name}': the text to find {where} in the notebook's code"
            right = "Copy text that stands there exactly once, with its blanks and line ends."
            yield f"{at}.find", what, right
        if mutant.find == mutant.replace:
            what = f"'{mutant.name}' changes nothing"
            yield f"{at}.replace", what, "Write what the bug makes of the text."
        for id in mutant.red:
            if not any(check.pattern.fullmatch(id) for check in checks):
                what = f"'{mutant.name}': the notebook declares no check '{id}'"
                yield f"{at}.red", what, did_you_mean(id, [check.id for check in checks])
