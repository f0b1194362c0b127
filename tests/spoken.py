"""The words of the book's formulas, for those who listen to its PDF:
`PYTHONPATH=. .venv/bin/python tests/spoken.py` writes `spoken.json` anew.

MathJax's speech rule engine says them, fetched once by npm, in the rules of MathSpeak: those of
ClearSpeak read better, but leave out what they take for brackets (a number rounded up is the number
itself) and capital letters.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from markdown_it.token import Token

from scripts.book import myst
from scripts.book.model import Page
from scripts.book.outline import figure_in
from scripts.book.read import read
from scripts.rendering.formulas.mathml import mathml
from scripts.rendering.formulas.spoken import FILE, key, read_words

ROOT = Path(__file__).parents[1]
ENGINE = "speech-rule-engine@4.1.5"
SAY = """
const engine = require("speech-rule-engine");
(async () => {
  await engine.setupEngine({locale: "en", domain: "mathspeak", style: "default"});
  await engine.engineReady();
  const formulas = JSON.parse(require("fs").readFileSync(0, "utf8"));
  console.log(JSON.stringify(formulas.map((formula) => engine.toSpeech(formula))));
})();
"""
INLINE = {"math_inline", "math_inline_double"}
BLOCKS = {"math_block", "math_block_label", "amsmath"}
# Names that the engine knows; any other one it would spell.
FUNCTIONS = {
    "arg", "cos", "cosh", "cov", "deg", "det", "dim", "exp", "gcd", "inf", "ker", "lim", "ln",
    "log", "max", "min", "mod", "sgn", "sin", "sinh", "sup", "tan", "tanh",
}  # fmt: skip
# Names of characters that are none of what they stand for.
SIGNS = ((r"\blamda\b", "lambda"), ("Superscript down tack", "transpose"))
NAME = re.compile(r"<mi>([A-Za-z\u2009]{2,})</mi>")


def formulas(root: Path) -> dict[str, str]:
    """The TeX of every formula of a book's pages, and where the first of its kind stands."""
    found: dict[str, str] = {}
    book, _ = read(root)
    for page in book.pages:
        for tex, line in _of_page(page):
            found.setdefault(key(tex), f"{page.path}:{line}")
    return found


def _of_page(page: Page) -> Iterator[tuple[str, int]]:
    flow = myst.flow(page.text)
    tokens, directives = list(flow.flat), list(flow.directives)
    yield from _of_tokens(tokens)
    for block in directives:
        if block.name == "math":
            yield block.body, block.line
        caption = str(figure_in(block.options).get("caption") or block.options.get("caption") or "")
        yield from ((tex, block.line) for tex, _ in _of_tokens(myst.tokens(caption)))


def _of_tokens(tokens: list[Token]) -> Iterator[tuple[str, int]]:
    for token in tokens:
        line = token.map[0] + 1 if token.map else 0
        if token.type in BLOCKS:
            yield token.content, line
        for child in token.children or ():
            role = child.type == "myst_role" and child.meta["name"] == "math"
            if role or child.type in INLINE:
                yield child.content, line


def spoken(texs: list[str]) -> dict[str, str]:
    """Formulas in words, by the engine."""
    folder = ROOT / ".cache" / "speech"
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["npm", "install", "--silent", "--prefix", str(folder), ENGINE], check=True)
    asked = json.dumps([NAME.sub(_named, mathml(tex, block=False)) for tex in texs])
    done = subprocess.run(
        ["node", "-e", SAY], cwd=folder, input=asked, capture_output=True, text=True, check=True
    )
    return dict(zip(texs, map(_in_words, json.loads(done.stdout)), strict=True))


def _named(match: re.Match[str]) -> str:
    return match[0] if match[1] in FUNCTIONS else f"<mtext>{match[1]}</mtext>"


def _in_words(said: str) -> str:
    """`StartFraction a Over b` as words that any voice can say."""
    for sign, words in SIGNS:
        said = re.sub(sign, words, said)
    return re.sub(r"\b(?:[A-Z][a-z]+)+\b", _apart, " ".join(said.split()))


def _apart(match: re.Match[str]) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", match[0]).lower()


def main() -> None:
    """Say what isn't said yet, forget what is no longer asked for."""
    known, wanted = read_words(ROOT), sorted(formulas(ROOT))
    known |= spoken([tex for tex in wanted if tex not in known])
    text = json.dumps({tex: known[tex] for tex in wanted}, indent=0, ensure_ascii=False)
    (ROOT / FILE).write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
