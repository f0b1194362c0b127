"""Typst in a process of its own, which can be ended, and whose memory goes when it does.

A page may keep Typst for ever or overflow its stack; here that costs one PDF and not the build.
``python -m scripts.pdf.press WORK PARENT`` reads jobs and writes answers, a line of JSON each.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Timer
from typing import Self

from scripts.core.files import TOOLCHAIN
from scripts.core.system.forks import leave_with

PATIENCE = 120.0  # seconds for any document, and for each 5 KB of its Typst one more
PRESS = (sys.executable, "-m", "scripts.pdf.press")
# Typst's threads can wait for each other for ever (its issues 6052, 7178); the pages are written by
# the other core meanwhile, so that more threads gained nothing that could be measured.
ALONE = {"RAYON_NUM_THREADS": "1"}
PER_SECOND = 5_000  # Typst sets 100 KB and more in one


@dataclass(frozen=True)
class Job:
    """A document to set: ``WORK/name.typ`` becomes the file ``target``."""

    name: str
    target: str
    timestamp: int
    lenient: bool  # a PDF that isn't PDF/UA is better than none


@dataclass(frozen=True)
class Said:
    """What Typst has to say, and where in the document's Typst: line from 1, column from 0."""

    text: str
    line: int = 0
    column: int = 0


@dataclass(frozen=True)
class Answer:
    """Errors (then there is no PDF), what keeps it from being PDF/UA, warnings."""

    errors: list[Said] = field(default_factory=list)
    not_ua: list[Said] = field(default_factory=list)
    warnings: list[Said] = field(default_factory=list)
    broken: bool = False  # Typst came to no end, and can't say where


KINDS = ("errors", "not_ua", "warnings")


class Press:
    """A process that sets one document after the other; leaving the context ends it."""

    def __init__(self, work: Path) -> None:
        self.work = work
        self.process: subprocess.Popen[str] | None = None
        self.patience = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def begin(self, job: Job, patience: float = 0.0) -> None:
        """Have a document set, in so many seconds at most (0: by its size); the last one's answer
        was taken before."""
        if self.process is None or self.process.poll() is not None:
            self.process = subprocess.Popen(
                [*PRESS, str(self.work.absolute()), str(os.getpid())],
                cwd=TOOLCHAIN.parent, text=True, encoding="utf-8",
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                env={**os.environ, **ALONE},
            )  # fmt: skip
        size = (self.work / f"{job.name}.typ").stat().st_size
        self.patience = patience or PATIENCE + size / PER_SECOND
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(asdict(job)) + "\n")
        self.process.stdin.flush()

    def answer(self) -> Answer:
        """What became of the document; an error if it takes too long or Typst breaks down."""
        assert self.process is not None and self.process.stdout is not None
        timer = Timer(self.patience, self.process.kill)
        timer.daemon = True
        timer.start()
        line = self.process.stdout.readline()
        late = not timer.is_alive()
        timer.cancel()
        if line:
            known = json.loads(line)
            errors, not_ua, warnings = ([Said(**s) for s in known[kind]] for kind in KINDS)
            return Answer(errors, not_ua, warnings)
        code = self.process.wait()
        self.end()
        why = f"Typst broke down ({code}): too deep a nesting, or out of memory"
        if late:
            why = f"Typst had not set it after {self.patience:.0f} seconds"
        return Answer([Said(why)], broken=True)

    def end(self) -> None:
        """End the process and give its memory back; the next document begins another."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None


def said(name: str, text: str, diagnostic: str) -> Said:
    """What Typst says of a document, with the place in ``name.typ`` and none of this machine."""
    place = re.search(rf"(?:^|[/\\\s]){re.escape(name)}\.typ:(\d+):(\d+)", diagnostic)
    line, column = (int(place[1]), int(place[2])) if place else (0, 0)
    return Said(" ".join(text.split()), line, column)


def print_document(work: Path, job: Job) -> Answer:
    """Typst to PDF beside its target, then renamed: nothing half-built is ever visible."""
    import typst

    found = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(work / "fonts")]
    )
    source = str(work / f"{job.name}.typ")
    compiler = typst.Compiler(input=source, root=str(work), font_paths=found)
    not_ua: list[Said] = []
    for standards in (["ua-1"], []):
        try:
            data, warnings = compiler.compile_with_warnings(
                format="pdf",
                pdf_standards=standards,  # type: ignore[arg-type]
                timestamp=job.timestamp,
            )
        except typst.TypstError as error:
            wrong = said(job.name, " ".join([error.message, *error.hints]), error.diagnostic or "")
            if not_ua or not job.lenient or "PDF/UA" not in error.message:
                return Answer([wrong])
            not_ua.append(wrong)
            continue
        break
    fresh = Path(f"{job.target}.part")
    assert isinstance(data, bytes)
    fresh.write_bytes(data)
    fresh.replace(job.target)
    return Answer([], not_ua, [said(job.name, w.message, w.diagnostic or "") for w in warnings])


def main(work: Path, parent: int) -> None:
    """Answer jobs until there are no more, or the ``parent`` process has ended."""
    leave_with(parent)
    for line in sys.stdin:
        print(json.dumps(asdict(print_document(work, Job(**json.loads(line))))), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
