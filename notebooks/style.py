"""The publication's one matplotlib style: drawn once, legible on white and on dark.

    import style
    style.use()
    ax.plot(x, y, color=style.BLUE, marker="o", label="recipe")
    style.label_lines(ax)

Figures are transparent SVG of 538 px in colours with a contrast of 3:1 on both grounds. The site
recognises exactly these colours and shows a light and a dark version of each. The title of an axes
says the quantity and its unit, so the y axis has no label. Panels stand above one another.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib import font_manager
from matplotlib.colors import LinearSegmentedColormap, to_rgb

if TYPE_CHECKING:
    from IPython.display import Image
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Annotation

BLUE, BRICK, TEAL, AMBER, PINK = "#3D57D6", "#B5452F", "#2A9D80", "#B88416", "#D563B4"
COLOURS = (BLUE, BRICK, TEAL, AMBER, PINK)
MARKERS = ("o", "s", "^", "D", "v")  # in the order of COLOURS: colour is never alone
INK, SOFT, RULE = "#707D78", "#707D79", "#8A958F"  # titles; ticks and labels; hairlines
BASELINE = "#77847E"  # a baseline is this grey, dashed
GAP = "#F2F6F3"  # between the cells of a map
CELL_INK = "#000000"  # on a pale cell of a map: any other black is too faint on the middle ones
BAND = {"alpha": 0.16, "linewidth": 0}  # for fill_between: the spread around a line
SEQUENTIAL = LinearSegmentedColormap.from_list(
    "newsletter", ["#F3E9D2", "#8FC1B5", "#2A7F86", "#123B52"]
)
STEPS = "application/vnd.nlp-newsletter.steps+json"  # the MIME type of what the site shows
WIDTH, HEIGHT, DPI = 5.6, 3.3, 96  # inches, inches, CSS pixels per inch

_RC: Any = {  # matplotlib types its keys one by one; ours are checked when they are set
    "figure.figsize": (WIDTH, HEIGHT),
    "figure.dpi": DPI,
    "figure.facecolor": "none",
    "figure.constrained_layout.use": True,
    "savefig.transparent": True,
    "savefig.facecolor": "none",
    "font.size": 12,
    "text.color": INK,
    "axes.facecolor": "none",
    "axes.edgecolor": RULE,
    "axes.linewidth": 0.8,
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.labelcolor": SOFT,
    "axes.labelsize": 12,
    "axes.prop_cycle": mpl.rcsetup.cycler(color=COLOURS),
    "axes.titlecolor": INK,
    "axes.titlelocation": "left",
    "axes.titlepad": 12,
    "axes.titlesize": 12.5,
    "axes.titleweight": 600,
    "axes.xmargin": 0.02,  # grid lines end before the labels at the lines' ends
    "grid.color": RULE,
    "grid.linewidth": 0.6,
    "hatch.color": RULE,
    "image.cmap": "newsletter",
    "legend.fontsize": 12,
    "legend.frameon": False,
    "legend.labelcolor": INK,
    "lines.linewidth": 2,
    "lines.markeredgewidth": 0,
    "lines.markersize": 6.5,
    "xtick.color": RULE,
    "xtick.labelcolor": SOFT,
    "xtick.labelsize": 12,
    "xtick.major.size": 4,
    "xtick.minor.size": 0,
    "ytick.color": RULE,
    "ytick.labelcolor": SOFT,
    "ytick.labelsize": 12,
    "ytick.major.size": 0,
    "ytick.minor.size": 0,
    "svg.fonttype": "path",
    "svg.hashsalt": "nlp-newsletter",  # without it, element names differ from run to run
}


def use() -> None:
    """Make this the style of every figure from here on; in a notebook, figures become SVG."""
    if "newsletter" not in mpl.colormaps:
        mpl.colormaps.register(SEQUENTIAL)
    mpl.rcParams.update(_RC)
    mpl.rcParams["font.family"] = [*_fonts(), "DejaVu Sans"]
    # DejaVu has no 600, and its 700 will do: not worth a warning in every figure.
    logging.getLogger("matplotlib.font_manager").addFilter(_not_about_weights)
    _inline_as_svg()


def _not_about_weights(record: logging.LogRecord) -> bool:
    return "Failed to find font weight" not in record.getMessage()


def _fonts() -> list[str]:
    """Register the font files of the folder `fonts` beside this module; the family's name."""
    folder = Path(globals().get("__file__", "style.py")).parent / "fonts"
    names = set()
    for path in sorted(folder.glob("PublicSans-*.ttf")):
        known = [font for font in font_manager.fontManager.ttflist if font.fname == str(path)]
        if not known:
            font_manager.fontManager.addfont(path)
        names.add("Public Sans")
    return sorted(names)


def _inline_as_svg() -> None:
    """Inline figures of a notebook: SVG, without a date, and never cropped or grown."""
    try:
        from matplotlib_inline.backend_inline import set_matplotlib_formats
        from matplotlib_inline.config import InlineBackend
    except ImportError:
        return
    shell = _shell()
    if shell is None or not hasattr(shell, "kernel"):
        return
    options: Any = {"bbox_inches": None, "metadata": {"Date": None, "Creator": None}}
    config = InlineBackend.instance(parent=shell)
    config.print_figure_kwargs = options  # read again when the backend wakes up later
    config.figure_formats = {"svg"}
    set_matplotlib_formats("svg", **options)


def _shell() -> Any:
    """The IPython shell that runs us, or None in a plain program."""
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    return get_ipython()


def svg(fig: Figure) -> str:
    """The figure as SVG text, the same bytes for the same figure."""
    out = io.StringIO()
    fig.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return out.getvalue()


def png(fig: Figure, scale: float = 2) -> Image:
    """The figure as PNG at `scale` times its size on the page, for maps too dense for SVG.

    Closes the figure, so that it is not shown a second time; make it the last value of its cell.
    """
    from IPython.display import Image
    from matplotlib import pyplot as plt

    out = io.BytesIO()
    fig.savefig(out, format="png", dpi=DPI * scale, metadata={"Software": None})
    width, height = (round(side * DPI) for side in fig.get_size_inches())
    plt.close(fig)
    return Image(data=out.getvalue(), format="png", width=width, height=height)


def steps(
    figures: Mapping[Hashable, Figure],
    over: str,
    chosen: Any = None,
    alts: Mapping[Any, str] | None = None,
) -> None:
    """Show the figures of several values of one parameter, of which the reader chooses.

    The site shows them with a slider; print, and notebooks elsewhere, show the chosen one.
    figures: by value, in the order of the slider, of one size and with the same axes. over: the
    parameter, "rounds of hashing". chosen: a value (none: the middle one). alts: what the figure
    of each value shows, from its numbers, for those who can't see it (none: what the cell says of
    all). Closes the figures. Raises ValueError on misuse.
    """
    from matplotlib import pyplot as plt

    values = list(figures)
    first = values[len(values) // 2] if chosen is None else chosen
    sizes = {tuple(figure.get_size_inches()) for figure in figures.values()}
    if not 2 <= len(values) <= 12 or first not in values or len(sizes) > 1:
        raise ValueError("steps: 2 to 12 figures of one size, the chosen value among theirs")
    shell = _shell()
    drawn = {value: svg(figure) for value, figure in figures.items()} if shell else {}
    for value, figure in figures.items():
        if shell or value != first:
            plt.close(figure)
    if shell is None:  # a plain program shows the chosen one in its window
        plt.show()
        return
    from IPython.display import display

    shown = [
        {"value": str(value), "alt": (alts or {}).get(value, ""), "svg": drawing}
        for value, drawing in drawn.items()
    ]
    data = {
        "text/plain": f"{over}: {first}",
        "image/svg+xml": drawn[first],
        STEPS: {"over": over, "chosen": values.index(first), "steps": shown},
    }
    display(data, raw=True)


def ink_on(colour: Any) -> str:
    """Black or white, whichever is read better on a cell of this colour (RGB 0 to 1, or a name).

    The cell stays as it is in the dark, so its text must: this black is none of the colours that
    the site swaps.
    """
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    luminance = float(np.dot(linear, (0.2126, 0.7152, 0.0722)))
    return "#FFFFFF" if 1.05 / (luminance + 0.05) > (luminance + 0.05) / 0.05 else CELL_INK


def label_lines(ax: Axes, labels: dict[str, str] | None = None, pad: float = 8) -> list[Annotation]:
    """Write each line's label at its right end in its colour, moved apart where they would touch.

    labels: other texts for the lines' own labels. pad: points between line and text. Call it last:
    the distances hold for the axes as they are. Lines whose label begins with "_" are left out.
    """
    texts = []
    for line in ax.get_lines():
        name = str(line.get_label())
        x, y = (np.asarray(values, float) for values in line.get_data(orig=False))
        good = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
        if name.startswith("_") or not line.get_visible() or not good.size:
            continue
        end = good[np.argmax(x[good])]
        text = ax.annotate(
            (labels or {}).get(name, name),
            (x[end], y[end]),
            xytext=(pad, 0),
            textcoords="offset points",
            color=line.get_color(),
            fontweight=600,
            va="center",
            annotation_clip=False,
        )
        texts.append(text)
    if not texts:
        return []
    figure = ax.get_figure(root=True)
    assert figure is not None
    figure.draw_without_rendering()  # gives the axes their final size
    ends = ax.transData.transform([text.xy for text in texts]) * 72 / figure.dpi  # in points
    line_height = 1.25 * float(texts[0].get_fontsize())
    sizes = line_height * np.array([1 + text.get_text().count("\n") for text in texts])
    order = np.argsort(ends[:, 0], kind="stable")
    for group in np.split(order, np.flatnonzero(np.diff(ends[order, 0]) > 30) + 1):
        heights = ends[group, 1]
        shifts = spread_apart(heights, sizes[group]) - heights
        for index, shift in zip(group, shifts, strict=True):
            texts[index].xyann = (pad, float(shift))
    return texts


def spread_apart(centres: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Nearest centres (least squares, same order) at which boxes of these heights don't overlap."""
    from scipy.optimize import isotonic_regression  # slow to import, and few figures need it

    order = np.argsort(centres, kind="stable")
    high = np.broadcast_to(np.asarray(sizes, float), len(order))[order]
    steps = np.concatenate([[0], np.cumsum((high[1:] + high[:-1]) / 2)])
    result = np.empty(len(order))
    result[order] = isotonic_regression(np.asarray(centres, float)[order] - steps).x + steps
    return result
