"""What a job writes into the audit log: who did what, in the transaction of the deed itself."""

import logging
import os
import pwd
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session

from flows.jobs.record import write_record
from models.queries.audit import Deed, append
from settings import Settings

SCHEDULER = "engine:scheduler"
BY_ITSELF = {"receipts.decided": "engine:collector"}  # whoever started it, no person decides a receipt
STARTED_BY_A_WORKER = "PREFECT__FLOW_RUN_ID"  # Prefect sets it where a worker or a served deployment runs a flow

RECEIPTS = "receipts"  # where told by number, and not counted, the log has a place of its own for them

logger = logging.getLogger(__name__)


def audit(session: Session, action: str, subject: str, **detail: Any) -> None:
    """Append a deed; the last thing that its transaction does."""
    append(session, Deed(datetime.now(UTC), BY_ITSELF.get(action) or _actor(), action, subject, detail))
    by_number = [name for name, value in detail.items() if name == RECEIPTS and isinstance(value, dict)]
    others = {name: value for name, value in detail.items() if name not in by_number}
    logger.info("%s %s", action, subject, extra={"detail": others, **{one: list(detail[one]) for one in by_number}})


def audit_apart(settings: Settings, action: str, subject: str, **detail: Any) -> None:
    """Append a deed that left the record as it was."""
    with write_record(settings) as session:
        audit(session, action, subject, **detail)


def _actor() -> str:
    """Name the account of the system, and nothing else of a person."""
    if STARTED_BY_A_WORKER in os.environ:
        return SCHEDULER
    try:
        return f"person:{pwd.getpwuid(os.getuid()).pw_name}"
    except KeyError:  # an account without a name, as containers have
        return f"person:{os.getuid()}"
