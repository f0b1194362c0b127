"""A run is complete only if each of its cells ran to its end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from conftest import ROOT

from scripts.worker import process

CHECKS = "application/x-checks+json"


def ran(tmp_path: Path, *cells: str, allow_errors: bool = False) -> dict[str, Any]:
    """The result of a notebook; a cell's first line may be ``# tags: NAME``."""
    notebook = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "", "language": "python"}}
    )
    for source in cells:
        cell = nbformat.v4.new_code_cell(source)
        if source.startswith("# tags: "):
            cell.metadata["tags"] = source.splitlines()[0].removeprefix("# tags: ").split()
        notebook.cells.append(cell)
    request = {
        "notebook": notebook, "parameters": {}, "profile": "book", "deadline": 60.0,
        "memory": None, "cell_timeout": None, "allow_errors": allow_errors, "kept": [CHECKS],
        "cwd": None, "root": None, "files": {}, "state": "", "scratch": str(tmp_path),
    }  # fmt: skip
    worker = process.begin(ROOT, process.kernel_environment(tmp_path))
    answer = worker.ask(request)
    assert answer.text, answer.why
    return dict(json.loads(answer.text))


@pytest.mark.parametrize(
    ("cell", "error"),
    [
        ("import sys; sys.exit()", "SystemExit"),
        ("import sys; sys.exit(0)", "SystemExit: 0"),
        ("raise SystemExit", "SystemExit"),
        ("# tags: parameters\nraise SystemExit(0)", "SystemExit: 0"),
        ("exit()", "died"),
        ("import os; os._exit(0)", "died"),
        ("get_ipython().kernel._aborting = True", "did not run to its end"),
    ],
)
def test_a_notebook_that_ends_itself_fails(cell: str, error: str, tmp_path: Path) -> None:
    result = ran(tmp_path, "1", cell, "import time; time.sleep(0.5)", "1 / 0")
    assert result["outcome"] in ("failed", "died")
    assert error in result["error"] or result["outcome"] == error
    # `exit()` ends the kernel a moment later, `_aborting` after its own cell.
    assert result["failed"] == 2 or cell.startswith(("exit", "get_ipython"))


@pytest.mark.parametrize(
    "cells",
    [
        ("1", "", "   \n", "2"),
        ("# tags: skip-execution\n1 / 0", "1"),
        ("# tags: raises-exception\n1 / 0", "1"),
        ("# tags: raises-exception\nraise SystemExit", "1"),
    ],
)
def test_what_may_be_left_out_is_no_failure(cells: tuple[str, ...], tmp_path: Path) -> None:
    assert ran(tmp_path, *cells)["outcome"] == "ok"


def test_with_allow_errors_the_cells_after_an_error_run(tmp_path: Path) -> None:
    result = ran(tmp_path, "1 / 0", "raise SystemExit", "2", allow_errors=True)
    assert result["outcome"] == "ok", result["error"]
    assert result["notebook"]["cells"][2]["outputs"][0]["data"]["text/plain"] == "2"


def test_checks_stay_when_a_cell_clears_its_output(tmp_path: Path) -> None:
    show = (
        "from IPython.display import clear_output, display\n"
        f"display({{'{CHECKS}': {{}}, 'text/plain': 'check'}}, raw=True)\n"
        "print('gone')\n"
    )
    at_once, later = show + "clear_output()", show + "clear_output(wait=True)\nprint('new')"
    result = ran(tmp_path, at_once, later)
    for cell in result["notebook"]["cells"]:
        assert CHECKS in cell["outputs"][0]["data"]
        assert "gone" not in str(cell["outputs"])


def test_what_a_cell_prints_is_one_output_whenever_it_comes(tmp_path: Path) -> None:
    late = "import sys, time\nfor n in range(3):\n    print(n, flush=True); time.sleep(0.4)"
    (cell,) = ran(tmp_path, late + "\n    print(n, file=sys.stderr, flush=True)")["notebook"][
        "cells"
    ]
    assert [(o["name"], o["text"]) for o in cell["outputs"]] == [
        ("stdout", "0\n1\n2\n"),
        ("stderr", "0\n1\n2\n"),
    ]
