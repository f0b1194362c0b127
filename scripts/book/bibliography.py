"""BibTeX files as plain data."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

from scripts.core.memo import remember
from scripts.core.problems import Place, Problem, read_text
from scripts.core.system.deadline import OutOfTime, within

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
PROSE = ("title", "year")  # what is read of a work besides its people and addresses
ADDRESSES = ("url", "doi", "eprint")  # no prose: `~` in them is no space
NOT_PRINTED = ("abstract", "annote", "file", "keywords")
LONGEST = 5_000_000  # characters; 40,000 works
SECONDS = 15.0  # of processor time
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


class Bibliography(NamedTuple):
    """Works by key; where each stands; what keeps files from being read; what else is wrong with
    works, for which only a newsletter is refused: of others nobody may cite them."""

    works: dict[str, dict[str, str]]
    places: dict[str, tuple[str, Place]]  # file, place
    problems: list[Problem]
    doubts: list[Problem]


def read_bibliography(root: Path, files: list[str]) -> Bibliography:
    """BibTeX files as {key: fields}: author ("Kitaev, Kaiser and Levskaya"), title, year, url,
    and date (ISO; the first day of the month or year where no day is given, the first of a span).
    """
    result = Bibliography({}, {}, [], [])
    for name in files:
        text, wrong = read_text(root / name, name)
        found = remember("bibliography", (name, text), partial(parsed, name, text or ""))
        result.works.update(found.works)
        result.places.update(found.places)
        result.problems.extend([*wrong, *found.problems])
        result.doubts.extend(found.doubts)
    return result


def parsed(name: str, text: str) -> Bibliography:
    """The works of one BibTeX file."""
    if len(text) > LONGEST:
        what = f"{len(text):,} characters of BibTeX"
        return Bibliography({}, {}, [Problem(name, 0, what, f"At most {LONGEST:,} are read.")], [])
    if control := CONTROL.search(text):
        line = text.count("\n", 0, control.start()) + 1
        what = f"the character U+{ord(control[0]):04X} cannot stand in BibTeX"
        return Bibliography({}, {}, [Problem(name, line, what, "Take it out.")], [])
    try:
        with within(SECONDS):
            return _parsed(name, text)
    except OutOfTime:
        what = f"reading it takes more than {SECONDS:.0f} s"
        return Bibliography({}, {}, [Problem(name, 0, what, "Look for braces without end.")], [])


class _Entry(NamedTuple):
    kind: str
    key: str
    fields: dict[str, str]  # in lower case
    place: Place


def _parsed(name: str, text: str) -> Bibliography:
    result = Bibliography({}, {}, [], [])
    entries = list(_entries(name, text, result.problems))
    for entry in entries:
        place = partial(Problem.at, name, entry.place)
        try:
            work = _work(entry.fields)
        except Exception as error:  # pybtex and latexcodec raise many kinds
            reason = str(error).split("\n")[0] or type(error).__name__
            what = f"'{entry.key}' can't be read: {reason}"
            result.problems.append(place(what, "Look at its braces, backslashes and names."))
            continue
        date, fault = date_of(entry.fields)
        if date:
            work["date"] = date
        if fault:
            right = "Such as 'year = {2020}, month = feb, day = {3}' or 'date = {2020-02-03}'."
            result.doubts.append(place(f"'{entry.key}': {fault}", right))
        result.doubts.extend(place(*fault) for fault in _unprintable(entry))
        result.works[entry.key] = work
        result.places[entry.key] = name, entry.place
    return result


def _entries(name: str, text: str, problems: list[Problem]) -> Iterator[_Entry]:
    """The entries of a file; what is wrong with their form goes to ``problems``."""
    from pybtex.database.input.bibtex import LowLevelParser, month_names
    from pybtex.scanner import PrematureEOF, PybtexSyntaxError
    from pybtex.utils import CaseInsensitiveDict

    def begin() -> Place:
        start = parser.command_start
        return Place(text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start))

    def wrong(error: PybtexSyntaxError) -> None:
        at = begin() if isinstance(error, PrematureEOF) else Place(error.lineno)
        reason = re.sub(r"^syntax error in line \d+: | in line \d+(?=:)", "", str(error))
        problems.append(Problem.at(name, at, f"not valid BibTeX: {reason}"))

    parser = LowLevelParser(text, handle_error=wrong, macros=CaseInsensitiveDict(month_names))
    known: dict[str, Place] = {}
    parents: dict[str, str] = {}
    for command, body in parser:
        if command.lower() in ("string", "preamble", "comment"):
            continue
        key, parts = body
        at = begin()
        if key is None:  # the parser said why
            continue
        if key.lower() in known:
            what = f"'{key}' stands already in line {known[key.lower()].line}"
            problems.append(Problem.at(name, at, what, "Every work has a key of its own."))
            continue
        known[key.lower()] = at
        fields: dict[str, str] = {}
        for field, values in parts:
            if field.lower() in fields:
                problems.append(Problem.at(name, at, f"'{key}' has two fields '{field}'"))
            fields.setdefault(field.lower(), " ".join("".join(values).split()))
        parents[key.lower()] = fields.get("crossref", "").lower()
        yield _Entry(command.lower(), key, fields, at)
    for key, at in known.items():
        if _cycles(key, parents):
            what = f"'{key}' refers by 'crossref' to itself"
            problems.append(Problem.at(name, at, what, "Take one 'crossref' out."))


def _cycles(key: str, parents: Mapping[str, str]) -> bool:
    seen = {key}
    above = parents[key]
    while above in parents and above not in seen:
        seen.add(above)
        above = parents[above]
    return above == key


def _unprintable(entry: _Entry) -> Iterator[tuple[str, str]]:
    """Why Sphinx, which formats a work with pybtex, would stop at it: what, and what is right."""
    from pybtex.style.formatting.unsrt import Style

    if not hasattr(Style, f"get_{entry.kind}_template"):
        names = [name for name in dir(Style) if re.fullmatch(r"get_\w+_template", name)]
        known = ", ".join(f"@{name[4:-9]}" for name in names)
        yield (
            f"'{entry.key}': works of the kind @{entry.kind} cannot be printed",
            f"Known: {known}.",
        )
    for name, text in entry.fields.items():
        if name in NOT_PRINTED or name in ADDRESSES:
            continue
        try:
            _untex(text)
        except Exception as error:
            yield f"'{entry.key}': {name} cannot be printed: {error}", "Look at its backslashes."


def _work(given: Mapping[str, str]) -> dict[str, str]:
    """What is kept of an entry's fields."""
    from pybtex.bibtex.utils import split_name_list
    from pybtex.database import Person

    fields = {name: _untex(given[name]) for name in PROSE if name in given}
    fields |= {name: given[name] for name in ADDRESSES if name in given}
    people = map(Person, split_name_list(given.get("author") or given.get("editor") or ""))
    fields["author"] = _and([_untex(" ".join([*p.prelast_names, *p.last_names])) for p in people])
    if "url" not in fields and "doi" in fields:
        fields["url"] = f"https://doi.org/{fields['doi']}"
    if "url" not in fields and "eprint" in fields:
        fields["url"] = f"https://arxiv.org/abs/{fields['eprint']}"
    return fields


def date_of(fields: Mapping[str, str]) -> tuple[str, str]:
    """The day (ISO) with which an entry's ``date``, or its year, month and day, begins: the first
    of the month or year where it says no more; "" without a year. And what is wrong, or ""."""
    name = "date" if fields.get("date") else "year"
    given = {key: fields[key] for key in (name, "month", "day") if fields.get(key)}
    found = DATE.search(given.get(name, ""))
    fault = "no such date: " + ", ".join(f"{key} = {{{text}}}" for key, text in given.items())
    if found is None:
        return "", fault if given else ""
    year, month, day = found.groups()
    if name == "year":
        month, day = month or given.get("month"), day or given.get("day")
    date = datetime.date(int(year), 1, 1)
    try:
        if month:
            date = date.replace(month=_month(month))
        if month and day:
            date = date.replace(day=_number(day))
    except ValueError:
        return date.isoformat(), fault
    return date.isoformat(), ""


# A year, perhaps with a month and a day; not part of a longer number.
DATE = re.compile(
    r"(?<![0-9])((?!0000)[0-9]{4})(?![0-9])(?:-([0-9]{1,2})(?![0-9])(?:-([0-9]{1,2})(?![0-9]))?)?"
)


def _month(text: str) -> int:
    """The number of the first month that is named (``jul``, ``July/August``, ``7``)."""
    name = text[:3].lower()
    return MONTHS.index(name) + 1 if name in MONTHS else _number(text)


def _number(text: str) -> int:
    """The number with which a text begins (``3rd``, ``3--7``); raises `ValueError`."""
    found = re.match(r"[0-9]{1,2}(?![0-9])", text)
    if found is None:
        raise ValueError(text)
    return int(found[0])


def _and(names: list[str]) -> str:
    if len(names) > 3:
        return f"{names[0]} et al."
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _untex(text: str) -> str:
    from pybtex.richtext import Text

    return str(Text.from_latex(text))
