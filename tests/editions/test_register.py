"""The register: claims as CSV, each at an address of its own, an issue's checks for CODECHECK."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace

import pytest
import yaml
from archives import book, check, run
from bs4 import BeautifulSoup

from scripts.book.kept.verdicts import History, Noted
from scripts.editions.register import claims as register
from scripts.editions.register import formats, pages
from scripts.editions.register.codecheck import codecheck
from scripts.pages.lists import ledger


def test_csv_is_rfc_4180_and_no_formula() -> None:
    hostile = '=HYPERLINK("http://x","a,b")\nc'
    given, _ = book(1)
    checks = [
        check("n1-a", claim=hostile, source="-2+3", measured=-0.5, reported=[-1, 2.5], unit="@x"),
        check("n1-b", claim="plain", measured=True),
    ]
    text = formats.csv_of(
        ledger.claims(given, {"notebooks/1": run("notebooks/1", *checks)}), given.addresses
    )
    assert "\r\n" in text and not re.search(r"(?<!\r)\n(?!c)", text)
    one, two = csv.DictReader(io.StringIO(text, newline=""))
    assert one["claim"] == f"'{hostile}" and one["source"] == "'-2+3" and one["unit"] == "'@x"
    assert one["measured"] == "-0.5", "a number is no formula"
    assert one["reported"] == "'-1; 2.5" and two["measured"] == "true" and two["reported"] == ""
    assert two["address"] == "https://x.org/claims/n1-b.html"
    assert two["place"] == "https://x.org/notebooks/1.html#n1-b"


@pytest.mark.parametrize("sign", formats.FORMULA)
def test_every_sign_of_a_formula_is_disarmed(sign: str) -> None:
    assert formats.cell(f"{sign}1") == f"'{sign}1"


def test_each_claim_has_an_address_that_leads_to_its_place_or_says_that_it_is_gone() -> None:
    given, _ = book(1)
    hostile = check("n1-a", claim="x < 1 & <script>alert(1)</script>", measured=2.5)
    gone = History("1", "A <b> claim.", [Noted("2026-01-05", "fails", None, 1, "%", "k")])
    runs = {"notebooks/1": run("notebooks/1", hostile)}
    known = replace(given, noted={"n1-gone": gone})
    found, problems = register.register(known, runs)
    assert not problems
    files = pages.pages(known, found, register.withdrawn(known, runs))
    assert sorted(files) == [
        "claims/n1-a.html", "claims/n1-a.json", "claims/n1-gone.html", "claims/n1-gone.json",
    ]  # fmt: skip
    here, there = (BeautifulSoup(files[f"claims/{name}.html"], "html.parser")
                   for name in ("n1-a", "n1-gone"))  # fmt: skip
    assert not here.find("script") and here.h1 is not None and here.h1.text == hostile.claim
    (refresh,) = here.select("meta[http-equiv=refresh]")
    assert refresh["content"] == "0; url=../notebooks/1.html#n1-a"
    (canonical,) = here.select("link[rel=canonical]")
    assert canonical["href"] == "https://x.org/notebooks/1.html#n1-a"
    assert [li.text.split(":")[1].strip() for li in here.select("li")] == ["holds. Measured 2.5."]
    assert not there.select("meta[http-equiv=refresh]") and "It was withdrawn." in there.text
    assert "fails. Measured 1%." in there.text
    assert json.loads(files["claims/n1-gone.json"])["verdict"] == "withdrawn"


def test_an_issues_checks_as_codecheck_tells_of_them() -> None:
    given, runs = book(1, claims=3)
    (issue,) = given.issues
    original = {"title": "Of pigeons", "author": "A. Keeper", "url": "https://p.org/1"}
    issue = replace(issue, front={**issue.front, "original": original, "authors": [{"name": "E"}]})
    told = yaml.safe_load(codecheck(given, runs, issue))
    assert told["version"] == "https://codecheck.org.uk/spec/config/1.0/"
    assert told["paper"] == {
        "title": "Of pigeons", "authors": [{"name": "A. Keeper"}], "reference": "https://p.org/1",
    }  # fmt: skip
    (file,) = told["manifest"]
    assert file == {"file": "downloads/notebooks/1.ipynb", "comment": "Item 1: 1 holds, 2 fails"}
    assert told["codechecker"] == [{"name": "E"}] and told["report"] == given.address(issue)
    assert told["summary"] == "Claims of 1 notebook: 1 holds, 2 fails."
