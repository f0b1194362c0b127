"""Parts of Sphinx's work in several processes, to the same result however they finish.

Sphinx can read and write in several processes, too; it takes their answers in the order in which
they end, so that names of pictures and the order of lists follow from the speed of the machine, and
leaves them alive when it is killed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from functools import partial
from typing import TypeVar

from sphinx.domains import Domain
from sphinx.environment import BuildEnvironment
from sphinx.util.logging import LogCollector, convert_serializable, getLogger

from scripts.core.system import forks
from scripts.core.system.forks import Fork

LOGGER = getLogger(__name__)
P = TypeVar("P")
R = TypeVar("R")


def run_parts(parts: Sequence[P], work: Callable[[P], R]) -> list[R]:
    """What ``work`` returns for each part: the first is done here, every other one in a process of
    its own where the system has forks. What Sphinx's loggers were told there is told here, in the
    parts' order. Raises what ``work`` raised."""
    if not forks.FORKS:
        return [work(part) for part in parts]
    with ExitStack() as stack:
        others = [stack.enter_context(Fork(partial(_heard, work, part))) for part in parts[1:]]
        answers = [work(part) for part in parts[:1]]
        for other in others:
            answer, records = other.result()
            for record in records:
                LOGGER.handle(record)
            answers.append(answer)
    return answers


def _heard(work: Callable[[P], R], part: P) -> tuple[R, list[logging.LogRecord]]:
    collector = LogCollector()
    with collector.collect():
        answer = work(part)
    convert_serializable(collector.logs)
    return answer, collector.logs


def mergeable(env: BuildEnvironment) -> bool:
    """Whether all domains can bring together what processes read. Some extensions (sphinx-proof)
    say that they are safe, and stop the build when it comes to that."""
    own = (type(domain).merge_domaindata for domain in env.domains.values())
    return all(merge is not Domain.merge_domaindata for merge in own)


def named_twice(env: BuildEnvironment, other: BuildEnvironment, part: Collection[str]) -> set[str]:
    """The pages that have a name in common (a label, an equation, a described object), of which one
    is in ``part``, that ``other`` was read with, and one is known to ``env``."""
    found = set()
    for domain, data in other.domaindata.items():
        for table, names in data.items():
            known = env.domaindata[domain].get(table)
            if isinstance(names, dict) and isinstance(known, dict):
                for name in names.keys() & known.keys():
                    pages = {_page(known[name]), _page(names[name])}
                    if len(pages) == 2 and _page(names[name]) in part:
                        found |= pages
    return found & env.found_docs


def _page(entry: object) -> str:
    """The page that a domain's entry is of: in all of Sphinx's, the first of its fields."""
    return str(entry[0]) if isinstance(entry, tuple) and entry else ""


def shares(items: Sequence[P], sizes: Sequence[int], count: int) -> list[list[P]]:
    """The items in at most ``count`` parts of about the same size, without changing their order."""
    count = max(count, 1)
    total, before = max(sum(sizes), 1), 0.0
    parts: list[list[P]] = [[] for _ in range(count)]
    for item, size in zip(items, sizes, strict=True):
        middle = before + size / 2
        parts[min(int(middle / total * count), count - 1)].append(item)
        before += size
    return [part for part in parts if part]
