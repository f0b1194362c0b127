"""The module `style`: fonts, determinism, contrast, direct labels, inline figures."""

import logging
import re
from pathlib import Path

import matplotlib as mpl

mpl.use("agg")  # before pyplot: these tests need no screen

import nbclient
import nbformat
import numpy as np
import pytest
import style
from matplotlib import font_manager
from matplotlib import pyplot as plt
from matplotlib.colors import to_rgb

from scripts.core.palette import LIGHT_TO_DARK
from scripts.core.steps import steps_of

FOLDER = Path(style.__file__).parent


@pytest.fixture(autouse=True)
def clean():
    with mpl.rc_context():
        yield
    plt.close("all")


def drawn(title="Accuracy, %"):
    style.use()
    fig, ax = plt.subplots()
    for i, colour in enumerate(style.COLOURS[:3]):
        ax.plot([0, 1, 2], [0, 1, 1 + i / 50], color=colour, marker="o", label=f"arm {i}")
    ax.set_title(title)
    return fig, ax


def test_two_weights_of_one_family():
    style.use()
    for weight, name in ((400, "Regular"), (600, "SemiBold")):
        prop = font_manager.FontProperties(family="Public Sans", weight=weight)
        path = Path(font_manager.findfont(prop, fallback_to_default=False))
        assert path.name == f"PublicSans-{name}.ttf"
        assert font_manager.get_font(path).postscript_name == f"PublicSans-{name}"
    assert (FOLDER / "fonts" / "OFL.txt").read_text().count("SIL OPEN FONT LICENSE") == 1


def test_svg_keeps_the_glyphs_of_the_weights_apart():
    text = style.svg(drawn()[0])
    assert "PublicSans-Regular" in text
    assert "PublicSans-SemiBold" in text


def test_svg_is_deterministic_transparent_and_undated():
    first, second = (style.svg(drawn()[0]) for _ in range(2))
    assert first == second
    assert not re.search(r"\d{4}-\d\d-\d\dT", first)
    assert "#ffffff" not in first
    assert 'width="403.2pt"' in first  # 538 CSS pixels


def test_falls_back_in_silence_without_fonts(monkeypatch, tmp_path, caplog):
    monkeypatch.setattr(style, "__file__", str(tmp_path / "style.py"))
    with caplog.at_level(logging.WARNING):
        style.svg(drawn()[0])
    assert mpl.rcParams["font.family"] == ["DejaVu Sans"]
    assert not caplog.records


def contrast(one, two):
    def luminance(colour):
        rgb = np.array(to_rgb(colour))
        rgb = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
        return rgb @ [0.2126, 0.7152, 0.0722]

    low, high = sorted((luminance(one), luminance(two)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("ground", ["#FFFFFF", "#101715"])
@pytest.mark.parametrize("colour", [*style.COLOURS, style.INK, style.SOFT, style.BASELINE])
def test_contrast_on_both_grounds(colour, ground):
    assert contrast(colour, ground) >= 3


@pytest.mark.parametrize("value", np.linspace(0, 1, 51))
def test_ink_on_cells_is_legible(value):
    cell = style.SEQUENTIAL(value)
    assert contrast(style.ink_on(cell), cell[:3]) >= 4.5
    assert style.ink_on(cell).lower() not in LIGHT_TO_DARK, "the site would swap it in the dark"


def test_labels_do_not_touch_and_stay_inside():
    fig, ax = drawn()
    texts = style.label_lines(ax)
    fig.canvas.draw()
    boxes = [text.get_window_extent() for text in texts]
    assert [text.get_text() for text in texts] == ["arm 0", "arm 1", "arm 2"]
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
    assert all(box.x1 <= fig.bbox.x1 and box.x0 > ax.bbox.x1 - 30 for box in boxes)
    assert [text.get_color() for text in texts] == list(style.COLOURS[:3])


def test_hidden_lines_have_no_label():
    style.use()
    _, ax = plt.subplots()
    ax.plot([0, 1], [0, np.nan], label="_hidden")
    ax.axhline(1)
    assert style.label_lines(ax) == []


@pytest.mark.parametrize(
    ("heights", "expected"),
    [([0, 30], [0, 30]), ([5, 5], [0, 10]), ([10, 0, 0], [40 / 3, -20 / 3, 10 / 3]), ([7], [7])],
)
def test_spread_apart(heights, expected):
    sizes = np.full(len(heights), 10)
    assert np.allclose(style.spread_apart(np.array(heights, float), sizes), expected)


def test_spread_apart_leaves_room_for_two_lines():
    moved = style.spread_apart(np.array([0.0, 0.0]), np.array([30, 10]))
    assert np.allclose(moved, [-10, 10])


def test_png_is_twice_the_size_and_closes_the_figure():
    fig, _ = drawn()
    image = style.png(fig)
    assert image.data[:4] == b"\x89PNG"
    assert int.from_bytes(image.data[16:20], "big") == pytest.approx(2 * image.width, abs=1)
    assert not plt.fignum_exists(fig.number)


def test_inline_figures_of_a_kernel_are_svg():
    source = (
        f"import sys; sys.path.insert(0, {str(FOLDER)!r})\n"
        "import style; style.use()\n"
        "from matplotlib import pyplot as plt\n"
        "plt.plot([1, 2]); plt.title('Loss')"
    )
    cells = [nbformat.v4.new_code_cell(source + "\nplt.show()")]
    cells.append(nbformat.v4.new_code_cell("fig, ax = plt.subplots()"))
    nb = nbformat.v4.new_notebook(cells=cells)
    nbclient.NotebookClient(nb, kernel_name="python3").execute()
    for cell in nb.cells:
        data = cell.outputs[-1].data
        assert "image/png" not in data
        assert 'width="403.2pt"' in data["image/svg+xml"]
        assert "<dc:date>" not in data["image/svg+xml"]


def test_steps_in_a_kernel_show_the_chosen_one_and_keep_all():
    source = (
        f"import sys; sys.path.insert(0, {str(FOLDER)!r})\n"
        "import style; style.use()\n"
        "from matplotlib import pyplot as plt\n"
        "made = {}\n"
        "for rounds in (1, 2, 4):\n"
        "    made[rounds], ax = plt.subplots()\n"
        "    ax.plot([0, rounds])\n"
        "style.steps(made, over='rounds', chosen=4, alts={2: 'Two.'})"
    )
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    nbclient.NotebookClient(nb, kernel_name="python3").execute()
    (output,) = nb.cells[0].outputs  # and no figure once more
    found = steps_of(output)
    assert (found.over, found.chosen) == ("rounds", 2)
    assert [(step.value, step.alt) for step in found.steps] == [("1", ""), ("2", "Two."), ("4", "")]
    assert output.data["image/svg+xml"] == found.steps[2].svg != found.steps[1].svg
    assert output.data["text/plain"] == "rounds: 4"
    assert 'width="403.2pt"' in found.steps[0].svg


@pytest.mark.parametrize(
    ("sizes", "chosen"), [([(5, 3)], None), ([(5, 3), (5, 4)], None), ([(5, 3)] * 2, 9)]
)
def test_steps_of_one_size_and_the_chosen_among_them(sizes, chosen):
    figures = {place: plt.figure(figsize=size) for place, size in enumerate(sizes)}
    with pytest.raises(ValueError, match="figures of one size, the chosen value among theirs"):
        style.steps(figures, "rounds", chosen)


def test_a_plain_program_keeps_the_chosen_one_open():
    figures = {place: plt.figure() for place in range(3)}
    style.steps(figures, "rounds")
    assert plt.get_fignums() == [figures[1].number]
