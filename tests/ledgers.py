"""A small ledger for the reminders' tests: a tree of offices with addresses, and returns that they owe."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from factories import add, make_directive, make_period, make_receipt, make_return, make_unit
from sqlalchemy import Engine
from sqlmodel import select

from models.directive import Directive
from models.notice import Attempt, Digest, Notice, NoticeDigest
from models.period import Period
from models.queries import notices as record
from models.returns import Receipt, Return
from models.states import DigestState, NoticeState, ReceiptState, ReturnState
from models.store import reading, writing
from models.unit import Contact, Unit
from models.workdays import WorkCalendar
from reminders.digest import Composer
from reminders.due import load_ladder
from reminders.outgoing import Day
from reminders.recipients import make_directory
from schemas.texts import load_texts

NOON = datetime(2021, 9, 24, 5, 0, tzinfo=UTC)


@dataclass
class Ledger:
    """K00 above D01 and D02; C0101 and C0102 below D01. Each has the address <code>@example.invalid."""

    engine: Engine
    units: dict[str, Unit] = field(default_factory=dict)
    directive: Directive | None = None
    periods: dict[str, Period] = field(default_factory=dict)

    def owe(self, unit: str, due: date, *, period: str = "2021-9T", kind: str = "own", **over: Any) -> int:
        """Add a return that the unit owes, and give its id."""
        with writing(self.engine) as session:
            if period not in self.periods:
                assert self.directive is not None
                self.periods[period] = make_period(session, self.directive, period)
            owed = make_return(session, self.periods[period], self.units[unit], kind, due=due, **over)
            return owed.id or 0

    def move(
        self, return_id: int, state: ReturnState, *, reply: str | None = None, accepted: bool = False, **over: Any
    ) -> None:
        """Set a return's state; `reply` is what answers the file that moved it, `over` more about that file."""
        with writing(self.engine) as session:
            owed = session.get_one(Return, return_id)
            owed.state = state
            if reply is not None:
                after = ReceiptState.ACCEPTED if accepted else ReceiptState.REJECTED
                make_receipt(session, owed, state=after, reply=reply, **over)

    def receive(self, unit: str, at: datetime) -> None:
        """Add a file that came from a unit and fits no return."""
        with writing(self.engine) as session:
            number = len(session.exec(select(Receipt.id)).all())
            add(session, Receipt(claim=f"stray-{number}", unit_id=self.units[unit].id or 0, file_name="x.xlsx",
                                 sha256=f"{number:064d}", size=1, received_at=at,
                                 state=ReceiptState.QUARANTINED))  # fmt: skip

    def refuse(self, address: str) -> None:
        """Let the newest message to an address have failed: the server knows no such mailbox."""
        with writing(self.engine) as session:
            digest = session.exec(select(Digest).where(Digest.recipient == address)).all()[-1]
            digest.state, digest.last_error, digest.sent_at = DigestState.FAILED, "refused: 550 no such user", None
            links = session.exec(select(NoticeDigest).where(NoticeDigest.digest_id == digest.id)).all()
            for link in links:
                session.get_one(Notice, link.notice_id).state = NoticeState.DIGESTED

    def add_contact(self, unit: str, address: str, **over: Any) -> None:
        with writing(self.engine) as session:
            add(session, Contact(unit_id=self.units[unit].id or 0, address=address, **over))

    def forget_contacts(self, *units: str) -> None:
        with writing(self.engine) as session:
            for contact in session.exec(select(Contact)).all():
                if contact.unit_id in {self.units[unit].id for unit in units}:
                    session.delete(contact)

    def notices(self) -> dict[tuple[int, str], str]:
        """Give the state of each notice by return and rung."""
        with reading(self.engine) as session:
            rows = session.exec(select(Notice)).all()
        return {(row.return_id, row.rung): row.state.value for row in rows}

    def digests(self) -> list[Digest]:
        with reading(self.engine) as session:
            return list(session.exec(select(Digest).order_by(Digest.id)).all())  # type: ignore[arg-type]

    def attempts(self) -> list[Attempt]:
        with reading(self.engine) as session:
            return list(session.exec(select(Attempt).order_by(Attempt.id)).all())  # type: ignore[arg-type]

    def day(self, on: date, workspace: Path, *, now: datetime = NOON, language: str = "vi") -> Day:
        with reading(self.engine) as session:
            spans, contacts = record.find_spans_by(session, on), record.find_contacts(session, on, ["mail"])
        composer = Composer(load_texts(language), make_directory(spans, contacts), WorkCalendar(), workspace)
        return Day(on, now, load_ladder(), composer)


def make_ledger(engine: Engine) -> Ledger:
    ledger = Ledger(engine)
    with writing(engine) as session:
        ledger.directive = make_directive(session, symbol="60-KL/ĐUK", symbol_written="60-KL/ĐUK")
        root = make_unit(session, "K00", name="Đảng ủy Khối Minh Họa", name_en="Demonstration Bloc Committee")
        first = make_unit(session, "D01", parent=root, name="Đảng ủy Đơn vị mẫu An")
        units = [
            root,
            first,
            make_unit(session, "D02", parent=root, name="Đảng ủy Đơn vị mẫu Ánh"),
            make_unit(session, "C0101", parent=first, name="Đảng ủy nhà máy 1 – An"),
            make_unit(session, "C0102", parent=first, name="Đảng ủy chi nhánh 2 – An <b>"),
        ]
        ledger.units = {unit.code: unit for unit in units}
    for code in ledger.units:
        ledger.add_contact(code, f"{code.lower()}@example.invalid")
    return ledger
