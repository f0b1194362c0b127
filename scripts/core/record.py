"""What is kept of runs: records, checks, and how bugs were noticed, as plain data that go to JSON
and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from scripts.core.verdicts import count_verdicts

CHECKS_MIME = "application/vnd.nlp-newsletter.checks+json"

STATISTICS = ("mean", "median", "min", "max")  # of a check's values by seed

Kind = Literal["claim", "finding", "arithmetic", "exactness"]
Outcome = Literal["ok", "failed", "died", "timeout", "memory", "output"]


@dataclass(frozen=True)
class Failure:
    """Where and why a run failed. ``cell`` counts code cells from 1 (0: no cell),
    ``line`` is the line in the source file, ``traceback`` the last lines, without colours."""

    cell: int
    path: str
    line: int
    error: str
    traceback: str = ""


@dataclass(frozen=True)
class Record:
    """One execution of one notebook under one profile."""

    notebook: str  # docname
    profile: str
    parameters: dict[str, Any]
    key: str
    parts: dict[str, Any]  # the parts of the key, for `why`
    start: str  # ISO 8601, UTC
    seconds: float
    kernel_start: float  # seconds until the kernel took the first cell; part of `seconds`
    cpu: float  # seconds of processor time of the kernel and what it started
    memory: int  # peak resident memory of the kernel, MiB
    kernel: str
    python: str
    packages: dict[str, str]
    machine: str
    outcome: Outcome
    failure: Failure | None = None
    # What an ordinary book's page read of its root undeclared: path -> digest of it then.
    opened: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        # Those that declare all they read, as a newsletter's do, have nothing to say of it.
        return {k: v for k, v in asdict(self).items() if k != "opened" or v}


@dataclass(frozen=True)
class Check:
    """One test with a verdict, as `checks.json` holds it."""

    id: str
    kind: Kind
    notebook: str  # the notebook's stem
    item: str
    profile: str
    claim: str
    source: str
    reported: Any
    measured: Any
    unit: str
    spread: Any
    expected: str  # the rule
    verdict: str
    stands: str
    reason: str
    cell: int  # counts code cells from 1
    # By seed, where the check keeps them, and what makes `measured` of them (see `STATISTICS`).
    values: list[float] | None = None
    statistic: str = ""

    def to_json(self) -> dict[str, Any]:
        kept = asdict(self)
        if self.values is None:
            del kept["values"], kept["statistic"]
        return kept


@dataclass(frozen=True)
class Run:
    """A record together with the executed notebook (nbformat JSON)."""

    record: Record
    notebook: dict[str, Any]
    checks: tuple[Check, ...] = field(default=())


Runs = Mapping[str, Run]  # by docname


@dataclass(frozen=True)
class Tried:
    """What became of the bugs that were planted in a notebook: how many its checks noticed, how
    many survived, and how many nobody can notice; ``date``: when (ISO 8601); ``digest``: that of
    code and bugs as they were then."""

    caught: int
    survived: int
    harmless: int
    date: str
    digest: str


def record_file(docname: str, profile: str) -> str:
    """Where a record lies below `records/`: `NAME.json` for ours under `book`,
    `NAME.PROFILE.json` for other profiles; those of other books mirror their page's path."""
    folder, _, name = docname.partition("/")
    ours = folder in ("notebooks", "issues") and name and "/" not in name
    return f"{name if ours else docname}{'' if profile == 'book' else f'.{profile}'}.json"


def code_cells(notebook: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The code cells of an executed notebook (nbformat JSON)."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def tally(checks: Iterable[Check]) -> dict[str, int]:
    """How many claims have which verdict, in the fixed order, zeros left out."""
    return count_verdicts(check.verdict for check in checks if check.kind == "claim")
