"""Notices: which returns are still owed, which rungs were planned for them, who could be told of it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func
from sqlalchemy import select as pick
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, col, or_, select

from models.directive import Directive
from models.notice import Notice
from models.period import Period
from models.returns import Extension, Receipt, Return
from models.states import NOTICE_MOVES, NoticeState, ReturnState, ensure_move
from models.unit import Contact, Unit, UnitSpan

OPEN = (ReturnState.OWED, ReturnState.REJECTED)  # what was received stops the ladder, what was refused does not


@dataclass(frozen=True)
class OwedReturn:
    """A return that is still wanted; `due` is the date in force, an extension included."""

    id: int
    unit_id: int
    unit: str
    directive: str
    period: str
    kind: str
    due: date
    state: ReturnState


def find_owed(session: Session, *, due_by: date) -> list[OwedReturn]:
    """Give the returns of tracked directives that are still owed and due by that day, earliest due first."""
    owed = _owed().where(_due_in_force() <= due_by)
    ordered = owed.order_by(_due_in_force(), col(Unit.code), col(Period.cutoff), col(Return.kind).desc())
    return [OwedReturn(*row) for row in session.connection().execute(ordered)]


def find_still_owed(session: Session, return_ids: Collection[int]) -> dict[int, OwedReturn]:
    """Give those of the returns that are still owed at this moment, by id."""
    rows = session.connection().execute(_owed().where(col(Return.id).in_(return_ids)))
    return {row[0]: OwedReturn(*row) for row in rows}


def _owed() -> Select[Any]:
    return (
        pick(
            col(Return.id), col(Return.unit_id), col(Unit.code), col(Directive.symbol), col(Period.code),
            col(Return.kind), _due_in_force(), col(Return.state),
        )
        .join(Unit, col(Unit.id) == col(Return.unit_id))
        .join(Directive, col(Directive.id) == col(Return.directive_id))
        .join(Period, col(Period.id) == col(Return.period_id))
        .where(col(Return.state).in_(OPEN), col(Directive.tracked))
    )  # fmt: skip


def _due_in_force() -> ColumnElement[date]:
    """The latest extension counts, the date of the ledger where there is none."""
    granted = (
        pick(col(Extension.until))
        .where(col(Extension.return_id) == col(Return.id))
        .order_by(col(Extension.id).desc())
        .limit(1)
        .correlate(Return)
        .scalar_subquery()
    )
    return func.coalesce(granted, col(Return.due))


def find_planned(session: Session) -> dict[int, dict[str, Notice]]:
    """Give the notices of all returns that are still owed, by return and rung."""
    rows = session.exec(
        select(Notice)
        .join(Return, col(Return.id) == Notice.return_id)
        .where(col(Return.state).in_(OPEN))
        .order_by(col(Notice.id))
    )
    found: dict[int, dict[str, Notice]] = defaultdict(dict)
    for notice in rows:
        found[notice.return_id][notice.rung] = notice
    return found


@dataclass(frozen=True)
class NewNotice:
    """A rung that a return has reached, to be written down."""

    return_id: int
    rung: str
    scheduled_for: date
    state: NoticeState


def insert_notices(session: Session, notices: Iterable[NewNotice]) -> None:
    """Write notices; one that is there already stays as it is, whoever planned it."""
    insert_once(session, Notice, [vars(notice) for notice in notices])


def insert_once(session: Session, table: type[SQLModel], rows: list[dict[str, Any]]) -> None:
    """Insert rows; one that meets a unique key is left out without a word."""
    if rows:
        session.connection().execute(_insert(session, table).on_conflict_do_nothing(), rows)


def insert_keyed(session: Session, table: type[SQLModel], key: Any, rows: list[dict[str, Any]]) -> set[Any]:
    """Insert rows as `insert_once` does, and give the keys of those that are new."""
    if not rows:
        return set()
    chosen = _insert(session, table).on_conflict_do_nothing().returning(key)
    return set(session.connection().execute(chosen, rows).scalars())


def _insert(session: Session, table: type[SQLModel]) -> Any:
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    return insert(table)


def move_notice(notice: Notice, after: NoticeState) -> None:
    """Move a notice. Raises StatusError for a move not allowed."""
    notice.state = ensure_move(NOTICE_MOVES, notice.state, after)


def cancel_settled(session: Session) -> None:
    """Cancel the notices that wait for a message although their return has come in or is no longer owed."""
    settled = (
        select(Notice)
        .join(Return, col(Return.id) == Notice.return_id)
        .where(Notice.state == NoticeState.DUE, col(Return.state).not_in(OPEN))
    )
    for notice in session.exec(settled):
        move_notice(notice, NoticeState.CANCELLED)


def find_last_replies(session: Session, return_ids: Collection[int]) -> dict[int, str]:
    """Give the file with which the newest receipt of each return was answered, where there is one."""
    rows = session.exec(
        select(Receipt.return_id, Receipt.reply)
        .where(col(Receipt.return_id).in_(return_ids), col(Receipt.reply).is_not(None))
        .order_by(col(Receipt.id))
    )
    return {return_id: reply for return_id, reply in rows if return_id is not None and reply}


def find_contacts(session: Session, day: date, channels: Collection[str]) -> list[Contact]:
    """Give the addresses that hold on a day, in the order in which they were entered."""
    return list(
        session.exec(
            select(Contact)
            .where(col(Contact.channel).in_(channels))
            .where(or_(col(Contact.valid_from).is_(None), col(Contact.valid_from) <= day))
            .where(or_(col(Contact.valid_to).is_(None), col(Contact.valid_to) >= day))
            .order_by(col(Contact.id))
        )
    )


def find_spans_by(session: Session, day: date) -> Mapping[int, UnitSpan]:
    """Give for each unit the span in force on a day, or its last one before: a unit that ended still owes."""
    spans = session.exec(select(UnitSpan).where(UnitSpan.valid_from <= day).order_by(col(UnitSpan.valid_from)))
    return {span.unit_id: span for span in spans}
