"""What is wrong with a book, gathered stage by stage, so that one build says all of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from scripts.core.problems import BookError, Problem

# What may be missed only because a notebook failed, or a page was not written.
MISSED = re.compile(
    r"undefined label|reference target not found|cross-reference target|could not find|not readable"
    r"|unknown document|nonexisting document|leads to no|that isn't there|not rendered|missing or"
)


class Findings:
    """Problems, of which later ones are dropped where they only follow from earlier ones: in the
    same line, or what is missed of a site that is known to be ``partial``. Of books that are not
    ``strict``, those that aren't grave are told as warnings."""

    def __init__(self, strict: bool, tell: Callable[[str], None]) -> None:
        self.strict, self.tell = strict, tell
        self.partial = False
        self.problems: list[Problem] = []

    def add(self, problems: Iterable[Problem], grave: Callable[[Problem], bool]) -> None:
        """Those of a further stage."""
        places = {(p.path, p.line) for p in self.problems if p.line}
        for problem in problems:
            if not (self.strict or grave(problem)):
                self.tell(f"warning: {problem}")
            elif (problem.path, problem.line) in places:
                continue
            elif not (self.partial and MISSED.search(problem.what)):
                self.problems.append(problem)

    @contextmanager
    def stage(self) -> Iterator[None]:
        """What keeps this block from its end is a problem; where there are some already, it may
        well be due to them, whatever it is."""
        try:
            yield
        except BookError as error:
            self.add(error.problems, always)
        except Exception:
            if not self.problems:
                raise

    def stop(self) -> None:
        """Raise `BookError` if anything is wrong."""
        if self.problems:
            raise BookError(self.problems)


def always(_problem: Problem) -> bool:
    """That every problem is grave."""
    return True


def never(_problem: Problem) -> bool:
    """That none is."""
    return False
