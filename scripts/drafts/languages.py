"""The language of a text, by what it says of itself, its script or its small words. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from typing import Any

KNOWN = "AR|CH|CN|DE|EN|ES|FA|FR|HE|HI|ID|IT|JA|JP|KO|KR|NL|PL|PT|RU|SV|TR|UK|VI|ZH"
TAG = re.compile(rf"[\[(.（]({KNOWN})(?:-([A-Z]{{2}}))?[\]).）]")
SUFFIX = re.compile(rf"[._-]({KNOWN})(?:[-_]([A-Z]{{2}}))?\.(?:md|markdown)\b", re.I)
GIVEN = re.compile(r"([a-z]{2})(?:[-_]([a-zA-Z]{2}))?(?:\.[\w-]+)?")
CODES = {"CH": "zh", "CN": "zh", "JP": "ja", "KR": "ko"}  # written for others
SCRIPTS = {
    "ARABIC": "ar", "CYRILLIC": "ru", "HANGUL": "ko", "HIRAGANA": "ja", "KATAKANA": "ja",
    "CJK": "zh", "HEBREW": "he", "DEVANAGARI": "hi", "GREEK": "el", "THAI": "th",
    "BENGALI": "bn", "TAMIL": "ta",
}  # fmt: skip
LETTERS = {"ar": ("fa", "پچژگی"), "ru": ("uk", "іїєґ")}  # that only a neighbour has
WORDS = {  # small words that the others lack
    "en": "the and of this with that is for are was",
    "fr": "les des une est dans pour que qui sur avec",
    "es": "los las una del para que este con por como",
    "pt": "uma dos para que com não você mais são este",
    "de": "der die und das ist nicht mit ein von für",
    "it": "della che una per con sono gli nel questo anche",
    "tr": "ve bir bu için ile olarak olan daha çok gibi",
    "nl": "het een van dat niet met voor zijn ook wordt",
    "pl": "się nie jest na do że oraz przez dla czy",
    "sv": "och att det som för är inte på av ett",
    "id": "yang dan untuk dengan ini dari pada adalah dalam tidak",
    "vi": "của và là các cho được trong một với không",
}
LEAST = 0.2  # of the letters in a script that isn't Latin; names and terms are Latin everywhere
SOME = 0.05  # of them where a tag says so: many abbreviations look like one


def said_of(front: Mapping[str, Any]) -> str:
    """The language that a front matter names, '' if none."""
    given = GIVEN.fullmatch(str(front.get("lang") or front.get("language") or front.get("locale")))
    return _code(given[1], given[2]) if given else ""


def _code(name: str, country: str | None) -> str:
    code = CODES.get(name.upper(), name.lower())
    return f"{code}-{country.upper()}" if country else code


def language_of(named: str, said: str, body: str, own: str) -> str:
    """A language's code, such as `fr` or `pt-BR`: the one that is ``said``, else of a tag in the
    name ([FR]) that the text doesn't belie, else of the script, else of the small words; ``own``
    where nothing tells."""
    if said:
        return said
    text = re.sub(r"<!--.*?-->|\S*://\S*", " ", body, flags=re.S)
    share, script = _script(text)
    words = Counter(re.findall(r"\w+", text.lower()))
    scores = {code: sum(words[word] for word in small.split()) for code, small in WORDS.items()}
    best = max(scores, key=lambda code: (scores[code], code == own))
    for tag in (SUFFIX.search(named), TAG.search(named)):
        code = _code(tag[1], tag[2]) if tag else ""
        like = code[:2] == script and share >= SOME
        if code and (like or (code[:2] in WORDS and share < LEAST and (
            code[:2] == best or scores[best] < 5 or scores[code[:2]] * 2 > scores[best]
        ))):  # fmt: skip
            return code
    if script and share >= LEAST:
        return script
    return best if scores[best] > 2 * scores.get(own, 0) and scores[best] >= 5 else own


def _script(text: str) -> tuple[float, str]:
    """How many of a text's letters aren't Latin, and the language that is written with most of
    those."""
    letters = [char for char in text if char.isalpha()]
    names = Counter(unicodedata.name(char, "").split()[0:1][0] for char in letters if char > "ɏ")
    if not names:
        return 0.0, ""
    share = sum(names.values()) / len(letters)
    kana = names["HIRAGANA"] + names["KATAKANA"]
    code = SCRIPTS.get(names.most_common(1)[0][0], "")
    if code in ("zh", "ja"):
        code = "ja" if kana > 0.2 * names["CJK"] else "zh"
    other, own = LETTERS.get(code, ("", ""))
    return share, other if own and sum(map(text.count, own)) > 0.02 * len(letters) else code
