"""What a process that goes through a book again takes from the last time."""

from __future__ import annotations

from scripts.core import memo


def test_again_works_for_others_only() -> None:
    asked: list[int] = []

    def work() -> list[int]:
        asked.append(len(asked))
        return [len(asked)]

    run, text = {"cells": [1]}, "a text"
    memo.again("page", (text, run), work)
    memo.again("page", (text, run), work)
    assert len(asked) == 2, "outside of `lasting` nothing is kept"
    with memo.lasting():
        first = memo.again("page", (text, run), work)
        same = "".join(["a ", "text"])
        assert memo.unchanged("page", (same, run))
        assert memo.again("page", (same, run), work) is first
        equal = {"cells": [True]}  # equal, and shown differently
        assert equal == run and not memo.unchanged("page", (text, equal))
        assert memo.again("page", (text, equal), work) is not first
        assert not memo.unchanged("page", (text, run)), "only the last one is kept"
        assert not memo.unchanged("other", (text, equal))
    assert not memo.unchanged("page", (text, equal))
