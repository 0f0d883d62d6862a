"""The command line: reads arguments and settings, runs a job or its flow, says what was done."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import App, Parameter

from flows import console, enquiries, keeping
from flows.options import (
    COMMON,
    HELP,
    NO_DECISION,
    NO_ORDERS,
    Common,
    DecisionOptions,
    ExceptionOptions,
    RecordedAt,
    ReviewKind,
    SendingOrders,
    at_or_now,
    through,
)
from models.errors import RefusedError

if TYPE_CHECKING:  # pydantic-settings takes a third of the time that `--help` may take
    from settings import Settings

app = App(name="dondoc", help=HELP("cli.about"), version_flags=["--version"])


@app.command(help=HELP("cli.help.draft"))
def draft(
    document: Path | None = None,
    *,
    from_review: Annotated[str | None, Parameter(help=HELP("cli.help.from_review"))] = None,
    out: Path,
    units: Annotated[Path | None, Parameter(help=HELP("cli.help.draft-units"))] = None,
    common: Common = COMMON,
) -> None:
    """Break a directive's text into a draft plan workbook, or draft the next plan from what a review leaves to do."""
    settings = common.open()
    if (document is None) == (from_review is None):
        raise RefusedError("cli.draft.one-source")
    if document is not None:
        from flows.jobs.draft import run_draft

        console.show("draft", run_draft(settings, document, out, units))
    if from_review is not None:
        from flows.jobs.draft_review import run_draft_review

        console.show("draft-review", run_draft_review(settings, from_review, out))


@app.command(help=HELP("cli.help.assign"))
def assign(plan: Path, *, recorded_at: RecordedAt = None, common: Common = COMMON) -> None:
    """Check a plan workbook, store it, break it into tasks and assignments, write what is owed."""
    moment = at_or_now(common.open(), recorded_at)

    def direct() -> Any:
        from flows.jobs.assign import run_assign

        return run_assign(common.open(), plan, moment)

    def flow() -> Any:
        from flows.assign import assign as assign_flow

        return assign_flow(plan.resolve(), moment, workspace=common.open().workspace)

    console.show("assign", through(common, direct=direct, flow=flow))


@app.command(help=HELP("cli.help.issue"))
def issue(*, directive: str, period: str, unit: str | None = None, common: Common = COMMON) -> None:
    """Write blank, pre-filled return workbooks into the outbox."""

    def direct() -> Any:
        from flows.jobs.issue import run_issue

        return run_issue(common.open(), directive, period, unit)

    def flow() -> Any:
        from flows.issue import issue as issue_flow

        return issue_flow(directive, period, unit, workspace=common.open().workspace)

    console.show("issue", through(common, direct=direct, flow=flow))


@app.command(help=HELP("cli.help.collect"))
def collect(
    *,
    received_at: datetime | None = None,
    watch: Annotated[bool, Parameter(negative="", help=HELP("cli.help.watch"))] = False,
    common: Common = COMMON,
) -> None:
    """Take in what waits in the inbox, check it, and answer every file."""
    if watch:
        _watch(common.open(), received_at)
        return
    moment = at_or_now(common.open(), received_at)

    def direct() -> Any:
        from flows.jobs.collect import run_collect

        return run_collect(common.open(), moment)

    def flow() -> Any:
        from flows.collect import collect as collect_flow

        return collect_flow(moment, workspace=common.open().workspace)

    console.show("collect", through(common, direct=direct, flow=flow))


def _watch(settings: "Settings", received_at: datetime | None) -> None:
    """Collect for ever; no engine is needed. Raises RefusedError for a time of receipt given beforehand."""
    from flows.jobs.watch import Voice, run_watch, stopped_by_signals

    if received_at is not None:
        raise RefusedError("cli.watch.received-at")
    voice = Voice(
        receipt=lambda document: console.tell(document, "cli.watch.receipt"),
        waiting=lambda document: console.tell(document, "cli.watch.waits"),
        error=console.trouble,
    )
    with stopped_by_signals() as stop:
        console.note("cli.watch.started", seconds=settings.poll_seconds)
        run_watch(settings, voice, stop)
    console.note("cli.watch.stopped")


@app.command(help=HELP("cli.help.check"))
def check(file: Path, *, unit: str | None = None, received_at: datetime | None = None, common: Common = COMMON) -> None:
    """Check a workbook in hand: the findings that `collect` would give, and nothing is recorded."""
    from flows.jobs.check import run_check

    settings = common.open()
    console.show("check", run_check(settings, file, unit, at_or_now(settings, received_at)))


@app.command(help=HELP("cli.help.remind"))
def remind(
    *,
    on: date | None = None,
    dry_run: bool = False,
    orders: SendingOrders = NO_ORDERS,
    decision: DecisionOptions = NO_DECISION,
    common: Common = COMMON,
) -> None:
    """Plan and send the notices due on a day; or stop sending, or decide about one message that did not arrive."""
    if orders != NO_ORDERS:
        alone = on is None and not dry_run and decision == DecisionOptions(by=decision.by)
        _order_sending(common.open(), orders, decision.by, alone=alone)
        return
    if decision != NO_DECISION:
        _decide(common.open(), decision)
        return
    now = datetime.now(common.open().zone)
    day = on or now.date()

    def direct() -> Any:
        from flows.jobs.remind import run_remind

        return run_remind(common.open(), day, now, dry_run)

    def flow() -> Any:
        from flows.remind import remind as remind_flow

        return remind_flow(day, dry_run, workspace=common.open().workspace)

    console.show("remind", through(common, direct=direct, flow=flow))


def _order_sending(settings: "Settings", orders: SendingOrders, by: str | None, *, alone: bool) -> None:
    from flows.jobs.sending import run_go, run_stop

    if not alone or (orders.go and orders.stop is not None):
        raise RefusedError("reminders.switch.one-order")
    if orders.stop is not None:
        console.show("remind-stop", run_stop(settings, orders.stop, by, datetime.now(settings.zone)))
    else:
        console.show("remind-go", run_go(settings, None, by, datetime.now(settings.zone)))


def _decide(settings: "Settings", decision: DecisionOptions) -> None:
    from flows.jobs.delivery import Wanted, run_decide

    console.show("decided", run_decide(settings, Wanted(**asdict(decision)), datetime.now(settings.zone)))


@app.command(help=HELP("cli.help.review"))
def review(
    *,
    directive: str,
    from_: Annotated[str, Parameter(name="--from")],
    to: str,
    as_at: datetime | None = None,
    reading: Literal["as-was", "today"] = "as-was",
    kind: ReviewKind = "five-year",
    out: Path | None = None,
    profile: Annotated[str | None, Parameter(help=HELP("cli.help.profile"))] = None,
    common: Common = COMMON,
) -> None:
    """Roll up what was accepted and write the draft review as Word, PDF and Excel annex."""
    moment = at_or_now(common.open(), as_at)

    def direct() -> Any:
        from flows.jobs.review import run_review

        span = (directive, from_, to)
        return run_review(common.open(), *span, as_at=moment, reading=reading, kind=kind, out=out, profile=profile)

    def flow() -> Any:
        from flows.review import review as review_flow

        folder, into = common.open().workspace, out and out.resolve()
        return review_flow(directive, from_, to, moment, reading, kind, into, profile, workspace=folder)

    console.show("review", through(common, direct=direct, flow=flow))


@app.command(help=HELP("cli.help.approve"))
def approve(
    review: str,
    *,
    by: Annotated[str | None, Parameter(help=HELP("cli.help.approved_by"))] = None,
    note: Annotated[str, Parameter(help=HELP("cli.help.note"))] = "",
    recorded_at: RecordedAt = None,
    common: Common = COMMON,
) -> None:
    """Approve a review: freeze its figures, remove the draft mark."""
    from flows.jobs.approve import Said, run_approve

    settings = common.open()
    console.show("approve", run_approve(settings, review, at_or_now(settings, recorded_at), Said(by, note)))


@app.command(name="check-template", help=HELP("cli.help.check-template"))
def check_template(
    file: Path | None = None,
    *,
    example: Annotated[Path | None, Parameter(help=HELP("cli.help.example"))] = None,
    common: Common = COMMON,
) -> None:
    """Tell what is wrong with the office's own Word template, or write ours to begin from."""
    from flows.jobs.template import run_check_template, run_example

    settings = common.open()
    if (file is None) == (example is None):
        raise RefusedError("cli.template.one-thing")
    if file is not None:
        console.show("check-template", run_check_template(settings, file))
    if example is not None:
        console.show("template-example", run_example(settings, example, datetime.now(settings.zone).date()))


for command in (*enquiries.COMMANDS, *keeping.COMMANDS):
    app.command(command, help=HELP(f"cli.help.{command.__name__}"))


@app.command(help=HELP("cli.help.extend"))
def extend(*, options: ExceptionOptions, until: date, common: Common = COMMON) -> None:
    """Grant a unit a later due date; the exception is kept with who, why and when."""
    from flows.jobs.exceptions import Asked, run_extend

    settings, one = common.open(), options
    asked, now = Asked(one.unit, one.period, one.directive, one.kind), at_or_now(settings, one.recorded_at)
    console.show("extend", run_extend(settings, asked, until, one.reason, one.by, now))


@app.command(help=HELP("cli.help.excuse"))
def excuse(*, options: ExceptionOptions, common: Common = COMMON) -> None:
    """Excuse a unit from a return; the exception is kept with who, why and when."""
    from flows.jobs.exceptions import Asked, run_excuse

    settings, one = common.open(), options
    asked, now = Asked(one.unit, one.period, one.directive, one.kind), at_or_now(settings, one.recorded_at)
    console.show("excuse", run_excuse(settings, asked, one.reason, one.by, now))


@app.command(help=HELP("cli.help.board"))
def board(*, as_at: datetime | None = None, common: Common = COMMON) -> None:
    """Write the status board, one HTML page."""
    from flows.jobs.board import run_board

    settings = common.open()
    console.show("board", run_board(settings, as_at=at_or_now(settings, as_at)))


@app.command(help=HELP("cli.help.doctor"))
def doctor(
    *, probe: Annotated[bool, Parameter(negative="", help=HELP("cli.help.probe"))] = False, common: Common = COMMON
) -> None:
    """Check versions, database, folders, clock, disk and mail, and say how to mend what is wrong."""
    from flows.jobs.doctor import run_doctor

    settings = common.open()
    outcome = run_doctor(settings, datetime.now(settings.zone), probe=probe)
    console.show("doctor", outcome)
    if probe and not outcome.ok:
        sys.exit(1)  # what a probe of systemd, Docker or Kubernetes reads


@app.command(help=HELP("cli.help.up"))
def up(
    *,
    host: Annotated[str, Parameter(help=HELP("cli.help.host"))] = "127.0.0.1",
    port: Annotated[int, Parameter(help=HELP("cli.help.port"))] = 4200,
    common: Common = COMMON,
) -> None:
    """Serve one machine: Prefect with its UI, all deployments on their schedules, the inbox watched."""
    from flows.jobs.up import Told, run_up
    from flows.jobs.watch import stopped_by_signals

    told = Told(
        ready=lambda url: console.note("up.ready", url=url),
        restarted=lambda program, log: console.note("up.restarted", program=program, log=log),
    )
    settings = common.open()
    with stopped_by_signals() as stop:
        console.note("up.starting")
        run_up(settings, host, port, told, stop)
    console.note("up.stopped")


@app.command(name="rotate-key", help=HELP("cli.help.rotate-key"))
def rotate_key(*, retire: str | None = None, common: Common = COMMON) -> None:
    """Make a new key for the stamps of blanks, or retire an old one."""
    from flows.jobs.keys import run_rotate_key

    console.show("rotate-key", run_rotate_key(common.open(), retire))


@app.command(help=HELP("cli.help.demo"))
def demo(*, common: Common = COMMON) -> None:
    """Run the whole main job on the built-in sample and say where each result lies."""
    from sample.demo import run_demo

    console.speak(as_json=common.json)
    console.show("demo", run_demo(common.workspace, console.Progress(to_stderr=True)))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command: exit 0 done, 2 refused or wrong usage with a sentence, 1 a fault of ours."""
    try:
        app(arguments)
    except console.MENDABLE as error:
        console.refuse(error)
        sys.exit(2)
    except BrokenPipeError:  # whoever read our output has seen enough
        sys.stdout = None
    except Exception as error:
        console.fault(error)
        sys.exit(1)


if __name__ == "__main__":
    main()
