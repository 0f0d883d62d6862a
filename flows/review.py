"""Flow: five years rolled up, and the review written as Word, PDF and Excel annex."""

from datetime import datetime
from pathlib import Path
from typing import Literal

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact

from flows.jobs.pages import files_page
from flows.jobs.review import ReviewOutcome, run_review
from flows.naming import Code, Symbol, now_in, open_office, run_name, run_text
from flows.options import ReviewKind
from flows.refusals import concluded, refusable
from schemas.texts import load_texts
from settings import open_workspace

PAGE = "drafted-reviews"  # the name under which the UI keeps each run's page
Reading = Literal["as-was", "today"]


@task(task_run_name="review {period_from} – {period_to}", persist_result=False)
@refusable
def write_review(
    workspace: Path,
    directive: str,
    period_from: str,
    period_to: str,
    as_at: datetime,
    reading: Reading,
    kind: ReviewKind,
    out: Path | None,
    profile: str | None,
) -> ReviewOutcome:
    settings = open_workspace(workspace)
    span = (directive, period_from, period_to)
    return run_review(settings, *span, as_at=as_at, reading=reading, kind=kind, out=out, profile=profile)


@flow(name="review", flow_run_name=run_name)
def review(
    directive: Symbol,
    period_from: Code,
    period_to: Code,
    as_at: datetime | None = None,
    reading: Reading = "as-was",
    kind: ReviewKind = "five-year",
    out: Path | None = None,
    profile: str | None = None,
    workspace: Path | None = None,
) -> ReviewOutcome:
    """Roll up what was accepted and write the draft review.

    Args:
        directive: number and symbol, such as 60-KL/ĐUK
        period_from: code of the first period
        period_to: code of the last period
        as_at: figures as they were known at this time; empty for now
        reading: units as they were in each period, or as they are today
        kind: what kind of review
        out: folder to write into, a relative one in the workspace; empty for its reviews/
        profile: page form or family of forms (party, state, plain); empty for the office's own
        workspace: the workspace folder; empty for the one set by DONDOC_WORKSPACE
    """
    settings = open_office(workspace)
    moment = settings.local(as_at) if as_at else now_in(settings)
    folder = settings.workspace / out if out else None
    span = (directive, period_from, period_to)
    written = write_review(settings.workspace, *span, moment, reading, kind, folder, profile)
    if isinstance(written, ReviewOutcome):
        said = run_text("page.reviewed", settings, review=written.review, figures=written.figures)
        create_markdown_artifact(files_page(said, written.files, load_texts(settings.language)), key=PAGE)
    return concluded(written, settings)
