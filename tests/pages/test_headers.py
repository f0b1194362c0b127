"""The heads of issues and notebooks, as the tiny site shows them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from bs4 import BeautifulSoup, Tag
from conftest import ROOT

from scripts.core.record import Check, tally
from scripts.core.words import duration


def page(root: Path, name: str) -> Tag:
    found = BeautifulSoup((root / "_build/html" / name).read_text(), "html.parser").main
    assert isinstance(found, Tag)
    return found


def counts(node: Tag) -> dict[str, int]:
    """A tally by verdict, as it is read."""
    found = re.findall(r"([a-z ]*[a-z]) (\d+)", node.get_text(" ", strip=True))
    return {word: int(number) for word, number in found}


def test_one_run_time(built: Path) -> None:
    """Page, copy and program say what was measured; prose says nothing of it."""
    record = json.loads((built / "_build/records/averages.json").read_text())
    said = duration(record["seconds"])
    cost = page(built, "notebooks/averages.html").find(string="Runs in").find_parent("p").get_text()
    assert re.match(rf"Runs in {said.removesuffix(' s')} s", cost)
    copy = json.loads((built / "_build/notebooks/averages.ipynb").read_text())
    text = "".join(line for cell in copy["cells"] for line in cell["source"])
    assert f"It runs in {said} and {record['memory']} MiB" in text
    typed = re.compile(r"^It (takes|runs in) (about|less than)? ?[\w ]*(second|minute)", re.M)
    for path in (ROOT / "notebooks").glob("*.md"):
        assert not typed.search(path.read_text("utf-8")), path.name


def test_an_issue_names_two_editions_and_folds_the_others(built: Path) -> None:
    head = page(built, "issues/001.html").select_one(".issue-header")
    shown = head.select(".credits .html-only a")
    assert [Path(a["href"]).suffix for a in shown] == [".pdf", ".zip"]
    folded = head.select(".more-editions details a")
    assert len(folded) == 5 and not head.select("details[open]")
    assert re.search(r"Also as PDF of issue 1, \d+ KB, and All notebooks, zip, \d", head.get_text())


def test_every_count_is_of_claims_and_leads_to_them(built: Path) -> None:
    """Issue, card and archive count what `checks.json` has; a count leads to as many rows."""
    checks = json.loads((built / "_build/checks.json").read_text())
    every = tally(Check(**check) for check in checks)
    assert every and len(checks) > sum(every.values()), "no check of another kind"
    ledger = page(built, "ledger/2020.html")
    rows = [
        {name: row.select_one(place).get_text(strip=True) for name, place in PLACES.items()}
        for row in ledger.select("tbody tr")
    ]
    assert counts(page(built, "ledger.html").select_one(".total")).items() >= every.items()
    for name, place in (
        ("issues/001.html", ".account-line .tally"),
        ("issues/001.html", ".companion .tally"),
        ("archive.html", ".account-short:has(.count)"),
    ):
        found = page(built, name).select_one(place)
        assert counts(found) == every, name
        for link in found.select("a"):
            address = urlsplit(link["href"])
            assert address.path.endswith("ledger/2020.html")
            asked = {key: values[0] for key, values in parse_qs(address.query).items()}
            fit = [row for row in rows if row.items() >= asked.items()]
            assert len(fit) == int(link.select_one(".count").get_text()), link["href"]
        assert len(found.select("a")) == len(every)


# Where a row of the ledger says what an address asks for, as `_static/filter.js` reads it.
PLACES = {"verdict": ".verdict .word", "issue": "p.issue", "notebook": "p.notebook"}
