"""The module `data`: the catalogue of data sets, and what is told of each."""

import lzma
import re

import data
import pytest
from checksums import digest_of
from download import DataError


@pytest.mark.parametrize("name", data.SETS)
def test_each_set_can_be_asked_for(name, tmp_path, monkeypatch):
    """Nothing in the catalogue is misuse, and without its addresses an error names them all."""
    one = data.SETS[name]
    assert one.terms and one.addresses and bool(one.files) != bool(one.pattern)
    sums = [*one.files.values(), *filter(None, [one.content])]
    assert all(re.fullmatch(r"[0-9a-f]{64}(\|[0-9a-f]{64})*", each) for each in sums)
    assert set(one.paths) <= set(one.files)
    assert all(each.startswith("https://") for each in one.addresses)
    monkeypatch.setenv("NEWSLETTER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("NEWSLETTER_DATA", str(tmp_path / "none"))
    asked = []

    def refuse(request, timeout):
        asked.append(request.full_url)
        raise OSError("no network")

    monkeypatch.setattr("urllib.request.urlopen", refuse)
    with pytest.raises(DataError) as error:
        data.load(name)
    assert len(asked) == len(one.addresses) and not any("{" in url for url in asked)
    assert all(address in str(error.value) for address in one.addresses)
    assert f"into a folder '{one.folder or name}'" in str(error.value)
    assert list((tmp_path / "cache").iterdir()) == []


def test_load_gives_bytes_and_tells_what_they_were(tmp_path, monkeypatch, capsys):
    text = b"1 2 3\n"
    small = data.DataSet(
        "Somebody; CC0", ("https://nowhere.invalid/{file}",),
        files={"a.txt": digest(text)},
        local=("{file}.xz",),
    )  # fmt: skip
    monkeypatch.setitem(data.SETS, "small", small)
    monkeypatch.setenv("NEWSLETTER_DATA", str(tmp_path))
    monkeypatch.setenv("NEWSLETTER_CACHE", str(tmp_path / "cache"))
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / "a.txt.xz").write_bytes(lzma.compress(text))
    told = []
    monkeypatch.setattr(data, "tell", lambda text, found: told.append((text, found)))
    assert data.load("small") == {"a.txt": text}
    ((said, found),) = told
    assert said == "small: 1 file, 6 bytes, as they should be"
    assert found["data"] == {
        "name": "small", "terms": "Somebody; CC0", "files": 1, "bytes": 6,
        "digest": digest_of({"a.txt": text}),
    }  # fmt: skip
    with pytest.raises(KeyError):
        data.load("unknown")


def digest(content):
    import hashlib

    return hashlib.sha256(content).hexdigest()
