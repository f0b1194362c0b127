"""Profiles and the parameters that they set."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from scripts.book.model import Book, Page
from scripts.core.problems import Problem, did_you_mean


def wrong(book: Book) -> Iterator[Problem]:
    """Profiles may set only what the cell tagged `parameters` defines."""
    for page in book.pages:
        profiles = page.front.get("profiles")
        if page.kind == "page" or not isinstance(profiles, dict) or page.notebook is None:
            continue
        source, line = _parameters_cell(page)
        try:
            names = _assigned(source)
        except (SyntaxError, ValueError) as error:
            at = line + (getattr(error, "lineno", None) or 1) - 1
            what = f"the cell tagged 'parameters' is no Python: {error.args[0]}"
            yield Problem(page.path, at, what, "It holds assignments, and no magics.")
            continue
        for profile, settings in profiles.items():
            if not isinstance(settings, dict):
                continue
            for name in settings.get("parameters") or {}:
                if name not in names:
                    place = page.place(f"profiles.{profile}.parameters.{name}")
                    what = f"profile '{profile}' sets '{name}', which the notebook doesn't know"
                    right = did_you_mean(name, names) or "No cell is tagged 'parameters'."
                    yield Problem.at(page.path, place, what, right)


def parameter_names(page: Page) -> set[str]:
    """Names assigned in the cell tagged ``parameters``; raises `SyntaxError`."""
    return _assigned(_parameters_cell(page)[0])


def _parameters_cell(page: Page) -> tuple[str, int]:
    """The code of the cell tagged ``parameters`` and its line; none if there is no such cell."""
    cells = page.notebook.cells if page.notebook else []
    code = [cell for cell in cells if cell.cell_type == "code"]
    for cell, line in zip(code, page.code_lines, strict=True):
        if "parameters" in cell.metadata.get("tags", []):
            return cell.source, line
    return "", 0


def _assigned(source: str) -> set[str]:
    statements = ast.parse(source).body
    targets = [t for s in statements if isinstance(s, ast.Assign) for t in s.targets]
    targets += [s.target for s in statements if isinstance(s, ast.AnnAssign)]
    return {t.id for t in targets if isinstance(t, ast.Name)}
