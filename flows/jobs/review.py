"""The work of the review flow: roll up, freeze the figures, write the documents."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

import polars as pl
from sqlmodel import Session

from flows.jobs.auditing import audit
from flows.jobs.record import collector_paused, write_record
from models.directive import Directive
from models.errors import RefusedError
from models.period import Period
from models.queries import reviews
from models.queries.moved import MovedFigure, find_baseline, list_moved
from models.queries.planned import CONTINUES, Planned, read_planned
from models.queries.snapshots import write_snapshot
from models.review import Review, Snapshot
from models.states import ReviewState
from reports.analytic import publish
from reports.annex import write_annex
from reports.columns import FIVE_YEAR, ensure_fits
from reports.content import Document
from reports.facts import Facts, gather
from reports.frozen import frozen
from reports.letterhead import Letterhead
from reports.outlines import TWO_ROUNDS
from reports.pdf import write_pdf
from reports.profile import Profile, find_profile
from reports.review import ReviewForm, compose
from reports.rollup import Reading
from reports.rollup import figures as roll_up
from reports.standing import standing
from reports.word import write_word
from reports.word_template import ensure_template
from schemas.folds import fold_symbol
from schemas.texts import load_texts
from settings import Settings

Writer = Callable[[Document, Path], None]
READINGS: dict[str, Reading] = {"as-was": "as-was", "today": "today"}
COMPARING = (FIVE_YEAR, TWO_ROUNDS)  # kinds of review that show the round before, if there was one


@dataclass(frozen=True)
class ReviewOutcome:
    """A review that was drafted: its name, where its files lie, how many figures it froze under which hash."""

    review: str
    state: str
    files: list[str]
    figures: int
    snapshot: str
    compared_with: str | None  # the revision that was approved before
    moved: tuple[MovedFigure, ...]  # since then


@collector_paused()
def run_review(
    settings: Settings,
    directive: str,
    period_from: str,
    period_to: str,
    *,
    as_at: datetime,
    reading: Reading = "as-was",
    kind: str = "five-year",
    out: Path | None = None,
    profile: str | None = None,
) -> ReviewOutcome:
    """Draft a review of the periods between two, both included. Raises NotFoundError and RefusedError."""
    form = _find_form(settings, as_at, profile)
    if settings.template:
        ensure_template(settings.template)
    with write_record(settings) as session:
        span = find_span(session, fold_symbol(directive), period_from, period_to, as_at, kind)
        facts, frame = roll_up_span(session, settings, span, as_at, reading)
        snapshot = write_snapshot(
            session,
            directive=span.directive,
            as_at=as_at,
            reading=reading,
            figures=frozen(frame),
            compared_with=span.beside,
        )
        review = reviews.write_review(
            session,
            directive=span.directive,
            first=span.first,
            last=span.last,
            kind=kind,
            snapshot=snapshot,
            now=as_at,
            form=form.name,
        )
        facts = with_moves(session, facts, review)
        files = write_documents(session, settings, review, facts, snapshot, out or settings.reviews)
        audit(session, "review.drafted", reviews.name_of(review), snapshot=snapshot.sha256, figures=frame.height)
        return ReviewOutcome(
            review=reviews.name_of(review),
            state=review.state.value,
            files=files,
            figures=frame.height,
            snapshot=snapshot.sha256,
            compared_with=facts.moved.before if facts.moved else None,
            moved=facts.moved.figures if facts.moved else (),
        )


@dataclass(frozen=True)
class ReviewedSpan:
    """What is reviewed: a directive from one period to another, both included; `earlier` what it is compared with."""

    kind: str
    directive: Directive
    first: Period
    last: Period
    earlier: "ReviewedSpan | None" = None

    @property
    def beside(self) -> Directive | None:
        """The directive whose figures are frozen with its own: of a review that is about both."""
        return self.earlier.directive if self.earlier and self.kind == TWO_ROUNDS else None


def find_span(
    session: Session, symbol: str, period_from: str, period_to: str, as_at: datetime, kind: str
) -> ReviewedSpan:
    """Find what is reviewed as it was planned at the time. Raises NotFoundError, RefusedError where it is no span."""
    directive = reviews.get_directive(session, symbol)
    planned = read_planned(session, as_at)
    first, last = (planned.get_period(directive, code) for code in (period_from, period_to))
    if first.cutoff > last.cutoff:
        raise RefusedError("review.job.order", first=first.code, last=last.code)
    ensure_fits(kind, planned.periods_of(directive), first, last)
    earlier = _find_earlier(planned, directive) if kind in COMPARING else None
    if kind == TWO_ROUNDS and earlier is None:
        raise RefusedError("review.job.no_earlier_round", directive=directive.symbol_written)
    return ReviewedSpan(kind, directive, first, last, earlier)


def _find_earlier(planned: Planned, directive: Directive) -> ReviewedSpan | None:
    """Find the last whole round of the directive that this one continues."""
    for relation, other in planned.related(directive.id or 0):
        periods = planned.periods_of(other)
        if relation.type == CONTINUES and periods:
            of_round = [one for one in periods if one.round == periods[-1].round]
            return ReviewedSpan(FIVE_YEAR, other, of_round[0], of_round[-1])
    return None


def roll_up_span(
    session: Session, settings: Settings, span: ReviewedSpan, as_at: datetime, reading: Reading, *, anew: bool = False
) -> tuple[Facts, pl.DataFrame]:
    """Give the facts of a review and the figures frozen with them; `anew` makes the analytic copy afresh."""
    local = as_at.astimezone(settings.zone)
    copy = publish(session, settings.analytics, as_at=local, anew=anew)
    facts, frame = _gather(session, settings, copy, span, local, reading)
    if span.earlier is None:
        return facts, frame
    earlier, before = _gather(session, settings, copy, span.earlier, local, reading)
    return replace(facts, earlier=earlier), pl.concat([frame, before]) if span.beside else frame


def _gather(
    session: Session, settings: Settings, copy: Path, span: ReviewedSpan, local: datetime, reading: Reading
) -> tuple[Facts, pl.DataFrame]:
    frame = roll_up(copy, directive=span.directive.symbol, reading=reading, today=local.date(), by_dimension=True)
    day, calendar = local.date(), settings.calendar
    ledger = standing(session, span.directive, as_at=local, today=day, zone=settings.zone, calendar=calendar)
    facts = gather(
        session,
        directive=span.directive,
        first=span.first,
        last=span.last,
        as_at=local,
        reading=reading,
        figures=frame,
        standing=ledger,
        kind=span.kind,
    )
    return facts, frame


def with_moves(session: Session, facts: Facts, review: Review) -> Facts:
    """Add what moved since the newest earlier revision that was approved, if there is one."""
    earlier = find_baseline(session, review)
    if earlier is None:
        return facts
    names = (reviews.name_of(earlier), reviews.name_of(review))
    return replace(facts, moved=list_moved(session, earlier, review, names))


def write_documents(
    session: Session, settings: Settings, review: Review, facts: Facts, snapshot: Snapshot, folder: Path
) -> list[str]:
    """Write Word, PDF and annex beside each other; each appears whole or not at all."""
    words = settings.document.model_dump(exclude={"profile", "template"})
    form = ReviewForm(
        profile=review.form or _find_form(settings, facts.as_at).name,
        is_draft=review.state is ReviewState.DRAFT,
        banner=settings.banner,
        snapshot=snapshot.sha256,
        letterhead=Letterhead(**words),
    )
    document = compose(facts, load_texts(settings.language), form)
    place = folder / reviews.name_of(review)
    place.mkdir(parents=True, exist_ok=True)
    writers: dict[str, Writer] = {
        "docx": partial(write_word, template=settings.template),
        "pdf": write_pdf,
        "xlsx": write_annex,
    }
    written = [_write_one(document, place / f"{place.name}.{ending}", write) for ending, write in writers.items()]
    reviews.write_files(
        session,
        review,
        [(path.suffix[1:], str(path), hashlib.sha256(path.read_bytes()).hexdigest()) for path in written],
    )
    return [str(path) for path in written]


def _write_one(document: Document, path: Path, write: Writer) -> Path:
    beside = path.with_name(f".{path.name}")
    write(document, beside)
    return beside.replace(path)


def _find_form(settings: Settings, as_at: datetime, wanted: str | None = None) -> Profile:
    """Find the page form of a document of that day: the one asked for, else what the office has set."""
    day = as_at.astimezone(settings.zone).date()
    return find_profile(wanted or settings.document.profile, day=day, language=settings.language)
