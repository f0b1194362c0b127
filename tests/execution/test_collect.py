"""What cells show as checks and isn't one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import scripts

Edit = Callable[[Path, str, str], None]
SHOW = (
    "from IPython.display import display\n"
    "display({{'application/vnd.nlp-newsletter.checks+json': {0}, 'text/plain': ''}}, raw=True)"
)


@pytest.mark.parametrize("bundle", ["{'checks': [{'id': 'x'}]}", "{}", "None"])
def test_output_that_passes_for_a_check(bundle: str, tiny: Path, edit: Edit) -> None:
    edit(tiny / "notebooks/averages.md", "style.use()", SHOW.format(bundle))
    result = scripts("run", "--root", tiny, "--only", "averages")
    assert result.returncode == 1, result.stdout
    text = (tiny / "notebooks/averages.md").read_text()
    line = text.split("import matplotlib.pyplot")[0].count("\n") + 1
    assert f"error: notebooks/averages.md:{line}: the cell shows an output" in result.stderr
    assert "that is no check" in result.stderr
