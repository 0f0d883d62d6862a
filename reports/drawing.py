"""The three kinds of chart as SVG: one accent, greys, direct labels. All lengths in points."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import cycle, pairwise
from math import ceil
from xml.sax.saxutils import escape, quoteattr

from reports.content import ZERO_WIDTH_SPACE, Chart, Series
from reports.widths import POINT, text_width
from schemas.texts import Texts

FONT = "Liberation Serif, Times New Roman, serif"
ACCENT, INK, GREY, GRID = "#1f4e79", "#262626", "#595959", "#e6e6e6"
LINES = (ACCENT, "#7f7f7f", "#6f9bc8", "#404040")
# Neighbours differ in lightness, so that segments stay apart in a black-and-white print; the second tells its text's colour.
SEGMENTS = ((ACCENT, "white"), ("#9dbbdb", INK), ("#e3e3e3", INK), ("#7f7f7f", "white"), ("#c8d9ec", INK), ("#404040", "white"))
MOST_LABELS = 12  # points of a line; with more of them only the first, last, highest and lowest bear their value
Line = tuple[float, float, float, float]


@dataclass
class Drawing:
    """A sheet to draw on: parts are drawn in the order in which they are added."""

    width: float
    height: float
    size: float
    title: str
    parts: list[str] = field(default_factory=list)

    def text(self, at: tuple[float, float], text: str, *, anchor: str = "start", fill: str = INK, bold: bool = False, halo: bool = True) -> None:
        """Write a text whose middle line runs at y, on a thin white halo that keeps it off the lines behind it."""
        x, y = at
        weight = ' font-weight="bold"' if bold else ""
        behind = ' paint-order="stroke" stroke="white" stroke-width="2.4" stroke-linejoin="round"' if halo else ""
        self.parts.append(
            f'<text x="{x:.2f}" y="{y + self.size * 0.33:.2f}" text-anchor="{anchor}" fill="{fill}"{weight}{behind}>{escape(text)}</text>'
        )

    def line(self, ends: Line, color: str, stroke: float, *, dashed: bool = False) -> None:
        x1, y1, x2, y2 = ends
        dashes = ' stroke-dasharray="4 3"' if dashed else ""
        self.parts.append(
            f'<line x1="{x1:.2f}" y1="{y1:.2f}" x2="{x2:.2f}" y2="{y2:.2f}" stroke="{color}" stroke-width="{stroke}"{dashes}/>'
        )

    def rectangle(self, left: float, top: float, width: float, height: float, color: str) -> None:
        self.parts.append(
            f'<rect x="{left:.2f}" y="{top:.2f}" width="{max(width, 0):.2f}" height="{height:.2f}" fill="{color}"/>'
        )

    def path(self, points: list[tuple[float, float]], color: str) -> None:
        joined = " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
        self.parts.append(f'<polyline points="{joined}" fill="none" stroke="{color}" stroke-width="1.8" stroke-linejoin="round"/>')

    def dot(self, x: float, y: float, color: str) -> None:
        self.parts.append(f'<circle cx="{x:.2f}" cy="{y:.2f}" r="2.3" fill="{color}"/>')

    def wide(self, text: str) -> float:
        """Give the width a text takes here."""
        return text_width(text, self.size) / POINT

    def svg(self) -> str:
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label={quoteattr(self.title)} width="{self.width:.2f}pt"'
            f' height="{self.height:.2f}pt" viewBox="0 0 {self.width:.2f} {self.height:.2f}" font-family="{FONT}"'
            f' font-size="{self.size}">' + "".join(self.parts) + "</svg>"
        )


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
    """Give the values at the bottom and top of a plot so high that labels have room beyond the outermost points."""
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
            drawing.path([here, following], color)
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
        ends.append((frame.y(last if last is not None else frame.low), _line_name(series, texts, chart.decimals), color))
    free = frame.top
    for y, name, color in sorted(ends):
        place = max(y, free)
        drawing.text((frame.x(frame.order[-1]) + 6, place), name, fill=color, bold=True)
        free = place + drawing.size * 1.2


def draw_bars(chart: Chart, texts: Texts, width: float, size: float) -> Drawing:
    """Draw one bar a point of the first series, in the order given; the values stand in a column at the right edge."""
    points = chart.series[0].points if chart.series else ()
    rows = _Rows.of([x for x, _ in points], width, size)
    drawing = Drawing(width, rows.height + 2, size, chart.alt)
    labels = [texts.number(value, chart.decimals) for _, value in points]
    end = width - max((drawing.wide(label) for label in labels), default=0) - 10
    scale = _Scale.of([value for _, value in points if value is not None], chart.target, rows.left, end)
    for row, (_, value) in enumerate(points):
        rows.write_name(drawing, row)
        start, stop = sorted((scale.x(Decimal(0)), scale.x(value or Decimal(0))))
        drawing.rectangle(start, rows.top(row), stop - start, rows.thick, ACCENT)
        drawing.text((width - 1, rows.middle(row)), labels[row], anchor="end")
    if chart.target is not None:
        ends = (scale.x(chart.target), 0.0, scale.x(chart.target), rows.height)
        drawing.line(ends, "white", 2.0)
        drawing.line(ends, INK, 0.8, dashed=True)
    return drawing


@dataclass(frozen=True)
class _Scale:
    """Values to places along a row."""

    low: Decimal
    high: Decimal
    left: float
    right: float

    @classmethod
    def of(cls, values: list[Decimal], target: Decimal | None, left: float, right: float) -> "_Scale":
        known = [*values, Decimal(0), *([target] if target is not None else [])]
        return cls(min(known), max(known) or Decimal(1), left, right)

    def x(self, value: Decimal) -> float:
        return self.left + float((value - self.low) / (self.high - self.low)) * (self.right - self.left)


@dataclass(frozen=True)
class _Rows:
    """The names down the side of a bar chart, in as many lines as they need, and where each row lies."""

    names: tuple[tuple[str, ...], ...]
    left: float
    pitch: float
    size: float
    above: float = 0.0

    @classmethod
    def of(cls, names: list[str], width: float, size: float, above: float = 0.0) -> "_Rows":
        room = width * 0.4
        lines = tuple(tuple(_wrapped(name, room, size)) for name in names)
        left = max((text_width(line, size) / POINT for name in lines for line in name), default=0) + 6
        most = max((len(name) for name in lines), default=1)
        return cls(lines, left, size * (1.7 if most == 1 else 1.15 * most + 0.5), size, above)

    @property
    def height(self) -> float:
        return self.above + self.pitch * max(len(self.names), 1)

    @property
    def thick(self) -> float:
        return self.size * 1.25

    def middle(self, row: int) -> float:
        return self.above + self.pitch * (row + 0.5)

    def top(self, row: int) -> float:
        return self.middle(row) - self.thick / 2

    def write_name(self, drawing: Drawing, row: int) -> None:
        first = self.middle(row) - (len(self.names[row]) - 1) * self.size * 0.55
        for at, line in enumerate(self.names[row]):
            drawing.text((self.left - 6, first + at * self.size * 1.1), line, anchor="end")


def _wrapped(name: str, room: float, size: float) -> Iterator[str]:
    line = ""
    for word in name.replace(ZERO_WIDTH_SPACE, " ").split(" "):
        longer = f"{line} {word}".strip()
        if line and text_width(longer, size) / POINT > room:
            yield line
            longer = word
        line = longer
    yield line


def draw_stacked(chart: Chart, texts: Texts, width: float, size: float) -> Drawing:
    """Draw counts as segments along a row for each x; at its end the share of the first series, with its counts."""
    order = list(dict.fromkeys(x for series in chart.series for x, _ in series.points))
    drawing = Drawing(width, 0, size, chart.alt)
    rows = _Rows.of(order, width, size, above=_write_legend(drawing, chart))
    drawing.height = rows.height + 2
    counts = [[_value_at(series, x) for series in chart.series] for x in order]
    shares = [_share(row, texts, chart.decimals) for row in counts]
    end = width - max((drawing.wide(share) for share in shares), default=0) - 6
    scale = _Scale.of([sum(row, Decimal(0)) for row in counts], None, rows.left, end)
    for row, values in enumerate(counts):
        rows.write_name(drawing, row)
        _draw_segments(drawing, rows, scale, row, [(value, texts.number(value, chart.decimals)) for value in values])
        drawing.text((scale.x(sum(values, Decimal(0))) + 4, rows.middle(row)), shares[row])
    return drawing


def _draw_segments(
    drawing: Drawing, rows: _Rows, scale: _Scale, row: int, values: list[tuple[Decimal, str]]
) -> None:
    start = Decimal(0)
    for (value, label), (color, ink) in zip(values, cycle(SEGMENTS), strict=False):
        left, right = scale.x(start), scale.x(start + value)
        drawing.rectangle(left, rows.top(row), right - left - 0.6, rows.thick, color)
        if right - left > drawing.wide(label) + 3:
            drawing.text(((left + right) / 2, rows.middle(row)), label, anchor="middle", fill=ink, halo=False)
        start += value


def _share(values: list[Decimal], texts: Texts, decimals: int) -> str:
    part, whole = (values or [Decimal(0)])[0], sum(values, Decimal(0))
    return texts(
        "document.chart.share",
        part=texts.number(part, decimals),
        whole=texts.number(whole, decimals),
        percent=texts.percent(part, whole),
    )


def _value_at(series: Series, x: str) -> Decimal:
    return next((value for name, value in series.points if name == x and value is not None), Decimal(0))


def _write_legend(drawing: Drawing, chart: Chart) -> float:
    """Write the names of the segments in lines above the rows; gives the height they take."""
    size, left, top = drawing.size, 0.0, 0.0
    for series, (color, _) in zip(chart.series, cycle(SEGMENTS), strict=False):
        wide = drawing.wide(series.label) + size * 2.4
        if left and left + wide > drawing.width:
            left, top = 0.0, top + size * 1.5
        drawing.rectangle(left, top + size * 0.2, size * 0.8, size * 0.8, color)
        drawing.text((left + size * 1.1, top + size * 0.62), series.label)
        left += wide
    return top + size * 1.7
