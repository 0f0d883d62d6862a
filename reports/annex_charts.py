"""Native charts of the annex workbook, on a sheet of their own, drawn from data on another."""

from collections.abc import Iterator
from decimal import Decimal
from math import ceil
from typing import Any

from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Font, Paragraph, ParagraphProperties
from openpyxl.styles import Alignment
from openpyxl.styles import Font as CellFont
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from reports.content import ZERO_WIDTH_SPACE, Chart, chart_subtitle
from schemas.texts import Texts

FONT = "Times New Roman"
COLORS = ("1F4E79", "9DBBDB", "BFBFBF", "7F7F7F", "404040", "6F9BC8")
WIDTH, HEIGHT = 16.5, 8.5  # centimetres: two charts a row fit a page on its side
SECOND_COLUMN, ROW_HEIGHT = "J", 0.53  # centimetres of an empty row
HEAD_HEIGHT = 33.0  # points: a label over a column of numbers takes two lines
PAGE_ROWS = 41  # of a page on its side, where the charts fill its width
MOST_LABELS, MOST_BARS = 12, 40


def write_charts(
    page: Worksheet, data: Worksheet, charts: tuple[Chart, ...], texts: Texts, row: int, data_row: int
) -> tuple[tuple[Chart, int], ...]:
    """Write the data of the charts, one block under the other, and the charts two a row.

    Gives each chart with the row of the heads of its data.
    """
    data.column_dimensions["A"].width = 60
    left, placed = PAGE_ROWS - row, []
    for start in range(0, len(charts), 2):
        drawn = []
        for chart in charts[start : start + 2]:
            head = _write_data(data, chart, texts, data_row)
            placed.append((chart, head))
            drawn.append(_draw(data, chart, texts, head))
            data_row = head + len(_order(chart)) + 3
        height = ceil(max(one.height for one in drawn) / ROW_HEIGHT) + 1
        if height > left and start:
            page.row_breaks.append(Break(row - 2))  # a break at its upper edge would leave its frame on the page before
            left = PAGE_ROWS
        for column, one in zip(("A", SECOND_COLUMN), drawn, strict=False):
            page.add_chart(one, f"{column}{row}")
        row, left = row + height, left - height
    return tuple(placed)


def _write_data(data: Worksheet, chart: Chart, texts: Texts, row: int) -> int:
    """Write a chart's caption, heads and points; gives the row of the heads."""
    put_text(data, row, 1, chart.caption).font = CellFont(FONT, 11, bold=True)
    put_text(data, row + 1, 1, chart_subtitle(chart, texts)).font = CellFont(FONT, 11, italic=True)
    head = row + 2
    _write_heads(data, heads_of(chart, texts), head)
    for number, (name, values) in enumerate(lines_of(chart), start=head + 1):
        cell = put_text(data, number, 1, name)
        cell.font, cell.alignment = CellFont(FONT, 11), Alignment("left", "center", shrink_to_fit=True)
        for column, (value, decimals) in enumerate(values, start=2):
            cell = data.cell(number, column, value)
            cell.number_format, cell.font = _format(decimals), CellFont(FONT, 11)
    return head


def _write_heads(data: Worksheet, heads: tuple[str, ...], row: int) -> None:
    for column, label in enumerate(heads, start=1):
        cell = put_text(data, row, column, label)
        cell.font = CellFont(FONT, 11, bold=True)
        cell.alignment = Alignment("left" if column == 1 else "right", "center", wrap_text=True)
        if column > 1:
            data.column_dimensions[get_column_letter(column)].width = 16
    data.row_dimensions[row].height = HEAD_HEIGHT


def heads_of(chart: Chart, texts: Texts) -> tuple[str, ...]:
    """Name the columns of a chart's data: its points, each series, then what is drawn besides."""
    heads = [texts("document.sheet.chart_point"), *(series.label for series in chart.series)]
    if chart.target is not None:
        heads.append(texts("document.sheet.chart_target"))
    if chart.kind == "stacked":
        heads.append(texts("document.sheet.chart_whole"))
        heads.append(texts("document.sheet.chart_share", series=chart.series[0].label))
    return tuple(heads)


def lines_of(chart: Chart) -> Iterator[tuple[str, tuple[tuple[Decimal | None, int], ...]]]:
    """Give the data of a chart point by point: its name, then under each head the value and its decimals."""
    known = [dict(series.points) for series in chart.series]
    for name in _order(chart):
        values = [(points.get(name), chart.decimals) for points in known]
        if chart.target is not None:
            values.append((chart.target, chart.decimals))
        if chart.kind == "stacked":
            values += _whole_and_share([points.get(name) or Decimal(0) for points in known], chart.decimals)
        yield name, tuple(values)


def _whole_and_share(parts: list[Decimal], decimals: int) -> list[tuple[Decimal | None, int]]:
    """Give what stands at the end of a bar: its whole, and the share of the first part in per cent."""
    whole = sum(parts, Decimal(0))
    return [(whole, decimals), (parts[0] * 100 / whole if whole else None, 1)]


def put_text(page: Worksheet, row: int, column: int, text: str) -> Any:
    """Write a text as text, whatever it begins with; the breaks for long words are for paper only."""
    cell: Any = page.cell(row, column)
    cell.value = text.replace(ZERO_WIDTH_SPACE, "")
    if cell.value[:1] in {"=", "+", "-", "@"}:
        cell.data_type, cell.quotePrefix = "s", True
    return cell


def _order(chart: Chart) -> list[str]:
    return list(dict.fromkeys(name for series in chart.series for name, _ in series.points))


def _format(decimals: int) -> str:
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def _draw(data: Worksheet, chart: Chart, texts: Texts, head: int) -> Any:
    drawn: Any = LineChart() if chart.kind == "trend" else BarChart()
    last, columns = head + len(_order(chart)), len(chart.series) + (chart.target is not None)
    if chart.kind == "stacked":
        columns = len(chart.series)
        drawn.type, drawn.overlap, drawn.gapWidth = "bar", 100, 40
        drawn.grouping = "percentStacked" if chart.of_whole else "stacked"
    elif chart.kind == "bars":
        columns, drawn.type, drawn.gapWidth = 1, "bar", 40
    drawn.add_data(Reference(data, min_col=2, max_col=1 + columns, min_row=head, max_row=last), titles_from_data=True)
    drawn.set_categories(Reference(data, min_col=1, min_row=head + 1, max_row=last))
    _name(drawn, chart, texts)
    _lay_axes(drawn, chart)
    for number, series in enumerate(drawn.series):
        _lay_series(series, chart, number)
    drawn.legend = None if columns == 1 else drawn.legend
    if drawn.legend is not None:
        drawn.legend.position, drawn.legend.txPr = "b", _small()
    return drawn


def _name(drawn: Any, chart: Chart, texts: Texts) -> None:
    # Excel has no target line over lying bars: there the target stands in the data only.
    aid = texts("document.chart.measure", unit=chart.unit) if chart.kind == "bars" else chart_subtitle(chart, texts)
    drawn.title = f"{chart.caption}\n{aid}".replace(ZERO_WIDTH_SPACE, "")
    for at, part in enumerate(drawn.title.tx.rich.p):
        part.pPr = ParagraphProperties(defRPr=_letters(1100, bold=at == 0))
        for run in part.r or ():
            run.rPr = _letters(1100 if at == 0 else 900, bold=at == 0)
    drawn.title.overlay = False
    drawn.width, drawn.height = WIDTH, HEIGHT
    if chart.kind != "trend":
        drawn.height = max(HEIGHT, min(len(_order(chart)) * 0.55 + 3, 17.0))
    drawn.display_blanks = "gap"


def _letters(size: int, *, bold: bool = False) -> CharacterProperties:
    return CharacterProperties(sz=size, b=bold, latin=Font(typeface=FONT))


def _small() -> RichText:
    return RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=_letters(900)), endParaRPr=_letters(900))])


def _lay_axes(drawn: Any, chart: Chart) -> None:
    for axis in (drawn.x_axis, drawn.y_axis):
        axis.delete = False
        axis.txPr = _small()
    drawn.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill="E0E0E0", w=6350))
    drawn.y_axis.number_format = _format(chart.decimals)
    if chart.kind != "trend":
        drawn.x_axis.scaling.orientation, drawn.y_axis.crosses = "maxMin", "max"
        drawn.y_axis.scaling.min = 0 if all(value >= 0 for value in _values(chart)) else None


def _values(chart: Chart) -> Iterator[Any]:
    return (value for series in chart.series for _, value in series.points if value is not None)


def _lay_series(series: Any, chart: Chart, number: int) -> None:
    is_target = number == len(chart.series)
    color = "404040" if is_target else COLORS[number % len(COLORS)]
    if chart.kind == "trend":
        line = LineProperties(solidFill=color, w=12700 if is_target else 22225, prstDash="dash" if is_target else None)
        series.graphicalProperties = GraphicalProperties(ln=line)
        series.smooth = False
        series.marker.symbol = "none" if is_target else "circle"
        series.marker.graphicalProperties = GraphicalProperties(solidFill=color, ln=LineProperties(solidFill=color))
    else:
        series.graphicalProperties = GraphicalProperties(solidFill=color)
    if not is_target and len(_order(chart)) <= (MOST_LABELS if chart.kind == "trend" else MOST_BARS):
        series.dLbls = _labels(chart, number)


def _labels(chart: Chart, number: int) -> DataLabelList:
    labels = DataLabelList(showVal=True, showSerName=False, showCatName=False, showLegendKey=False, showPercent=False)
    labels.position = {"trend": "t", "bars": "outEnd", "stacked": "ctr"}[chart.kind]
    labels.numFmt = _format(chart.decimals)
    dark = chart.kind == "stacked" and COLORS[number % len(COLORS)] in {"1F4E79", "404040", "7F7F7F"}
    letters = CharacterProperties(sz=900, latin=Font(typeface=FONT), solidFill="FFFFFF" if dark else "262626")
    labels.txPr = RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=letters), endParaRPr=letters)])
    return labels
