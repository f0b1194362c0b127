"""Letters: what they say, that mail programs can show them, that nothing in them runs."""

from __future__ import annotations

import re
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path

import pytest

from scripts.editions.email.digest import Digest, Found, Original, Section, Told, first_words
from scripts.editions.email.letter import Mailing, letter, too_heavy

SVG = "http://www.w3.org/2000/svg"
DRAWING = f'<svg xmlns="{SVG}" width="40" height="20"><title>Größe "日"</title></svg>'
SAID = Digest(
    newsletter="Pigeons, weekly", home="https://x.org/", number=2, title="Homing & <b>coming</b>",
    address="https://x.org/issues/002.html", day="29 November 2026", date="2026-11-29",
    lead="What pigeons \"do\".", statement="We rebuilt one method. 1 claim held, 1 did not.",
    findings=[Found("fails", "◆", "They stay <i>home</i>.", "Home", "https://x.org/n.html#a")],
    more=2,
    sections=[Section("Tools", "⚙️", [
        Told("A tool: new?", "https://x.org/issues/002.html#i", "It works.", "https://x.org/n.html"),
    ])],
    minutes=3,
    original=Original("The <original>", "Somebody", "https://example.org/o"),
    chart=DRAWING, chart_alt='A "chart" < others', chart_title="Home",
    chart_address="https://x.org/n.html",
)  # fmt: skip
MAILING = Mailing("Pigeons, weekly <p@x.org>", "pigeons.x.org", "https://x.org/leave?a=1&b=2")


def read(message: bytes) -> EmailMessage:
    found = message_from_bytes(message, policy=default)
    assert isinstance(found, EmailMessage)
    assert not found.defects
    return found


def test_a_message_has_all_forms_and_says_how_to_leave() -> None:
    made = letter(SAID, MAILING, "002", "en")
    message = read(made["002.eml"])
    assert message["From"] == '"Pigeons, weekly" <p@x.org>'
    assert message["Subject"] == "Pigeons, weekly, issue 2: Homing & <b>coming</b>"
    assert message["List-Id"].endswith("<pigeons.x.org>")
    assert message["List-Unsubscribe"] == "<https://x.org/leave?a=1&b=2>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Message-ID"].endswith("@pigeons.x.org>") and message["MIME-Version"] == "1.0"
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None and html is not None
    assert text.get_content().replace("\r\n", "\n") == made["002.txt"].decode()
    (picture,) = [part for part in message.walk() if part.get_content_type() == "image/png"]
    assert picture.get_content() == made["002.png"] and made["002.png"].startswith(b"\x89PNG")
    cid = picture["Content-ID"].strip("<>")
    assert f'src="cid:{cid}"' in html.get_content()
    assert 'src="https://x.org/email/002.png"' in made["002.html"].decode()
    assert all(len(line) <= 998 for line in made["002.eml"].split(b"\r\n"))
    assert letter(SAID, MAILING, "002", "en") == made, "the same letter, the same bytes"


def test_what_is_not_configured_is_left_out() -> None:
    made = letter(
        replace(SAID, chart="", findings=[], more=0, statement=""), Mailing(), "002", "en"
    )
    message = read(made["002.eml"])
    assert not [name for name in message if name.startswith("List-") or name == "From"]
    assert set(made) == {"002.html", "002.txt", "002.eml"}
    assert b"<img" not in made["002.html"] and b"nsubscribe" not in made["002.html"]
    by_mail = letter(SAID, replace(MAILING, unsubscribe="mailto:off@x.org"), "002", "en")
    assert read(by_mail["002.eml"])["List-Unsubscribe-Post"] is None


class Looked(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def assert_fit_for_mail(html: str) -> None:
    looked = Looked()
    looked.feed(html)
    names = {tag for tag, _ in looked.tags}
    assert not names & {"script", "link", "iframe", "form", "object", "svg", "video"}
    for tag, attributes in looked.tags:
        assert not [name for name in attributes if name.startswith("on")]
        if tag == "table":
            assert attributes.get("role") == "presentation"
        if tag == "img":
            assert attributes.get("alt") and int(attributes["width"] or 0) > 100
        for name in ("href", "src"):
            if name in attributes:
                assert re.match(r"(https?:|mailto:|cid:)", attributes[name] or ""), attributes
        if tag in ("h1", "h2", "p", "li", "a"):
            assert "style" in attributes, f"the style of <{tag}> is inlined"
    assert "prefers-color-scheme: dark" in html and "url(" not in html
    assert re.search(r'class="preheader"[^>]*display: ?none', html)


def test_html_is_fit_for_mail_programs_and_escapes_what_it_is_told() -> None:
    html = letter(SAID, MAILING, "002", "en")["002.html"].decode()
    assert_fit_for_mail(html)
    assert "Homing &amp; &lt;b&gt;coming&lt;/b&gt;" in html and "<i>home</i>" not in html
    assert "https://x.org/leave?a=1&amp;b=2" in html


def test_the_text_reads_well_by_itself() -> None:
    text = letter(SAID, MAILING, "002", "en")["002.txt"].decode()
    assert "Fails: They stay <i>home</i>.\nhttps://x.org/n.html#a\n" in text
    assert "* A tool: new?\nIt works.\nhttps://x.org/issues/002.html#i\n" in text
    assert "&amp;" not in text and "\n\n\n\n" not in text and not re.search(r"[ \t]\n", text)
    assert all(
        len(line) <= 72 or "http" in line or "edition of" in line for line in text.split("\n")
    )


def test_a_letter_that_is_too_large_names_what_weighs_most() -> None:
    long = Section("Essays", "", [Told("T", "https://x.org/", "word " * 18_000)])
    said = replace(SAID, sections=[*SAID.sections, long])
    html = letter(said, MAILING, "002", "en")["002.html"]
    (problem,) = too_heavy(html, said, "issues/002.md")
    assert problem.path == "issues/002.md" and "'Essays' 90 KB" in problem.what
    assert not too_heavy(letter(SAID, MAILING, "002", "en")["002.html"], SAID, "issues/002.md")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("One sentence that is long enough to stand alone, since it has many words in it, does it "
         "not, dear reader of letters? Two.", "One sentence that is long enough to stand alone, "
         "since it has many words in it, does it not, dear reader of letters?"),
        ("Short one. Then two. Three.", "Short one. Then two."),
        ("Clark et al. (2020), e.g. Ada. Next. Last.", "Clark et al. (2020), e.g. Ada. Next."),
        ("Dr. B. F. Skinner trained pigeons. Prof. Koch didn't. Last.",
         "Dr. B. F. Skinner trained pigeons. Prof. Koch didn't."),
        ("**Bold** and [a link](https://x.org) ([Ada, 1843](https://a.org)). *B*.",
         "Bold and a link. B."),
        ("A formula $x_1$ and `code`.", "A formula x_1 and code."),
    ],
)  # fmt: skip
def test_first_words_of_an_item(text: str, words: str) -> None:
    found = first_words(f"# T\n\n### Item `a`: b\n\n{text}\n\nMore.\n\n### Empty\n\n- list\n")
    assert found == {"Item a: b": words}


def test_letters_of_a_built_newsletter(built: Path) -> None:
    folder = built / "_build" / "email"
    assert sorted(path.name for path in folder.iterdir()) == [
        "001.eml", "001.html", "001.png", "001.txt", "002.eml", "002.html", "002.txt",
    ]  # fmt: skip
    site = built / "_build" / "html"
    for html in folder.glob("*.html"):
        text = html.read_text("utf-8")
        assert_fit_for_mail(text)
        assert (site / "email" / html.name).read_bytes() == html.read_bytes()
        for path in re.findall(r'(?:href|src)="https://nobody.github.io/tiny/([^"#]*)', text):
            assert (site / (path or "index.html")).is_file(), path
        message = read(html.with_suffix(".eml").read_bytes())
        assert message["List-Unsubscribe"] == "<https://nobody.example/unsubscribe>"
    first = (folder / "001.txt").read_text("utf-8")
    assert (
        "The mean of a sample" in first
        and "A mean of ten has an error of 0.32, see the paper." in first
    )
