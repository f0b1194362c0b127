"""Nothing that a cell puts out runs, reaches out of its box, or stays open."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts.book.model import Book, Page
from scripts.core.addresses import Addresses
from scripts.core.untrusted.pictures import redrawn
from scripts.core.untrusted.sanitize import NOTE, cleaned
from scripts.publishing.verify import verify

CHECKED = (
    '<div class="nl-check" data-verdict="holds"><strong>holds</strong> '
    '<span class="nl-rule">x</span></div>'
)
HARMLESS = {
    CHECKED: "<div><strong>holds</strong> <span>x</span></div>",
    '<p class="verdict verdict-holds dataframe CORRECTION">x</p>': '<p class="dataframe">x</p>',
    '<p class="nl&#45;check" DATA-VERDICT="fails">x</p>': "<p>x</p>",
    "<script>alert(1)</script>": NOTE,
    '<iframe src="https://x.org"></iframe>': NOTE,
    "<p>text</p><script>alert(1)</script>": "<p>text</p>",
    '<div onclick="x()"><b>open': "<div><b>open</b></div>",
    "</div></main><p>x": "<p>x</p>",
    '<img src="x" alt="" onerror="alert(1)">': '<img src="x" alt="">',
    '<a href="javascript:alert(1)">x</a>': "<a>x</a>",
    '<a href=" data:text/html,x">x</a>': "<a>x</a>",
    '<a href="b.html#c">x</a>': '<a href="b.html#c">x</a>',
    '<svg><a xlink:href="javascript:1">t</a></svg>': "<svg><a>t</a></svg>",
    "<style>*{display:none}</style><i>x</i>": "<i>x</i>",
    '<b style="position:fixed">x</b>': "<b>x</b>",
    '<base href="https://x.org"><meta http-equiv="refresh" content="0;url=x">x': "x",
    "<!-- <b> -->x": "x",
    "1 < 2 &amp; 3": "1 &lt; 2 &amp; 3",
    "Text $a<b$": "Text $a&lt;b$",  # a browser takes it for a tag that never ends
    "<pre>\n\nx</pre>": "<pre>\n\nx</pre>",
    "\x1b[31m&nbsp;\ud83d": "?[31m\u00a0?",
    '<script></script><p title="x">&nbsp;</p>': NOTE,
    '<svg><a xlink:href="b" href="c">t</a></svg>': '<svg><a href="c">t</a></svg>',
    '<svg><a xlink:href="b.html">t</a></svg>': '<svg><a href="b.html">t</a></svg>',
    '<svg><a><set attributeName="href" to="javascript:1"/>t</a></svg>': "<svg><a>t</a></svg>",
    '<svg><path fill="url(#a)" stroke="url(//x.org#a)"/></svg>':
        '<svg><path fill="url(#a)"></path></svg>',
    '<svg><path clip-path="u\\72l(//x.org)"/></svg>': "<svg><path></path></svg>",
    "<svg><foreignObject><p>x</p></foreignObject><text>t</text></svg>": "<svg><text>t</text></svg>",
    '<img src="data:image/png;base64,A">': '<img src="data:image/png;base64,A">',
    '<img src="javascript:1">': "<img>",
    "": "",
}  # fmt: skip


@pytest.mark.parametrize("html", HARMLESS)
def test_cleaned(html: str) -> None:
    assert cleaned(html) == HARMLESS[html]
    assert cleaned(HARMLESS[html]) == HARMLESS[html]


def test_what_a_check_shows_stays() -> None:
    assert cleaned(CHECKED, check=True) == CHECKED


# Each is parsed otherwise by a sanitizer that is not a browser, or that looks at the text alone.
ATTACKS = (
    "<svg><style><img src=x onerror=x()></style></svg>",
    '<svg></p><style><a id="</style><img src=x onerror=x()>">',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img onerror=x()&gt;">',
    '<form><math><mtext></form><form><mglyph><svg><mtext><style><path id="</style>'
    '<img onerror=x()>">',
    '<math><annotation-xml encoding="text/html"><p><style><img onerror=x()></style></p>',
    '<noscript><p title="</noscript><img src=x onerror=x()>"></noscript>',
    '<svg><title><style><a title="</style></title><img src=x onerror=x()>">',
    "<template><img src=x onerror=x()><script>x()</script></template>",
    "<!--><img src=x onerror=x()>-->",
    "<!-- --!><img src=x onerror=x()>-->",
    "<svg><![CDATA[</svg><img src=x onerror=x()>]]></svg>",
    "<img src=`x` onerror=`x()`>",
    "<img\nsrc=x\nonerror\n=\nx()>",
    "<scr\0ipt>x()</scr\0ipt><img src=x on\0error=x()>",
    "<script<script>>x()</script</script>>",
    '<a href="java&Tab;script&colon;x()">x</a>',
    '<a href="&#1;java&#10;script:x()">x</a>',
    '<a href="DATA:text/html,x">x</a>',
    '<svg><a XLINK:HREF="java&#9;script:x()">x</a></svg>',
    '<svg><use href="data:image/svg+xml,x#x"/><animate onbegin=x() attributeName=href /></svg>',
    '<svg><foreignObject><iframe srcdoc="<script>x()</script>"></iframe></foreignObject></svg>',
    "<object data=javascript:x()></object><embed src=javascript:x()>",
    '<div style="background:url(//x.org)" tabindex=0 autofocus onfocus=x()>x</div>',
)  # fmt: skip
HARM = re.compile(
    r"<(?!/?(?:a|div|img|p|path|svg|table|title)\b)[^>]*>|<[^>]*\s(?:on\w+|style|srcdoc|tabindex)=|"
    r"""<[^>]*href="[^"]*(?:script|data):""", re.I,
)  # fmt: skip


@pytest.mark.parametrize("html", ATTACKS)
def test_attacks_leave_nothing_that_runs(html: str) -> None:
    text = cleaned(html)
    # Within values only quotation marks end them: what else stands there is text.
    bare = re.sub(r'\s(?:title|alt|class)="[^"]*"', "", text)
    assert not HARM.search(bare)
    assert cleaned(text) == text


def test_much_is_not_too_much() -> None:
    rows = "<tr><td>1<td><b>2</td>" * 5_000  # pandas closes its cells, other people don't
    assert cleaned(f"<table>{rows}</table>").count("<tr>") == 5_000
    assert cleaned("<script>" + "i<n;" * 100_000 + "</script>") == NOTE


def test_drawings_and_tables_stay() -> None:
    svg = '<svg viewBox="0 0 9 9" width="9"><path d="M0 0h9" stroke-width="2"></path></svg>'
    assert cleaned(svg) == svg
    table = '<table class="dataframe"><tbody><tr><td colspan="2">1</td></tr></tbody></table>'
    assert cleaned(table) == table


BLOCKED = {
    "<script>x()</script>": "a script inside the page",
    "<style>p{}</style>": "a style inside the page",
    '<p style="color:red">x</p>': "a style inside the page",
    '<p onclick="x()">x</p>': "the handler onclick",
    '<a href="JavaScript:x()">x</a>': "a program as the link",
    '<iframe src="a.html"></iframe>': "<iframe>",
}


@pytest.mark.parametrize("html", BLOCKED)
def test_verify_reports_what_the_policy_blocks(tmp_path: Path, html: str) -> None:
    (tmp_path / "a.html").write_text(f"<html><body>\n{html}</body></html>")
    ours = Page("a.md", "a", "issue", "", {"issue": 1})
    book = Book(tmp_path, {}, (ours,), Addresses("", "", "main"))
    (problem,) = verify(book, tmp_path, [])
    assert BLOCKED[html] in problem.what and "(a.html:2)" in problem.what


@pytest.mark.parametrize("inside", ["<script/>", '<g onload="x()"/>', "<foreignObject/>"])
def test_verify_opens_drawings(tmp_path: Path, inside: str) -> None:
    (tmp_path / "_images").mkdir()
    (tmp_path / "a.html").write_text("<p>x</p>")
    drawing = tmp_path / "_images" / "a.svg"
    ours = Page("a.md", "a", "issue", "", {"issue": 1})
    book = Book(tmp_path, {}, (ours,), Addresses("", "", "main"))
    drawing.write_text(redrawn("<svg><path d='M0 0'/><text>script on = javascript:</text></svg>"))
    assert verify(book, tmp_path, []) == []
    drawing.write_text(f"<svg>{inside}</svg>")
    (problem,) = verify(book, tmp_path, [])
    assert "a drawing that may hold a program" in problem.what
