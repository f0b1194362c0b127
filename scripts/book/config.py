"""`_config.yml` and `_toc.yml` as plain data, with what is wrong in them."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts.book.model import Addresses
from scripts.core import yaml_data
from scripts.core.problems import Problem, did_you_mean, read_text

# Sphinx writes these pages over those of a book; of `genindex` that is what books want.
RESERVED = {"search", "modindex", "py-modindex"}
SUFFIXES = (".md", ".ipynb", ".rst", ".myst", ".txt")

# Top-level keys that Jupyter Book 1.x knows (it ignores others in silence), and ours.
CONFIG_KEYS = {
    "title", "author", "email", "copyright", "logo", "project", "description", "exclude_patterns",
    "only_build_toc_files", "execute", "parse", "html", "latex", "launch_buttons", "repository",
    "sphinx", "bibtex_bibfiles", "bibtex_reference_style", "binder",
    "pdf_name", "pdf_issues", "fonts", "redirects", "edition_of",
}  # fmt: skip


def read_yaml(root: Path, name: str) -> tuple[dict[str, Any], list[Problem]]:
    """A YAML file of the root, empty where it is none, and what is wrong with it."""
    path = root / name
    if not path.exists():
        right = "A book's root holds _config.yml and _toc.yml; name it with --root DIR."
        return {}, [Problem(name, 0, "the file is missing", right)]
    text, problems = read_text(path, name)
    found, wrong = yaml_data.read_yaml(text or "", name)
    return found.data if isinstance(found.data, dict) else {}, problems + wrong


def read_config(root: Path) -> tuple[dict[str, Any], list[Problem]]:
    """`_config.yml`, and what is wrong with it, unknown keys among it."""
    config, problems = read_yaml(root, "_config.yml")
    for key in sorted(set(config) - CONFIG_KEYS):
        line = line_of(root / "_config.yml", rf"{re.escape(key)}\s*:")
        what = f"unknown key '{key}'; Jupyter Book would ignore it in silence"
        problems.append(Problem("_config.yml", line, what, did_you_mean(key, CONFIG_KEYS)))
    if not re.fullmatch(r"[^\W_][\w.-]*", str(config.get("pdf_name", "book"))):
        line = line_of(root / "_config.yml", r"pdf_name\s*:")
        what = f"pdf_name: '{config['pdf_name']}' is no name of a file"
        right = "Write letters, digits, '-', '.' and '_', without '.pdf': pdf_name: my-book"
        problems.append(Problem("_config.yml", line, what, right))
    return config, problems


def line_of(path: Path, pattern: str) -> int:
    """1-based line that begins with ``pattern`` (after blanks and a list mark), else 0."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    matches = (n for n, line in enumerate(lines, 1) if re.match(rf"\s*(-\s*)?{pattern}", line))
    return next(matches, 0)


def read_toc(root: Path, config: dict[str, Any]) -> tuple[list[str], list[Problem]]:
    """Source paths in the order of the contents, then those that Jupyter Book builds besides; and
    what is wrong with the contents."""
    from sphinx_external_toc.parsing import MalformedError, parse_toc_data

    data, problems = read_yaml(root, "_toc.yml")
    if not data:
        return [], problems
    try:
        site_map = parse_toc_data(data)
    except (MalformedError, KeyError) as error:
        return [], [*problems, Problem("_toc.yml", 0, f"malformed: {error}")]
    paths = []
    for docname in _docnames(root, site_map, site_map.root.docname):
        path = source_path(root, docname)
        if not inside(root, path or docname) or ".." in docname.split("/"):
            right = "Pages lie below the book's folder: 'file: folder/page'."
            problems.append(
                _at_entry(root, docname, f"'{docname}' lies outside of the book", right)
            )
        elif path is None:
            problems.append(_without_file(root, docname))
        else:
            paths.append(path)
            if docname in RESERVED:
                what = f"'{docname}' is the name of a page that the site makes itself"
                problems.append(_at_entry(root, docname, what, "Give the file another name."))
    if not config.get("only_build_toc_files"):
        excluded = ["_build/*", ".*", "*/.*", *(config.get("exclude_patterns") or [])]
        for file in sorted(root.rglob("*")):
            path = file.relative_to(root).as_posix()
            if (
                file.suffix in (".md", ".ipynb")
                and file.is_file()
                and not any(fnmatch.fnmatch(path, pattern) for pattern in excluded)
            ):
                paths.append(path)
    return list(dict.fromkeys(paths)), problems


def _docnames(root: Path, site_map: Any, docname: str) -> Iterator[str]:
    """A page of the contents, and those below it."""
    yield docname
    for subtree in site_map[docname].subtrees:
        for entry in subtree.items:
            if isinstance(entry, str) and entry in site_map:
                yield from _docnames(root, site_map, str(entry))
            elif hasattr(entry, "url"):
                continue
            elif str(entry).startswith("/") or ".." in str(entry).split("/"):
                yield str(entry)  # to be refused
            else:  # a glob
                files = [p for p in root.glob(str(entry)) if p.suffix in SUFFIXES]
                yield from sorted({p.with_suffix("").relative_to(root).as_posix() for p in files})


def _without_file(root: Path, docname: str) -> Problem:
    near = [p.stem for p in (root / docname).parent.glob("*") if p.suffix in SUFFIXES]
    hint = did_you_mean(docname.rsplit("/", 1)[-1], near)
    right = f"Create {docname}.md or take the entry out. {hint}"
    return _at_entry(root, docname, f"'{docname}' has no file", right)


def _at_entry(root: Path, docname: str, what: str, right: str) -> Problem:
    line = line_of(root / "_toc.yml", rf"(file|root)\s*:\s*['\"]?{re.escape(docname)}\b")
    return Problem("_toc.yml", line, what, right)


def source_path(root: Path, docname: str) -> str | None:
    """The source of a page under the root, or None."""
    names = [docname, *(docname + suffix for suffix in SUFFIXES)]
    return next((name for name in names if (root / name).is_file()), None)


def inside(root: Path, path: str) -> bool:
    """Whether a path, with its links followed, lies below the root and is written as such."""
    return not Path(path).is_absolute() and (root / path).resolve().is_relative_to(root.resolve())


def addresses_of(config: dict[str, Any]) -> Addresses:
    """Where the publication lives."""
    repository = config.get("repository") or {}
    html = config.get("html") or {}
    return Addresses(
        site=str(html.get("baseurl") or "").rstrip("/"),
        repository=str(repository.get("url") or "").rstrip("/"),
        branch=str(repository.get("branch") or "main"),
        path=str(repository.get("path_to_book") or "").strip("/"),
    )
