"""Code cells: their numbers, and IPython's own lines."""

from __future__ import annotations

from typing import Any

import pytest
from docutils import nodes
from docutils.utils import new_document
from pygments.lexers import get_lexer_by_name
from pygments.token import Error

from scripts.rendering.cells import as_ipython, number_of


def page(*cells: tuple[str, int | None, str]) -> nodes.document:
    """A page with cells of (language, number of the execution, code)."""
    document = new_document("page")
    for language, count, code in cells:
        cell = nodes.container(nb_element="cell_code", exec_count=count)
        source = nodes.container(nb_element="cell_code_source")
        source += nodes.literal_block(code, code, language=language)
        cell += source
        document += cell
    return document


def blocks(document: nodes.document) -> list[Any]:
    return list(document.findall(nodes.literal_block))


def test_a_cell_has_the_number_of_its_execution_else_its_place() -> None:
    executed = page(("python", 3, "a"), ("python", 7, "b"))
    assert [number_of(block.parent.parent) for block in blocks(executed)] == [3, 7]
    fresh = page(("python", None, "a"), ("r", None, "b"), ("python", 9, "c"))
    assert [number_of(block.parent.parent) for block in blocks(fresh)] == [1, 2, 9]


@pytest.mark.parametrize(
    "code", ["!pip list", "%timeit 1 + 1", "files = !ls", "%%bash\nls | wc", "print?"]
)
def test_what_only_ipython_knows_is_no_error(code: str) -> None:
    document = page(("python", None, code))
    as_ipython(None, document)  # type: ignore[arg-type]
    (block,) = blocks(document)
    tokens = get_lexer_by_name(block["language"]).get_tokens(code)
    assert Error not in [kind for kind, _ in tokens]


def test_other_languages_and_code_that_is_no_cell_stay() -> None:
    document = page(("julia", None, "x = 1"))
    document += nodes.literal_block("x", "x", language="python")
    as_ipython(None, document)  # type: ignore[arg-type]
    assert [block["language"] for block in blocks(document)] == ["julia", "python"]
