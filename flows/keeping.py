"""The commands by which an office is kept: its backup, and what brings it back. `cli` makes them commands."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from flows import console
from flows.options import COMMON, HELP, Common


def backup(file: Path, *, common: Common = COMMON) -> None:
    """Write everything that must be kept into one verified file."""
    from flows.jobs.backup import run_backup

    settings = common.open()
    console.show("backup", run_backup(settings, file, datetime.now(settings.zone)))


def restore(file: Path, *, common: Common = COMMON) -> None:
    """Unpack a backup into a workspace that holds no office yet."""
    from flows.jobs.restore import run_restore

    settings = common.read()
    console.show("restore", run_restore(settings, file, datetime.now(settings.zone)))


def audit(
    *,
    since: Annotated[datetime | None, Parameter(help=HELP("cli.help.since"))] = None,
    verify: Annotated[bool, Parameter(negative="", help=HELP("cli.help.verify"))] = False,
    head: Annotated[str | None, Parameter(help=HELP("cli.help.head"))] = None,
    common: Common = COMMON,
) -> None:
    """Show what people and the engine did, and whether the log is whole."""
    from flows.jobs.audit import run_audit

    settings = common.open()
    moment = settings.local(since) if since else None
    console.show("audit", run_audit(settings, moment, verify=verify, head=head))


def rebuild(
    *, out: Annotated[Path | None, Parameter(help=HELP("cli.help.rebuilt"))] = None, common: Common = COMMON
) -> None:
    """Read every original again beside the record, and say what differs."""
    from flows.jobs.rebuild import run_rebuild

    settings = common.open()
    console.show("rebuild", run_rebuild(settings, datetime.now(settings.zone), out))


def export(folder: Path, *, common: Common = COMMON) -> None:
    """Write the whole record in open formats."""
    from flows.jobs.export import run_export

    console.show("export", run_export(common.open(), folder))


def tidy(
    *,
    older_than: Annotated[int, Parameter(help=HELP("cli.help.older_than"))],
    dry_run: bool = False,
    common: Common = COMMON,
) -> None:
    """Remove what was handed out long ago and is needed no more."""
    from flows.jobs.tidy import run_tidy

    settings = common.open()
    outcome = run_tidy(settings, older_than, datetime.now(settings.zone), dry_run=dry_run)
    console.show("tidy-dry" if dry_run else "tidy", outcome)


COMMANDS = (backup, restore, audit, rebuild, export, tidy)
