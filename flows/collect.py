"""Flow: what waits in the inbox is claimed, checked in batches, recorded and answered."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact, create_progress_artifact, update_progress_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.console import MENDABLE
from flows.events import tell_returns
from flows.jobs.claim import claim_waiting, find_ready
from flows.jobs.collect import CollectOutcome, outcome_of, process_batch
from flows.jobs.pages import WANTING, intake_page, waiting_page
from flows.naming import now_in, open_office, run_name, run_text
from flows.refusals import failed, failing_plainly
from schemas.texts import load_texts
from settings import Settings, open_workspace

PAGE, PROGRESS = "intake", "intake-progress"  # the names under which the UI keeps each run's pages
SMALLEST, LARGEST, WANTED = 25, 250, 40  # a task run costs 50 ms, a return about 10: so a batch, never a file


def batches(ids: list[int]) -> list[list[int]]:
    """Cut receipt ids into some forty batches of 25 to 250."""
    size = min(max(-(-len(ids) // WANTED), SMALLEST), LARGEST)
    return [ids[start : start + size] for start in range(0, len(ids), size)]


@task(task_run_name="claim", persist_result=False)
@failing_plainly
def claim(workspace: Path, received_at: datetime) -> list[int]:
    return claim_waiting(open_workspace(workspace), received_at)


@task(task_run_name="look", persist_result=False)
def look(workspace: Path) -> tuple[list[dict[str, Any]], CollectOutcome]:
    settings = open_workspace(workspace)
    return find_ready(settings), outcome_of(settings, [])


@task(persist_result=False)
@failing_plainly
def check_batch(workspace: Path, ids: list[int]) -> list[Any]:
    return process_batch(open_workspace(workspace), ids)


def _check(workspace: Path, ids: list[int]) -> State[list[Any]]:
    named = check_batch.with_options(task_run_name=f"check {ids[0]}–{ids[-1]}")
    return named(workspace, ids, return_state=True)


def _checked(settings: Settings, cut: list[list[int]]) -> Iterator[State[list[Any]]]:
    """Check batch by batch; where there are several, the UI shows how far it has come."""
    shown = cast(UUID, create_progress_artifact(0.0, key=PROGRESS)) if len(cut) > 1 else None
    for number, batch in enumerate(cut, start=1):
        yield _check(settings.workspace, batch)
        if shown:
            update_progress_artifact(shown, 100 * number / len(cut))


@flow(name="collect", flow_run_name=run_name)
def collect(
    received_at: datetime | None = None, dry_run: bool = False, workspace: Path | None = None
) -> State[CollectOutcome]:
    """Take in what waits in the inbox, once. A refused return is work done: the run is completed.

    Args:
        received_at: the time to write on the receipts; empty for now
        dry_run: only say what waits, and move nothing
        workspace: the workspace folder; empty for the one set by DONDOC_WORKSPACE
    """
    settings = open_office(workspace)
    if dry_run:
        return _looked(settings)
    try:
        return _collected(settings, settings.local(received_at) if received_at else now_in(settings))
    except MENDABLE as error:  # nobody's file: the archive is away, the record newer than this dondoc
        return failed(error, settings)


def _looked(settings: Settings) -> State[CollectOutcome]:
    texts = load_texts(settings.language)
    ready, left = look(settings.workspace)
    create_markdown_artifact(waiting_page(ready, left, texts), key=PAGE)
    return Completed(message=texts("flows.page.would_collect", count=len(ready)), data=left)


def _collected(settings: Settings, received_at: datetime) -> State[CollectOutcome]:
    texts = load_texts(settings.language)
    ids = claim(settings.workspace, received_at, return_state=True).result()
    states = list(_checked(settings, batches(ids)))
    done = [state.result() for state in states]  # a fault of ours fails the run once all batches have had their turn
    outcome = outcome_of(settings, [receipt for batch in done for receipt in batch])
    create_markdown_artifact(intake_page(outcome, texts), key=PAGE)
    tell_returns(settings, outcome.receipts)
    refused = sum(receipt["state"] in WANTING for receipt in outcome.receipts)
    name = run_text("to-correct", settings) if refused else None
    said = run_text("collected", settings, count=len(ids), refused=refused)
    return Completed(name=name, message=said, data=outcome)
