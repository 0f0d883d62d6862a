"""What an office knows already, for a draft: from the plan that is named, else from the record of the workspace."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from intake.drafting.catalogue import Catalogue, with_indicators
from models.plan import PlanContent, PlanIndicator
from models.unit_history import Span, read_history
from settings import Settings

if TYPE_CHECKING:
    from models.queries.known import Organisation

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
    plan = _read(units, settings) if units else _on_record(settings)
    return Known(plan, with_indicators(catalogue, plan.indicators) if plan else catalogue)


def _read(units: Path, settings: Settings) -> PlanContent:
    from intake.plan import read_plan  # half a second to import, and many drafts need none of it

    return read_plan(units, settings.language)


def _on_record(settings: Settings) -> PlanContent | None:
    """Give all plans on record as one; a workspace without a record is left without one."""
    if settings.database_url is None and not (settings.workspace / "dondoc.db").exists():
        return None
    from flows.jobs.record import read_record  # a second to import, and most drafts are made where none is
    from models.queries.known import read_known_plans

    with read_record(settings) as session:
        known = read_known_plans(session, _NOW)
    return _together(known.plans, known.organisation) if known.plans else None


def _together(plans: tuple[PlanContent, ...], organisation: "Organisation") -> PlanContent:
    """Lay the newest plans of all directives together: periods are of the last one, units of all."""
    indicators: dict[str, PlanIndicator] = {one.code: one for plan in plans for one in plan.indicators}
    units, events = organisation.units, organisation.events
    return replace(plans[-1], units=units, events=events, indicators=tuple(indicators.values()))
