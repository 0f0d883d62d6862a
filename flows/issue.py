"""Flow: blank, pre-filled return workbooks for a period."""

from pathlib import Path

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact

from flows.jobs.issue import IssueOutcome, run_issue
from flows.jobs.pages import issued_page
from flows.naming import Code, Symbol, open_office, run_name
from flows.refusals import concluded, refusable
from schemas.texts import load_texts
from settings import open_workspace

PAGE = "issued-blanks"  # the name under which the UI keeps each run's page


@task(task_run_name="issue {period}", persist_result=False)
@refusable
def issue_period(workspace: Path, directive: str, period: str, unit: str | None, dry_run: bool) -> IssueOutcome:
    return run_issue(open_workspace(workspace), directive, period, unit, dry_run=dry_run)


@flow(name="issue", flow_run_name=run_name)
def issue(
    directive: Symbol, period: Code, unit: Code | None = None, dry_run: bool = False, workspace: Path | None = None
) -> IssueOutcome:
    """Write the blank returns of a period into the outbox.

    Args:
        directive: number and symbol, such as 60-KL/ĐUK
        period: code of the period, such as 2025-6T
        unit: code of one unit; empty for all that owe a return
        dry_run: only say which blanks would be written; each is made, and thrown away
        workspace: the workspace folder; empty for the one set by DONDOC_WORKSPACE
    """
    settings = open_office(workspace)
    outcome = issue_period(settings.workspace, directive, period, unit, dry_run)
    if isinstance(outcome, IssueOutcome):
        page = issued_page(outcome, load_texts(settings.language), dry_run=dry_run)
        create_markdown_artifact(page, key=PAGE)
    return concluded(outcome, settings)
