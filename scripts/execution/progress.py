"""How a run shows itself: a live view on a terminal, a line for each event elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from statistics import median
from types import TracebackType

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from scripts.core.words import duration

SHOWN = 8  # running notebooks in the live view
UNKNOWN = 30.0  # seconds a notebook may take when none has ever run


@dataclass
class State:
    """How far a run of many notebooks is. Times are seconds; ``started`` on `time.monotonic`."""

    expected: dict[str, float]  # of those that run now, by name, from their last runs
    jobs: int
    started: dict[str, float] = field(default_factory=dict)
    done: int = 0
    failed: int = 0
    waiting: set[str] = field(default_factory=set)

    def left(self, now: float) -> float:
        """About how many seconds are left: what remains, shared by the jobs, but never less than
        the longest notebook alone."""
        rest = [max(self.expected[name] - (now - at), 0.0) for name, at in self.started.items()]
        rest += [self.expected[name] for name in self.waiting]
        return max(sum(rest) / max(self.jobs, 1), max(rest, default=0.0))


def expectations(names: Iterable[str], seconds: Mapping[str, float]) -> dict[str, float]:
    """Seconds by name; a notebook that never ran is taken for an average one."""
    typical = median(seconds.values()) if seconds else UNKNOWN
    return {name: seconds.get(name, typical) for name in names}


class Progress:
    """A line for each event. The base of the live view, and all there is in a log."""

    def __init__(self) -> None:
        self.state = State({}, 1)

    def tell(self, line: str) -> None:
        """One line, as it is."""
        print(line, flush=True)

    def begin(self, expected: dict[str, float], jobs: int) -> None:
        """Notebooks by name with the seconds that each may take."""
        self.state = State(expected, jobs, waiting=set(expected))

    def started(self, name: str) -> None:
        self.state.waiting.discard(name)
        self.state.started[name] = time.monotonic()

    def finished(self, name: str, outcome: str, detail: str) -> None:
        """A notebook ended; ``detail`` is what the line says of it."""
        self.state.started.pop(name, None)
        self.state.done += 1
        self.state.failed += outcome != "ok"
        self.tell(f"[{self.state.done}/{len(self.state.expected)}] {detail}")

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        pass


class LiveProgress(Progress):
    """The same lines, and below them what runs now and how long it may still take."""

    def __init__(self, console: Console | None = None) -> None:
        super().__init__()
        self._console = console or Console(highlight=False)
        self._live: Live | None = None

    def tell(self, line: str) -> None:
        self._console.print(Text(line))

    def begin(self, expected: dict[str, float], jobs: int) -> None:
        super().begin(expected, jobs)
        if expected:
            self._live = Live(
                get_renderable=lambda: self.view(time.monotonic()), console=self._console,
                transient=True, refresh_per_second=4,
            )  # fmt: skip
            self._live.start()

    def view(self, now: float) -> RenderableType:
        """The live part: a line and a bar for the whole, a row for each running notebook."""
        state = self.state
        parts = [f"{len(state.started)} running", f"{state.done} of {len(state.expected)} done"]
        parts += [f"{state.failed} failed"] if state.failed else []
        line = Text(", ".join(parts), style="bold")
        line.append(f"  about {duration(state.left(now))} left", style="dim")
        rows = Table.grid(padding=(0, 2))
        running = sorted(state.started.items(), key=lambda entry: entry[1])
        for name, at in running[:SHOWN]:
            share = min((now - at) / state.expected[name], 1.0) if state.expected[name] else 1.0
            took = f"{duration(now - at)} of about {duration(state.expected[name])}"
            rows.add_row(ProgressBar(1.0, share, width=16), Text(name), Text(took, style="dim"))
        if len(running) > SHOWN:
            rows.add_row("", Text(f"and {len(running) - SHOWN} more", style="dim"), "")
        return Group(line, rows)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        if self._live:
            self._live.stop()


def progress() -> Progress:
    """The view that suits where the output goes."""
    return LiveProgress() if sys.stdout.isatty() else Progress()


Tell = Callable[[str], None]
