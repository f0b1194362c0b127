"""YAML as data with lines, and what of it is refused, each with its line."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import yaml
from conftest import ROOT

from scripts.core.untrusted.yaml_data import read_yaml

NINE = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)
)

# text, the line and a part of the one problem
WRONG = {
    "aliases in aliases": (NINE, 6, "more than 200,000 values"),
    "aliases of a long text": (
        f"a: &a {'x' * 500_000}\nb: [{', '.join(['*a'] * 1000)}]", 2, "more than 200,000 values",
    ),
    "alias of what it stands in": ("b: 1\na: &x [*x]", 2, "'*x' stands inside of what it names"),
    "alias of nothing": ("b: 1\na: *x", 2, "'*x' names nothing"),
    "levels": ("a:\n  " + "[" * 3000 + "]" * 3000, 2, "more than 50 levels"),
    "levels of blocks": ("- " * 3000, 1, "more than 50 levels"),
    "levels never closed": ("[" * 100_000, 1, "more than 50 levels"),
    "size": ("a: " + "x" * 3_000_000, 1, "3,000,003 characters"),
    "values": ("a: [" + "[]," * 300_000 + "]", 1, "more than 200,000 values"),
    "digits": ("a: 1\nb: " + "1" * 5000, 2, "is no number"),
    "binary digits": ("a: 0b" + "1" * 1000, 1, "is no number"),
    "base sixty": ("a: 1" + ":1" * 50_000, 1, "is no number"),
    "no number": ("a: 1\nb: .nan", 2, "'.nan' is no number"),
    "infinite": ("a: -.inf", 1, "'-.inf' is no number"),
    "infinite by its size": ("a: 1.0e+999", 1, "is no number"),
    "no date": ("a: 1\nb: 2020-13-45", 2, "'2020-13-45' is no date"),
    "no day": ("a: 2021-02-29", 1, "'2021-02-29' is no date"),
    "no time": ("a: 2020-01-01 25:00:00", 1, "is no date"),
    "set": ("a: 1\nb: !!set {c, d}", 2, "the tag 'tag:yaml.org,2002:set'"),
    "bytes": ("a: !!binary aGk=", 1, "the tag 'tag:yaml.org,2002:binary'"),
    "own tag": ("a: !secret x", 1, "the tag '!secret'"),
    "program": ("a: !!python/object/apply:os.system [ls]", 1, "the tag 'tag:yaml.org"),
    "tag of a list on text": ("a: !!seq b", 1, "the tag 'tag:yaml.org,2002:seq'"),
    "text as a number": ("a: !!int b", 1, "'b' is no number"),
    "text as a date": ("a: !!timestamp b", 1, "'b' is no date"),
    "number as a key": ("a: 1\n3: b", 2, "the key 3 is not text"),
    "date as a key": ("2020-01-01: b", 1, "the key 2020-01-01 is not text"),
    "truth as a key": ("on: b", 1, "the key on is not text"),
    "list as a key": ("? [a]\n: b", 1, "the key of several parts is not text"),
    "key twice": ("a: 1\nb: 2\na: 3", 3, "'a' stands twice, in line 11 and here"),
    "key twice inside": ("a:\n  b: 1\n  b: 2", 3, "'b' stands twice, in line 12 and here"),
    "NUL": ("a: 1\nb: \0", 2, "the character U+0000"),
    "escape": ("a: 1\nb: \x1b[31m", 2, "the character U+001B"),
    "NUL as an escape": ('a: 1\nb: "\\0"', 2, "stands for a control character"),
    "tab": ("a:\n\t- b", 2, "not valid YAML: a tab"),
    "second document": ("a: 1\n---\nb: 1", 2, "a second document begins"),
    "quotes never closed": ("a: 1\nb: 'c\nd: e\n", 2, "not valid YAML"),
    "bracket never closed": ("a: 1\nb: [c\nd: e\n", 2, "not valid YAML"),
    "colon in text": ("a: 1\nb: c: d", 2, "not valid YAML"),
    "merged with no mapping": ("a: 1\n<<: 3", 2, "'<<' takes a mapping"),
    "equals sign": ("a: =", 1, "'=' alone means nothing"),
    "below odd line ends": ("a: 'x\u2028\x85y'\nb: .nan", 2, "is no number"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said_once_with_its_line(name: str) -> None:
    text, line, what = WRONG[name]
    began = time.process_time()
    _, problems = read_yaml(text, "x.yml", first=11)
    assert [(p.path, p.line) for p in problems] == [("x.yml", line + 10)]
    assert what in problems[0].what and problems[0].right
    assert time.process_time() - began < 5


def test_several_faults_are_said_at_once() -> None:
    found, problems = read_yaml("a: .nan\nb: 1\nb: 2\nc: !x y\n3: z\nd: 2020-02-30\n", "x.yml")
    assert [problem.line for problem in problems] == [1, 3, 4, 5, 6]
    assert found.faulty == {1, 3, 4, 5, 6} and found.data["b"] == 1


def test_lines_of_keys_and_entries() -> None:
    found, problems = read_yaml("a:\n  b.c: [1,\n    {d: 2}]\n# x\n\ne: 2020-01-02\n", "x.yml", 2)
    assert not problems
    assert found.data == {"a": {"b.c": [1, {"d": 2}]}, "e": "2020-01-02"}
    assert found.dates == {"e": "2020-01-02"}
    lines = ("", "a", "a.b.c", "a.b.c.0", "a.b.c.1.d", "e", "a.b.c.1.nowhere", "nowhere")
    assert [found.place(place).line for place in lines] == [2, 2, 3, 3, 4, 7, 4, 2]
    assert [found.place(place).column for place in lines] == [0, 1, 3, 9, 6, 1, 5, 0]


def test_the_data_are_those_of_pyyaml() -> None:
    texts = [
        "a: [yes, ~, 1_000, 0x1f, 017, 1:30, 1.5, .5, 'x', !!str 3, ! 4]\nb:\nc: |\n  d\n",
        "x: &x {a: 1, b: 2}\ny:\n  <<: *x\n  b: 3\nz: {<<: [*x, {c: 1}], d: *x}\n",
        "", "# nothing\n", "- a\n- - b\n", "--- text\n...\n",
        *(path.read_text("utf-8") for path in (ROOT / "_config.yml", ROOT / "_toc.yml")),
        *(_head(path) for path in (ROOT / "notebooks").glob("*.md")),
    ]  # fmt: skip
    for text in texts:
        found, problems = read_yaml(text, "x.yml")
        assert not problems and found.data == yaml.safe_load(text)


def _head(path: Path) -> str:
    return path.read_text("utf-8").split("---\n")[1]
