"""Citations at the cost of what changed: sphinxcontrib-bibtex with an index and a memory.

The library looks all citations of a book through for every work, formats every work twice and
every citation anew, in each build. Here a work's citations are found in one pass, a work is
formatted once, and only if what is cited changed; a citation is rendered once for all pages of a
folder. What is shown is the same, but for the letters of `author_year`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pybtex.plugin import register_plugin
from sphinxcontrib.bibtex.citation_target import parse_citation_targets
from sphinxcontrib.bibtex.domain import BibtexDomain, get_docnames

from scripts.core.files import digest
from scripts.rendering import author_year

if TYPE_CHECKING:
    from docutils.nodes import Element
    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.environment import BuildEnvironment

CITED = ast.dump(ast.parse("cited"))  # the filter of a bibliography that asks for none
PLUGINS = (
    ("pybtex.backends", "plaintext", "pybtex.backends.plaintext:Backend"),
    ("pybtex.backends", "docutils", "pybtex_docutils:Backend"),
    ("pybtex.style.formatting", "unsrt", "pybtex.style.formatting.unsrt:Style"),
    ("pybtex.style.formatting", "alpha", "pybtex.style.formatting.alpha:Style"),
    ("pybtex.style.formatting", "plain", "pybtex.style.formatting.plain:Style"),
    ("pybtex.style.names", "plain", "pybtex.style.names.plain:NameStyle"),
    ("pybtex.style.labels", "number", "pybtex.style.labels.number:LabelStyle"),
    ("pybtex.style.labels", "alpha", "pybtex.style.labels.alpha:LabelStyle"),
    ("pybtex.style.sorting", "none", "pybtex.style.sorting.none:SortingStyle"),
    ("pybtex.style.sorting", "author_year_title",
     "pybtex.style.sorting.author_year_title:SortingStyle"),
)  # fmt: skip


def register_plugins() -> None:
    """Name to pybtex what it would look for among all installed packages, for every citation:
    two thirds of the time that writing a page took."""
    for group, name, place in PLUGINS:
        module, _, attribute = place.partition(":")
        register_plugin(group, name, getattr(import_module(module), attribute), force=True)


class Citations(BibtexDomain):
    """The library's domain, with what it worked out kept in the environment."""

    def __init__(self, env: BuildEnvironment) -> None:
        super().__init__(env)
        self.rendered: dict[tuple[Any, ...], Element] = {}
        self.known: set[str] = set()

    def clear_doc(self, docname: str) -> None:
        """Forget a page that will be read again. If it lists works, they are formatted again, so
        that what the library warns of is said again."""
        if any(key.docname == docname for key in self.bibliographies):
            self.data.pop("question", None)
        super().clear_doc(docname)

    def env_updated(self) -> Iterable[str]:
        """Choose and format the works of each bibliography, unless nothing that decides about them
        changed since the environment was kept. Returns the pages that list works: what they list
        depends on every other page, which the library does not tell Sphinx."""
        self.rendered.clear()
        question = self._question()
        changed = self.data.get("question") != question
        if changed:
            super().env_updated()
            self.data["question"] = question
        self.known = {citation.key for citation in self.citations}
        return {key.docname for key in self.bibliographies} if changed else ()

    def _question(self) -> str:
        config = self.env.config
        files = [(str(path), file.mtime) for path, file in self.bibdata.bibfiles.items()]
        lists = [
            {
                **value._asdict(),
                "key": key,
                "filter_": ast.dump(value.filter_),
                "citation_nodes": sorted((n, c["ids"]) for n, c in value.citation_nodes.items()),
            }
            for key, value in self.bibliographies.items()
        ]
        cited = list(self.get_all_cited_keys(list(get_docnames(self.env))))
        where = [(ref.docname, [t.key for t in ref.targets]) for ref in self.citation_refs]
        styles = (config.bibtex_tooltips, config.bibtex_tooltips_style, config.bibtex_default_style)
        return digest(repr((files, lists, cited, sorted(where), styles)))

    def get_all_cited_keys(self, docnames: list[str]) -> Iterable[str]:
        """Keys in the order in which the book cites them; the library's `list.index` for every
        citation is quadratic."""
        place = {docname: number for number, docname in enumerate(docnames)}
        for ref in sorted(self.citation_refs, key=lambda ref: place[ref.docname]):
            yield from (target.key for target in ref.targets)

    def get_filtered_entries(self, bibliography_key: Any) -> Iterable[tuple[str, Any]]:
        """The works that a bibliography lists; where it asks for those cited anywhere, which is
        the rule, without a look at all citations for each work."""
        bibliography = self.bibliographies[bibliography_key]
        if ast.dump(bibliography.filter_) != CITED:
            yield from super().get_filtered_entries(bibliography_key)
            return
        cited = {target.key for ref in self.citation_refs for target in ref.targets}
        for entry in self.get_entries(bibliography.bibfiles):
            key = bibliography.keyprefix + entry.key
            if key in cited or entry.key in bibliography.keys:
                yield key, entry

    def get_formatted_entries(
        self, bibliography_key: Any, docnames: list[str], tooltips: bool, tooltips_style: str
    ) -> Iterable[tuple[Any, Any, Any]]:
        """Works as a bibliography and as tooltips show them: formatted once if both have one
        style. The text shows the letters of labels."""
        same = tooltips and not tooltips_style
        found = super().get_formatted_entries(
            bibliography_key, docnames, tooltips and not same, tooltips_style
        )
        for entry, formatted, tooltip in found:
            shown = author_year.lettered(entry, formatted.label)
            yield shown, formatted, formatted if same else tooltip

    def resolve_xref(
        self, env: BuildEnvironment, fromdocname: str, builder: Builder, typ: str, target: str,
        node: Any, contnode: Element,
    ) -> Element:  # fmt: skip
        """A citation in the text. Two pages from which the way to the bibliographies is the same
        show it alike; one that lists works itself may not."""
        lists = {key.docname for key in self.bibliographies}
        ways = tuple(builder.get_relative_uri(fromdocname, docname) for docname in sorted(lists))
        question = (builder.name, typ, target, ways, fromdocname if fromdocname in lists else "")
        if question not in self.rendered:
            found = super().resolve_xref(env, fromdocname, builder, typ, target, node, contnode)
            if not {t.key for t in parse_citation_targets(target)} <= self.known:
                return found  # the library warns, with the place; so it shall for the next one
            self.rendered[question] = found
        return self.rendered[question].deepcopy()


def setup(app: Sphinx) -> dict[str, Any]:
    """Put the domain in the library's place (Sphinx calls this)."""
    app.setup_extension("sphinxcontrib.bibtex")
    app.add_domain(Citations, override=True)
    register_plugins()
    author_year.register()
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
