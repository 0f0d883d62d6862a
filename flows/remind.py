"""Flow: the notices due on a day are planned, put together by recipient and sent."""

from datetime import date
from pathlib import Path

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact

from flows.jobs.delivery import undelivered_page
from flows.jobs.remind import RemindOutcome, run_remind
from flows.naming import now_in, open_office, run_name
from flows.refusals import concluded, named, refusable
from settings import open_workspace

UNDELIVERED = "undelivered-messages"  # the name under which the UI keeps each run's table


@task(task_run_name="remind {on}", persist_result=False)
@refusable
def remind_on(workspace: Path, on: date, dry_run: bool) -> RemindOutcome:
    settings = open_workspace(workspace)
    return run_remind(settings, on, now_in(settings), dry_run)


@flow(name="remind", flow_run_name=run_name)
def remind(on: date | None = None, dry_run: bool = False, workspace: Path | None = None) -> RemindOutcome:
    """Plan and send the notices due on a day, each rung of each return once.

    Args:
        on: the day to act for; empty for today
        dry_run: only say what would go to whom
        workspace: the workspace folder; empty for the one set by DONDOC_WORKSPACE
    """
    settings = open_office(workspace)
    outcome = remind_on(settings.workspace, on or now_in(settings).date(), dry_run)
    if isinstance(outcome, RemindOutcome):
        page = undelivered_page(outcome.undelivered, settings)
        create_markdown_artifact(page, key=UNDELIVERED)
        if outcome.waits:  # no failure: it goes out later
            return named(outcome.waits, outcome, " ".join(outcome.lines), settings)
    return concluded(outcome, settings)
