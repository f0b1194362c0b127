"""Push the finished site and the learners' notebooks to branches of a git remote."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from scripts.book.config import CONFIG, PLACEHOLDER, given_addresses, place_of
from scripts.book.model import Book
from scripts.commands import up_to_date
from scripts.commands.check import load
from scripts.core.options import Options
from scripts.core.problems import BookError, Problem
from scripts.core.words import plural
from scripts.execution.progress import Tell
from scripts.pages.downloads import downloads
from scripts.publishing.branches import Branch, Push, committed, prepared, pushed
from scripts.publishing.git import WHERE, Git
from scripts.publishing.verify import verify

SITE, NOTEBOOKS = "gh-pages", "notebooks"  # the second stands in `Addresses.colab` and `binder`
SHOWN = 12  # paths of a branch that are told one by one


def publish(options: Options, remote: str, tell: Tell, *, dry_run: bool, withdraw: bool) -> None:
    """Push what differs, all branches at once, or with ``dry_run`` say what would be. Raises
    `BookError` for a site that isn't whole, isn't of these sources, or lacks pages that are
    published, unless it shall ``withdraw`` them; then nothing is pushed."""
    book = load(options.root)
    problems = [*unfit(book, options), *unready(book, options)]
    if problems:
        raise BookError(problems)
    git = Git(options.root)
    branches = branches_of(book, options)
    if problem := same_as_sources(git, book, branches):
        raise BookError([problem])
    pushes = [prepared(git, remote, branch) for branch in branches]
    if lost := [] if withdraw else list(vanished(pushes)):
        raise BookError(lost)
    for push in pushes:
        for line in told(push, paths=dry_run):
            tell(line)
    if dry_run:
        return
    subject = f"Edition of {source(git)}"
    pushed(git, remote, [committed(git, push, subject) for push in pushes])
    if any(push.needed for push in pushes):
        tell(f"pushed to {remote}" + (f"; {book.addresses.site}/" if book.addresses.site else ""))


def unfit(book: Book, options: Options) -> Iterator[Problem]:
    """Addresses that are placeholders: every button and feed would lead nowhere."""
    if not book.rules.published:
        return
    keys = ("html.baseurl", "repository.url")
    for key, address in zip(keys, given_addresses(book.config), strict=True):
        if not address or PLACEHOLDER in address:
            what = f"{key} is a placeholder" if address else f"{key} is missing"
            at = place_of(options.root, CONFIG, key)
            yield Problem.at(CONFIG, at, what, "Write your own address.")


def unready(book: Book, options: Options) -> list[Problem]:
    """What is wrong with the site: there is none, it is of other sources, it isn't whole."""
    name, right = options.shown(options.site), "Build it: make book"
    if not (options.site / "index.html").is_file():
        return [Problem(name, 0, "there is no finished site", right)]
    if not any(current(options, strict) for strict in (False, True)):
        what = "the site isn't the last good build of these sources, or somebody changed it"
        return [Problem(name, 0, what, f"{right}; what failed stands in _build/report.md.")]
    wanted = [d.file for issue in book.issues for d in downloads(book, issue)]
    return verify(book, options.site, wanted)


def current(options: Options, strict: bool) -> bool:
    """Whether the site is what the last good build left, and of these sources."""
    asked = Options(options.root, strict=strict)
    state = up_to_date.last(asked)
    digest = up_to_date.inputs(asked, up_to_date.extent(state))
    return up_to_date.unchanged(asked, state, digest)


def branches_of(book: Book, options: Options) -> list[Branch]:
    """The site, as GitHub Pages wants it, and of a newsletter its learners' notebooks."""
    site = below(options.site)
    site[".nojekyll"] = b""  # folders that begin with an underscore are pages, too
    host = urlsplit(book.addresses.site).hostname or ""
    if "github.com/" in book.addresses.repository and not host.endswith(".github.io"):
        site["CNAME"] = f"{host}\n".encode()  # a domain of one's own
    branches = [Branch(SITE, site)]
    if book.rules.published:
        notebooks = below(options.out / "notebooks")
        notebooks.pop("notebooks.zip", None)  # the same files again
        branches.append(Branch(NOTEBOOKS, notebooks))
    return branches


def below(folder: Path) -> dict[str, Path | bytes]:
    """Every file of a folder by its path in it."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path for path in files}


def same_as_sources(git: Git, book: Book, branches: list[Branch]) -> Problem | None:
    """The sources' own branch can't be one of those that hold products."""
    here = git.say("branch", "--show-current")
    for branch in branches:
        if branch.name in (here, book.addresses.branch):
            what = f"the sources are on the branch '{branch.name}', which is for what is published"
            return Problem(WHERE, 0, what, "Give the sources' branch another name, such as main.")
    return None


def vanished(pushes: list[Push]) -> Iterator[Problem]:
    """Pages that are published and would be no more: addresses that people have kept."""
    for push in pushes:
        pages = [p for p in push.removed if p.endswith((".html", ".ipynb")) and p[0] != "_"]
        for path in pages:
            what = f"it is published on '{push.branch}', and the new edition lacks it"
            right = (
                "If it moved, say where to in redirects: of _config.yml; if it shall go, say "
                "--withdraw."
            )
            yield Problem(path, 0, what, right)


def told(push: Push, *, paths: bool) -> Iterator[str]:
    """What happens to a branch, in lines; with the first ``paths``."""
    if not push.needed:
        yield f"{push.branch}: nothing changed"
        return
    groups = {"added": push.added, "changed": push.changed, "removed": push.removed}
    counts = [f"{len(found)} {what}" for what, found in groups.items() if found]
    yield f"{push.branch}: {', '.join(counts)}" + ("" if push.old else ", a new branch")
    for what, found in groups.items() if paths else ():
        yield from (f"    {what}: {path}" for path in found[:SHOWN])
        if len(found) > SHOWN:
            yield f"    {what}: {plural(len(found) - SHOWN, 'more path')}"


def source(git: Git) -> str:
    """The commit of the sources, in a few words; whether they hold more than that."""
    changed = git.say("status", "--porcelain", "--untracked-files=no")
    commit = git.say("rev-parse", "--short=12", "HEAD")
    return f"{commit} with changes that aren't committed" if changed else commit
