"""Numbers, days and durations as people write them."""

from __future__ import annotations

import time

import pytest

from scripts.core import words


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.31744, "", "0.3174"),
        (-2.5, "%", "−2.5%"),
        (3.1e-7, "", "3.1 × 10⁻⁷"),
        (12345, "words", "12,345 words"),
        (True, "", "yes"),
        ([1, 2.5], "s", "1, 2.5 s"),
        (0.0, "", "0"),
        ("constant", "", "constant"),
    ],
)
def test_numbers_as_text(value: object, unit: str, text: str) -> None:
    assert words.number(value, unit) == text


def test_days_and_durations() -> None:
    assert words.day("2020-01-19", weekday=True) == "Sunday 19 January 2020"
    assert words.day("2026-11-22T13:04:11Z") == "22 November 2026"
    assert words.duration(0.2) == "1 s"
    assert words.duration(130) == "2 min"
    assert words.minutes(0.4) == "1 minute"
    assert words.memory(716) == "716 MiB"
    assert words.memory(2048) == "2.0 GiB"


def test_escapes_that_never_end_take_no_time() -> None:
    began = time.monotonic()
    assert words.without_escapes("\x1b]0;title\x07a\x1b[1mb") == "ab"
    assert words.without_escapes("\x1b]" * 100_000)
    assert time.monotonic() - began < 2
