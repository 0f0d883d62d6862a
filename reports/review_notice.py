"""The notice that turns the conclusions on a review into tasks: what is left to do, by whom; days are the office's."""

from collections.abc import Iterator, Sequence

from reports.content import Block, Cell, Column, Heading, Row, Table
from reports.discipline import count
from reports.pen import Pen
from reports.review_discipline import discipline_sentence
from reports.review_next import next_period
from reports.review_opening import coverage
from reports.review_summary import main_shortcomings
from reports.review_tasks import due_sentence
from reports.unfinished import Unfinished, unfinished

NAMED = 8  # units in a cell; more are counted
ADDRESSEES = 6


def notice(pen: Pen) -> Iterator[Block]:
    """Give the notice: conclusions in short, then the tasks, then how they are followed."""
    facts = pen.facts
    yield pen.body("notice.opening", directive=pen.directive(facts.directive))
    yield Heading(1, pen.say("notice.results_heading"))
    yield coverage(pen)
    yield due_sentence(pen, facts.counts())
    if count("", facts.returns).owed:
        yield discipline_sentence(pen, count("", facts.returns))
    shortcomings = [*main_shortcomings(pen)]
    if shortcomings:
        yield Heading(1, pen.say("notice.shortcomings_heading"))
        yield from shortcomings
    yield Heading(1, pen.say("notice.tasks_heading"))
    yield from _tasks(pen)
    yield Heading(1, pen.say("notice.following_heading"))
    yield pen.body("notice.following")
    yield from next_period(pen)


def _tasks(pen: Pen) -> Iterator[Block]:
    rows = [*_carried_over(pen), *_shortcomings(pen), *_proposals(pen)]
    if not rows:
        yield pen.body("notice.no_tasks")
        return
    yield pen.body("notice.tasks", count=len(rows))
    columns = (
        Column(pen.say("column.ordinal"), "code"),
        Column(pen.say("column.task"), "text", 4),
        Column(pen.say("column.lead"), "text", 3),
        Column(pen.say("column.due"), "code"),
        Column(pen.say("column.basis"), "text", 2),
    )
    numbered = tuple(Row((Cell(str(at)), *row)) for at, row in enumerate(rows, start=1))
    yield Table("notice-tasks", pen.say("notice.table"), columns, numbered, pen.source())


Line = tuple[Cell, Cell, Cell, Cell]


def _line(pen: Pen, task: str, lead: str, basis: str) -> Line:
    """Make a line; its day is left for the office: none is invented."""
    return Cell(task), Cell(lead), Cell(pen.say("notice.day")), Cell(basis)


def _carried_over(pen: Pen) -> Iterator[Line]:
    for one in unfinished(pen.facts):
        task = pen.say("notice.finish", title=pen.task(one.task), code=one.task.code)
        yield _line(pen, task, _units(pen, one), pen.say("notice.unfinished", n=len(one.units), of=one.of))


def _units(pen: Pen, one: Unfinished) -> str:
    if len(one.units) <= NAMED:
        return pen.units(one.units)
    return pen.say("notice.several", count=len(one.units), task=one.task.code)


def _shortcomings(pen: Pen) -> Iterator[Line]:
    """Make a line of each shortcoming that at least every third unit named."""
    of = pen.facts.reporting_units()
    for code, n in sorted(pen.facts.by_code().items(), key=lambda entry: (-entry[1], entry[0])):
        if n * 3 >= of:
            task = pen.say("notice.mend", shortcoming=pen.term("shortcoming", code))
            yield _line(pen, task, pen.say("notice.who_named"), pen.say("notice.named", n=n, of=of))


def _proposals(pen: Pen) -> Iterator[Line]:
    by_office: dict[str, list[str]] = {}
    for said in pen.facts.statements:
        if said.kind == "proposal" and (said.addressee or "").strip():
            by_office.setdefault((said.addressee or "").strip(), []).append(said.unit)
    ranked: Sequence[tuple[str, list[str]]] = sorted(by_office.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    for addressee, units in ranked[:ADDRESSEES]:
        basis = pen.say("notice.proposed", count=len(units), units=len(set(units)))
        yield _line(pen, pen.say("notice.answer", count=len(units)), pen.office(addressee), basis)
