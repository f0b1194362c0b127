"""What makes a copy stand alone."""

from __future__ import annotations

import subprocess
import sys

import pytest

from scripts.editions.lessons.dependencies import install_cell, packages_of, requirements
from scripts.editions.lessons.setup import cut, module_cell


def test_modules_are_real_ones() -> None:
    source = module_cell({"demo_module": "def f():\n    return __name__\n"})
    code = "import inspect, demo_module as d\nprint(d.f(), inspect.getsource(d.f))\nd.f(1)"
    done = subprocess.run(
        [sys.executable, "-c", f"{source}\n{code}"], capture_output=True, text=True
    )
    assert done.stdout.startswith("demo_module def f():")
    assert "TypeError" in done.stderr


def test_packages() -> None:
    used = packages_of(["import os, numpy\nimport mine", "from sklearn.svm import SVC"], {"mine"})
    assert used == {"numpy", "sklearn"}
    assert install_cell(used) == ""
    text = requirements({"sklearn", "torch"}, ours=True)
    assert "--extra-index-url https://download.pytorch.org/whl/cpu" in text
    assert "+cpu" not in text and "scikit-learn==" in text
    assert "torch" not in requirements({"numpy"}, ours=False)


MODULE = '''"""A module."""

from __future__ import annotations

import os
import json as j
from typing import TYPE_CHECKING

import other

if TYPE_CHECKING:
    from heavy import Thing

SIZE, UNUSED = 3, 4
_table: dict[str, int] = {}
LEFT_OUT = j.dumps(1)
os.set = 1


class Base:
    """Never reached."""


def _inner(x: Thing) -> int:
    """Long text."""
    return other.double(x) + SIZE  # the comment


def outer(x: int, *, key: int = SIZE) -> int:
    """More
    text."""
    _table["a"] = key
    return _inner(x)


def left_out() -> None:
    print(LEFT_OUT, Base)
'''


def test_a_copy_carries_what_it_reaches_and_no_more() -> None:
    other = "def double(x):\n    return 2 * x\n\ndef halve(x):\n    return x / 2\n"
    modules = cut({"other": other, "mine": MODULE}, ["import mine\nmine.outer(2)"])
    assert list(modules) == ["other", "mine"]
    assert modules["other"] == "def double(x):\n    return 2 * x\n"
    text = modules["mine"]
    for gone in ("LEFT_OUT", "left_out", "Base", "TYPE_CHECKING", "import json", "text", "Thing"):
        assert gone not in text, gone
    code = "import mine, os\nprint(mine.outer(2), os.set)"
    done = subprocess.run(
        [sys.executable, "-c", f"{module_cell(modules)}\n{code}"], capture_output=True, text=True
    )
    assert done.stdout == "7 1\n", done.stderr


@pytest.mark.parametrize(
    "cell",
    ["from mine import *", "import mine as m\nm.outer(1)", "import mine\nprint(mine)", "%time"],
)
def test_a_module_whose_use_cannot_be_seen_stays_whole(cell: str) -> None:
    assert cut({"mine": MODULE}, ["import mine\nmine.outer(2)", cell])["mine"] == MODULE
