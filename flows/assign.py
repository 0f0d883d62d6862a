"""Flow: a plan workbook becomes tasks, assignments and the ledger of what is owed."""

from datetime import UTC, datetime
from pathlib import Path

from prefect import flow, task

from flows.jobs.assign import AssignOutcome, run_assign
from flows.naming import run_name
from settings import open_workspace


@task(task_run_name="assign {plan}", persist_result=False)
def assign_plan(workspace: Path | None, plan: Path) -> AssignOutcome:
    return run_assign(open_workspace(workspace), plan, datetime.now(UTC))


@flow(name="assign", flow_run_name=run_name, validate_parameters=True)
def assign(plan: Path, workspace: Path | None = None) -> AssignOutcome:
    """Check the plan, store it, break it into tasks and assignments, write what is owed.

    Args:
        plan: the plan workbook (.xlsx) of one directive
        workspace: the workspace folder; empty for the one set by DONDOC_WORKSPACE
    """
    return assign_plan(workspace, plan)
