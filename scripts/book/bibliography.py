"""BibTeX files as plain data."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from scripts.core.memo import remember
from scripts.core.problems import Problem, read_text

MONTHS = {
    name: n
    for n, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}

ADDRESSES = ("url", "doi", "eprint")  # not prose: `~` in them is no space


def read_bibliography(
    root: Path, files: list[str]
) -> tuple[dict[str, dict[str, str]], list[Problem]]:
    """BibTeX files as {key: fields}: author ("Kitaev, Kaiser and Levskaya"), title, year, url,
    and date (ISO; the first day of the month or year where no day is given)."""
    result: dict[str, dict[str, str]] = {}
    problems: list[Problem] = []
    for name in files:
        if not (root / name).exists():
            problems.append(Problem(name, 0, "the bibliography file is missing"))
            continue
        text, wrong = read_text(root / name, name)
        works, found = remember("bibliography", (name, text), partial(parsed, name, text or ""))
        result |= works
        problems += [*wrong, *found]
    return result, problems


def parsed(name: str, text: str) -> tuple[dict[str, dict[str, str]], list[Problem]]:
    """The works of one BibTeX file."""
    from pybtex.database import parse_string
    from pybtex.exceptions import PybtexError
    from pybtex.textutils import normalize_whitespace

    try:
        data = parse_string(text, "bibtex")
    except PybtexError as error:
        line = getattr(error, "lineno", None) or 0
        return {}, [Problem(name, int(line), f"not valid BibTeX: {error}")]
    result: dict[str, dict[str, str]] = {}
    for key, entry in data.entries.items():
        fields = {
            name: value if name in ADDRESSES else _untex(normalize_whitespace(value))
            for name, value in entry.fields.items()
        }
        people = entry.persons.get("author") or entry.persons.get("editor") or []
        names = [_untex(" ".join([*p.prelast_names, *p.last_names])) for p in people]
        fields["author"] = _and(names)
        if "url" not in fields and "doi" in fields:
            fields["url"] = f"https://doi.org/{fields['doi']}"
        if "url" not in fields and "eprint" in fields:
            fields["url"] = f"https://arxiv.org/abs/{fields['eprint']}"
        if "date" not in fields and fields.get("year", "").isdigit():
            month = MONTHS.get(fields.get("month", "")[:3].lower(), 1)
            fields["date"] = f"{fields['year']}-{month:02d}-{int(fields.get('day', 1)):02d}"
        result[key] = fields
    return result, []


def _and(names: list[str]) -> str:
    if len(names) > 3:
        return f"{names[0]} et al."
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _untex(text: str) -> str:
    from pybtex.richtext import Text

    return str(Text.from_latex(text))
