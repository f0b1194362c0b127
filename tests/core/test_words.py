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
        ([1, 2.5], "s", "1 → 2.5 s"),
        ([0.0, 0], "", "0 (both)"),
        ([100.0, 100.0, 100.0], "%", "100% (all 3)"),
        ([1, 2, 3, 4, 5], "", "1 → … → 5 (5 values)"),
        ([[1.5, 0.3], [1.2, 0.2]], "", "1.5 → 0.3; 1.2 → 0.2"),
        (0.5, "ratio", "ratio 0.5"),
        (0.0, "", "0"),
        ("constant", "", "constant"),
    ],
)
def test_numbers_as_text(value: object, unit: str, text: str) -> None:
    assert words.number(value, unit) == text


@pytest.mark.parametrize(
    ("value", "around", "text"),
    [
        (0.3, [0.2, 0.4], "0.3% (0.2 to 0.4)"),
        (0.3, 0.1, "0.3% ± 0.1"),
        (100.0, [100.0, 100.0], "100%"),
        ([34.2, 1.1], [[32.2, 35.3], [1.0, 1.2]], "34.2 → 1.1% (32.2 to 35.3; 1 to 1.2)"),
        (0.3, None, "0.3%"),
    ],
)
def test_a_measurement_with_its_spread(value: object, around: object, text: str) -> None:
    assert words.measured(value, "%", around) == text


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("measured >= 0.5", "at least 0.5 s"),
        ("70 <= measured <= 85", "at least 70 s and at most 85 s"),
        ("measured == 11689512 == 11689512", "exactly 11,689,512 s"),
        ("measured == reported", "exactly 16 s"),
        ("abs(measured) <= 10", "either way at most 10 s"),
        ("min(spread) > -2", "the lowest more than −2 s"),
        ("max(measured) < 1e-12", "the largest less than 1 × 10⁻¹² s"),
        ("abs(measured - reported) < 0.1", "the distance to the reported less than 0.1 s"),
        ("1e-3 > measured", "less than 0.001 s"),
        ("measured[0] == 0 and measured[1] > 0.01", ""),  # only its code can say it
        ("measured > spread", ""),
        ("", ""),
    ],
)
def test_a_rule_in_words(rule: str, text: str) -> None:
    assert words.rule(rule, "s", reported=16) == text


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
