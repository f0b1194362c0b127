"""`_config.yml` and `_toc.yml`: what is wrong has its line, what Jupyter Book documents passes."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest
from conftest import scripts

from scripts.book.config import PATHS, SCHEMA, read_config
from scripts.book.toc import read_toc

TOC = "format: jb-book\nroot: index\nchapters:\n- file: a\n"


def make(root: Path, config: str = "", toc: str = TOC) -> Path:
    (root / "sub").mkdir()
    for name in ("index", "a", "b", "search", "sub/c"):
        (root / f"{name}.md").write_text("# Page\n\nText.\n")
    (root / "a.bib").touch()
    (root / "_config.yml").write_text(config)
    (root / "_toc.yml").write_text(toc)
    return root


# what follows `title:`; a part of the one problem, which is in line 2
CONFIG = {
    "html: text": "html: 'text' is not a mapping",
    "html: {favicon: 3}": "html.favicon: 3 is not text",
    "html: {favicon: /etc/hostname}": "'/etc/hostname' lies outside of the book",
    "html: {use_issues_button: 3}": "3 is not true or false",
    "html: {use_issues_button: true}": "needs the repository's address",
    "html: {analytics: text}": "is not a mapping",
    "html: {comments: {hypothesis: text}}": "is not true or false or a mapping",
    "repository: text": "is not a mapping",
    "repository: {url: [a]}": "a list is not text",
    "sphinx: [a]": "a list is not a mapping",
    "sphinx: {config: text}": "sphinx.config: 'text' is not a mapping",
    "sphinx: {extra_extensions: 3}": "3 is not a list or text",
    "sphinx: {local_extensions: [a]}": "a list is not a mapping",
    "sphinx: {local_extensions: {a: }}": "nothing is not text",
    "sphinx: {config: {language: klingon of old}}": "'klingon of old' is no language",
    "sphinx: {config: {language: [en]}}": "a list is not text",
    "sphinx: {config: {html_static_path: [../..]}}": "'../..' lies outside of the book",
    "sphinx: {config: {source_encoding: nothing}}": "'nothing' is not one of utf-8, utf-8-sig",
    "sphinx: {config: {templates_path: 3}}": "3 is not a list",
    "sphinx: {config: {mathjax3_config: {tex: text}}}": "is not a mapping",
    "bibtex_bibfiles: 3": "3 is not a list or text",
    "bibtex_bibfiles: [3]": "bibtex_bibfiles.0: 3 is not text",
    "bibtex_bibfiles: ../x.bib": "'../x.bib' lies outside of the book",
    "exclude_patterns: text": "'text' is not a list",
    "exclude_patterns: ['*a*a*a*a*a*a*b']": "is no pattern of files",
    "only_build_toc_files: perhaps": "'perhaps' is not true or false",
    "execute: {timeout: lots}": "execute.timeout: 'lots' is not a number",
    "execute: {timeout: true}": "true is not a number",
    "execute: {timeout: 1.0e+300}": "greater than the maximum",
    "execute: {execute_notebooks: sometimes}": "'sometimes' is not one of auto, cache",
    "parse: {myst_enable_extensions: text}": "'text' is not a list",
    "latex: {latex_documents: [a]}": "a list is not a mapping",
    "launch_buttons: {thebe: text}": "'text' is not true or false",
    "author: [a]": "author: a list is not text or a number",
    "logo: ../logo.png": "'../logo.png' lies outside of the book",
    "fonts: [a]": "fonts: a list is not text",
    "fonts: nowhere": "there is no folder 'nowhere'",
    "fonts: ../fonts": "'../fonts' lies outside of the book",
    "bibtex_bibfiles: none.bib": "bibtex_bibfiles: there is no file 'none.bib'",
    "bibtex_bibfiles: [a.bib, 'x: y\\n z']": "bibtex_bibfiles: there is no file",
    f"bibtex_bibfiles: [{'x' * 300}]": "bibtex_bibfiles: there is no file 'xxx",
    f"fonts: {'x' * 300}": "fonts: there is no folder 'xxx",
    "pdf_name: 'a/b'": "'a/b' is no name of a file",
    'pdf_name: "a\\n"': "'a\\n' is no name of a file",
    "pdf_issues: 2.0": "2.0 is not a whole number",
    "pdf_issues: 0": "less than the minimum",
    "edition_of: [a]": "a list is not text",
    "redirects: {../x.html: index}": "'../x.html' is no address of a page",
    "redirects: {x.html: [a]}": "a list is not text",
    "title: again": "'title' stands twice, in line 1 and here",
}


@pytest.mark.parametrize("text", CONFIG)
def test_wrong_config(text: str, tmp_path: Path) -> None:
    _, problems, unknown = read_config(make(tmp_path, f"title: A\n{text}\n"))
    assert [(p.path, p.line) for p in problems] == [("_config.yml", 2)]
    assert CONFIG[text] in problems[0].what and not unknown


def test_a_value_of_a_wrong_type_on_a_line_that_is_faulty_already(tmp_path: Path) -> None:
    """The line is named once, and nothing trusts what it says."""
    for place in [*SCHEMA["properties"], *PATHS]:
        *sections, key = place.split(".")
        for value in ('{"\\v": 1}', '["\\v", {a: b}]', '[["\\v"]]', '"\\v"'):
            opened = "".join(f"{name}: {{" for name in sections)
            (tmp_path / "_config.yml").write_text(f"{opened}{key}: {value}{'}' * len(sections)}\n")
            _, problems, _ = read_config(tmp_path)
            assert [p.line for p in problems] == [1] * len(problems) and problems, place


@pytest.mark.parametrize("text", ["- a", "hello", "3", "true", "'"])
def test_config_that_is_no_mapping(text: str, tmp_path: Path) -> None:
    _, problems, _ = read_config(make(tmp_path, f"{text}\n"))
    assert [p.line for p in problems] == [1]


def test_several_faults_of_several_files_are_said_at_once(tmp_path: Path) -> None:
    root = make(tmp_path, "html: text\npdf_issues: x\nredirects: [a]\n", TOC + "- file: nowhere\n")
    (root / "a.md").write_text("---\ntitle: .nan\n---\n# A\n")
    result = scripts("check", "--root", root)
    lines = [line.split(": ")[1] for line in result.stderr.splitlines() if "error: " in line]
    assert lines == [
        "_config.yml:1:1", "_config.yml:2:1", "_config.yml:3:1", "_toc.yml:5:3", "a.md:2:8",
    ]  # fmt: skip


def test_unknown_keys_warn_in_other_peoples_books(tmp_path: Path) -> None:
    root = make(tmp_path, "titel: A\nhtml: {favicn: b}\n")
    result = scripts("check", "--root", root)
    assert result.returncode == 0, result.stderr
    assert (
        "warning: _config.yml:1:1: unknown key 'titel'\n    Did you mean 'title'?" in result.stdout
    )
    assert "warning: _config.yml:2:8: html: unknown key 'favicn'" in result.stdout
    result = scripts("run", "--root", root, "--strict")
    assert result.returncode == 1 and "error: _config.yml:1:1: unknown key" in result.stderr


def test_what_jupyter_book_documents_is_known(tmp_path: Path) -> None:
    package = importlib.util.find_spec("jupyter_book")
    assert package is not None and package.submodule_search_locations
    folder = Path(package.submodule_search_locations[0])

    def compare(theirs: dict[str, Any], ours: dict[str, Any]) -> None:
        for key, schema in theirs.get("properties", {}).items():
            if isinstance(ours.get("additionalProperties"), dict):
                continue
            assert key in ours["properties"]
            compare(schema, ours["properties"][key])

    compare(json.loads((folder / "config_schema.json").read_text()), SCHEMA)
    (tmp_path / "references.bib").touch()
    for name in ("default_config.yml", "book_template/_config.yml"):
        (tmp_path / "_config.yml").write_text((folder / name).read_text())
        config, problems, unknown = read_config(tmp_path)
        assert not problems and not unknown and config["title"]


@pytest.mark.parametrize(
    ("text", "config"),
    [
        ("", {}),
        ("html:\nsphinx: {config: , extra_extensions: }\n", {"html": {}, "sphinx": {}}),
        ("title: 2020\ncopyright: 2023\n", {"title": "2020", "copyright": "2023"}),
        ("title:\nlogo: ''\n", {"logo": ""}),
        ("bibtex_bibfiles: a.bib\n", {"bibtex_bibfiles": ["a.bib"]}),
        ("logo: https://example.org/a.png\n", {"logo": "https://example.org/a.png"}),
        ("execute: {execute_notebooks: off}\n", {"execute": {"execute_notebooks": False}}),
    ],
)  # fmt: skip
def test_what_is_left_open_is_the_default(text: str, config: Any, tmp_path: Path) -> None:
    assert read_config(make(tmp_path, text)) == (config, [], [])


HEAD = "format: jb-book\nroot: index\n"
# the contents, the line and a part of the one problem
CONTENTS = {
    "": (1, "is not a mapping"),
    "- file: a\n": (1, "a list is not a mapping"),
    "text\n": (1, "'text' is not a mapping"),
    "format: jb-book\n": (1, "'root' is missing"),
    "format: jb-book\nroot: [index]\n": (2, "root: a list is not text"),
    "format: jb-book\nroot: ''\n": (2, "'' is no name of a page"),
    "format: novel\nroot: index\n": (1, "'novel' is not one of jb-book, jb-article"),
    "format: [a]\nroot: index\n": (1, "a list is not one of"),
    HEAD + "defaults: text\n": (3, "defaults: 'text' is not a mapping"),
    HEAD + "options: {numbered: lots}\n": (3, "'lots' is not true or false or a whole number"),
    HEAD + "chapters: text\n": (3, "chapters: 'text' is not a list"),
    HEAD + "chapters: []\n": (3, "chapters: [] should be non-empty"),
    HEAD + "chapters:\n": (3, "chapters: nothing is not a list"),
    HEAD + "parts:\n- caption: a\n": (4, "parts.0: 'chapters' is missing"),
    HEAD + "parts:\n- {maxdepth: deep, chapters: [{file: a}]}\n": (4, "is not a whole number"),
    HEAD + "parts:\n- {style: odd, chapters: [{file: a}]}\n": (4, "style must be one of"),
    HEAD + "chapters:\n- file: a\nparts:\n- chapters:\n  - file: b\n": (1, "Both 'parts' and"),
}
# one entry of the chapters, in line 5
ENTRIES = {
    "file: [a]": "chapters.1.file: a list is not text",
    "file: 3": "3 is not text",
    "file:": "nothing is not text",
    'file: "a\\nb"': "'a\\nb' is no name of a page",
    'file: "a\\0b"': "stands for a control character",
    "file: nowhere": "'nowhere' has no file",
    f"file: {'n' * 300}": "has no file",
    "file: sub": "'sub' has no file",
    "file: .": "'.' has no file",
    "file: /etc/hostname": "lies outside of the book",
    "file: ../a": "lies outside of the book",
    "file: a": "'a' stands twice",
    "file: a.md": "'a.md' stands twice",
    "file: index": "'index' stands twice",
    "file: search": "a page that the site makes itself",
    "glob: ../*": "lies outside of the book",
    "glob: /etc/*": "lies outside of the book",
    "glob: [a]": "a list is not text",
    "glob: '*a*a*a*a*a*a*a*b'": "is no pattern of files",
    "url: 3": "3 is not text",
    "title: a": "exactly one of 'file', 'glob', 'url'",
    "{file: b, url: https://example.org}": "exactly one of 'file', 'glob', 'url'",
    "a": "chapters.1: 'a' is not a mapping",
    "[a]": "a list is not a mapping",
    "": "nothing is not a mapping",
    "{file: b, sections: text}": "'text' is not a list",
    "{file: b, sections: []}": "[] should be non-empty",
    "{file: b, sections: [{file: b}]}": "'b' stands twice",
    "{glob: 'sub/*', sections: [{file: b}]}": "'file' is a dependency of 'sections'",
    "{file: b, title: [a]}": "a list is not text",
    "{file: b, chapters: [{file: a}]}": "",
}
WRONG_TOC = CONTENTS | {f"{TOC}- {entry}\n": (5, what) for entry, what in ENTRIES.items()}


@pytest.mark.parametrize("text", WRONG_TOC)
def test_wrong_contents(text: str, tmp_path: Path) -> None:
    _, problems, unknown = read_toc(make(tmp_path, toc=text), {"only_build_toc_files": True})
    line, what = WRONG_TOC[text]
    if not what:
        what, problems = "unknown key 'chapters'", unknown
    assert [(p.path, p.line) for p in problems] == [("_toc.yml", line)]
    assert what in problems[0].what


def test_a_name_that_only_looks_the_same(tmp_path: Path) -> None:
    """As archives from other systems bring: é as one character, or as e and its accent."""
    root = make(tmp_path, toc=HEAD + "chapters:\n- file: caf\u00e9\n")
    (root / "cafe\u0301.md").write_text("# A page\n")
    (problem,) = read_toc(root, {"only_build_toc_files": True})[1]
    assert "composes its accents otherwise" in problem.right and "mean" not in problem.right


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        (TOC, "index a"),
        ("root: index\n", "index"),
        (HEAD + "chapters:\n- glob: '?'\n- url: https://example.org\n", "index a b"),
        (HEAD + "chapters:\n- {file: b, sections: [{glob: sub/*}]}\n", "index b sub/c"),
        (HEAD + "defaults: {numbered: 2}\nparts:\n- caption: x\n  chapters: [{file: b.md}]\n",
         "index b"),
        ("format: jb-article\nroot: index\nsections:\n- {file: a, title: b}\n", "index a"),
        ("root: index\nsubtrees:\n- entries:\n  - file: b\n    entries: [{file: a}]\n",
         "index b a"),
    ],
)  # fmt: skip
def test_contents(text: str, paths: str, tmp_path: Path) -> None:
    found = read_toc(make(tmp_path, toc=text), {"only_build_toc_files": True})
    assert found == ([f"{path}.md" for path in paths.split()], [], [])


def test_a_page_by_a_link_that_leads_out(tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("# Secret\n")
    (tmp_path / "book").mkdir()
    root = make(tmp_path / "book")
    (root / "z.md").symlink_to(tmp_path / "secret.md")
    (root / "here.md").symlink_to(root / "a.md")
    _, problems, _ = read_toc(root, {})
    assert [(p.path, p.what) for p in problems] == [("z.md", "a link that leads out of the book")]
