"""The module `download`: order, checksums, hostile archives, cache; nothing half-done is left."""

import bz2
import functools
import gzip
import hashlib
import http.server
import io
import lzma
import os
import socket
import stat
import tarfile
import threading
import time
import zipfile
from typing import ClassVar

import download
import pytest
from checksums import digest_of
from download import DataError, fetch, fetch_archive

TEXT = b"one,two\n1,2\n" * 50
OTHER = b"a second file\n"


def sha(content):
    return hashlib.sha256(content).hexdigest()


class Handler(http.server.SimpleHTTPRequestHandler):
    seen: ClassVar[list] = []

    def log_message(self, *args):
        pass

    def do_GET(self):
        self.seen.append(self.path)
        if self.path == "/broken.csv":  # announces more than it sends
            self.send_response(200)
            self.send_header("Content-Length", str(len(TEXT)))
            self.end_headers()
            self.wfile.write(TEXT[:100])
        else:
            super().do_GET()


@pytest.fixture
def web(tmp_path):
    """A server on loopback: (folder to serve, its address, the paths that were asked for)."""
    folder = tmp_path / "web"
    folder.mkdir()
    Handler.seen = []
    handler = functools.partial(Handler, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
    thread.start()
    yield folder, f"http://127.0.0.1:{server.server_port}", Handler.seen
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("NEWSLETTER_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("NEWSLETTER_DATA", raising=False)
    yield tmp_path / "cache"
    assert not list((tmp_path / "cache").glob(".*")), "something half-done stayed"


def tar_bytes(members, mode="w:gz"):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                archive.addfile(member)
            else:
                name, content = member
                info = tarfile.TarInfo(name)
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def zip_bytes(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members:
            archive.writestr(member, content)
    return out.getvalue()


BOTH = [("top/", b""), ("top/a.csv", TEXT), ("top/deep/b.txt", OTHER)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.tar", tar_bytes(BOTH[1:], "w")),
        ("x.tar.gz", tar_bytes(BOTH[1:])),
        ("x.tgz", tar_bytes(BOTH[1:])),
        ("x.tar.xz", tar_bytes(BOTH[1:], "w:xz")),
        ("x.tar.bz2", tar_bytes(BOTH[1:], "w:bz2")),
        ("x.zip", zip_bytes(BOTH)),
    ],
)
def test_archives(web, name, content):
    folder, url, _ = web
    (folder / name).write_bytes(content)
    got = fetch(
        "set", [f"{url}/{name}?download=1"], files={"a.csv": sha(TEXT), "deep/b.txt": sha(OTHER)}
    )
    assert (got / "a.csv").read_bytes() == TEXT
    assert (got / "deep" / "b.txt").read_bytes() == OTHER
    assert sorted(p.name for p in got.iterdir()) == ["a.csv", "deep"]


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("a.csv", bytes),
        ("elsewhere.csv", bytes),
        ("a.csv.gz", gzip.compress),
        ("a.csv.xz", lzma.compress),
        ("a.csv.bz2", bz2.compress),
    ],
)
def test_single_files(web, name, pack):
    folder, url, _ = web
    (folder / name).write_bytes(pack(TEXT))
    assert (
        fetch("set", [f"{url}/{name}"], files={"a.csv": sha(TEXT)}) / "a.csv"
    ).read_bytes() == TEXT


def test_packed_file_is_kept_where_asked_for(web):
    folder, url, _ = web
    content = gzip.compress(TEXT)
    (folder / "a.gz").write_bytes(content)
    got = fetch("set", [f"{url}/a.gz"], files={"a.gz": sha(content)})
    assert (got / "a.gz").read_bytes() == content


def test_files_one_by_one(web):
    folder, url, _ = web
    (folder / "a b.csv.gz").write_bytes(gzip.compress(TEXT))
    (folder / "c.txt.gz").write_bytes(gzip.compress(OTHER))
    got = fetch("set", [url + "/{file}.gz"], files={"a b.csv": sha(TEXT), "c.txt": sha(OTHER)})
    assert (got / "a b.csv").read_bytes() + (got / "c.txt").read_bytes() == TEXT + OTHER


def test_order_of_addresses_and_cache_without_network(web):
    folder, url, seen = web
    (folder / "wrong.csv").write_bytes(OTHER)
    (folder / "a.csv").write_bytes(TEXT)
    names = ["missing.csv", "broken.csv", "wrong.csv", "a.csv", "never.csv"]
    addresses = [f"{url}/{name}" for name in names]
    first = fetch("set", addresses, files={"a.csv": sha(TEXT)})
    assert seen == [f"/{name}" for name in names[:4]]
    again = fetch("set", ["http://127.0.0.1:9/a.csv"], files={"a.csv": sha(TEXT)}, timeout=1)
    assert again == first
    assert len(seen) == 4


def test_error_lists_every_address(web, own_cache):
    folder, url, _ = web
    (folder / "a.csv").write_bytes(OTHER)
    addresses = [f"{url}/a.csv", f"{url}/none.csv", f"{url}/broken.csv"]
    with pytest.raises(DataError) as error:
        fetch("set", addresses, files={"a.csv": sha(TEXT)})
    text = str(error.value)
    assert all(address in text for address in addresses)
    for word in ("expected", "404", "broke off after 100", "NEWSLETTER_DATA"):
        assert word in text
    assert list(own_cache.iterdir()) == []


def test_damaged_cache_is_replaced(web, own_cache):
    folder, url, _ = web
    (folder / "a.csv").write_bytes(TEXT)
    got = fetch("set", [f"{url}/a.csv"], files={"a.csv": sha(TEXT)})
    (got / "a.csv").write_bytes(b"damaged")
    assert (
        fetch("set", [f"{url}/a.csv"], files={"a.csv": sha(TEXT)}) / "a.csv"
    ).read_bytes() == TEXT
    assert [p.name for p in own_cache.iterdir()] == ["set"]


def test_own_folder_comes_first(web, tmp_path, monkeypatch):
    folder, url, seen = web
    (folder / "a.csv").write_bytes(TEXT)
    own = tmp_path / "own"
    monkeypatch.setenv("NEWSLETTER_DATA", str(own))
    call = functools.partial(fetch, "set", [f"{url}/a.csv"], files={"a.csv": sha(TEXT)})
    assert call().parent == tmp_path / "cache"  # no folder of that name: as ever
    (own / "set").mkdir(parents=True)
    (own / "set" / "a.csv").write_bytes(TEXT)
    assert call() == own / "set"
    (own / "set" / "a.csv").write_bytes(OTHER)
    with pytest.raises(DataError, match=r"a\.csv has SHA-256"):  # never passed over in silence
        call()
    assert len(seen) == 1


def test_own_folder_may_hold_the_download(web, tmp_path, monkeypatch):
    _, url, seen = web
    content = zip_bytes(BOTH)
    own = tmp_path / "my own"
    (own / "set").mkdir(parents=True)
    (own / "set" / "x.zip").write_bytes(content)
    monkeypatch.setenv("NEWSLETTER_DATA", str(own))
    got = fetch("set", [f"{url}/x.zip"], files={"a.csv": sha(TEXT)})
    assert (got / "a.csv").read_bytes() == TEXT
    assert got.parent == tmp_path / "cache"
    (own / "two").mkdir()
    (own / "two" / "a.csv.gz").write_bytes(gzip.compress(TEXT))
    got = fetch("two", [url + "/{file}.gz"], files={"a.csv": sha(TEXT)})
    assert (got / "a.csv").read_bytes() == TEXT
    assert seen == []


def special(name, kind, target=""):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def zip_link():
    info = zipfile.ZipInfo("a.csv")
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


@pytest.mark.parametrize(
    "members",
    [
        [("../a.csv", TEXT)],
        [("a.csv", TEXT), ("top/../../evil", TEXT)],
        [("/abs/a.csv", TEXT)],
        [("..\\a.csv", TEXT)],
        [("C:/a.csv", TEXT)],
        [special("a.csv", tarfile.SYMTYPE, "/etc/passwd")],
        [special("top", tarfile.SYMTYPE, "/abs"), ("top/a.csv", TEXT)],
        [special("a.csv", tarfile.LNKTYPE, "/etc/passwd")],
        [special("a.csv", tarfile.CHRTYPE)],
        [special("a.csv", tarfile.BLKTYPE)],
        [special("a.csv", tarfile.FIFOTYPE)],
        [("x/a.csv", TEXT), ("y/a.csv", OTHER)],
    ],
)
def test_hostile_tar(web, own_cache, tmp_path, members):
    folder, url, _ = web
    content = tar_bytes(members)
    (folder / "x.tar.gz").write_bytes(content)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(DataError, match=r"unsafe path|no plain file|there twice"):
        fetch("set", [f"{url}/x.tar.gz"], files={"a.csv": sha(TEXT)})
    assert sorted(p for p in tmp_path.rglob("*") if p != own_cache) == before


@pytest.mark.parametrize(
    "members", [[("../a.csv", TEXT)], [("/a.csv", TEXT)], [(zip_link(), b"/etc/passwd")]]
)
def test_hostile_zip(web, own_cache, members):
    folder, url, _ = web
    content = zip_bytes(members)
    (folder / "x.zip").write_bytes(content)
    with pytest.raises(DataError, match=r"unsafe path|no plain file"):
        fetch("set", [f"{url}/x.zip"], files={"a.csv": sha(TEXT)})
    assert list(own_cache.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("x.zip", lambda zeros: zip_bytes([("a.csv", zeros)])),
        ("x.tar.gz", lambda zeros: tar_bytes([("a.csv", zeros)])),
        ("x.tar.xz", lambda zeros: tar_bytes([("other", zeros), ("a.csv", TEXT)], "w:xz")),
        ("a.csv.gz", gzip.compress),
    ],
)
def test_bombs_stop_at_the_limit(web, own_cache, name, make):
    folder, url, _ = web
    content = make(bytes(3_000_000))
    (folder / name).write_bytes(content)
    with pytest.raises(DataError, match="more than the limit"):
        fetch("set", [f"{url}/{name}"], files={"a.csv": sha(TEXT)}, limit=1_000_000)
    assert list(own_cache.iterdir()) == []


def test_download_stops_at_the_limit(web):
    folder, url, _ = web
    (folder / "a.csv").write_bytes(TEXT)
    with pytest.raises(DataError, match="more than the limit of 100 bytes"):
        fetch("set", [f"{url}/a.csv"], files={"a.csv": sha(TEXT)}, limit=100)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("x.zip", b"no zip", "zip"),
        ("x.tar.gz", b"no gzip", "zip"),
        ("x.tar.gz", tar_bytes(BOTH[1:])[:150], "end-of-stream|unexpected end|ended before"),
        ("x.tar.xz", b"no xz", "format"),
        ("x.tar.gz", tar_bytes([("b", TEXT)]), r"a\.csv is missing"),
        ("x.bin", TEXT, "one file and no archive"),
    ],
)
def test_broken_archives(web, name, content, words):
    folder, url, _ = web
    (folder / name).write_bytes(content)
    with pytest.raises(DataError, match=words):
        fetch("set", [f"{url}/{name}"], files={"a.csv": sha(TEXT), "deep/b.txt": sha(OTHER)})


@pytest.mark.parametrize(
    ("name", "addresses", "files", "words"),
    [
        ("../set", [], {"a": sha(TEXT)}, "no name"),
        ("set", [], {}, "no files"),
        ("set", [], {"../a": sha(TEXT)}, "unsafe path"),
        ("set", [], {"a": "crc:1"}, "no checksum"),
        ("set", ["ftp://x/a"], {"a": sha(TEXT)}, "no http"),
        ("set", ["http://x/a"], {"a": ""}, "no checksum"),
    ],
)
def test_misuse(name, addresses, files, words):
    with pytest.raises(ValueError, match=words):
        fetch(name, addresses, files=files)


def test_source_can_stand_in_a_raw_string():
    for name in ("unpacking", "checks", "checksums", "data", "download", "seeds", "style"):
        path = download.Path(download.__file__).with_name(f"{name}.py")
        assert "'''" not in path.read_text()


# Many files in one archive ------------------------------------------------------------------------

WAVES = {"wav/a.wav": TEXT, "wav/b.wav": OTHER}
SUM = digest_of(WAVES)
MEMBERS = [("top/readme", OTHER), *((f"top/{name}", content) for name, content in WAVES.items())]


def waves(*addresses, **more):
    return fetch_archive("waves", addresses, pattern="wav/*.wav", content=SUM, **more)


@pytest.mark.parametrize("pack", [zip_bytes, tar_bytes], ids=["zip", "tar"])
def test_archive_stays_packed_and_is_had_once(web, own_cache, pack):
    folder, url, seen = web
    (folder / "x").write_bytes(b"no archive")
    name = "archive"  # an address may say nothing
    (folder / name).write_bytes(pack(MEMBERS))
    assert waves(f"{url}/x", f"{url}/{name}") == WAVES
    assert [p.name for p in (own_cache / "waves").iterdir()] == [name]
    assert waves(f"{url}/none") == WAVES
    assert len(seen) == 2
    (own_cache / "waves" / name).write_bytes(b"damaged")
    assert waves(f"{url}/{name}") == WAVES


def test_archive_in_a_folder_of_yours(web, tmp_path, monkeypatch):
    monkeypatch.setenv("NEWSLETTER_DATA", str(tmp_path / "own"))
    (tmp_path / "own" / "other").mkdir(parents=True)
    (tmp_path / "own" / "other" / "w.tar.xz").write_bytes(tar_bytes(MEMBERS[1:], "w:xz"))
    mine = functools.partial(waves, "http://127.0.0.1:9/x", local=["w.tar.xz"], folder="other")
    assert mine() == WAVES
    (tmp_path / "own" / "other" / "w.tar.xz").write_bytes(tar_bytes([("wav/a.wav", TEXT)], "w:xz"))
    with pytest.raises(DataError, match="1 files have together SHA-256"):
        mine()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("x.tgz", tar_bytes([*MEMBERS, ("../wav/c.wav", TEXT)]), "unsafe path"),
        ("x.tgz", tar_bytes([*MEMBERS, ("/wav/c.wav", TEXT)]), "unsafe path"),
        ("x.tgz", tar_bytes([*MEMBERS, ("deep/wav/a.wav", TEXT)]), "there twice"),
        ("x.tgz", tar_bytes([*MEMBERS, ("top/wav/a.wav", TEXT)]), "there twice"),
        ("x.tgz", tar_bytes([special("wav/a.wav", tarfile.SYMTYPE, "/etc/passwd")]), "no plain"),
        ("x.tgz", tar_bytes([special("wav/a.wav", tarfile.LNKTYPE, "b")]), "no plain"),
        ("x.tgz", tar_bytes([special("wav/a.wav", tarfile.CHRTYPE)]), "no plain"),
        ("x.tgz", tar_bytes([special("wav/a.wav", tarfile.FIFOTYPE)]), "no plain"),
        ("x.tgz", tar_bytes([("other", TEXT)]), "holds no file wav"),
        ("x.tgz", tar_bytes(MEMBERS)[:100], "ReadError|EOFError"),
        ("x.zip", zip_bytes([*MEMBERS, ("..\\wav\\c.wav", TEXT)]), "unsafe path|together"),
        ("x.zip", zip_bytes([*MEMBERS, ("deep/wav/a.wav", TEXT)]), "there twice"),
        ("x.zip", zip_bytes([("wav/a.wav", OTHER), ("wav/b.wav", TEXT)]), "together"),
        ("x.zip", zip_bytes(MEMBERS)[:-30], "ReadError|BadZipFile|EOFError"),
    ],
)
def test_hostile_and_broken_archives(web, own_cache, tmp_path, name, content, words):
    folder, url, _ = web
    (folder / name).write_bytes(content)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(DataError, match=words):
        waves(f"{url}/{name}")
    assert sorted(p for p in tmp_path.rglob("*") if p != own_cache) == before


@pytest.mark.parametrize("pack", [zip_bytes, tar_bytes], ids=["zip", "tar"])
def test_bombs_among_many_files(web, own_cache, pack):
    folder, url, _ = web
    zeros = [(f"wav/{number}.wav", bytes(400_000)) for number in range(9)]
    name = "x.zip" if pack is zip_bytes else "x.tar.gz"
    (folder / name).write_bytes(pack(zeros))
    with pytest.raises(DataError, match="more than the limit"):
        waves(f"{url}/{name}", limit=1_000_000)
    assert list(own_cache.iterdir()) == []


def test_what_a_killed_download_left_goes_after_a_day(web, own_cache):
    folder, url, _ = web
    (folder / "a.csv").write_bytes(TEXT)
    for name, age in ((".set-old.part", 2 * download.DAY), (".set-new.part", 0)):
        (own_cache / name).mkdir(parents=True)
        os.utime(own_cache / name, (time.time() - age,) * 2)
    fetch("set", [f"{url}/a.csv"], files={"a.csv": sha(TEXT)})
    assert sorted(p.name for p in own_cache.iterdir()) == [".set-new.part", "set"]
    (own_cache / ".set-new.part").rmdir()


def test_files_that_are_called_otherwise_elsewhere(web, tmp_path, monkeypatch):
    folder, url, seen = web
    (folder / "deep").mkdir()
    (folder / "deep" / "one.csv").write_bytes(TEXT)
    (folder / "two.txt").write_bytes(OTHER)
    call = functools.partial(
        fetch, "set", [f"{url}/{{file}}"], files={"a": sha(TEXT), "b": sha(OTHER)},
        paths={"a": "deep/one.csv", "b": f"{url}/two.txt"}, local=["{file}.xz"],
    )  # fmt: skip
    got = call()
    assert (got / "a").read_bytes() + (got / "b").read_bytes() == TEXT + OTHER
    assert seen == ["/deep/one.csv", "/two.txt"]
    monkeypatch.setenv("NEWSLETTER_DATA", str(tmp_path / "own"))
    monkeypatch.setenv("NEWSLETTER_CACHE", str(tmp_path / "cache" / "second"))
    (tmp_path / "own" / "set").mkdir(parents=True)
    (tmp_path / "own" / "set" / "a.xz").write_bytes(lzma.compress(TEXT))
    (tmp_path / "own" / "set" / "b.xz").write_bytes(lzma.compress(OTHER))
    got = call()
    assert (got / "a").read_bytes() + (got / "b").read_bytes() == TEXT + OTHER and len(seen) == 2


def test_one_of_several_sums(web):
    folder, url, _ = web
    (folder / "a.csv").write_bytes(TEXT)
    either = f"{sha(OTHER)}|{sha(TEXT)}"
    assert (fetch("set", [f"{url}/a.csv"], files={"a.csv": either}) / "a.csv").exists()


def test_progress_is_told(web, capfd):
    folder, url, _ = web
    content = bytes(9 << 20)
    (folder / "a.bin").write_bytes(content)
    fetch("set", [f"{url}/a.bin"], files={"a.bin": sha(content)})
    said = capfd.readouterr().err
    assert f"downloading {url}/a.bin: 9,437,184 bytes" in said and "75%" in said


def test_a_server_that_says_nothing(web, own_cache):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(DataError, match="timed out"):
            fetch("set", [f"http://127.0.0.1:{port}/a"], files={"a": sha(TEXT)}, timeout=0.2)
