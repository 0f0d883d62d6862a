"""Events that we tell Prefect's server, for whoever wants to act on them; each has an id, so that none counts twice."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from prefect.events import emit_event

from flows.jobs.approve import ApproveOutcome
from models.queries.closing import ClosedPeriod, ClosedRound
from settings import Settings

DECIDED = ("accepted", "rejected")


def tell_returns(settings: Settings, receipts: Iterable[Mapping[str, Any]]) -> None:
    """Tell `dondoc.return.accepted` or `dondoc.return.rejected` of each return."""
    for one in receipts:
        if one["state"] in DECIDED:
            where = ".".join(str(one[key]) for key in ("directive", "unit", "period", "kind"))
            told = {key: one[key] for key in ("receipt", "unit", "period", "kind", "directive", "late", "sha256")}
            _tell(settings, f"dondoc.return.{one['state']}", f"dondoc.return.{where}", one["receipt"], told)


def tell_closed(settings: Settings, periods: Iterable[ClosedPeriod]) -> None:
    """Tell `dondoc.period.closed` of each period whose last day to be corrected has passed."""
    for one in periods:
        where = f"{one.directive}.{one.period}"
        told = {"directive": one.directive, "period": one.period, "locked_on": one.locked_on.isoformat()}
        _tell(settings, "dondoc.period.closed", f"dondoc.period.{where}", told["locked_on"], told)


def tell_rounds(settings: Settings, rounds: Iterable[ClosedRound]) -> None:
    """Tell `dondoc.round.closed` of each round that is over and has no review yet: `review` starts by it."""
    for one in rounds:
        told = one._asdict() | {"locked_on": one.locked_on.isoformat()}
        _tell(settings, "dondoc.round.closed", f"dondoc.round.{one.directive}.{one.round}", told["locked_on"], told)


def tell_approved(settings: Settings, review: ApproveOutcome) -> None:
    """Tell `dondoc.review.approved`."""
    told = {"review": review.review, "snapshot": review.sha256, "files": list(review.files)}
    _tell(settings, "dondoc.review.approved", f"dondoc.review.{review.review}", review.sha256, told)


def _tell(settings: Settings, event: str, resource: str, occasion: str, payload: dict[str, Any]) -> None:
    office = settings.workspace.resolve().as_uri()
    labels = {"prefect.resource.id": resource, "prefect.resource.name": resource.removeprefix("dondoc.")}
    emit_event(event=event, resource=labels, payload=payload, id=_id(office, event, resource, occasion))


def _id(*parts: str) -> UUID:
    return uuid5(NAMESPACE_URL, " ".join(parts))
