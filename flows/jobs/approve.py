"""The work of `dondoc approve`: the same figures and documents, without the draft mark."""

from dataclasses import dataclass
from datetime import datetime

from flows.jobs.record import write_record
from flows.jobs.review import READINGS, find_span, roll_up_span, with_moves, write_documents
from models.directive import Directive
from models.errors import ConflictError
from models.queries import reviews
from models.queries.snapshots import is_unmoved
from models.review import Snapshot
from schemas.texts import load_texts
from settings import Settings


@dataclass(frozen=True)
class ApproveOutcome:
    """A review that was approved, with the hash of its frozen figures."""

    review: str
    state: str
    sha256: str
    files: list[str]


def run_approve(settings: Settings, name: str, now: datetime) -> ApproveOutcome:
    """Approve a draft: the same figures, without the draft mark. Raises NotFoundError and ConflictError."""
    with write_record(settings) as session:
        review = reviews.get_review(session, name)
        earlier = (review.approved_at or now).astimezone(settings.zone)
        reviews.approve(session, review, now, load_texts(settings.language).date(earlier.date()))
        snapshot = session.get_one(Snapshot, review.snapshot_id)
        symbol = session.get_one(Directive, review.directive_id).symbol
        span = find_span(session, symbol, review.period_from, review.period_to, snapshot.as_at)
        facts, frame = roll_up_span(session, settings, span, snapshot.as_at, READINGS[snapshot.reading], anew=True)
        if not is_unmoved(session, snapshot, span.directive, frame):
            raise ConflictError("review.job.moved", review=reviews.name_of(review))
        facts = with_moves(session, facts, review)
        files = write_documents(session, settings, review, facts, snapshot, settings.reviews)
        return ApproveOutcome(reviews.name_of(review), review.state.value, snapshot.sha256, files)
