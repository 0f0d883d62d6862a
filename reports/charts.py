"""Draws a chart as vector and as picture at its printed size, with our own fonts only, so every machine draws the same."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import typst

from reports.content import Chart
from reports.drawing import Drawing, draw_bars, draw_stacked, draw_trend
from reports.widths import POINT
from schemas.texts import load_texts

FONTS_DIR = Path(__file__).resolve().parent / "fonts"
PIXELS_PER_INCH = 300
_DRAWERS = {"trend": draw_trend, "bars": draw_bars, "stacked": draw_stacked}
_PICTURE = b"""#set page(width: auto, height: auto, margin: 0pt)
#image(bytes(sys.inputs.svg), format: "svg")"""


@dataclass(frozen=True)
class ChartImages:
    """A drawn chart: SVG for PDF and HTML, PNG at 300 dots an inch for Word; size in millimetres."""

    svg: bytes
    png: bytes
    width: float
    height: float


def draw(chart: Chart, language: str, *, width: float = 160.0, size: float = 9.0) -> ChartImages:
    """Draw a chart so wide (millimetres) with labels of so many points, as vector and as picture."""
    drawing = draw_svg(chart, language, width=width, size=size)
    svg = drawing.svg()
    return ChartImages(svg.encode(), _picture(svg), drawing.width * POINT, drawing.height * POINT)


def draw_svg(chart: Chart, language: str, *, width: float = 160.0, size: float = 9.0) -> Drawing:
    """Draw a chart as vector only: a few milliseconds."""
    return _DRAWERS[chart.kind](chart, load_texts(language), width / POINT, size)


@lru_cache(maxsize=128)  # a draft is written more than once; its pictures seldom change
def _picture(svg: str) -> bytes:
    picture = typst.compile(
        _PICTURE,
        format="png",
        ppi=PIXELS_PER_INCH,
        font_paths=[str(FONTS_DIR)],
        ignore_system_fonts=True,
        sys_inputs={"svg": svg},
    )
    return bytes(picture)
