"""Tables: from docutils and from HTML to one grid, from the grid to Typst."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from docutils import nodes

from scripts.pdf.writer import markup
from scripts.pdf.writer.base import WORD
from scripts.pdf.writer.media import Media

CHARACTER, PADDING = 0.58 * 9, 10.0  # of a table's text and cells at full size, in points
SMALLEST = 0.75
_NUMBER = re.compile(r"[-−+±~≈<>≤≥]?\s*[$€£]?\d[\d.,\s%×±e+−\-/]*[\w%°]{0,3}")


@dataclass
class Cell:
    """One cell: markup, plain text, spans and alignment (left, center, right or empty)."""

    body: str
    plain: str
    across: int = 1
    down: int = 1
    align: str = ""
    header: bool = False


@dataclass
class Grid:
    """Rows of cells; the first `heads` rows are headers."""

    rows: list[list[Cell]] = field(default_factory=list)
    heads: int = 0


def columns_of(grid: Grid) -> int:
    """Number of columns, spans included."""
    return max((column + cell.across for _, column, cell in placed(grid)), default=0)


def placed(grid: Grid) -> list[tuple[int, int, Cell]]:
    """Every cell with its row and column."""
    taken: set[tuple[int, int]] = set()
    out = []
    for r, row in enumerate(grid.rows):
        c = 0
        for cell in row:
            while (r, c) in taken:
                c += 1
            down = min(cell.down, len(grid.rows) - r)
            taken |= {(r + i, c + j) for i in range(down) for j in range(cell.across)}
            out.append((r, c, cell))
            c += cell.across
    return out


def alignments(grid: Grid, columns: int) -> list[str]:
    """What the author said; else right where every cell of a column is a number."""
    cells = placed(grid)
    out = []
    for c in range(columns):
        body = [x for r, k, x in cells if k == c and x.across == 1 and r >= grid.heads]
        said = next((x.align for _, k, x in cells if k == c and x.align), "")
        plain = [x.plain.strip() for x in body if x.plain.strip() not in ("", "-", "–", "…", "...")]
        numeric = bool(plain) and all(_NUMBER.fullmatch(p) or p == "NaN" for p in plain)
        out.append(said or ("right" if numeric else "left"))
    return out


def write(grid: Grid, available: float) -> str:
    """The grid as calls of the template's `table-of`: as many as its columns need."""
    return "\n\n".join("#" + _written(part, available) for part in split(grid, available))


def split(grid: Grid, available: float) -> list[Grid]:
    """A grid whose longest words don't fit side by side, cut into some that repeat column one."""
    columns = columns_of(grid)
    cells = placed(grid)
    least = narrowest(grid)
    spans = any(cell.across > 1 or cell.down > 1 for _, _, cell in cells)
    least = [width * SMALLEST for width in least]
    if sum(least) <= available or columns < 3 or spans:
        return [grid]
    groups: list[list[int]] = [[]]
    for c in range(1, columns):
        if groups[-1] and least[0] + sum(least[k] for k in groups[-1]) + least[c] > available:
            groups.append([])
        groups[-1].append(c)
    rows = [{c: cell for r, c, cell in cells if r == i} for i in range(len(grid.rows))]
    return [
        Grid([[row[c] for c in (0, *group) if c in row] for row in rows], grid.heads)
        for group in groups
    ]


def narrowest(grid: Grid) -> list[float]:
    """The width in points that each column needs at full size, its words kept whole."""
    least = [PADDING] * columns_of(grid)
    for _, c, cell in placed(grid):
        if cell.across == 1:
            words = markup.breakable(cell.plain, WORD).replace(markup.SOFT_BREAK, " ").split()
            longest = max(map(len, words), default=1)
            least[c] = max(least[c], PADDING + CHARACTER * longest)
    return least


def shares(grid: Grid, available: float) -> list[float]:
    """How a table that must wrap divides its width: words first, then by amount of text."""
    least = narrowest(grid)
    spare = max(0.0, available - sum(least))
    text = list(least)
    for _, c, cell in placed(grid):
        if cell.across == 1:
            text[c] = max(text[c], PADDING + min(len(cell.plain), 200) * CHARACTER)
    wish = [max(0.1, t - have) for t, have in zip(text, least, strict=True)]
    widths = [have + spare * w / sum(wish) for have, w in zip(least, wish, strict=True)]
    return [width / sum(widths) for width in widths]


def _written(grid: Grid, available: float) -> str:
    columns = columns_of(grid)
    if not columns:
        return "[]"
    head: list[str] = []
    body: list[str] = []
    filled: set[tuple[int, int]] = set()
    rows: dict[int, list[str]] = {}
    for r, c, cell in placed(grid):
        down = min(cell.down, (grid.heads if r < grid.heads else len(grid.rows)) - r)
        filled |= {(r + i, c + j) for i in range(down) for j in range(cell.across)}
        spans = f"colspan: {cell.across}, " * (cell.across > 1)
        spans += f"rowspan: {down}, " * (down > 1)
        said = f"#text(weight: 600)[{cell.body}];" if r < grid.heads or cell.header else cell.body
        rows.setdefault(r, []).append(f"table.cell({spans}x: {c}, y: {r})[{said}]")
    for r in range(len(grid.rows)):
        gaps = [f"table.cell(x: {c}, y: {r})[]" for c in range(columns) if (r, c) not in filled]
        (head if r < grid.heads else body).append(markup.array(rows.get(r, []) + gaps))
    parts = markup.array([f"{share * 100:.2f}%" for share in shares(grid, available)])
    aligns = markup.array(alignments(grid, columns))
    least = sum(narrowest(grid))
    return (
        f"table-of({parts}, {least:.1f}pt, {markup.array(head)}, {aligns}, "
        f"{available:.1f}pt, {markup.array(body)}.flatten())"
    )


class Tables(Media):
    """Writes docutils tables."""

    def on_table(self, node: nodes.Element) -> str:
        title = next((c for c in node if isinstance(c, nodes.title)), None)
        grid = self.grid_of(node)
        number = self.figure_number(node)
        caption = f"[{self.inline(title)}]" if title is not None else "none"
        said = f"[{markup.escape(number)}]" if number else "none"
        return f"#table-block({said}, {caption}, [{self.anchors(node)}{write(grid, self.room)}])\n"

    def grid_of(self, node: nodes.Element) -> Grid:
        """The cells of a table with their contents written."""
        grid = Grid()
        stubs = [bool(c.get("stub")) for c in node.findall(nodes.colspec)]
        for row in node.findall(nodes.row):
            if self._table_of(row) is not node:
                continue
            if isinstance(row.parent, nodes.thead):
                grid.heads += 1
            cells = []
            for i, entry in enumerate(c for c in row if isinstance(c, nodes.entry)):
                stub = i < len(stubs) and stubs[i]
                cells.append(self._cell(entry, stub))
            if cells and row.get("ids"):
                cells[0].body = self.anchors(row) + cells[0].body
            grid.rows.append(cells)
        return grid

    def _table_of(self, row: nodes.Node) -> nodes.Node:
        node = row.parent
        while node is not None and not isinstance(node, nodes.table):
            node = node.parent
        return node

    def _cell(self, entry: nodes.Element, header: bool) -> Cell:
        classes = entry.get("classes", [])
        align = next(
            (c[5:] for c in classes if c in ("text-left", "text-center", "text-right")), ""
        )
        classes = [c for n in entry.findall(nodes.Element) for c in n.get("classes", ())]
        plain = entry.astext()
        if "verdict" in classes:
            plain = "".join(plain.split())  # mark and word stay together
        if "value" in classes:
            align = "right"
        before, self.room, self.in_cell = self.room, min(self.room, 200.0), True
        try:
            body = self.blocks(entry).strip()
        finally:
            self.room, self.in_cell = before, False
        return Cell(
            body,
            plain,
            int(entry.get("morecols", 0)) + 1,
            int(entry.get("morerows", 0)) + 1,
            align,
            header,
        )
