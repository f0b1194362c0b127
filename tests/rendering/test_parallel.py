"""Work of Sphinx in several processes: who does what, the order of answers, what was said."""

from __future__ import annotations

import io
import logging
import os
import time

import pytest
from sphinx.util.logging import getLogger

from scripts.rendering.parallel import run_parts, shares


@pytest.mark.parametrize("count", [1, 2, 3, 8])
def test_shares_keep_the_order_and_lose_nothing(count: int) -> None:
    names = [f"page{number:02}" for number in range(20)]
    parts = shares(names, [1 + 7 * (name > "page15") for name in names], count)
    assert [name for part in parts for name in part] == names
    assert len(parts) <= count and all(parts)


def test_shares_are_alike_in_size() -> None:
    assert shares("abcde", [10, 10, 10, 15, 15], 2) == [["a", "b", "c"], ["d", "e"]]


def test_fewer_pages_than_processes() -> None:
    assert shares(["a", "b"], [3, 3], 4) == [["a"], ["b"]]


@pytest.mark.parametrize("forks", [True, False])
def test_answers_and_what_was_said_come_in_order(
    forks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scripts.core.system.forks.FORKS", forks)
    heard = io.StringIO()
    monkeypatch.setattr(logging.getLogger("sphinx"), "handlers", [logging.StreamHandler(heard)])

    def work(part: int) -> tuple[int, int]:
        time.sleep(0.2 - part / 20)  # the last one ends first
        getLogger("part").warning("part %d", part)
        return part, os.getpid()

    answers = run_parts([0, 1, 2], work)
    assert [part for part, _ in answers] == [0, 1, 2]
    assert len({process for _, process in answers}) == (3 if forks else 1)
    assert answers[0][1] == os.getpid()
    assert heard.getvalue().splitlines() == ["part 0", "part 1", "part 2"]


def test_what_one_raises_ends_all() -> None:
    def work(part: int) -> None:
        if part == 2:
            raise ValueError("page 2")
        time.sleep(30 * (part == 1))

    began = time.monotonic()
    with pytest.raises(ValueError, match="page 2"):
        run_parts([2, 1, 0], work)
    assert time.monotonic() - began < 20
