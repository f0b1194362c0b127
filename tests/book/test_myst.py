"""The Markdown dialect: what `_config.yml` enables is what the toolchain reads."""

from __future__ import annotations

import pytest
import yaml
from conftest import ROOT

from scripts.book import dialect, myst
from scripts.core.page_data.directives import DIRECTIVES


@pytest.mark.parametrize("path", ["_config.yml", "tests/tiny/_config.yml"])
def test_sphinx_reads_the_same_dialect(path: str) -> None:
    config = yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))
    assert tuple(config["parse"]["myst_enable_extensions"]) == dialect.EXTENSIONS


def test_each_extension_is_read() -> None:
    text = (
        ":::{note}\nWords.\n:::\n\nA $x$.\n\n\\begin{align}\ny\n\\end{align}\n\n"
        "Term\n: Meaning.\n\n[A word](https://x.org){.big}\n"
    )
    tokens, flat, *_ = myst.flow(text)
    kinds = {token.type for token in tokens}
    assert {"colon_fence", "amsmath"} <= kinds
    words = " ".join(myst.plain_text(t) for t in flat if t.type == "inline")
    assert "Words." in words and "Meaning." in words and "align" not in words and "x" not in words


@pytest.mark.parametrize("name", DIRECTIVES)
def test_data_of_the_build_are_no_prose(name: str) -> None:
    assert "numbers" not in str(myst.flow(f"```{{{name}}}\nnumbers\n```\n").flat)
