"""The head of a page: its lines, and what its schema forbids."""

from __future__ import annotations

from scripts.book import front_matter


def test_front_matter_lines() -> None:
    text = "---\ntitle: T\nprofiles:\n  smoke:\n    parameters: {a: 1}\ndate: 2020-01-19\n---\nbody"
    front, problems = front_matter.front_matter(text, "x.md")
    assert not problems
    assert front.data["date"] == "2020-01-19"
    assert front.yaml.lines["profiles.smoke.parameters.a"] == 5
    assert front.end == 7


def test_front_matter_key_twice() -> None:
    _, problems = front_matter.front_matter("---\na: 1\nb: 2\na: 3\n---\n", "x.md")
    assert [(p.line, p.what) for p in problems] == [
        (4, "front matter: 'a' stands twice, in line 2 and here")
    ]
