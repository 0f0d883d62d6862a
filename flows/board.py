"""Flow: the status board, one page that anyone in the house can open."""

from datetime import datetime
from pathlib import Path

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact

from flows.events import tell_closed, tell_rounds
from flows.jobs.board import BoardOutcome, find_closed, find_unreviewed, run_board
from flows.jobs.pages import board_page
from flows.naming import now_in, open_office, run_name, run_text
from schemas.texts import load_texts
from settings import open_workspace

PAGE = "status-board"  # the name under which the UI keeps each run's page


@task(task_run_name="board", persist_result=False)
def write_board(workspace: Path, as_at: datetime) -> BoardOutcome:
    return run_board(open_workspace(workspace), as_at=as_at)


@flow(name="board", flow_run_name=run_name)
def board(as_at: datetime | None = None, workspace: Path | None = None) -> BoardOutcome:
    """Write the status board.

    Args:
        as_at: things as they stood at this time; empty for now
        workspace: the workspace folder; empty for the one set by DONDOC_WORKSPACE
    """
    settings = open_office(workspace)
    moment = settings.local(as_at) if as_at else now_in(settings)
    outcome = write_board(settings.workspace, moment)
    said = run_text("page.board", settings, directives=outcome.directives)
    create_markdown_artifact(board_page(said, outcome, load_texts(settings.language)), key=PAGE)
    tell_closed(settings, find_closed(settings, moment.date()))
    tell_rounds(settings, find_unreviewed(settings, moment.date()))
    return outcome
