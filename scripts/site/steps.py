"""Figures of several values of one parameter, with a slider (see `core.steps`).

When a page is read, the chosen picture gets the others beside it, for the HTML pages alone; all are
pictures of the book like any other, with a dark version each. Without a script they stand in a row.
"""

from __future__ import annotations

import json
import re
from html import escape
from pathlib import Path
from typing import Any

import msgspec
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

from scripts.core.steps import CLASS, FOLDER, Steps
from scripts.rendering.directives.parts import box, para

SCRIPT = "steps.js"
OVER, PLACE = "newsletter_over", "newsletter_place"
KEY = re.compile(re.escape(CLASS) + r"([0-9a-f]{16})")


def unfold(app: Sphinx, doctree: nodes.document) -> None:
    """Put the figures of all values into a page (event ``doctree-read``), the chosen one first."""
    for image in list(doctree.findall(nodes.image)):
        key = next((found[1] for name in image["classes"] if (found := KEY.fullmatch(name))), "")
        path = Path(app.srcdir, FOLDER, f"{key}.json")
        if key and path.is_file():
            image["classes"].remove(f"{CLASS}{key}")
            app.env.note_dependency(str(path))
            steps = msgspec.json.decode(path.read_bytes(), type=Steps)
            parent, place = image.parent, image.parent.index(image)
            parent[place] = figures(image, key, steps)


def figures(chosen: nodes.image, key: str, steps: Steps) -> nodes.container:
    """A container of all figures; ``chosen`` is the picture that the page has already."""
    words = str(chosen.get("alt", ""))
    made = []
    for place, step in enumerate(steps.steps):
        value = f"{steps.over}: {step.value}"
        picture = chosen
        if place != steps.chosen:
            picture = nodes.image(uri=f"/{FOLDER}/{key}-{place}.svg")
        picture["alt"] = f"{value}. {step.alt or words}"
        name = "step shown" if place == steps.chosen else "step html-only"
        made.append(box(name, para("step-value", value), picture))
        made[-1][PLACE] = place
    made.insert(0, made.pop(steps.chosen))
    whole = box("steps", *made)
    whole[OVER] = (steps.over, [step.value for step in steps.steps], steps.chosen)
    return whole


class Sliders(SphinxPostTransform):
    """The figures in the order of their values, and what chooses among them."""

    default_priority = 410  # after `transforms`, which cleans whatever stands in outputs
    builders = ("html", "dirhtml")

    def run(self, **_kwargs: Any) -> None:
        for number, whole in enumerate(found_in(self.document)):
            over, values, chosen = whole[OVER]
            row = sorted(whole.children, key=lambda step: step[PLACE])
            name = escape(f"{over}: {', '.join(values)}")
            before = slider(f"steps-{number}", over, values, chosen) + (
                f'<div class="steps-row scrolls" tabindex="0" role="group" aria-label="{name}">'
            )
            whole.children = []
            whole += [raw(before), *row, raw("</div>")]


def slider(id: str, over: str, values: list[str], chosen: int) -> str:
    """The control; the script shows the figure that it names."""
    ticks = "".join(f"<span>{escape(value)}</span>" for value in values)
    # The slider says its value itself: the output would say it twice.
    return (
        f'<div class="steps-control"><label for="{id}">{escape(over)}</label>'
        f'<output for="{id}" aria-live="off">{escape(values[chosen])}</output>'
        f'<input type="range" id="{id}" min="0" max="{len(values) - 1}" value="{chosen}" '
        f'aria-valuetext="{escape(values[chosen])}" data-values="{escape(json.dumps(values))}">'
        f'<div class="steps-ticks" aria-hidden="true">{ticks}</div></div>'
    )


def raw(text: str) -> nodes.raw:
    return nodes.raw("", text, format="html")


def found_in(document: nodes.document) -> list[nodes.container]:
    return [node for node in document.findall(nodes.container) if OVER in node]


def in_page(doctree: Any) -> bool:
    """Whether a page holds figures with a slider."""
    return doctree is not None and bool(found_in(doctree))


def setup(app: Sphinx) -> None:
    # Before Sphinx collects the pictures of a page.
    app.connect("doctree-read", unfold, priority=400)
    app.add_post_transform(Sliders)
