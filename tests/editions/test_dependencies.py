"""What makes a copy stand alone."""

from __future__ import annotations

import subprocess
import sys

from scripts.editions.dependencies import install_cell, packages_of, requirements
from scripts.editions.setup import module_cell


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
