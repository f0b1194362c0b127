"""Which task starts next: the longest that fits in memory and GPUs."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from scripts.execution.schedule import Capacity, longest_first, next_fit


def task(name: str, memory: int | None = None, gpu: bool = False) -> Any:
    page = SimpleNamespace(docname=name)
    return SimpleNamespace(page=page, profile="book", memory=memory, gpu=gpu)


def names(tasks: list[Any]) -> list[str]:
    return [t.page.docname for t in tasks]


def test_longest_first_and_unknown_before_all() -> None:
    tasks = [task("short"), task("new"), task("long"), task("newer")]
    seconds = {"short book": 1.0, "long book": 9.0, "long full": 0.1}
    assert names(longest_first(tasks, seconds)) == ["new", "newer", "long", "short"]


def test_memory_is_not_promised_twice() -> None:
    room = Capacity(jobs=4, memory=2000, gpus=0)
    big, small, running = task("big", 1500), task("small", 400), task("running", 1200)
    assert next_fit([big, small], [running], room) is small
    assert next_fit([big], [running], room) is None
    assert next_fit([task("huge", 9000)], [], room) is not None, "alone, every task fits"


def test_jobs_and_gpus() -> None:
    room = Capacity(jobs=2, memory=10_000, gpus=1)
    one, two, plain = task("one", gpu=True), task("two", gpu=True), task("plain")
    assert next_fit([two, plain], [one], room) is plain
    assert next_fit([two], [one], room) is None
    assert next_fit([plain], [one, task("other")], room) is None, "jobs are used up"
    assert next_fit([], [one], room) is None
