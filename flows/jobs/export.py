"""The work of `dondoc export`: the whole record in open formats, into a folder of its own."""

import tempfile
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from flows.jobs.record import read_record
from models.errors import RefusedError
from reports.open_data import ExportedTable, write_open_data
from settings import Settings


@dataclass(frozen=True)
class ExportOutcome:
    """The tables that were written."""

    folder: str
    rows: int
    tables: list[ExportedTable]


def run_export(settings: Settings, folder: Path) -> ExportOutcome:
    """Write every table as CSV and Parquet, all of one moment. Raises RefusedError for a place that will not do."""
    folder = folder.absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise RefusedError("export.not-empty", folder=folder)
    if not folder.parent.is_dir():
        raise RefusedError("export.no-parent", folder=folder.parent)
    try:
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as beside:
            done = Path(beside) / "done"
            done.mkdir(mode=0o700)  # addresses of offices are in it, and all that units wrote
            with read_record(settings) as session:
                tables = write_open_data(session.connection(), done, metadata.version("dondoc"))
            done.replace(folder)
    except OSError as error:
        raise RefusedError("export.unwritable", file=folder, found=error.strerror or error) from error
    return ExportOutcome(str(folder), sum(one.rows for one in tables), tables)
