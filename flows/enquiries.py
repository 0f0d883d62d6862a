"""The commands that only ask: figures, the ledger, and what can be told from them. `cli` makes them commands."""

from datetime import date, datetime
from typing import Annotated, Literal

from cyclopts import Parameter

from flows import console
from flows.options import COMMON, HELP, Common, Out, at_or_now


def compare(before: str, after: str, *, common: Common = COMMON) -> None:
    """Show what moved from one review to another, and which returns moved it."""
    from flows.jobs.compare import run_compare

    console.show("compare", run_compare(common.open(), before, after))


def figures(
    *,
    directive: str,
    indicator: str | None = None,
    period: str | None = None,
    unit: str | None = None,
    as_at: datetime | None = None,
    reading: Literal["as-was", "today"] = "as-was",
    by_dimension: Annotated[bool, Parameter(help=HELP("cli.help.by_dimension"))] = False,
    out: Out = None,
    common: Common = COMMON,
) -> None:
    """Show rolled-up figures with how many units are in each."""
    from flows.jobs.figures import run_figures

    settings = common.open()
    moment = settings.local(as_at) if as_at else None
    outcome = run_figures(
        settings, directive, indicator, period, unit, moment, reading, by_dimension=by_dimension, out=out
    )
    console.show("figures", outcome)


def standing(
    *,
    directive: str,
    period: str | None = None,
    unit: Annotated[str | None, Parameter(help=HELP("cli.help.standing_unit"))] = None,
    as_at: datetime | None = None,
    out: Out = None,
    common: Common = COMMON,
) -> None:
    """Show what is owed, received, late, missing and excused, with the rates."""
    from flows.jobs.standing import run_standing

    settings = common.open()
    moment = at_or_now(settings, as_at)
    console.show("standing", run_standing(settings, directive, period, moment, unit=unit, out=out))


def cascade(
    *,
    directive: str,
    period: str | None = None,
    as_at: datetime | None = None,
    level: Annotated[int, Parameter(help=HELP("cli.help.level"))] = 1,
    out: Out = None,
    common: Common = COMMON,
) -> None:
    """Show which units have disseminated, issued their document, planned and reported, by level."""
    from flows.jobs.cascade import run_cascade

    settings = common.open()
    moment = at_or_now(settings, as_at)
    console.show("cascade", run_cascade(settings, directive, period, moment, level=level, out=out))


def classify(
    *,
    directive: str,
    year: int,
    as_at: datetime | None = None,
    out: Out = None,
    common: Common = COMMON,
) -> None:
    """Show what a yearly classification rests on, and what the rule suggests."""
    from flows.jobs.classify import run_classify

    settings = common.open()
    console.show("classify", run_classify(settings, directive, year, at_or_now(settings, as_at), out=out))


def forecast(
    *,
    directive: str,
    on: date | None = None,
    out: Out = None,
    common: Common = COMMON,
) -> None:
    """Show who is likely to be late next, with the reason, and figures out of the ordinary."""
    from flows.jobs.forecast import run_forecast

    settings = common.open()
    day = on or datetime.now(settings.zone).date()
    console.show("forecast", run_forecast(settings, directive, day, out=out))


def trace(
    figure: str | None = None, *, file: str | None = None, as_at: datetime | None = None, common: Common = COMMON
) -> None:
    """Follow a figure to the cells it comes from, or a file (SHA-256) to the figures it feeds."""
    from flows.jobs.figures import run_trace

    console.show("trace", run_trace(common.open(), figure, file, as_at))


COMMANDS = (compare, figures, standing, cascade, classify, forecast, trace)
