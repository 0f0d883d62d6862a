"""Flow: what waits in the inbox is claimed, checked in batches, recorded and answered."""

from datetime import datetime
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.jobs.claim import claim_waiting
from flows.jobs.collect import CollectOutcome, outcome_of, process_batch
from flows.naming import now_in, open_office, run_name, run_text
from settings import open_workspace

SMALLEST, LARGEST, WANTED = 25, 250, 40  # a task run costs 50 ms, a return about 10: so a batch, never a file


def batches(ids: list[int]) -> list[list[int]]:
    """Cut receipt ids into some forty batches of 25 to 250."""
    size = min(max(-(-len(ids) // WANTED), SMALLEST), LARGEST)
    return [ids[start : start + size] for start in range(0, len(ids), size)]


@task(task_run_name="claim", persist_result=False)
def claim(workspace: Path, received_at: datetime) -> list[int]:
    return claim_waiting(open_workspace(workspace), received_at)


@task(persist_result=False)
def check_batch(workspace: Path, ids: list[int]) -> list[Any]:
    return process_batch(open_workspace(workspace), ids)


def _check(workspace: Path, ids: list[int]) -> State[list[Any]]:
    named = check_batch.with_options(task_run_name=f"check {ids[0]}–{ids[-1]}")
    return named(workspace, ids, return_state=True)


@flow(name="collect", flow_run_name=run_name)
def collect(received_at: datetime | None = None, workspace: Path | None = None) -> State[CollectOutcome]:
    """Take in what waits in the inbox, once. A refused return is work done: the run is completed.

    Args:
        received_at: the time to write on the receipts; empty for now
        workspace: the workspace folder; empty for the one set by DONDOC_WORKSPACE
    """
    settings = open_office(workspace)
    ids = claim(settings.workspace, settings.local(received_at) if received_at else now_in(settings))
    states = [_check(settings.workspace, batch) for batch in batches(ids)]
    done = [state.result() for state in states]  # a fault of ours fails the run once all batches have had their turn
    outcome = outcome_of(settings, [receipt for batch in done for receipt in batch])
    refused = sum(receipt["state"] in ("rejected", "quarantined") for receipt in outcome.receipts)
    name = run_text("to-correct", settings) if refused else None
    said = run_text("collected", settings, count=len(ids), refused=refused)
    return Completed(name=name, message=said, data=outcome)
