"""The work of `dondoc remind --stop` and `--go`: whether messages may leave, put on record with who, why and when."""

from dataclasses import dataclass
from datetime import datetime

from flows.jobs.auditing import audit
from flows.jobs.record import write_record
from models.errors import RefusedError
from models.notice import SendingOrder
from models.queries import sending as record
from schemas.texts import load_texts
from settings import Settings


@dataclass(frozen=True)
class SendingOutcome:
    """The order that is in force from now on; `since` is when sending was stopped, of an order to go on."""

    stopped: bool
    reason: str
    by: str
    recorded_at: datetime
    since: datetime | None = None


def run_stop(settings: Settings, reason: str, by: str | None, now: datetime) -> SendingOutcome:
    """Keep all messages in the house until further notice; a run under way ends after the message in hand.

    Raises RefusedError where no reason is given.
    """
    if not reason.strip():
        raise RefusedError("reminders.switch.no-reason")
    return _order(settings, SendingOrder(stops=True, reason=reason.strip(), given_by=by or "", recorded_at=now))


def run_go(settings: Settings, reason: str | None, by: str | None, now: datetime) -> SendingOutcome:
    """Let messages leave again. Raises RefusedError where nothing was stopped."""
    said = (reason or "").strip() or load_texts(settings.language)("reminders.switch.gone-on")
    return _order(settings, SendingOrder(stops=False, reason=said, given_by=by or "", recorded_at=now))


def _order(settings: Settings, order: SendingOrder) -> SendingOutcome:
    order.given_by = order.given_by.strip() or load_texts(settings.language)("exceptions.office")
    with write_record(settings) as session:
        before = record.find_stop(session)
        if not order.stops and before is None:
            raise RefusedError("reminders.switch.not-stopped")
        record.add_order(session, order)
        audit(session, "sending.stopped" if order.stops else "sending.resumed", str(order.id))
    since = before.recorded_at.astimezone(settings.zone) if before and not order.stops else None
    return SendingOutcome(order.stops, order.reason, order.given_by, order.recorded_at, since)
