"""The language of a text, by what its title says, its script or its small words. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

TAG = re.compile(r"[\[(.（](AR|CH|CN|DE|EN|ES|FR|IT|JA|JP|KO|PT|RU|TR|ZH)(?:-([A-Z]{2}))?[\]).）]")
CODES = {"CH": "zh", "CN": "zh", "JP": "ja"}  # written for others
SCRIPTS = {
    "ARABIC": "ar", "CYRILLIC": "ru", "HANGUL": "ko", "HIRAGANA": "ja", "KATAKANA": "ja",
    "CJK": "zh", "HEBREW": "he", "DEVANAGARI": "hi", "GREEK": "el",
}  # fmt: skip
WORDS = {  # small words that the others lack
    "en": "the and of this with that is for are was",
    "fr": "les des une est dans pour que qui sur avec",
    "es": "los las una del para que este con por como",
    "pt": "uma dos para que com não você mais são este",
    "de": "der die und das ist nicht mit ein von für",
    "it": "della che una per con sono gli nel questo anche",
    "tr": "ve bir bu için ile olarak olan daha çok gibi",
}
LEAST = 0.3  # of the letters in a script that isn't Latin; names and terms are Latin everywhere


def language_of(named: str, body: str, own: str) -> str:
    """A language's code, such as `fr` or `pt-BR`: of a tag in the name ([FR]), else of the script,
    else of the small words; ``own`` where nothing tells."""
    tag = TAG.search(named)
    if tag:
        code = CODES.get(tag[1], tag[1].lower())
        return f"{code}-{tag[2]}" if tag[2] else code
    text = re.sub(r"\S*://\S*", " ", body)
    letters = [char for char in text if char.isalpha()]
    names = Counter(unicodedata.name(char, "").split()[0] for char in letters if char > "ɏ")
    if names and sum(names.values()) >= LEAST * len(letters):
        kana = names["HIRAGANA"] + names["KATAKANA"]
        return "ja" if kana > LEAST * names["CJK"] else SCRIPTS.get(names.most_common(1)[0][0], own)
    words = Counter(re.findall(r"\w+", text.lower()))
    scores = {code: sum(words[word] for word in small.split()) for code, small in WORDS.items()}
    best = max(scores, key=lambda code: (scores[code], code == own))
    return best if scores[best] > 2 * scores.get(own, 0) and scores[best] >= 5 else own
