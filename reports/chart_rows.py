"""The charts of lying bars: one value a row, or counts as segments of a row with the share of the first."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import cycle

from reports.content import ZERO_WIDTH_SPACE, Chart, Series
from reports.drawing import ACCENT, INK, Drawing
from reports.widths import POINT, text_width
from schemas.texts import Texts

# Neighbours differ in lightness: segments stay apart in a black-and-white print. With each, its text colour.
SEGMENTS = (
    (ACCENT, "white"),
    ("#9dbbdb", INK),
    ("#e3e3e3", INK),
    ("#7f7f7f", "white"),
    ("#c8d9ec", INK),
    ("#404040", "white"),
)


def draw_bars(chart: Chart, texts: Texts, width: float, size: float) -> Drawing:
    """Draw a bar for each point of the first series, in the order given; the values stand at the right edge."""
    points = chart.series[0].points if chart.series else ()
    rows = _Rows.of([x for x, _ in points], width, size)
    drawing = Drawing(width, rows.height + 2, size, chart.alt)
    labels = [texts.number(value, chart.decimals) for _, value in points]
    end = width - max((drawing.wide(label) for label in labels), default=0) - 10
    scale = _Scale.of([value for _, value in points if value is not None], (chart.target, chart.reach), rows.left, end)
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
    def of(cls, values: list[Decimal], others: tuple[Decimal | None, ...], left: float, right: float) -> "_Scale":
        known = [*values, Decimal(0), *(value for value in others if value is not None)]
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
    """Draw a row of segments, one a series, for each x; at its end the first series' share with its counts.

    The segments bear their counts, also where the rows are drawn as shares of their whole.
    """
    order = list(dict.fromkeys(x for series in chart.series for x, _ in series.points))
    drawing = Drawing(width, 0, size, chart.alt)
    rows = _Rows.of(order, width, size, above=_write_legend(drawing, chart))
    drawing.height = rows.height + 2
    counts = [[_value_at(series, x) for series in chart.series] for x in order]
    shares = [_share(row, texts, chart.decimals) for row in counts]
    end = width - max((drawing.wide(share) for share in shares), default=0) - 6
    wholes = [sum(row, Decimal(0)) for row in counts]
    common = _Scale.of(wholes, (chart.reach,), rows.left, end)
    for row, values in enumerate(counts):
        scale = _Scale.of([wholes[row]], (), rows.left, end) if chart.of_whole else common
        rows.write_name(drawing, row)
        _draw_segments(drawing, rows, scale, row, [(value, texts.number(value, chart.decimals)) for value in values])
        drawing.text((scale.x(wholes[row]) + 4, rows.middle(row)), shares[row])
    return drawing


def _draw_segments(drawing: Drawing, rows: _Rows, scale: _Scale, row: int, values: list[tuple[Decimal, str]]) -> None:
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
