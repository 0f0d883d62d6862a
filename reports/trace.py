"""From a figure to the cells it is made of, and from a file to the figures it feeds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
from sqlmodel import Session

from models.errors import NotFoundError
from models.queries.figures import read_filed
from reports.duck import frame, opened
from reports.placing import Question, place
from reports.rollup import Reading, figure_code, known_on, roll_up
from schemas.rollup import TODAY_SUFFIX


@dataclass(frozen=True)
class FigureName:
    """A figure's code taken apart."""

    directive: str
    indicator: str
    unit: str
    period: str
    reading: Reading = "as-was"

    @property
    def code(self) -> str:
        return figure_code(self.directive, self.indicator, self.unit, self.period, self.reading)


@dataclass(frozen=True)
class TracedInput:
    """One cell that a figure is made of. `part` says what it adds to; `sign` is -1 where it is subtracted.

    `said_as` is the older code that the cell stands under and `factor` what its number is multiplied by, where the
    code of the indicator has changed since.
    """

    unit: str
    period: str
    receipt: str
    sha256: str
    file: str
    sheet: str
    cell: str
    part: str  # value, numerator, denominator
    value: Decimal | None
    sign: int
    marker: str | None
    said_as: str | None = None
    factor: Fraction = Fraction(1)


@dataclass(frozen=True)
class FiledValue:
    """One cell of a file as it was taken in; `counts` when figures are made of it now."""

    unit: str
    directive: str | None
    period: str | None
    kind: str | None
    receipt: str
    state: str
    counts: bool
    sha256: str
    file: str
    indicator: str | None
    dimension: str | None
    sheet: str | None
    cell: str | None
    part: str
    value: Decimal | None
    marker: str | None


@dataclass(frozen=True)
class FileTrace:
    """What a file says, and the codes of the figures it feeds, read as it was."""

    values: tuple[FiledValue, ...]
    figures: tuple[str, ...]


def read_figure_code(code: str) -> FigureName:
    """Take a code such as "60-KL/ĐUK:I07:K00:2022" or "…:2022:today" apart. Raises NotFoundError."""
    reading: Reading = "today" if code.endswith(TODAY_SUFFIX) else "as-was"
    parts = code.removesuffix(TODAY_SUFFIX).split(":")
    if len(parts) != 4 or not all(parts):
        raise NotFoundError("figures.not-found.code", figure=code)
    directive, indicator, unit, period = parts
    return FigureName(directive, indicator, unit, period, reading)


def trace_figure(copy: Path, code: str, *, today: date | None = None) -> list[TracedInput]:
    """Give the cells of a figure: by part, the signed sum of their values is the figure's sum of that part.

    A flow or stock has parts "value". A ratio has two cells an input, numerator and denominator. A boolean's cell
    is 1 or 0: their sum is the numerator, their count the denominator. The list is empty where nothing was said.
    Raises NotFoundError for what is no figure's code.
    """
    name = read_figure_code(code)
    with opened(copy) as connection:
        _place(connection, name, today)
        return _read_inputs(connection, name.unit)


def find_figure(
    copy: Path, name: FigureName, *, today: date | None = None
) -> tuple[dict[str, Any], list[TracedInput]] | None:
    """Find a figure with its cells: a row as `figures` gives it; None where there is none of that name."""
    with opened(copy) as connection:
        _place(connection, name, today)
        rolled = roll_up(connection, name.directive, name.unit, name.reading)
        found = rolled.filter(unit=name.unit, indicator=name.indicator)
        return (found.row(0, named=True), _read_inputs(connection, name.unit)) if found.height else None


def _read_inputs(connection: duckdb.DuckDBPyConnection, unit: str) -> list[TracedInput]:
    rows = frame(connection, "traced", {"unit": unit}).iter_rows(named=True)
    return [one for row in rows for one in _inputs(row)]


def trace_file(session: Session, sha256: str, copy: Path | None = None) -> FileTrace:
    """Give what a file says, cell by cell, and the figures of a copy that it feeds, read as they were.

    Raises NotFoundError for a file that never arrived.
    """
    rows = read_filed(session, sha256)
    if not rows:
        raise NotFoundError("figures.not-found.file", sha256=sha256)
    codes = _fed(copy, sha256) if copy and any(row.counts for row in rows) else []
    return FileTrace(tuple(one for row in rows for one in _filed(row)), tuple(codes))


def _place(connection: duckdb.DuckDBPyConnection, name: FigureName, today: date | None) -> None:
    day = (today or known_on(connection)) if name.reading == "today" else None
    place(connection, Question(name.directive, name.indicator, name.period, day))


def _inputs(row: Mapping[str, Any]) -> Iterator[TracedInput]:
    words = {name: row[name] for name in ("unit", "period", "sha256", "file", "sheet", "sign", "marker")}
    words["receipt"] = _number(row["receipt"])
    words["said_as"] = row["code"] if row["code"] != row["indicator"] else None
    words["factor"] = Fraction(row["multiplied"], row["divided"])
    for part, cell, value in _cells(row):
        yield TracedInput(cell=cell, part=part, value=value, **words)


def _cells(row: Mapping[str, Any]) -> Iterator[tuple[str, str, Decimal | None]]:
    """Give part, address and what it adds, for the one or two cells of an input."""
    if row["kind"] == "ratio":
        yield "numerator", row["cell"], row["numerator"]
        yield "denominator", row["denominator_cell"], row["denominator"]
    else:
        yield "value", row["cell"], row[{"boolean": "numerator", "ordinal": "grade"}.get(row["kind"], "value")]


def _fed(copy: Path, sha256: str) -> list[str]:
    """Give the codes of the figures that a file feeds; a later round may subtract what it says."""
    codes: list[str] = []
    with opened(copy) as connection:
        for directive, indicator in frame(connection, "feeding", {"sha256": sha256}).iter_rows():
            place(connection, Question(directive, indicator))
            rows = frame(connection, "fed", {"sha256": sha256}).iter_rows()
            codes += [figure_code(directive, indicator, unit, period) for unit, period in rows]
    return codes


def _filed(row: Any) -> Iterator[FiledValue]:
    names = (
        "unit",
        "directive",
        "period",
        "kind",
        "counts",
        "sha256",
        "file",
        "indicator",
        "dimension",
        "sheet",
        "marker",
    )
    words = {name: getattr(row, name) for name in names}
    words |= {"receipt": _number(row.receipt), "state": row.state.value}
    if row.denominator is None:
        yield FiledValue(cell=row.cell, part="value", value=row.value, **words)
    else:
        yield FiledValue(cell=row.cell, part="numerator", value=row.numerator, **words)
        yield FiledValue(cell=row.denominator_cell or row.cell, part="denominator", value=row.denominator, **words)


def _number(receipt: int) -> str:
    return f"R{receipt:06d}"  # as models.returns.Receipt.number writes it
