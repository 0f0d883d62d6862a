"""Draws a chart as vector and as picture at its printed size, with our own fonts, the same on every machine."""

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import typst

from reports.chart_rows import draw_bars, draw_stacked
from reports.chart_trend import draw_trend
from reports.content import Chart, Series
from reports.drawing import Drawing
from reports.widths import POINT, is_wide
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


def parts_of(chart: Chart, language: str, *, width: float, height: float, size: float) -> tuple[Chart, ...]:
    """Cut a chart that is higher than a page (millimetres) into charts of one scale that each fit a page."""
    drawn = draw_svg(chart, language, width=width, size=size).height * POINT
    if chart.kind == "trend" or drawn <= height:
        return (chart,)
    order = list(dict.fromkeys(name for series in chart.series for name, _ in series.points))
    fitting = max(int(len(order) * height / drawn) - 1, 1)
    pages = [frozenset(order[at : at + fitting]) for at in range(0, len(order), fitting)]
    whole = replace(chart, reach=_furthest(chart))
    return tuple(replace(whole, series=tuple(_within(series, page) for series in chart.series)) for page in pages)


def _within(series: Series, names: frozenset[str]) -> Series:
    return replace(series, points=tuple(point for point in series.points if point[0] in names))


def _furthest(chart: Chart) -> Decimal:
    rows: dict[str, Decimal] = {}
    for series in chart.series:
        for name, value in series.points:
            rows[name] = rows.get(name, Decimal(0)) + (value or 0)
    return max((*rows.values(), chart.reach or Decimal(0)), default=Decimal(0))


def picture_height(width: float) -> float:
    """Give how high a picture may be (millimetres) beside its caption and source, in a text so wide."""
    return 130.0 if is_wide(width) else 215.0


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
    picture = typst.compile(  # type: ignore[call-overload]  # its stub mixes up two types of paths
        _PICTURE,
        format="png",
        ppi=PIXELS_PER_INCH,
        font_paths=[str(FONTS_DIR)],
        ignore_system_fonts=True,
        sys_inputs={"svg": svg},
    )
    return bytes(picture)
