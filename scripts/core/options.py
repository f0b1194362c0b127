"""What the command line may say of a build, and where its products go."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

# Profiles: named sets of parameters. `book`: the notebook's own values, which the site shows.
PROFILES = (BOOK, SMOKE, FULL) = ("book", "smoke", "full")


@dataclass(frozen=True)
class Options:
    """The options of the verbs that execute notebooks."""

    root: Path
    profile: str = BOOK
    only: tuple[str, ...] = ()
    jobs: int = 0  # 0: one for each core
    strict: bool = False
    cold: bool = False  # kernels start from nothing
    thaw: bool = False  # frozen issues run as well
    scheduler: str = ""  # a Dask scheduler's address; "": this machine

    @property
    def out(self) -> Path:
        """Where products go: `_build`; other profiles and partial builds have a folder in it."""
        build = self.root / "_build"
        if self.only:
            return build / "only"
        return build if self.profile == BOOK else build / self.profile

    def shown(self, path: Path) -> str:
        """A path below the root as people are told it."""
        return path.relative_to(self.root).as_posix()

    @property
    def site(self) -> Path:
        """The finished site."""
        return self.out / "html"

    @property
    def public(self) -> bool:
        """Whether this is the site itself: no other profile's, no part of it."""
        return self.profile == BOOK and not self.only

    @property
    def cache(self) -> Path:
        return self.root / ".cache"

    @property
    def state(self) -> Path:
        """Where runs under the profile `full` keep what they go on with after a stop."""
        return self.cache / "state"

    @property
    def work(self) -> Path:
        """Where pages and PDFs lie before the site is assembled."""
        return self.cache / f"render-{self.profile}"
