"""What an office knows already, for a draft: from the plan that is named, else from the record of the workspace."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from flows.jobs.record import read_record
from intake.draft_catalogue import Catalogue, with_indicators
from intake.plan import read_plan
from models.plan import PlanContent, PlanIndicator
from models.queries.known import PastPlans, read_known_plans
from models.unit_history import Span, read_history
from settings import Settings

_NOW = datetime.max.replace(tzinfo=UTC)  # nothing on record is later


@dataclass(frozen=True)
class Known:
    """What an office has already: its units with their history, a plan to take them from, its catalogue."""

    plan: PlanContent | None
    catalogue: Catalogue

    @property
    def spans(self) -> tuple[Span, ...]:
        return tuple(read_history(self.plan.units, self.plan.events).spans) if self.plan else ()


def read_known(settings: Settings, units: Path | None, catalogue: Catalogue) -> Known:
    """Take units, their history, indicators and periods from the plan `units`, or from the plans on record.

    Raises what `read_plan` raises for `units`.
    """
    plan = read_plan(units, settings.language) if units else _on_record(settings)
    return Known(plan, with_indicators(catalogue, plan.indicators) if plan else catalogue)


def _on_record(settings: Settings) -> PlanContent | None:
    """Give all plans on record as one; a workspace without a record is left without one."""
    if settings.database_url is None and not (settings.workspace / "dondoc.db").exists():
        return None
    with read_record(settings) as session:
        known = read_known_plans(session, _NOW)
    return _together(known) if known.plans else None


def _together(known: PastPlans) -> PlanContent:
    """Lay the newest plans of all directives together: periods are of the last one, units of all."""
    indicators: dict[str, PlanIndicator] = {one.code: one for plan in known.plans for one in plan.indicators}
    units, events = known.organisation.units, known.organisation.events
    return replace(known.plans[-1], units=units, events=events, indicators=tuple(indicators.values()))
