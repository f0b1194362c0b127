"""The claims as CSV."""

from __future__ import annotations

import csv
import io
import re

import pytest
from archives import book, check, run

from scripts.editions import claims
from scripts.pages import ledger


def test_csv_is_rfc_4180_and_no_formula() -> None:
    hostile = '=HYPERLINK("http://x","a,b")\nc'
    given, _ = book(1)
    checks = [
        check("n1-a", claim=hostile, source="-2+3", measured=-0.5, reported=[-1, 2.5], unit="@x"),
        check("n1-b", claim="plain", measured=True),
    ]
    text = claims.csv_of(
        ledger.claims(given, {"notebooks/1": run("notebooks/1", *checks)}), given.addresses
    )
    assert "\r\n" in text and not re.search(r"(?<!\r)\n(?!c)", text)
    one, two = csv.DictReader(io.StringIO(text, newline=""))
    assert one["claim"] == f"'{hostile}" and one["source"] == "'-2+3" and one["unit"] == "'@x"
    assert one["measured"] == "-0.5", "a number is no formula"
    assert one["reported"] == "'-1; 2.5" and two["measured"] == "true" and two["reported"] == ""
    assert two["address"] == "https://x.org/notebooks/1.html#n1-b"


@pytest.mark.parametrize("sign", claims.FORMULA)
def test_every_sign_of_a_formula_is_disarmed(sign: str) -> None:
    assert claims.cell(f"{sign}1") == f"'{sign}1"
