"""What a copy of a notebook needs to stand alone: our modules and packages, by name."""

from __future__ import annotations

import posixpath
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import PackageNotFoundError, packages_distributions, version

from nbformat import NotebookNode

from scripts.book.cells import imported, local_modules
from scripts.book.model import Book, Page
from scripts.book.outline import is_full_size
from scripts.core.problems import Problem

# What Colab has installed, by the name that is imported (of the many, those likely to be met).
COLAB = {
    *("PIL", "bokeh", "cv2", "google", "ipywidgets", "jax", "matplotlib", "networkx"),
    *("nltk", "numpy", "pandas", "plotly", "requests", "scipy", "seaborn", "sklearn", "spacy"),
    *("statsmodels", "sympy", "tensorflow", "torch", "torchvision", "tqdm", "transformers", "yaml"),
}
# What comes with any Jupyter, Colab's too.
JUPYTER = {"IPython", "ipykernel", "jupyter_client", "matplotlib_inline", "traitlets"}
# Imported name -> distribution, where the two differ and the package may not be installed here.
DISTRIBUTIONS = {"sklearn": "scikit-learn", "PIL": "pillow", "cv2": "opencv-python"}
# What a learner's environment holds in any case: the publication's own packages.
BASE = ("ipykernel", "matplotlib", "numpy", "pandas", "scikit-learn", "scipy", "torch")

# The oldest versions of them, and of Python, with which the publication's notebooks are tried
# (`test_learners_copies_in_an_environment_of_their_own`).
PYTHON = "3.11"
OLDEST = {
    "matplotlib": "3.10", "numpy": "2.0", "pandas": "2.2", "scikit-learn": "1.5", "scipy": "1.13",
    "torch": "2.6",
}  # fmt: skip


def modules_of(book: Book, page: Page) -> tuple[dict[str, str], list[Problem]]:
    """Our modules that a page imports, name -> source, each after those that it imports itself."""
    if page.notebook is None:
        return {}, []
    sources = [cell.source for cell in page.notebook.cells if cell.cell_type == "code"]
    ours = book.rules.published
    folders = ["notebooks"] if ours else [posixpath.dirname(page.path), ""]
    texts: dict[str, str] = {}
    problems = []
    for path in local_modules(book.root, [s for s in sources if not is_fallback(s)], folders):
        if not path.endswith(".py"):
            continue
        name = posixpath.basename(path).removesuffix(".py")
        texts[name] = (book.root / path).read_text(encoding="utf-8")
        if "__init__" in path or "/" in posixpath.relpath(path, _folder(path, folders)):
            what = f"imports the package file {path}, which a learner's copy cannot carry"
            problems.append(Problem(page.path, 0, what, "Import a module of one file."))
            del texts[name]
        elif "'''" in texts[name]:
            what = "holds three single quotes, which end the text in a learner's copy"
            problems.append(Problem(path, 0, what, 'Write """ instead.'))
            del texts[name]
    needs = {name: imported(text) & set(texts) - {name} for name, text in texts.items()}
    try:
        order = list(TopologicalSorter(dict(sorted(needs.items()))).static_order())
    except CycleError as error:
        what = f"its modules import one another in a circle: {', '.join(error.args[1])}"
        problems.append(Problem(page.path, 0, what))
        order = sorted(texts)
    return {name: texts[name] for name in order}, problems


def parted(
    modules: Mapping[str, str], cells: Sequence[NotebookNode]
) -> tuple[dict[str, str], dict[str, str]]:
    """Modules that ordinary cells import, directly or through one another; and the others, which
    only cells of the full size do."""
    if not any(is_full_size(cell) for cell in cells):
        return dict(modules), {}
    ordinary = [c.source for c in cells if c.cell_type == "code" and not is_full_size(c)]
    needed, waiting = set[str](), ordinary
    while waiting:
        new = {name for source in waiting for name in imported(source)} & set(modules) - needed
        needed |= new
        waiting = [modules[name] for name in new]
    always = {name: text for name, text in modules.items() if name in needed}
    return always, {name: text for name, text in modules.items() if name not in needed}


def _folder(path: str, folders: Iterable[str]) -> str:
    return next((f for f in folders if f and path.startswith(f + "/")), "") or "."


def is_fallback(source: str) -> bool:
    """Whether code reaches into the toolchain: the cell that only a plain build needs."""
    return bool(re.search(r"^\s*(from|import) scripts\b", source, re.M))


def packages_of(sources: Iterable[str], own: Iterable[str]) -> set[str]:
    """Top-level names of the installed packages that sources import."""
    names = {name for source in sources if not is_fallback(source) for name in imported(source)}
    return names - set(own) - set(sys.stdlib_module_names) - JUPYTER


def install_cell(packages: Iterable[str]) -> str:
    """Source of the first cell where Colab lacks something, else empty."""
    missing = sorted(distribution(name) for name in set(packages) - COLAB)
    return f"%pip install --quiet {' '.join(missing)}" if missing else ""


def distribution(name: str) -> str:
    """Name under which a package is installed, from the name that is imported."""
    known = _installed().get(name)
    return known[0] if known else DISTRIBUTIONS.get(name, name)


@lru_cache(1)
def _installed() -> Mapping[str, list[str]]:
    return packages_distributions()  # opens every package's metadata: half a second


LAB = "jupyterlab==4.6.6"  # not among our own packages, so its version stands here


def requirements(packages: Iterable[str], *, ours: bool) -> str:
    """requirements.txt of the learners' notebooks: the installed versions, torch without CUDA."""
    names = {distribution(name) for name in packages} | set(BASE if ours else ("ipykernel",))
    lines = ["# Versions with which the notebooks were run; jupyterlab is there to open them."]
    if "torch" in names:
        # Binder has 2 GB of memory and no GPU.
        lines.append("--extra-index-url https://download.pytorch.org/whl/cpu")
    return "\n".join([*lines, *map(_pin, sorted(names, key=str.lower)), LAB, ""])


def _pin(name: str) -> str:
    try:
        return f"{name}=={version(name).split('+')[0]}"
    except PackageNotFoundError:
        return name


def read_sources(page: Page, modules: Mapping[str, str]) -> list[str]:
    """All code of a page, its modules' included."""
    cells = page.notebook.cells if page.notebook else []
    return [*(c.source for c in cells if c.cell_type == "code"), *modules.values()]
