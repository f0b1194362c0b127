"""Which page keeps Typst from an end, where Typst itself can't say it any more."""

from __future__ import annotations

import re
from dataclasses import replace

from scripts.pdf.press import Job, Press
from scripts.pdf.writer.markup import Places

ALONE = 20.0  # seconds for a page by itself, which takes Typst a tenth of one
_TARGET = re.compile(r'#ref-link\(label\("(?:[^"\\]|\\.)*"\)\)')


def breaking_page(job: Job, press: Press, places: Places) -> str:
    """The first page that Typst cannot set even alone; "" if it is none of them."""
    source = (press.work / f"{job.name}.typ").read_text(encoding="utf-8")
    marks = zip(places.offsets, places.pages, strict=True)
    begins = [(offset, page) for offset, (page, line) in marks if not line]
    ends = [offset for offset, _ in begins[1:]] + [len(source)]
    front = source[: source.index("#title-page(")]
    alone = replace(job, name=f"{job.name}.alone", target=str(press.work / f"{job.name}.alone.pdf"))
    try:
        for (offset, page), end in zip(begins, ends, strict=True):
            text = front + _TARGET.sub("#ref-link(none)", source[offset:end])
            (press.work / f"{alone.name}.typ").write_text(text, encoding="utf-8")
            press.begin(alone, ALONE)
            if press.answer().broken:
                return page
        return ""
    finally:
        for left in press.work.glob(f"{alone.name}.*"):
            left.unlink()
