"""Flow: a plan workbook becomes tasks, assignments and the ledger of what is owed."""

from datetime import datetime
from pathlib import Path

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact

from flows.jobs.assign import AssignOutcome, run_assign
from flows.jobs.pages import assigned_page
from flows.naming import now_in, open_office, run_name
from flows.refusals import concluded, refusable
from schemas.texts import load_texts
from settings import open_workspace

PAGE = "assigned-plans"  # the name under which the UI keeps each run's page


@task(task_run_name="assign {plan}", persist_result=False)
@refusable
def assign_plan(workspace: Path, plan: Path, moment: datetime, dry_run: bool) -> AssignOutcome:
    return run_assign(open_workspace(workspace), plan, moment, dry_run=dry_run)


@flow(name="assign", flow_run_name=run_name)
def assign(
    plan: Path, recorded_at: datetime | None = None, dry_run: bool = False, workspace: Path | None = None
) -> AssignOutcome:
    """Check the plan, store it, break it into tasks and assignments, write what is owed.

    Args:
        plan: the plan workbook (.xlsx) of one directive; a relative path is looked for in the workspace
        recorded_at: when the plan became known; empty for now
        dry_run: only say what the plan would come to and what it would change
        workspace: the workspace folder; empty for the one set by DONDOC_WORKSPACE
    """
    settings = open_office(workspace)
    moment = settings.local(recorded_at) if recorded_at else now_in(settings)
    outcome = assign_plan(settings.workspace, settings.workspace / plan, moment, dry_run)
    if isinstance(outcome, AssignOutcome):
        page = assigned_page(outcome, load_texts(settings.language), dry_run=dry_run)
        create_markdown_artifact(page, key=PAGE)
    return concluded(outcome, settings)
