"""Lines of the source for those that Sphinx reports."""

from __future__ import annotations

from samples import page

from scripts.rendering.sphinx_warnings import source_line


def test_lines_of_staged_notebooks() -> None:
    """MyST-NB counts 10,000 a cell; cells inserted by the build don't exist in the source."""
    from scripts.book.notebooks import read_notebook

    text = "---\nkernelspec: {name: python3}\n---\n# T\n\n```{code-cell}\nx = 1\n```\n\nLast.\n"
    notebook, lines = read_notebook(text)
    assert lines == (4, 7, 10)
    with_cells = page(text, notebook=notebook, cell_lines=lines)
    assert source_line(with_cells, 20_001) == 7
    assert source_line(with_cells, 5) == 5
