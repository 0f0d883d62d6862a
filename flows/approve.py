"""Flow: a draft review is shown to whoever decides, waits for their word, and is approved or stays a draft."""

from pathlib import Path
from typing import Any, Literal, cast

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.flow_runs import suspend_flow_run
from prefect.input import RunInput
from pydantic import Field, create_model

from flows.events import tell_approved
from flows.jobs.approval_page import approval_page
from flows.jobs.approve import ApproveOutcome, Said, read_awaiting, run_approve, run_leave
from flows.naming import now_in, open_office, run_name
from flows.refusals import concluded, named, refusable
from models.states import ReviewState
from schemas.texts import Texts, load_texts
from settings import open_workspace

PAGE = "review-to-approve"  # the name under which the UI keeps the page
LONGEST_OFFICE, LONGEST_NOTE = 200, 2000  # letters


@task(task_run_name="show {review}", persist_result=False)
@refusable
def show_review(workspace: Path, review: str) -> str:
    settings = open_workspace(workspace)
    return approval_page(read_awaiting(settings, review, now_in(settings)), load_texts(settings.language))


@task(task_run_name="decide {review}", persist_result=False)
@refusable
def decide_review(workspace: Path, review: str, approves: bool, said: Said) -> ApproveOutcome:
    settings = open_workspace(workspace)
    run = run_approve if approves else run_leave
    return run(settings, review, now_in(settings), said)


@flow(name="approve", flow_run_name=run_name, persist_result=False)
def approve(review: str, workspace: Path | None = None) -> ApproveOutcome:
    """Show a draft review, wait for the decision of an office, and approve it or leave it a draft.

    The run gives its worker back while it waits, for days if need be, and starts anew from the top when it has its
    answer: so the page is made, and the figures are checked, once more.

    Args:
        review: name of the review, such as 60-KL-DUK_2021-9T_R2-5N_r1
        workspace: the workspace folder; empty for the one set by DONDOC_WORKSPACE
    """
    settings = open_office(workspace)
    texts = load_texts(settings.language)
    page = show_review(settings.workspace, review)
    if not isinstance(page, str):
        return cast(ApproveOutcome, concluded(page, settings))
    create_markdown_artifact(page, key=PAGE)
    said: Any = suspend_flow_run(wait_for_input=decision_form(texts, page), key="approval")
    approves = said.decision == texts("approval.form.yes")
    outcome = decide_review(settings.workspace, review, approves, Said(said.by, said.note))
    if isinstance(outcome, ApproveOutcome) and outcome.state != ReviewState.APPROVED:
        return named("not-approved", outcome, outcome.note, settings)
    if isinstance(outcome, ApproveOutcome):
        tell_approved(settings, outcome)
    return concluded(outcome, settings)


def decision_form(texts: Texts, page: str) -> type[RunInput]:
    """Make the form that the UI shows below the page, in the language of the office."""
    choices = Literal[texts("approval.form.yes"), texts("approval.form.no")]  # type: ignore[valid-type]
    fields: dict[str, Any] = {
        "decision": (choices, Field(title=texts("approval.form.decision"))),
        "by": (str, Field(title=texts("approval.form.by"), min_length=1, max_length=LONGEST_OFFICE)),
        "note": (str, Field(default="", title=texts("approval.form.note"), max_length=LONGEST_NOTE)),
    }
    form = create_model("ReviewApproval", __base__=RunInput, **fields)
    return form.with_initial_data(description=page)
