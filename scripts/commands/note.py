"""Keep what the claims' verdicts are, so that a later build knows what they were."""

from __future__ import annotations

from scripts.book.kept.verdicts import NOTED, write_noted
from scripts.commands.run import run
from scripts.core.options import Options
from scripts.core.problems import BookError
from scripts.core.words import plural
from scripts.editions.register.claims import histories, register
from scripts.execution.progress import Progress


def note(options: Options, progress: Progress) -> None:
    """Add each claim's verdict to its history, where it isn't the last one there already. Raises
    `BookError` if one changed on no later day."""
    book, runs = run(options, progress)
    found, problems = register(book, runs)
    if problems:
        raise BookError(problems)
    known = histories(book.noted, found)
    new = sum(known[name] != book.noted.get(name) for name in known)
    if new:
        write_noted(options.root, known)
    progress.tell(f"{NOTED}: {plural(new, 'claim')} noted" + ("; commit it" if new else ""))
