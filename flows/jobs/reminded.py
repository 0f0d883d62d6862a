"""What a run of the reminders tells of its messages: one line for each rung and audience of each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flows.jobs.delivery import say_reason
from models.queries.notices import OwedReturn
from reminders.bundle import Bundle, Entry
from reminders.dispatch import Handled
from reminders.due import UNIT, worst_slip
from reminders.message import MAIL
from reminders.outgoing import Day, number_of, slip_number
from reminders.plan import Prepared
from reminders.recipients import Recipient
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
    `role` is that of the address (main, alternate, superior), `reason` why these returns are spoken of.
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
    role: str = ""
    reason: str = ""


def report_handled(handled: Iterable[Handled], day: Day, state: str | None = None) -> Iterable[ReportedNotice]:
    """Give what was sent, or in a dry run would be; the number by which each message is found again with it."""
    texts = day.composer.texts
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
            "why": say_reason(one.digest.last_error, texts),
        }
        yield from _by_rung(one.bundle, told, day) if one.bundle else [_other(one, told)]


def _other(one: Handled, told: Mapping[str, Any]) -> ReportedNotice:
    """Report what carries no notices: an answer to a file, or a review; the key says which."""
    kind = one.digest.dedupe_key.partition(":")[0]
    return ReportedNotice(rung=kind, returns=[], audience=UNIT if kind == "reply" else "", **told)


def _by_rung(bundle: Bundle, told: Mapping[str, Any], day: Day) -> Iterable[ReportedNotice]:
    """Give one line for each rung and audience of a message, the most pressing first."""
    groups: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in sorted(bundle.entries, key=lambda entry: -entry.rung.days):
        groups[entry.rung.name, entry.audience].append(entry)
    for (rung, audience), entries in groups.items():
        yield ReportedNotice(
            rung=rung,
            returns=[_return(entry.owed) for entry in entries],
            audience=audience,
            slip=worst_slip(entry.slip for entry in entries),
            role=_role(bundle.recipient, entries[0], day),
            reason=_reason(entries, day),
            **told,
        )


def _role(recipient: Recipient, entry: Entry, day: Day) -> str:
    directory = day.composer.directory
    office = directory.office(entry.owed.unit_id, entry.audience)
    return directory.role_of(recipient, office) if office is not None else ""


def _reason(entries: Iterable[Entry], day: Day) -> str:
    """Say why these returns are spoken of: the rung they have reached, and what keeps their units from answering."""
    texts, directory = day.composer.texts, day.composer.directory
    said: dict[str, None] = {}
    for entry in entries:
        key = "reminders.because.before" if entry.rung.days <= 0 else "reminders.because.after"
        said[texts(key, days=abs(entry.rung.days))] = None
        trouble = directory.find_trouble(entry.owed.unit_id) if entry.audience != UNIT else None
        if trouble:
            periods = directory.quiet.get(entry.owed.unit_id, 0)
            said[texts(f"reminders.trouble.{trouble}", periods=periods)] = None
    return "; ".join(said)


def _return(owed: OwedReturn) -> RemindedReturn:
    return RemindedReturn(owed.unit, owed.directive, owed.period, owed.kind, owed.due, owed.state.value)


def describe_messages(notices: Iterable[ReportedNotice], texts: Texts) -> list[str]:
    """Write out for a reader what would go to whom, and why: a few lines for each message."""
    by_message: dict[tuple[str, str], list[ReportedNotice]] = defaultdict(list)
    for one in notices:
        by_message[one.recipient, one.message].append(one)
    return [line for parts in by_message.values() for line in _describe(parts, texts)]


def _describe(parts: list[ReportedNotice], texts: Texts) -> Iterable[str]:
    first = parts[0]
    slip = texts(f"notices.slip.{worst_slip(one.slip for one in parts)}") if first.slip else ""
    role = texts(f"reminders.role.{first.role or 'main'}")
    yield texts("reminders.dry.message", slip=slip, number=first.slip_number or first.message,
                recipient=first.recipient, role=role, subject=first.subject).strip()  # fmt: skip
    for one in parts:
        returns = ", ".join(f"{owed.unit} {owed.period} ({texts.label('cli.word', owed.kind)})" for owed in one.returns)
        if returns:
            yield texts("reminders.dry.returns", rung=one.rung, reason=one.reason, returns=returns)
    if first.attachments:
        yield texts("reminders.dry.files", files=", ".join(first.attachments))


def report_held(prepared: Prepared, day: Day) -> Iterable[ReportedNotice]:
    """Give what is held back; where the whole run waits, as pending."""
    for held in prepared.held:
        recipient = held.bundle.recipient
        state = "pending" if day.waits else "held"
        told = {"recipient": recipient.address, "channel": recipient.channel, "state": state}
        yield from _by_rung(held.bundle, {**told, "why": say_reason(held.why, day.composer.texts)}, day)


def report_unreached(prepared: Prepared, day: Day) -> Iterable[ReportedNotice]:
    """Give one line for each office without an address and each rung that it should hear of."""
    texts = day.composer.texts
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
            why=say_reason("no-contact", texts),
        )
