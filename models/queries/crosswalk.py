"""How the codes of indicators follow from one another, as the newest version of each plan says."""

from collections.abc import Iterable
from dataclasses import asdict

from sqlalchemy import func, insert
from sqlmodel import Session, col, select

from models.crosswalk import Crosswalk, join_crosswalks
from models.directive import Directive, IndicatorLink, PlanVersion
from models.plan import PlanLink
from models.queries.figures import read_continued


def record_links(session: Session, plan_version_id: int, links: Iterable[PlanLink]) -> None:
    """Write the links of a new plan version; those of earlier versions stay as they were."""
    rows = [
        {**asdict(link), "plan_version_id": plan_version_id, "position": position}
        for position, link in enumerate(links)
    ]
    if rows:
        session.execute(insert(IndicatorLink), rows)


def read_links(session: Session) -> dict[str, tuple[PlanLink, ...]]:
    """Give by symbol the links of the newest plan of each directive that has any, in the order of its sheet."""
    newest = select(func.max(PlanVersion.id)).group_by(col(PlanVersion.directive_id))
    query = (
        select(Directive.symbol, IndicatorLink)
        .select_from(IndicatorLink)
        .join(PlanVersion, col(PlanVersion.id) == col(IndicatorLink.plan_version_id))
        .join(Directive, col(Directive.id) == col(PlanVersion.directive_id))
        .where(col(PlanVersion.id).in_(newest))
        .order_by(col(IndicatorLink.plan_version_id), col(IndicatorLink.position))
    )
    found: dict[str, tuple[PlanLink, ...]] = {}
    for symbol, row in session.exec(query).all():
        found[symbol] = (*found.get(symbol, ()), _link(row))
    return found


def find_crosswalk(session: Session, directive: Directive) -> Crosswalk:
    """Give how the codes of a directive change, with what later directives that continue it say; often nothing."""
    links = read_links(session)
    continued = [(later, earlier) for later, earlier in read_continued(session)] if links else []
    return join_crosswalks(links, continued).get(directive.symbol, Crosswalk(()))


def _link(row: IndicatorLink) -> PlanLink:
    return PlanLink(row.since, row.relation, row.before, row.after, row.factor, row.breaks, row.note)
