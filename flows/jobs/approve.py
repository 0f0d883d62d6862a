"""The work of `dondoc approve`: the same figures and documents, without the draft mark; who said so is on record."""

from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl
from sqlmodel import Session

from flows.jobs.auditing import audit
from flows.jobs.deliver_review import Delivery, files_of_workspace, put_news, send_news
from flows.jobs.record import read_record, write_record
from flows.jobs.review import READINGS, find_span, roll_up_span, with_moves, write_documents
from models.directive import Directive
from models.errors import ConflictError
from models.queries import reviews
from models.queries.snapshots import is_unmoved
from models.review import Review, ReviewDecision, Snapshot
from reminders.committee import ReviewNews
from reports.facts import Facts
from reports.frozen import frozen
from reports.pen import Pen
from schemas.texts import load_texts
from settings import Settings


@dataclass(frozen=True)
class ApproveOutcome:
    """A review that was approved, or left a draft, with the hash of its frozen figures; `by` is the office's name."""

    review: str
    state: str
    sha256: str
    files: list[str]
    by: str
    note: str
    recorded_at: datetime
    deliveries: tuple[Delivery, ...] = ()
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Said:
    """What an office says to a draft; without a name it is the tracking office."""

    by: str | None = None
    note: str = ""


@dataclass(frozen=True)
class Awaiting:
    """A draft that waits for approval, checked anew: its figures are those that were frozen."""

    review: Review
    name: str
    directive: Directive
    snapshot: Snapshot
    figures: int
    files: list[str]
    facts: Facts


NOTHING_SAID = Said()


def run_approve(settings: Settings, name: str, now: datetime, said: Said = NOTHING_SAID) -> ApproveOutcome:
    """Approve a draft and send it to whom the office has set. Raises NotFoundError and ConflictError."""
    with write_record(settings) as session:
        review = _get_draft(session, settings, name, now)
        decision = _decision(settings, review, said, now, approves=True)
        reviews.decide(session, review, decision)
        facts, snapshot, _ = _check_again(session, settings, review)
        files = write_documents(session, settings, review, facts, snapshot, settings.reviews)
        put = put_news(session, settings, _news(settings, review, decision, snapshot, facts, files), now)
        audit(session, "review.approved", reviews.name_of(review), snapshot=snapshot.sha256, decision=decision.id)
    sent = send_news(settings, put, now)
    outcome = _outcome(review, snapshot, files, decision)
    return replace(outcome, deliveries=sent.deliveries, lines=sent.lines)


def run_leave(settings: Settings, name: str, now: datetime, said: Said = NOTHING_SAID) -> ApproveOutcome:
    """Leave a review a draft and keep what was said to it. Raises NotFoundError and ConflictError."""
    with write_record(settings) as session:
        review = _get_draft(session, settings, name, now)
        decision = _decision(settings, review, said, now, approves=False)
        reviews.decide(session, review, decision)
        files = [one.path for one in reviews.list_files(session, review)]
        audit(session, "review.left", reviews.name_of(review), decision=decision.id)
        return _outcome(review, session.get_one(Snapshot, review.snapshot_id), files, decision)


def read_awaiting(settings: Settings, name: str, now: datetime) -> Awaiting:
    """Read a draft that is to be approved. Raises as `run_approve` would, before anyone is asked."""
    with read_record(settings) as session:
        review = _get_draft(session, settings, name, now)
        facts, snapshot, frame = _check_again(session, settings, review)
        return Awaiting(
            review=review,
            name=reviews.name_of(review),
            directive=facts.directive,
            snapshot=snapshot,
            figures=frame.height,
            files=[one.path for one in reviews.list_files(session, review)],
            facts=facts,
        )


def _get_draft(session: Session, settings: Settings, name: str, now: datetime) -> Review:
    review = reviews.get_review(session, name)
    earlier = (review.approved_at or now).astimezone(settings.zone)
    reviews.ensure_draft(session, review, load_texts(settings.language).date(earlier.date()))
    return review


def _check_again(session: Session, settings: Settings, review: Review) -> tuple[Facts, Snapshot, pl.DataFrame]:
    """Roll up once more. Raises ConflictError where the figures are not those that were frozen."""
    snapshot = session.get_one(Snapshot, review.snapshot_id)
    symbol = session.get_one(Directive, review.directive_id).symbol
    span = find_span(session, symbol, review.period_from, review.period_to, snapshot.as_at, review.kind)
    facts, frame = roll_up_span(session, settings, span, snapshot.as_at, READINGS[snapshot.reading], anew=True)
    if not is_unmoved(session, snapshot, span.directive, frozen(frame), span.beside):
        raise ConflictError("review.job.moved", review=reviews.name_of(review))
    return with_moves(session, facts, review), snapshot, frame


def _decision(settings: Settings, review: Review, said: Said, now: datetime, *, approves: bool) -> ReviewDecision:
    by = (said.by or "").strip() or load_texts(settings.language)("exceptions.office")
    note = said.note.strip()
    return ReviewDecision(review_id=review.id or 0, approves=approves, decided_by=by, note=note, recorded_at=now)


def _outcome(review: Review, snapshot: Snapshot, files: list[str], decision: ReviewDecision) -> ApproveOutcome:
    return ApproveOutcome(
        review=reviews.name_of(review),
        state=review.state.value,
        sha256=snapshot.sha256,
        files=files,
        by=decision.decided_by,
        note=decision.note,
        recorded_at=decision.recorded_at,
    )


def _news(
    settings: Settings, review: Review, decision: ReviewDecision, snapshot: Snapshot, facts: Facts, files: list[str]
) -> ReviewNews:
    texts = load_texts(settings.language)
    pen = Pen(facts, texts)
    return ReviewNews(
        name=reviews.name_of(review),
        directive=pen.directive(facts.directive),
        span=f"{review.period_from} – {review.period_to}",
        as_at=pen.as_at,
        by=decision.decided_by,
        note=decision.note,
        sha256=snapshot.sha256,
        sender=pen.unit(facts.root),
        files=files_of_workspace(settings, files),
    )
