"""Words, counts and days in one language: what the edition itself says on a page."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations, NullTranslations, translation
from importlib.resources import files
from pathlib import Path
from typing import Any

from scripts.core import words

FOLDER = Path(__file__).parent
ENGLISH = "en"
# Scripts that are written from right to left; a language's tag may name one.
LEFTWARD = {"ar", "ckb", "dv", "fa", "he", "ku-arab", "ps", "sd", "ug", "ur", "yi"}


@dataclass(frozen=True)
class Speech:
    """What the edition says in the language ``lang``, a tag such as `fr` or `pt-BR`."""

    lang: str
    catalog: NullTranslations

    def __call__(self, text: str, /, **values: Any) -> str:
        """The words of an English text; ``values`` fill its braces."""
        found = self.catalog.gettext(text) if text else ""
        return found.format(**values) if values else found

    def count(self, one: str, many: str, number: int) -> str:
        """A number with its noun in the form that it asks for; braces ``{n}`` hold it."""
        return self.catalog.ngettext(one, many, number).format(n=self.number(number))

    def number(self, value: float, digits: int = 0) -> str:
        """A number with so many decimals."""
        if self._english:
            return f"{value:.{digits}f}"
        from babel.numbers import format_decimal

        pattern = "0." + "0" * digits if digits else "0"
        return str(format_decimal(round(value, digits), pattern, locale=self._locale))

    def day(self, text: str) -> str:
        """An ISO date as the language writes it; other text stays as it is."""
        found = words.date_of(text)
        if self._english or found is None:
            return words.day(text)
        from babel.dates import format_date

        return str(format_date(found, "long", locale=self._locale))

    def month(self, text: str) -> str:
        """The month of an ISO date, with its year; other text stays as it is."""
        found = words.date_of(text)
        if self._english or found is None:
            return words.month(text)
        from babel.dates import format_skeleton

        return str(format_skeleton("yMMMM", found, locale=self._locale))

    def listed(self, names: list[str]) -> str:
        """``A, B and C``."""
        if self._english:
            return ", ".join([*names[:-2], " and ".join(names[-2:])])
        from babel.lists import format_list

        return str(format_list(names, locale=self._locale))

    def duration(self, seconds: float) -> str:
        """``26 s``."""
        return self.as_is(words.duration(seconds))

    def as_is(self, text: str) -> str:
        """What is the same in every language, with its own direction in a line that runs from
        right to left: `.ipynb`."""
        return text if self.direction == "ltr" else f"\u2066{text}\u2069"

    def minutes(self, value: float) -> str:
        """``14 minutes``; at least one."""
        return self.count("{n} minute", "{n} minutes", max(1, round(float(value))))

    @property
    def direction(self) -> str:
        """`rtl` where one writes from right to left, else `ltr`."""
        return "rtl" if {self.lang.lower(), _base(self.lang)} & LEFTWARD else "ltr"

    @property
    def script(self) -> dict[str, str]:
        """What the pages' scripts say, for those of them that say anything else than English."""
        said = {text: self(text) for text in SCRIPT}
        return {text: other for text, other in said.items() if other != text}

    @property
    def _english(self) -> bool:
        return _base(self.lang) == ENGLISH or not self._locale

    @property
    def _locale(self) -> str:
        """The name by which Babel knows the language, without its region if need be; '' if none."""
        from babel.localedata import exists

        return next(filter(exists, (self.lang.replace("-", "_"), _base(self.lang))), "")


# What `_static/site.js` writes; it is there in the page's language by `Speech.script`.
SCRIPT = (
    "Copy", "Copied", "Show all code", "Fold all code", "Link copied", "Use the dark theme",
    "Use the light theme",
)  # fmt: skip


@cache
def speech(lang: str) -> Speech:
    """The words of a language; English ones where it has no catalog."""
    named = [name for name in (lang, _base(lang)) if name in languages()]
    catalog = _catalog(FOLDER / f"{named[0]}.po") if named else NullTranslations()
    catalog.add_fallback(_of_sphinx(lang))
    return Speech(lang, catalog)


@cache
def languages() -> frozenset[str]:
    """Those that have words of their own."""
    return frozenset({ENGLISH, *(path.stem for path in FOLDER.glob("*.po"))})


def name_of(lang: str) -> str:
    """A language as it calls itself: `français`; its tag where that isn't known."""
    from babel import Locale, UnknownLocaleError

    try:
        return str(Locale.parse(lang, sep="-").get_display_name() or lang)
    except (UnknownLocaleError, ValueError):
        return lang


def _catalog(path: Path) -> NullTranslations:
    if not path.is_file():
        return NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        catalog = read_po(file)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return GNUTranslations(compiled)


def _of_sphinx(lang: str) -> NullTranslations:
    """What Sphinx says itself, such as `Note` and `Fig. %s`: it says it in one language a book."""
    folder = str(files("sphinx") / "locale")
    others = {"zh": ["zh_CN"]}.get(_base(lang), [])
    names = [lang.replace("-", "_"), _base(lang), *others]
    return translation("sphinx", folder, names, fallback=True)


def _base(lang: str) -> str:
    return lang.replace("_", "-").partition("-")[0].lower()
