"""`_config.yml` as plain data, with what is wrong in it.

What Jupyter Book 1.x documents stands here as a schema (its own is a part of it), with our keys.
Unknown keys, which it ignores in silence, are told apart: in other people's books they only warn.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts.core.addresses import Addresses
from scripts.core.problems import Place, Problem, read_text
from scripts.core.untrusted.schema import TEXT, Schema, divided, mapping
from scripts.core.untrusted.yaml_data import Yaml, read_yaml

CONFIG, TOC = "_config.yml", "_toc.yml"
PLACEHOLDER = "your-name"  # in an address that isn't known yet


def _of(*types: str, **more: Any) -> Schema:
    """One of these types, or nothing, which is the default."""
    return {"type": [*types, "null"], **more}


WORDS, YES, MAP = _of("string"), _of("boolean"), _of("object")
UTF8: Schema = {"enum": ["utf-8", "utf-8-sig"]}
LABEL = _of("string", "number")  # `copyright: 2023`
LIST = _of("array", items={"type": "string"})
LIST_OR_ONE = _of("array", "string", items={"type": "string"})
# A pattern with many stars takes for ever on a long name.
GLOB: Schema = {
    "type": "string",
    "title": "pattern of files",
    "pattern": r"\A(?!\Z)(?:[^*\n]*\*+){0,5}[^*\n]*\Z",
    "description": "Such as 'drafts/*' or '**/draft-*.md', with at most five stars.",
}
GLOBS = _of("array", items=GLOB)
SECONDS = _of("number", minimum=-1, maximum=30 * 24 * 3600)
LANGUAGE = _of("string", title="language", pattern=r"\A[a-z]{2,3}([-_@][A-Za-z0-9]+)*\Z")
PATH_OF_PAGE = r"\A(?!.*\.html/)(?:[\w~-][\w.~-]*/)*(?:[\w~-][\w.~-]*(?:\.html|/))\Z"

SPHINX = {
    **dict.fromkeys(("project", "author", "copyright", "html_title", "html_baseurl"), WORDS),
    **dict.fromkeys(("html_theme_options", "html_sidebars", "html_context"), MAP),
    **dict.fromkeys(("mathjax3_config", "numfig_format", "latex_elements"), MAP),
    **dict.fromkeys(("intersphinx_mapping", "myst_substitutions", "nb_custom_formats"), MAP),
    **dict.fromkeys(("extensions", "templates_path", "html_static_path", "html_extra_path"), LIST),
    **dict.fromkeys(("suppress_warnings", "myst_enable_extensions", "bibtex_bibfiles"), LIST),
    **dict.fromkeys(("html_css_files", "html_js_files"), _of("array")),
    **dict.fromkeys(("html_theme", "html_logo", "html_favicon", "bibtex_reference_style"), WORDS),
    **dict.fromkeys(("source_encoding", "html_output_encoding"), UTF8),
    "exclude_patterns": GLOBS,
    "language": LANGUAGE,
    "mathjax3_config": _of("object", properties={"tex": _of("object", properties={"macros": MAP})}),
}
SECTIONS = {
    "execute": mapping(
        execute_notebooks={"enum": ["auto", "cache", "force", "inline", "off", False, None]},
        **dict.fromkeys(("cache", "eval_regex"), WORDS),
        **dict.fromkeys(("allow_errors", "raise_on_error", "run_in_temp", "show_tb"), YES),
        stderr_output={
            "enum": ["show", "remove", "remove-warn", "warn", "error", "severe", None]
        },
        timeout=SECONDS,
        exclude_patterns=GLOBS,
    ),
    "parse": mapping(
        myst_enable_extensions=LIST,
        myst_url_schemes=_of("array", "object"),
        myst_substitutions=MAP,
        myst_dmath_double_inline=YES,
        myst_extended_syntax=YES,
    ),
    "html": mapping(
        **dict.fromkeys(("favicon", "extra_footer", "navbar_footer_text", "announcement"), WORDS),
        **dict.fromkeys(("baseurl", "google_analytics_id"), WORDS),
        **dict.fromkeys(("use_edit_page_button", "use_issues_button", "use_repository_button",
                         "use_multitoc_numbering", "home_page_in_navbar"), YES),
        analytics=_of("object", additionalProperties=WORDS),
        comments=_of("object", additionalProperties=_of("boolean", "object")),
    ),
    "latex": mapping(latex_engine=WORDS, latex_documents=MAP, use_jupyterbook_latex=YES),
    "launch_buttons": mapping(
        **dict.fromkeys(("notebook_interface", "binderhub_url", "jupyterhub_url", "colab_url",
                         "deepnote_url", "jupyterlite_url", "jupyterlite_ext"), WORDS),
        thebe=YES,
    ),
    "repository": mapping(url=WORDS, path_to_book=WORDS, branch=LABEL),
    "sphinx": mapping(
        extra_extensions=LIST_OR_ONE,
        local_extensions=_of("object", additionalProperties={"type": "string"}),
        recursive_update=YES,
        config=_of("object", properties=SPHINX),
    ),
}  # fmt: skip
SCHEMA = mapping(
    **dict.fromkeys(("title", "author", "copyright", "project"), LABEL),
    **dict.fromkeys(("email", "description", "logo", "bibtex_reference_style"), WORDS),
    **{name: {**section, "type": ["object", "null"]} for name, section in SECTIONS.items()},
    exclude_patterns=GLOBS,
    only_build_toc_files=YES,
    bibtex_bibfiles=LIST_OR_ONE,
    binder=MAP,
    pdf_name={
        "type": "string",
        "title": "name of a file",
        "pattern": r"\A[^\W_][\w.-]{0,99}\Z",
        "description": "Letters, digits, '-', '.' and '_', without '.pdf': pdf_name: my-book",
    },
    pdf_issues={"type": "integer", "minimum": 1},
    pdf_sections=LIST,
    fonts=TEXT,
    edition_of=TEXT,
    mailing=mapping(
        **{
            "from": {
                "type": "string",
                "title": "name and address",
                "pattern": r"\A(?:[^\r\n<>@]+ <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)\Z",
                "description": "Such as 'from: A newsletter <letters@example.org>'.",
            },
            "list_id": {
                "type": "string",
                "title": "id of a mailing list",
                "pattern": r"\A[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+\Z",
                "description": "Such as 'list_id: newsletter.example.org' (RFC 2919).",
            },
            "unsubscribe": {
                "type": "string",
                "title": "address",
                "pattern": r"\A(?:https:|mailto:)[^\s<>]+\Z",
                "description": "An https: or mailto: address (RFC 8058).",
            },
        }
    ),
    redirects=_of(
        "object",
        propertyNames={
            "title": "address of a page",
            "pattern": PATH_OF_PAGE,
            "description": "A path below the site's root that ends in '.html' or '/'.",
        },
        additionalProperties=TEXT,
        description="A mapping: 'redirects: {old/page.html: issues/002#i002-reformer}'.",
    ),
)
# What of it are paths of files or folders of the book.
PATHS = ["logo", "fonts", "html.favicon", "bibtex_bibfiles"] + [
    f"sphinx.config.{name}"
    for name in ("html_logo", "html_favicon", "templates_path", "html_static_path",
                 "html_extra_path", "bibtex_bibfiles")
]  # fmt: skip


def read_file(root: Path, name: str) -> tuple[Yaml, list[Problem]]:
    """A YAML file of the root, and what is wrong with it as YAML."""
    path = root / name
    if not path.exists():
        right = "A book's root holds _config.yml and _toc.yml; name it with --root DIR."
        return Yaml(readable=False), [Problem(name, 0, "the file is missing", right)]
    text, problems = read_text(path, name)
    if text is None:
        return Yaml(readable=False), problems
    return read_yaml(text, name)


def place_of(root: Path, name: str, key: str) -> Place:
    """Where a key of `_config.yml` or `_toc.yml` stands."""
    return read_file(root, name)[0].place(key)


def read_config(root: Path) -> tuple[dict[str, Any], list[Problem], list[Problem]]:
    """`_config.yml` without what it leaves open, what is wrong with it, and its unknown keys."""
    yaml, problems = read_file(root, CONFIG)
    yaml.data = {} if yaml.readable and yaml.data is None else yaml.data
    wrong, unknown = divided(yaml, SCHEMA, CONFIG)
    if not isinstance(yaml.data, dict):
        # Which files belong to the book is not known: what is in the others is no matter.
        return {"only_build_toc_files": True}, problems + wrong, unknown
    # A key whose line is faulty already isn't named again, so `wrong` doesn't tell of all of them.
    config = {key: value for key, value in yaml.data.items() if _fits(key, value)}
    for name in config.keys() & SECTIONS.keys():
        section = config[name] or {}
        config[name] = {key: value for key, value in section.items() if value is not None}
    config = {key: value for key, value in config.items() if value is not None}
    for key in config.keys() & {"title", "author", "copyright", "project"}:
        config[key] = str(config[key])
    problems += [*wrong, *_misplaced(root, config, yaml), *_buttons(config, yaml)]
    if files := config.get("bibtex_bibfiles"):
        files = [files] if isinstance(files, str) else files
        there = [name for name in files if _is_there(root / name)]
        config["bibtex_bibfiles"] = [name for name in there if inside(root, name)]
    return config, problems, unknown


def _fits(key: str, value: Any) -> bool:
    """What is typed wrongly must not reach what trusts it."""
    known = SCHEMA["properties"].get(key, {})
    return not divided(Yaml(value), known, CONFIG)[0]


def _misplaced(root: Path, config: dict[str, Any], yaml: Yaml) -> Iterator[Problem]:
    for place in PATHS:
        value: Any = config
        for key in place.split("."):
            value = (value or {}).get(key)
        for number, path in enumerate(value if isinstance(value, list) else [value]):
            if path and "://" not in path and not inside(root, path):
                what = f"{place}: '{path}' lies outside of the book"
                at = yaml.place(f"{place}.{number}")
                yield Problem.at(CONFIG, at, what, "Its files lie below the book's folder.")
            elif place == "fonts" and path and not _is_there(root / path, folder=True):
                what = f"fonts: there is no folder '{path}'"
                yield Problem.at(CONFIG, yaml.place(place), what, "Name a folder with font files.")
            elif place == "bibtex_bibfiles" and path and not _is_there(root / path):
                what = f"bibtex_bibfiles: there is no file '{path}'"
                right = "Name BibTeX files by their paths from the book's folder."
                yield Problem.at(CONFIG, yaml.place(f"{place}.{number}"), what, right)


def _is_there(path: Path, *, folder: bool = False) -> bool:
    try:
        return path.is_dir() if folder else path.is_file()
    except OSError:  # a name that is too long
        return False


def _buttons(config: dict[str, Any], yaml: Yaml) -> Iterator[Problem]:
    html = config.get("html", {})
    wanted = [f"use_{what}_button" for what in ("repository", "edit_page", "issues")]
    for key in wanted:
        if html.get(key) and not config.get("repository", {}).get("url"):
            what = f"html.{key}: the button needs the repository's address"
            right = "Write 'repository: {url: https://github.com/you/book}'."
            yield Problem.at(CONFIG, yaml.place(f"html.{key}"), what, right)


def inside(root: Path, path: str) -> bool:
    """Whether a path, with its links followed, lies below the root and is written as such."""
    real = os.path.realpath(root / path)  # Path.resolve raises for links in a circle
    return not Path(path).is_absolute() and Path(real).is_relative_to(os.path.realpath(root))


def addresses_of(config: dict[str, Any]) -> Addresses:
    """Where the publication lives. A placeholder is no address: nothing leads there."""
    repository = config.get("repository") or {}
    site, url = given_addresses(config)
    return Addresses(
        site="" if PLACEHOLDER in site else site,
        repository="" if PLACEHOLDER in url else url,
        branch=str(repository.get("branch") or "main"),
        path=str(repository.get("path_to_book") or "").strip("/"),
    )


def given_addresses(config: dict[str, Any]) -> tuple[str, str]:
    """Addresses of site and repository as they are written."""
    found = (config.get("html") or {}).get("baseurl"), (config.get("repository") or {}).get("url")
    site, repository = (str(address or "").rstrip("/") for address in found)
    return site, repository
