"""Write a newsletter of N issues, to measure with: ``python tests/generate.py FOLDER N``.

Each issue has the shape of the real one: thirty-six items in seven sections, about 3,000 words,
anchors, links, citations, corrections, tags, some formulas. Its words come from a chain of the real
newsletter's words, with names of its own, so that a search meets a vocabulary like that of real
text. Equal arguments give equal bytes, and the first N issues of a longer newsletter are those of a
shorter one. Every tenth issue has a companion notebook; the others have no code, because running
notebooks is not what is measured here.
"""

from __future__ import annotations

import datetime
import random
import re
import shutil
import sys
from collections import defaultdict
from functools import lru_cache
from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent
SECTIONS = (
    ("publications", "Publications 📙", 6),
    ("creativity", "Creativity and Society 🎨", 5),
    ("tools", "Tools and Datasets ⚙️", 3),
    ("ethics", "Ethics in AI 🚨", 3),
    ("articles", "Articles and Blog posts ✍️", 5),
    ("education", "Education 🎓", 8),
    ("mentions", "Notable Mentions ⭐️", 6),
)
WORKS = 400
TAGS = (
    "attention",
    "speech",
    "fairness",
    "energy",
    "education",
    "vision",
    "translation",
    "privacy",
)
HOSTS = (
    "arxiv.org/abs/2001.0",
    "github.com/someone/tool-",
    "example.org/blog/",
    "example.org/news/",
)
FORMULAS = (
    r"$\sqrt{n}$", r"$\sigma(z) = 1 / (1 + e^{-z})$", r"$p(x \mid y)$", r"$O(n \log n)$",
    r"$\mathrm{softmax}(Q K^\top / \sqrt{d})$",
)  # fmt: skip
SYLLABLES = ("ba", "cor", "del", "fen", "gra", "hil", "jo", "kam", "lin", "mor", "nat", "os", "pel",
             "quin", "ros", "sta", "tov", "ul", "vex", "wim", "yan", "zor")  # fmt: skip
KERNEL = """\
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {display_name: Python 3, language: python, name: python3}
authors: [{name: Nobody}]
"""
NOTEBOOK = """\
---
{kernel}title: "{title}"
description: Whether a mean strays as far as it should.
item: {item}
date: "{date}"
tags: [statistics]
level: beginner
bibliography: [work0]
profiles: {{smoke: {{parameters: {{repeats: 20}}}}}}
deadline: 60
memory: 512
---

# {title}

{text}

```{{code-cell}} ipython3
:tags: [parameters]

repeats = 400  # samples of ten numbers each
seed = {number}
```

## The idea

The error of a mean falls with $\\sqrt{{n}}$.

```{{code-cell}} ipython3
import random
import statistics

from checks import check

random.seed(seed)
means = [statistics.fmean(random.gauss(0, 1) for _ in range(10)) for _ in range(repeats)]
check(
    "mean-{number:03d}",
    "The spread of a mean is the spread of a number divided by the root of n.",
    source="Student 1908",
    reported=0.316,
    measured=round(statistics.pstdev(means), 3),
    rule="abs(measured - reported) < 0.1",
)
```
"""


@lru_cache(1)
def chain() -> dict[tuple[str, str], list[str]]:
    """What word follows which two, in the prose of the real issue and its notebooks."""
    follows: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path in sorted([*ROOT.glob("issues/*.md"), *ROOT.glob("notebooks/*.md")]):
        text = re.sub(
            r"\A---.*?\n---\n|^(```+|:::+).*?^\1$", "", path.read_text(), flags=re.S | re.M
        )
        for line in text.splitlines():
            if line.startswith(("#", "(", "|", "-", "{", "!", "$")) or len(line) < 80:
                continue
            line = re.sub(r"\{[^}]*\}`[^`]*`|\$[^$]*\$|`[^`]*`|\[([^]]*)\]\([^)]*\)", r"\1", line)
            words = re.findall(r"[A-Za-zÀ-ž][\w'’-]*|[.,;:?](?=\s|$)", line)
            for one, two, three in zip(words, words[1:], words[2:], strict=False):
                follows[one, two].append(three)
    return dict(follows)


class Author:
    """Writes text from a seed."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(seed)
        self.starts = sorted(pair for pair in chain() if pair[0][0].isupper() and pair[1].islower())

    def words(self, count: int) -> str:
        """At least ``count`` words, ending with a full stop."""
        pair = self.random.choice(self.starts)
        found = list(pair)
        while len(found) < count or found[-1] != ".":
            if pair not in chain() or (found[-1] == "." and self.random.random() < 0.3):
                found += [] if found[-1] == "." else ["."]
                pair = self.random.choice(self.starts)
                found += pair
            elif len(found) > 3 * count:
                found.append(".")
            elif self.random.random() < 0.004:
                found.append(self.name())  # every issue brings words that no other has
                pair = self.random.choice(self.starts)
                found += [word.lower() for word in pair]
            else:
                found.append(self.random.choice(chain()[pair]))
                pair = (found[-2], found[-1])
        return re.sub(r" ([.,;:?])", r"\1", " ".join(found))

    def name(self) -> str:
        """A name of three syllables."""
        return "".join(self.random.choice(SYLLABLES) for _ in range(3)).capitalize()

    def title(self) -> str:
        """A heading of four to seven words."""
        words = re.findall(r"[\w'’-]+", self.words(9))
        return " ".join([words[0].capitalize(), *words[1 : self.random.randint(4, 7)]])

    def link(self) -> str:
        """A link with a made-up address."""
        return (
            f"[{self.name()}](https://{self.random.choice(HOSTS)}{self.random.randint(1000, 9999)})"
        )


def works() -> str:
    """The bibliography."""
    author, entries = Author("works"), []
    for number in range(WORKS):
        people = " and ".join(f"{author.name()}, {author.name()}" for _ in range(number % 4 + 1))
        entries.append(
            f"@article{{work{number},\n  author = {{{people}}},\n  title = {{{author.title()}}},\n"
            f"  journal = {{Journal of {author.name()}}},\n  year = {{{1990 + number % 35}}},\n"
            f"  url = {{https://example.org/work/{number}}}\n}}\n"
        )
    return "\n".join(entries)


def item(author: Author, anchor: str, position: int) -> str:
    """One item: heading, text, citation, links, perhaps a formula and a correction."""
    lines = [f"({anchor})=", f"### {author.title()}", ""]
    text = author.words(58)
    if position % 3 == 0:
        text += f" It costs {author.random.choice(FORMULAS)} and no more."
    if position % 2 == 0:
        text += f" See {{cite}}`work{author.random.randrange(WORKS)}`."
    lines += [f"{text} ({author.link()}, {author.link()})", ""]
    if position % 5 < 2:
        lines += [":::{correction}", f"{author.words(18)} See {author.link()}.", ":::", ""]
    return "\n".join(lines)


def issue(number: int) -> str:
    """The source of one issue."""
    author = Author(f"issue {number}")
    date = datetime.date(2000, 1, 1) + datetime.timedelta(days=7 * number)
    title, prefix = author.title(), f"i{number:03d}"
    parts, position = [], 0
    for name, heading, count in SECTIONS:
        parts += [f"({prefix}-{name})=", f"## {heading}", ""]
        for place in range(count):
            parts.append(item(author, f"{prefix}-{name}-{place}", position))
            position += 1
    body = "\n".join(parts)
    cited = sorted(set(re.findall(r"\{cite\}`(\w+)`", body)))
    tags = author.random.sample(TAGS, 3)
    back = (
        "" if number == 1 else f" It follows {{ref}}`issue {number - 1} <i{number - 1:03d}-tools>`."
    )
    return (
        f'---\n{KERNEL}title: "{title}"\ndescription: "{author.words(12)}"\nissue: {number}\n'
        f'date: "{date}"\noriginal: {{title: "{title}", author: Nobody, '
        f'url: "https://example.org/{number}", date: "{date}"}}\n'
        f"tags: [{', '.join(tags)}]\nbibliography: [{', '.join(cited)}]\n---\n\n# {title}\n\n"
        f"{author.words(60)}{back}\n\n{body}\n({prefix}-corrections)=\n## Corrections\n\n"
        "```{corrections}\n```\n\n```{markdown-edition}\n```\n"
    )


def notebook(number: int) -> str:
    """The companion notebook of an issue's first item."""
    author = Author(f"notebook {number}")
    date = datetime.date(2000, 1, 1) + datetime.timedelta(days=7 * number)
    return NOTEBOOK.format(
        kernel=KERNEL, title=author.title(), item=f"i{number:03d}-publications-0",
        date=date, text=author.words(60), number=number,
    )  # fmt: skip


def generate(root: Path, count: int) -> Path:
    """Write the newsletter with ``count`` issues, with the publication's own look."""
    for name in ("issues", "notebooks"):
        (root / name).mkdir(parents=True)
    for name in ("_static", "_templates"):
        shutil.copytree(ROOT / name, root / name)
    about = ("ledger", "archive", "timings", "references", "404")
    for name in ("_config.yml", "index.md", *(f"{page}.md" for page in about)):
        shutil.copy(ROOT / name, root)
    config = root / "_config.yml"  # an address, where ours has a placeholder for one
    config.write_text(config.read_text("utf-8").replace("your-name", "nobody"), "utf-8")
    for path in (ROOT / "notebooks").glob("*.py"):
        shutil.copy(path, root / "notebooks")
    shutil.copytree(ROOT / "notebooks" / "fonts", root / "notebooks" / "fonts")
    real = (ROOT / "references.bib").read_text(encoding="utf-8")
    (root / "references.bib").write_text(works() + real, encoding="utf-8")
    chapters: list[dict[str, object]] = []
    for number in range(count, 0, -1):
        (root / "issues" / f"{number:03d}.md").write_text(issue(number), encoding="utf-8")
        chapters.append({"file": f"issues/{number:03d}"})
        if number % 10 == 0:
            name = f"notebooks/mean_{number:03d}"
            (root / f"{name}.md").write_text(notebook(number), encoding="utf-8")
            chapters[-1]["sections"] = [{"file": name}]
    toc = {
        "format": "jb-book", "root": "index",
        "parts": [{"caption": "Issues", "chapters": chapters},
                  {"caption": "About", "chapters": [{"file": page} for page in about]}],
    }  # fmt: skip
    (root / "_toc.yml").write_text(yaml.safe_dump(toc, sort_keys=False), encoding="utf-8")
    return root


def chapter(number: int, count: int) -> str:
    """A plain page of about 1,800 words: headings, prose, links to other pages, a list, a table and
    some code in each section."""
    author = Author(f"chapter {number}")
    parts = [f"(c{number:04d})=\n# {author.title()}\n\n{author.words(150)}\n"]
    for section in range(4):
        other = author.random.randrange(count)
        prose = [author.words(100) for _ in range(3)]
        items = "\n".join(f"- {author.words(12)}" for _ in range(3))
        rows = "\n".join(f"| {author.name()} | {row} | {author.words(4)} |" for row in range(3))
        parts.append(
            f"(c{number:04d}-{section})=\n## {author.title()}\n\n{prose[0]} See "
            f"[](c{other:04d}-{section}), [this page](c{other:04d}.md) and {author.link()}.\n\n"
            f"{items}\n\n{prose[1]}\n\n| name | number | words |\n| --- | --: | --- |\n{rows}\n\n"
            f"{prose[2]}\n\n```python\ntotal = sum(range({section}))\nprint(total)\n```\n"
        )
    return "\n".join(parts)


def ordinary(root: Path, count: int) -> Path:
    """Write another person's book of ``count`` plain pages, without code to run."""
    root.mkdir(parents=True)
    (root / "_config.yml").write_text("title: Plain\nexecute: {execute_notebooks: 'off'}\n")
    (root / "index.md").write_text("# Plain\n\nText.\n")
    names = [f"c{number:04d}" for number in range(count)]
    for number, name in enumerate(names):
        (root / f"{name}.md").write_text(chapter(number, count), encoding="utf-8")
    toc = ["format: jb-book", "root: index", "chapters:", *(f"- file: {name}" for name in names)]
    (root / "_toc.yml").write_text("\n".join(toc) + "\n")
    return root


if __name__ == "__main__":
    generate(Path(sys.argv[1]), int(sys.argv[2]))
