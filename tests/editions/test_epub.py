"""The EPUB: whole, well-formed, the same twice, and accepted by EPUBCheck where that is."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from base64 import b64decode
from dataclasses import replace
from pathlib import Path
from posixpath import dirname, join, normpath
from xml.etree import ElementTree

import pytest

from scripts.editions.epub import Chapter, Edition, cover, epub

CHECKER = Path("/usr/share/java/epubcheck.jar")
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><defs><path id="a"/></defs>'
    b'<rect width="9" height="9"/></svg>'
)
PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
ODD = 'A <b> & "c" \u2028 日本'
TEXT = """\
# Title

Text with $x^2 < y$, ![alt "of" it](n_files/f.svg), [far](https://a.org/?a=1&b=2) and <br> a break.

![far away](https://a.org/p.png) ![none](gone.svg) ![photo](<n_files/a b.png>)

$$
\\sum_{i=1}^n \\frac{x_i}{\\unknowncommand}
$$

$$
\\int_0^1 f(x)\\,dx
$$

| a | b |
| --- | ---: |
| 1 | [other](https://x.org/b.html#c) |

<details>
<summary>More</summary>

3. three

</details>

<script>alert(1)</script>
"""
EDITION = Edition(
    ODD, ODD, (ODD, "B"), "en", "https://x.org/", "2026-11-30", "CC BY 4.0 & MIT",
    (
        Chapter("cover", ODD, TEXT, "https://x.org/a.html"),
        Chapter("b 記", "B", "# B\n\nText.\n", "https://x.org/b.html", below=True),
        Chapter("b-", "C", "# C\n\nText.\n", ""),
    ),
    {"n_files/f.svg": SVG, "n_files/a%20b.png": PNG}, b"",
)  # fmt: skip


@pytest.fixture(scope="module")
def edition() -> Edition:
    return replace(EDITION, cover=cover(ODD, ODD, [ODD], SVG.decode()))


def assert_whole(data: bytes) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(io.BytesIO(data))
    first = archive.infolist()[0]
    assert first.filename == "mimetype" and first.compress_type == zipfile.ZIP_STORED
    assert archive.read("mimetype") == b"application/epub+zip"
    names = set(archive.namelist())
    package = ElementTree.fromstring(archive.read("OEBPS/package.opf"))
    space = "{http://www.idpf.org/2007/opf}"
    listed = {f"OEBPS/{item.get('href')}" for item in package.iter(f"{space}item")}
    assert listed == names - {"mimetype", "META-INF/container.xml", "OEBPS/package.opf"}
    for name in names:
        if name.endswith((".xhtml", ".opf", ".xml", ".svg")):
            root = ElementTree.fromstring(archive.read(name))
            for element in root.iter():
                for key in ("href", "src"):
                    target = (element.get(key) or "").partition("#")[0]
                    if target and not re.match(r"[a-z]+:", target) and name.endswith("xhtml"):
                        assert normpath(join(dirname(name), target)) in names, (name, target)
                if element.tag.endswith("}img"):
                    assert element.get("alt") is not None
                assert not element.tag.endswith("}script")
    return archive


def checked(path: Path) -> str:
    """What EPUBCheck says."""
    if not (CHECKER.exists() and shutil.which("java")):
        pytest.skip("EPUBCheck isn't there: apt-get install epubcheck")
    command = ["java", "-Xmx512m", "-jar", str(CHECKER), "--quiet", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    return done.stdout + done.stderr


def test_anything_is_packed_whole_and_the_same_twice(edition: Edition) -> None:
    data = epub(edition)
    archive = assert_whole(data)
    assert epub(edition) == data
    page = archive.read("OEBPS/001-cover.xhtml").decode()
    assert page.count("<math ") == 2 and "<code>\\sum" in page, "what is no formula stays TeX"
    assert 'href="002-b-.xhtml"' in page and 'href="https://a.org/?a=1&amp;b=2"' in page
    assert 'src="images/001.svg"' in page and 'src="images/002.png"' in page
    assert "[far away]" in page and "[none]" in page and "alert(1)" not in page
    opf = archive.read("OEBPS/package.opf").decode()
    assert 'href="001-cover.xhtml" media-type="application/xhtml+xml" properties="mathml"' in opf
    assert "schema:accessMode" in opf and "<dc:rights>CC BY 4.0 &amp; MIT</dc:rights>" in opf


def test_epubcheck_has_nothing_to_say_of_anything(edition: Edition, tmp_path: Path) -> None:
    (tmp_path / "odd.epub").write_bytes(epub(edition))
    said = checked(tmp_path / "odd.epub")
    assert "ERROR" not in said and "WARNING" not in said and "FATAL" not in said, said


def test_epubcheck_would_notice(edition: Edition, tmp_path: Path) -> None:
    broken = epub(replace(edition, language="no language"))
    (tmp_path / "broken.epub").write_bytes(broken)
    assert "ERROR" in checked(tmp_path / "broken.epub")


def test_the_epub_of_a_built_newsletter(built: Path) -> None:
    path = built / "_build" / "epub" / "tiny.epub"
    archive = assert_whole(path.read_bytes())
    assert path.read_bytes() == (built / "_build/html/downloads/tiny.epub").read_bytes()
    named = {name.partition("-")[2]: name for name in archive.namelist()}
    notebook = archive.read(named["averages.xhtml"]).decode()
    assert "All checks" in notebook and "<math " in notebook and 'src="images/0' in notebook
    issue = archive.read(named["001.xhtml"]).decode()
    assert f'href="{named["averages.xhtml"].removeprefix("OEBPS/")}"' in issue
    said = checked(path)
    assert "ERROR" not in said and "WARNING" not in said and "FATAL" not in said, said
