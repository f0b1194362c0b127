"""Pictures as files that Typst can read, kept under the digest of their content."""

from __future__ import annotations

from pathlib import Path

import typst

from scripts.core.files import digest, write_atomic


class Pictures:
    """The folder of pictures in the folder that Typst works in."""

    def __init__(self, work: Path) -> None:
        self.work = work
        self.names: dict[str, str] = {}
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False)
        self.compiler = typst.Compiler(root=str(work), font_paths=fonts)

    def keep(self, suffix: str, data: bytes) -> str:
        """The file's path in the work folder; empty if Typst can't read it, of which it says later
        that a PDF can't be made, and not for which picture."""
        name = f"images/{digest(data)[:20]}.{suffix}"
        if name not in self.names:
            if not (self.work / name).exists():
                write_atomic(self.work / name, data, shared=True)
            try:
                self.compiler.compile(input=f'#image("{name}")'.encode(), format="svg")
            except typst.TypstError:
                self.names[name] = ""
            else:
                self.names[name] = name
        return self.names[name]
