"""Flow: a plan workbook becomes tasks, assignments and the ledger of what is owed."""

from datetime import UTC, datetime
from pathlib import Path

from prefect import flow, task

from flows.jobs.assign import AssignOutcome, run_assign
from flows.naming import open_office, run_name
from flows.refusals import concluded, refusable
from settings import open_workspace


@task(task_run_name="assign {plan}", persist_result=False)
@refusable
def assign_plan(workspace: Path, plan: Path) -> AssignOutcome:
    return run_assign(open_workspace(workspace), plan, datetime.now(UTC))


@flow(name="assign", flow_run_name=run_name)
def assign(plan: Path, workspace: Path | None = None) -> AssignOutcome:
    """Check the plan, store it, break it into tasks and assignments, write what is owed.

    Args:
        plan: the plan workbook (.xlsx) of one directive; a relative path is looked for in the workspace
        workspace: the workspace folder; empty for the one set by DONDOC_WORKSPACE
    """
    settings = open_office(workspace)
    return concluded(assign_plan(settings.workspace, settings.workspace / plan), settings)
