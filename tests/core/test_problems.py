"""Messages: whatever a source or a cell says, a terminal and a build log show it as one message."""

from __future__ import annotations

import pytest

from scripts.core.problems import MOST, Problem, printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, exact — “words” 🙂", "plain, exact — “words” 🙂"),
        ("\x1b[31mred\x1b]0;title\x07", "\ufffd[31mred\ufffd]0;title\ufffd"),
        ("a\r::error::forged", "a\ufffd::error::forged"),
        ("a\n::error file=x::forged", "a\n    ::error file=x::forged"),
        ("a\u2028::error::b\u202ec", "a\ufffd::error::b\ufffdc"),
    ],
)
def test_what_controls_a_terminal_is_marked(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_a_message_is_cut() -> None:
    shown = printable("x" * 20_000_000)
    assert len(shown) < MOST + 50
    assert shown.endswith("… (20,000,000 characters)")


def test_no_line_of_a_problem_begins_at_the_margin_but_its_first() -> None:
    said = str(Problem("a.md", 3, "wrong\n::error::", "right\n\n::warning::"))
    assert said.startswith("a.md:3: wrong\n")
    assert all(line.startswith("    ") for line in said.splitlines()[1:])
