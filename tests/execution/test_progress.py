"""What a run says of itself while it goes on."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from scripts.core.words import duration
from scripts.execution.progress import LiveProgress, Progress, State, expectations


def test_time_left() -> None:
    state = State({"long": 60.0, "short": 10.0, "next": 20.0}, jobs=2)
    state.started = {"long": 100.0, "short": 100.0}
    state.waiting = {"next"}
    assert state.left(100.0) == 60.0, "never less than the longest alone"
    assert state.left(105.0) == 55.0
    assert state.left(150.0) == 20.0, "one that takes longer than it used to does not count back"
    state.started = {}
    state.waiting = set()
    assert state.left(200.0) == 0.0


def test_expectations() -> None:
    assert expectations(["a", "b"], {}) == {"a": 30.0, "b": 30.0}
    assert expectations(["a", "b"], {"a": 4.0, "c": 8.0}) == {"a": 4.0, "b": 6.0}


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.4, "1 s"), (59, "59 s"), (150, "2 min"), (7500, "2 h 5 min")]
)
def test_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_lines(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress()
    progress.begin({"a": 1.0, "b": 1.0}, 2)
    for name, outcome in (("a", "ok"), ("b", "failed")):
        progress.started(name)
        progress.finished(name, outcome, f"{name}.md: {outcome}")
    assert capsys.readouterr().out.splitlines() == ["[1/2] a.md: ok", "[2/2] b.md: failed"]
    assert progress.state.failed == 1


def test_live_view() -> None:
    text = io.StringIO()
    console = Console(file=text, width=80, force_terminal=True, color_system=None)
    live = LiveProgress(console)
    live.begin({f"notebooks/n{i}": 10.0 for i in range(12)}, 2)
    with live:
        for i in range(10):
            live.started(f"notebooks/n{i}")
        live.finished("notebooks/n0", "failed", "notebooks/n0.md: [failed]")
        console.print(live.view(live.state.started["notebooks/n1"] + 3))
    shown = text.getvalue()
    assert "[1/12] notebooks/n0.md: [failed]" in shown, "markup in a line is text"
    assert "9 running, 1 of 12 done, 1 failed" in shown
    assert "3 s of about 10 s" in shown and "and 1 more" in shown
