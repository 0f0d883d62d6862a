"""The work of `dondoc draft --from-review`: the tasks of the next directive, from what a review leaves to do."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from sqlmodel import Session

from flows.jobs.draft import keep_previous
from flows.jobs.record import read_record
from flows.jobs.review import READINGS, find_span, roll_up_span
from models.directive import Directive
from models.queries import reviews
from models.queries.known import read_known_plans
from models.queries.reviewing import Scope, list_progress_texts
from models.review import Review, Snapshot
from reports.next_plan import NextPlan, draft_next_plan, periods_of_round
from reports.next_round import years_of_round
from reports.outlook import Outlook
from reports.pen import Pen
from reports.plan_workbook import write_plan
from schemas.texts import Texts, load_texts
from settings import Settings


@dataclass(frozen=True)
class NextPlanOutcome:
    """Where the draft lies, from which review, and how many tasks it has from where.

    `finished` names the tasks that all units have done; `left_out` counts texts for which there was no room; `kept`
    is where a file that lay there before was moved to.
    """

    path: Path
    review: str
    state: str
    tasks: dict[str, int]
    finished: list[str]
    left_out: int
    periods: list[str]
    kept: Path | None = None
    lines: list[str] = field(default_factory=list)


def run_draft_review(settings: Settings, name: str, out: Path) -> NextPlanOutcome:
    """Draft the next plan from a review, as the record was known to it. Raises NotFoundError naming the reviews."""
    texts = load_texts(settings.language)
    with read_record(settings) as session:
        review = reviews.get_review(session, name)
        made = _draft(session, settings, review, texts)
    book, kept = made.draft, keep_previous(out)
    write_plan(book.rows, out, texts, attention=book.attention, notes=book.notes, banner=settings.banner)
    state = review.state.value
    return NextPlanOutcome(
        path=out,
        review=reviews.name_of(review),
        state=state,
        tasks=dict(made.counts),
        finished=list(made.finished),
        left_out=made.left_out,
        periods=[row["code"] for row in book.rows["periods"]],
        kept=kept,
        lines=_lines(made, state, kept, texts),
    )


def _draft(session: Session, settings: Settings, review: Review, texts: Texts) -> NextPlan:
    snapshot = session.get_one(Snapshot, review.snapshot_id)
    symbol = session.get_one(Directive, review.directive_id).symbol
    span = find_span(session, symbol, review.period_from, review.period_to, snapshot.as_at, review.kind)
    facts, _ = roll_up_span(session, settings, span, snapshot.as_at, READINGS[snapshot.reading])
    known = read_known_plans(session, snapshot.as_at)
    plan = next(one for one in known.plans if one.directive.symbol == symbol)
    periods = periods_of_round(plan, span.last.round)
    look = Outlook(
        pen=Pen(facts, texts),
        review=texts(f"next_plan.review.{review.state.value}", name=reviews.name_of(review)),
        plan=plan,
        events=sorted(known.organisation.events, key=lambda event: (event.day, event.code)),
        words=list_progress_texts(session, Scope(span.directive, tuple(facts.periods), snapshot.as_at)),
        start=max(one.nominal_to for one in periods) + timedelta(days=1),
        years=years_of_round(periods, facts.directive.issued_on),
    )
    return draft_next_plan(look, known.organisation, periods)


def _lines(made: NextPlan, state: str, kept: Path | None, texts: Texts) -> list[str]:
    """Say what a person has to know before working with the draft."""
    lines = [texts(f"next_plan.state.{state}")] if texts.has(f"next_plan.state.{state}") else []
    lines += [texts(f"next_plan.count.{group}", count=count) for group, count in made.counts.items() if count]
    lines += [texts("next_plan.finished", tasks=", ".join(made.finished))] if made.finished else []
    lines += [texts("next_plan.left-out", count=made.left_out)] if made.left_out else []
    return lines + ([texts("next_plan.kept", path=kept)] if kept else [])
