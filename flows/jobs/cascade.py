"""The work of `dondoc cascade`: how far a directive has come down the tree."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

from sqlmodel import Session

from flows.jobs.asking import Exported, find_moment, find_periods
from flows.jobs.record import read_record
from models.directive import Directive
from models.errors import RefusedError
from models.period import Period
from models.queries import cascade as record
from models.queries.asked import find_asked
from models.queries.planned import Planned, read_planned
from models.queries.reviewing import Scope
from models.queries.reviews import get_directive
from reports.cascade import Cascade, ClauseReach, LevelCount, UnitSteps, cascade
from reports.cascade_rule import RULES, CascadeRule, choose_rule
from reports.cascade_word import Word
from reports.export import Sheet
from reports.standing import Standing, standing
from schemas.folds import fold_symbol
from schemas.texts import Texts, load_texts
from settings import Settings

LEVEL = 1  # the units directly under the top
UNIT_COLUMNS = ("unit", "unit_name", "level", "superior", "disseminated", "document", "number", "issued_on", "planned",
                "reported", "accepted", "owed")  # fmt: skip
LEVEL_COLUMNS = ("level", "step", "n", "of")
CLAUSE_COLUMNS = ("task", "clause", "title", "n_above", "of_above", "n_below", "of_below", "reach")


@dataclass(frozen=True)
class CascadeOutcome:
    """Units down the tree, counts by level, clauses; `on` is the cut-off whose tree is used, `level` the one below
    which clauses are asked for."""

    directive: str
    period: str
    on: date
    as_at: datetime
    level: int
    rule: str
    units: Sequence[UnitSteps]
    levels: Sequence[LevelCount]
    clauses: Sequence[ClauseReach]
    unasked: Sequence[str]
    lines: Sequence[str]
    files: Sequence[str]


def run_cascade(
    settings: Settings,
    directive: str,
    period: str | None = None,
    as_at: datetime | None = None,
    *,
    level: int = LEVEL,
    out: Path | None = None,
) -> CascadeOutcome:
    """Say who has disseminated, issued a document, planned and reported by a period, as known at a time.

    `period` is a period's code, a year or a round; without one the newest whose returns were due by then. Raises
    RefusedError for a wrong name, rule or file.
    """
    export = Exported(settings, out)
    moment = find_moment(settings, as_at) or datetime.now(settings.zone)
    with read_record(settings) as session:
        found = get_directive(session, fold_symbol(directive))
        planned = read_planned(session, moment)
        calendar = settings.calendar
        ledger = standing(session, found, None, moment, today=moment.date(), zone=settings.zone, calendar=calendar)
        last = _find_last(planned, found, period, ledger)
        rule = choose_rule(last.cutoff, _rule_file(settings))
        word = _read(session, planned, _scope(planned, found, last, moment), last, rule, ledger)
    result = cascade(rule, word, below=level)
    texts = load_texts(settings.language)
    lines = _sentences(result, texts, level)
    files = export.write(*_sheets(result, texts, found.symbol, last.code))
    return CascadeOutcome(
        directive=found.symbol,
        period=last.code,
        on=last.cutoff,
        as_at=moment,
        level=level,
        rule=rule.source,
        units=result.units,
        levels=result.levels,
        clauses=result.clauses,
        unasked=result.unasked,
        lines=lines,
        files=files,
    )


def _rule_file(settings: Settings) -> Path:
    own = settings.workspace / RULES.name
    return own if own.is_file() else RULES


def _find_last(planned: Planned, directive: Directive, label: str | None, ledger: Standing) -> Period:
    """Give the last period of a label; without one, the newest that some returns were due for."""
    periods = find_periods(planned, directive, label)
    if label is None:
        due = {line.period for line in ledger.returns if line.due < ledger.today}
        periods = [period for period in periods if period.code in due]
    if not periods:
        raise RefusedError("cascade.nothing-due", directive=directive.symbol)
    return periods[-1]


def _scope(planned: Planned, directive: Directive, last: Period, moment: datetime) -> Scope:
    until = tuple(period for period in planned.periods_of(directive) if period.cutoff <= last.cutoff)
    return Scope(directive, until, moment)


def _read(session: Session, planned: Planned, scope: Scope, last: Period, rule: CascadeRule, ledger: Standing) -> Word:
    """Read what is on record up to the last period."""
    figures = frozenset[str]().union(*(step.figures for step in rule.steps.values()))
    signs = [
        *record.list_progress_signs(session, scope),
        *record.list_evidence_signs(session, scope),
        *record.list_figure_signs(session, scope, figures),
    ]
    asked = find_asked(session, planned, scope.directive, last.cutoff)
    return Word(
        tree=asked.tree,
        tasks=[one for one in asked.tasks if one.start <= last.cutoff],
        leads=asked.leads,
        signs=sorted(signs, key=lambda sign: sign.cutoff),
        lines=[line for line in ledger.returns if line.period in scope.places],
        last=last.code,
    )


def _sentences(result: Cascade, texts: Texts, level: int) -> list[str]:
    """Say the counts of each level, the clauses that nobody below has taken up, the steps nothing asks for."""
    lines = [_level_sentence(result, texts, at) for at in sorted({unit.level for unit in result.units})]
    none = [clause.clause or clause.task for clause in result.clauses if clause.reach == "none"]
    if none:
        lines.append(texts("cascade.none-below", level=level, count=len(none), clauses=", ".join(none)))
    else:
        lines.append(texts("cascade.all-below", level=level))
    unasked = [clause.clause or clause.task for clause in result.clauses if clause.reach == "not-asked"]
    if unasked:
        lines.append(texts("cascade.not-asked-below", level=level, count=len(unasked), clauses=", ".join(unasked)))
    return lines + [texts("cascade.unasked", step=texts(f"cascade.step.{step}")) for step in result.unasked]


def _level_sentence(result: Cascade, texts: Texts, level: int) -> str:
    counts = [count for count in result.levels if count.level == level and count.of]
    said = [texts("cascade.count", step=texts(f"cascade.step.{one.step}"), n=one.n, of=one.of) for one in counts]
    return texts("cascade.level", level=level, counts="; ".join(said))


def _sheets(result: Cascade, texts: Texts, directive: str, period: str) -> list[Sheet]:
    def title(key: str) -> str:
        return texts(f"cascade.title.{key}", directive=directive, period=period)

    levels = [asdict(one) | {"step": texts(f"cascade.step.{one.step}")} for one in result.levels if one.of]
    clauses = [asdict(one) for one in result.clauses]
    return [
        Sheet(texts("cascade.sheet.units"), title("units"), UNIT_COLUMNS, [vars(unit) for unit in result.units]),
        Sheet(texts("cascade.sheet.levels"), title("levels"), LEVEL_COLUMNS, levels),
        Sheet(texts("cascade.sheet.clauses"), title("clauses"), CLAUSE_COLUMNS, clauses),
    ]
