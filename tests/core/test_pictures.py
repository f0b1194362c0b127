"""No picture runs, reaches out or never comes to an end; what it shows stays."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL import Image

from scripts.core.untrusted import pictures
from scripts.core.untrusted.pictures import Unreadable, fault, redrawn

S = 'xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink"'
H = 'xmlns:h="http://www.w3.org/1999/xhtml"'
FAR = "https://far.io"
RUN = "document.title='ran'"
ACTIVE = {
    "script": f"<svg {S}><script>{RUN}</script><g/></svg>",
    "after b > c": f'<svg {S} class="b > c" onload="{RUN}"/>',
    "root handler": f'<svg {S} onload="{RUN}"/>',
    "prefixed": f'<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:script>{RUN}</s:script></s:svg>',
    "prefixed handler": f'<svg {S} xmlns:s="x" s:onload="{RUN}" onload="{RUN}"/>',
    "ATTLIST": f'<!DOCTYPE svg [<!ATTLIST svg onload CDATA "{RUN}">]><svg {S}/>',
    "XHTML script": f"<svg {S} {H}><h:script>{RUN}</h:script></svg>",
    "XHTML picture": f'<svg {S} {H}><h:img src="{FAR}" onerror="{RUN}"/></svg>',
    "XHTML frame": f'<svg {S} {H}><h:iframe src="javascript:{RUN}"/></svg>',
    "XHTML in foreignObject":
        f'<svg {S} {H}><foreignObject><h:body onload="{RUN}"><h:script>{RUN}</h:script></h:body>'
        "</foreignObject></svg>",
    "XHTML in metadata": f"<svg {S} {H}><metadata><h:script>{RUN}</h:script></metadata></svg>",
    "XHTML in desc": f"<svg {S} {H}><desc><h:script>{RUN}</h:script></desc></svg>",
    "XHTML in style": f"<svg {S} {H}><style><h:script>{RUN}</h:script></style></svg>",
    "XHTML link": f'<svg {S} {H}><h:link rel="stylesheet" href="{FAR}"/></svg>',
    "XHTML base": f'<svg {S} {H}><h:base href="{FAR}"/><image href="a.png"/></svg>',
    "XHTML refresh": f'<svg {S} {H}><h:meta http-equiv="refresh" content="0;url={FAR}"/></svg>',
    "script in defs": f"<svg {S}><defs><g><script>{RUN}</script></g></defs></svg>",
    "script in text": f"<svg {S}><text>a<script>{RUN}</script>b</text></svg>",
    "script in a link": f"<svg {S}><a><script>{RUN}</script></a></svg>",
    "script of a file": f'<svg {S}><script x:href="{FAR}"/><script href="{FAR}"/></svg>',
    "script by CDATA": f"<svg {S}><script><![CDATA[{RUN}]]></script></svg>",
    "script by entities":
        f"<svg {S}><script>&#100;ocument.title=&#39;ran&#39;</script></svg>",
    "animate to href":
        f'<svg {S}><a><animate attributeName="href" values="javascript:{RUN}"/></a></svg>',
    "set": f'<svg {S}><a id="a"/><set x:href="#a" attributeName="x:href" to="javascript:1"/></svg>',
    "animate begins": f'<svg {S}><animate onbegin="{RUN}" attributeName="x" dur="1s"/></svg>',
    "animateTransform": f'<svg {S}><animateTransform onend="{RUN}" dur="1ms"/></svg>',
    "handler element":
        f'<svg {S} xmlns:e="http://www.w3.org/2001/xml-events">'
        f'<handler e:event="load">{RUN}</handler></svg>',
    "link": f'<svg {S}><a x:href="javascript:{RUN}"><text>t</text></a></svg>',
    "link with entities": f'<svg {S}><a href="&#9;java&#10;script&#58;{RUN}"><g/></a></svg>',
    "use of data":
        f'<svg {S}><use href="data:image/svg+xml;base64,PHN2Zy8+#x"/><use x:href="{FAR}#x"/></svg>',
    "use after a blank": f'<svg {S}><use href=" {FAR}#x"/></svg>',
    "image elsewhere":
        f'<svg {S}><image href="{FAR}"/><image x:href="//far.io"/>'
        '<image href="a.png"/></svg>',
    "image that is a drawing":
        f'<svg {S}><image href="data:image/svg+xml,&lt;svg onload=x()/&gt;"/></svg>',
    "feImage":
        f'<svg {S}><filter id="f"><feImage href="{FAR}"/></filter><g filter="url(#f)"/></svg>',
    "textPath": f'<svg {S}><text><textPath href="{FAR}#p">t</textPath></text></svg>',
    "gradient": f'<svg {S}><linearGradient href="{FAR}#p"/><pattern x:href="{FAR}"/></svg>',
    "@import": f'<svg {S}><style>@import "{FAR}"; @import url({FAR});</style></svg>',
    "@font-face": f"<svg {S}><style>@font-face{{font-family:a;src:url({FAR})}}</style></svg>",
    "@media": f"<svg {S}><style>@media all{{path{{fill:url({FAR})}}}}</style></svg>",
    "@namespace": f'<svg {S}><style>@namespace h "{FAR}";</style></svg>',
    "sheet": f'<svg {S}><style>svg{{background:url("{FAR}")}}</style></svg>',
    "sheet with escapes": f"<svg {S}><style>svg{{background:u\\72l({FAR})}}</style></svg>",
    "sheet with comments": f"<svg {S}><style>svg{{fill/**/:/**/url(/**/{FAR})}}</style></svg>",
    "sheet, image-set":
        f'<svg {S}><style>g{{background:image-set("{FAR}" 1x);cursor:url({FAR})}}</style></svg>',
    "sheet, variable": f"<svg {S}><style>svg{{--u:url({FAR});fill:var(--u)}}</style></svg>",
    "sheet by selector": f"<svg {S}><style>a[href='{FAR}']{{behavior:url(x)}}</style></svg>",
    "sheet nested": f"<svg {S}><style>g{{fill:red;&amp; path{{fill:url({FAR})}}}}</style></svg>",
    "sheet ends":
        f"<svg {S}><style>a{{font-family:'&lt;/style>&lt;script>x()&lt;/script>'}}</style></svg>",
    "style": f'<svg {S}><g style="fill:url({FAR});-moz-binding:url({FAR})"/></svg>',
    "style with escapes": f'<svg {S}><g style="fill:\\75rl({FAR})"/></svg>',
    "paint":
        f'<svg {S}><g fill="url({FAR}#p)" clip-path="url( {FAR})" mask="url(\'{FAR}\')"/></svg>',
    "paint with escapes": f'<svg {S}><g fill="\\75rl({FAR}#p)" marker="u\\rl({FAR})"/></svg>',
    "paint by two": f'<svg {S}><g fill="url(#a) url({FAR})"/></svg>',
    "paint by src": f'<svg {S}><g fill="src(&quot;{FAR}&quot;)" stroke="image({FAR})"/></svg>',
    "paint out of its value": f'<svg {S}><g fill="red;background:url({FAR})"/></svg>',
    "filter": f'<svg {S}><g filter="url({FAR}#f)" style="filter:url({FAR}#f)"/></svg>',
    "cursor": f'<svg {S}><cursor x:href="{FAR}"/><g cursor="url({FAR})"/></svg>',
    "style sheet":
        f'<?xml-stylesheet href="{FAR}" type="text/css"?><?xml-stylesheet href="data:text/xsl,x" '
        f'type="text/xsl"?><svg {S}/>',
    "xml:base": f'<svg {S} xml:base="{FAR}"><image href="#a"/><use href="#a"/></svg>',
    "XInclude":
        f'<svg {S} xmlns:i="http://www.w3.org/2001/XInclude"><i:include href="{FAR}"/></svg>',
    "other namespaces within":
        f'<svg {S}><g xmlns="{FAR}"><script xmlns="{pictures.SVG}">{RUN}</script></g></svg>',
    "MathML":
        f'<svg {S} xmlns:m="http://www.w3.org/1998/Math/MathML"><m:math href="{FAR}"/></svg>',
    "frames of SVG 2": f'<svg {S}><iframe src="{FAR}"/><audio src="{FAR}"/><video/><canvas/></svg>',
    "font": f'<svg {S}><font-face><font-face-uri href="{FAR}"/></font-face></svg>',
    "old cases": f'<svg {S}><SCRIPT>{RUN}</SCRIPT><g ONLOAD="{RUN}" HREF="javascript:1"/></svg>',
    "UTF-16": f'<?xml version="1.0" encoding="UTF-16"?><svg {S} onload="{RUN}"/>'.encode("utf-16"),
    "latin-1": f'<?xml version="1.0" encoding="latin-1"?><svg {S} onload="{RUN}"/>'.encode(),
    "no namespace": f'<svg onload="{RUN}"><script>{RUN}</script></svg>',
    "ends of lines": f'<svg {S} class="a\u2028b"><title>c\x85d</title></svg>',
    "external DTD": f'<!DOCTYPE svg SYSTEM "{FAR}"><svg {S}/>',
}  # fmt: skip
HARM = re.compile(
    r"script|far\.io|\son\w+=|ran'|<\w+:|<\?|<!|javascript|data:image/svg|base=|@|x\(\)|\\"
    r"|animate|<(?:set|h|iframe|image-set|foreign|filter|math|cursor|font)", re.I,
)  # fmt: skip


@pytest.mark.parametrize("name", ACTIVE)
def test_a_drawing_runs_nothing_and_asks_for_nothing(name: str) -> None:
    text = redrawn(ACTIVE[name])
    assert not HARM.search(text)
    assert redrawn(text) == text == "\n".join(text.splitlines())
    kept = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(text).iter()}
    assert kept <= pictures.ELEMENTS


def test_no_drawing_runs_when_it_is_opened_alone(browser: Any, tmp_path: Path) -> None:
    """Asked of the browser itself, which runs some of them as they came."""
    file, asked, page = tmp_path / "a.svg", set(), browser.new_page()
    page.on("request", lambda request: asked.add(request.url))

    def runs(drawing: str) -> bool:
        file.write_text(drawing, "utf-8")
        asked.clear()
        page.goto(file.as_uri())
        return asked > {file.as_uri()} or page.title() == "ran"

    known = ("script", "after b > c", "prefixed", "ATTLIST", "@import", "XHTML in foreignObject")
    assert [name for name in known if not runs(str(ACTIVE[name]))] == []
    assert [name for name, drawing in ACTIVE.items() if runs(redrawn(drawing))] == []


REFUSED = {
    "nothing": ("", "not well-formed"),
    "not XML": (f"<svg {S}><g></svg>", "not well-formed"),
    "a page": ("<html><svg/></html>", "is no SVG, but begins with <html>"),
    "another language": (f'<svg xmlns="{FAR}"/>', "is no SVG"),
    "entity": (f"<!DOCTYPE svg [<!ENTITY a '<g/>'>]><svg {S}>&a;</svg>", "entities"),
    "entity bomb": (
        "<!DOCTYPE svg [<!ENTITY a 'ha'>" + "".join(
            f"<!ENTITY {b} '{f'&{a};' * 20}'>" for a, b in zip("abcdefg", "bcdefgh", strict=True)
        ) + f"]><svg {S}>&h;</svg>", "entities",
    ),
    "entity of a file": (f"<!DOCTYPE svg [<!ENTITY a SYSTEM 'x'>]><svg {S}>&a;</svg>", "entities"),
    "parameter entity": (f"<!DOCTYPE svg [<!ENTITY % a SYSTEM 'x'> %a;]><svg {S}/>", "entities"),
    "UTF-7": (
        b'<?xml version="1.0" encoding="UTF-7"?>+ADw-svg onload=+ACI-x()+ACI-/+AD4-',
        "is not text",
    ),
    "compressed": (b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xb3", "not well-formed"),
    "lone surrogate": (f"<svg {S}>\ud800</svg>", "is not text"),
    "deep": (f"<svg {S}>{'<g>' * 5000}{'</g>' * 5000}</svg>", "inside one another"),
    "very deep": (f"<svg {S}>{'<g>' * 10**5}{'</g>' * 10**5}</svg>", "inside one another"),
    "deep style": (f"<svg {S}><style>g{{fill:{'(' * 10**5}}}</style></svg>", "or too deep"),
    "uses itself": (f'<svg {S}><g id="a"><use href="#a"/></g></svg>', "refers to itself"),
    "clips itself": (
        f'<svg {S}><clipPath id="a"><g clip-path="url(#a)"/></clipPath></svg>', "refers to itself",
    ),
    "use bomb": (
        f"<svg {S}><g id='a0'/>" + "".join(
            f'<g id="a{n + 1}">{f"""<use href="#a{n}"/>""" * 10}</g>' for n in range(12)
        ) + "</svg>", "draws more than",
    ),
    "pattern bomb": (
        f"<svg {S}>" + "".join(
            f'<pattern id="a{n + 1}">{f"""<g fill="url(#a{n})"/>""" * 10}</pattern>'
            for n in range(12)
        ) + "</svg>", "draws more than",
    ),
    "bomb by style sheet": (
        f"<svg {S}>" + "".join(
            f"<style>.c{n + 1}{{mask:url(#a{n})}}</style>"
            f'<mask id="a{n + 1}">{f"""<g class="c{n + 1}"/>""" * 10}</mask>' for n in range(12)
        ) + "</svg>", "draws more than",
    ),
    "markers": (
        f'<svg {S}><marker id="m">{"<g/>" * 9000}</marker>'
        f'<path marker-mid="url(#m)" d="M0 0{"h1" * 5000}"/></svg>', "draws more than",
    ),
    "chain": (
        f"<svg {S}>" + "".join(
            f'<g id="a{n}"><use href="#a{n + 1}"/></g>' for n in range(3000)
        ) + "</svg>", "refers through more than",
    ),
    "long text": (f"<svg {S}><text>{'<tspan>ab </tspan>' * 5000}</text></svg>", "has a text of"),
    "long path": (f'<svg {S}><path d="M0 0{"h1v1" * 10**7}"/></svg>', "draws more than"),
    "picture cut": (
        f'<svg {S}><image href="data:image/png;base64,iVBORw0KGgo="/></svg>', "cut short",
    ),
    "picture not base64": (f'<svg {S}><image href="data:image/png;base64,A"/></svg>', "base64"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused(name: str) -> None:
    source, words = REFUSED[name]
    with pytest.raises(Unreadable, match=words):
        redrawn(source)


SIZES = {
    'width="4" height="3.5pt"': 'width="4" height="3.5pt"',
    'width="1.2.3" height="-1"': "",
    f'width="{"9" * 400}" height="0"': "",
    'viewBox="0 0 4 3"': 'viewBox="0 0 4 3"',
    'viewBox="-1e1,-.5 40 3"': 'viewBox="-1e1,-.5 40 3"',
    'viewBox="0 0 0 0"': "",
    'viewBox="0 0 1e999 nan"': "",
}


@pytest.mark.parametrize("sides", SIZES)
def test_sizes_are_sizes(sides: str) -> None:
    text = redrawn(f"<svg {S} {sides}/>")
    assert re.sub(r'\s?xmlns(?::\w+)?="[^"]*"', "", text) == f"<svg {SIZES[sides]}".strip() + " />"


def test_what_a_drawing_shows_stays() -> None:
    dot = "data:image/png;base64," + base64.b64encode(photograph("PNG")).decode()
    text = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        'viewBox="0 0 9 9"><title>A &lt; B</title><style>*{stroke-linejoin: round}\n'
        ".a,.b{fill: url(#g)}</style><defs><linearGradient id=\"g\"><stop offset=\"0\" "
        'stop-color="rgb(1,2,3)" /></linearGradient><path id="m" d="M0 0h9" /></defs>'
        '<g clip-path="url(#c)" style="fill: #fff; stroke: rgb(1,2,3)"><use xlink:href="#m" '
        'x="1.5" /><text xml:space="preserve" font-family="&quot;Public Sans&quot;, serif"> a '
        f'<tspan>b</tspan> c</text><image href="{dot}" width="9" /></g></svg>'
    )  # fmt: skip
    assert redrawn(f"<!DOCTYPE svg PUBLIC 'a' 'b'><!-- c -->{text}") == text.replace(
        "*{", "* {").replace(".a,.b{", ".a,.b {")  # fmt: skip
    linked = f'<svg {S}><a href="{FAR}"><path d="M0 0" /></a><text>a<a>b</a><b/>c</text></svg>'
    assert "<g><path" in redrawn(linked) and "a<tspan>b</tspan><tspan />c" in redrawn(linked)


def photograph(kind: str) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((60, 40), 80).save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_photographs_are_whole(kind: str) -> None:
    data = photograph(kind)
    assert fault(data) == ""
    for end in (0, 4, 12, 30, len(data) // 2, len(data) - 40):
        assert "cut short or damaged" in fault(data[:end]), end


def test_photographs_are_no_larger_than_they_can_be_shown() -> None:
    data = photograph("PNG")
    large = data[:16] + (100_000).to_bytes(4, "big") * 2 + data[24:]
    assert "100,000 times 100,000 pixels" in fault(large) or "damaged" in fault(large)


def test_an_id_stands_once() -> None:
    twice = f'<svg {S}><rect id="a"/><g id="b"><use href="#a"/><path id="a"/></g></svg>'
    drawn = redrawn(twice)
    assert drawn.count('id="a"') == 1 and drawn.index('id="a"') < drawn.index('id="b"')
    assert "<path" in drawn and 'href="#a"' in drawn
