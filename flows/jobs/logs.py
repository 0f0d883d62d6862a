"""The log of a workspace: JSON lines, one file a day, of our own packages only, with the run and its receipts."""

import json
import logging
import os
import sys
import traceback
import uuid
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from settings import Settings

OURS = ("flows", "intake", "reports", "reminders", "schemas", "models")
OF_THIS_PROCESS = uuid.uuid4().hex[:12]
FLOW_RUN = "PREFECT__FLOW_RUN_ID"

logger = logging.getLogger(__name__)


class Logbook(logging.Handler):
    """Appends each record as one line. What cannot be written is let go: a full disk stops no work.

    It begins with its first record: a command that has nothing to tell leaves nothing behind.
    """

    def __init__(self, folder: Path, zone: ZoneInfo) -> None:
        super().__init__()
        self.folder, self.zone, self.has_begun = folder, zone, False

    def emit(self, record: logging.LogRecord) -> None:
        if not self.has_begun:
            self.has_begun = True
            with suppress(OSError):
                self.folder.mkdir(parents=True, exist_ok=True)
            logger.info("begins: %s", _command())
        self._write(record)

    def _write(self, record: logging.LogRecord) -> None:
        name = f"{datetime.fromtimestamp(record.created, self.zone):%Y-%m-%d}.jsonl"
        line = json.dumps(as_line(record), ensure_ascii=False, default=str) + "\n"
        with suppress(OSError), (self.folder / name).open("ab", buffering=0) as file:
            file.write(line.encode("utf-8", "replace"))  # one write: lines of several processes do not mix
        if record.levelno >= logging.WARNING and not getattr(record, "is_told", False):
            logging.root.callHandlers(record)  # an operator at a terminal sees it as before


def as_line(record: logging.LogRecord) -> dict[str, Any]:
    """Give what a line holds. Of an error its kind and where it happened: its words may be what a unit wrote."""
    line: dict[str, Any] = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "run": os.environ.get(FLOW_RUN, OF_THIS_PROCESS),
        "message": record.getMessage(),
    }
    for name in ("receipts", "detail"):
        if hasattr(record, name):
            line[name] = getattr(record, name)
    if record.exc_info and record.exc_info[1] is not None:
        line["error"] = _error(record.exc_info[1])
    return line


def _error(error: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{Path(one.filename).name}:{one.lineno} {one.name}" for one in frames]
    return {"kind": type(error).__name__, "at": places}


_book: Logbook | None = None


def keep_log(settings: Settings) -> None:
    """Write the log of this process into the workspace from here on."""
    global _book
    if _book is not None and _book.folder == settings.logs:
        return
    before, _book = _book, Logbook(settings.logs, settings.zone)
    for name in OURS:
        ours = logging.getLogger(name)
        ours.setLevel(logging.INFO)
        ours.propagate = False
        if before is not None:
            ours.removeHandler(before)
        ours.addHandler(_book)


def _command() -> str:
    """Name what runs, without its arguments: a reason or an address may stand there."""
    words = [Path(sys.argv[0]).name, *sys.argv[1:2]]
    return " ".join(word for word in words if not word.startswith("-"))


def log_fault(error: BaseException) -> None:
    """Keep an error of ours of which the user is told otherwise."""
    if _book is not None:
        logger.error("fault", exc_info=error, extra={"is_told": True})
