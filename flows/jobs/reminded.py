"""What a run of the reminders tells of its messages: one line for each rung and audience of each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from models.queries.notices import OwedReturn
from reminders.bundle import Bundle, Entry
from reminders.dispatch import Handled
from reminders.due import worst_slip
from reminders.message import MAIL
from reminders.outgoing import Day, number_of, slip_number
from reminders.plan import Prepared
from schemas.texts import Texts


@dataclass(frozen=True)
class RemindedReturn:
    """A return that a notice speaks of."""

    unit: str
    directive: str
    period: str
    kind: str
    due: date
    state: str


@dataclass(frozen=True)
class ReportedNotice:
    """What one recipient is told about the returns on one rung; a message may carry several rungs.

    `slip` is the colour and `slip_number` what stands on the slip. `state` is that of the message; "planned" in a dry
    run, "pending" where the whole run waits, "held", or "no-contact". `why` says it in a sentence.
    """

    recipient: str
    rung: str
    returns: list[RemindedReturn]
    channel: str
    state: str
    message: str = ""
    audience: str = ""
    slip: str = ""
    slip_number: str = ""
    subject: str = ""
    attachments: list[str] = field(default_factory=list)
    why: str = ""


def report_handled(handled: Iterable[Handled], texts: Texts, state: str | None = None) -> Iterable[ReportedNotice]:
    """Give what was sent, or in a dry run would be; the number by which each message is found again with it."""
    for one in handled:
        if one.attempt_id is None:
            continue  # all of it has come in since: nobody is told anything
        told: dict[str, Any] = {
            "recipient": one.digest.recipient,
            "channel": one.digest.channel,
            "state": state or one.digest.state.value,
            "message": number_of(one.digest),
            "slip_number": slip_number(one.digest, texts) or "",
            "subject": one.digest.subject,
            "attachments": list(one.digest.attachments),
            "why": _why(one.digest.last_error, texts),
        }
        yield from _by_rung(one.bundle, told) if one.bundle else [ReportedNotice(rung="reply", returns=[], **told)]


def _by_rung(bundle: Bundle, told: Mapping[str, Any]) -> Iterable[ReportedNotice]:
    """Give one line for each rung and audience of a message, the most pressing first."""
    groups: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in sorted(bundle.entries, key=lambda entry: -entry.rung.days):
        groups[entry.rung.name, entry.audience].append(entry)
    for (rung, audience), entries in groups.items():
        slip = worst_slip(entry.slip for entry in entries)
        returns = [_return(entry.owed) for entry in entries]
        yield ReportedNotice(rung=rung, returns=returns, audience=audience, slip=slip, **told)


def _return(owed: OwedReturn) -> RemindedReturn:
    return RemindedReturn(owed.unit, owed.directive, owed.period, owed.kind, owed.due, owed.state.value)


def _why(error: str | None, texts: Texts) -> str:
    """Say in a sentence what the record keeps as "reason: detail"."""
    reason, _, detail = (error or "").partition(": ")
    return texts(f"notices.reason.{reason}", detail=detail or texts("notices.reason.unsaid")) if reason else ""


def report_held(prepared: Prepared, texts: Texts, waits: str | None = None) -> Iterable[ReportedNotice]:
    """Give what is held back; where the whole run waits, as pending."""
    for held in prepared.held:
        recipient = held.bundle.recipient
        state = "pending" if waits else "held"
        told = {"recipient": recipient.address, "channel": recipient.channel, "state": state}
        yield from _by_rung(held.bundle, {**told, "why": _why(held.why, texts)})


def report_unreached(prepared: Prepared, day: Day, texts: Texts) -> Iterable[ReportedNotice]:
    """Give one line for each office without an address and each rung that it should hear of."""
    groups: dict[tuple[int, str, str], list[OwedReturn]] = defaultdict(list)
    for one in prepared.unreached:
        groups[one.office, one.rung, one.audience].append(one.owed)
    for (office, rung, audience), returns in groups.items():
        yield ReportedNotice(
            recipient=day.composer.directory.name(office, texts.language),
            rung=rung,
            returns=[_return(owed) for owed in returns],
            channel=MAIL,
            state="no-contact",
            audience=audience,
            why=_why("no-contact", texts),
        )
