"""Slips: the numbers they bear, and the ledger of all that was said about a unit's returns."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import distinct, func, select, update
from sqlmodel import Session, col

from models.notice import Digest, Notice, NoticeDigest, SlipBook
from models.period import Period
from models.queries.notices import insert_once
from models.returns import Return
from models.states import DigestState, NoticeState
from models.unit import Unit


def draw_numbers(session: Session, office_id: int, year: int, count: int) -> range:
    """Draw the next numbers of an office's year; they are free again only if the whole transaction is taken back.

    Whoever draws next waits for this transaction to end, so that no number is given twice and none is left out.
    """
    book = {"office_id": office_id, "year": year}
    insert_once(session, SlipBook, [{**book, "last": 0}])
    drawn = (
        update(SlipBook)
        .where(col(SlipBook.office_id) == office_id, col(SlipBook.year) == year)
        .values(last=col(SlipBook.last) + count)
        .returning(col(SlipBook.last))
    )
    last = session.connection().execute(drawn).scalar_one()
    return range(last - count + 1, last + 1)


@dataclass(frozen=True)
class ToldNotice:
    """A notice about a unit's return, with a message that carried it; without `digest` where none did (yet)."""

    unit: str
    period: str
    kind: str
    rung: str
    scheduled_for: date
    state: NoticeState
    digest: Digest | None


def list_told(
    session: Session, directive_id: int, units: Collection[str], as_at: datetime | None = None
) -> list[ToldNotice]:
    """Give all notices about the returns of units, oldest first; one that told several offices once for each."""
    query = (
        select(
            col(Unit.code), col(Period.code), col(Return.kind), col(Notice.rung), col(Notice.scheduled_for),
            col(Notice.state), Digest,
        )
        .join(Return, col(Return.id) == col(Notice.return_id))
        .join(Period, col(Period.id) == col(Return.period_id))
        .join(Unit, col(Unit.id) == col(Return.unit_id))
        .outerjoin(NoticeDigest, col(NoticeDigest.notice_id) == col(Notice.id))
        .outerjoin(Digest, col(Digest.id) == col(NoticeDigest.digest_id))
        .where(col(Return.directive_id) == directive_id, col(Unit.code).in_(units))
        .order_by(col(Notice.scheduled_for), col(Notice.id), col(Digest.id))
    )  # fmt: skip
    rows = session.execute(query).tuples()
    return [ToldNotice(*row) for row in rows if as_at is None or row[-1] is None or row[-1].created_at <= as_at]


def count_slips(
    session: Session, directive_id: int, year: int, as_at: datetime | None = None
) -> Mapping[str, Mapping[str, int]]:
    """Count by unit and colour the slips that were sent to it about its own returns of a year."""
    query = (
        select(col(Unit.code), col(Digest.colour), func.count(distinct(col(Digest.id))))
        .join(NoticeDigest, col(NoticeDigest.digest_id) == col(Digest.id))
        .join(Notice, col(Notice.id) == col(NoticeDigest.notice_id))
        .join(Return, col(Return.id) == col(Notice.return_id))
        .join(Period, col(Period.id) == col(Return.period_id))
        .join(Unit, (col(Unit.id) == col(Return.unit_id)) & (col(Unit.id) == col(Digest.unit_id)))
        .where(col(Return.directive_id) == directive_id, col(Period.year) == year)
        .where(col(Digest.state) == DigestState.SENT)
        .group_by(col(Unit.code), col(Digest.colour))
    )
    if as_at is not None:
        query = query.where(col(Digest.sent_at) <= as_at)
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for unit, colour, count in session.execute(query).tuples():
        if colour is not None:
            found[unit][colour] = count
    return found
