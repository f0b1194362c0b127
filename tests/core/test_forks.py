"""Work in a second process: its answer, its exception, its memory, its end."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from scripts.core import memo
from scripts.core.problems import BookError
from scripts.core.system.forks import Fork, in_fork, remember_each


@pytest.fixture(params=[True, False], ids=["fork", "no fork"])
def forks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    monkeypatch.setattr("scripts.core.system.forks.FORKS", request.param)
    return bool(request.param)


def test_its_answer(forks: bool) -> None:
    here = os.getpid()
    with Fork(lambda: (os.getpid(), in_fork(), "x" * 1_000_000)) as working:
        process, said, text = working.result()
    assert (process != here) is forks and said is forks
    assert len(text) == 1_000_000 and not in_fork()


def test_its_exception(forks: bool) -> None:
    def fails() -> None:
        raise ValueError("no such page")

    with Fork(fails) as working, pytest.raises(ValueError, match="no such page") as caught:
        working.result()
    where = getattr(caught.value, "__notes__", [])
    assert not forks or "in fails" in where[0], "the place is lost"


def test_what_cannot_be_sent_is_said() -> None:
    with Fork(lambda: lambda: None) as working, pytest.raises(RuntimeError, match="pickle"):
        working.result()


def test_what_it_remembered_is_kept(tmp_path: Path, forks: bool) -> None:
    del forks
    asked = tmp_path / "asked"

    def work() -> str:
        with asked.open("a") as file:
            file.write("x")
        return "answer"

    for _ in range(2):
        with memo.opened(tmp_path / "memo.pickle"):
            memo.remember("mine", "before", lambda: 1)
            with Fork(lambda: memo.remember("name", "question", work)) as working:
                assert working.result() == "answer"
    assert asked.read_text() == "x"


def test_many_questions_are_shared_and_asked_once(
    tmp_path: Path, forks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    asked = tmp_path / "asked"

    def work(question: int) -> int:
        with asked.open("a") as file:
            file.write(f"{question} {os.getpid()}\n")
        return question * question

    questions = list(range(20))
    for _ in range(2):
        with memo.opened(tmp_path / "memo.pickle"):
            assert remember_each("square", questions, work) == [n * n for n in questions]
    lines = [line.split() for line in asked.read_text().splitlines()]
    assert sorted(int(question) for question, _ in lines) == questions
    ours = [question for question, process in lines if int(process) == os.getpid()]
    assert len(ours) == (10 if forks else 20)
    assert remember_each("square", [3], work) == [9], "outside nothing is remembered"


def test_it_works_while_this_goes_on_and_ends_with_it(tmp_path: Path) -> None:
    file = tmp_path / "file"

    def work() -> None:
        file.write_text("begun")
        time.sleep(60)
        file.write_text("done")

    began = time.monotonic()
    with Fork(work) as working:
        while not file.exists() or not file.read_text():
            assert time.monotonic() - began < 30
            time.sleep(0.01)
        assert working.process is not None and working.process.is_alive()
    assert not working.process.is_alive()
    assert file.read_text() == "begun" and time.monotonic() - began < 50


def test_a_process_that_was_killed_is_said(tmp_path: Path) -> None:
    del tmp_path
    with Fork(lambda: os.kill(os.getpid(), 9)) as working, pytest.raises(BookError, match="-9"):
        working.result()
