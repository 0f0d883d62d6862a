"""The work of `dondoc assign`: a plan becomes tasks, assignments, periods and the ledger of what is owed."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flows.jobs.auditing import audit
from flows.jobs.record import write_record
from intake.plan import read_plan_with_remarks
from models.plan import Change
from models.queries.plans import record_plan
from schemas.checks import as_document
from schemas.texts import UNKNOWN, Texts, load_texts
from settings import Settings


@dataclass(frozen=True)
class AssignOutcome:
    """What a plan came to; `changed` is false where it was on record already, `changes` are sentences."""

    directive: str
    version: int
    tasks: int
    assignments: int
    returns_owed: int
    excused: int
    changed: bool
    changes: tuple[str, ...]
    findings: tuple[dict[str, Any], ...]


def run_assign(settings: Settings, plan: Path, now: datetime, *, dry_run: bool = False) -> AssignOutcome:
    """Check a plan and put it on record, all or nothing; a dry run only tells what that would come to.

    Raises PlanRefusedError with all findings, UnreadableWorkbookError, UnknownTemplateError and NotFoundError for
    what cannot be taken, ConflictError for units that contradict the other plans.
    """
    content, remarks = read_plan_with_remarks(plan, settings.language)
    sha256 = hashlib.sha256(plan.read_bytes()).hexdigest()
    with write_record(settings) as session:
        outcome = record_plan(session, content, sha256=sha256, now=settings.local(now), calendar=settings.calendar)
        if dry_run:
            session.rollback()
        elif outcome.changed:
            counts = {"tasks": outcome.tasks, "returns_owed": outcome.returns_owed, "excused": outcome.excused}
            audit(session, "plan.assigned", outcome.directive, version=outcome.version, sha256=sha256, **counts)
    texts = load_texts(settings.language)
    return AssignOutcome(
        directive=outcome.directive,
        version=outcome.version,
        tasks=outcome.tasks,
        assignments=outcome.assignments,
        returns_owed=outcome.returns_owed,
        excused=outcome.excused,
        changed=outcome.changed,
        changes=tuple(change_text(change, texts) for change in outcome.changes),
        findings=tuple(as_document(remark, texts) for remark in remarks),
    )


def change_text(change: Change, texts: Texts) -> str:
    """Say in the reader's language what a new plan changed in one line or cell."""
    sheet = texts(f"plan.sheet.{change.sheet}.title")
    column = texts.label(f"plan.{change.sheet}", change.column) if change.column else ""
    before, after = _shown(change.before), _shown(change.after)
    return texts(f"plan.change.{change.what}", sheet=sheet, code=change.code, column=column, before=before, after=after)


def _shown(value: Any) -> str:
    if value in (None, [], ""):
        return UNKNOWN
    return "; ".join(_shown(part) for part in value) if isinstance(value, list) else str(value)
