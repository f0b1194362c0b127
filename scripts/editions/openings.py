"""The words that a derived copy needs of its own: where it comes from, cards, README, summary."""

from __future__ import annotations

from collections.abc import Mapping

from docutils.nodes import make_id

from scripts.book.model import Book, Page
from scripts.core.languages.speech import Speech, speech
from scripts.core.record import Run
from scripts.core.words import duration, memory
from scripts.editions.lessons.dependencies import OLDEST, PYTHON
from scripts.editions.plain.inline import escape, linked
from scripts.editions.plain.references import Target, address, at

LICENCES = {
    "text": "[CC BY 4.0](https://creativecommons.org/licenses/by/4.0/)",
    "code": "[MIT](https://opensource.org/license/mit)",
}


def licence(say: Speech) -> str:
    """Under which licences text and code are."""
    return say("Text: {text}; code: {code}.", **LICENCES)


def lesson(book: Book, page: Page, name: str, run: Run | None) -> str:
    """Where a learner's copy comes from, ways to run it, what a run costs."""
    a = book.addresses
    title, here = linked(Target(book.title, a.site and f"{a.site}/")), address(book, page)
    first = f"From {title}" + (f": [this page on the site]({here})" if here else "")
    first += f"{_belongs(book, page)}."
    # Other books have no branch with their learners' notebooks.
    if book.rules.published and a.repository:
        first += f" It also opens in [Colab]({a.colab(name)}) and in [Binder]({a.binder(name)})."
    lines = [first]
    if run is not None:
        lines.append(_cost(run, bool(page.front.get("gpu"))))
        if book.rules.published:
            lines[-1] += _needs(run)
    return "\n\n".join(lines)


def rights(book: Book, page: Page) -> str:
    """What stands at the end of a learner's copy: whose it is, its licence."""
    return "\n\n".join(_rights(book, page))


def edition(book: Book, page: Page) -> str:
    """What stands below the title of a page of the Markdown edition."""
    lines = [str(page.front["description"])] if page.front.get("description") else []
    place, say = linked(Target(book.title, address(book, page))), _speech(book, page)
    if page.kind == "issue":
        number, date = page.front["issue"], page.front["date"]
        lines.append(say("Issue {n} of {name}, {date}.", n=number, name=place, date=date))
    elif page.kind == "notebook":
        lines.append(f"From {place}{_belongs(book, page)}.")
    if page.kind != "page":
        lines += _rights(book, page)
    return "\n\n".join(lines)


def _belongs(book: Book, page: Page) -> str:
    issue = book.issue_of(page) if page.kind == "notebook" else None
    if issue is None:
        return ""
    anchor = str(page.front["item"])
    title = next(item.title for item in issue.items if item.anchor == anchor)
    item = linked(Target(title, at(address(book, issue), make_id(anchor))))
    return f", which runs the item {item} of issue {issue.front['issue']}"


def _rights(book: Book, page: Page) -> list[str]:
    lines, say = [], _speech(book, page)
    original = page.front.get("original")
    if page.kind == "issue" and isinstance(original, dict):
        title = f"[{escape(str(original.get('title')))}]({original.get('url')})"
        author = escape(str(original.get("author")))
        said = "An independent edition of the {original} by {author}."
        lines.append(say(said, original=title, author=author))
    return [*lines, licence(say)] if book.rules.published else lines


def _speech(book: Book, page: Page) -> Speech:
    return speech(book.language_of(page))


def _cost(run: Run, gpu: bool) -> str:
    """What the head of the notebook's page says, too."""
    machine = "with a GPU" if gpu else "on an ordinary CPU"
    took, needed = duration(run.record.seconds), memory(run.record.memory)
    return f"It runs in {took} and {needed} of memory {machine}."


def _needs(run: Run) -> str:
    """The oldest versions that will do, of what a run imported."""
    oldest = {"Python": PYTHON} | {n: OLDEST[n] for n in run.record.packages if n in OLDEST}
    return f" It needs {', '.join(f'{n} {v}' for n, v in oldest.items())}, or newer."


def cards(book: Book, page: Page) -> dict[int, str]:
    """MyST text for an issue's items that have a companion notebook, by the source line before
    which it stands."""
    found = {}
    for item in page.items:
        notebook = book.notebook_of(item.anchor)
        if notebook is not None:
            about = str(notebook.front.get("description") or "")
            found[item.end] = f"**Run it:** [{escape(notebook.title)}](/{notebook.path}). {about}"
            if full := str(notebook.front.get("full_size") or "").strip():
                found[item.end] += f" **At full size:** {full}"
    return found


def inserted(text: str, blocks: Mapping[int, str]) -> tuple[str, list[int]]:
    """``text`` with paragraphs put before 1-based lines, and for each of its new lines the line
    where it came from."""
    lines: list[str] = []
    origin: list[int] = []
    for number, line in enumerate([*text.split("\n"), ""], 1):
        if number in blocks:
            lines += ["", *blocks[number].split("\n"), ""]
            origin += [number] * (blocks[number].count("\n") + 3)
        lines.append(line)
        origin.append(number)
    return "\n".join(lines), origin


def readme(book: Book, listed: list[tuple[Page, str]]) -> str:
    """README.md of the learners' notebooks."""
    a = book.addresses
    title = linked(Target(book.title, a.site and f"{a.site}/"))
    made = f" in <{a.repository}>; corrections belong there" if a.repository else ""
    parts = [
        f"# Notebooks of {escape(book.title)}",
        f"These notebooks belong to {title}. Each stands alone: download one file and run it. They "
        f"are made by the build from the Markdown sources{made}.",
        "- `NAME.ipynb`: without outputs, to work through\n"
        "- `NAME.executed.ipynb`: with the outputs that the site shows\n"
        "- `NAME.py`: the same as a program, `python NAME.py`\n"
        "- `notebooks.zip`: everything in one file",
        "| notebook | open it | about |\n| --- | --- | --- |\n"
        + "\n".join(_row(book, page, name) for page, name in listed),
        "To run them at home:",
        "```sh\npython -m pip install -r requirements.txt\njupyter lab\n```",
    ]
    return (
        "\n\n".join([*parts, *([licence(speech(book.language))] if book.rules.published else [])])
        + "\n"
    )


def _row(book: Book, page: Page, name: str) -> str:
    a = book.addresses
    about = " ".join(str(page.front.get("description") or "").split()).replace("|", "\\|")
    title = escape(page.title).replace("|", "\\|")
    named = {"Colab": a.colab(name), "Binder": a.binder(name)} if book.rules.published else {}
    named["site"] = address(book, page)
    ways = ", ".join(f"[{way}]({url})" for way, url in named.items() if url)
    return f"| [{title}]({name}.ipynb) | {ways or f'`{name}.ipynb`'} | {about} |"


def summary(book: Book) -> str:
    """What the book is, in a sentence: of the configuration, or of its first page."""
    first = book.pages[0].front.get("description") if book.pages else ""
    return str(book.config.get("description") or first or book.title)
