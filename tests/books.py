"""Books of a few lines, for tests of the engine: a page for each name, with its code cells."""

from __future__ import annotations

from pathlib import Path

HEAD = """\
---
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {display_name: Python 3, language: python, name: python3}
"""


def make_book(
    root: Path, pages: dict[str, list[str]], preload: str = "", timeout: int = 60, memory: int = 0
) -> Path:
    """An ordinary Jupyter Book whose page ``NAME.md`` has these code cells."""
    root.mkdir(parents=True)
    toc = ["format: jb-book", "root: index", "chapters:", *(f"- file: {name}" for name in pages)]
    (root / "_toc.yml").write_text("\n".join(toc) + "\n")
    config = f"title: Book\nexecute: {{execute_notebooks: force, timeout: {timeout}}}\n"
    (root / "_config.yml").write_text(config)
    (root / "index.md").write_text("# Home\n\nText.\n")
    front = HEAD + (f"preload: [{preload}]\n" if preload else "")
    front += (f"memory: {memory}\n" if memory else "") + "---\n"
    for name, cells in pages.items():
        code = "".join(f"\n```{{code-cell}} ipython3\n{cell}\n```\n" for cell in cells)
        (root / f"{name}.md").write_text(f"{front}\n# {name.title()}\n{code}")
    return root
