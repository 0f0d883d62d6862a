"""The work of `dondoc check`: the findings of a file in hand; nothing is recorded."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flows.jobs.collect import office_of, readers
from flows.jobs.issue import get_unit_code
from flows.jobs.record import read_record
from intake.examine import FileInHand, examine
from models.errors import NotFoundError
from schemas.checks import as_document
from schemas.texts import load_texts
from settings import Settings


@dataclass(frozen=True)
class CheckOutcome:
    """What would become of the file if it came in; the same findings as `collect` gives."""

    file: str
    sha256: str
    unit: str | None
    directive: str | None
    period: str | None
    kind: str | None
    state: str
    late: int | None
    findings: list[dict[str, Any]]


def run_check(settings: Settings, path: Path, unit: str | None, received_at: datetime) -> CheckOutcome:
    """Check a workbook as if it came in now from the unit that it names, or from `unit`.

    Raises NotFoundError for a file that is not there and a unit that is not on record.
    """
    texts = load_texts(settings.language)
    file = _take(path)
    with read_record(settings) as session:
        code = get_unit_code(session, unit) if unit else None
        found = examine(session, file, code, received_at, office_of(settings, texts))
    findings = [as_document(finding, texts) for finding in found.findings]
    said = (found.unit, found.directive, found.period, found.kind, found.state.value, found.late)
    return CheckOutcome(file.name, file.sha256, *said, findings)


def _take(path: Path) -> FileInHand:
    try:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise NotFoundError("cli.no-file", path=path) from error
    content = readers().read([path.resolve()])[0]
    return FileInHand(path.name, sha256, path.stat().st_size, content)
