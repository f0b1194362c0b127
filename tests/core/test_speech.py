"""The edition's own words: every catalog has every one of them, with the same braces."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import jinja2
import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from jinja2.nodes import Add, Call, Concat, Const, Name

from scripts.book.front_matter import LEVELS
from scripts.core.languages.speech import FOLDER, SCRIPT, languages, name_of, speech
from scripts.core.page_data.directives import CORRECTIONS, OUTCOMES, READ
from scripts.core.verdicts import VERDICTS
from scripts.pages.navigation import LABELS
from scripts.site.surroundings import BAR

ROOT = Path(__file__).parents[2]
# What is said of data: no place in the code has these words.
OF_DATA = {
    *VERDICTS, *(kind.capitalize() for kind in CORRECTIONS), *OUTCOMES, *READ, *LEVELS,
    *LABELS.values(), *(title for _, title in BAR), *SCRIPT, "plain Markdown edition",
    "Previous issue", "Previous notebook", "Next issue", "Next notebook", "Figure %s",
}  # fmt: skip
SPHINX = {"Link to this heading", " %s"}  # said in its own catalogs
OTHERS = sorted(languages() - {"en"})


def said() -> set[str | tuple[str, str]]:
    """Every text that the code or a template has said, with its plural where it has one."""
    found: set[str | tuple[str, str]] = set(OF_DATA)
    rooms = ("core", "editions", "pages", "rendering", "site")
    for path in (path for room in rooms for path in (ROOT / "scripts" / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = ast.unparse(node.func)
            if re.search(r"(^|\.)say$", called):
                texts = (n.value for n in ast.walk(node.args[0]) if isinstance(n, ast.Constant))
                found |= {text for text in texts if isinstance(text, str)} - SPHINX
            if re.search(r"(^|\.)say\.count$|^self\.count$", called):
                one, many = node.args[:2]
                if isinstance(one, ast.Constant) and isinstance(many, ast.Constant):
                    found.add((str(one.value), str(many.value)))
    for template in (ROOT / "_templates").glob("*.html"):
        tree = jinja2.Environment().parse(template.read_text(encoding="utf-8"))
        for call in tree.find_all(Call):
            if isinstance(call.node, Name) and call.node.name == "say":
                assert isinstance(call.args[0], (Const, Concat, Add)) or "label" in repr(call.args)
                if isinstance(call.args[0], Const):
                    found.add(call.args[0].value)
    return found


def catalog(lang: str) -> Catalog:
    with (FOLDER / f"{lang}.po").open("rb") as file:
        return read_po(file, locale=lang.replace("-", "_"), abort_invalid=True)


def test_there_are_languages() -> None:
    assert {"ar", "de", "es", "fr", "pt", "zh"} <= set(OTHERS)
    assert len(said()) > 60


@pytest.mark.parametrize("lang", OTHERS)
def test_a_catalog_has_every_word_once_and_no_other(lang: str) -> None:
    known = {message.id: message for message in catalog(lang) if message.id}
    assert set(known) == said()
    for text, message in known.items():
        forms = [message.string] if isinstance(text, str) else list(message.string)
        wanted = {*re.findall(r"\{\w+\}", text if isinstance(text, str) else text[1])}
        assert len(forms) == (1 if isinstance(text, str) else catalog(lang).num_plurals)
        for form in forms:
            assert form and not message.fuzzy, text
            assert {*re.findall(r"\{\w+\}", form)} == wanted or not isinstance(text, str), text
            assert {*re.findall(r"\{\w+\}", form)} <= wanted, text


def test_words_counts_and_days_of_a_language() -> None:
    french, arabic, chinese = speech("fr"), speech("ar"), speech("zh")
    assert french("holds") != "holds"
    assert french.day("2020-01-19") == "19 janvier 2020"
    assert french.number(3.25, 1) == "3,2"
    assert french.month("2020-01-19") == "janvier 2020"
    assert chinese.day("2020-01-19") == "2020年1月19日"
    assert arabic.direction == "rtl" and french.direction == chinese.direction == "ltr"
    assert len({arabic.count("{n} item", "{n} items", n) for n in (1, 2, 3, 11, 100)}) == 5
    assert french.listed(["A", "B", "C"]) == "A, B et C" and french.listed([]) == ""
    assert speech("en").listed(["A", "B", "C"]) == "A, B and C"
    assert name_of("fr") == "français" and name_of("ar") == "العربية" and name_of("xx") == "xx"


def test_a_language_without_words_gets_the_english_ones() -> None:
    assert speech("tr")("holds") == "holds" and speech("tr").day("2020-01-19") == "19 Ocak 2020"
    assert speech("pt-BR")("holds") == speech("pt")("holds") != "holds"
    assert speech("xx").minutes(1) == "1 minute" and speech("en").minutes(14) == "14 minutes"
    assert speech("fa-IR").direction == "rtl"
    assert speech("fr-XX").day("2020-01-19") == "19 janvier 2020"  # a region that nobody knows
    assert speech("fr-XX").listed(["A", "B"]) == "A et B"
    assert speech("pt_BR").number(0.5, 1) == "0,5"
