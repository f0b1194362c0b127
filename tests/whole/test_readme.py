"""README's findings are those of the notebooks.

Their measurements come from a whole build, which tests don't have; all else does not depend on the
profile: which claims there are, the verdicts that are committed, what the sources report.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from conftest import ROOT
from readme import BEGIN, END, findings, with_findings

NUMBER = r"−?\d[\d.,]*"
MEASURED = rf"{NUMBER}(?:(?:,| →) {NUMBER})*(?:%| points)?"


def said(readme: str) -> str:
    """What stands between the marks."""
    assert readme.count(BEGIN) == readme.count(END) == 1
    return readme.partition(BEGIN)[2].partition(END)[0]


def test_the_findings_are_those_of_the_notebooks(smoke: Path) -> None:
    checks = json.loads((smoke / "checks.json").read_text("utf-8"))
    committed = [{**check, "measured": "MEASURED", "verdict": check["stands"]} for check in checks]
    wanted = " ".join(findings(committed).split())
    found = " ".join(said((ROOT / "README.md").read_text("utf-8")).split())
    right = re.fullmatch(re.escape(wanted).replace("MEASURED", MEASURED), found)
    assert right, f"{found}\n\nis not\n\n{wanted}\n\nmake book, then make readme"


def test_only_what_stands_between_the_marks_is_written() -> None:
    text = f"before\n\n{BEGIN}\nold\n{END}\n\nafter\n"
    new = with_findings(text, "new\n")
    assert new == text.replace("old", "new")
    assert with_findings(new, "new\n") == new
