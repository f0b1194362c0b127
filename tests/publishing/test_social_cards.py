"""The cards of pages, drawn once."""

from __future__ import annotations

from pathlib import Path

from scripts.book.read import read
from scripts.pages.cards import Card
from scripts.pages.cards import cards as all_cards
from scripts.publishing import social_cards


def test_cards_are_drawn_once(built_copy: Path) -> None:
    press = built_copy / ".cache" / "render-book" / "doctrees" / "_typst"
    kept = built_copy / ".cache" / "render-book" / "cards"
    before = {path: path.stat().st_mtime_ns for path in kept.iterdir()}
    name = "A newsletter, with a comma"
    long = Card(name, "Issue 3", "Immeasurably " * 30, "", {"holds": 3, "not run": 1})
    paths = social_cards.draw({"cards/a.png": long}, press, kept)
    assert list(kept.iterdir()) == [paths["cards/a.png"]], "those of earlier builds are gone"
    again = social_cards.draw({"cards/b.png": long}, press, kept)
    assert again["cards/b.png"] == paths["cards/a.png"], "what says the same is the same"
    drawn = paths["cards/a.png"].read_bytes()
    paths["cards/a.png"].unlink()
    book, _ = read(built_copy)
    cards = all_cards(book, {})
    assert {*cards} == {"cards/index.png", "cards/issues/001.png", "cards/issues/002.png",
                        "cards/notebooks/averages.png"}  # fmt: skip
    social_cards.draw({**cards, "cards/a.png": long}, press, kept)
    assert paths["cards/a.png"].read_bytes() == drawn, "same words, same bytes"
    assert before


def test_a_card_in_words(tiny: Path) -> None:
    card = Card("News", "Issue 2", "Does it hold?", "", {"holds": 2, "fails": 1})
    assert card.alt == "News. Issue 2. Does it hold? Claims: holds 2, fails 1."
