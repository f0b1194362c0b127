"""Reports for machines."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from scripts.core.problems import Problem
from scripts.execution import report


def test_report_for_machines() -> None:
    problems = [Problem("a.md", 3, "wrong\x07 <thing>", "right\nso")]
    tree = ET.fromstring(report.junit(problems, {}))
    assert tree.get("failures") == "1"
    assert "<thing>" in (tree.find("testcase/failure").get("message") or "")  # type: ignore[union-attr]
    assert report.github_lines(problems) == [
        "::error file=a.md,line=3::wrong\ufffd <thing> right%0A    so"
    ]
    assert "`a.md:3` wrong" in report.markdown(problems, {})
