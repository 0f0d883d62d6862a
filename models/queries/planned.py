"""What all plans together said at a time: units, documents, periods, indicators and words.

The tables say it as it is now; where a later plan has changed them since, it is read from the plans of that time.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from models.crosswalk import Crosswalk, join_crosswalks
from models.directive import Directive, DirectiveRelation, Indicator, Term
from models.errors import NotFoundError
from models.parts import part_code
from models.period import Period
from models.plan import PlanIndicator, PlanLink, PlanTerm
from models.queries.crosswalk import read_links
from models.queries.known import PastPlans, find_past_plans
from models.queries.ledger import period_values
from models.queries.plans import document_values
from models.queries.units import load_history, load_size_groups
from models.unit import UnitEvent
from models.unit_history import History

CONTINUES = "continues"


@dataclass(frozen=True)
class Planned:
    """What was planned, as known at a time. Rows bear the ids of the tables; those of the past are in no session."""

    past: PastPlans | None  # None: the tables say it
    history: History
    size_groups: Mapping[str, str | None]  # by unit
    events: Sequence[UnitEvent]  # by day and code
    directives: Mapping[int, Directive]
    relations: Sequence[DirectiveRelation]
    periods: Sequence[Period]  # by cut-off and code
    indicators: Sequence[Indicator]  # in the order of the plan
    terms: Mapping[tuple[str, str], Term]  # by list and code
    links: Mapping[str, Sequence[PlanLink]]  # how codes of indicators follow from one another, by directive

    def periods_of(self, directive: Directive) -> list[Period]:
        """Give all periods of a directive, by cut-off."""
        return [period for period in self.periods if period.directive_id == directive.id]

    def get_period(self, directive: Directive, code: str) -> Period:
        """Give a period of a directive by its code. Raises NotFoundError naming those of its plan."""
        periods = self.periods_of(directive)
        found = next((period for period in periods if period.code == code), None)
        if found is None:
            known = ", ".join(period.code for period in periods)
            raise NotFoundError("review.job.no_period", period=code, directive=directive.symbol, known=known)
        return found

    def related(self, directive_id: int) -> list[tuple[DirectiveRelation, Directive]]:
        """Give the documents that a directive names, with what it says of them."""
        named = (one for one in self.relations if one.directive_id == directive_id)
        return [(one, self.directives[one.other_id]) for one in named]

    def continued(self) -> list[tuple[str, str]]:
        """Give pairs of symbols: a directive and the earlier one it continues."""
        return [
            (self.directives[one.directive_id].symbol, self.directives[one.other_id].symbol)
            for one in self.relations
            if one.type == CONTINUES
        ]

    def crosswalks(self) -> dict[str, Crosswalk]:
        """Give by symbol how the codes of a directive's indicators follow from one another, where any changed."""
        return join_crosswalks(self.links, self.continued())

    def period_lines(self) -> list[tuple[Any, ...]]:
        """Give the periods of all directives as the analytic copy holds them; `year` as the plan has it."""
        return [
            (self.directives[p.directive_id].symbol, p.code, p.kind, p.year, p.round, p.mode, p.coverage_start,
             p.cutoff, p.nominal_to)
            for p in self.periods
        ]  # fmt: skip

    def indicator_lines(self) -> list[tuple[str, str, str]]:
        return sorted((one.code, one.kind, one.mode) for one in self.indicators)

    def breakdowns(self) -> dict[str, list[str]]:
        """Give by indicator what the lines of its breakdown are called, for the indicators that have one."""
        several = sorted((one for one in self.indicators if one.parts), key=lambda one: one.code)
        return {one.code: [part_code(one.code, part) for part in one.parts] for one in several}


def read_planned(session: Session, as_at: datetime | None = None) -> Planned:
    """Read what was planned as known at a time, or as it is now."""
    past = find_past_plans(session, as_at)
    return _from_tables(session) if past is None else _from_plans(session, past)


def _from_tables(session: Session) -> Planned:
    def every(table: Any, *order: Any) -> Sequence[Any]:
        return session.exec(select(table).order_by(*order, table.id)).all()

    return Planned(
        past=None,
        history=load_history(session),
        size_groups=load_size_groups(session),
        events=every(UnitEvent, UnitEvent.happened_on, UnitEvent.code),
        directives={one.id: one for one in every(Directive)},
        relations=every(DirectiveRelation),
        periods=every(Period, Period.cutoff, Period.code),
        indicators=every(Indicator, Indicator.position, Indicator.code),
        terms={(one.list, one.code): one for one in every(Term)},
        links=read_links(session),
    )


def _from_plans(session: Session, past: PastPlans) -> Planned:
    documents = _documents(past, dict(session.exec(select(Directive.symbol, Directive.id)).all()))
    return Planned(
        past=past,
        history=past.organisation.history,
        size_groups={unit.code: unit.size_group for unit in past.organisation.units},
        events=past.events(),
        directives={one.id: one for one in documents.values() if one.id},
        relations=list(_relations(past, documents)),
        periods=sorted(_periods(session, past, documents), key=lambda one: (one.cutoff, one.code)),
        indicators=_indicators(session, past),
        terms=_terms(past),
        links=past.links(),
    )


def _documents(past: PastPlans, ids: Mapping[str, int | None]) -> dict[str, Directive]:
    """Give documents by symbol; one that is only cited stays as its own plan says, where it has one."""
    found: dict[str, Directive] = {}
    for plan in past.versions:
        for at, one in enumerate(plan.documents):
            is_first, known = at == 0, found.get(one.symbol)
            if is_first or (one.issued_on and not (known and known.tracked)):
                found[one.symbol] = Directive(id=ids.get(one.symbol), **document_values(one, tracked=is_first))
    return found


def _relations(past: PastPlans, documents: Mapping[str, Directive]) -> Iterator[DirectiveRelation]:
    for plan in past.plans:
        directive_id = documents[plan.directive.symbol].id or 0
        for cited in plan.documents[1:]:
            if cited.relation and cited.symbol in documents:
                yield DirectiveRelation(
                    directive_id=directive_id, other_id=documents[cited.symbol].id or 0, type=cited.relation,
                    quote=cited.quote, inferred=cited.inferred,
                )  # fmt: skip


def _periods(session: Session, past: PastPlans, documents: Mapping[str, Directive]) -> Iterator[Period]:
    """Give the periods that any plan had named, as the newest of those plans has them."""
    stored = {(one.directive_id, one.code): one for one in session.exec(select(Period)).all()}
    named = {(plan.directive.symbol, one.code): one for plan in past.versions for one in plan.periods}
    for (symbol, code), one in named.items():
        row = stored[documents[symbol].id or 0, code]
        yield Period(**{**row.model_dump(), **period_values(one)})


def _indicators(session: Session, past: PastPlans) -> list[Indicator]:
    ids = dict(session.exec(select(Indicator.code, Indicator.id)).all())
    newest: dict[str, tuple[int, PlanIndicator]] = {}
    for plan in past.versions:
        newest |= {one.code: (position, one) for position, one in enumerate(plan.indicators)}
    rows = [Indicator(id=ids[code], position=at, **asdict(one)) for code, (at, one) in newest.items()]
    return sorted(rows, key=lambda one: (one.position, one.code))


def _terms(past: PastPlans) -> dict[tuple[str, str], Term]:
    newest: dict[tuple[str, str], tuple[int, PlanTerm]] = {}
    for plan in past.versions:
        newest |= {(one.list, one.code): (position, one) for position, one in enumerate(plan.terms)}
    return {key: Term(position=at, **asdict(one)) for key, (at, one) in newest.items()}
