"""Writes tables for other programs: .xlsx with real numbers, or .csv that no spreadsheet takes for formulas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from models.errors import RefusedError
from schemas.texts import Texts

ENDINGS = (".xlsx", ".csv")

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Sheet:
    """One table: its name on the tab, its title, the keys of its columns, a mapping a row."""

    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Row]


def ensure_ending(path: Path) -> None:
    """Raises RefusedError for a file that is neither .xlsx nor .csv, or whose folder is not there."""
    if path.suffix.lower() not in ENDINGS:
        raise RefusedError("export.ending", file=path.name)
    if not path.absolute().parent.is_dir():
        raise RefusedError("export.no-folder", folder=path.absolute().parent)


def write_table(path: Path, title: str, columns: Sequence[str], rows: Sequence[Row], texts: Texts) -> Path:
    """Write one table; a column's label is `cli.column.<key>`. Raises RefusedError for another ending."""
    return write_tables(path, [Sheet(title, title, columns, rows)], texts)[0]


def write_tables(path: Path, sheets: Sequence[Sheet], texts: Texts) -> list[Path]:
    """Write the tables as the sheets of one workbook, or as a file .csv each: the first at `path`, then -2, -3.

    Each file appears whole or not at all. Raises RefusedError for another ending or a place that cannot be written.
    """
    ensure_ending(path)
    contents = _as_workbook(path, sheets, texts) if path.suffix.lower() == ".xlsx" else _as_csv(path, sheets, texts)
    for place, content in contents.items():
        _write(place, content)
    return list(contents)


# Either format is loaded when it is asked for: most who ask for figures want no file.


def _as_workbook(path: Path, sheets: Sequence[Sheet], texts: Texts) -> dict[Path, bytes]:
    from reports.export_workbook import workbook

    return {path: workbook(sheets, texts)}


def _as_csv(path: Path, sheets: Sequence[Sheet], texts: Texts) -> dict[Path, bytes]:
    from reports.export_csv import csv_file

    return {_numbered(path, at): csv_file(sheet, texts) for at, sheet in enumerate(sheets, start=1)}


def _numbered(path: Path, at: int) -> Path:
    return path if at == 1 else path.with_stem(f"{path.stem}-{at}")


def _write(path: Path, content: bytes) -> None:
    beside = path.with_name(f".{path.name}")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:  # a folder nobody may write to, a full disk, a file that Excel holds open
        beside.unlink(missing_ok=True)
        raise RefusedError("export.unwritable", file=path, found=error.strerror) from error


def label(column: str, texts: Texts) -> str:
    return texts.label("cli.column", column)


def plain(value: Any, texts: Texts) -> Any:
    """Give a value as both formats hold it: numbers and days stay what they are, all else becomes a text."""
    if isinstance(value, bool):
        return texts("cli.yes" if value else "cli.no")
    if isinstance(value, datetime):
        return value.replace(tzinfo=None, microsecond=0)  # as it is on the wall there; a workbook knows no zones
    if value is None or isinstance(value, int | Decimal | date):
        return value
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {part}" for key, part in value.items())
    if isinstance(value, list | tuple):
        return "; ".join(str(part) for part in value)
    return texts.label("cli.word", str(value))
