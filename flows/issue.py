"""Flow: blank, pre-filled return workbooks for a period."""

from pathlib import Path

from prefect import flow, task

from flows.jobs.issue import IssueOutcome, run_issue
from flows.naming import open_office, run_name
from flows.refusals import concluded, refusable
from settings import open_workspace


@task(task_run_name="issue {period}", persist_result=False)
@refusable
def issue_period(workspace: Path, directive: str, period: str, unit: str | None) -> IssueOutcome:
    return run_issue(open_workspace(workspace), directive, period, unit)


@flow(name="issue", flow_run_name=run_name)
def issue(directive: str, period: str, unit: str | None = None, workspace: Path | None = None) -> IssueOutcome:
    """Write the blank returns of a period into the outbox.

    Args:
        directive: number and symbol, such as 60-KL/ĐUK
        period: code of the period, such as 2025-6T
        unit: code of one unit; empty for all that owe a return
        workspace: the workspace folder; empty for the one set by DONDOC_WORKSPACE
    """
    settings = open_office(workspace)
    return concluded(issue_period(settings.workspace, directive, period, unit), settings)
