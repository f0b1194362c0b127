"""Where a publication lives: its site, its repository, what opens its notebooks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Addresses:
    """Where the publication lives, from ``_config.yml`` alone (no trailing slashes); '' where that
    isn't known, and so is whatever would follow from it."""

    site: str  # html.baseurl
    repository: str  # repository.url
    branch: str  # repository.branch
    path: str = ""  # repository.path_to_book

    def page(self, docname: str) -> str:
        """Public address of a page."""
        return f"{self.site}/{docname}.html" if self.site else ""

    def source(self, path: str) -> str:
        """Address of a source file in the repository."""
        inner = f"{self.path}/{path}".lstrip("/")
        return f"{self.repository}/blob/{self.branch}/{inner}" if self.repository else ""

    @property
    def slug(self) -> str:
        """``owner/name`` of a GitHub repository, as Colab and Binder want it."""
        return "/".join(self.repository.split("/")[-2:])

    def colab(self, name: str) -> str:
        """Address that opens a learners' notebook in Colab."""
        place = f"github/{self.slug}/blob/notebooks/{name}.ipynb"
        return f"https://colab.research.google.com/{place}" if self.repository else ""

    def binder(self, name: str) -> str:
        """Address that opens a learners' notebook in Binder (JupyterLab)."""
        place = f"{self.slug}/notebooks?labpath={name}.ipynb"
        return f"https://mybinder.org/v2/gh/{place}" if self.repository else ""
