"""The line chart: one line a series over the periods, its values beside the points, the target dashed."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import cycle, pairwise
from math import ceil

from reports.content import Chart, Series
from reports.drawing import ACCENT, GREY, GRID, INK, Drawing
from schemas.texts import Texts

LINES = (ACCENT, "#7f7f7f", "#6f9bc8", "#404040")
MOST_LABELS = 12  # points of a line; with more of them only the first, last, highest and lowest bear their value


def draw_trend(chart: Chart, texts: Texts, width: float, size: float) -> Drawing:
    """Draw one line a series over the x in their order; a missing value parts the line."""
    drawing = Drawing(width, min(max(width * 0.42, 88.0), 170.0), size, chart.alt)
    frame = _Frame.of(chart, drawing, texts)
    for tick, label in frame.ticks:
        drawing.line((frame.left, frame.y(tick), frame.right, frame.y(tick)), GRID, 0.6)
        drawing.text((frame.left - 4, frame.y(tick)), label, anchor="end", fill=GREY)
    drawing.line((frame.left, frame.bottom, frame.right, frame.bottom), GREY, 0.6)
    _write_x_labels(drawing, frame)
    if chart.target is not None:
        drawing.line((frame.left, frame.y(chart.target), frame.right, frame.y(chart.target)), INK, 0.8, dashed=True)
    for series, color in zip(chart.series, cycle(LINES), strict=False):
        _draw_line(drawing, frame, series, color)
    if len(chart.series) == 1:
        _write_values(drawing, frame, chart.series[0], texts, chart.decimals)
    else:
        _write_line_names(drawing, frame, chart, texts)
    return drawing


@dataclass(frozen=True)
class _Frame:
    """The plot area of a trend: its edges, the x in order, the range of y and the ticks with their labels."""

    left: float
    right: float
    top: float
    bottom: float
    order: tuple[str, ...]
    low: Decimal
    high: Decimal
    ticks: tuple[tuple[Decimal, str], ...]

    @classmethod
    def of(cls, chart: Chart, drawing: Drawing, texts: Texts) -> "_Frame":
        top, bottom = drawing.size * 0.6, drawing.height - drawing.size * 1.6
        low, high = _range(chart, bottom - top, drawing.size)
        ticks = tuple((tick, texts.number(tick, chart.decimals)) for tick in _ticks(low, high, chart.decimals))
        names = [_line_name(series, texts, chart.decimals) for series in chart.series] if len(chart.series) > 1 else []
        return cls(
            left=max((drawing.wide(label) for _, label in ticks), default=0) + 7,
            right=drawing.width - max((drawing.wide(name) * 1.08 for name in names), default=0) - 4,
            top=top,
            bottom=bottom,
            order=tuple(dict.fromkeys(x for series in chart.series for x, _ in series.points)),
            low=low,
            high=high,
            ticks=ticks,
        )

    def x(self, name: str) -> float:
        step = (self.right - self.left) / max(len(self.order), 1)
        return self.left + step * (self.order.index(name) + 0.5)

    def y(self, value: Decimal) -> float:
        return self.bottom - float((value - self.low) / (self.high - self.low)) * (self.bottom - self.top)


def _range(chart: Chart, high: float, size: float) -> tuple[Decimal, Decimal]:
    """Give the values at the edges of a plot so high, with room for labels beyond the outermost points."""
    values = [value for series in chart.series for _, value in series.points if value is not None]
    values += [chart.target] if chart.target is not None else []
    least, most = min(values, default=Decimal(0)), max(values, default=Decimal(1))
    room = (most - least) * Decimal(1.8 * size / (high - 3.6 * size)) or abs(most) * Decimal("0.1") or Decimal(1)
    return (max(least - room, Decimal(0)) if least >= 0 else least - room), most + room


def _ticks(low: Decimal, high: Decimal, decimals: int) -> Iterator[Decimal]:
    """Give two to four round values inside a range, no finer than the figures are written."""
    step = Decimal(1).scaleb(-decimals)
    factors = cycle((Decimal(2), Decimal("2.5"), Decimal(2)))
    while (high - low) / step > 4:
        step *= next(factors)
    tick = (low / step).to_integral_value(rounding="ROUND_CEILING") * step
    while tick <= high:
        yield tick
        tick += step


def _write_x_labels(drawing: Drawing, frame: _Frame) -> None:
    """Name every x that has room for its name, always the last."""
    step = (frame.right - frame.left) / max(len(frame.order), 1)
    widest = max((drawing.wide(name) for name in frame.order), default=0) + 4
    every = max(1, ceil(widest / step))
    for name in frame.order[::-1][::every]:
        drawing.text((frame.x(name), frame.bottom + drawing.size * 0.95), name, anchor="middle", fill=GREY)


def _draw_line(drawing: Drawing, frame: _Frame, series: Series, color: str) -> None:
    places = [(frame.x(x), frame.y(value)) if value is not None else None for x, value in series.points]
    for here, following in pairwise(places):
        if here and following:
            drawing.line((*here, *following), color, 1.8)
    for place in places:
        if place:
            drawing.dot(*place, color)


def _write_values(drawing: Drawing, frame: _Frame, series: Series, texts: Texts, decimals: int) -> None:
    """Write the values beside the points, on the side that the line does not pass."""
    values = [value for _, value in series.points]
    spoken = _spoken(values)
    for at, (x, value) in enumerate(series.points):
        if value is None or at not in spoken:
            continue
        y = frame.y(value)
        below = not _is_label_above(values, at) and y + drawing.size * 1.6 < frame.bottom
        place = (frame.x(x), y + drawing.size * (0.95 if below else -0.9))
        drawing.text(place, texts.number(value, decimals), anchor="middle")


def _spoken(values: list[Decimal | None]) -> set[int]:
    known = [(value, at) for at, value in enumerate(values) if value is not None]
    if len(known) <= MOST_LABELS:
        return {at for _, at in known}
    return {known[0][1], known[-1][1], min(known)[1], max(known)[1]}


def _is_label_above(values: list[Decimal | None], at: int) -> bool:
    here = values[at]
    beside = [value for value in (*values[max(at - 1, 0) : at], *values[at + 1 : at + 2]) if value is not None]
    return here is None or not beside or here >= sum(beside) / len(beside)


def _line_name(series: Series, texts: Texts, decimals: int) -> str:
    last = next((value for _, value in reversed(series.points) if value is not None), None)
    return f"{series.label} {texts.number(last, decimals)}"


def _write_line_names(drawing: Drawing, frame: _Frame, chart: Chart, texts: Texts) -> None:
    """Name each line at its end, with its last value; names that would touch are moved apart."""
    ends = []
    for series, color in zip(chart.series, cycle(LINES), strict=False):
        last = next((value for _, value in reversed(series.points) if value is not None), None)
        ends.append(
            (
                frame.y(last if last is not None else frame.low),
                _line_name(series, texts, chart.decimals),
                color,
            )
        )
    free = frame.top
    for y, name, color in sorted(ends):
        place = max(y, free)
        drawing.text((frame.x(frame.order[-1]) + 6, place), name, fill=color, bold=True)
        free = place + drawing.size * 1.2
