"""What one recipient is told on one day: one message with all its returns, as text and as HTML."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from models.workdays import WorkCalendar
from reminders.attach import find_attachments
from reminders.bundle import Bundle, Entry, of_audience
from reminders.calendar_file import DueEvent, write_calendar
from reminders.due import AUDIENCES, OFFICE, SUPERIOR, UNIT, count_days_late
from reminders.recipients import Directory
from schemas.texts import Texts

COLUMNS = ("number", "unit", "directive", "period", "kind", "due", "standing", "action")
COLOURS = {"blue": "#1f5fa8", "yellow": "#d9a400", "red": "#b3261e"}
PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).resolve().parent / "templates"),
    autoescape=select_autoescape(["html.j2"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True)
class Content:
    """A message as it goes out; attachments are paths in the workspace.

    `calendar` is what the last of them holds, where it is a calendar file: it has still to be written.
    """

    subject: str
    text: str
    html: str
    attachments: tuple[str, ...]
    calendar: bytes | None = None


@dataclass(frozen=True)
class Line:
    """One row of a message's table, written out; `item` is what the text version says in place of the columns."""

    number: str
    item: str
    unit: str
    directive: str
    period: str
    kind: str
    due: str
    standing: str
    action: str


@dataclass(frozen=True)
class Section:
    """The returns of one audience."""

    title: str
    lead: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class View:
    """All that the templates print."""

    language: str
    subject: str
    banner: str | None
    to: str
    heading: str
    colour: str
    sections: tuple[Section, ...]
    closing: tuple[str, ...]
    sender: str


@dataclass(frozen=True)
class Composer:
    """Writes messages for one day. `workspace` holds outbox/<unit>/ with blank returns and annotated copies."""

    texts: Texts
    directory: Directory
    calendar: WorkCalendar
    workspace: Path
    banner: str | None = None
    audit_head: str | None = None  # where the audit log stood: kept outside, nobody can cut the log off unseen

    def compose(
        self, bundle: Bundle, number: str, on: date, replies: Mapping[int, str], slip: str | None = None
    ) -> Content:
        """Write the message. `replies` names the annotated copy of the last file of a return, if there was one.

        `number` finds it again in the outbox, `slip` is its number among the slips of the year.
        """
        quoted = f"{slip} ({number})" if slip else number
        files = find_attachments(self.workspace, of_audience(bundle.entries, UNIT), replies)
        late = count_days_late({entry.owed.due for entry in bundle.entries}, on, self.calendar)
        standings = {entry.owed.id: self._standing(entry, on, late[entry.owed.due]) for entry in bundle.entries}
        subject = self._subject(bundle, on)
        view = View(
            language=self.texts.language,
            subject=subject,
            banner=self.banner,
            to=self.texts("notices.to", names="; ".join(self._names(bundle))),
            heading=self.texts(
                "notices.heading", slip=self._slip(bundle), number=slip or number, day=self.texts.day(on)
            ),
            colour=COLOURS[bundle.slip],
            sections=tuple(self._sections(bundle, on, files, standings)),
            closing=tuple(self._closing(bundle, quoted)),
            sender=self.directory.name(self.directory.root(bundle.entries[0].owed.unit_id), self.texts.language),
        )
        columns = {column: self.texts(f"notices.column.{column}") for column in COLUMNS}
        text, html = (
            PAGES.get_template(f"notice.{form}.j2").render(view=view, columns=columns) for form in ("txt", "html")
        )
        calendar = self._calendar(bundle, on)
        if calendar is None:
            return Content(subject, text, html, tuple(files.values()))
        return Content(subject, text, html, (*files.values(), calendar_name(bundle, on)), calendar)

    def _calendar(self, bundle: Bundle, on: date) -> bytes | None:
        """Give the due dates that lie ahead as a calendar file. The same return is the same event every time."""
        ahead = [entry for entry in of_audience(bundle.entries, UNIT) if entry.rung.days < 0 and not entry.is_rejected]
        events = [
            DueEvent(
                uid=f"return-{entry.owed.id}@dondoc",
                due=entry.owed.due,
                summary=self.texts("reminders.calendar.summary", **self._said(entry)),
                description=self.texts("reminders.calendar.description", **self._said(entry)),
            )
            for entry in ahead
        ]
        return write_calendar(events, datetime.combine(on, time.min, tzinfo=UTC)) if events else None

    def _said(self, entry: Entry) -> dict[str, str]:
        owed = entry.owed
        unit = self.directory.name(owed.unit_id, self.texts.language)
        kind = self.texts.label("notices.kind", owed.kind)
        return {"unit": unit, "period": owed.period, "directive": owed.directive, "kind": kind}

    def _slip(self, bundle: Bundle) -> str:
        return self.texts(f"notices.slip.{bundle.slip}")

    def _names(self, bundle: Bundle) -> list[str]:
        offices = (self.directory.office(entry.owed.unit_id, entry.audience) for entry in bundle.entries)
        named = dict.fromkeys(office for office in offices if office is not None)
        return [self.directory.name(office, self.texts.language) for office in named]

    def _subject(self, bundle: Bundle, on: date) -> str:
        """Name the most pressing matter: the recipient's own returns before those of others."""
        said, entries = _most_pressing(bundle.entries, on)
        due = self.texts.day(min(entry.owed.due for entry in entries))
        said = self.texts(f"notices.subject.{said}", count=len(entries), due=due)
        return self.texts("notices.titled", slip=self._slip(bundle), said=said)

    def _sections(
        self, bundle: Bundle, on: date, files: Mapping[int, str], standings: Mapping[int, str]
    ) -> Iterable[Section]:
        for audience in AUDIENCES:
            lines = tuple(
                self._line(number, entry, standings[entry.owed.id], self._action(entry, on, files))
                for number, entry in enumerate(of_audience(bundle.entries, audience), 1)
            )
            if lines:
                title, lead = (self.texts(f"notices.section.{audience}.{part}") for part in ("title", "lead"))
                yield Section(title, lead, lines)

    def _line(self, number: int, entry: Entry, standing: str, action: str) -> Line:
        said = self._said(entry)
        item, due = self.texts("notices.item", **said), self.texts.day(entry.owed.due)
        return Line(number=str(number), item=item, due=due, standing=standing, action=action, **said)

    def _standing(self, entry: Entry, on: date, late: int) -> str:
        left = (entry.owed.due - on).days
        if left > 0:
            said = self.texts("notices.standing.left", days=left)
        elif left == 0:
            said = self.texts("notices.standing.today")
        else:
            said = self.texts(f"notices.standing.{'late' if late else 'past'}", days=late)
        said = self.texts("notices.standing.rejected", standing=said) if entry.is_rejected else said
        return "; ".join([said, *self._trouble(entry)])

    def _trouble(self, entry: Entry) -> Iterable[str]:
        """Say to others what keeps a unit from answering."""
        trouble = self._find_trouble(entry)
        if trouble:
            yield self.texts(f"reminders.trouble.{trouble}", periods=self.directory.quiet.get(entry.owed.unit_id, 0))

    def _find_trouble(self, entry: Entry) -> str | None:
        return None if entry.audience == UNIT else self.directory.find_trouble(entry.owed.unit_id)

    def _action(self, entry: Entry, on: date, files: Mapping[int, str]) -> str:
        if self._find_trouble(entry) in ("no-address", "undeliverable"):
            return self.texts(f"reminders.deaf.{entry.audience}")
        said = _action(entry, on, is_attached=entry.owed.id in files)
        return self.texts(f"notices.action.{said}", file=Path(files.get(entry.owed.id, "")).name)

    def _closing(self, bundle: Bundle, number: str) -> Iterable[str]:
        folders = dict.fromkeys(f"inbox/{entry.owed.unit}" for entry in of_audience(bundle.entries, UNIT))
        if folders:
            yield self.texts("notices.closing.how", folders=", ".join(folders))
        yield self.texts("notices.closing.sent")
        yield self.texts("notices.closing.quote", number=number)
        if self.audit_head and of_audience(bundle.entries, OFFICE):
            yield self.audit_head


def calendar_name(bundle: Bundle, on: date) -> str:
    """Name the calendar file of a day's message, as a path in the workspace."""
    unit = of_audience(bundle.entries, UNIT)[0].owed.unit
    return f"outbox/{unit}/{unit}_{on:%Y%m%d}.ics"


def _most_pressing(entries: Sequence[Entry], on: date) -> tuple[str, Sequence[Entry]]:
    """Give the word for the most pressing matter, and its returns; a message that leaves late goes by the date."""
    own = of_audience(entries, UNIT)
    if not own:
        audience = SUPERIOR if of_audience(entries, SUPERIOR) else OFFICE
        return audience, of_audience(entries, audience)
    past = [entry for entry in own if not entry.is_rejected and entry.owed.due < on]
    rejected = [entry for entry in own if entry.is_rejected]
    if past:
        return "past", past
    return ("correct", rejected) if rejected else ("near", own)


def _action(entry: Entry, on: date, *, is_attached: bool) -> str:
    if entry.audience == OFFICE:
        return "follow"
    if entry.audience == SUPERIOR:
        return "urge-correct" if entry.is_rejected else "urge"
    if entry.is_rejected:
        return "correct-attached" if is_attached else "correct"
    if is_attached:
        return "fill-attached"
    return "fill" if on <= entry.owed.due else "send-now"
