"""The cards of pages, drawn once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from archives import check, run

from scripts.book.read import read
from scripts.core.palette import DATA
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
    assert {*cards} == {f"cards/{page.docname}.png" for page in book.pages}, "each its own"
    social_cards.draw({**cards, "cards/a.png": long}, press, kept)
    assert paths["cards/a.png"].read_bytes() == drawn, "same words, same bytes"
    assert before


def test_a_card_in_words(tiny: Path) -> None:
    card = Card("News", "Issue 2", "Does it hold?", "", {"holds": 2, "fails": 1})
    assert card.alt == "News. Issue 2. Does it hold? Claims: holds 2, fails 1."


def test_a_card_says_the_finding_and_shows_the_lead_figure(built: Path) -> None:
    book, _ = read(built)
    notebook = book.notebooks[0]
    front = {**notebook.front, "finding": "Means stray."}
    told = replace(
        book, pages=tuple(replace(p, front=front) if p is notebook else p for p in book.pages)
    )
    colour = DATA[0]

    def cell(tags: list[str], width: int) -> dict[str, Any]:
        ns = 'xmlns="http://www.w3.org/2000/svg"'
        svg = f'<svg {ns} width="{width}pt"><path fill="{colour.drawn}" d="M0 0h9v9z"/></svg>'
        outputs = [{"output_type": "display_data", "data": {"image/svg+xml": svg}}]
        return {"cell_type": "code", "source": "", "metadata": {"tags": tags}, "outputs": outputs}

    done = run(notebook.docname, check("a", "fails"))
    done.notebook["cells"] = [cell([], 1), cell(["lead"], 2)]
    cards = all_cards(told, {notebook.docname: done})
    card = cards["cards/notebooks/averages.png"]
    assert (card.text, card.title, card.verdicts) == ("Means stray.", notebook.title, {"fails": 1})
    assert 'width="2pt"' in card.picture and colour.light in card.picture
    assert cards["cards/issues/001.png"].picture == card.picture
    assert cards["cards/issues/001.png"].text.endswith("0 claims held, 1 did not.")
    assert cards["cards/ledger.png"].title == "Claims ledger"
    press = built / ".cache" / "render-book" / "doctrees" / "_typst"
    with TemporaryDirectory() as kept:
        shown, bare = Path(kept, "shown"), Path(kept, "bare")
        paths = social_cards.draw({"a.png": card}, press, shown)
        plain = social_cards.draw({"a.png": replace(card, picture="")}, press, bare)
        assert paths["a.png"].read_bytes() != plain["a.png"].read_bytes()
