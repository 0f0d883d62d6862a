"""Reviews on record: drafted, replaced by a newer draft, approved once."""

from collections.abc import Sequence
from datetime import datetime
from unicodedata import lookup, normalize

from sqlmodel import Session, col, select

from models.directive import Directive
from models.errors import ConflictError, NotFoundError
from models.period import Period
from models.review import Review, ReviewDecision, ReviewFile, Snapshot
from models.states import REVIEW_MOVES, ReviewState, ensure_move

MOST_NAMED = 8
USUAL_KIND = "five-year"
BARRED_D = lookup("LATIN CAPITAL LETTER D WITH STROKE")  # it does not decompose


def get_directive(session: Session, symbol: str) -> Directive:
    """Give a tracked directive by its folded symbol. Raises NotFoundError naming those on record."""
    found = session.exec(select(Directive).where(Directive.symbol == symbol, col(Directive.tracked))).first()
    if found is None:
        known = session.exec(select(Directive.symbol).where(col(Directive.tracked)).order_by(Directive.symbol)).all()
        raise NotFoundError("figures.not-found.directive", directive=symbol, known=", ".join(known) or "–")
    return found


def review_code(directive: Directive, first: Period, last: Period, kind: str = USUAL_KIND) -> str:
    """Name a review so that it can be a file name on any system; the usual kind needs no word of its own."""
    symbol = normalize("NFD", directive.symbol.replace("/", "-").replace(BARRED_D, "D"))
    code = f"{symbol.encode('ascii', 'ignore').decode()}_{first.code}_{last.code}"
    return code if kind == USUAL_KIND else f"{code}_{kind}"


def write_review(
    session: Session,
    *,
    directive: Directive,
    first: Period,
    last: Period,
    kind: str,
    snapshot: Snapshot,
    now: datetime,
    form: str | None = None,
) -> Review:
    """Record a new draft; a draft that it replaces is superseded, an approved one stays as it is."""
    code = review_code(directive, first, last, kind)
    earlier = _revisions(session, code)
    for review in earlier:
        if review.state is ReviewState.DRAFT:
            review.state = ensure_move(REVIEW_MOVES, review.state, ReviewState.SUPERSEDED)
    review = Review(
        code=code,
        revision=len(earlier) + 1,
        directive_id=directive.id or 0,
        period_from=first.code,
        period_to=last.code,
        kind=kind,
        form=form,
        snapshot_id=snapshot.id or 0,
        drafted_at=now,
    )
    session.add(review)
    session.flush()
    return review


def _revisions(session: Session, code: str) -> Sequence[Review]:
    return session.exec(select(Review).where(Review.code == code).order_by(col(Review.revision))).all()


def write_files(session: Session, review: Review, files: Sequence[tuple[str, str, str]]) -> None:
    """Record the files of a review: format, path and hash; files written before are forgotten."""
    for old in session.exec(select(ReviewFile).where(ReviewFile.review_id == review.id)):
        session.delete(old)
    session.add_all(
        ReviewFile(review_id=review.id or 0, format=form, path=path, sha256=sha256) for form, path, sha256 in files
    )


def name_of(review: Review) -> str:
    """What a user calls it: the code and the revision."""
    return f"{review.code}_r{review.revision}"


def get_review(session: Session, name: str) -> Review:
    """Give a review by its name, or the newest revision by its code. Raises NotFoundError."""
    reviews = session.exec(select(Review).order_by(col(Review.id).desc())).all()
    found = next((review for review in reviews if name in (name_of(review), review.code)), None)
    if found is None:
        known = ", ".join(name_of(review) for review in reviews[:MOST_NAMED]) or "–"
        raise NotFoundError("review.job.not_found", review=name, known=known)
    return found


def ensure_draft(session: Session, review: Review, day: str) -> None:
    """Raise ConflictError for a review that was approved (on `day`), or replaced by a newer draft."""
    if review.state is ReviewState.APPROVED:
        raise ConflictError("review.job.approved", review=name_of(review), date=day)
    if review.state is ReviewState.SUPERSEDED:
        newest = _revisions(session, review.code)[-1]
        raise ConflictError("review.job.superseded", review=name_of(review), newest=name_of(newest))


def decide(session: Session, review: Review, decision: ReviewDecision) -> None:
    """Put a decision about a draft on record; approved, it takes the place of an earlier approved revision."""
    session.add(decision)
    if not decision.approves:
        return
    for other in _revisions(session, review.code):
        if other.state is ReviewState.APPROVED:
            other.state = ensure_move(REVIEW_MOVES, other.state, ReviewState.SUPERSEDED)
    review.state = ensure_move(REVIEW_MOVES, review.state, ReviewState.APPROVED)
    review.approved_at = decision.recorded_at


def list_decisions(session: Session, review: Review) -> Sequence[ReviewDecision]:
    """Give what was decided about a review, the oldest first."""
    mine = select(ReviewDecision).where(ReviewDecision.review_id == review.id)
    return session.exec(mine.order_by(col(ReviewDecision.id))).all()


def list_files(session: Session, review: Review) -> Sequence[ReviewFile]:
    """Give the files of a review as they were written."""
    mine = select(ReviewFile).where(ReviewFile.review_id == review.id)
    return session.exec(mine.order_by(col(ReviewFile.id))).all()


def list_tracked(session: Session) -> Sequence[Directive]:
    """Give the directives that are followed, newest first."""
    wanted = select(Directive).where(col(Directive.tracked)).order_by(col(Directive.issued_on).desc())
    return session.exec(wanted).all()
