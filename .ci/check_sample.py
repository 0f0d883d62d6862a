"""Adds up the sample's own figures in plain Python and compares them with what the demo rolled up, traced and printed.

Nothing of the roll-up is used: the true figures come from sample/, the rules of adding from tests/oracle.py.
"""

import sys
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import openpyxl

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "tests"))

from oracle import Amounts, Expected, Oracle, OraclePeriod  # noqa: E402  tests/ is no package

from intake.plan import read_plan  # noqa: E402
from models.plan import PlanContent, PlanPeriod  # noqa: E402
from models.queries.known import organise  # noqa: E402
from reports.duck import frame, opened  # noqa: E402
from reports.placing import Question, place  # noqa: E402
from sample.deliveries import plan_deliveries, sample_owed  # noqa: E402
from sample.figures import true_value  # noqa: E402
from sample.organisation import OWN, indicators_asked  # noqa: E402

Ensure = Callable[[bool, str], None]
SIX = Decimal("0.000001")
SHARES = ("ratio", "boolean")
NAMED = 5  # of what is wrong
COUNTS = ("/n", "/of")  # behind the code of a figure: how many units are in it, of how many


def read_plans(workspace: Path) -> list[PlanContent]:
    """Read the demo's plans, the older directive first."""
    return sorted(map(read_plan, (workspace / "plans").glob("*.xlsx")), key=lambda plan: plan.periods[0].cutoff)


def add_up(plans: list[PlanContent]) -> Oracle:
    """Lay down who said what; the oracle adds it up."""
    organisation = organise(plans)
    kinds = {one.code: one for plan in plans for one in plan.indicators}
    manners = {code: "cumulative" if one.mode == "cumulative" else "last" for code, one in kinds.items()}
    periods = {one.code: _period(plan, one) for plan in plans for one in plan.periods}
    symbols = [plan.directive.symbol for plan in plans]
    continued = dict(zip(symbols[1:], symbols, strict=False))
    oracle = Oracle(organisation.history, organisation.events, list(periods.values()), manners, continued)
    for one in plan_deliveries(sample_owed()):
        for code in indicators_asked(one.unit, one.period) if one.kind == OWN else ():
            period = periods[one.period]
            oracle.waits_for.setdefault((period, code), set()).add(one.unit)
            if one.sent_on is not None:  # what is refused comes once more, mended
                oracle.said[period, one.unit, code] = _amounts(one.unit, code, one.period, kinds[code].kind)
    for period in periods.values():
        for code in kinds:
            oracle.waits_for.setdefault((period, code), set())
    return oracle


def _period(plan: PlanContent, one: PlanPeriod) -> OraclePeriod:
    symbol, is_end = plan.directive.symbol, (one.nominal_to.month, one.nominal_to.day) == (12, 31)
    year = one.nominal_to.year
    start, is_span = one.coverage_start, one.mode == "span"
    return OraclePeriod(symbol, one.code, one.round, year, start, one.cutoff, is_span, is_end and not is_span)


def _amounts(unit: str, code: str, period: str, kind: str) -> Amounts:
    true = true_value(unit, code, period)
    if kind == "ratio":
        return None, true.numerator, true.denominator
    return (None, true.value, Decimal(1)) if kind == "boolean" else (true.value, None, None)


def expected_figures(plans: list[PlanContent], oracle: Oracle) -> dict[str, tuple[str, Expected]]:
    """Give kind and figure by code, for all directives, indicators, units, periods, years and rounds."""
    found: dict[str, tuple[str, Expected]] = {}
    for plan in plans:
        symbol = plan.directive.symbol
        for one in plan.indicators:
            for label, level in oracle.labels(symbol):
                for unit, figure in oracle.figures(symbol, one.code, label, level).items():
                    found[f"{symbol}:{one.code}:{unit}:{label}"] = one.kind, figure
    return found


def number(kind: str, figure: Expected) -> Decimal | None:
    """Give a figure as it is printed, unrounded: a percentage of two sums, or a sum."""
    if kind not in SHARES:
        return figure.value
    if figure.numerator is None or not figure.denominator:
        return None
    return (figure.numerator * 100 / figure.denominator).quantize(SIX, ROUND_HALF_UP)


def check_rolled_up(expected: Mapping[str, tuple[str, Expected]], rolled: list[dict[str, Any]], ensure: Ensure) -> None:
    """Compare every figure that `dondoc figures` gives; of grades there is a distribution and no number."""
    counted = [row for row in rolled if row["kind"] != "ordinal"]
    wrong = [row["code"] for row in counted if not _agrees(expected.get(row["code"]), row)]
    ensure(not wrong, f"{len(counted)} rolled-up figures are those of the sample, with their n/N{_named(wrong)}")


def _named(wrong: list[str]) -> str:
    return f" – but {len(wrong)} are not: {', '.join(wrong[:NAMED])}" if wrong else ""


def _agrees(pair: tuple[str, Expected] | None, row: Mapping[str, Any]) -> bool:
    if pair is None:
        return False
    kind, figure = pair
    said = (_exact(row["value"]), row["n"], row["of"], row["partial"])
    return said == (number(kind, figure), figure.n, figure.of, figure.partial)


def _exact(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value)).quantize(SIX)


def annex_figures(annex: Path, title: str, symbols: Collection[str]) -> Iterator[tuple[str, Decimal | None]]:
    """Give code and number of every figure that the annex prints, and of its n and N, from where they stand."""
    book = openpyxl.load_workbook(annex)
    rows = book[title].iter_rows(values_only=True)
    for row in rows:
        if str(row[0]).partition(":")[0] in symbols:
            value = row[5] if row[0].endswith(COUNTS) else book[row[1]][row[2]].value
            yield row[0], _exact(value) if isinstance(value, int | float) else None


def check_annex(expected: Mapping[str, tuple[str, Expected]], annex: Path, title: str, ensure: Ensure) -> list[str]:
    """Compare every figure of an annex, its n and its N, with the sample's own sums; give the figures' codes."""
    printed = list(annex_figures(annex, title, {code.partition(":")[0] for code in expected}))
    wrong = [code for code, value in printed if value != _printed(expected, code)]
    ensure(bool(printed) and not wrong, f"{annex.name}: {len(printed)} figures are the sample's sums{_named(wrong)}")
    return [code for code, _ in printed if not code.endswith(COUNTS)]


def _printed(expected: Mapping[str, tuple[str, Expected]], code: str) -> Decimal | None:
    if code.endswith(COUNTS):
        figure_code, _, count = code.rpartition("/")
        return _exact(getattr(expected[figure_code][1], count))
    kind, figure = expected[code]
    return _exact(number(kind, figure)) if kind != "ordinal" else None


def check_traces(
    workspace: Path, directive: str, codes: list[str], rolled: list[dict[str, Any]], ensure: Ensure
) -> None:
    """Add up the cells of every figure of a review, in one pass over the copy; each stands in a file of the archive.

    Figures of the round before stand in its annex too; they are traced with the review of that directive.
    """
    codes = [code for code in codes if code.startswith(f"{directive}:")]
    kept = {path.stem for path in (workspace / "archive").rglob("*") if path.is_file()}
    figures = {row["code"]: row for row in rolled}
    sums, cells, homeless = _traced(workspace, directive, sorted({code.split(":")[2] for code in codes}), kept)
    wrong = [code for code in codes if sums.get(code, ()) != _said(figures[code])]
    ensure(not wrong, f"{directive}: {len(codes)} printed figures are the sums of their {cells} cells{_named(wrong)}")
    ensure(homeless == 0, "and each of these cells stands in a file of the archive")


def _traced(
    workspace: Path, directive: str, units: list[str], kept: set[str]
) -> tuple[dict[str, tuple[Decimal | None, ...]], int, int]:
    """Give by figure the sums of value, numerator and denominator; the count of cells, and of those in no file."""
    folder = workspace / "analytics"
    sums: dict[str, list[list[Decimal]]] = defaultdict(lambda: [[], [], []])
    cells = homeless = 0
    with opened(folder / (folder / "current").read_text("utf-8").strip()) as copy:
        place(copy, Question(directive))
        for unit in units:
            for row in frame(copy, "traced", {"unit": unit}).iter_rows(named=True):
                cells += 1
                homeless += not (row["sheet"] and row["cell"] and row["sha256"] in kept)
                parts = sums[f"{directive}:{row['indicator']}:{unit}:{row['label']}"]
                for part, name in zip(parts, ("value", "numerator", "denominator"), strict=True):
                    part += [row["sign"] * row[name]] if row[name] is not None else []
    return {code: tuple(sum(part) if part else None for part in parts) for code, parts in sums.items()}, cells, homeless


def _said(row: Mapping[str, Any]) -> tuple[Decimal | None, ...]:
    if row["value"] is None and row["numerator"] is None and row["denominator"] is None:
        return ()
    value = None if row["kind"] in SHARES else row["value"]
    return tuple(None if one is None else Decimal(str(one)) for one in (value, row["numerator"], row["denominator"]))
