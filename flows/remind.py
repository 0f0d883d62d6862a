"""Flow: the notices due on a day are planned, put together by recipient and sent."""

from datetime import date
from pathlib import Path

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact

from flows.jobs.delivery import undelivered_page
from flows.jobs.remind import RemindOutcome, on_that_day, run_remind
from flows.naming import now_in, open_office, run_name, run_text
from flows.refusals import concluded, named, refusable
from settings import open_workspace

UNDELIVERED = "undelivered-messages"  # the name under which the UI keeps each run's table


@task(task_run_name="remind {on}", persist_result=False)
@refusable
def remind_on(workspace: Path, on: date, dry_run: bool) -> RemindOutcome:
    settings = open_workspace(workspace)
    return run_remind(settings, on, on_that_day(on, now_in(settings)), dry_run)


@flow(name="remind", flow_run_name=run_name)
def remind(on: date | None = None, dry_run: bool = False, workspace: Path | None = None) -> RemindOutcome:
    """Plan and send the notices due on a day, each rung of each return once.

    Args:
        on: the day to act for; empty for today, if it is a working day
        dry_run: only say what would go to whom
        workspace: the workspace folder; empty for the one set by DONDOC_WORKSPACE
    """
    settings = open_office(workspace)
    today = now_in(settings).date()
    if on is None and not settings.calendar.is_working(today):
        # The clock does not know holidays; what is due today goes out on the next working day.
        return named("day-off", RemindOutcome([], [], []), run_text("rested", settings), settings)
    outcome = remind_on(settings.workspace, on or today, dry_run)
    if isinstance(outcome, RemindOutcome):
        page = undelivered_page(outcome.undelivered, settings)
        create_markdown_artifact(page, key=UNDELIVERED)
    return concluded(outcome, settings)
