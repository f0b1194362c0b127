"""What failed, once, for people and for machines: text, Markdown, JUnit XML, annotations."""

from __future__ import annotations

import os
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from scripts.core.files import sync, to_json, write_atomic
from scripts.core.problems import BookError, Problem, printable
from scripts.core.record import Runs, record_file


def markdown(problems: list[Problem], runs: Runs) -> str:
    """`report.md`: every problem, then every run with its traceback if it failed."""
    lines = ["# Build report", ""]
    lines += [f"{len(problems)} problems." if problems else "No problems.", ""]
    for problem in problems:
        lines.append(f"- `{problem.place}` {problem.what}")
        lines += [f"  {problem.right}"] if problem.right else []
    if runs:
        lines += ["", "| notebook | profile | outcome | seconds | MiB |", "|---|---|---|--:|--:|"]
    for run in runs.values():
        r = run.record
        lines.append(f"| {r.notebook} | {r.profile} | {r.outcome} | {r.seconds:.1f} | {r.memory} |")
    for run in runs.values():
        failure = run.record.failure
        if failure and failure.traceback:
            place = f"{failure.path}:{failure.line}, cell {failure.cell}"
            lines += ["", f"## {place}", "", "```text", failure.traceback, "```"]
    return "\n".join(lines) + "\n"


def thaw(verdicts: list[str], drift: list[str], checks: int, dates: list[str]) -> str:
    """`thaw.md`: what changed since the issues were frozen."""
    lines = ["# Thaw", "", f"{checks} checks, frozen on {', '.join(dates)}.", ""]
    for title, found in (("Verdicts that changed", verdicts), ("Numbers that drifted", drift)):
        lines += [f"## {title}", "", *([f"- {line}" for line in found] or ["None."]), ""]
    return "\n".join(lines)


def junit(problems: list[Problem], runs: Runs) -> str:
    """`junit.xml`: a test case for each run, and one for the sources."""
    suite = ET.Element("testsuite", name="build")
    for run in runs.values():
        record = run.record
        case = ET.SubElement(
            suite, "testcase", classname=record.profile, name=record.notebook,
            time=f"{record.seconds:.2f}",
        )  # fmt: skip
        if record.failure:
            node = ET.SubElement(case, "failure", message=_xml(record.failure.error))
            node.text = _xml(record.failure.traceback)
    case = ET.SubElement(suite, "testcase", classname="sources", name="sources and checks")
    for problem in problems:
        ET.SubElement(case, "failure", message=_xml(str(problem)))
    cases = suite.findall("testcase")
    suite.set("tests", str(len(cases)))
    suite.set("failures", str(sum(1 for c in cases if c.find("failure") is not None)))
    ET.indent(suite)
    return ET.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _xml(text: str) -> str:
    """Without the control characters that XML 1.0 can't hold."""
    return "".join(c for c in text if c >= " " or c in "\t\n")


def github_lines(problems: Iterable[Problem]) -> list[str]:
    """Lines that GitHub Actions shows beside the source."""
    lines = []
    for problem in problems:
        text = printable(f"{problem.what} {problem.right}").replace("%", "%25").replace("\n", "%0A")
        path = re.sub(r"[%,:\s]", lambda found: quote(found.group()), problem.path)
        column = f",col={problem.column}" if problem.column else ""
        lines.append(f"::error file={path},line={max(problem.line, 1)}{column}::{text}")
    return lines


def write(out: Path, problems: list[Problem], runs: Runs) -> None:
    """Write report, JUnit file, records and checks below ``out``."""
    write_reports(out, problems, runs)
    records = {
        record_file(docname, run.record.profile): to_json(run.record.to_json()).encode()
        for docname, run in runs.items()
    }
    failed = {  # kept for opening, never published
        f"{docname}.failed.ipynb": to_json(run.notebook).encode()
        for docname, run in runs.items()
        if run.record.outcome != "ok"
    }
    sync(records, out / "records")
    sync(failed, out / "failed")
    checks = [check.to_json() for run in runs.values() for check in run.checks]
    write_atomic(out / "checks.json", to_json(checks))


@contextmanager
def reporting(out: Path, runs: Runs) -> Iterator[None]:
    """What ends this block stands in the report, with the ``runs`` that were made before."""
    try:
        yield
    except BookError as error:
        write_reports(out, error.problems, runs)
        raise
    except (Exception, KeyboardInterrupt) as error:
        what = f"the build broke off: {type(error).__name__}: {error}"
        if isinstance(error, KeyboardInterrupt):
            what = "the build was stopped by a signal"
        with suppress(OSError):  # the disk may be full
            write_reports(out, [Problem("build", 0, what)], runs)
        raise


def write_reports(out: Path, problems: list[Problem], runs: Runs) -> None:
    """Write report and JUnit file."""
    write_atomic(out / "report.md", markdown(problems, runs))
    write_atomic(out / "junit.xml", junit(problems, runs))


def github() -> bool:
    """Whether this runs in GitHub Actions."""
    return os.environ.get("GITHUB_ACTIONS") == "true"
