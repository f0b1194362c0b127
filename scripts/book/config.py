"""`_config.yml` and `_toc.yml` as plain data, with what is wrong in them."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from scripts.book.model import Addresses
from scripts.core import yaml_data
from scripts.core.problems import Problem, did_you_mean, read_text

SUFFIXES = (".md", ".ipynb", ".rst", ".myst", ".txt")

# Top-level keys that Jupyter Book 1.x knows (it ignores others in silence), and ours.
CONFIG_KEYS = {
    "title", "author", "email", "copyright", "logo", "project", "description", "exclude_patterns",
    "only_build_toc_files", "execute", "parse", "html", "latex", "launch_buttons", "repository",
    "sphinx", "bibtex_bibfiles", "bibtex_reference_style", "binder",
    "pdf_name", "pdf_issues", "fonts", "redirects", "edition_of",
}  # fmt: skip


def read_yaml(root: Path, name: str, problems: list[Problem]) -> dict[str, Any]:
    """A YAML file of the root; empty, and a problem more, where it is none."""
    path = root / name
    if not path.exists():
        right = "A book's root holds _config.yml and _toc.yml; name it with --root DIR."
        problems.append(Problem(name, 0, "the file is missing", right))
        return {}
    text = read_text(path, name, problems)
    try:
        data = yaml.load(text or "", Loader=yaml_data.LOADER) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problems.append(Problem(name, mark.line + 1 if mark else 0, f"not valid YAML: {error}"))
        return {}
    return data if isinstance(data, dict) else {}


def line_of(path: Path, pattern: str) -> int:
    """1-based line that begins with ``pattern`` (after blanks and a list mark), else 0."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    matches = (n for n, line in enumerate(lines, 1) if re.match(rf"\s*(-\s*)?{pattern}", line))
    return next(matches, 0)


def toc_paths(root: Path, config: dict[str, Any], problems: list[Problem]) -> Iterator[str]:
    """Source paths in toc order, then those that Jupyter Book builds besides."""
    from sphinx_external_toc.parsing import MalformedError, parse_toc_data

    data = read_yaml(root, "_toc.yml", problems)
    if not data:
        return
    try:
        site_map = parse_toc_data(data)
    except (MalformedError, KeyError) as error:
        problems.append(Problem("_toc.yml", 0, f"malformed: {error}"))
        return

    def walk(docname: str) -> Iterator[str]:
        yield docname
        for subtree in site_map[docname].subtrees:
            for entry in subtree.items:
                if isinstance(entry, str) and entry in site_map:
                    yield from walk(str(entry))
                elif hasattr(entry, "url"):
                    continue
                else:  # a glob
                    found = {
                        p.with_suffix("").relative_to(root).as_posix()
                        for p in root.glob(str(entry))
                        if p.suffix in SUFFIXES
                    }
                    yield from sorted(found)

    for docname in walk(site_map.root.docname):
        path = source_path(root, docname)
        if path is None:
            line = line_of(root / "_toc.yml", rf"(file|root)\s*:\s*['\"]?{re.escape(docname)}\b")
            folder = (root / docname).parent
            near = [p.stem for p in folder.glob("*") if p.suffix in SUFFIXES]
            hint = did_you_mean(docname.rsplit("/", 1)[-1], near)
            right = f"Create {docname}.md or take the entry out. {hint}"
            problems.append(Problem("_toc.yml", line, f"'{docname}' has no file", right))
        else:
            yield path
    if not config.get("only_build_toc_files"):
        excluded = ["_build/*", ".*", "*/.*", *(config.get("exclude_patterns") or [])]
        for file in sorted(root.rglob("*")):
            path = file.relative_to(root).as_posix()
            if file.suffix in (".md", ".ipynb") and not any(
                fnmatch.fnmatch(path, pattern) for pattern in excluded
            ):
                yield path


def source_path(root: Path, docname: str) -> str | None:
    """The source of a page under the root, or None."""
    if (root / docname).is_file():
        return docname
    found = (docname + suffix for suffix in SUFFIXES if (root / (docname + suffix)).is_file())
    return next(found, None)


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
