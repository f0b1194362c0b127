"""Reports for machines."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from scripts.core.problems import BookError, Problem
from scripts.core.system.signals import Stopped
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
    placed = [Problem("a.md", 3, "wrong", column=7)]
    assert report.github_lines(placed) == ["::error file=a.md,line=3,col=7::wrong "]
    assert "`a.md:3:7` wrong" in report.markdown(placed, {})
    assert 'message="a.md:3:7: wrong"' in report.junit(placed, {})


@pytest.mark.parametrize(
    ("end", "said"),
    [
        (Stopped(15), "the build was stopped by a signal"),
        (KeyError("a word"), "the build broke off: KeyError: 'a word'"),
        (BookError([Problem("page.md", 3, "wrong")]), "`page.md:3` wrong"),
    ],
)
def test_whatever_ends_a_build_stands_in_its_report(
    end: BaseException, said: str, tmp_path: Path
) -> None:
    with pytest.raises(type(end)), report.reporting(tmp_path, {}):
        raise end
    assert said in (tmp_path / "report.md").read_text()
    assert 'failures="1"' in (tmp_path / "junit.xml").read_text()
