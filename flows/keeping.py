"""The commands by which an office is kept: its backup, and what brings it back. `cli` makes them commands."""

from datetime import datetime
from pathlib import Path

from flows import console
from flows.options import COMMON, Common


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


COMMANDS = (backup, restore)
