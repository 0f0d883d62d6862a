"""Plan: rungs reached become notices, once for ever; what waits is put together by recipient."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlmodel import Session

from models.notice import Digest, Notice
from models.queries import notices as record
from models.queries import outbox
from models.queries.notices import NewNotice, OwedReturn
from models.states import NoticeState
from reminders.bundle import Bundle, Entry
from reminders.due import AUDIENCES, SLIPS, UNIT, Rung, Step, audiences_of, farthest_ahead, plan_step, rungs_reached
from reminders.outgoing import Day, bundles_of, key_of, make_entry, put
from reminders.recipients import Directory, Recipient

Planned = Mapping[int, Mapping[str, Notice]]  # by return and rung
UNDELIVERABLE_FOR = timedelta(days=30)  # then an address at which nothing arrived is tried once more


@dataclass(frozen=True)
class Unreached:
    """A notice of which an audience cannot be told: no address of `office` is known, or none at which mail arrives."""

    notice_id: int
    owed: OwedReturn
    rung: str
    audience: str
    office: int


@dataclass(frozen=True)
class HeldBack:
    """A message that waits: `why` is cap (too many for one run), told-today (one message a day), or the day's own."""

    bundle: Bundle
    why: str


@dataclass(frozen=True)
class Prepared:
    """What a day's planning put into the outbox, and what it could not."""

    digests: tuple[Digest, ...]
    held: tuple[HeldBack, ...]
    unreached: tuple[Unreached, ...]


@dataclass(frozen=True)
class _Waiting:
    """A notice that no message carries yet, or not to everyone."""

    owed: OwedReturn
    notice: Notice
    rung: Rung
    audiences: tuple[str, ...]

    @property
    def id(self) -> int:
        return key_of(self.notice)


def prepare(session: Session, day: Day, cap: int) -> Prepared:
    """Plan the day's notices and put their messages into the outbox, until `cap` messages wait there.

    Doing it again for the same day adds nothing that is there already. While the day waits, rungs are planned and
    no message is made: tomorrow's will say it all at once.
    """
    on_ladder, planned = plan_notices(session, day)
    waiting = _find_waiting(day, on_ladder, planned) + _find_undelivered(session, day)
    addressed = outbox.find_addressed(session, [one.id for one in waiting if one.notice.state is not NoticeState.DUE])
    bundles, unreached = _gather(day, waiting, addressed)
    if day.waits:
        return Prepared((), tuple(HeldBack(one, day.waits) for one in bundles), tuple(unreached))
    held = _find_held(session, day, bundles, cap)
    made = put(session, day, [one for one in bundles if one.recipient not in held])
    taken = {bundle.recipient for _, bundle in made}
    kept = tuple(HeldBack(one, held.get(one.recipient, "told-today")) for one in bundles if one.recipient not in taken)
    deaf = {one.notice_id for one in unreached if one.audience == UNIT}
    _mark_digested(waiting, [bundle for _, bundle in made], kept, addressed, deaf)
    session.flush()
    return Prepared(tuple(digest for digest, _ in made), kept, tuple(unreached))


def _find_held(session: Session, day: Day, bundles: Iterable[Bundle], cap: int) -> dict[Recipient, str]:
    """Say which recipients get no message in this run, and why; the most pressing messages go first."""
    midnight = datetime.combine(day.on, time.min, tzinfo=day.now.tzinfo)
    told = outbox.find_told(session, day.on, midnight)
    room = max(0, cap - outbox.count_waiting(session))
    recipients = [one.recipient for one in bundles]
    fresh = [one for one in recipients if (one.channel, one.address) not in told]
    return dict.fromkeys(set(recipients).difference(fresh), "told-today") | dict.fromkeys(fresh[room:], "cap")


def _mark_digested(
    waiting: Iterable[_Waiting],
    made: Iterable[Bundle],
    held: Iterable[HeldBack],
    addressed: Collection[tuple[int, str, str]],
    deaf: Collection[int],
) -> None:
    """Move the notices that everyone has, or has coming.

    One that somebody still waits for stays due, and one that the unit itself cannot hear: it may have an address soon.
    """
    carried = {entry.notice_id for bundle in made for entry in bundle.entries} | {one[0] for one in addressed}
    kept = {entry.notice_id for one in held for entry in one.bundle.entries}
    for one in waiting:
        if one.id in carried - kept - set(deaf) and one.notice.state is NoticeState.DUE:
            record.move_notice(one.notice, NoticeState.DIGESTED)


def plan_notices(session: Session, day: Day) -> tuple[list[OwedReturn], Planned]:
    """Write down each rung reached by each owed return, once for ever; give the returns on the ladder and all rungs."""
    record.cancel_settled(session)
    on_ladder = record.find_owed(session, due_by=day.on + farthest_ahead(day.ladder))
    known = record.find_planned(session)
    calendar = day.composer.calendar
    reached = {due: rungs_reached(day.ladder, due, day.on, calendar) for due in {owed.due for owed in on_ladder}}
    fresh: list[NewNotice] = []
    for owed in on_ladder:
        notices = known.get(owed.id, {})
        step = plan_step(reached[owed.due], {rung: notice.state for rung, notice in notices.items()})
        _move(notices, step, {rung.name: on for rung, on in reached[owed.due]})
        fresh += [NewNotice(owed.id, rung.name, on, state) for rung, on, state in step.new]
    for return_id in known.keys() - {owed.id for owed in on_ladder}:  # an extension took them off the ladder
        notices = known[return_id]
        _move(notices, plan_step((), {rung: notice.state for rung, notice in notices.items()}), {})
    session.flush()
    record.insert_notices(session, fresh)
    return on_ladder, record.find_planned(session) if fresh else known


def _move(notices: Mapping[str, Notice], step: Step, days: Mapping[str, date]) -> None:
    for rung in step.overtaken:
        record.move_notice(notices[rung], NoticeState.SUPERSEDED)
    if step.revived:
        record.move_notice(notices[step.revived], NoticeState.DUE)
        notices[step.revived].scheduled_for = days[step.revived]


def _find_waiting(day: Day, on_ladder: Iterable[OwedReturn], planned: Planned) -> list[_Waiting]:
    found = []
    for owed in on_ladder:
        known = planned.get(owed.id, {})
        states = {rung: notice.state for rung, notice in known.items()}
        for name, notice in known.items():
            rung = day.rung(name)
            if rung and notice.state is NoticeState.DUE:
                found.append(_Waiting(owed, notice, rung, audiences_of(day.ladder, rung, states)))
    return found


def _find_undelivered(session: Session, day: Day) -> list[_Waiting]:
    """Give what messages say that could not be delivered: it goes to whoever can be reached instead."""
    failed = outbox.find_undelivered(session, day.now - UNDELIVERABLE_FOR)
    if not failed:
        return []
    carried = {key_of(one): one for notices in outbox.find_carried(session, map(key_of, failed)).values()
               for one in notices}  # fmt: skip
    entries = (entry for bundle in bundles_of(session, day, failed).values() for entry in bundle.entries)
    return [_Waiting(one.owed, carried[one.notice_id], one.rung, (one.audience,)) for one in entries]


def _gather(
    day: Day, waiting: Iterable[_Waiting], addressed: Collection[tuple[int, str, str]]
) -> tuple[list[Bundle], list[Unreached]]:
    """Put the notices together by recipient, the most pressing message first."""
    directory = day.composer.directory
    heard: dict[Recipient, dict[int, Entry]] = defaultdict(dict)
    unreached = []
    for one in waiting:
        for audience in _widened(one, directory):
            recipients = directory.recipients(one.owed.unit_id, audience)
            office = directory.office(one.owed.unit_id, audience)
            if office is not None and not recipients:
                unreached.append(Unreached(one.id, one.owed, one.rung.name, audience, office))
            for recipient in recipients:
                if (one.id, recipient.channel, recipient.address) not in addressed:
                    heard[recipient][one.id] = make_entry(day, recipient, one.id, one.owed, one.rung)
    bundles = [Bundle(recipient, tuple(entries.values())) for recipient, entries in heard.items()]
    return sorted(bundles, key=lambda bundle: (-SLIPS.index(bundle.slip), bundle.recipient)), unreached


def _widened(one: _Waiting, directory: Directory) -> tuple[str, ...]:
    """Let the superior and the tracking office hear what a unit cannot hear, and what a quiet one has not answered."""
    trouble = directory.find_trouble(one.owed.unit_id) if UNIT in one.audiences else None
    if trouble is None or (trouble == "quiet" and one.rung.days <= 0):
        return one.audiences
    return AUDIENCES
