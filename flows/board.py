"""Flow: the status board, one page that anyone in the house can open."""

from datetime import datetime
from pathlib import Path

from prefect import flow, task

from flows.jobs.board import BoardOutcome, run_board
from flows.naming import now_in, open_office, run_name
from settings import open_workspace


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
    return write_board(settings.workspace, settings.local(as_at) if as_at else now_in(settings))
