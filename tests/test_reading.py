"""Pages read in several processes: who reads what."""

from __future__ import annotations

import pytest

from scripts.reading import shares


@pytest.mark.parametrize("count", [1, 2, 3, 8])
def test_shares_keep_the_order_and_lose_nothing(count: int) -> None:
    names = [f"page{number:02}" for number in range(20)]
    parts = shares(names, {name: 1 + 7 * (name > "page15") for name in names}, count)
    assert [name for part in parts for name in part] == names
    assert len(parts) <= count and all(parts)


def test_shares_are_alike_in_size() -> None:
    sizes = {"a": 10, "b": 10, "c": 10, "d": 15, "e": 15}
    assert shares("abcde", sizes, 2) == [["a", "b", "c"], ["d", "e"]]


def test_fewer_pages_than_processes() -> None:
    assert shares(["a", "b"], {"a": 3, "b": 3}, 4) == [["a"], ["b"]]
